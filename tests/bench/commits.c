/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * commits CLIENTS SECONDS: so many processes, each with a store open, make
 * records for so long, one commit after another, each of them one that was not
 * there before, as what may be used once; nobody waits but for the engine.
 *
 * commits CLIENTS SECONDS URL TRUST CERTIFICATE KEY: the same without us: bare
 * puts of as many bytes to one node of etcd, over one kept connection a client.
 * What a C program can have at best.
 *
 * Prints one JSON object.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cardea/policy.h>

#include "base/paths.h"
#include "store/setup.h"

#define SAMPLES_MAX 65536 /* a client */
#define VALUE_LEN 120	  /* about what a token's mark takes */

struct part { /* of one client, in memory that all share */
	size_t count, failed;
	double us[SAMPLES_MAX];
};

struct work {
	struct part *part;
	size_t number;
	double end_us;
	char **url_and_files; /* NULL: through the store */
};

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
sample(struct part *part, double began_us, bool failed)
{
	if (failed)
		part->failed++;
	else if (part->count < SAMPLES_MAX)
		part->us[part->count++] = now_us() - began_us;
}

/* --- through the store ------------------------------------------------------
 */

static enum cardea_status
put(struct cardea_store *store, size_t client, size_t turn)
{
	static const unsigned char bytes[VALUE_LEN];
	struct cardea_change change = {
		.kind = CARDEA_CHANGE_PUT, .data = bytes, .len = sizeof(bytes)
	};
	char owner[32], id[32];
	enum cardea_status status;

	snprintf(owner, sizeof(owner), "bench%ld-%zu", (long)getppid(), client);
	snprintf(id, sizeof(id), "%zu", turn);
	status = cardea_key_make("proof", owner, id, &change.key);
	if (status == CARDEA_OK)
		status = cardea_store_commit(store, &change, 1, NULL);
	return status;
}

static int
run_store(const struct work *work)
{
	struct cardea_store_setup setup;
	struct cardea_policy *policy = NULL;
	struct cardea_store *store = NULL;

	if (cardea_policy_load(CARDEA_PATH_POLICY, &policy, NULL) != CARDEA_OK)
		return 1;
	cardea_store_setup(
	    cardea_policy_settings(policy), CARDEA_STORE_AS_HOST, &setup);
	if (cardea_store_open(&setup.config, &store, NULL) != CARDEA_OK) {
		cardea_policy_free(policy);
		return 1;
	}
	for (size_t turn = 0; now_us() < work->end_us; turn++) {
		double began_us = now_us();

		sample(work->part, began_us,
		    put(store, work->number, turn) != CARDEA_OK);
	}
	cardea_store_close(store);
	cardea_policy_free(policy);
	return 0;
}

/* --- without us --------------------------------------------------------------
 */

/* etcdserverpb.PutRequest in gRPC's frame: field 1 the key, field 2 the value
 */
static size_t
put_message(size_t client, size_t turn, unsigned char message[512])
{
	char key[64];
	int len = snprintf(key, sizeof(key), "/floor/%zu/%zu", client, turn);
	size_t key_len = (size_t)len, at = 5;

	message[at++] = 0x0a;
	message[at++] = (unsigned char)key_len;
	memcpy(message + at, key, key_len);
	at += key_len;
	message[at++] = 0x12;
	message[at++] = VALUE_LEN;
	memset(message + at, 'v', VALUE_LEN);
	at += VALUE_LEN;
	memset(message, 0, 4);
	message[3] = (unsigned char)((at - 5) >> 8);
	message[4] = (unsigned char)(at - 5);
	return at;
}

static size_t
ignore(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes;
	(void)context;
	return size * count;
}

static size_t
read_header(char *line, size_t size, size_t count, void *status)
{
	if (size * count > 13 && strncasecmp(line, "grpc-status:", 12) == 0)
		*(int *)status = line[12] == ' ' ? line[13] - '0'
						 : line[12] - '0';
	return size * count;
}

static void
set_up(CURL *curl, char **url_and_files, int *status)
{
	char url[256];

	snprintf(url, sizeof(url), "%s/etcdserverpb.KV/Put", url_and_files[0]);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(
	    curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_CAINFO, url_and_files[1]);
	curl_easy_setopt(curl, CURLOPT_SSLCERT, url_and_files[2]);
	curl_easy_setopt(curl, CURLOPT_SSLKEY, url_and_files[3]);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, read_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, status);
}

static int
run_floor(const struct work *work)
{
	struct curl_slist *headers = NULL;
	unsigned char message[512];
	CURL *curl = curl_easy_init();
	int status;

	headers = curl_slist_append(headers, "content-type: application/grpc");
	headers = curl_slist_append(headers, "te: trailers");
	if (curl == NULL || headers == NULL)
		return 1;
	set_up(curl, work->url_and_files, &status);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, message);
	for (size_t turn = 0; now_us() < work->end_us; turn++) {
		size_t len = put_message(work->number, turn, message);
		double began_us = now_us();

		status = -1;
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)len);
		sample(work->part, began_us,
		    curl_easy_perform(curl) != CURLE_OK || status != 0);
	}
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	return 0;
}

/* --- all of them
 * --------------------------------------------------------------- */

static int
ascending(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int
report(struct part *parts, size_t clients, double seconds)
{
	size_t count = 0, failed = 0;
	double *all;

	for (size_t i = 0; i < clients; i++) {
		count += parts[i].count;
		failed += parts[i].failed;
	}
	all = calloc(count + 1, sizeof(*all));
	if (all == NULL)
		return 1;
	count = 0;
	for (size_t i = 0; i < clients; i++) {
		memcpy(all + count, parts[i].us, parts[i].count * sizeof(*all));
		count += parts[i].count;
	}
	qsort(all, count, sizeof(*all), ascending);
	printf("{\"clients\":%zu,\"commits_per_s\":%.0f,\"p50_us\":%.0f,"
	       "\"p95_us\":%.0f,\"p99_us\":%.0f,\"failed\":%zu}\n",
	    clients, (double)count / seconds, all[count / 2],
	    all[count * 95 / 100], all[count * 99 / 100], failed);
	free(all);
	return count == 0;
}

int
main(int argc, char **argv)
{
	size_t clients = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 0;
	struct work work = { .url_and_files = argc == 7 ? argv + 3 : NULL };
	struct part *parts;
	int failed = 0, status;

	if (clients == 0 || clients > 256 || (argc != 3 && argc != 7))
		return 2;
	parts = mmap(NULL, clients * sizeof(*parts), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (parts == MAP_FAILED)
		return 1;
	work.end_us = now_us() + seconds * 1e6;
	for (size_t i = 0; i < clients; i++) {
		work.part = &parts[i];
		work.number = i;
		if (fork() == 0)
			_exit(work.url_and_files != NULL ? run_floor(&work)
							 : run_store(&work));
	}
	while (wait(&status) > 0)
		failed += status != 0;
	return report(parts, clients, seconds) != 0 || failed != 0;
}
