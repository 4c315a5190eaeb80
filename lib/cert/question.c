/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "cert/question.h"

#define HELLO 0x48435243u    /* "CRCH" */
#define QUESTION 0x51435243u /* "CRCQ" */
#define VERDICT 0x56435243u  /* "CRCV" */

static void
need(struct cardea_unpack *unpack, bool holds)
{
	if (!holds)
		unpack->failed = true;
}

static void
get_head(struct cardea_unpack *unpack, const unsigned char *bytes, size_t len,
    uint32_t kind)
{
	cardea_unpack_init(unpack, bytes, len);
	need(unpack, cardea_unpack_u32(unpack) == kind);
}

static bool
get_bool(struct cardea_unpack *unpack)
{
	uint8_t value = cardea_unpack_u8(unpack);

	need(unpack, value <= 1);
	return value == 1;
}

static size_t
get_count(struct cardea_unpack *unpack, size_t high)
{
	uint32_t count = cardea_unpack_u32(unpack);

	need(unpack, count <= high);
	return unpack->failed ? 0 : count;
}

static void
put_bytes(struct cardea_pack *pack, const struct cardea_cert_bytes *bytes,
    size_t high)
{
	if (bytes->len > high)
		pack->failed = true;
	cardea_pack_blob(pack, bytes->data, bytes->len);
}

static struct cardea_cert_bytes
get_bytes(struct cardea_unpack *unpack, size_t high)
{
	struct cardea_cert_bytes bytes = { .data = NULL };

	cardea_unpack_blob(unpack, &bytes.data, &bytes.len);
	need(unpack, bytes.len <= high);
	return bytes;
}

/* --- the packet with the descriptors ------------------------------------- */

void
cardea_cert_pack_hello(
    uint32_t count, unsigned char packet[CARDEA_CERT_HELLO_BYTES])
{
	struct cardea_pack pack;

	cardea_pack_init(&pack, packet, CARDEA_CERT_HELLO_BYTES);
	cardea_pack_u32(&pack, HELLO);
	cardea_pack_u32(&pack, count);
}

enum cardea_status
cardea_cert_unpack_hello(
    const unsigned char *packet, size_t len, uint32_t *ret_count)
{
	struct cardea_unpack unpack;
	enum cardea_status status;
	uint32_t count;

	get_head(&unpack, packet, len, HELLO);
	count = cardea_unpack_u32(&unpack);
	need(&unpack, count >= 1 && count <= CARDEA_CERT_LISTS_MAX + 1);
	status = cardea_unpack_done(&unpack);
	if (status == CARDEA_OK)
		*ret_count = count;
	return status;
}

/* --- authorities --------------------------------------------------------- */

static void
put_authority(
    struct cardea_pack *pack, const struct cardea_authority *authority)
{
	if (authority->list_count > CARDEA_AUTHORITY_LISTS_MAX ||
	    authority->principal_count > CARDEA_AUTHORITY_PRINCIPALS_MAX) {
		pack->failed = true;
		return;
	}
	cardea_pack_u32(pack, authority->kind);
	cardea_pack_text(pack, authority->name);
	cardea_pack_text(pack, authority->trust);
	cardea_pack_text(pack, authority->intermediates);
	cardea_pack_u32(pack, authority->revocation);
	cardea_pack_u32(pack, authority->max_age_s);
	cardea_pack_u32(pack, (uint32_t)authority->list_count);
	for (size_t i = 0; i < authority->list_count; i++)
		cardea_pack_text(pack, authority->lists[i]);
	cardea_pack_text(pack, authority->ocsp);
	cardea_pack_text(pack, authority->list_keys);
	cardea_pack_text(pack, authority->purpose);
	cardea_pack_u32(pack, (uint32_t)authority->principal_count);
	for (size_t i = 0; i < authority->principal_count; i++)
		cardea_pack_text(pack, authority->principals[i]);
}

