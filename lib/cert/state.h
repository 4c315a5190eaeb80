/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_STATE_H
#define CARDEA_CERT_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <cardea/diag.h>
#include <cardea/policy.h>

/*
 * What `cardea refresh` knows of its lists, in one small file with a check sum:
 * so that the verifier can tell, without opening a list, whether revocation
 * data is stale (the outage that when_outage calls revocation-stale).  It
 * decides on no certificate: the lists' own dates, signed, do that.
 */

/* The number of an authority's OCSP answers, beside those of its lists. */
#define CARDEA_CERT_STATE_OCSP CARDEA_AUTHORITY_LISTS_MAX
#define CARDEA_CERT_STATE_MAX                                                  \
	(CARDEA_AUTHORITIES_MAX * (CARDEA_AUTHORITY_LISTS_MAX + 1))

/* One list that is in place.  Of answers: the oldest one's date, the earliest
 * end. */
struct cardea_cert_state_list {
	char authority[CARDEA_AUTHORITY_NAME_MAX + 1];
	uint32_t number;
	int64_t this_update_s;
	int64_t next_update_s;	  /* 0: it names none */
	unsigned char source[32]; /* SHA-256 of where it came from */
	int64_t fetched_s;	  /* when it was last seen to be the newest */
};

struct cardea_cert_state {
	size_t count;
	struct cardea_cert_state_list lists[CARDEA_CERT_STATE_MAX];
};

/* cardea_cert_state_read: FOLDER/state. MISSING; CORRUPT, VERSION; UNSAFE, IO,
 * RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_cert_state_read(const char *folder,
    struct cardea_cert_state *ret_state, struct cardea_diag *diag);

/* cardea_cert_state_write: atomically, durable. */
CARDEA_MUST_USE enum cardea_status cardea_cert_state_write(const char *folder,
    const struct cardea_cert_state *state, struct cardea_diag *diag);

/* cardea_cert_state_find: NULL if it is not there. */
const struct cardea_cert_state_list *
cardea_cert_state_find(const struct cardea_cert_state *state,
    const char *authority, uint32_t number);

/* cardea_cert_state_set: puts it in the place of the same list, or beside the
 * others; RANGE if there is no room. */
CARDEA_MUST_USE enum cardea_status cardea_cert_state_set(
    struct cardea_cert_state *state, const struct cardea_cert_state_list *list);

/* cardea_cert_state_stale: the first authority whose lists are missing here,
 * beyond their nextUpdate or its max_age, or whose answers are; NULL: none.
 * An authority that wants no revocation data is never stale.  Borrowed. */
const struct cardea_authority *
cardea_cert_state_stale(const struct cardea_cert_state *state,
    const struct cardea_settings *settings, int64_t now_s);

#endif
