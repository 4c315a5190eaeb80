/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "cert/sshcert.h"
#include "cert/x509.h"
#include "cert/x509_identity.h"
#include "cert/x509_key.h"
#include "cert/x509_name.h"
#include "cert/x509_path.h"
#include "cert/x509_profile.h"

/* What is read of a question, once for all its authorities. */
struct desk {
	const struct cardea_cert_question *question;
	struct cardea_x509_room room;
	X509 *leaf;
	STACK_OF(X509) * sent;
};

static void
refuse_fault(struct cardea_cert_verdict *verdict,
    const struct cardea_x509_fault *fault, const char *what)
{
	cardea_cert_refuse(verdict, fault->why, "%s %s", what, fault->text);
}

static void
desk_close(struct desk *desk)
{
	X509_free(desk->leaf);
	sk_X509_pop_free(desk->sent, X509_free);
	cardea_x509_room_close(&desk->room);
}

static bool
read_sent(struct desk *desk, struct cardea_cert_verdict *verdict)
{
	const struct cardea_cert_question *question = desk->question;

	if (question->chain_count > CARDEA_CERT_CHAIN_MAX) {
		cardea_cert_refuse(verdict, CARDEA_CERT_TOO_LARGE,
		    "more than %d certificates were sent along",
		    CARDEA_CERT_CHAIN_MAX);
		return false;
	}
	for (size_t i = 0; i < question->chain_count; i++) {
		struct cardea_x509_fault fault = { 0 };
		X509 *certificate = cardea_x509_read(
		    &desk->room, &question->chain[i], false, &fault);

		if (certificate == NULL) {
			refuse_fault(
			    verdict, &fault, "a certificate sent along");
			return false;
		}
		if (sk_X509_push(desk->sent, certificate) <= 0) {
			X509_free(certificate);
			cardea_cert_refuse(
			    verdict, CARDEA_CERT_FAILED, "out of memory");
			return false;
		}
	}
	return true;
}

static bool
desk_open(struct desk *desk, struct cardea_cert_verdict *verdict)
{
	const struct cardea_cert_question *question = desk->question;
	struct cardea_x509_fault fault = { 0 };

	if (!cardea_x509_room_open(&desk->room) ||
	    (desk->sent = sk_X509_new_null()) == NULL) {
		cardea_cert_refuse(
		    verdict, CARDEA_CERT_FAILED, "OpenSSL cannot be used");
		return false;
	}
	desk->leaf = cardea_x509_read(
	    &desk->room, &question->leaf, false, &fault);
	if (desk->leaf == NULL) {
		refuse_fault(verdict, &fault, "the certificate");
		return false;
	}
	if (!cardea_x509_identity_fill(
		&desk->room, &question->leaf, desk->leaf, &verdict->identity)) {
		cardea_cert_refuse(
		    verdict, CARDEA_CERT_FAILED, "OpenSSL has failed");
		return false;
	}
	return read_sent(desk, verdict);
}

/* "any" is for `cardea test` alone: nobody is let in by it. */
static const char *
purpose_of(const struct desk *desk, const struct cardea_authority *authority)
{
	const char *purpose = authority->purpose[0] != '\0'
	    ? authority->purpose
	    : CARDEA_X509_PURPOSE;

	if (strcmp(purpose, CARDEA_X509_ANY) == 0 &&
	    desk->question->proof != CARDEA_CERT_PROOF_OFFLINE)
		return CARDEA_X509_PURPOSE;
	return purpose;
}

static void
judge_authority(const struct desk *desk, const struct cardea_cert_trust *trust,
    struct cardea_cert_verdict *verdict)
{
	const struct cardea_x509_search search = {
		.room = &desk->room,
		.question = desk->question,
		.trust = trust,
		.purpose = purpose_of(desk, trust->authority),
		.leaf = desk->leaf,
		.sent = desk->sent,
	};
	struct cardea_x509_fault fault = { 0 };

	if (!cardea_x509_leaf_holds(desk->leaf, search.purpose, &fault)) {
		refuse_fault(verdict, &fault, "the certificate");
		return;
	}
	cardea_x509_path_judge(&search, verdict);
	if (verdict->result == CARDEA_RESULT_VERIFIED &&
	    cardea_text_copy(verdict->identity.authority,
		sizeof(verdict->identity.authority),
		trust->authority->name) != CARDEA_OK)
		cardea_cert_refuse(verdict, CARDEA_CERT_FAILED,
		    "an authority has no name that fits");
}

/* The first that vouches; else the one whose path came furthest. */
static void
judge_authorities(const struct desk *desk, struct cardea_cert_verdict *verdict)
{
	const struct cardea_cert_question *question = desk->question;
	struct cardea_cert_verdict one;

	cardea_cert_refuse(
	    verdict, CARDEA_CERT_UNTRUSTED, "no authority of its kind is set");
	for (size_t i = 0; i < question->trust_count; i++) {
		const struct cardea_cert_trust *trust = &question->trust[i];

		if (trust->authority->kind != CARDEA_AUTHORITY_X509)
			continue;
		one = *verdict;
		one.result = CARDEA_RESULT_NONE;
		judge_authority(desk, trust, &one);
		/* or the last one's reason, of two that say the same */
		if (!cardea_x509_further(verdict->why, one.why))
			*verdict = one;
		if (verdict->result == CARDEA_RESULT_VERIFIED)
			return;
	}
}

static bool
name_holds(const struct desk *desk)
{
	GENERAL_NAMES *names;
	bool holds;

	if (desk->question->name == NULL)
		return true;
	names = X509_get_ext_d2i(desk->leaf, NID_subject_alt_name, NULL, NULL);
	holds = cardea_x509_is_for(names, desk->question->name);
	GENERAL_NAMES_free(names);
	return holds;
}

