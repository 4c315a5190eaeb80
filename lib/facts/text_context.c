/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "facts/textio.h"

/* The circumstances among the facts: "+" before what is so, "-" before what is
 * not; what is unknown is left out. */

static bool
known(enum cardea_known fact)
{
	return fact != CARDEA_UNKNOWN;
}

/* --- place -----------------------------------------------------------------
 */

static bool
has_country(const struct cardea_request *request)
{
	return known(request->place.country_known);
}

static void
put_country(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	const struct cardea_place *place = &request->place;

	if (place->country_known == CARDEA_NO)
		cardea_facts_put_value(writer, "-", "");
	else
		cardea_facts_put_value(writer, "", place->country);
}

/* "-": there is none */
static enum cardea_known
take_code(struct cardea_facts_reader *reader, char *text, size_t size)
{
	char value[CARDEA_FACTS_ATOM_MAX + 1] = "";

	cardea_facts_take_text(reader, value, sizeof(value));
	if (strcmp(value, "-") == 0)
		return CARDEA_NO;
	if (cardea_text_copy(text, size, value) != CARDEA_OK)
		reader->failed = true;
	return CARDEA_YES;
}

static void
take_country(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	struct cardea_place *place = &request->place;

	place->country_known = take_code(
	    reader, place->country, sizeof(place->country));
}

static bool
has_subdivision(const struct cardea_request *request)
{
	return known(request->place.subdivision_known);
}

static void
put_subdivision(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	const struct cardea_place *place = &request->place;

	if (place->subdivision_known == CARDEA_NO)
		cardea_facts_put_value(writer, "-", "");
	else
		cardea_facts_put_value(writer, "", place->subdivision);
}

static void
take_subdivision(
    struct cardea_facts_reader *reader, struct cardea_request *request)
{
	struct cardea_place *place = &request->place;

	place->subdivision_known = take_code(
	    reader, place->subdivision, sizeof(place->subdivision));
}

static bool
has_asn(const struct cardea_request *request)
{
	return known(request->place.asn_known);
}

static void
put_asn(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	if (request->place.asn_known == CARDEA_NO)
		cardea_facts_put_value(writer, "-", "");
	else
		cardea_facts_put_number(writer, request->place.asn);
}

static void
take_asn(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	char text[16] = "";
	uint64_t number = 0;

	request->place.asn_known = take_code(reader, text, sizeof(text));
	if (request->place.asn_known == CARDEA_YES &&
	    cardea_text_number(text, 0, UINT32_MAX, &number) != CARDEA_OK)
		reader->failed = true;
	request->place.asn = (uint32_t)number;
}

static bool
has_position(const struct cardea_request *request)
{
	return known(request->place.position_known);
}

static void
put_position(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	const struct cardea_place *place = &request->place;

	if (place->position_known == CARDEA_NO) {
		cardea_facts_put_value(writer, "-", "");
		return;
	}
	cardea_facts_put_number(writer, place->latitude_e4);
	cardea_facts_put_number(writer, place->longitude_e4);
	cardea_facts_put_number(writer, place->accuracy_km);
}

static void
take_position(
    struct cardea_facts_reader *reader, struct cardea_request *request)
{
	struct cardea_place *place = &request->place;

	if (reader->end - reader->at == 1 && *reader->at == '-') {
		cardea_facts_take_word(reader, "-");
		place->position_known = CARDEA_NO;
		return;
	}
	place->position_known = CARDEA_YES;
	place->latitude_e4 = (int32_t)cardea_facts_take_number(
	    reader, INT32_MIN, INT32_MAX);
	place->longitude_e4 = (int32_t)cardea_facts_take_number(
	    reader, INT32_MIN, INT32_MAX);
	place->accuracy_km = (uint32_t)cardea_facts_take_number(
	    reader, 0, UINT32_MAX);
}

static bool
has_traits(const struct cardea_request *request)
{
	return known(request->place.traits_known);
}

