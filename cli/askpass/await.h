/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_AWAIT_H
#define CARDEA_CLI_ASKPASS_AWAIT_H

#include <stdint.h>

#include <cardea/status.h>

/* cardea_await: until fd can be read or has hung up. TIMEOUT at the deadline of
 * the monotonic clock; CLOSED if hangup_fd (-1: none) can be read too. */
CARDEA_MUST_USE enum cardea_status
cardea_await(int fd, int64_t deadline_ms, int hangup_fd);

#endif
