/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * httpd PORT FOLDER LOG: a server that keeps to its orders, which are in the
 * path:
 *
 *   /file/NAME    what FOLDER/NAME holds
 *   /cut/NAME     its length, and half of it
 *   /stall/NAME   its length, half of it, and then nothing
 *   /drip/NAME    one byte a second
 *   /bare/NAME    without saying how long it is
 *   /endless      bytes without an end, or a length
 *   /huge         a length beyond all measure
 *   /hop/N/NAME   leads on N times
 *   /away         leads to what FOLDER/away says
 *   /garbage      no HTTP at all
 *   /zip/NAME     says that it is compressed
 *
 * Everything else is 404.  One line a request in LOG.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *folder, *log_path;

static void
put(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t done = write(fd, bytes, len);

		if (done <= 0)
			_exit(0);
		bytes += done;
		len -= (size_t)done;
	}
}

static void
say(int fd, const char *text)
{
	put(fd, text, strlen(text));
}

static void
head(int fd, const char *status, const char *more, long long len)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "HTTP/1.1 %s\r\nConnection: close\r\n%s", status, more);
	say(fd, text);
	if (len >= 0) {
		(void)snprintf(
		    text, sizeof(text), "Content-Length: %lld\r\n", len);
		say(fd, text);
	}
	say(fd, "\r\n");
}

static void
refuse(int fd)
{
	head(fd, "404 Not Found", "", 0);
	_exit(0);
}

static char *
read_file(int fd, const char *name, size_t *len)
{
	char path[512];
	struct stat st;
	char *bytes;
	int from;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	from = open(path, O_RDONLY);
	if (from < 0 || fstat(from, &st) != 0 || strchr(name, '/') != NULL)
		refuse(fd);
	*len = (size_t)st.st_size;
	bytes = malloc(*len + 1);
	for (size_t at = 0; at < *len;) {
		ssize_t got = read(from, bytes + at, *len - at);

		if (got <= 0)
			_exit(1);
		at += (size_t)got;
	}
	bytes[*len] = '\0';
	(void)close(from);
	return bytes;
}

static void
lead_to(int fd, const char *where)
{
	char more[700];

	(void)snprintf(more, sizeof(more), "Location: %.600s\r\n", where);
	head(fd, "302 Found", more, 0);
}

static void
hop(int fd, const char *rest)
{
	char where[300];
	char *name;
	long left = strtol(rest, &name, 10);

	if (left <= 0)
		(void)snprintf(where, sizeof(where), "/file%.200s", name);
	else
		(void)snprintf(
		    where, sizeof(where), "/hop/%ld%.200s", left - 1, name);
	lead_to(fd, where);
}

static void
send_without_end(int fd)
{
	static char bytes[65536];

	for (;;)
		put(fd, bytes, sizeof(bytes));
}

static void
drip(int fd, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		put(fd, bytes + i, 1);
		(void)sleep(1);
	}
}

static void
send_named(int fd, const char *order, const char *name)
{
	size_t len = 0;
	char *bytes = read_file(fd, name, &len);
	bool is_bare = strcmp(order, "bare") == 0;
	bool is_whole = is_bare || strcmp(order, "file") == 0 ||
	    strcmp(order, "zip") == 0;

	head(fd, "200 OK",
	    strcmp(order, "zip") == 0 ? "Content-Encoding: gzip\r\n" : "",
	    is_bare ? -1 : (long long)len);
	if (strcmp(order, "drip") == 0)
		drip(fd, bytes, len);
	put(fd, bytes, is_whole ? len : len / 2);
	if (strcmp(order, "stall") == 0)
		(void)sleep(3600);
	free(bytes);
}

static void
obey(int fd, char *path)
{
	static const char *const named[] = { "file", "cut", "stall", "drip",
		"bare", "zip" };
	char *order = path + 1;
	char *rest = strchr(order, '/');

	if (rest != NULL)
		*rest++ = '\0';
	for (size_t i = 0; rest != NULL && i < 6; i++) {
		if (strcmp(order, named[i]) == 0) {
			send_named(fd, order, rest);
			return;
		}
	}
	if (strcmp(order, "hop") == 0 && rest != NULL) {
		hop(fd, rest);
	} else if (strcmp(order, "away") == 0) {
		size_t len = 0;
		char *where = read_file(fd, "away", &len);

		where[strcspn(where, "\r\n")] = '\0';
		lead_to(fd, where);
		free(where);
	} else if (strcmp(order, "endless") == 0) {
		head(fd, "200 OK", "", -1);
		send_without_end(fd);
	} else if (strcmp(order, "huge") == 0) {
		head(fd, "200 OK", "", 1LL << 40);
		send_without_end(fd);
	} else if (strcmp(order, "garbage") == 0) {
		say(fd, "\x16\x03\x01\x02 what did you expect?\n");
	} else {
		refuse(fd);
	}
}

static void
serve(int fd)
{
	char text[8192], *path, *end;
	ssize_t len = read(fd, text, sizeof(text) - 1);
	FILE *log = fopen(log_path, "a");

	if (len <= 0 || log == NULL)
		_exit(0);
	text[len] = '\0';
	path = strchr(text, ' ');
	end = path == NULL ? NULL : strchr(path + 1, ' ');
	if (end == NULL)
		_exit(0);
	*end = '\0';
	fprintf(log, "%s\n", text);
	(void)fclose(log);
	obey(fd, path + 1);
	_exit(0);
}

int
main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	if (argc != 4)
		return 2;
	folder = argv[2];
	log_path = argv[3];
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	address.sin_port = htons((unsigned short)strtoul(argv[1], NULL, 10));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 16) != 0) {
		perror("httpd");
		return 1;
	}
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		if (peer < 0)
			continue;
		if (fork() == 0)
			serve(peer);
		(void)close(peer);
	}
}
