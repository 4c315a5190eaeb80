/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_TRANSPORT_H
#define RIG_KEY_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How reports come and go.
 *
 * A pseudo terminal: unmodified libfido2 opens its slave as if it were
 * /dev/hidrawN; in raw mode, with VMIN at the length of a report, poll() and
 * read() there deliver whole reports.  Unplugging is the end of the process.
 *
 * A socket (AF_UNIX, SOCK_SEQPACKET): for programs that give libfido2 functions
 * of their own.  One client at a time.
 */
#define REPORT_LEN 64

struct transport {
	const char *path; /* of the link to the slave, or of the socket */
	int io;		  /* the master, or the client; -1: none */
	int slave;	  /* -1: no pseudo terminal */
	int listener;	  /* -1: no socket */
	size_t pending;	  /* bytes of a report that has not come whole */
	unsigned char partial[1 + REPORT_LEN];
};

enum arrival {
	ARRIVAL_REPORT,
	ARRIVAL_NONE, /* in time */
	ARRIVAL_GONE, /* the client hung up */
};

void transport_open_pty(struct transport *transport, const char *link);
void transport_open_socket(struct transport *transport, const char *path);

/* transport_own: to be called by the process that serves, once it has a
 * session of its own.  See there. */
void transport_own(const struct transport *transport);

/* transport_receive: waits; for ever if timeout_ms is negative. */
enum arrival transport_receive(struct transport *transport, int timeout_ms,
    unsigned char ret_report[REPORT_LEN]);
/* A report that nobody takes in time is dropped. */
void transport_send(
    struct transport *transport, const unsigned char report[REPORT_LEN]);

/* transport_forget: reports that no client has read are none of the next one's
 * business. */
void transport_forget(const struct transport *transport);
/* transport_is_read: does a client take what is sent? */
bool transport_is_read(const struct transport *transport);

/* transport_remove: the name is gone, as that of a key that is pulled out. */
void transport_remove(const struct transport *transport);

#endif
