/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_STATE_H
#define RIG_KEY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * The state folder: what the key remembers, what the test commands, and what
 * the key did.
 *
 *   mode        words that say how to behave: mode.h; written by the test
 *   finger      yes, no, blocked: what the fingerprint sensor sees
 *   log         one line an operation
 *   pid         written when the key is ready
 *   seed        32 bytes from which every private key is derived: a fixed seed
 *               makes a key that can be had again
 *   counter     the signature counter, in decimal
 *   pin, resident, finger-tries   the key's own
 *   attestation-root.pem, attestation.pem   whom a test may trust
 */
struct state {
	const char *folder;
	char mode[256];
	struct timespec mode_time; /* of the file that mode was read from */
	ino_t mode_inode;
	/* since the mode was written */
	long messages, commands;
};

void state_open(struct state *state, const char *folder);

/* state_read: how many bytes, at most len; 0 for a missing file */
size_t state_read(
    const struct state *state, const char *name, void *ret_bytes, size_t len);
/* in one step: readers see the old file or the new one */
void state_write(
    const struct state *state, const char *name, const void *bytes, size_t len);
/* state_read_word: the first word of a file, "" for a missing one */
void state_read_word(
    const struct state *state, const char *name, char *ret_word, size_t size);
void state_write_number(
    const struct state *state, const char *name, uint32_t number);

/* state_refresh: reads the mode again; if it was written since, the counts of
 * messages and commands begin anew. */
void state_refresh(struct state *state);

__attribute__((format(printf, 2, 3))) void
state_log(const struct state *state, const char *format, ...);

#endif