static void
get_authority(struct cardea_unpack *unpack, struct cardea_authority *authority)
{
	struct cardea_authority *a = authority;
	uint32_t kind = cardea_unpack_u32(unpack);

	need(unpack,
	    kind == CARDEA_AUTHORITY_X509 || kind == CARDEA_AUTHORITY_SSH);
	a->kind = (enum cardea_authority_kind)kind;
	cardea_unpack_text(unpack, a->name, sizeof(a->name));
	cardea_unpack_text(unpack, a->trust, sizeof(a->trust));
	cardea_unpack_text(unpack, a->intermediates, sizeof(a->intermediates));
	a->revocation = (enum cardea_revocation_by)get_count(
	    unpack, CARDEA_REVOCATION_BY_NONE);
	a->max_age_s = cardea_unpack_u32(unpack);
	a->list_count = get_count(unpack, CARDEA_AUTHORITY_LISTS_MAX);
	for (size_t i = 0; i < a->list_count; i++)
		cardea_unpack_text(unpack, a->lists[i], sizeof(a->lists[i]));
	cardea_unpack_text(unpack, a->ocsp, sizeof(a->ocsp));
	cardea_unpack_text(unpack, a->list_keys, sizeof(a->list_keys));
	cardea_unpack_text(unpack, a->purpose, sizeof(a->purpose));
	a->principal_count = get_count(unpack, CARDEA_AUTHORITY_PRINCIPALS_MAX);
	for (size_t i = 0; i < a->principal_count; i++)
		cardea_unpack_text(
		    unpack, a->principals[i], sizeof(a->principals[i]));
}

static void
put_trust(struct cardea_pack *pack, const struct cardea_cert_trust *trust,
    const bool has_list[CARDEA_AUTHORITY_LISTS_MAX])
{
	if (trust->authority == NULL ||
	    trust->list_count > CARDEA_AUTHORITY_LISTS_MAX ||
	    trust->answer_count > CARDEA_OCSP_ANSWERS_MAX) {
		pack->failed = true;
		return;
	}
	put_authority(pack, trust->authority);
	put_bytes(pack, &trust->trust, CARDEA_CERT_FILE_MAX);
	put_bytes(pack, &trust->intermediates, CARDEA_CERT_FILE_MAX);
	put_bytes(pack, &trust->list_keys, CARDEA_CERT_FILE_MAX);
	cardea_pack_u32(pack, (uint32_t)trust->list_count);
	for (size_t i = 0; i < trust->list_count; i++) {
		cardea_pack_u8(pack, has_list[i]);
		cardea_pack_i64(pack, trust->list_times_s[i]);
	}
	cardea_pack_u32(pack, (uint32_t)trust->answer_count);
	for (size_t i = 0; i < trust->answer_count; i++)
		put_bytes(pack, &trust->answers[i], CARDEA_OCSP_MAX);
}

static void
get_trust(struct cardea_unpack *unpack, struct cardea_authority *authority,
    struct cardea_cert_trust *trust, bool has_list[CARDEA_AUTHORITY_LISTS_MAX])
{
	get_authority(unpack, authority);
	trust->authority = authority;
	trust->trust = get_bytes(unpack, CARDEA_CERT_FILE_MAX);
	trust->intermediates = get_bytes(unpack, CARDEA_CERT_FILE_MAX);
	trust->list_keys = get_bytes(unpack, CARDEA_CERT_FILE_MAX);
	trust->list_count = get_count(unpack, CARDEA_AUTHORITY_LISTS_MAX);
	for (size_t i = 0; i < trust->list_count; i++) {
		has_list[i] = get_bool(unpack);
		trust->list_times_s[i] = cardea_unpack_i64(unpack);
	}
	trust->answer_count = get_count(unpack, CARDEA_OCSP_ANSWERS_MAX);
	for (size_t i = 0; i < trust->answer_count; i++)
		trust->answers[i] = get_bytes(unpack, CARDEA_OCSP_MAX);
}

/* --- the question -------------------------------------------------------- */

/* Nobody's name and no name are two things. */
static void
put_perhaps(struct cardea_pack *pack, const char *text)
{
	cardea_pack_u8(pack, text != NULL);
	cardea_pack_text(pack, text);
}

