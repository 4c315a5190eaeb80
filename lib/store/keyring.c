/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "store/keyring.h"

#define KEY ((size_t)CARDEA_GCM_KEY)
#define HEX (2 * KEY)

/* Where in the bytes each key is. */
enum place {
	CURRENT = 0,
	NEXT,
	NAMES,
	OLD, /* and those after it */
	PLACES = OLD + CARDEA_KEYRING_OLD_MAX,
};

static unsigned char *
at(const struct cardea_keyring *keyring, size_t place)
{
	return keyring->bytes.data + place * KEY;
}

const unsigned char *
cardea_keyring_current(const struct cardea_keyring *keyring)
{
	return at(keyring, CURRENT);
}

const unsigned char *
cardea_keyring_next(const struct cardea_keyring *keyring)
{
	return at(keyring, NEXT);
}

const unsigned char *
cardea_keyring_names(const struct cardea_keyring *keyring)
{
	return at(keyring, keyring->has_names ? NAMES : CURRENT);
}

const unsigned char *
cardea_keyring_old(const struct cardea_keyring *keyring, size_t index)
{
	return at(keyring, OLD + index);
}

/* ---- text ---- */

struct line {
	const char *text;
	size_t len;
	unsigned int number;
};

static const struct {
	const char *word;
	enum place place;
} words[] = {
	{ "next ", NEXT },
	{ "names ", NAMES },
	{ "old ", OLD },
};

/* What the line is for; its key is what follows the word. */
static bool
find_place(struct line *line, enum place *ret_place)
{
	if (line->number == 1) {
		*ret_place = CURRENT;
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i].word);

		if (line->len < len || memcmp(line->text, words[i].word, len))
			continue;
		line->text += len;
		line->len -= len;
		*ret_place = words[i].place;
		return true;
	}
	return false;
}

/* The same key twice would be two ids for one key, or a "next" that rotates
 * nothing.  What names derive from may well be the current key, or an old one.
 */
static bool
is_double(const struct cardea_keyring *keyring, const unsigned char *key)
{
	bool found = cardea_secret_equal(at(keyring, CURRENT), KEY, key, KEY);

	if (keyring->has_next)
		found |= cardea_secret_equal(at(keyring, NEXT), KEY, key, KEY);
	for (size_t i = 0; i < keyring->old_count; i++)
		found |= cardea_secret_equal(
		    at(keyring, OLD + i), KEY, key, KEY);
	return found;
}

static const char *
add_key(struct cardea_keyring *keyring, enum place place,
    const unsigned char key[CARDEA_GCM_KEY])
{
	bool *once = place == NEXT ? &keyring->has_next
	    : place == NAMES	   ? &keyring->has_names
				   : NULL;
	size_t index = (size_t)place;

	if (once != NULL && *once)
		return "stands twice";
	if (place == OLD && keyring->old_count == CARDEA_KEYRING_OLD_MAX)
		return "one old key too many";
	if (place != CURRENT && place != NAMES && is_double(keyring, key))
		return "is a key that stands there already";
	if (once != NULL)
		*once = true;
	if (place == OLD)
		index += keyring->old_count++;
	memcpy(at(keyring, index), key, KEY);
	return NULL;
}

/* NULL, or what is wrong with the line. */
static const char *
read_line(struct cardea_keyring *keyring, struct line *line)
{
	unsigned char key[CARDEA_GCM_KEY];
	const char *wrong = "is not a key of 64 hex digits";
	enum place place = CURRENT;
	char hex[HEX + 1];

	if (!find_place(line, &place))
		return "is neither \"next\", \"old\" nor \"names\" with a key";
	if (line->len != HEX)
		return wrong;
	memcpy(hex, line->text, HEX);
	hex[HEX] = '\0';
	if (cardea_text_unhex(key, KEY, hex) == CARDEA_OK)
		wrong = add_key(keyring, place, key);
	CARDEA_WIPE(hex);
	CARDEA_WIPE(key);
	return wrong;
}

enum cardea_status
cardea_keyring_parse(const char *text, size_t len,
    struct cardea_keyring *ret_keyring, struct cardea_diag *diag)
{
	struct cardea_keyring keyring = { .has_next = false };
	const char *end = text + len, *wrong = NULL;
	struct line line = { .text = text };
	enum cardea_status status;

