/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_MARK_H
#define CARDEA_STORE_MARK_H

#include "store/ledger_grant.h"
#include "store/record.h"

/*
 * Marks: what logins write of enrolments.  An enrolment says who somebody is
 * and is written by an administrator; what becomes of it by being used (the
 * last code spent, a counter, when it was seen) is a record of its own, which a
 * host of a fleet may write where it may not enrol.  What holds is the
 * enrolment with its mark laid over it: of what refuses (spent codes, counters)
 * the more, of what is only told (when a device was seen, until when it is
 * good) the later.
 *
 * A mark names the enrolment it is of by a digest of what cannot stay the same
 * when another takes its place: the key, the salt, the moment it was made.  One
 * of another enrolment says nothing; one that outlives its enrolment neither,
 * unless the very same secret is enrolled again, whose codes stay spent.
 */
#define CARDEA_KIND_TOKEN_MARK "token-mark"	  /* owner user, id token id */
#define CARDEA_KIND_RECOVERY_MARK "recovery-mark" /* owner user */
#define CARDEA_KIND_CREDENTIAL_MARK                                            \
	"credential-mark"		      /* owner user, id credential */
#define CARDEA_KIND_DEVICE_MARK "device-mark" /* owner device id */
#define CARDEA_KIND_GRANT_MARK "grant-mark"   /* owner user, id grant id */

/* Where a mark stands, and which one was read there; version 0: none. */
struct cardea_mark {
	struct cardea_key key;
	uint64_t version;
	struct cardea_value value; /* of cardea_mark_read's caller to clear */
};

/* cardea_mark_read: OK where there is none, too. */
CARDEA_MUST_USE enum cardea_status cardea_mark_read(struct cardea_store *store,
    const char *kind, const char *owner, const char *id,
    struct cardea_mark *ret_mark, struct cardea_diag *diag);

/* cardea_mark_lay_...: over an enrolment as it was read; one of another
 * enrolment, or an empty value, changes nothing. CORRUPT, VERSION. */
CARDEA_MUST_USE enum cardea_status cardea_mark_lay_token(
    const struct cardea_value *value, struct cardea_otp_token *token);
CARDEA_MUST_USE enum cardea_status cardea_mark_lay_recovery(
    const struct cardea_value *value, struct cardea_recovery_set *set);
CARDEA_MUST_USE enum cardea_status
cardea_mark_lay_credential(const struct cardea_value *value,
    struct cardea_fido2_credential *credential);
CARDEA_MUST_USE enum cardea_status cardea_mark_lay_device(
    const struct cardea_value *value, struct cardea_device *device);
CARDEA_MUST_USE enum cardea_status cardea_mark_lay_grant(
    const struct cardea_value *value, struct cardea_grant *grant);

/* cardea_mark_encode_...: what a use has left of it; heap bytes. */
CARDEA_MUST_USE enum cardea_status cardea_mark_encode_token(
    const struct cardea_otp_token *token, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_mark_encode_recovery(
    const struct cardea_recovery_set *set, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status
cardea_mark_encode_credential(const struct cardea_fido2_credential *credential,
    struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_mark_encode_device(
    const struct cardea_device *device, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_mark_encode_grant(
    const struct cardea_grant *grant, struct cardea_value *ret_value);

/* cardea_mark_enrolment: the kind of what a mark of this kind is of; NULL for
 * what is no mark. */
const char *cardea_mark_enrolment(const char *kind);

/* cardea_mark_is_of: is it of that enrolment, a record of the kind above? */
CARDEA_MUST_USE enum cardea_status
cardea_mark_is_of(const char *kind, const struct cardea_value *mark,
    const struct cardea_value *enrolment, bool *ret_is);

/* cardea_mark_join: of two of one enrolment what refuses more. CONFLICT: of two
 * enrolments. */
CARDEA_MUST_USE enum cardea_status
cardea_mark_join(const char *kind, const struct cardea_value *one,
    const struct cardea_value *other, struct cardea_value *ret_value);

/* cardea_mark_is_sound: can this be a mark of that kind at all? */
bool cardea_mark_is_sound(const char *kind, const struct cardea_value *value);

#endif