static const char *
get_perhaps(struct cardea_unpack *unpack, char *text, size_t size)
{
	bool is_there = get_bool(unpack);

	cardea_unpack_text(unpack, text, size);
	need(unpack, is_there || text[0] == '\0');
	return is_there ? text : NULL;
}

static void
put_wishes(
    struct cardea_pack *pack, const struct cardea_cert_question *question)
{
	bool is_set = question->policies != NULL;
	size_t count = is_set ? question->policy_count : 0;

	put_perhaps(pack, question->user);
	put_perhaps(pack, question->source);
	put_perhaps(pack, question->name);
	cardea_pack_u8(pack, is_set);
	cardea_pack_u32(pack, (uint32_t)count);
	if (count > CARDEA_CERT_OIDS_MAX) {
		pack->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		cardea_pack_text(pack, question->policies[i]);
	cardea_pack_u8(pack, question->explicit_policy);
	cardea_pack_u8(pack, question->inhibit_mapping);
	cardea_pack_u8(pack, question->inhibit_any);
}

static void
get_wishes(struct cardea_unpack *unpack, struct cardea_cert_heard *heard)
{
	struct cardea_cert_question *question = &heard->question;
	bool is_set;

	question->user = get_perhaps(unpack, heard->user, sizeof(heard->user));
	question->source = get_perhaps(
	    unpack, heard->source, sizeof(heard->source));
	question->name = get_perhaps(unpack, heard->name, sizeof(heard->name));
	is_set = get_bool(unpack);
	question->policies = is_set ? heard->policies : NULL;
	question->policy_count = get_count(
	    unpack, is_set ? CARDEA_CERT_OIDS_MAX : 0);
	for (size_t i = 0; i < question->policy_count; i++) {
		struct cardea_cert_oid *oid = &heard->policy_texts[i];

		cardea_unpack_text(unpack, oid->text, sizeof(oid->text));
		heard->policies[i] = oid->text;
	}
	question->explicit_policy = get_bool(unpack);
	question->inhibit_mapping = get_bool(unpack);
	question->inhibit_any = get_bool(unpack);
}

enum cardea_status
cardea_cert_pack_question(const struct cardea_cert_question *question,
    const bool has_list[CARDEA_AUTHORITIES_MAX][CARDEA_AUTHORITY_LISTS_MAX],
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;
	enum cardea_status status;

	if (question->chain_count > CARDEA_CERT_CHAIN_MAX ||
	    question->trust_count > CARDEA_AUTHORITIES_MAX)
		return CARDEA_E_RANGE;
	cardea_pack_init(&pack, bytes, size);
	cardea_pack_u32(&pack, QUESTION);
	cardea_pack_u32(&pack, question->kind);
	put_bytes(&pack, &question->leaf, CARDEA_CERT_MAX);
	cardea_pack_u32(&pack, (uint32_t)question->chain_count);
	for (size_t i = 0; i < question->chain_count; i++)
		put_bytes(&pack, &question->chain[i], CARDEA_CERT_MAX);
	cardea_pack_i64(&pack, question->time_s);
	cardea_pack_u32(&pack, question->revocation_s);
	cardea_pack_i64(&pack, question->shown_s);
	put_wishes(&pack, question);
	cardea_pack_u32(&pack, (uint32_t)question->trust_count);
	for (size_t i = 0; i < question->trust_count; i++)
		put_trust(&pack, &question->trust[i], has_list[i]);
	cardea_pack_u32(&pack, question->proof);
	put_bytes(&pack, &question->message, CARDEA_SIGN_MESSAGE_MAX);
	put_bytes(&pack, &question->signature, CARDEA_SSH_BLOB_MAX);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		*ret_len = pack.len;
	return status;
}

enum cardea_status
cardea_cert_unpack_question(
    const unsigned char *bytes, size_t len, struct cardea_cert_heard *ret_heard)
{
	struct cardea_cert_question *question = &ret_heard->question;
	struct cardea_unpack unpack;

	memset(ret_heard, 0, sizeof(*ret_heard));
	get_head(&unpack, bytes, len, QUESTION);
	question->kind = (enum cardea_cert_kind)get_count(
	    &unpack, CARDEA_CERT_SSH_KEY);
	question->leaf = get_bytes(&unpack, CARDEA_CERT_MAX);
	question->chain_count = get_count(&unpack, CARDEA_CERT_CHAIN_MAX);
	for (size_t i = 0; i < question->chain_count; i++)
		question->chain[i] = get_bytes(&unpack, CARDEA_CERT_MAX);
	question->time_s = cardea_unpack_i64(&unpack);
	question->revocation_s = cardea_unpack_u32(&unpack);
	question->shown_s = cardea_unpack_i64(&unpack);
	get_wishes(&unpack, ret_heard);
	question->trust_count = get_count(&unpack, CARDEA_AUTHORITIES_MAX);
	for (size_t i = 0; i < question->trust_count; i++)
		get_trust(&unpack, &ret_heard->authorities[i],
		    &question->trust[i], ret_heard->has_list[i]);
	question->proof = (enum cardea_cert_proof)get_count(
	    &unpack, CARDEA_CERT_PROOF_OFFLINE);
	question->message = get_bytes(&unpack, CARDEA_SIGN_MESSAGE_MAX);
	question->signature = get_bytes(&unpack, CARDEA_SSH_BLOB_MAX);
	return cardea_unpack_done(&unpack);
}

/* --- the verdict --------------------------------------------------------- */

static void
put_identity(
    struct cardea_pack *pack, const struct cardea_cert_identity *identity)
{
	const struct cardea_cert_identity *from = identity;

