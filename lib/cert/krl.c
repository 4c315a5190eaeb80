/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/krl_parts.h"
#include "cert/sshcert_form.h"
#include "cert/sshroom.h"
#include "cert/sshsig.h"

/* "SSHKRL\n\0" */
#define MAGIC UINT64_C(0x5353484b524c0a00)
#define VERSION 1

enum { /* PROTOCOL.krl, 1 */
	SECTION_CERTIFICATES = 1,
	SECTION_EXPLICIT_KEY = 2,
	SECTION_SHA1 = 3,
	SECTION_SIGNATURE = 4,
	SECTION_SHA256 = 5,
	SECTION_EXTENSION = 255,
};

struct cardea_krl {
	struct cardea_krl_set sets[CARDEA_KRL_IDS]; /* but for key ids */
	size_t scope_count;
	struct cardea_krl_scope scopes[CARDEA_KRL_SECTIONS_MAX];
};

/* The outer form, while a list is read. */
struct frame {
	struct cardea_krl_info info;
	size_t section_count, signature_count;
	struct {
		uint8_t type;
		struct cardea_sshwire_string data;
	} sections[CARDEA_KRL_SECTIONS_MAX];
	struct {
		struct cardea_sshwire_string key;
		struct cardea_cert_bytes covered, signature;
	} signatures[CARDEA_KRL_SIGNATURES_MAX];
};

static enum cardea_status
read_header(struct cardea_sshwire_reader *reader, struct frame *frame,
    struct cardea_diag *diag)
{
	uint64_t magic = cardea_sshwire_get_u64(reader);
	uint32_t version = cardea_sshwire_get_u32(reader);
	uint64_t date, flags;
	struct cardea_sshwire_string comment;

	if (reader->failed || magic != MAGIC)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX, "not a KRL");
	if (version != VERSION)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "a KRL of version %u, which is not known", version);
	frame->info.version = cardea_sshwire_get_u64(reader);
	date = cardea_sshwire_get_u64(reader);
	flags = cardea_sshwire_get_u64(reader);
	(void)cardea_sshwire_get_string(reader); /* "currently ignored" */
	comment = cardea_sshwire_get_string(reader);
	if (reader->failed || memchr(comment.bytes, '\0', comment.len) != NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "its header is cut or malformed");
	/* "No flags are currently defined": what one asks nobody knows */
	if (flags != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "flags that are not known");
	if (date > INT64_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "its date is none");
	frame->info.generated_s = (int64_t)date;
	return CARDEA_OK;
}

/* "The signature is calculated over the entire KRL from the KRL_MAGIC to this
 * subsection's signature_key, including both". */
static enum cardea_status
read_signature(struct cardea_sshwire_reader *reader,
    struct cardea_sshwire_string key, struct frame *frame,
    struct cardea_diag *diag)
{
	size_t covered = reader->at, i = frame->signature_count;
	struct cardea_sshwire_string signature = cardea_sshwire_get_string(
	    reader);

	if (i == CARDEA_KRL_SIGNATURES_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "more than %d signatures", CARDEA_KRL_SIGNATURES_MAX);
	frame->signatures[i].key = key;
	frame->signatures[i].covered.data = reader->bytes;
	frame->signatures[i].covered.len = covered;
	frame->signatures[i].signature.data = signature.bytes;
	frame->signatures[i].signature.len = signature.len;
	frame->signature_count++;
	return CARDEA_OK;
}

static enum cardea_status
read_section(struct cardea_sshwire_reader *reader, struct frame *frame,
    struct cardea_diag *diag)
{
	uint8_t type = cardea_sshwire_get_u8(reader);
	struct cardea_sshwire_string data = cardea_sshwire_get_string(reader);
	size_t i = frame->section_count;

	if (type == SECTION_SIGNATURE)
		return read_signature(reader, data, frame, diag);
	/* else it could be added by anybody */
	if (frame->signature_count > 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a section behind a signature");
	if (i == CARDEA_KRL_SECTIONS_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "more than %d sections", CARDEA_KRL_SECTIONS_MAX);
	frame->sections[i].type = type;
	frame->sections[i].data = data;
	frame->section_count++;
	return CARDEA_OK;
}

static enum cardea_status
read_frame(const struct cardea_cert_bytes *bytes, struct frame *frame,
    struct cardea_diag *diag)
{
	struct cardea_sshwire_reader reader;
	enum cardea_status status;

