/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_LOGSOCKET_H
#define CARDEA_LOGSOCKET_H

#include <cardea/log.h>

/*
 * One datagram to a local socket, without ever waiting longer than
 * CARDEA_LOG_TIMEOUT_MS: syslog(3) waits for ever when the reader has
 * stopped, and with it would the login.  Opens and closes its own descriptor,
 * close-on-exec; raises no SIGPIPE; keeps nothing between calls.
 */

/* cardea_logsocket_send: IO if there is no reader (or it takes streams only),
 * TIMEOUT if it does not read, RANGE for a path that is too long. */
enum cardea_status cardea_logsocket_send(const char *path, const char *text);

/* cardea_logsocket_datagram: "<PRI>cardea[PID]: " and the line.  An event
 * whose line is too long loses detail, then missing as well, and detail says
 * so: whoever fills a field with rubbish must not go unlogged. */
CARDEA_MUST_USE enum cardea_status
cardea_logsocket_datagram(const struct cardea_event *event,
    enum cardea_log_format format, char *text, size_t size);

#endif
