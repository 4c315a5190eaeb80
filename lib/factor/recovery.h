/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_RECOVERY_H
#define CARDEA_FACTOR_RECOVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/evidence.h>
#include <cardea/limits.h>

/*
 * Recovery codes: printed once, each good once.  16 characters of Crockford's
 * base32 in four groups ("7K2M-Q9XA-4TBD-0WHE"), 80 random bits, so a salted
 * SHA-256 is enough to keep them (nothing to guess).  Case and dashes do not
 * matter; O is read as 0, I and L as 1.  Pure; knows OpenSSL through
 * crypto.h only.
 */

#define CARDEA_RECOVERY_TEXT_MAX 19
#define CARDEA_RECOVERY_HASH 32
#define CARDEA_RECOVERY_SALT 16

struct cardea_recovery_code {
	unsigned char hash[CARDEA_RECOVERY_HASH];
	int64_t used_s; /* 0: still good */
};

struct cardea_recovery_set {
	unsigned char salt[CARDEA_RECOVERY_SALT];
	int64_t created_s;
	size_t count;
	struct cardea_recovery_code codes[CARDEA_RECOVERY_CODES_MAX];
};

/* cardea_recovery_generate: count fresh codes, 1..CARDEA_RECOVERY_CODES_MAX
 * (RANGE); texts are for the person, once: wipe them. */
CARDEA_MUST_USE enum cardea_status cardea_recovery_generate(size_t count,
    int64_t now_s, struct cardea_recovery_set *ret_set,
    char (*ret_texts)[CARDEA_RECOVERY_TEXT_MAX + 1]);

/* cardea_recovery_is_shape: could this answer be a recovery code at all? */
bool cardea_recovery_is_shape(const char *answer);

/* cardea_recovery_judge: VERIFIED with the index to mark used, else REFUSED
 * (wrong or used before), or BROKEN; ret_index is untouched then. All hashes
 * are compared, in constant time. */
enum cardea_result cardea_recovery_judge(const struct cardea_recovery_set *set,
    const char *answer, size_t *ret_index);

size_t cardea_recovery_left(const struct cardea_recovery_set *set);

#endif
