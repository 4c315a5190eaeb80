/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/inquiry.h"
#include "cli/watch_cert.h"

/* One certificate, and what is said of it; too large for the stack. */
struct look {
	const struct cardea_watch_certs_call *call;
	const struct cardea_evidence *evidence;
	struct cardea_cert_inquiry inquiry;
	struct cardea_cert_verdict verdict;
};

enum word { WORD_DOUBT = 0, WORD_HOLDS, WORD_LOST, WORD_REVOKED };

/* Evidence says which authority the rule asked for, if it did. */
static bool
is_believed(const struct cardea_authority *authority, const void *context)
{
	const struct cardea_evidence *evidence = context;
	bool named = false;

	for (size_t i = 0; i < evidence->quality_count; i++) {
		const struct cardea_quality *quality = &evidence->qualities[i];

		if (strcmp(quality->key, "ca") != 0)
			continue;
		if (strcmp(quality->value, authority->name) == 0)
			return true;
		named = true;
	}
	return !named;
}

/* It was good once, so a no of any other kind means that something changed. */
static enum word
word_of(const struct look *look)
{
	const struct cardea_cert_verdict *verdict = &look->verdict;

	if (cardea_cert_inquiry_is_in_doubt(&look->inquiry, verdict))
		return WORD_DOUBT;
	if (verdict->result == CARDEA_RESULT_VERIFIED ||
	    verdict->why == CARDEA_CERT_EXPIRED)
		return WORD_HOLDS;
	if (verdict->result != CARDEA_RESULT_REFUSED ||
	    verdict->why == CARDEA_CERT_NOT_YET)
		return WORD_DOUBT;
	return verdict->why == CARDEA_CERT_REVOKED ? WORD_REVOKED : WORD_LOST;
}

static enum word
ask(struct look *look)
{
	struct cardea_watch_held *held = look->call->held;
	unsigned char name[CARDEA_SHA256];
	enum word word;
	bool named = held != NULL &&
	    cardea_watch_held_name(&look->inquiry, name);

	if (named && cardea_watch_held_has(held, name))
		return WORD_HOLDS;
	if (cardea_cert_ask(&look->inquiry.question, &look->inquiry.lists,
		&look->verdict, NULL) != CARDEA_OK)
		return WORD_DOUBT;
	word = word_of(look);
	if (named && word == WORD_HOLDS)
		cardea_watch_held_add(held, name);
	return word;
}

/* Nobody is asked to sign anything: that was shown, and is not in question. */
static enum word
ask_about(struct look *look, const struct cardea_cert_shown_item *item)
{
	const struct cardea_session *session = look->call->session;
	struct cardea_cert_question *question = &look->inquiry.question;
	const struct cardea_cert_asker asker = {
		.settings = look->call->settings,
		.believes = is_believed,
		.context = look->evidence,
	};
	enum word word;

	cardea_cert_inquiry_start(&look->inquiry);
	question->kind = item->kind;
	question->proof = CARDEA_CERT_PROOF_OFFLINE;
	question->leaf = item->leaf;
	question->chain_count = item->chain_count;
	memcpy(question->chain, item->chain, sizeof(question->chain));
	question->time_s = look->call->time_s;
	question->shown_s = session->opened_s;
	question->revocation_s = look->call->revocation_s;
	question->user = session->user;
	question->source = session->source;
	cardea_cert_inquiry_read(&look->inquiry, &asker);
	word = ask(look);
	cardea_cert_inquiry_end(&look->inquiry);
	return word;
}

/* A device may have shown certificates of both kinds. */
static bool
rests_on(const struct cardea_evidence *evidence,
    const struct cardea_cert_shown_item *item)
{
	return evidence->result == CARDEA_RESULT_VERIFIED &&
	    (evidence->factor == CARDEA_FACTOR_DEVICE ||
		(evidence->factor == CARDEA_FACTOR_SSHCERT &&
		    item->kind == CARDEA_CERT_SSH)) &&
	    strcmp(evidence->credential, item->credential) == 0;
}

/* Of several the worst counts. */
static enum word
ask_all(struct look *look)
{
	const struct cardea_cert_shown *shown = &look->call->session->shown;
	enum word worst = WORD_HOLDS, word;
	struct cardea_cert_shown_item item;
	enum cardea_status status;
	size_t at = 0;

	while (
	    (status = cardea_cert_shown_next(shown, &at, &item)) == CARDEA_OK) {
		if (!rests_on(look->evidence, &item))
			continue;
		word = ask_about(look, &item);
		if (worst == WORD_HOLDS || (word != WORD_HOLDS && word > worst))
			worst = word;
	}
	if (status != CARDEA_E_MISSING && worst == WORD_HOLDS)
		worst = WORD_DOUBT;
	return worst;
}

struct cardea_watch_certs
cardea_watch_certs(const struct cardea_watch_certs_call *call)
{
	struct cardea_watch_certs certs = { .revoked = false };
	struct look *look;

	if (call->session->shown.len == 0)
		return certs;
	look = calloc(1, sizeof(*look));
	for (size_t i = 0; i < call->evidence->count; i++) {
		enum word word = WORD_DOUBT;

		if (look != NULL) {
			look->call = call;
			look->evidence = &call->evidence->items[i];
			word = ask_all(look);
		}
		certs.doubt[i] = word == WORD_DOUBT;
		certs.lost[i] = word == WORD_LOST || word == WORD_REVOKED;
		certs.revoked = certs.revoked || word == WORD_REVOKED;
	}
	free(look);
	return certs;
}
