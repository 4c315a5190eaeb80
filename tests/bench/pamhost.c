/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PAM host that measures whole transactions with HOTP codes.
 *
 *   pamhost once SERVICE USER PHASES CODE
 *   pamhost run cold|warm SERVICE PHASES COUNT WORKERS COUNTER
 *
 * PHASES is a (authenticate), c (account) or ac.  Worker W logs in as benchW
 * with the codes of COUNTER, COUNTER + 1 ... of the key that keys.h's bench_key
 * gives that user.  cold starts a fresh process for each transaction, as sshd
 * and sudo do; warm repeats them in one.  Prints one JSON object.
 */
#include <security/pam_appl.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liboath/oath.h>

#include "bench/keys.h"

#define COUNT_MAX 100000

struct plan {
	const char *self, *service, *phases;
	bool cold;
	unsigned int count, workers;
	uint64_t counter;
};

struct sample {
	double us;
	bool failed;
};

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **responses, void *code)
{
	*responses = calloc((size_t)count, sizeof(**responses));
	if (*responses == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++)
		if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF ||
		    messages[i]->msg_style == PAM_PROMPT_ECHO_ON)
			(*responses)[i].resp = strdup(code);
	return PAM_SUCCESS;
}

static int
transact(const char *service, const char *user, const char *phases, char *code)
{
	const struct pam_conv conversation = { converse, code };
	pam_handle_t *handle = NULL;
	int result = pam_start(service, user, &conversation, &handle);

	/* from somewhere, for rules about places */
	if (result == PAM_SUCCESS && strcmp(service, "bench-list") == 0)
		result = pam_set_item(handle, PAM_RHOST, "192.0.2.7");
	if (result == PAM_SUCCESS && strchr(phases, 'a') != NULL)
		result = pam_authenticate(handle, 0);
	if (result == PAM_SUCCESS && strchr(phases, 'c') != NULL)
		result = pam_acct_mgmt(handle, 0);
	if (handle != NULL)
		pam_end(handle, result);
	return result;
}

static void
make_code(const char *user, uint64_t counter, char code[8])
{
	unsigned char key[BENCH_KEY_LEN];

	bench_key(user, key);
	if (oath_hotp_generate((const char *)key, sizeof(key), counter, 6,
		false, OATH_HOTP_DYNAMIC_TRUNCATION, code) != OATH_OK)
		code[0] = '\0';
}

static bool
start_fresh(const struct plan *plan, const char *user, char *code)
{
	const char *const args[] = { plan->self, "once", plan->service, user,
		plan->phases, code, NULL };
	int status = -1;
	pid_t pid = vfork();

	if (pid == 0) {
		execv(plan->self, (char *const *)(uintptr_t)args);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void
work(const struct plan *plan, unsigned int worker, struct sample *samples)
{
	char user[32], code[8];

	snprintf(user, sizeof(user), "bench%u", worker);
	for (unsigned int i = 0; i < plan->count; i++) {
		double began;

		make_code(user, plan->counter + i, code);
		began = now_us();
		samples[i].failed = plan->cold
		    ? !start_fresh(plan, user, code)
		    : transact(plan->service, user, plan->phases, code) !=
			PAM_SUCCESS;
		samples[i].us = now_us() - began;
	}
}

static int
compare(const void *a, const void *b)
{
	const struct sample *left = a, *right = b;

	return (left->us > right->us) - (left->us < right->us);
}

static void
report(const struct plan *plan, struct sample *samples, double wall_us)
{
	size_t total = (size_t)plan->count * plan->workers, failed = 0;

	qsort(samples, total, sizeof(*samples), compare);
	for (size_t i = 0; i < total; i++)
		failed += samples[i].failed;
	printf("{\"service\":\"%s\",\"mode\":\"%s\",\"workers\":%u,\"n\":%zu,"
	       "\"failed\":%zu,\"p50_us\":%.0f,\"p95_us\":%.0f,\"p99_us\":%.0f,"
	       "\"per_s\":%.0f}\n",
	    plan->service, plan->cold ? "cold" : "warm", plan->workers, total,
	    failed, samples[total / 2].us, samples[total * 95 / 100].us,
	    samples[total * 99 / 100].us, (double)total * 1e6 / wall_us);
}

static int
run(const struct plan *plan)
{
	size_t size = sizeof(struct sample) * plan->count * plan->workers;
	struct sample *samples = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double began = now_us();

	if (samples == MAP_FAILED)
		return 1;
	for (unsigned int worker = 0; worker < plan->workers; worker++)
		if (fork() == 0) {
			work(plan, worker, samples + worker * plan->count);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	report(plan, samples, now_us() - began);
	return 0;
}

int
main(int argc, char **argv)
{
	struct plan plan = { .self = "/proc/self/exe" };

	if (argc == 6 && strcmp(argv[1], "once") == 0)
		return transact(argv[2], argv[3], argv[4], argv[5]) !=
		    PAM_SUCCESS;
	if (argc != 8 || strcmp(argv[1], "run") != 0)
		return 2;
	plan.cold = strcmp(argv[2], "cold") == 0;
	plan.service = argv[3];
	plan.phases = argv[4];
	plan.count = (unsigned int)strtoul(argv[5], NULL, 10);
	plan.workers = (unsigned int)strtoul(argv[6], NULL, 10);
	plan.counter = strtoull(argv[7], NULL, 10);
	if (plan.count == 0 || plan.count > COUNT_MAX || plan.workers == 0 ||
	    plan.workers > 64 || oath_init() != OATH_OK)
		return 2;
	return run(&plan);
}
