/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/inquiry.h"
#include "cert/still.h"

/* One certificate, and what is said of it; too large for the stack. */
struct look {
	const struct cardea_cert_still_call *call;
	struct cardea_cert_shown_item item;
	struct cardea_cert_held *held; /* NULL: its verdict is wanted */
	struct cardea_cert_inquiry inquiry;
	struct cardea_cert_verdict verdict;
};

/* Does the evidence say by which authority it was accepted, and is it that? */
static bool
names_authority(const struct cardea_evidence *evidence,
    const struct cardea_authority *authority)
{
	for (size_t i = 0; i < evidence->quality_count; i++) {
		const struct cardea_quality *quality = &evidence->qualities[i];

		if (strcmp(quality->key, "ca") == 0 &&
		    (authority == NULL ||
			strcmp(quality->value, authority->name) == 0))
			return true;
	}
	return false;
}

static bool
is_named(const struct cardea_authority *authority, const void *evidence)
{
	return names_authority(evidence, authority);
}

static bool
is_any(const struct cardea_authority *authority, const void *evidence)
{
	(void)authority;
	(void)evidence;
	return true;
}

/* Has the leaf ended, and not something above it, which hides what lists say?
 */
static bool
has_ended(const struct look *look)
{
	return look->verdict.why == CARDEA_CERT_EXPIRED &&
	    look->verdict.identity.not_after_s <= look->call->time_s;
}

/* It was good once, so a no of any other kind means that something changed;
 * unless an authority is not there to be asked. */
static enum cardea_cert_still
word_of(const struct look *look)
{
	const struct cardea_cert_verdict *verdict = &look->verdict;

	if (verdict->why == CARDEA_CERT_REVOKED)
		return CARDEA_CERT_STILL_REVOKED;
	if (verdict->result == CARDEA_RESULT_VERIFIED || has_ended(look))
		return CARDEA_CERT_STILL_HOLDS;
	if (verdict->result != CARDEA_RESULT_REFUSED ||
	    verdict->why == CARDEA_CERT_NOT_YET ||
	    verdict->why == CARDEA_CERT_EXPIRED || look->inquiry.incomplete ||
	    (verdict->why == CARDEA_CERT_UNTRUSTED && look->item.cut))
		return CARDEA_CERT_STILL_DOUBT;
	return CARDEA_CERT_STILL_LOST;
}

static enum cardea_cert_still
ask(struct look *look)
{
	struct cardea_cert_held *held = look->held;
	unsigned char name[CARDEA_SHA256];
	enum cardea_cert_still word;
	bool named = held != NULL &&
	    cardea_cert_held_name(&look->inquiry, name);

	if (named && cardea_cert_held_has(held, name))
		return CARDEA_CERT_STILL_HOLDS;
	if (cardea_cert_ask(&look->inquiry.question, &look->inquiry.lists,
		&look->verdict, NULL) != CARDEA_OK)
		return CARDEA_CERT_STILL_DOUBT;
	word = word_of(look);
	if (named && word == CARDEA_CERT_STILL_HOLDS)
		cardea_cert_held_add(held, name);
	return word;
}

/* Nobody is asked to sign anything: that was shown, and is not in question. */
static enum cardea_cert_still
ask_those(struct look *look,
    bool (*believes)(const struct cardea_authority *, const void *))
{
	const struct cardea_cert_still_call *call = look->call;
	struct cardea_cert_question *question = &look->inquiry.question;
	const struct cardea_cert_asker asker = {
		.settings = call->settings,
		.believes = believes,
		.context = call->evidence,
	};
	enum cardea_cert_still word;

	cardea_cert_inquiry_start(&look->inquiry);
	question->kind = look->item.kind;
	question->proof = CARDEA_CERT_PROOF_OFFLINE;
	question->leaf = look->item.leaf;
	question->chain_count = look->item.chain_count;
	memcpy(question->chain, look->item.chain, sizeof(question->chain));
	question->time_s = call->time_s;
	question->shown_s = call->evidence->time_s;
	question->revocation_s = call->revocation_s;
	question->user = call->evidence->subject;
	question->source = look->item.source;
	cardea_cert_inquiry_read(&look->inquiry, &asker);
	word = ask(look);
	cardea_cert_inquiry_end(&look->inquiry);
	return word;
}

static enum cardea_cert_still
ask_all(struct look *look, char ret_authority[CARDEA_AUTHORITY_NAME_MAX + 1])
{
	const char *authority = look->verdict.identity.authority;
	enum cardea_cert_still word;

	look->held = look->call->held;
	if (!names_authority(look->call->evidence, NULL))
		return ask_those(look, is_any);
	word = ask_those(look, is_named);
	if (word != CARDEA_CERT_STILL_LOST)
		return word;
	look->held = NULL;
	word = ask_those(look, is_any);
	if (word != CARDEA_CERT_STILL_HOLDS)
		return word;
	memcpy(ret_authority, authority, CARDEA_AUTHORITY_NAME_MAX + 1);
	return CARDEA_CERT_STILL_RENAMED;
}

enum cardea_cert_still
cardea_cert_still(const struct cardea_cert_still_call *call,
    char ret_authority[CARDEA_AUTHORITY_NAME_MAX + 1])
{
	const struct cardea_evidence *evidence = call->evidence;
	enum cardea_cert_still word = CARDEA_CERT_STILL_DOUBT;
	struct look *look;

	if (evidence->shown == 0 || evidence->result != CARDEA_RESULT_VERIFIED)
		return CARDEA_CERT_STILL_HOLDS;
	look = calloc(1, sizeof(*look));
	if (look == NULL)
		return CARDEA_CERT_STILL_DOUBT;
	look->call = call;
	if (cardea_cert_shown_get(call->shown, evidence->shown, &look->item) ==
	    CARDEA_OK)
		word = ask_all(look, ret_authority);
	free(look);
	return word;
}
