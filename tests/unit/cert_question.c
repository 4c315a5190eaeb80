/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/question.h"
#include "unit/test.h"

static unsigned char bytes[1 << 20];
static struct cardea_authority authorities[2];
static struct cardea_cert_question question;
static struct cardea_cert_heard heard;
static struct cardea_cert_verdict verdict, back;
static bool has_list[CARDEA_AUTHORITIES_MAX][CARDEA_AUTHORITY_LISTS_MAX];

static struct cardea_cert_bytes
bytes_of(const char *text)
{
	const struct cardea_cert_bytes item = {
		.data = (const unsigned char *)text,
		.len = strlen(text),
	};

	return item;
}

static void
fill_authority(struct cardea_authority *authority)
{
	memset(authority, 0, sizeof(*authority));
	authority->kind = CARDEA_AUTHORITY_SSH;
	memset(authority->name, 'n', CARDEA_AUTHORITY_NAME_MAX);
	memset(authority->trust, 't', sizeof(authority->trust) - 1);
	authority->intermediates[0] = 'i';
	authority->revocation = CARDEA_REVOCATION_BY_NONE;
	authority->max_age_s = 77;
	authority->list_count = CARDEA_AUTHORITY_LISTS_MAX;
	memset(authority->lists[3], 'l', CARDEA_URL_MAX);
	authority->ocsp[0] = 'o';
	authority->list_keys[0] = 'k';
	memset(authority->purpose, '1', CARDEA_CERT_OID_MAX);
	authority->principal_count = 2;
	authority->principals[1][0] = 'p';
}

static void
fill_trust(struct cardea_cert_trust *trust)
{
	trust->trust = bytes_of("anchors");
	trust->intermediates = bytes_of("between");
	trust->list_keys = bytes_of("keys");
	trust->list_count = 3;
	trust->list_times_s[1] = -5;
	trust->answer_count = 2;
	trust->answers[0] = bytes_of("yes");
	trust->answers[1] = bytes_of("no");
}

static void
fill_question(void)
{
	static const char *const policies[] = { "1.2.3", "2.5.29" };

	memset(&question, 0, sizeof(question));
	question.kind = CARDEA_CERT_SSH;
	question.leaf = bytes_of("leaf");
	question.chain_count = 2;
	question.chain[0] = bytes_of("one");
	question.chain[1] = bytes_of("two");
	question.time_s = INT64_C(1) << 40;
	question.revocation_s = 21600;
	question.shown_s = -7;
	question.user = "alice";
	question.source = "";
	question.policies = policies;
	question.policy_count = 2;
	question.inhibit_mapping = true;
	question.trust_count = 2;
	for (size_t i = 0; i < 2; i++) {
		fill_authority(&authorities[i]);
		question.trust[i].authority = &authorities[i];
	}
	fill_trust(&question.trust[0]);
	has_list[0][2] = true;
	question.proof = CARDEA_CERT_PROOF_SSHSIG;
	question.message = bytes_of("message");
	question.signature = bytes_of("signature");
}

static size_t
pack_question(void)
{
	size_t len = 0;

	assert_int_equal(cardea_cert_pack_question(
			     &question, has_list, bytes, sizeof(bytes), &len),
	    CARDEA_OK);
	return len;
}

static void
assert_same(
    const struct cardea_cert_bytes *one, const struct cardea_cert_bytes *two)
{
	assert_int_equal(one->len, two->len);
	assert_memory_equal(one->data, two->data, one->len);
}