	if (from->name_count > CARDEA_CERT_NAMES_MAX ||
	    from->purpose_count > CARDEA_CERT_OIDS_MAX ||
	    from->policy_count > CARDEA_CERT_OIDS_MAX) {
		pack->failed = true;
		return;
	}
	cardea_pack_u32(pack, from->kind);
	cardea_pack_text(pack, from->authority);
	cardea_pack_text(pack, from->subject);
	cardea_pack_text(pack, from->issuer);
	cardea_pack_text(pack, from->issuer_name);
	cardea_pack_text(pack, from->serial);
	cardea_pack_text(pack, from->fingerprint);
	cardea_pack_text(pack, from->ssh_fingerprint);
	cardea_pack_blob(pack, from->key_hash, sizeof(from->key_hash));
	cardea_pack_i64(pack, from->not_before_s);
	cardea_pack_i64(pack, from->not_after_s);
	cardea_pack_u32(pack, (uint32_t)from->name_count);
	for (size_t i = 0; i < from->name_count; i++)
		cardea_pack_text(pack, from->names[i].text);
	cardea_pack_u32(pack, (uint32_t)from->purpose_count);
	for (size_t i = 0; i < from->purpose_count; i++)
		cardea_pack_text(pack, from->purposes[i].text);
	cardea_pack_u32(pack, (uint32_t)from->policy_count);
	for (size_t i = 0; i < from->policy_count; i++)
		cardea_pack_text(pack, from->policies[i].text);
	cardea_pack_u8(pack, from->security_key);
	cardea_pack_u8(pack, from->needs_uv);
	cardea_pack_u8(pack, from->forced);
	cardea_pack_i64(pack, from->revocation_s);
}

/* S07 was the sender's to keep; it may no longer be itself. */
static void
get_printable(struct cardea_unpack *unpack, char *text, size_t size)
{
	cardea_unpack_text(unpack, text, size);
	for (const char *c = text; *c != '\0'; c++)
		need(unpack, (unsigned char)*c >= 0x20 && *c != 0x7f);
}

static void
get_oids(
    struct cardea_unpack *unpack, struct cardea_cert_oid *oids, size_t *count)
{
	*count = get_count(unpack, CARDEA_CERT_OIDS_MAX);
	for (size_t i = 0; i < *count; i++)
		get_printable(unpack, oids[i].text, sizeof(oids[i].text));
}

static void
get_hash(struct cardea_unpack *unpack, unsigned char hash[32])
{
	const unsigned char *bytes = NULL;
	size_t len = 0;

	cardea_unpack_blob(unpack, &bytes, &len);
	need(unpack, len == 32);
	if (!unpack->failed)
		memcpy(hash, bytes, 32);
}

/* GeneralizedTime begins with the year 0, and SSH has no time before 1970: a
 * span that does not fit was made up.  INT64_MAX stands for no end. */
static void
get_validity(
    struct cardea_unpack *unpack, struct cardea_cert_identity *identity)
{
	static const int64_t first_s = -62167219200;
	int64_t from_s = cardea_unpack_i64(unpack);
	int64_t to_s = cardea_unpack_i64(unpack), span_s;

