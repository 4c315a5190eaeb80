/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_TEXTIO_H
#define CARDEA_FACTS_TEXTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/request.h>

/* How facts are spelt: "key:value,value key:value".  Errors stick. */

#define CARDEA_FACTS_ATOM_MAX 255 /* bytes of one value, decoded */

struct cardea_facts_writer {
	char *text;
	size_t size, len;
	bool failed;
	bool started; /* the present key has a value */
};

/* The values of one key, taken one after the other. */
struct cardea_facts_reader {
	const char *at; /* behind the colon, or at what follows a value */
	const char *end;
	bool failed;
};

void cardea_facts_put_key(struct cardea_facts_writer *writer, const char *key);
/* sign: bytes that stand before the value as they are */
void cardea_facts_put_value(
    struct cardea_facts_writer *writer, const char *sign, const char *text);
void
cardea_facts_put_number(struct cardea_facts_writer *writer, int64_t number);

/* cardea_facts_take_value: false if there is none, or it does not fit */
bool cardea_facts_take_value(
    struct cardea_facts_reader *reader, char *text, size_t size);
bool cardea_facts_has_more(const struct cardea_facts_reader *reader);
void cardea_facts_take_text(
    struct cardea_facts_reader *reader, char *text, size_t size);
int64_t cardea_facts_take_number(
    struct cardea_facts_reader *reader, int64_t low, int64_t high);
/* cardea_facts_take_word: this value and no other */
void
cardea_facts_take_word(struct cardea_facts_reader *reader, const char *word);
/* cardea_facts_take_unknown: is the only value a "?"? */
bool cardea_facts_take_unknown(struct cardea_facts_reader *reader);
/* cardea_facts_take_sign: the '+', '-' or '?' before a value */
char cardea_facts_take_sign(struct cardea_facts_reader *reader);

/* One key: written if it is set. */
struct cardea_facts_key {
	const char *key;
	bool (*set)(const struct cardea_request *request);
	void (*put)(struct cardea_facts_writer *writer,
	    const struct cardea_request *request);
	void (*take)(
	    struct cardea_facts_reader *reader, struct cardea_request *request);
};

/* text_context.c: place, lists, signals, grants, posture */
extern const struct cardea_facts_key cardea_facts_context_keys[];
extern const size_t cardea_facts_context_key_count;

#endif
