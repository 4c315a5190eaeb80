/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A judge that a stranger's certificate has taken over: in the place of
 * cardea_cert_judge in cardea-cert, it does what the certificate says.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "cert/cert.h"
#include "helper/spawn.h"

static const struct cardea_cert_question *asked;
static struct cardea_cert_verdict *verdict;

static void
accept_as(enum cardea_cert_kind kind, const char *authority)
{
	verdict->result = CARDEA_RESULT_VERIFIED;
	verdict->why = CARDEA_CERT_ACCEPTED;
	verdict->identity.kind = kind;
	(void)snprintf(verdict->identity.authority,
	    sizeof(verdict->identity.authority), "%s", authority);
}

static void
do_accept(void)
{
	accept_as(asked->kind, asked->trust[0].authority->name);
}

/* what it was told, for the test to compare */
static void
do_tell(void)
{
	char *to = verdict->detail;
	size_t left = sizeof(verdict->detail);

	do_accept();
	for (size_t i = 0; i < asked->trust_count; i++) {
		for (size_t k = 0; k < asked->trust[i].list_count; k++) {
			int len = snprintf(to, left, "%zu.%zu=%.*s ", i, k,
			    (int)asked->trust[i].lists[k].len,
			    (const char *)asked->trust[i].lists[k].data);

			to += len;
			left -= (size_t)len;
		}
	}
}

static void
do_lie_kind(void)
{
	accept_as(CARDEA_CERT_SSH, asked->trust[0].authority->name);
}

static void
do_lie_authority(void)
{
	accept_as(asked->kind, "nobody knows");
}

static void
do_lie_text(void)
{
	do_accept();
	(void)snprintf(verdict->identity.subject,
	    sizeof(verdict->identity.subject), "two\nlines");
}

static void
do_lie_why(void)
{
	do_accept();
	verdict->why = CARDEA_CERT_REVOKED;
}

static void
do_nonsense(void)
{
	(void)send(CARDEA_HELPER_FD, "nonsense", 8, MSG_NOSIGNAL);
	_exit(0);
}

static void
do_oversize(void)
{
	static unsigned char much[65536];

	(void)send(CARDEA_HELPER_FD, much, sizeof(much), MSG_NOSIGNAL);
	_exit(0);
}

static void
do_silent(void)
{
	/* a sanitizer's _exit has more to do, and may not */
	(void)syscall(SYS_exit_group, 0);
}

static void
do_spin(void)
{
	for (volatile unsigned long n = 0;; n++)
		continue;
}

static void
do_sleep(void)
{
	static uint32_t word;

	for (;;)
		(void)syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void
do_crash(void)
{
	volatile char *volatile nowhere = NULL;

	*nowhere = 1;
}

/* reads the list until somebody cuts it */
static void
do_read(void)
{
	const struct cardea_cert_bytes *list = &asked->trust[0].lists[0];
	volatile unsigned long sum = 0;

	for (;;)
		sum += ((
		    const volatile unsigned char *)list->data)[list->len - 1];
}

/* more than it may have: an answer, no death */
static void
do_hoard(void)
{
	void *bytes = mmap(NULL, (size_t)1 << 31, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		do_accept();
}

static void
do_open(void)
{
	(void)open("/etc/passwd", O_RDONLY);
}

static void
do_write_file(void)
{
	(void)syscall(SYS_openat, AT_FDCWD, "/tmp/cardea-cert-was-here",
	    O_WRONLY | O_CREAT, 0600);
}

static void
do_socket(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

/* on the one socket that it has */
static void
do_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)connect(
	    CARDEA_HELPER_FD, (struct sockaddr *)&address, sizeof(address));
}

static void
do_execve(void)
{
	char name[] = "true";
	char *const arguments[] = { name, NULL };

	(void)execve("/bin/true", arguments, arguments + 1);
}

static void
do_fork(void)
{
	(void)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void
do_ptrace(void)
{
	(void)syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), 0, 0);
}

static void
do_kill(void)
{
	(void)syscall(SYS_kill, 1, 0);
}

static void
do_map_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
do_make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

#ifdef __x86_64__
/* the same call by its other number, which a careless filter lets through */
static void
do_open_x32(void)
{
	(void)syscall(0x40000000 + SYS_openat, AT_FDCWD, "/etc/passwd", 0, 0);
}
#endif

/* what a judge does indeed need */
static void
do_work(void)
{
	unsigned char digest[EVP_MAX_MD_SIZE], *bytes = malloc(1 << 20);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	time_t now = time(NULL);
	struct tm parts;

	if (bytes != NULL && key != NULL && gmtime_r(&now, &parts) != NULL &&
	    localtime_r(&now, &parts) != NULL &&
	    EVP_Digest("x", 1, digest, NULL, EVP_sha384(), NULL) == 1)
		do_accept();
	EVP_PKEY_free(key);
	free(bytes);
}

static const struct {
	const char *word;
	void (*deed)(void);
} deeds[] = {
	{ "accept", do_accept },
	{ "connect", do_connect },
	{ "crash", do_crash },
	{ "execve", do_execve },
	{ "fork", do_fork },
	{ "hoard", do_hoard },
	{ "kill", do_kill },
	{ "lie-authority", do_lie_authority },
	{ "lie-kind", do_lie_kind },
	{ "lie-text", do_lie_text },
	{ "lie-why", do_lie_why },
	{ "make-code", do_make_code },
	{ "map-code", do_map_code },
	{ "nonsense", do_nonsense },
	{ "open", do_open },
#ifdef __x86_64__
	{ "open-x32", do_open_x32 },
#endif
	{ "oversize", do_oversize },
	{ "ptrace", do_ptrace },
	{ "read", do_read },
	{ "silent", do_silent },
	{ "sleep", do_sleep },
	{ "socket", do_socket },
	{ "spin", do_spin },
	{ "tell", do_tell },
	{ "work", do_work },
	{ "write-file", do_write_file },
};

void
cardea_cert_judge(const struct cardea_cert_question *question,
    struct cardea_cert_verdict *ret_verdict)
{
	asked = question;
	verdict = ret_verdict;
	cardea_cert_refuse(verdict, CARDEA_CERT_UNTRUSTED, "still here");
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		if (question->leaf.len == strlen(deeds[i].word) &&
		    memcmp(question->leaf.data, deeds[i].word,
			question->leaf.len) == 0)
			deeds[i].deed();
	}
}
