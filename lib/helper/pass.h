/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_HELPER_PASS_H
#define CARDEA_HELPER_PASS_H

#include <stddef.h>

#include <cardea/status.h>

/*
 * Files for a process that may open none: descriptors beside a packet
 * (unix(7), SCM_RIGHTS).  Both ends know how many there should be.
 */
#define CARDEA_PASS_MAX 253 /* at once; the kernel takes no more */

/* cardea_pass_send: as cardea_helper_send, a packet of at most 64 bytes; the
 * descriptors stay the caller's.
 */
CARDEA_MUST_USE enum cardea_status cardea_pass_send(int fd,
    const unsigned char *packet, size_t len, const int *fds, size_t count);

/* cardea_pass_receive: as cardea_helper_receive; close-on-exec, the caller's to
 * close.  RANGE if there are more than max, or the kernel had to leave some
 * out: then none is open. */
CARDEA_MUST_USE enum cardea_status
cardea_pass_receive(int fd, unsigned char *packet, size_t size, size_t *ret_len,
    int *fds, size_t max, size_t *ret_count);

#endif
