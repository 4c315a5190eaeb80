/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_REVOCATION_SCENE_H
#define TESTS_UNIT_REVOCATION_SCENE_H

#include "unit/revocation_fixture.h"
#include "unit/revoker.h"

/* A path of root, authority and device, and who asks about it. */

extern struct party root, authority, device, responder, lister, indirect;

int make_parties(void **state);

int drop_parties(void **state);

/* One question: lists and answers as they are added. */
struct asked {
	struct verifying verifying;
};

struct asked ask(enum cardea_revocation_by by);

struct cardea_cert_bytes *add_list(
    struct asked *asked, const struct party *issuer, struct list_make make);

struct cardea_cert_verdict judge(struct asked *asked);

void is(struct asked *asked, enum cardea_cert_why why);

#endif
