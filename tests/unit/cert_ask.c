/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cert/ask.h"
#include "unit/test.h"

/* cardea-cert with a judge that does as it is told: cert_double.c */

static struct cardea_authority authority = {
	.kind = CARDEA_AUTHORITY_X509,
	.name = "corp",
};
static struct cardea_cert_question question;
static struct cardea_cert_lists lists;
static struct cardea_cert_verdict verdict;

static void
begin(const char *deed)
{
	memset(&question, 0, sizeof(question));
	memset(&verdict, 0, sizeof(verdict));
	memset(lists.fds, 0xff, sizeof(lists.fds));
	question.kind = CARDEA_CERT_X509;
	question.leaf.data = (const unsigned char *)deed;
	question.leaf.len = strlen(deed);
	question.trust_count = 1;
	question.trust[0].authority = &authority;
	question.proof = CARDEA_CERT_PROOF_SIGNATURE;
}

static void
ask(void)
{
	struct cardea_diag diag = { .line = 0 };

	if (cardea_cert_ask(&question, &lists, &verdict, &diag) != CARDEA_OK)
		fail_msg("%s: %s", diag.file, diag.reason);
}

static void
expect(const char *deed, enum cardea_cert_why why, const char *detail)
{
	begin(deed);
	ask();
	if (verdict.why != why || verdict.result == CARDEA_RESULT_VERIFIED ||
	    strstr(verdict.detail, detail) == NULL)
		fail_msg("%s: %s: %s", deed, cardea_cert_why_text(verdict.why),
		    verdict.detail);
	assert_int_equal(verdict.identity.kind, CARDEA_CERT_NONE);
	assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
}

