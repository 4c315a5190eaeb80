/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_WIRE_CHANNEL_H
#define CARDEA_WIRE_CHANNEL_H

#include "wire/message.h"

/*
 * One end of the socketpair.  Every wait has a deadline; MSG_NOSIGNAL, so
 * that a dead peer is a status and never a SIGPIPE (P03); EINTR goes on with
 * what is left of the time.  Packets are wiped from the stack after use.
 */

/* cardea_channel_send: CLOSED, TIMEOUT, IO. */
CARDEA_MUST_USE enum cardea_status cardea_channel_send(
    int fd, const struct cardea_message *message, int timeout_ms);

/* cardea_channel_receive: SYNTAX for anything malformed, VERSION, CLOSED,
 * TIMEOUT, IO; ret_message is untouched then. */
CARDEA_MUST_USE enum cardea_status cardea_channel_receive(
    int fd, struct cardea_message *ret_message, int timeout_ms);

/* cardea_channel_now_ms: the clock that poll(2) itself counts by.  Not
 * base/clock.h: that one reads the kernel's clock state too, and a deadline
 * wants neither the wall clock nor the time spent in suspend. */
int64_t cardea_channel_now_ms(void);

#endif