static void
put_traits(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	if (request->place.traits_known == CARDEA_NO ||
	    request->place.traits == 0)
		cardea_facts_put_value(writer, "-", "");
	for (size_t i = 0; i < CARDEA_TRAIT_COUNT &&
	     request->place.traits_known == CARDEA_YES;
	     i++) {
		if ((request->place.traits & 1u << i) != 0)
			cardea_facts_put_value(
			    writer, "", cardea_trait_text(i));
	}
}

static void
take_traits(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	char word[CARDEA_FACTS_ATOM_MAX + 1];

	request->place.traits_known = CARDEA_YES;
	if (reader->end - reader->at == 1 && *reader->at == '-') {
		cardea_facts_take_word(reader, "-");
		return;
	}
	while (cardea_facts_has_more(reader)) {
		unsigned int bit = 0;

		if (cardea_facts_take_value(reader, word, sizeof(word)))
			bit = cardea_trait_parse(word);
		if (bit == 0)
			reader->failed = true;
		request->place.traits |= bit;
	}
}

/* --- lists, signals, grants -------------------------------------------------
 */

static const char *
sign_of(enum cardea_known fact)
{
	return fact == CARDEA_YES ? "+" : fact == CARDEA_NO ? "-" : "?";
}

static enum cardea_known
known_of(char sign)
{
	return sign == '+' ? CARDEA_YES
	    : sign == '-'  ? CARDEA_NO
			   : CARDEA_UNKNOWN;
}

static bool
has_lists(const struct cardea_request *request)
{
	return request->listed_count > 0;
}

static void
put_lists(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	for (size_t i = 0; i < request->listed_count; i++) {
		const struct cardea_listed *item = &request->listed[i];
		unsigned char bytes[8];
		char id[17];

		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = (unsigned char)(item->list >> (56 - 8 * k));
		cardea_text_hex(id, bytes, sizeof(bytes));
		cardea_facts_put_value(writer, sign_of(item->holds), id);
	}
}

static void
take_lists(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	while (cardea_facts_has_more(reader)) {
		struct cardea_listed item = { .list = 0 };
		unsigned char bytes[8] = { 0 };
		char id[17] = "";

		item.holds = known_of(cardea_facts_take_sign(reader));
		cardea_facts_take_text(reader, id, sizeof(id));
		if (request->listed_count == CARDEA_LISTS_MAX ||
		    strlen(id) != 16 ||
		    cardea_text_unhex(bytes, sizeof(bytes), id) != CARDEA_OK) {
			reader->failed = true;
			return;
		}
		for (size_t k = 0; k < sizeof(bytes); k++)
			item.list = item.list << 8 | bytes[k];
		request->listed[request->listed_count++] = item;
	}
}

static bool
has_signals(const struct cardea_request *request)
{
	for (size_t i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		if (known(request->signals[i].holds))
			return true;
	}
	return false;
}

static void
put_signals(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		enum cardea_known holds = request->signals[i].holds;

		if (known(holds))
			cardea_facts_put_value(writer, sign_of(holds),
			    cardea_signal_text((enum cardea_signal)i));
	}
}

static void
take_signals(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	char word[CARDEA_FACTS_ATOM_MAX + 1];

	while (cardea_facts_has_more(reader)) {
		enum cardea_known holds = known_of(
		    cardea_facts_take_sign(reader));
		enum cardea_signal signal = CARDEA_SIGNAL_COUNT;

		if (cardea_facts_take_value(reader, word, sizeof(word)))
			signal = cardea_signal_parse(word);
		if (signal == CARDEA_SIGNAL_COUNT)
			reader->failed = true;
		else
			request->signals[signal].holds = holds;
	}
}

static bool
has_grants(const struct cardea_request *request)
{
	return request->grants.known;
}

static void
put_grants(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	const struct cardea_grants *grants = &request->grants;

	if (grants->count == 0)
		cardea_facts_put_value(writer, "-", "");
	for (size_t i = 0; i < grants->count; i++) {
		cardea_facts_put_value(writer, "", grants->items[i].rule);
		cardea_facts_put_value(writer, "", grants->items[i].id);
		cardea_facts_put_number(writer, grants->items[i].ends_s);
	}
}