	if (bytes->len > CARDEA_KRL_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "longer than %d bytes", CARDEA_KRL_MAX);
	cardea_sshwire_read(&reader, bytes->data, bytes->len);
	status = read_header(&reader, frame, diag);
	while (status == CARDEA_OK && !reader.failed && reader.at < reader.len)
		status = read_section(&reader, frame, diag);
	if (status == CARDEA_OK && reader.failed)
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a section is cut");
	return status;
}

/* Each signature must hold, be it by whom it may: one that does not is damage,
 * and a damaged list is no list. */
static enum cardea_status
check_signatures(const struct frame *frame, struct cardea_diag *diag)
{
	for (size_t i = 0; i < frame->signature_count; i++) {
		const struct cardea_cert_bytes key = {
			frame->signatures[i].key.bytes,
			frame->signatures[i].key.len
		};
		unsigned char flags;

		if (!cardea_sshsig_verify(&key, &frame->signatures[i].covered,
			&frame->signatures[i].signature, &flags))
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "signature %zu does not hold", i + 1);
	}
	return CARDEA_OK;
}

/* Which table a section's strings belong to; KINDS: none. */
static enum cardea_krl_kind
kind_of(uint8_t type)
{
	switch (type) {
	case SECTION_EXPLICIT_KEY:
		return CARDEA_KRL_KEYS;
	case SECTION_SHA1:
		return CARDEA_KRL_SHA1S;
	case SECTION_SHA256:
		return CARDEA_KRL_SHA256S;
	default:
		return CARDEA_KRL_KINDS;
	}
}

static enum cardea_status
fill_sets(struct cardea_krl *krl, struct frame *frame, struct cardea_diag *diag)
{
	size_t counts[CARDEA_KRL_IDS] = { 0 };
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < frame->section_count; i++) {
		enum cardea_krl_kind kind = kind_of(frame->sections[i].type);

		if (kind == CARDEA_KRL_KINDS)
			continue;
		if (cardea_krl_set_count(frame->sections[i].data, kind,
			&counts[kind]) != CARDEA_OK)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "a section of keys or fingerprints is malformed");
	}
	for (size_t i = 0; i < CARDEA_KRL_IDS; i++) {
		if (status == CARDEA_OK)
			status = cardea_krl_set_make(&krl->sets[i], counts[i]);
		frame->info.entries += counts[i];
	}
	if (status != CARDEA_OK)
		return status;
	for (size_t i = 0; i < frame->section_count; i++) {
		enum cardea_krl_kind kind = kind_of(frame->sections[i].type);

		if (kind != CARDEA_KRL_KINDS)
			cardea_krl_set_add(
			    &krl->sets[kind], frame->sections[i].data);
	}
	for (size_t i = 0; i < CARDEA_KRL_IDS; i++)
		cardea_krl_set_sort(&krl->sets[i]);
	return CARDEA_OK;
}

static enum cardea_status
fill_scopes(
    struct cardea_krl *krl, struct frame *frame, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < frame->section_count && status == CARDEA_OK;
	     i++) {
		struct cardea_sshwire_string data = frame->sections[i].data;
		struct cardea_krl_scope *scope = &krl->scopes[krl->scope_count];

		switch (frame->sections[i].type) {
		case SECTION_CERTIFICATES:
			krl->scope_count++; /* cleared whatever happens */
			status = cardea_krl_scope_read(data, scope, diag);
			frame->info.entries += scope->entries;
			break;
		case SECTION_EXPLICIT_KEY:
		case SECTION_SHA1:
		case SECTION_SHA256:
			break;
		case SECTION_EXTENSION:
			status = cardea_krl_extension(data);
			break;
		default:
			status = CARDEA_E_SYNTAX;
			break;
		}
		if (status == CARDEA_E_SYNTAX)
			(void)cardea_diag_set(diag, status,
			    "section %u is malformed, or not one that is known",
			    frame->sections[i].type);
	}
	return status;
}

/* Is the key among the signers' lines?  A line that cannot be read is nobody.
 */
static bool
is_signer(struct cardea_sshwire_string text, struct cardea_sshwire_string key)
{
	struct cardea_sshwire_string line;
	unsigned char blob[CARDEA_CERT_MAX];
	unsigned int number = 0;
	size_t len = 0;

	while (cardea_sshcert_next_line(&text, &line, &number)) {
		if (cardea_sshcert_read_line(
			line, blob, sizeof(blob), &len, NULL) == CARDEA_OK &&
		    len == key.len && memcmp(blob, key.bytes, len) == 0)
			return true;
	}
	return false;
}