static void
a_question_arrives_as_it_was_asked(void **state)
{
	const struct cardea_cert_question *other = &heard.question;
	size_t len;

	(void)state;
	fill_question();
	len = pack_question();
	assert_int_equal(
	    cardea_cert_unpack_question(bytes, len, &heard), CARDEA_OK);
	assert_int_equal(other->kind, CARDEA_CERT_SSH);
	assert_same(&other->leaf, &question.leaf);
	assert_int_equal(other->chain_count, 2);
	assert_same(&other->chain[1], &question.chain[1]);
	assert_true(other->time_s == question.time_s);
	assert_int_equal(other->revocation_s, 21600);
	assert_true(other->shown_s == -7);
	assert_string_equal(other->user, "alice");
	assert_string_equal(other->source, "");
	assert_null(other->name);
	assert_int_equal(other->policy_count, 2);
	assert_string_equal(other->policies[1], "2.5.29");
	assert_false(other->explicit_policy);
	assert_true(other->inhibit_mapping);
	assert_false(other->inhibit_any);
	assert_int_equal(other->proof, CARDEA_CERT_PROOF_SSHSIG);
	assert_same(&other->message, &question.message);
	assert_same(&other->signature, &question.signature);
}

static void
authorities_arrive_as_they_are(void **state)
{
	const struct cardea_cert_trust *trust = &heard.question.trust[0];
	size_t len;

	(void)state;
	fill_question();
	len = pack_question();
	assert_int_equal(
	    cardea_cert_unpack_question(bytes, len, &heard), CARDEA_OK);
	assert_int_equal(heard.question.trust_count, 2);
	assert_memory_equal(
	    trust->authority, &authorities[0], sizeof(authorities[0]));
	assert_memory_equal(heard.question.trust[1].authority, &authorities[1],
	    sizeof(authorities[1]));
	assert_same(&trust->trust, &question.trust[0].trust);
	assert_same(&trust->intermediates, &question.trust[0].intermediates);
	assert_same(&trust->list_keys, &question.trust[0].list_keys);
	assert_int_equal(trust->list_count, 3);
	assert_int_equal(trust->list_times_s[1], -5);
	assert_false(heard.has_list[0][0]);
	assert_true(heard.has_list[0][2]);
	assert_int_equal(trust->answer_count, 2);
	assert_same(&trust->answers[1], &question.trust[0].answers[1]);
}

static void
no_wish_is_not_an_empty_one(void **state)
{
	size_t len;

	(void)state;
	fill_question();
	question.policies = NULL;
	question.user = NULL;
	question.name = "dns:a";
	len = pack_question();
	assert_int_equal(
	    cardea_cert_unpack_question(bytes, len, &heard), CARDEA_OK);
	assert_null(heard.question.policies);
	assert_null(heard.question.user);
	assert_string_equal(heard.question.name, "dns:a");
}

/* On the heap, byte for byte, so that a sanitizer sees a read beyond. */
static enum cardea_status
unpack_copy(size_t len, bool is_verdict)
{
	unsigned char *exact = malloc(len > 0 ? len : 1);
	enum cardea_status status;

	assert_non_null(exact);
	memcpy(exact, bytes, len);
	status = is_verdict ? cardea_cert_unpack_verdict(exact, len, &back)
			    : cardea_cert_unpack_question(exact, len, &heard);
	free(exact);
	return status;
}

static void
X07_a_question_cut_anywhere_is_none(void **state)
{
	size_t len;

	(void)state;
	fill_question();
	len = pack_question();
	assert_int_equal(unpack_copy(len, false), CARDEA_OK);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(unpack_copy(cut, false), CARDEA_E_SYNTAX);
	bytes[len] = 0;
	assert_int_equal(unpack_copy(len + 1, false), CARDEA_E_SYNTAX);
}

static void
X07_a_question_beyond_a_ceiling_is_not_asked(void **state)
{
	static unsigned char much[CARDEA_CERT_FILE_MAX + 1];
	size_t len = 0;

	(void)state;
	fill_question();
	question.leaf.data = much;
	question.leaf.len = CARDEA_CERT_MAX + 1;
	assert_int_equal(cardea_cert_pack_question(
			     &question, has_list, bytes, sizeof(bytes), &len),
	    CARDEA_E_RANGE);
	fill_question();
	question.trust[0].list_count = CARDEA_AUTHORITY_LISTS_MAX + 1;
	assert_int_equal(cardea_cert_pack_question(
			     &question, has_list, bytes, sizeof(bytes), &len),
	    CARDEA_E_RANGE);
	fill_question();
	question.trust_count = CARDEA_AUTHORITIES_MAX + 1;
	assert_int_equal(cardea_cert_pack_question(
			     &question, has_list, bytes, sizeof(bytes), &len),
	    CARDEA_E_RANGE);
	assert_int_equal(len, 0);
}

