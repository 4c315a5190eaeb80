/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logd SOCKET FILE: a syslog socket for tests.  One line a datagram, with the
 * ids of the sender as the kernel knows them:
 *
 *   uid=0 pid=45 <85>Nov 22 22:33:41 sudo: ...
 *
 * Control characters become '?', so that one datagram is one line whatever it
 * holds and a test can count.  Ends when it is killed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int
open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof address.sun_path)
		return -1;
	memcpy(address.sun_path, path, strlen(path) + 1);

	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int on = 1;
	(void)unlink(path);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
	    chmod(path, 0666) != 0)
		return -1;
	return fd;
}

static struct ucred
sender(struct msghdr *message)
{
	struct ucred who = { .pid = -1, .uid = (uid_t)-1, .gid = (gid_t)-1 };
	struct cmsghdr *part = CMSG_FIRSTHDR(message);
	for (; part != NULL; part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level == SOL_SOCKET &&
		    part->cmsg_type == SCM_CREDENTIALS)
			memcpy(&who, CMSG_DATA(part), sizeof who);
	}
	return who;
}

static void
write_line(FILE *file, const struct ucred *who, char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < ' ')
			text[i] = i + 1 == len ? ' ' : '?';
	}
	fprintf(file, "uid=%d pid=%d %.*s\n", (int)who->uid, (int)who->pid,
	    (int)len, text);
	fflush(file);
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	FILE *file = fopen(argv[2], "ae");
	int fd = open_socket(argv[1]);
	if (file == NULL || fd < 0) {
		perror(argv[1]);
		return 2;
	}

	for (;;) {
		static char text[65536];
		char control[256];
		struct iovec part = { .iov_base = text,
			.iov_len = sizeof text };
		struct msghdr message = { .msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof control };
		ssize_t len = recvmsg(fd, &message, 0);
		if (len < 0)
			continue;
		struct ucred who = sender(&message);
		write_line(file, &who, text, (size_t)len);
	}
}
