/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of one login cost, alone.  One JSON object a line:
 * start of the verifier (until it has left, having been told nothing), open and
 * select of each policy that run.sh has left (10 to 100,000 rules, a zone of 10
 * to 1,000,000 networks), what a stranger is asked by it, decision, one durable
 * conditional commit with the store opened each time; a key revocation list of
 * OpenSSH's with 100,000 serials, opened and asked.
 *
 *   parts VERIFIER FOLDER POLICIES     called by tests/bench/run.sh
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cardea/decide.h>
#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/text.h"
#include "cert/krl.h"
#include "wire/launch.h"

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void
report(const char *name, double *us, size_t count)
{
	qsort(us, count, sizeof(*us), compare);
	printf("{\"part\":\"%s\",\"n\":%zu,\"p50_us\":%.1f,\"p95_us\":%.1f}\n",
	    name, count, us[count / 2], us[count * 95 / 100]);
}

/* From the launch until the verifier has read the end of our side and gone. */
static void
measure_start(const char *verifier)
{
	enum { COUNT = 200 };
	double us[COUNT];
	char byte;

	for (size_t i = 0; i < COUNT; i++) {
		double began = now_us();
		int fd;

		if (cardea_launch(verifier, &fd) != CARDEA_OK) {
			fprintf(stderr, "parts: cannot start %s\n", verifier);
			exit(1);
		}
		(void)shutdown(fd, SHUT_WR);
		while (read(fd, &byte, 1) > 0)
			;
		close(fd);
		us[i] = now_us() - began;
	}
	report("verifier start and end", us, COUNT);
}

static void
make_request(struct cardea_request *request)
{
	memset(request, 0, sizeof(*request));
	if (cardea_text_copy(request->user, sizeof(request->user), "alice") !=
		CARDEA_OK ||
	    cardea_text_copy(request->service, sizeof(request->service),
		"sshd") != CARDEA_OK)
		exit(1);
	request->user_exists = true;
	request->groups_known = true;
	request->time_known = true;
	request->time_s = 1800000000;
	request->login_source = cardea_address_parse("192.0.2.7");
	request->origin = CARDEA_ORIGIN_REMOTE;
}

static void
measure_policy(const char *path, const char *what)
{
	enum { COUNT = 200 };
	static struct cardea_request request;
	double us[COUNT], decide_us[COUNT], pretend_us[COUNT];
	char name[96];

	make_request(&request);
	for (size_t i = 0; i < COUNT; i++) {
		struct cardea_policy *policy = NULL;
		struct cardea_selection selection = { 0 };
		struct cardea_evidence_set evidence = { 0 };
		struct cardea_requirement asked;
		struct cardea_decision decision;
		double began = now_us(), chosen, decided;

		if (cardea_policy_load(path, &policy, NULL) != CARDEA_OK ||
		    cardea_policy_select(policy, &request, &selection, NULL) !=
			CARDEA_OK) {
			fprintf(stderr, "parts: cannot load %s\n", path);
			exit(1);
		}
		chosen = now_us();
		cardea_decide(
		    policy, &selection, &request, &evidence, &decision);
		decided = now_us();
		(void)cardea_policy_pretend(policy, &request, i, &asked);
		pretend_us[i] = now_us() - decided;
		decide_us[i] = decided - chosen;
		us[i] = chosen - began;
		cardea_policy_free(policy);
	}
	snprintf(name, sizeof(name), "policy of %s: load and select", what);
	report(name, us, COUNT);
	snprintf(name, sizeof(name), "policy of %s: decision", what);
	report(name, decide_us, COUNT);
	snprintf(name, sizeof(name), "policy of %s: a stranger's", what);
	report(name, pretend_us, COUNT);
}

/* those of the sizes that run.sh has chosen */
static void
measure_policies(const char *folder, const char *suffix, const char *what)
{
	for (size_t count = 10; count <= 1000000; count *= 10) {
		char path[512], text[64];

		snprintf(
		    path, sizeof(path), "%s/%zu.%s", folder, count, suffix);
		snprintf(text, sizeof(text), "%zu %s", count, what);
		if (access(path, R_OK) == 0)
			measure_policy(path, text);
	}
}

