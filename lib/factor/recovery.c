/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/secret.h"
#include "factor/recovery.h"
#include "store/crypto.h"

#define CODE_CHARS 16 /* 5 bits each */
#define CODE_BYTES 10
#define GROUP 4

_Static_assert(CODE_CHARS * 5 == CODE_BYTES * 8, "no bit is left over");
_Static_assert(CARDEA_RECOVERY_HASH == CARDEA_SHA256, "the hash is SHA-256");
_Static_assert(CARDEA_RECOVERY_TEXT_MAX == CODE_CHARS + CODE_CHARS / GROUP - 1,
    "groups with a dash between them");

/* Crockford's base32: no I, L, O, U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The character meant, or NUL. */
static char
normal_char(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	if (c == '\0' || strchr(alphabet, c) == NULL)
		return '\0';
	return c;
}

/* The sixteen characters without dashes; a dash may stand between groups
 * only, so that a cut or doubled code has the wrong shape (I15). */
static bool
normalise(const char *answer, char code[CODE_CHARS])
{
	size_t at = 0;

	for (; *answer != '\0'; answer++) {
		bool between = at > 0 && at < CODE_CHARS && at % GROUP == 0;

		if (*answer == '-' && between && answer[-1] != '-')
			continue;
		if (at == CODE_CHARS || normal_char(*answer) == '\0')
			return false;
		code[at++] = normal_char(*answer);
	}
	return at == CODE_CHARS;
}

static enum cardea_status
hash_code(const unsigned char salt[CARDEA_RECOVERY_SALT],
    const char code[CODE_CHARS], unsigned char hash[CARDEA_RECOVERY_HASH])
{
	unsigned char salted[CARDEA_RECOVERY_SALT + CODE_CHARS];
	enum cardea_status status;

	memcpy(salted, salt, CARDEA_RECOVERY_SALT);
	memcpy(salted + CARDEA_RECOVERY_SALT, code, CODE_CHARS);
	status = cardea_crypto_sha256(salted, sizeof(salted), hash);
	CARDEA_WIPE(salted);
	return status;
}

/* Eighty bits as sixteen characters. */
static void
spell(const unsigned char bytes[CODE_BYTES], char code[CODE_CHARS])
{
	for (size_t i = 0; i < CODE_CHARS; i++) {
		unsigned int value = 0;

		for (size_t bit = i * 5; bit < i * 5 + 5; bit++) {
			unsigned int byte = bytes[bit / 8];

			value = value << 1 | (byte >> (7 - bit % 8) & 1u);
		}
		code[i] = alphabet[value];
	}
}

static void
group(const char code[CODE_CHARS], char text[CARDEA_RECOVERY_TEXT_MAX + 1])
{
	for (size_t i = 0; i < CODE_CHARS; i++) {
		if (i > 0 && i % GROUP == 0)
			*text++ = '-';
		*text++ = code[i];
	}
	*text = '\0';
}

static enum cardea_status
make_code(const unsigned char salt[CARDEA_RECOVERY_SALT],
    struct cardea_recovery_code *code, char text[CARDEA_RECOVERY_TEXT_MAX + 1])
{
	unsigned char bytes[CODE_BYTES];
	char chars[CODE_CHARS];
	enum cardea_status status;

	status = cardea_secret_random(bytes, sizeof(bytes));
	if (status != CARDEA_OK)
		return status;
	spell(bytes, chars);
	status = hash_code(salt, chars, code->hash);
	if (status == CARDEA_OK)
		group(chars, text);
	code->used_s = 0;
	CARDEA_WIPE(bytes);
	CARDEA_WIPE(chars);
	return status;
}

enum cardea_status
cardea_recovery_generate(size_t count, int64_t now_s,
    struct cardea_recovery_set *ret_set,
    char (*ret_texts)[CARDEA_RECOVERY_TEXT_MAX + 1])
{
	char texts[CARDEA_RECOVERY_CODES_MAX][CARDEA_RECOVERY_TEXT_MAX + 1];
	struct cardea_recovery_set set = { .created_s = now_s, .count = count };
	enum cardea_status status;

	if (count == 0 || count > CARDEA_RECOVERY_CODES_MAX)
		return CARDEA_E_RANGE;
	status = cardea_secret_random(set.salt, sizeof(set.salt));
	for (size_t i = 0; status == CARDEA_OK && i < count; i++)
		status = make_code(set.salt, &set.codes[i], texts[i]);
	if (status == CARDEA_OK) {
		memcpy(ret_texts, texts, count * sizeof(texts[0]));
		*ret_set = set;
	}
	CARDEA_WIPE(texts);
	return status;
}

bool
cardea_recovery_is_shape(const char *answer)
{
	char code[CODE_CHARS];
	bool shape = answer != NULL && normalise(answer, code);

	CARDEA_WIPE(code);
	return shape;
}

enum cardea_result
cardea_recovery_judge(const struct cardea_recovery_set *set, const char *answer,
    size_t *ret_index)
{
	unsigned char hash[CARDEA_RECOVERY_HASH];
	char code[CODE_CHARS];
	size_t found = SIZE_MAX;
	enum cardea_status status;

	if (set->count > CARDEA_RECOVERY_CODES_MAX)
		return CARDEA_RESULT_BROKEN;
	if (!cardea_recovery_is_shape(answer))
		return CARDEA_RESULT_REFUSED;
	(void)normalise(answer, code);
	status = hash_code(set->salt, code, hash);
	CARDEA_WIPE(code);
	if (status != CARDEA_OK)
		return CARDEA_RESULT_BROKEN;
	for (size_t i = 0; i < set->count; i++) {
		if (cardea_secret_equal(hash, sizeof(hash), set->codes[i].hash,
			sizeof(set->codes[i].hash)))
			found = i;
	}
	CARDEA_WIPE(hash);
	if (found == SIZE_MAX || set->codes[found].used_s != 0)
		return CARDEA_RESULT_REFUSED;
	*ret_index = found;
	return CARDEA_RESULT_VERIFIED;
}

size_t
cardea_recovery_left(const struct cardea_recovery_set *set)
{
	size_t left = 0;

	for (size_t i = 0; i < set->count && i < CARDEA_RECOVERY_CODES_MAX;
	     i++) {
		if (set->codes[i].used_s == 0)
			left++;
	}
	return left;
}
