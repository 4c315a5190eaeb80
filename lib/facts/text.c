/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/policy.h>

#include "base/text.h"
#include "facts/text.h"
#include "facts/textio.h"

static bool
always(const struct cardea_request *request)
{
	(void)request;
	return true;
}

static void
put_at(struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	cardea_facts_put_number(writer, request->time_s);
}

static void
take_at(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	request->time_s = cardea_facts_take_number(
	    reader, INT64_MIN + 1, INT64_MAX);
}

/* what is usual is left out, so only the exception has a word */
static bool
has_no_clock(const struct cardea_request *request)
{
	return !request->time_known;
}

static void
put_clock(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	(void)request;
	cardea_facts_put_value(writer, "", "unknown");
}

static void
take_clock(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	cardea_facts_take_word(reader, "unknown");
	request->time_known = false;
}

static bool
is_nobody(const struct cardea_request *request)
{
	return !request->user_exists;
}

static void
put_exists(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	(void)request;
	cardea_facts_put_value(writer, "", "no");
}

static void
take_exists(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	cardea_facts_take_word(reader, "no");
	request->user_exists = false;
}

static bool
has_pam_user(const struct cardea_request *request)
{
	return request->pam_user[0] != '\0' &&
	    strcmp(request->pam_user, request->user) != 0;
}

/* A name that nobody has is not for the log (I13): "?" is no name. */
static void
put_pam_user(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	if (request->user_exists)
		cardea_facts_put_value(writer, "", request->pam_user);
	else
		cardea_facts_put_value(writer, "?", "");
}

static void
take_pam_user(
    struct cardea_facts_reader *reader, struct cardea_request *request)
{
	if (cardea_facts_take_unknown(reader))
		return;
	cardea_facts_take_text(
	    reader, request->pam_user, sizeof(request->pam_user));
}

static bool
has_ruser(const struct cardea_request *request)
{
	return request->ruser[0] != '\0';
}

static void
put_ruser(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	cardea_facts_put_value(writer, "", request->ruser);
}

static void
take_ruser(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	cardea_facts_take_text(reader, request->ruser, sizeof(request->ruser));
}

static bool
has_caller(const struct cardea_request *request)
{
	return request->caller_known && request->caller[0] != '\0';
}

static void
put_caller(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	cardea_facts_put_value(writer, "", request->caller);
	cardea_facts_put_number(writer, (int64_t)request->caller_uid);
}

static void
take_caller(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	cardea_facts_take_text(
	    reader, request->caller, sizeof(request->caller));
	request->caller_uid = (uid_t)cardea_facts_take_number(
	    reader, 0, UINT32_MAX);
	request->caller_known = true;
}

static bool
has_host(const struct cardea_request *request)
{
	return request->host[0] != '\0';
}

static void
put_host(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	cardea_facts_put_value(writer, "", request->host);
}

static void
take_host(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	cardea_facts_take_text(reader, request->host, sizeof(request->host));
}

static bool
has_groups(const struct cardea_request *request)
{
	return !request->groups_known || request->group_text_len > 0;
}

static void
put_groups(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	if (!request->groups_known) {
		cardea_facts_put_value(writer, "?", "");
		return;
	}
	for (size_t at = 0; at < request->group_text_len;
	     at += strlen(request->group_text + at) + 1)
		cardea_facts_put_value(writer, "", request->group_text + at);
}

static void
take_groups(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	char group[CARDEA_FACTS_ATOM_MAX + 1];

	if (cardea_facts_take_unknown(reader)) {
		request->groups_known = false;
		return;
	}
	while (cardea_facts_has_more(reader)) {
		if (!cardea_facts_take_value(reader, group, sizeof(group)) ||
		    cardea_request_add_group(request, group) != CARDEA_OK)
			reader->failed = true;
	}
}

static bool
has_session(const struct cardea_request *request)
{
	return request->login_session[0] != '\0';
}

static void
put_session(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	cardea_facts_put_value(writer, "", request->login_session);
}

static void
take_session(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	cardea_facts_take_text(
	    reader, request->login_session, sizeof(request->login_session));
}

static bool
has_record(const struct cardea_request *request)
{
	return request->login_record[0] != '\0';
}

static void
put_record(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	cardea_facts_put_value(writer, "", request->login_record);
}

static void
take_record(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	cardea_facts_take_text(
	    reader, request->login_record, sizeof(request->login_record));
}

static bool
sits_elsewhere(const struct cardea_request *request)
{
	return request->login_source.kind != request->source.kind ||
	    memcmp(request->login_source.bytes, request->source.bytes,
		sizeof(request->source.bytes)) != 0;
}

static void
put_from(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	char text[CARDEA_ADDRESS_TEXT_MAX + 1];

	cardea_address_format(&request->login_source, text);
	cardea_facts_put_value(writer, "", text);
}

static void
take_from(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	char text[CARDEA_ADDRESS_TEXT_MAX + 1] = "";

	cardea_facts_take_text(reader, text, sizeof(text));
	request->login_source = cardea_address_parse(
	    strcmp(text, "none") == 0 ? "" : text);
}

static bool
has_outages(const struct cardea_request *request)
{
	return request->outages != 0;
}

