/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PKCS #11 module that never comes back: from C_Initialize, or, if
 * /etc/rig/hang says so, it starts a process that holds on to everything, or
 * ends the process that loaded it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CRYPTOKI_GNU
#include <p11-kit/pkcs11.h>

static char
read_word(void)
{
	int fd = open("/etc/rig/hang", O_RDONLY | O_CLOEXEC);
	char word = 'h';

	if (fd < 0 || read(fd, &word, 1) != 1)
		word = 'h';
	if (fd >= 0)
		(void)close(fd);
	return word;
}

static ck_rv_t
initialize(void *arguments)
{
	char word = read_word();

	(void)arguments;
	if (word == 'c')
		(void)raise(SIGSEGV);
	if (word == 'f' && fork() == 0)
		(void)execl("/bin/sleep", "sleep", "98765", (char *)NULL);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGALRM, SIG_IGN);
	while (word != '\0')
		(void)pause();
	return CKR_OK;
}

static struct ck_function_list list = {
	.version = { 2, 40 },
	.C_Initialize = initialize,
};

__attribute__((visibility("default"))) ck_rv_t
C_GetFunctionList(struct ck_function_list **ret_list)
{
	*ret_list = &list;
	return CKR_OK;
}