static void
take_grants(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	struct cardea_grants *grants = &request->grants;

	grants->known = true;
	if (reader->end - reader->at == 1 && *reader->at == '-') {
		cardea_facts_take_word(reader, "-");
		return;
	}
	while (cardea_facts_has_more(reader)) {
		struct cardea_granted *item = &grants->items[grants->count];

		if (grants->count == CARDEA_GRANTS_MAX) {
			reader->failed = true;
			return;
		}
		cardea_facts_take_text(reader, item->rule, sizeof(item->rule));
		cardea_facts_take_text(reader, item->id, sizeof(item->id));
		item->ends_s = cardea_facts_take_number(
		    reader, INT64_MIN + 1, INT64_MAX);
		grants->count++;
	}
}

/* --- posture ---------------------------------------------------------------
 */

static bool
has_posture(const struct cardea_request *request)
{
	for (size_t i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++) {
		if (known(request->posture.facts[i]))
			return true;
	}
	return false;
}

static void
put_posture(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	for (int i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++) {
		enum cardea_known holds = request->posture.facts[i];

		if (known(holds))
			cardea_facts_put_value(writer, sign_of(holds),
			    cardea_posture_text((enum cardea_posture_fact)i));
	}
}

static void
take_posture(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	char word[CARDEA_FACTS_ATOM_MAX + 1];

	while (cardea_facts_has_more(reader)) {
		enum cardea_known holds = known_of(
		    cardea_facts_take_sign(reader));
		int i = 0;

		if (!cardea_facts_take_value(reader, word, sizeof(word)))
			return;
		while (i < CARDEA_POSTURE_FACT_COUNT &&
		    strcmp(cardea_posture_text((enum cardea_posture_fact)i),
			word) != 0)
			i++;
		if (i == CARDEA_POSTURE_FACT_COUNT)
			reader->failed = true;
		else
			request->posture.facts[i] = holds;
	}
}

static bool
has_system(const struct cardea_request *request)
{
	return request->posture.os[0] != '\0' &&
	    request->posture.os_version[0] != '\0';
}

static void
put_system(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	cardea_facts_put_value(writer, "", request->posture.os);
	cardea_facts_put_value(writer, "", request->posture.os_version);
}

static void
take_system(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	struct cardea_posture *posture = &request->posture;

	cardea_facts_take_text(reader, posture->os, sizeof(posture->os));
	cardea_facts_take_text(
	    reader, posture->os_version, sizeof(posture->os_version));
}

static bool
has_kernel(const struct cardea_request *request)
{
	return request->posture.kernel[0] != '\0';
}

static void
put_kernel(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	cardea_facts_put_value(writer, "", request->posture.kernel);
	cardea_facts_put_number(writer, request->posture.kernel_built_s);
}

static void
take_kernel(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	struct cardea_posture *posture = &request->posture;

	cardea_facts_take_text(
	    reader, posture->kernel, sizeof(posture->kernel));
	posture->kernel_built_s = cardea_facts_take_number(
	    reader, INT64_MIN + 1, INT64_MAX);
}

const struct cardea_facts_key cardea_facts_context_keys[] = {
	{ "country", has_country, put_country, take_country },
	{ "subdivision", has_subdivision, put_subdivision, take_subdivision },
	{ "asn", has_asn, put_asn, take_asn },
	{ "position", has_position, put_position, take_position },
	{ "traits", has_traits, put_traits, take_traits },
	{ "lists", has_lists, put_lists, take_lists },
	{ "signals", has_signals, put_signals, take_signals },
	{ "grants", has_grants, put_grants, take_grants },
	{ "posture", has_posture, put_posture, take_posture },
	{ "system", has_system, put_system, take_system },
	{ "kernel", has_kernel, put_kernel, take_kernel },
};

const size_t cardea_facts_context_key_count =
    sizeof(cardea_facts_context_keys) / sizeof(cardea_facts_context_keys[0]);