static int
file_of(const char *contents)
{
	int fd = memfd_create("list", MFD_CLOEXEC);
	size_t len = strlen(contents);

	assert_int_equal(write(fd, contents, len), len);
	return fd;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void
a_verdict_comes_back(void **state)
{
	(void)state;
	begin("accept");
	ask();
	assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
	assert_int_equal(verdict.why, CARDEA_CERT_ACCEPTED);
	assert_string_equal(verdict.identity.authority, "corp");
	begin("what is this?");
	ask();
	assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
	assert_int_equal(verdict.why, CARDEA_CERT_UNTRUSTED);
	assert_string_equal(verdict.detail, "still here");
}

static void
each_list_arrives_at_its_place(void **state)
{
	static struct cardea_authority other = {
		.kind = CARDEA_AUTHORITY_SSH,
		.name = "ssh",
	};

	(void)state;
	begin("tell");
	question.trust_count = 2;
	question.trust[0].list_count = 3;
	question.trust[1].authority = &other;
	question.trust[1].list_count = 2;
	lists.fds[0][0] = file_of("first");
	lists.fds[0][2] = file_of("third");
	lists.fds[1][0] = file_of("");
	lists.fds[1][1] = file_of("last");
	ask();
	assert_string_equal(
	    verdict.detail, "0.0=first 0.1= 0.2=third 1.0= 1.1=last ");
	for (size_t i = 0; i < 3; i++)
		(void)close(lists.fds[0][i]);
	(void)close(lists.fds[1][0]);
	(void)close(lists.fds[1][1]);
}

static void
as_many_lists_as_there_can_be_are_carried(void **state)
{
	static struct cardea_authority all[CARDEA_AUTHORITIES_MAX];
	int fd = file_of("x");

	(void)state;
	begin("accept");
	question.trust_count = CARDEA_AUTHORITIES_MAX;
	for (size_t i = 0; i < CARDEA_AUTHORITIES_MAX; i++) {
		all[i] = authority;
		question.trust[i].authority = &all[i];
		question.trust[i].list_count = CARDEA_AUTHORITY_LISTS_MAX;
		for (size_t k = 0; k < CARDEA_AUTHORITY_LISTS_MAX; k++)
			lists.fds[i][k] = fd;
	}
	ask();
	assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
	(void)close(fd);
}

static void
X07_what_is_no_regular_file_is_no_list(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	begin("accept");
	question.trust[0].list_count = 1;
	lists.fds[0][0] = fds[0];
	ask();
	assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
	assert_int_equal(verdict.why, CARDEA_CERT_FAILED);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
X07_a_list_beyond_its_ceiling_is_not_mapped(void **state)
{
	int fd = memfd_create("list", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(ftruncate(fd, ((off_t)1 << 30) + 1), 0);
	begin("accept");
	question.trust[0].list_count = 1;
	lists.fds[0][0] = fd;
	ask();
	assert_int_equal(verdict.why, CARDEA_CERT_FAILED);
	assert_int_equal(ftruncate(fd, (off_t)1 << 30), 0);
	ask();
	assert_int_equal(verdict.why, CARDEA_CERT_ACCEPTED);
	(void)close(fd);
}

static void
X07_a_certificate_beyond_its_ceiling_is_refused_unread(void **state)
{
	static unsigned char much[CARDEA_CERT_MAX + 1];

	(void)state;
	begin("accept");
	question.leaf.data = much;
	question.leaf.len = sizeof(much);
	ask();
	assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
	assert_int_equal(verdict.why, CARDEA_CERT_TOO_LARGE);
	begin("accept");
	question.chain_count = 1;
	question.chain[0].data = much;
	question.chain[0].len = sizeof(much);
	ask();
	assert_int_equal(verdict.why, CARDEA_CERT_TOO_LARGE);
	begin("accept");
	question.chain_count = CARDEA_CERT_CHAIN_MAX + 1;
	ask();
	assert_int_equal(verdict.why, CARDEA_CERT_TOO_LARGE);
}

static void
X07_a_crash_is_no_verdict(void **state)
{
	(void)state;
	/* SIGSEGV; under a sanitizer what it wants to say about it */
	expect("crash", CARDEA_CERT_FAILED, "was ended by SIG");
	expect("silent", CARDEA_CERT_FAILED, "without a verdict");
}

static void
X07_nonsense_is_no_verdict(void **state)
{
	(void)state;
	expect("nonsense", CARDEA_CERT_FAILED, "no verdict");
	expect("oversize", CARDEA_CERT_FAILED, "no verdict");
	expect("lie-kind", CARDEA_CERT_FAILED, "no verdict");
	expect("lie-authority", CARDEA_CERT_FAILED, "no verdict");
	expect("lie-text", CARDEA_CERT_FAILED, "no verdict");
	expect("lie-why", CARDEA_CERT_FAILED, "no verdict");
}

static void
X01_no_yes_without_a_proof_is_believed(void **state)
{
	(void)state;
	begin("accept");
	question.proof = CARDEA_CERT_PROOF_NONE;
	ask();
	assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
	begin("accept");
	question.trust[0].authority = &authority;
	authority.kind = CARDEA_AUTHORITY_SSH;
	ask();
	authority.kind = CARDEA_AUTHORITY_X509;
	assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
}

static void
X08_processor_time_has_an_end(void **state)
{
	int64_t begin_ms = now_ms();
	struct rusage before, after;

	(void)state;
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &before), 0);
	/* on a machine that gives it none, the other limit comes first */
	expect("spin", CARDEA_CERT_TIMEOUT, "");
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &after), 0);
	assert_in_range(after.ru_utime.tv_sec - before.ru_utime.tv_sec, 0,
	    CARDEA_CERT_CPU_S + 1);
	assert_in_range(now_ms() - begin_ms, 500, CARDEA_CERT_JUDGE_MS + 500);
}

static void
X08_waiting_has_an_end(void **state)
{
	int64_t begin_ms = now_ms();

	(void)state;
	expect("sleep", CARDEA_CERT_TIMEOUT, "no verdict after 3000 ms");
	assert_in_range(now_ms() - begin_ms, CARDEA_CERT_JUDGE_MS,
	    CARDEA_CERT_JUDGE_MS + 500);
}

static void
X08_memory_has_an_end(void **state)
{
	(void)state;
	begin("hoard");
	ask();
	assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
}