	status = cardea_secret_resize(&keyring.bytes, PLACES * KEY);
	if (status != CARDEA_OK)
		return status;
	do {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		line.text = text;
		line.len = (size_t)((stop != NULL ? stop : end) - text);
		line.number++;
		wrong = read_line(&keyring, &line);
		text = stop != NULL ? stop + 1 : end;
	} while (wrong == NULL && text < end);
	if (wrong != NULL) {
		cardea_keyring_clear(&keyring);
		cardea_diag_place(diag, NULL, line.number, NULL);
		return cardea_diag_set(diag, CARDEA_E_SYNTAX, "%s", wrong);
	}
	*ret_keyring = keyring; /* moved */
	return CARDEA_OK;
}

static void
print_key(char *text, size_t *len, const char *word, const unsigned char *key)
{
	size_t word_len = strlen(word);

	memcpy(text + *len, word, word_len);
	*len += word_len;
	cardea_text_hex(text + *len, key, KEY);
	*len += HEX;
	text[(*len)++] = '\n';
}

static size_t
print(const struct cardea_keyring *keyring, char text[CARDEA_KEYRING_FILE_MAX])
{
	size_t len = 0;

	_Static_assert(
	    PLACES * (HEX + sizeof("names \n")) < CARDEA_KEYRING_FILE_MAX,
	    "every key that a keyring can hold fits its file");
	print_key(text, &len, "", at(keyring, CURRENT));
	if (keyring->has_next)
		print_key(text, &len, "next ", at(keyring, NEXT));
	for (size_t i = 0; i < keyring->old_count; i++)
		print_key(text, &len, "old ", at(keyring, OLD + i));
	if (keyring->has_names)
		print_key(text, &len, "names ", at(keyring, NAMES));
	return len;
}

/* ---- the file ---- */

enum cardea_status
cardea_keyring_load(const char *path, struct cardea_keyring *ret_keyring,
    struct cardea_diag *diag)
{
	char *text = NULL;
	size_t len = 0;
	enum cardea_status status;

	status = cardea_file_read(path, CARDEA_FILE_SECRET,
	    CARDEA_KEYRING_FILE_MAX, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_keyring_parse(text, len, ret_keyring, diag);
	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	cardea_wipe(text, len);
	free(text);
	return status;
}

enum cardea_status
cardea_keyring_create(const char *path, struct cardea_diag *diag)
{
	char hex[HEX + 2];
	enum cardea_status status;

	status = cardea_secret_random_hex(hex, KEY);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "no random bytes");
	hex[sizeof(hex) - 2] = '\n';
	status = cardea_file_create(path, hex, sizeof(hex) - 1, S_IRUSR, diag);
	CARDEA_WIPE(hex);
	return status;
}

enum cardea_status
cardea_keyring_save(const struct cardea_keyring *keyring, const char *path,
    struct cardea_diag *diag)
{
	char text[CARDEA_KEYRING_FILE_MAX];
	size_t len = print(keyring, text);
	enum cardea_status status;

	status = cardea_file_replace(path, text, len, S_IRUSR, diag);
	CARDEA_WIPE(text);
	return status;
}

void
cardea_keyring_clear(struct cardea_keyring *keyring)
{
	cardea_secret_clear(&keyring->bytes);
	*keyring = (struct cardea_keyring){ .has_next = false };
}

/* ---- rotation ---- */

static void
write_down_names(struct cardea_keyring *keyring)
{
	if (keyring->has_names)
		return;
	memcpy(at(keyring, NAMES), at(keyring, CURRENT), KEY);
	keyring->has_names = true;
}

enum cardea_status
cardea_keyring_begin(struct cardea_keyring *keyring)
{
	enum cardea_status status;

	if (keyring->has_next)
		return CARDEA_E_CONFLICT;
	status = cardea_secret_random(at(keyring, NEXT), KEY);
	if (status != CARDEA_OK)
		return status;
	keyring->has_next = true;
	write_down_names(keyring);
	return CARDEA_OK;
}

enum cardea_status
cardea_keyring_use(struct cardea_keyring *keyring)
{
	if (!keyring->has_next)
		return CARDEA_E_MISSING;
	if (keyring->old_count == CARDEA_KEYRING_OLD_MAX)
		return CARDEA_E_FULL;
	write_down_names(keyring);
	memmove(
	    at(keyring, OLD + 1), at(keyring, OLD), keyring->old_count * KEY);
	memcpy(at(keyring, OLD), at(keyring, CURRENT), KEY);
	memcpy(at(keyring, CURRENT), at(keyring, NEXT), KEY);
	cardea_wipe(at(keyring, NEXT), KEY);
	keyring->old_count++;
	keyring->has_next = false;
	return CARDEA_OK;
}

void
cardea_keyring_finish(struct cardea_keyring *keyring)
{
	cardea_wipe(at(keyring, OLD), keyring->old_count * KEY);
	keyring->old_count = 0;
}
