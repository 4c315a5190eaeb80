/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_WANT_H
#define CARDEA_VERIFIER_WANT_H

#include <cardea/requirement.h>

#include "factor/remote.h"

/*
 * What the rest of a rule wants of a security key: by which way, with which
 * credential, touched or with PIN.  One list of qualities serves both ends:
 * what is asked of a credential beforehand and what its evidence says
 * afterwards.
 */

enum cardea_way {
	CARDEA_WAY_LOCAL = 0, /* plugged into this machine */
	CARDEA_WAY_AGENT,     /* behind the caller's ssh-agent */
	CARDEA_WAY_REMOTE,    /* at the far end of ssh, by cardea-askpass */
	CARDEA_WAY_SSHD,      /* sshd has verified it; touch and PIN unknown */
};

const char *cardea_way_text(enum cardea_way way); /* as rules say it */

/* cardea_want_qualities: what a proof by this credential has, besides uv and
 * touch, which only the proof itself tells; returns how many. */
size_t cardea_want_qualities(const struct cardea_fido2_credential *credential,
    enum cardea_way way, bool touch, bool uv,
    struct cardea_quality qualities[CARDEA_QUALITIES_MAX]);

/* cardea_want_credential: could a proof by it, shown this way, be one that
 * the requirement still asks for? */
bool cardea_want_credential(const struct cardea_requirement *residual,
    enum cardea_way way, const struct cardea_fido2_credential *credential);

/* cardea_want_way: does any demand leave this way open? */
bool
cardea_want_way(const struct cardea_requirement *residual, enum cardea_way way);

/* cardea_want_uv: of the demands that this way can meet, do all, some or none
 * need the user verified?  And of the credentials that may answer, some of
 * which demand it whatever the rule says? */
enum cardea_uv
cardea_want_uv(const struct cardea_requirement *residual, enum cardea_way way,
    const struct cardea_fido2_credential *credentials, size_t count);

/* cardea_want_reaches: is it of a kind that can be reached this way? */
bool cardea_want_reaches(
    enum cardea_way way, const struct cardea_fido2_credential *credential);

#endif