static bool
sshsig_holds(const struct cardea_cert_question *question,
    const struct cardea_cert_bytes *spki)
{
	unsigned char blob[CARDEA_SSH_BLOB_MAX], flags = 0;
	struct cardea_cert_bytes key = { blob, 0 };

	return cardea_sshpublic_of_spki(spki, blob, sizeof(blob), &key.len) ==
	    CARDEA_OK &&
	    cardea_sshsig_verify(
		&key, &question->message, &question->signature, &flags);
}

/* sshd knows no X.509, but it may have verified the certificate's very key. */
static bool
is_key_of_sshd(const struct cardea_cert_question *question,
    const struct cardea_cert_bytes *spki)
{
	unsigned char blob[CARDEA_SSH_BLOB_MAX];
	size_t len = 0;

	return cardea_sshpublic_of_spki(spki, blob, sizeof(blob), &len) ==
	    CARDEA_OK &&
	    len == question->message.len &&
	    memcmp(blob, question->message.data, len) == 0;
}

static bool
is_proved(const struct desk *desk, const struct cardea_cert_bytes *spki)
{
	const struct cardea_cert_question *question = desk->question;

	switch (question->proof) {
	case CARDEA_CERT_PROOF_SIGNATURE:
		return cardea_x509_signature_holds(desk->room.context, spki,
		    &question->message, &question->signature);
	case CARDEA_CERT_PROOF_SSHSIG:
		return sshsig_holds(question, spki);
	case CARDEA_CERT_PROOF_SSHD:
		return is_key_of_sshd(question, spki);
	case CARDEA_CERT_PROOF_NONE:
	case CARDEA_CERT_PROOF_OFFLINE:
		break;
	}
	return false;
}

/* Is there anything that could be a proof? */
static bool
has_proof(const struct cardea_cert_question *question)
{
	switch (question->proof) {
	case CARDEA_CERT_PROOF_SIGNATURE:
	case CARDEA_CERT_PROOF_SSHSIG:
		return question->message.len > 0 && question->signature.len > 0;
	case CARDEA_CERT_PROOF_SSHD:
		return question->message.len > 0;
	case CARDEA_CERT_PROOF_NONE:
	case CARDEA_CERT_PROOF_OFFLINE:
		break;
	}
	return false;
}

/* X01: a certificate is public; only a signature over our message shows that
 * its holder is here. */
static enum cardea_cert_why
judge_proof(const struct desk *desk)
{
	const struct cardea_cert_question *question = desk->question;
	struct cardea_cert_bytes spki;

	if (question->proof == CARDEA_CERT_PROOF_OFFLINE)
		return CARDEA_CERT_ACCEPTED;
	if (!has_proof(question))
		return CARDEA_CERT_NO_PROOF;
	if (!cardea_x509_form_spki(&question->leaf, &spki))
		return CARDEA_CERT_FAILED;
	return is_proved(desk, &spki) ? CARDEA_CERT_ACCEPTED
				      : CARDEA_CERT_WRONG_PROOF;
}

static void
judge_holder(const struct desk *desk, struct cardea_cert_verdict *verdict)
{
	enum cardea_cert_why why;

	if (!name_holds(desk)) {
		cardea_cert_refuse(verdict, CARDEA_CERT_NAME,
		    "the certificate is not for %s", desk->question->name);
		return;
	}
	why = judge_proof(desk);
	if (why != CARDEA_CERT_ACCEPTED)
		cardea_cert_refuse(verdict, why, "%s",
		    why == CARDEA_CERT_NO_PROOF
			? "nothing was signed with its key"
			: "what was signed was not signed with its key");
}

void
cardea_x509_judge(const struct cardea_cert_question *question,
    struct cardea_cert_verdict *ret_verdict)
{
	struct cardea_cert_verdict verdict = { 0 };
	struct desk desk = { .question = question };

	if (question->kind != CARDEA_CERT_X509 || question->time_s <= 0 ||
	    question->trust_count > CARDEA_AUTHORITIES_MAX) {
		cardea_cert_refuse(
		    &verdict, CARDEA_CERT_FAILED, "not a question for X.509");
		*ret_verdict = verdict;
		return;
	}
	if (desk_open(&desk, &verdict))
		judge_authorities(&desk, &verdict);
	if (verdict.result == CARDEA_RESULT_VERIFIED)
		judge_holder(&desk, &verdict);
	desk_close(&desk);
	*ret_verdict = verdict;
}

static enum cardea_status
status_of(enum cardea_cert_why why)
{
	if (why == CARDEA_CERT_TOO_LARGE)
		return CARDEA_E_RANGE;
	return why == CARDEA_CERT_FAILED ? CARDEA_E_MEMORY : CARDEA_E_SYNTAX;
}

enum cardea_status
cardea_x509_describe(const struct cardea_cert_bytes *der,
    struct cardea_cert_identity *ret_identity, struct cardea_diag *diag)
{
	struct cardea_cert_identity identity;
	struct cardea_x509_room room = { 0 };
	struct cardea_x509_fault fault = { 0 };
	enum cardea_status status = CARDEA_E_MEMORY;
	X509 *certificate = NULL;

	if (!cardea_x509_room_open(&room))
		goto out;
	certificate = cardea_x509_read(&room, der, false, &fault);
	if (certificate == NULL ||
	    !cardea_x509_leaf_holds(certificate, NULL, &fault)) {
		status = cardea_diag_set(diag, status_of(fault.why),
		    "the certificate %s", fault.text);
		goto out;
	}
	if (!cardea_x509_identity_fill(&room, der, certificate, &identity))
		goto out;
	*ret_identity = identity;
	status = CARDEA_OK;
out:
	X509_free(certificate);
	cardea_x509_room_close(&room);
	return status;
}
