/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_LOGSOCKET_H
#define CARDEA_LOGSOCKET_H

#include <cardea/status.h>

/*
 * One datagram to a local socket, without ever waiting longer than
 * CARDEA_LOG_TIMEOUT_MS: syslog(3) waits for ever when the reader has
 * stopped, and with it would the login.  Opens and closes its own descriptor,
 * close-on-exec; raises no SIGPIPE; keeps nothing between calls.
 */

/* cardea_logsocket_send: IO if there is no reader (or it takes streams only),
 * TIMEOUT if it does not read, RANGE for a path that is too long. */
enum cardea_status cardea_logsocket_send(const char *path, const char *text);

#endif
