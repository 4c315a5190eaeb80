/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of one proof by a device cost, alone, with the files that
 * `lists --make` and `cardea refresh` left; and what one command costs with all
 * that it starts.  One JSON object a line.
 *
 *   device parts FOLDER INDEX
 *   device spend NAME COMMAND [ARGUMENT..]     both called by run.sh
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/pem.h"
#include "cert/ask.h"
#include "helper/spawn.h"
#include "sign/sign.h"

enum { COUNT = 100 };

static struct cardea_cert_question question;
static struct cardea_cert_verdict verdict;
static struct cardea_sign_answer answer;
static const unsigned char message[] = "what a machine signs in the bench";
static const struct cardea_cert_bytes message_bytes = { message,
	sizeof(message) - 1 };

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "device: %s\n", what);
	exit(1);
}

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

/* --- one command ---------------------------------------------------------- */

/* Of the peaks of all processes it waited for, the highest. */
static int
spend(const char *name, char **command)
{
	struct rusage usage;
	double began = now_us();
	pid_t pid = fork();
	int status = -1, silent;

	if (pid == 0) {
		silent = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (silent >= 0)
			(void)dup2(silent, STDOUT_FILENO);
		(void)execvp(command[0], command);
		_exit(127);
	}
	must(pid > 0 && wait4(pid, &status, 0, &usage) == pid && status == 0,
	    name);
	printf("{\"spent\":\"%s\",\"ms\":%.1f,\"peak_mb\":%.1f}\n", name,
	    (now_us() - began) / 1e3, (double)usage.ru_maxrss / 1024);
	return 0;
}

/* --- parts ---------------------------------------------------------------- */

static void
measure(const char *name, void (*part)(void *context), void *context)
{
	double us[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		double began = now_us();

		part(context);
		us[i] = now_us() - began;
	}
	qsort(us, COUNT, sizeof(*us), compare);
	printf("{\"part\":\"%s\",\"n\":%d,\"p50_us\":%.1f,\"p95_us\":%.1f}\n",
	    name, COUNT, us[COUNT / 2], us[COUNT * 95 / 100]);
}

/* Started, told nothing, and gone. */
static void
start(void *context)
{
	struct cardea_helper helper = CARDEA_HELPER_NONE;

	must(cardea_helper_spawn_apart(context, &helper, NULL) == CARDEA_OK,
	    context);
	(void)cardea_helper_reap(&helper, 1000);
}

static void
sign(void *context)
{
	struct cardea_sign_key key = { .uri = context };

	must(cardea_sign(&key, &message_bytes, 1000, &answer, NULL) ==
		    CARDEA_OK &&
		answer.why == CARDEA_SIGN_DONE,
	    "no signature");
}

static void
ask(void *context)
{
	must(cardea_cert_ask(&question, context, &verdict, NULL) == CARDEA_OK &&
		verdict.result == CARDEA_RESULT_VERIFIED,
	    verdict.detail);
}

static void
judge(void *context)
{
	(void)context;
	cardea_cert_judge(&question, &verdict);
	must(verdict.result == CARDEA_RESULT_VERIFIED, verdict.detail);
}

static struct cardea_cert_bytes
map(const char *path, int *ret_fd)
{
	struct cardea_cert_bytes bytes;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *mapped;

	must(fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0, path);
	bytes.len = (size_t)st.st_size;
	mapped = mmap(NULL, bytes.len, PROT_READ, MAP_PRIVATE, fd, 0);
	must(mapped != MAP_FAILED, path);
	bytes.data = mapped;
	*ret_fd = fd;
	return bytes;
}

static void
make_question(const char *root, const char *host)
{
	static struct cardea_authority authority = {
		.kind = CARDEA_AUTHORITY_X509,
		.name = "bench",
		.revocation = CARDEA_REVOCATION_BY_CRL,
		.purpose = "1.3.6.1.5.5.7.3.2",
	};
	static unsigned char leaf[CARDEA_CERT_MAX];
	struct cardea_cert_bytes pem;
	static char text[CARDEA_CERT_FILE_MAX];
	const char *at = text;
	int fd;

	pem = map(host, &fd);
	must(pem.len < sizeof(text), host);
	memcpy(text, pem.data, pem.len);
	question.leaf.data = leaf;
	must(cardea_pem_next(&at, leaf, sizeof(leaf), &question.leaf.len,
		 NULL) == CARDEA_OK,
	    host);
	question.kind = CARDEA_CERT_X509;
	question.time_s = time(NULL);
	question.proof = CARDEA_CERT_PROOF_SIGNATURE;
	question.message = message_bytes;
	question.trust_count = 1;
	question.trust[0].authority = &authority;
	question.trust[0].trust = map(root, &fd);
	question.trust[0].list_count = 1;
}

static int
measure_parts(const char *folder, const char *index)
{
	static struct cardea_cert_lists lists;
	char root[4096], host[4096], key[4096];
	static char cert_helper[] = CARDEA_CERT_HELPER;
	static char sign_helper[] = CARDEA_SIGN_HELPER;

	snprintf(root, sizeof(root), "%s/root.pem", folder);
	snprintf(host, sizeof(host), "%s/host.pem", folder);
	snprintf(key, sizeof(key), "%s/host.key", folder);
	measure("device: start and end of cardea-sign", start, sign_helper);
	measure("device: start and end of cardea-cert", start, cert_helper);
	measure("device: a signature by cardea-sign", sign, key);
	make_question(root, host);
	question.signature.data = answer.signature;
	question.signature.len = answer.signature_len;
	question.trust[0].lists[0] = map(index, &lists.fds[0][0]);
	measure("device: a verdict by cardea-cert", ask, &lists);
	measure("device: the judge alone", judge, NULL);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "parts") == 0)
		return measure_parts(argv[2], argv[3]);
	if (argc > 3 && strcmp(argv[1], "spend") == 0)
		return spend(argv[2], argv + 3);
	fprintf(stderr,
	    "usage: device parts FOLDER INDEX\n"
	    "       device spend NAME COMMAND [ARGUMENT..]\n");
	return 2;
}
