/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_state: stands in for the verifier and says what it was born with, in
 * one packet of "word value" lines, then waits until the other end has gone.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCKET_FD 3

extern char **environ;

static char report[16384];
static size_t used;

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
	va_list values;
	int len;

	va_start(values, format);
	len = vsnprintf(report + used, sizeof(report) - used, format, values);
	va_end(values);
	if (len > 0)
		used += (size_t)len;
}

/* Uid, Gid, Groups, SigBlk, SigIgn, SigCgt as the kernel writes them */
static void
say_status(void)
{
	static const char *const wanted[] = { "Uid:", "Gid:", "Groups:",
		"SigBlk:", "SigIgn:", "SigCgt:", "Threads:" };
	FILE *file = fopen("/proc/self/status", "re");
	char line[512];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
				say("%s", line);
	if (file != NULL)
		(void)fclose(file);
}

/* every open descriptor with what it is, our own look at them apart */
static void
say_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		char target[256] = "";

		if (entry->d_name[0] == '.' ||
		    atoi(entry->d_name) == dirfd(directory))
			continue;
		if (readlinkat(dirfd(directory), entry->d_name, target,
			sizeof(target) - 1) > 0)
			say("fd %s %.8s\n", entry->d_name, target);
	}
	if (directory != NULL)
		(void)closedir(directory);
}

static void
say_limit(const char *name, __rlimit_resource_t resource)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) == 0)
		say("limit %s %lld\n", name, (long long)limit.rlim_cur);
}

int
main(int argc, char **argv)
{
	char cwd[256] = "";
	size_t variables = 0;
	char byte;

	while (environ[variables] != NULL)
		variables++;
	say_status();
	say_descriptors();
	say("environment %zu\n", variables);
	say("cwd %s\n", getcwd(cwd, sizeof(cwd)) != NULL ? cwd : "?");
	say("umask %o\n", umask(0));
	say("group %ld\n", (long)getpgrp());
	say("login %ld\n", (long)getsid(0));
	say("arguments %d %s\n", argc, argv[0]);
	say_limit("core", RLIMIT_CORE);
	say_limit("fsize", RLIMIT_FSIZE);
	say_limit("nofile", RLIMIT_NOFILE);
	say_limit("cpu", RLIMIT_CPU);
	say_limit("as", RLIMIT_AS);
	(void)send(SOCKET_FD, report, used, MSG_NOSIGNAL);
	(void)recv(SOCKET_FD, &byte, sizeof(byte), 0);
	return 0;
}