/* --- verdicts ------------------------------------------------------------ */

static void
fill_verdict(void)
{
	struct cardea_cert_identity *identity = &verdict.identity;

	memset(&verdict, 0, sizeof(verdict));
	verdict.result = CARDEA_RESULT_VERIFIED;
	verdict.why = CARDEA_CERT_ACCEPTED;
	memset(verdict.detail, 'd', CARDEA_CERT_DETAIL_MAX);
	identity->kind = CARDEA_CERT_X509;
	memset(identity->authority, 'a', CARDEA_AUTHORITY_NAME_MAX);
	memset(identity->subject, 's', CARDEA_CERT_NAME_MAX);
	memcpy(identity->issuer, "CN=\xc3\xa4", 5);
	identity->issuer_name[0] = 'n';
	identity->serial[0] = '7';
	identity->fingerprint[0] = 'f';
	identity->ssh_fingerprint[0] = 'g';
	memset(identity->key_hash, 3, sizeof(identity->key_hash));
	identity->not_before_s = -1;
	identity->not_after_s = INT64_MAX;
	identity->name_count = CARDEA_CERT_NAMES_MAX;
	for (size_t i = 0; i < CARDEA_CERT_NAMES_MAX; i++)
		memset(identity->names[i].text, 'x', CARDEA_CERT_NAME_MAX);
	identity->purpose_count = CARDEA_CERT_OIDS_MAX;
	identity->policy_count = CARDEA_CERT_OIDS_MAX;
	for (size_t i = 0; i < CARDEA_CERT_OIDS_MAX; i++) {
		memset(identity->purposes[i].text, '1', CARDEA_CERT_OID_MAX);
		memset(identity->policies[i].text, '2', CARDEA_CERT_OID_MAX);
	}
	identity->needs_uv = true;
	identity->revocation_s = 99;
}

static size_t
pack_verdict(void)
{
	size_t len = 0;

	assert_int_equal(cardea_cert_pack_verdict(
			     &verdict, bytes, CARDEA_CERT_VERDICT_BYTES, &len),
	    CARDEA_OK);
	return len;
}

static void
the_fullest_verdict_arrives_as_it_was_given(void **state)
{
	size_t len;

	(void)state;
	fill_verdict();
	len = pack_verdict();
	assert_int_equal(
	    cardea_cert_unpack_verdict(bytes, len, &back), CARDEA_OK);
	assert_memory_equal(&verdict, &back, sizeof(verdict));
}

static void
X07_a_verdict_cut_anywhere_is_none(void **state)
{
	struct cardea_cert_verdict before;
	size_t len;

	(void)state;
	fill_verdict();
	len = pack_verdict();
	memset(&back, 0x11, sizeof(back));
	before = back;
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(unpack_copy(cut, true), CARDEA_E_SYNTAX);
	bytes[len] = 0;
	assert_int_equal(unpack_copy(len + 1, true), CARDEA_E_SYNTAX);
	assert_memory_equal(&before, &back, sizeof(back));
}

static void
assert_no_verdict(void)
{
	size_t len = pack_verdict();

	assert_int_equal(
	    cardea_cert_unpack_verdict(bytes, len, &back), CARDEA_E_SYNTAX);
}

