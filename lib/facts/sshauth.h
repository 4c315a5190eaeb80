/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_SSHAUTH_H
#define CARDEA_FACTS_SSHAUTH_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/diag.h>
#include <cardea/limits.h>

#include "base/sshwire.h"

/*
 * SSH_AUTH_INFO_0: what sshd says it has verified in this login, one line for
 * each completed method:
 *
 *   method[/submethod][ keytype base64[ info]]
 *
 * This unit reads the text; whether it was sshd who wrote it is the caller's
 * question.  A certificate (its type says so) is another factor than a key: its
 * bytes are handed over as they are and judged elsewhere.
 */

#define CARDEA_SSHAUTH_KEYS_MAX 4
#define CARDEA_SSHAUTH_TYPE_MAX 63
#define CARDEA_SSHAUTH_FINGERPRINT_MAX CARDEA_SSHWIRE_FINGERPRINT_MAX

struct cardea_sshauth_blob { /* borrowed from the text */
	const char *base64;
	size_t base64_len;
};

struct cardea_sshauth_key {
	char type[CARDEA_SSHAUTH_TYPE_MAX + 1];
	char fingerprint[CARDEA_SSHAUTH_FINGERPRINT_MAX + 1];
	struct cardea_sshauth_blob blob;
};

struct cardea_sshauth {
	size_t count;
	struct cardea_sshauth_key keys[CARDEA_SSHAUTH_KEYS_MAX];
	size_t certificate_count;
	struct cardea_sshauth_blob certificates[CARDEA_SSHAUTH_KEYS_MAX];
};

/* cardea_sshauth_parse: SYNTAX for any line that is not of this form, RANGE
 * beyond a ceiling; a text that is partly wrong is wholly refused. */
CARDEA_MUST_USE enum cardea_status cardea_sshauth_parse(const char *text,
    struct cardea_sshauth *ret_sshauth, struct cardea_diag *diag);

/* cardea_sshauth_decode: the bytes of a key or certificate. RANGE, SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_sshauth_decode(const struct cardea_sshauth_blob *blob,
    unsigned char *bytes, size_t size, size_t *ret_len);

#endif