static void
put_outages(
    struct cardea_facts_writer *writer, const struct cardea_request *request)
{
	for (unsigned int i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if ((request->outages & 1u << i) != 0)
			cardea_facts_put_value(
			    writer, "", cardea_outage_text(i));
	}
}

static void
take_outages(struct cardea_facts_reader *reader, struct cardea_request *request)
{
	char word[CARDEA_FACTS_ATOM_MAX + 1];

	while (cardea_facts_has_more(reader)) {
		unsigned int i = 0;

		if (!cardea_facts_take_value(reader, word, sizeof(word)))
			return;
		while (i < CARDEA_OUTAGE_COUNT &&
		    strcmp(cardea_outage_text(i), word) != 0)
			i++;
		if (i == CARDEA_OUTAGE_COUNT)
			reader->failed = true;
		else
			request->outages |= 1u << i;
	}
}

static const struct cardea_facts_key keys[] = {
	{ "at", always, put_at, take_at },
	{ "clock", has_no_clock, put_clock, take_clock },
	{ "exists", is_nobody, put_exists, take_exists },
	{ "pam-user", has_pam_user, put_pam_user, take_pam_user },
	{ "ruser", has_ruser, put_ruser, take_ruser },
	{ "caller", has_caller, put_caller, take_caller },
	{ "host", has_host, put_host, take_host },
	{ "groups", has_groups, put_groups, take_groups },
	{ "session", has_session, put_session, take_session },
	{ "record", has_record, put_record, take_record },
	{ "from", sits_elsewhere, put_from, take_from },
	{ "outages", has_outages, put_outages, take_outages },
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static size_t
count_keys(void)
{
	return KEY_COUNT + cardea_facts_context_key_count;
}

static const struct cardea_facts_key *
key_at(size_t index)
{
	return index < KEY_COUNT
	    ? &keys[index]
	    : &cardea_facts_context_keys[index - KEY_COUNT];
}

static bool
write_facts(const struct cardea_request *request, char *text, size_t size)
{
	struct cardea_facts_writer writer = { .text = text, .size = size };

	for (size_t i = 0; i < count_keys(); i++) {
		const struct cardea_facts_key *key = key_at(i);

		if (!key->set(request))
			continue;
		cardea_facts_put_key(&writer, key->key);
		key->put(&writer, request);
	}
	if (!writer.failed)
		text[writer.len] = '\0';
	return !writer.failed;
}

enum cardea_status
cardea_facts_format(
    const struct cardea_request *request, char *text, size_t size)
{
	char line[CARDEA_FACTS_TEXT_MAX + 1];
	struct cardea_request *less;
	bool fits = write_facts(request, line, sizeof(line));

	if (!fits) {
		less = malloc(sizeof(*less));
		if (less == NULL)
			return CARDEA_E_MEMORY;
		*less = *request;
		less->groups_known = false;
		less->group_text_len = 0;
		fits = write_facts(less, line, sizeof(line));
		free(less);
	}
	return fits ? cardea_text_copy(text, size, line) : CARDEA_E_RANGE;
}

/* Keys come in the order in which they are written, each once: so what is read
 * is what would be written. */
static const struct cardea_facts_key *
find_key(const char *text, size_t len, size_t *from)
{
	for (size_t i = *from; i < count_keys(); i++) {
		const struct cardea_facts_key *key = key_at(i);

		if (strlen(key->key) != len || memcmp(key->key, text, len) != 0)
			continue;
		*from = i + 1;
		return key;
	}
	return NULL;
}

/* one "key:values"; where the next one begins, NULL if this one is wrong */
static const char *
read_fact(const char *text, size_t *from, struct cardea_request *request)
{
	size_t len = strcspn(text, ": ");
	const struct cardea_facts_key *key;
	struct cardea_facts_reader reader = { .at = text + len + 1 };

	if (text[len] != ':')
		return NULL;
	key = find_key(text, len, from);
	reader.end = reader.at + strcspn(reader.at, " ");
	if (key == NULL || reader.at == reader.end)
		return NULL;
	key->take(&reader, request);
	if (reader.failed || reader.at <= reader.end)
		return NULL;
	if (*reader.end == '\0')
		return reader.end;
	return reader.end[1] != '\0' ? reader.end + 1 : NULL;
}

static bool
is_shown(const char *text)
{
	return strncmp(text, "shown:", 6) == 0;
}

enum cardea_status
cardea_facts_parse(
    const char *text, struct cardea_request *request, struct cardea_diag *diag)
{
	struct cardea_request *read = malloc(sizeof(*read));
	const char *at = text;
	size_t from = 0;

	if (read == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	*read = *request;
	read->time_known = read->user_exists = read->groups_known = true;
	read->group_text_len = 0;
	read->login_source = read->source;
	if (read->pam_user[0] == '\0')
		memcpy(read->pam_user, read->user, sizeof(read->pam_user));
	/* what was shown stands last, and is no fact: see shown.h */
	while (at != NULL && *at != '\0' && (from == 0 || !is_shown(at)))
		at = read_fact(at, &from, read);
	if (at != NULL && from > 0)
		*request = *read;
	free(read);
	if (at == NULL || from == 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "these are no facts of a request");
	return CARDEA_OK;
}