	need(unpack, from_s >= first_s && to_s >= first_s);
	need(unpack,
	    to_s == INT64_MAX ||
		!__builtin_sub_overflow(to_s, from_s, &span_s));
	identity->not_before_s = from_s;
	identity->not_after_s = to_s;
}

static void
get_identity(
    struct cardea_unpack *unpack, struct cardea_cert_identity *identity)
{
	struct cardea_cert_identity *to = identity;

	to->kind = (enum cardea_cert_kind)get_count(
	    unpack, CARDEA_CERT_SSH_KEY);
	get_printable(unpack, to->authority, sizeof(to->authority));
	get_printable(unpack, to->subject, sizeof(to->subject));
	get_printable(unpack, to->issuer, sizeof(to->issuer));
	get_printable(unpack, to->issuer_name, sizeof(to->issuer_name));
	get_printable(unpack, to->serial, sizeof(to->serial));
	get_printable(unpack, to->fingerprint, sizeof(to->fingerprint));
	get_printable(unpack, to->ssh_fingerprint, sizeof(to->ssh_fingerprint));
	get_hash(unpack, to->key_hash);
	get_validity(unpack, to);
	to->name_count = get_count(unpack, CARDEA_CERT_NAMES_MAX);
	for (size_t i = 0; i < to->name_count; i++)
		get_printable(
		    unpack, to->names[i].text, sizeof(to->names[i].text));
	get_oids(unpack, to->purposes, &to->purpose_count);
	get_oids(unpack, to->policies, &to->policy_count);
	to->security_key = get_bool(unpack);
	to->needs_uv = get_bool(unpack);
	to->forced = get_bool(unpack);
	to->revocation_s = cardea_unpack_i64(unpack);
}

enum cardea_status
cardea_cert_pack_verdict(const struct cardea_cert_verdict *verdict,
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, bytes, size);
	cardea_pack_u32(&pack, VERDICT);
	cardea_pack_u32(&pack, verdict->result);
	cardea_pack_u32(&pack, verdict->why);
	cardea_pack_text(&pack, verdict->detail);
	put_identity(&pack, &verdict->identity);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		*ret_len = pack.len;
	return status;
}

/* One word for yes; and a no that its reason makes trouble is trouble. */
static bool
do_agree(const struct cardea_cert_verdict *verdict)
{
	struct cardea_cert_verdict refused = { .why = CARDEA_CERT_WHY_NONE };

	if (verdict->why == CARDEA_CERT_ACCEPTED)
		return verdict->result == CARDEA_RESULT_VERIFIED;
	cardea_cert_refuse(&refused, verdict->why, "%s", "");
	return verdict->result == refused.result;
}

enum cardea_status
cardea_cert_unpack_verdict(const unsigned char *bytes, size_t len,
    struct cardea_cert_verdict *ret_verdict)
{
	struct cardea_cert_verdict verdict = { .why = CARDEA_CERT_WHY_NONE };
	struct cardea_unpack unpack;
	enum cardea_status status;

	get_head(&unpack, bytes, len, VERDICT);
	verdict.result = (enum cardea_result)cardea_unpack_u32(&unpack);
	verdict.why = (enum cardea_cert_why)get_count(
	    &unpack, CARDEA_CERT_WHY_COUNT - 1);
	get_printable(&unpack, verdict.detail, sizeof(verdict.detail));
	get_identity(&unpack, &verdict.identity);
	status = cardea_unpack_done(&unpack);
	if (status == CARDEA_OK && !do_agree(&verdict))
		status = CARDEA_E_SYNTAX;
	if (status == CARDEA_OK)
		*ret_verdict = verdict;
	return status;
}
