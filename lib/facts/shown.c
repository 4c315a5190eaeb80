/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "facts/shown.h"
#include "facts/textio.h"

static const char key[] = " shown:";

static enum cardea_status
put_quality(
    struct cardea_facts_writer *writer, const struct cardea_quality *quality)
{
	char text[sizeof(quality->key) + sizeof(quality->value) + 1];
	enum cardea_status status;

	status = cardea_text_print(text, sizeof(text), "%s%s%s", quality->key,
	    quality->value[0] == '\0' ? "" : "=", quality->value);
	if (status == CARDEA_OK)
		cardea_facts_put_value(writer, "", text);
	return status;
}

static enum cardea_status
put_evidence(
    struct cardea_facts_writer *writer, const struct cardea_evidence *evidence)
{
	enum cardea_status status = CARDEA_OK;

	cardea_facts_put_value(
	    writer, "+", cardea_factor_text(evidence->factor));
	for (size_t i = 0; i < evidence->quality_count &&
	     i < CARDEA_QUALITIES_MAX && status == CARDEA_OK;
	     i++)
		status = put_quality(writer, &evidence->qualities[i]);
	return status;
}

enum cardea_status
cardea_shown_add(const struct cardea_evidence_set *set, char *text, size_t size)
{
	const size_t len = strlen(text);
	struct cardea_facts_writer writer = {
		.text = text, .size = size, .len = len
	};
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0;
	     i < set->count && i < CARDEA_EVIDENCE_MAX && status == CARDEA_OK;
	     i++) {
		if (set->items[i].result != CARDEA_RESULT_VERIFIED)
			continue;
		if (writer.len == len)
			cardea_facts_put_key(&writer, "shown");
		status = put_evidence(&writer, &set->items[i]);
	}
	if (writer.failed)
		status = CARDEA_E_RANGE;
	text[status == CARDEA_OK ? writer.len : len] = '\0';
	return status;
}

static bool
take_quality(
    struct cardea_facts_reader *reader, struct cardea_evidence *evidence)
{
	char text[CARDEA_FACTS_ATOM_MAX + 1];
	struct cardea_quality *quality;
	char *value;

	if (evidence->quality_count == CARDEA_QUALITIES_MAX ||
	    !cardea_facts_take_value(reader, text, sizeof(text)))
		return false;
	quality = &evidence->qualities[evidence->quality_count++];
	value = strchr(text, '=');
	if (value != NULL)
		*value++ = '\0';
	return text[0] != '\0' &&
	    cardea_text_copy(quality->key, sizeof(quality->key), text) ==
	    CARDEA_OK &&
	    cardea_text_copy(quality->value, sizeof(quality->value), value) ==
	    CARDEA_OK;
}

/* "+" is a plain byte, so that it must be looked for before it is taken. */
static bool
begins_factor(const struct cardea_facts_reader *reader)
{
	return cardea_facts_has_more(reader) && *reader->at == '+';
}

static bool
take_evidence(struct cardea_facts_reader *reader,
    const struct cardea_request *request, struct cardea_evidence_set *set)
{
	struct cardea_evidence evidence = {
		.version = CARDEA_EVIDENCE_VERSION,
		.result = CARDEA_RESULT_VERIFIED,
		.time_s = request->time_s,
	};
	char factor[CARDEA_FACTS_ATOM_MAX + 1];

	if (!begins_factor(reader))
		return false;
	reader->at++;
	if (!cardea_facts_take_value(reader, factor, sizeof(factor)))
		return false;
	evidence.factor = cardea_factor_parse(factor);
	memcpy(evidence.subject, request->user, sizeof(evidence.subject));
	memcpy(evidence.txn, set->txn, sizeof(evidence.txn));
	while (cardea_facts_has_more(reader) && !begins_factor(reader)) {
		if (!take_quality(reader, &evidence))
			return false;
	}
	return !reader->failed && evidence.factor != CARDEA_FACTOR_NONE &&
	    cardea_evidence_add(set, &evidence) == CARDEA_OK;
}

enum cardea_status
cardea_shown_parse(const char *text, const struct cardea_request *request,
    struct cardea_evidence_set *set, struct cardea_diag *diag)
{
	const char *found = strstr(text, key);
	struct cardea_facts_reader reader = { .at = found };
	struct cardea_evidence_set read = *set;

	if (found == NULL)
		return CARDEA_OK;
	reader.at += sizeof(key) - 1;
	reader.end = reader.at + strlen(reader.at);
	while (cardea_facts_has_more(&reader)) {
		if (!take_evidence(&reader, request, &read))
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "this is nothing that was shown");
	}
	*set = read;
	return CARDEA_OK;
}
