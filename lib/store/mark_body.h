/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_MARK_BODY_H
#define CARDEA_STORE_MARK_BODY_H

#include "store/mark.h"

/* What stands in a mark; which fields, its kind says. */
#define CARDEA_MARK_OF 16 /* bytes of the digest that names an enrolment */

enum cardea_mark_kind {
	CARDEA_MARK_NONE = 0,
	CARDEA_MARK_TOKEN,
	CARDEA_MARK_RECOVERY,
	CARDEA_MARK_CREDENTIAL,
	CARDEA_MARK_DEVICE,
	CARDEA_MARK_GRANT,
};

struct cardea_mark_body {
	unsigned char of[CARDEA_MARK_OF];
	int64_t watermark, sync_at; /* token */
	int32_t drift;
	size_t count; /* recovery */
	int64_t codes[CARDEA_RECOVERY_CODES_MAX];
	uint32_t counter; /* credential */
	bool backed_up;
	int64_t used_s;		   /* token, credential */
	int64_t seen_s, expires_s; /* device */
	char user[CARDEA_NAME_MAX + 1];
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];
	int64_t over_s; /* grant */
};

/* cardea_mark_kind_of: NONE for what is no mark. */
enum cardea_mark_kind cardea_mark_kind_of(const char *kind);

/* cardea_mark_body_read: CORRUPT, VERSION. */
CARDEA_MUST_USE enum cardea_status
cardea_mark_body_read(enum cardea_mark_kind kind,
    const struct cardea_value *value, struct cardea_mark_body *ret_body);

/* cardea_mark_body_write: heap bytes. */
CARDEA_MUST_USE enum cardea_status
cardea_mark_body_write(enum cardea_mark_kind kind,
    const struct cardea_mark_body *body, struct cardea_value *ret_value);

/* cardea_mark_body_join: of both, which are of one enrolment, always what
 * refuses more. Pure. */
void cardea_mark_body_join(
    struct cardea_mark_body *body, const struct cardea_mark_body *other);

#endif
