/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "facts/textio.h"

/* --- writing ---------------------------------------------------------------
 */

static void
put_byte(struct cardea_facts_writer *writer, char byte)
{
	if (writer->failed || writer->len + 1 >= writer->size) {
		writer->failed = true;
		return;
	}
	writer->text[writer->len++] = byte;
}

static bool
is_plain(unsigned char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') ||
	    (byte != '\0' && strchr("._-/@+", byte) != NULL);
}

static void
put_atom(struct cardea_facts_writer *writer, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		char hex[3];

		if (is_plain(byte)) {
			put_byte(writer, *text);
			continue;
		}
		cardea_text_hex(hex, &byte, 1);
		put_byte(writer, '%');
		put_byte(writer, hex[0]);
		put_byte(writer, hex[1]);
	}
}

void
cardea_facts_put_key(struct cardea_facts_writer *writer, const char *key)
{
	if (writer->len > 0)
		put_byte(writer, ' ');
	for (; *key != '\0'; key++)
		put_byte(writer, *key);
	put_byte(writer, ':');
	writer->started = false;
}

void
cardea_facts_put_value(
    struct cardea_facts_writer *writer, const char *sign, const char *text)
{
	if (writer->started)
		put_byte(writer, ',');
	writer->started = true;
	for (; *sign != '\0'; sign++)
		put_byte(writer, *sign);
	put_atom(writer, text);
}

void
cardea_facts_put_number(struct cardea_facts_writer *writer, int64_t number)
{
	char text[32];

	if (cardea_text_print(text, sizeof(text), "%lld", (long long)number) !=
	    CARDEA_OK)
		writer->failed = true;
	else
		cardea_facts_put_value(writer, "", text);
}

/* --- reading ---------------------------------------------------------------
 */

static int
hex_digit(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = digit != '\0' ? strchr(digits, digit) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

/* one byte of a value; false at its end, or where it is wrong */
static bool
take_byte(struct cardea_facts_reader *reader, char *ret_byte)
{
	int high, low;

	if (reader->at == reader->end || *reader->at == ',')
		return false;
	if (*reader->at != '%') {
		reader->failed = !is_plain((unsigned char)*reader->at);
		*ret_byte = *reader->at++;
		return !reader->failed;
	}
	high = reader->end - reader->at >= 3 ? hex_digit(reader->at[1]) : -1;
	low = high >= 0 ? hex_digit(reader->at[2]) : -1;
	/* there is one way to write each byte */
	if (low < 0 || is_plain((unsigned char)(high << 4 | low)) ||
	    (high << 4 | low) == 0) {
		reader->failed = true;
		return false;
	}
	*ret_byte = (char)(high << 4 | low);
	reader->at += 3;
	return true;
}

/* the next value; false if there is none, or it does not fit */
bool
cardea_facts_take_value(
    struct cardea_facts_reader *reader, char *text, size_t size)
{
	size_t len = 0;
	char byte;

	if (reader->failed || reader->at > reader->end)
		return false;
	while (take_byte(reader, &byte)) {
		if (len + 1 >= size) {
			reader->failed = true;
			return false;
		}
		text[len++] = byte;
	}
	text[len] = '\0';
	reader->failed = reader->failed || len == 0;
	/* past the comma, or past the end */
	reader->at++;
	return !reader->failed;
}

bool
cardea_facts_has_more(const struct cardea_facts_reader *reader)
{
	return !reader->failed && reader->at <= reader->end;
}

void
cardea_facts_take_text(
    struct cardea_facts_reader *reader, char *text, size_t size)
{
	char value[CARDEA_FACTS_ATOM_MAX + 1];

	memset(text, 0, size); /* nothing of a longer one stays behind */
	if (!cardea_facts_take_value(reader, value, sizeof(value)) ||
	    cardea_text_copy(text, size, value) != CARDEA_OK)
		reader->failed = true;
}

int64_t
cardea_facts_take_number(
    struct cardea_facts_reader *reader, int64_t low, int64_t high)
{
	char value[CARDEA_FACTS_ATOM_MAX + 1];
	bool negative;
	uint64_t number;
	int64_t result;

	if (!cardea_facts_take_value(reader, value, sizeof(value))) {
		reader->failed = true;
		return 0;
	}
	negative = value[0] == '-';
	if (cardea_text_number(value + (negative ? 1 : 0), 0, INT64_MAX,
		&number) != CARDEA_OK ||
	    (negative && number == 0)) {
		reader->failed = true;
		return 0;
	}
	result = negative ? -(int64_t)number : (int64_t)number;
	if (result < low || result > high) {
		reader->failed = true;
		return 0;
	}
	return result;
}

void
cardea_facts_take_word(struct cardea_facts_reader *reader, const char *word)
{
	char value[CARDEA_FACTS_ATOM_MAX + 1];

	if (!cardea_facts_take_value(reader, value, sizeof(value)) ||
	    strcmp(value, word) != 0)
		reader->failed = true;
}

/* "?" stands alone: no value begins with it */
bool
cardea_facts_take_unknown(struct cardea_facts_reader *reader)
{
	if (reader->end - reader->at != 1 || *reader->at != '?')
		return false;
	reader->at += 2;
	return true;
}

char
cardea_facts_take_sign(struct cardea_facts_reader *reader)
{
	if (reader->failed || reader->at >= reader->end ||
	    strchr("+-?", *reader->at) == NULL) {
		reader->failed = true;
		return '?';
	}
	return *reader->at++;
}
