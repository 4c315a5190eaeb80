/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "rig/key/need.h"
#include "rig/key/transport.h"

/* The rest of a report that began must come so soon: what a killed client
 * leaves must not shift all that follows. */
#define PARTIAL_MS 200
#define SEND_MS 1000
/* So much unread, and nobody reads. */
#define UNREAD_MAX (16 * REPORT_LEN)

static const struct transport closed = { .io = -1,
	.slave = -1,
	.listener = -1 };

void
transport_open_pty(struct transport *transport, const char *link)
{
	struct termios raw = { .c_iflag = 0 };
	char name[128];
	cfmakeraw(&raw);
	raw.c_cflag |= CREAD | CS8;
	raw.c_cc[VMIN] = REPORT_LEN;
	raw.c_cc[VTIME] = 0;

	*transport = closed;
	transport->path = link;
	need(openpty(&transport->io, &transport->slave, name, &raw, NULL) == 0,
	    "a pseudo terminal");
	/* the slave stays open here: no hang-up between clients */
	need(fcntl(transport->io, F_SETFD, FD_CLOEXEC) == 0 &&
		fcntl(transport->slave, F_SETFD, FD_CLOEXEC) == 0 &&
		fcntl(transport->io, F_SETFL, O_RDWR | O_NONBLOCK) == 0 &&
		fchmod(transport->slave, 0666) == 0,
	    "a pseudo terminal");
	(void)unlink(link);
	need(symlink(name, link) == 0, "a link to the pseudo terminal");
}

void
transport_open_socket(struct transport *transport, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	need(strlen(path) < sizeof address.sun_path, "a shorter path");
	memcpy(address.sun_path, path, strlen(path) + 1);

	*transport = closed;
	transport->path = path;
	transport->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	(void)unlink(path);
	need(transport->listener >= 0 &&
		bind(transport->listener, (struct sockaddr *)&address,
		    sizeof address) == 0 &&
		chmod(path, 0666) == 0 && listen(transport->listener, 16) == 0,
	    "a socket");
}

/*
 * libfido2 opens its devices without O_NOCTTY, so a client that leads a session
 * without a terminal would get the key as its controlling one, and read its PIN
 * from there.  A terminal controls one session at most: it shall be ours.
 */
void
transport_own(const struct transport *transport)
{
	if (transport->slave < 0)
		return;
	(void)ioctl(transport->slave, TIOCSCTTY, 0);
	signal(SIGHUP, SIG_IGN);
}

/* --- receiving ----------------------------------------------------------- */

/* A host writes a report with its number before it, which is 0. */
static bool
take(struct transport *transport, unsigned char ret_report[REPORT_LEN])
{
	if (transport->pending < sizeof transport->partial)
		return false;
	memcpy(ret_report, transport->partial + 1, REPORT_LEN);
	transport->pending = 0;
	return true;
}

static enum arrival
hang_up(struct transport *transport)
{
	close(transport->io);
	transport->io = -1;
	transport->pending = 0;
	return ARRIVAL_GONE;
}

/* One read: a report, a part of one, or the end. */
static enum arrival
read_some(struct transport *transport, unsigned char ret_report[REPORT_LEN])
{
	ssize_t len = read(transport->io,
	    transport->partial + transport->pending,
	    sizeof transport->partial - transport->pending);
	if (len > 0) {
		transport->pending += (size_t)len;
		return take(transport, ret_report) ? ARRIVAL_REPORT
						   : ARRIVAL_NONE;
	}
	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return ARRIVAL_NONE;
	/* our own slave keeps a pseudo terminal from ever ending */
	need(transport->listener >= 0, "the pseudo terminal");
	return hang_up(transport);
}

/* What there is to wait for: the client, or else the next one. */
static struct pollfd
source_of(const struct transport *transport)
{
	return (struct pollfd){
		.fd = transport->io >= 0 ? transport->io : transport->listener,
		.events = POLLIN,
	};
}

enum arrival
transport_receive(struct transport *transport, int timeout_ms,
    unsigned char ret_report[REPORT_LEN])
{
	for (;;) {
		struct pollfd source = source_of(transport);
		int ready = poll(&source, 1,
		    transport->pending > 0 ? PARTIAL_MS : timeout_ms);
		if (ready < 0)
			continue;
		if (ready == 0 && transport->pending == 0)
			return ARRIVAL_NONE;
		if (ready == 0) {
			transport->pending = 0;
			continue;
		}
		if (transport->io < 0) {
			transport->io = accept4(transport->listener, NULL, NULL,
			    SOCK_CLOEXEC | SOCK_NONBLOCK);
			continue;
		}
		enum arrival arrival = read_some(transport, ret_report);
		if (arrival != ARRIVAL_NONE)
			return arrival;
	}
}

/* --- sending ------------------------------------------------------------- */

void
transport_send(
    struct transport *transport, const unsigned char report[REPORT_LEN])
{
	if (transport->io < 0)
		return;
	struct pollfd sink = { .fd = transport->io, .events = POLLOUT };
	if (poll(&sink, 1, SEND_MS) == 1)
		(void)!write(transport->io, report, REPORT_LEN);
}

void
transport_forget(const struct transport *transport)
{
	if (transport->slave >= 0)
		(void)tcflush(transport->slave, TCIFLUSH);
}

bool
transport_is_read(const struct transport *transport)
{
	int unread = 0;
	if (transport->slave < 0)
		return transport->io >= 0;
	return ioctl(transport->slave, FIONREAD, &unread) == 0 &&
	    unread < UNREAD_MAX;
}

void
transport_remove(const struct transport *transport)
{
	(void)unlink(transport->path);
}
