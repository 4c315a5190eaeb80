/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * In place of ssh, as far as an askpass can tell.  "-V" prints the file
 * "version" beside the program; "hang" in it never ends.  Everything else are
 * programs to run with one argument each, PROGRAM PROMPT, one after the other.
 */
static int
say_version(void)
{
	char path[PATH_MAX + 16];
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX);
	char line[256] = "";
	FILE *file;

	if (len <= 0)
		return 1;
	path[len] = '\0';
	strcpy(strrchr(path, '/'), "/version");
	file = fopen(path, "r");
	if (file == NULL || fgets(line, sizeof(line), file) == NULL)
		return 1;
	fclose(file);
	if (environ != NULL && environ[0] != NULL)
		strcpy(line, "the environment is not empty\n");
	if (strcmp(line, "hang\n") == 0)
		sleep(600);
	fputs(line, stderr);
	return 0;
}

static int
ask(char *program, char *prompt)
{
	char *const arguments[] = { program, prompt, NULL };
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		execv(program, arguments);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 126;
	return WEXITSTATUS(status);
}

int
main(int argc, char **argv)
{
	int status = 0;

	if (argc == 2 && strcmp(argv[1], "-V") == 0)
		return say_version();
	for (int i = 1; i + 1 < argc; i += 2)
		status = ask(argv[i], argv[i + 1]);
	return status;
}
