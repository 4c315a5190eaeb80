/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_RELAY_H
#define CARDEA_STORE_RELAY_H

#include "base/clock.h"
#include "store/record.h"

/*
 * The relay: what one PAM phase leaves for the next.  It is worth nothing
 * after a minute, after a reboot or on another host, so it is no record of
 * the store: no sync, and no need of a store that can be written.  It lies in
 * a file below CARDEA_PATH_RELAY, which is a tmpfs, sealed as the store would
 * seal it under the same key, so that no file can be made, changed or put in
 * another one's place by whoever lacks the seal's key.
 *
 *     relay/MINUTE/ID     MINUTE of the boot's clock; ID 32 hex digits
 *
 * A resumer looks into this minute and the one before; older ones are
 * removed a few files at each leave, faster than new ones come.  Directories
 * are made when missing, root's own, 0700.
 */
struct cardea_relay {
	const char *directory; /* CARDEA_PATH_RUN; made, but not its parents */
	const struct cardea_store *store; /* for its seal; may be read-only */
};

/* cardea_relay_leave: with created_monotonic and boot id as the caller filled
 * them. UNSAFE for a directory that others could write to; FULL, IO. */
CARDEA_MUST_USE enum cardea_status
cardea_relay_leave(const struct cardea_relay *relay,
    const struct cardea_txn *txn, struct cardea_diag *diag);

/* Who resumes: the phase that begins, the process behind it, its facts. */
struct cardea_resumer {
	enum cardea_phase phase;
	pid_t pid;
	uint64_t pid_start;
	const struct cardea_request *request; /* fresh facts, borrowed */
};

/* cardea_relay_resume: removes the record (one use: of two resumers exactly
 * one wins) and hands it out.  MISSING for an unknown id, or what is no id;
 * for another host process than the one that left it or its parent where that
 * was root; for another service, source, requesting user or caller; for
 * another PAM_USER, but in the session phase, where sudo names the target;
 * for an earlier phase; and for anything older than CARDEA_RESUME_S.  Who may
 * not resume burns nothing.  UNSAFE, CORRUPT, VERSION, IO: trouble, left in
 * place. */
CARDEA_MUST_USE enum cardea_status
cardea_relay_resume(const struct cardea_relay *relay, const char *id,
    const struct cardea_resumer *resumer, const struct cardea_clock *clock,
    struct cardea_txn *ret_txn, struct cardea_diag *diag);

#endif