/* A signature by a key that the list itself revokes is worth nothing. */
static enum cardea_status
find_signer(const struct cardea_krl *krl, struct frame *frame,
    const struct cardea_cert_bytes *signers, struct cardea_diag *diag)
{
	const struct cardea_sshwire_string text = { signers->data,
		signers->len };

	for (size_t i = 0; i < frame->signature_count; i++) {
		const struct cardea_cert_bytes key = {
			frame->signatures[i].key.bytes,
			frame->signatures[i].key.len
		};
		bool revoked = true;

		if (!is_signer(text, frame->signatures[i].key))
			continue;
		if (cardea_krl_revokes(krl, &key, &revoked) == CARDEA_OK &&
		    !revoked)
			frame->info.is_signed = true;
	}
	if (frame->info.is_signed)
		return CARDEA_OK;
	return cardea_diag_set(
	    diag, CARDEA_E_UNSAFE, "signed by nobody who may sign it");
}

enum cardea_status
cardea_krl_open(const struct cardea_cert_bytes *bytes,
    const struct cardea_cert_bytes *signers, struct cardea_krl **ret_krl,
    struct cardea_krl_info *ret_info, struct cardea_diag *diag)
{
	struct cardea_krl *krl = calloc(1, sizeof(*krl));
	struct frame *frame = calloc(1, sizeof(*frame));
	enum cardea_status status = CARDEA_E_MEMORY;

	if (krl == NULL || frame == NULL)
		goto out;
	status = read_frame(bytes, frame, diag);
	if (status == CARDEA_OK)
		status = check_signatures(frame, diag);
	if (status == CARDEA_OK)
		status = fill_sets(krl, frame, diag);
	if (status == CARDEA_OK)
		status = fill_scopes(krl, frame, diag);
	if (status == CARDEA_OK && signers != NULL)
		status = find_signer(krl, frame, signers, diag);
	if (status != CARDEA_OK)
		goto out;
	*ret_info = frame->info;
	*ret_krl = krl;
	krl = NULL; /* moved */
out:
	free(frame);
	(void)cardea_krl_close(krl);
	return status;
}

struct cardea_krl *
cardea_krl_close(struct cardea_krl *krl)
{
	if (krl == NULL)
		return NULL;
	for (size_t i = 0; i < CARDEA_KRL_IDS; i++)
		cardea_krl_set_clear(&krl->sets[i]);
	for (size_t i = 0; i < krl->scope_count; i++)
		cardea_krl_scope_clear(&krl->scopes[i]);
	free(krl);
	return NULL;
}

/* By itself or by one of its fingerprints. */
static enum cardea_status
revokes_key(const struct cardea_krl *krl, const struct cardea_sshpublic *key,
    bool *revoked)
{
	unsigned char blob[CARDEA_SSHPUBLIC_MAX], sha1[20], sha256[32];
	enum cardea_status status;
	size_t len = 0;

	status = cardea_sshpublic_write(key, blob, sizeof(blob), &len);
	if (status == CARDEA_OK)
		status = cardea_sshroom_digest(
		    "SHA1", blob, len, sha1, sizeof(sha1));
	if (status == CARDEA_OK)
		status = cardea_sshroom_digest(
		    "SHA256", blob, len, sha256, sizeof(sha256));
	if (status != CARDEA_OK)
		return status;
	if (cardea_krl_set_has(&krl->sets[CARDEA_KRL_KEYS], blob, len) ||
	    cardea_krl_set_has(
		&krl->sets[CARDEA_KRL_SHA1S], sha1, sizeof(sha1)) ||
	    cardea_krl_set_has(
		&krl->sets[CARDEA_KRL_SHA256S], sha256, sizeof(sha256)))
		*revoked = true;
	return CARDEA_OK;
}

static bool
revokes_certificate(
    const struct cardea_krl *krl, const struct cardea_sshcert *cert)
{
	for (size_t i = 0; i < krl->scope_count; i++) {
		const struct cardea_krl_scope *scope = &krl->scopes[i];
		bool is_meant = scope->ca.len == 0 ||
		    (scope->ca.len == cert->ca_blob.len &&
			memcmp(scope->ca.bytes, cert->ca_blob.bytes,
			    scope->ca.len) == 0);

		if (is_meant &&
		    cardea_krl_scope_has(scope, cert->serial, cert->key_id))
			return true;
	}
	return false;
}

enum cardea_status
cardea_krl_revokes(const struct cardea_krl *krl,
    const struct cardea_cert_bytes *blob, bool *ret_revoked)
{
	struct cardea_sshcert cert = { 0 };
	enum cardea_status status;
	bool is_cert = false, revoked = false;

	if (cardea_sshcert_subject(blob, &cert, &is_cert, NULL) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	status = revokes_key(krl, &cert.key, &revoked);
	if (status == CARDEA_OK && is_cert)
		status = revokes_key(krl, &cert.ca, &revoked);
	if (status != CARDEA_OK)
		return status;
	*ret_revoked = revoked || (is_cert && revokes_certificate(krl, &cert));
	return CARDEA_OK;
}