static void
measure_commit(const char *folder)
{
	enum { COUNT = 200 };
	double us[COUNT];
	char path[512], key_path[512];
	struct cardea_store_config config = { .path = path,
		.seal_key_path = key_path,
		.size_mb = 16,
		.create = true };
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.data = (const unsigned char *)"counter",
		.len = 7 };

	snprintf(path, sizeof(path), "%s/store", folder);
	snprintf(key_path, sizeof(key_path), "%s/seal.key", folder);
	if (cardea_key_make("bench", "alice", "x", &change.key) != CARDEA_OK)
		exit(1);
	for (size_t i = 0; i < COUNT; i++) {
		struct cardea_store *store = NULL;
		struct cardea_value value = { 0 };
		double began = now_us();
		enum cardea_status status;

		status = cardea_store_open(&config, &store, NULL);
		if (status == CARDEA_OK)
			status = cardea_store_get(
			    store, &change.key, &value, NULL);
		change.version = status == CARDEA_OK ? value.version : 0;
		if (status == CARDEA_OK || status == CARDEA_E_MISSING)
			status = cardea_store_commit(store, &change, 1, NULL);
		cardea_value_clear(&value);
		cardea_store_close(store);
		us[i] = now_us() - began;
		config.create = false;
		if (status != CARDEA_OK) {
			fprintf(stderr, "parts: commit: %s\n",
			    cardea_status_text(status));
			exit(1);
		}
	}
	report("store: open, read, commit durably, close", us, COUNT);
}

static void
put_number(unsigned char *bytes, size_t *at, uint64_t number, size_t len)
{
	while (len-- > 0)
		bytes[(*at)++] = (unsigned char)(number >> (8 * len));
}

/* A list of serials of any CA, three apart: neither range nor bitmap helps. */
static size_t
make_krl(unsigned char *bytes, size_t serials)
{
	size_t at = 8;

	memcpy(bytes, "SSHKRL\n\0", 8);
	put_number(bytes, &at, 1, 4);
	put_number(bytes, &at, 1, 8);
	put_number(bytes, &at, 1800000000, 8);
	put_number(bytes, &at, 0, 16); /* flags, reserved, comment */
	put_number(bytes, &at, 1, 1);
	put_number(bytes, &at, 8 + 5 + 8 * serials, 4);
	put_number(bytes, &at, 0, 8); /* any CA */
	put_number(bytes, &at, 0x20, 1);
	put_number(bytes, &at, 8 * serials, 4);
	for (size_t i = 1; i <= serials; i++)
		put_number(bytes, &at, 3 * i, 8);
	return at;
}

static void
measure_krl(void)
{
	enum { COUNT = 100, SERIALS = 100000 };
	static unsigned char bytes[8 * SERIALS + 128];
	/* RFC 8032, 7.1, test 1: a key that is on no list */
	static const unsigned char key[] =
	    "\0\0\0\x0bssh-ed25519\0\0\0\x20\xd7\x5a\x98\x01\x82\xb1\x0a\xb7"
	    "\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25"
	    "\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
	const struct cardea_cert_bytes list = { bytes,
		make_krl(bytes, SERIALS) },
				       blob = { key, sizeof(key) - 1 };
	double us[COUNT], ask_us[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		struct cardea_krl_info info;
		struct cardea_krl *krl = NULL;
		bool revoked = true;
		double began = now_us(), opened;

		if (cardea_krl_open(&list, NULL, &krl, &info, NULL) !=
			CARDEA_OK ||
		    info.entries != SERIALS) {
			fprintf(stderr, "parts: no such KRL\n");
			exit(1);
		}
		opened = now_us();
		if (cardea_krl_revokes(krl, &blob, &revoked) != CARDEA_OK ||
		    revoked)
			exit(1);
		ask_us[i] = now_us() - opened;
		us[i] = opened - began;
		(void)cardea_krl_close(krl);
	}
	report("KRL of 100000 serials: open", us, COUNT);
	report("KRL of 100000 serials: look up", ask_us, COUNT);
}

int
main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr,
		    "usage: parts VERIFIER FOLDER-FOR-A-STORE POLICY-FOLDER\n");
		return 2;
	}
	measure_start(argv[1]);
	measure_policies(argv[3], "policy", "rules");
	measure_policies(argv[3], "networks", "networks");
	measure_commit(argv[2]);
	measure_krl();
	return 0;
}