/* Only one reason bears a yes, and no reason bears another result. */
static void
X07_result_and_reason_must_agree(void **state)
{
	static const enum cardea_result results[] = { CARDEA_RESULT_NONE,
		CARDEA_RESULT_ABSENT, CARDEA_RESULT_REFUSED,
		CARDEA_RESULT_BROKEN, CARDEA_RESULT_VERIFIED };

	(void)state;
	for (int why = 0; why < CARDEA_CERT_WHY_COUNT; why++) {
		size_t believed = 0;

		for (size_t i = 0; i < 5; i++) {
			size_t len;

			fill_verdict();
			verdict.why = (enum cardea_cert_why)why;
			verdict.result = results[i];
			len = pack_verdict();
			if (cardea_cert_unpack_verdict(bytes, len, &back) !=
			    CARDEA_OK)
				continue;
			believed++;
			assert_int_equal(results[i] == CARDEA_RESULT_VERIFIED,
			    why == CARDEA_CERT_ACCEPTED);
		}
		assert_int_equal(believed, 1);
	}
	fill_verdict();
	verdict.why = CARDEA_CERT_WHY_COUNT;
	assert_no_verdict();
	fill_verdict();
	verdict.result = (enum cardea_result)1;
	assert_no_verdict();
}

static void
S07_text_that_no_log_should_show_is_no_verdict(void **state)
{
	(void)state;
	fill_verdict();
	verdict.identity.subject[3] = '\n';
	assert_no_verdict();
	fill_verdict();
	verdict.identity.names[31].text[0] = 0x1b;
	assert_no_verdict();
	fill_verdict();
	verdict.detail[0] = 0x7f;
	assert_no_verdict();
}

/* The verifier reckons with them. */
static void
X07_times_that_no_certificate_has_are_no_verdict(void **state)
{
	(void)state;
	fill_verdict();
	verdict.identity.not_after_s = INT64_MIN;
	assert_no_verdict();
	fill_verdict();
	verdict.identity.not_before_s = INT64_MIN;
	assert_no_verdict();
	fill_verdict();
	verdict.identity.not_before_s = -62167219200; /* the year 0 */
	verdict.identity.not_after_s = INT64_MAX - 1;
	assert_no_verdict();
	fill_verdict();
	verdict.identity.not_before_s = -62167219200;
	verdict.identity.not_after_s = 253402300799; /* the last of 9999 */
	assert_int_equal(
	    cardea_cert_unpack_verdict(bytes, pack_verdict(), &back),
	    CARDEA_OK);
}

/* --- hello --------------------------------------------------------------- */

static void
a_hello_says_how_many_come_along(void **state)
{
	unsigned char packet[CARDEA_CERT_HELLO_BYTES];
	uint32_t count = 7;

	(void)state;
	cardea_cert_pack_hello(CARDEA_CERT_LISTS_MAX + 2, packet);
	assert_int_equal(
	    cardea_cert_unpack_hello(packet, sizeof(packet), &count),
	    CARDEA_E_SYNTAX);
	cardea_cert_pack_hello(0, packet);
	assert_int_equal(
	    cardea_cert_unpack_hello(packet, sizeof(packet), &count),
	    CARDEA_E_SYNTAX);
	assert_int_equal(count, 7);
	cardea_cert_pack_hello(CARDEA_CERT_LISTS_MAX + 1, packet);
	assert_int_equal(
	    cardea_cert_unpack_hello(packet, sizeof(packet) - 1, &count),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_cert_unpack_hello(packet, sizeof(packet), &count),
	    CARDEA_OK);
	assert_int_equal(count, CARDEA_CERT_LISTS_MAX + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_arrives_as_it_was_asked),
		cmocka_unit_test(authorities_arrive_as_they_are),
		cmocka_unit_test(no_wish_is_not_an_empty_one),
		cmocka_unit_test(X07_a_question_cut_anywhere_is_none),
		cmocka_unit_test(X07_a_question_beyond_a_ceiling_is_not_asked),
		cmocka_unit_test(the_fullest_verdict_arrives_as_it_was_given),
		cmocka_unit_test(X07_a_verdict_cut_anywhere_is_none),
		cmocka_unit_test(X07_result_and_reason_must_agree),
		cmocka_unit_test(
		    S07_text_that_no_log_should_show_is_no_verdict),
		cmocka_unit_test(
		    X07_times_that_no_certificate_has_are_no_verdict),
		cmocka_unit_test(a_hello_says_how_many_come_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