/* In a list that is cut under the reader's hands there is no verdict. */
static void
X07_a_list_that_is_cut_meanwhile_is_no_verdict(void **state)
{
	int fd = file_of("a list");
	pid_t cutter;

	(void)state;
	assert_int_equal(ftruncate(fd, 8192), 0);
	cutter = fork();
	if (cutter == 0) {
		(void)usleep(200000);
		_exit(ftruncate(fd, 10) == 0 ? 0 : 1);
	}
	begin("read");
	question.trust[0].list_count = 1;
	lists.fds[0][0] = fd;
	ask();
	assert_int_equal(waitpid(cutter, NULL, 0), cutter);
	assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
	/* SIGBUS; under a sanitizer what it wants to say about it */
	assert_non_null(strstr(verdict.detail, "was ended by SIG"));
	(void)close(fd);
}

static void
X07_a_judge_taken_over_can_do_nothing(void **state)
{
	static const char *const deeds[] = {
		"open",
		"write-file",
		"socket",
		"connect",
		"execve",
		"fork",
		"ptrace",
		"kill",
		"map-code",
		"make-code",
#ifdef __x86_64__
		"open-x32",
#endif
	};

	(void)state;
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		expect(deeds[i], CARDEA_CERT_FAILED, "SIGSYS");
	assert_int_equal(access("/tmp/cardea-cert-was-here", F_OK), -1);
}

static void
X07_a_judge_can_do_its_work(void **state)
{
	(void)state;
	begin("work");
	ask();
	assert_string_equal(verdict.detail, "still here");
	assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
}

/* --- as the kernel sees it ----------------------------------------------- */

static pid_t
child_of(pid_t pid)
{
	char path[64];
	int child = 0;
	FILE *file;

	(void)snprintf(
	    path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%d", &child) != 1)
		child = 0;
	(void)fclose(file);
	return child;
}

static void
read_status(pid_t pid, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	len = read(fd, text, size - 1);
	text[len < 0 ? 0 : len] = '\0';
	(void)close(fd);
}

static void
X07_a_judge_has_no_rights_while_it_judges(void **state)
{
	char text[8192] = "";
	pid_t asker, judge = 0;

	(void)state;
	asker = fork();
	if (asker == 0) {
		begin("sleep");
		ask();
		_exit(0);
	}
	for (int i = 0; i < 200 && strstr(text, "Seccomp:\t2") == NULL; i++) {
		(void)usleep(10000);
		judge = child_of(asker);
		if (judge > 0)
			read_status(judge, text, sizeof(text));
	}
	assert_non_null(strstr(text, "Seccomp:\t2"));
	assert_non_null(strstr(text, "NoNewPrivs:\t1"));
	assert_non_null(strstr(text, "CapEff:\t0000000000000000"));
	assert_non_null(strstr(text, "CapPrm:\t0000000000000000"));
	if (geteuid() == 0) {
		assert_non_null(
		    strstr(text, "Uid:\t65534\t65534\t65534\t65534"));
		assert_non_null(
		    strstr(text, "Gid:\t65534\t65534\t65534\t65534"));
	}
	assert_int_equal(waitpid(asker, NULL, 0), asker);
	assert_int_equal(child_of(getpid()), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_comes_back),
		cmocka_unit_test(each_list_arrives_at_its_place),
		cmocka_unit_test(as_many_lists_as_there_can_be_are_carried),
		cmocka_unit_test(X01_no_yes_without_a_proof_is_believed),
		cmocka_unit_test(X07_what_is_no_regular_file_is_no_list),
		cmocka_unit_test(X07_a_list_beyond_its_ceiling_is_not_mapped),
		cmocka_unit_test(
		    X07_a_certificate_beyond_its_ceiling_is_refused_unread),
		cmocka_unit_test(X07_a_crash_is_no_verdict),
		cmocka_unit_test(X07_nonsense_is_no_verdict),
		cmocka_unit_test(
		    X07_a_list_that_is_cut_meanwhile_is_no_verdict),
		cmocka_unit_test(X07_a_judge_taken_over_can_do_nothing),
		cmocka_unit_test(X07_a_judge_can_do_its_work),
		cmocka_unit_test(X07_a_judge_has_no_rights_while_it_judges),
		cmocka_unit_test(X08_processor_time_has_an_end),
		cmocka_unit_test(X08_waiting_has_an_end),
		cmocka_unit_test(X08_memory_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
