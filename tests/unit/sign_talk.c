/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "sign/talk.h"
#include "unit/test.h"

static unsigned char packet[CARDEA_SIGN_PACKET_MAX];
static struct cardea_sign_request request, heard;
static struct cardea_sign_reply reply, told;

static size_t
pack_request(void)
{
	size_t len = 0;

	assert_int_equal(
	    cardea_sign_pack_request(&request, packet, sizeof(packet), &len),
	    CARDEA_OK);
	return len;
}

static enum cardea_status
unpack_request(const unsigned char *bytes, size_t len)
{
	cardea_secret_clear(&heard.pin);
	memset(&heard, 0, sizeof(heard));
	return cardea_sign_unpack_request(bytes, len, &heard);
}

static void
fill_request(void)
{
	cardea_secret_clear(&request.pin);
	memset(&request, 0, sizeof(request));
	request.task = CARDEA_SIGN_TASK_SIGN;
	request.timeout_ms = 8000;
	strncpy(request.uri, "pkcs11:token=a", sizeof(request.uri) - 1);
	strncpy(request.tpm, "swtpm", sizeof(request.tpm) - 1);
	strncpy(request.module, "/m.so", sizeof(request.module) - 1);
	assert_int_equal(cardea_secret_set(&request.pin, "1234", 4), CARDEA_OK);
	request.algorithm = CARDEA_SIGN_RSA_3072;
	request.message_len = 3;
	memcpy(request.message, "abc", 3);
	strncpy(request.subject, "CN=x", sizeof(request.subject) - 1);
	request.name_count = 1;
	strncpy(request.names[0].text, "dns:x", 6);
}

static void
a_request_arrives_as_it_was(void **state)
{
	size_t len;

	(void)state;
	fill_request();
	len = pack_request();
	assert_int_equal(unpack_request(packet, len), CARDEA_OK);
	assert_int_equal(heard.task, request.task);
	assert_int_equal(heard.timeout_ms, 8000);
	assert_string_equal(heard.uri, request.uri);
	assert_string_equal(heard.tpm, request.tpm);
	assert_string_equal(heard.module, request.module);
	assert_int_equal(heard.pin.len, 4);
	assert_memory_equal(heard.pin.data, "1234", 5);
	assert_int_equal(heard.algorithm, CARDEA_SIGN_RSA_3072);
	assert_int_equal(heard.message_len, 3);
	assert_memory_equal(heard.message, "abc", 3);
	assert_string_equal(heard.subject, "CN=x");
	assert_int_equal(heard.name_count, 1);
	assert_string_equal(heard.names[0].text, "dns:x");
}

static void
a_request_that_is_cut_or_longer_is_none(void **state)
{
	unsigned char *copy;
	size_t len;

	(void)state;
	fill_request();
	len = pack_request();
	for (size_t cut = 0; cut < len; cut++) {
		/* on the heap, so that a byte too far is seen */
		copy = malloc(cut + 1);
		assert_non_null(copy);
		memcpy(copy, packet, cut);
		assert_int_equal(unpack_request(copy, cut), CARDEA_E_SYNTAX);
		free(copy);
	}
	packet[len] = 0;
	assert_int_equal(unpack_request(packet, len + 1), CARDEA_E_SYNTAX);
	packet[0] ^= 1;
	assert_int_equal(unpack_request(packet, len), CARDEA_E_SYNTAX);
}

static void
what_no_request_can_be_is_refused(void **state)
{
	size_t len;

	(void)state;
	fill_request();
	request.task = CARDEA_SIGN_TASK_NONE;
	len = pack_request();
	assert_int_equal(unpack_request(packet, len), CARDEA_E_SYNTAX);
	request.task = CARDEA_SIGN_TASK_COUNT;
	len = pack_request();
	assert_int_equal(unpack_request(packet, len), CARDEA_E_SYNTAX);
	fill_request();
	request.algorithm = (enum cardea_sign_algorithm)(
	    CARDEA_SIGN_RSA_3072 + 1);
	len = pack_request();
	assert_int_equal(unpack_request(packet, len), CARDEA_E_SYNTAX);
	fill_request();
	request.pin.data[1] = '\0';
	len = pack_request();
	assert_int_equal(unpack_request(packet, len), CARDEA_E_SYNTAX);
	fill_request();
	request.name_count = CARDEA_CERT_NAMES_MAX + 1;
	assert_int_equal(
	    cardea_sign_pack_request(&request, packet, sizeof(packet), &len),
	    CARDEA_E_RANGE);
	fill_request();
	request.message_len = CARDEA_SIGN_LIST_MAX + 1;
	assert_int_equal(
	    cardea_sign_pack_request(&request, packet, sizeof(packet), &len),
	    CARDEA_E_RANGE);
	fill_request();
	assert_int_equal(
	    cardea_secret_resize(&request.pin, CARDEA_SIGN_PIN_MAX + 1),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_sign_pack_request(&request, packet, sizeof(packet), &len),
	    CARDEA_E_RANGE);
}

static enum cardea_status
pass_reply(enum cardea_sign_task task)
{
	size_t len = 0;

	assert_int_equal(
	    cardea_sign_pack_reply(&reply, packet, sizeof(packet), &len),
	    CARDEA_OK);
	memset(&told, 0, sizeof(told));
	return cardea_sign_unpack_reply(packet, len, task, &told);
}

static void
fill_reply(enum cardea_sign_why why, size_t signature, size_t public_len,
    const char *pem)
{
	memset(&reply, 0, sizeof(reply));
	reply.answer.why = why;
	reply.answer.signature_len = signature;
	reply.answer.public_len = public_len;
	strncpy(reply.pem, pem, sizeof(reply.pem) - 1);
}

#define PEM "-----BEGIN CERTIFICATE REQUEST-----\nAA==\n"

static void
a_reply_answers_its_task_and_no_other(void **state)
{
	static const struct {
		enum cardea_sign_why why;
		size_t signature, public_len;
		const char *pem;
		bool sign, make, request;
	} rows[] = {
		{ CARDEA_SIGN_DONE, 70, 91, "", true, false, false },
		{ CARDEA_SIGN_DONE, 0, 91, "", false, true, false },
		{ CARDEA_SIGN_DONE, 0, 91, PEM, false, false, true },
		{ CARDEA_SIGN_DONE, 70, 91, PEM, false, false, false },
		{ CARDEA_SIGN_DONE, 70, 0, "", false, false, false },
		{ CARDEA_SIGN_DONE, 0, 0, PEM, false, false, false },
		{ CARDEA_SIGN_DONE, 0, 91, "BEGIN", false, false, false },
		{ CARDEA_SIGN_DONE, 0, 91, PEM "\x1b[2J", false, false, false },
		{ CARDEA_SIGN_WRONG_PIN, 0, 0, "", true, true, true },
		{ CARDEA_SIGN_FAILED, 70, 0, "", false, false, false },
		{ CARDEA_SIGN_FAILED, 0, 91, "", false, false, false },
		{ CARDEA_SIGN_FAILED, 0, 0, PEM, false, false, false },
		{ CARDEA_SIGN_WHY_NONE, 0, 0, "", false, false, false },
		{ CARDEA_SIGN_WHY_COUNT, 0, 0, "", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill_reply(rows[i].why, rows[i].signature, rows[i].public_len,
		    rows[i].pem);
		assert_int_equal(pass_reply(CARDEA_SIGN_TASK_SIGN),
		    rows[i].sign ? CARDEA_OK : CARDEA_E_SYNTAX);
		assert_int_equal(pass_reply(CARDEA_SIGN_TASK_MAKE),
		    rows[i].make ? CARDEA_OK : CARDEA_E_SYNTAX);
		assert_int_equal(pass_reply(CARDEA_SIGN_TASK_REQUEST),
		    rows[i].request ? CARDEA_OK : CARDEA_E_SYNTAX);
	}
}

static void
a_detail_is_one_line_of_ascii(void **state)
{
	static const char *const bad[] = { "two\nlines", "\x1b[31m", "\xff" };

	(void)state;
	fill_reply(CARDEA_SIGN_FAILED, 0, 0, "");
	strncpy(reply.answer.detail, "fine", 5);
	assert_int_equal(pass_reply(CARDEA_SIGN_TASK_SIGN), CARDEA_OK);
	assert_string_equal(told.answer.detail, "fine");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		strncpy(reply.answer.detail, bad[i],
		    sizeof(reply.answer.detail) - 1);
		assert_int_equal(
		    pass_reply(CARDEA_SIGN_TASK_SIGN), CARDEA_E_SYNTAX);
	}
}

static void
a_reply_that_is_cut_is_none(void **state)
{
	unsigned char *copy;
	size_t len = 0;

	(void)state;
	fill_reply(CARDEA_SIGN_DONE, 70, 91, "");
	assert_int_equal(
	    cardea_sign_pack_reply(&reply, packet, sizeof(packet), &len),
	    CARDEA_OK);
	for (size_t cut = 0; cut < len; cut++) {
		copy = malloc(cut + 1);
		assert_non_null(copy);
		memcpy(copy, packet, cut);
		memset(&told, 0, sizeof(told));
		assert_int_equal(cardea_sign_unpack_reply(
				     copy, cut, CARDEA_SIGN_TASK_SIGN, &told),
		    CARDEA_E_SYNTAX);
		free(copy);
	}
}

static void
every_reason_has_a_text_of_its_own(void **state)
{
	(void)state;
	for (int i = 1; i < CARDEA_SIGN_WHY_COUNT; i++) {
		const char *text = cardea_sign_why_text(
		    (enum cardea_sign_why)i);

		assert_string_not_equal(text, "no reason");
		for (int j = 1; j < i; j++)
			assert_string_not_equal(text,
			    cardea_sign_why_text((enum cardea_sign_why)j));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_arrives_as_it_was),
		cmocka_unit_test(a_request_that_is_cut_or_longer_is_none),
		cmocka_unit_test(what_no_request_can_be_is_refused),
		cmocka_unit_test(a_reply_answers_its_task_and_no_other),
		cmocka_unit_test(a_detail_is_one_line_of_ascii),
		cmocka_unit_test(a_reply_that_is_cut_is_none),
		cmocka_unit_test(every_reason_has_a_text_of_its_own),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	cardea_secret_clear(&request.pin);
	cardea_secret_clear(&heard.pin);
	return failed;
}
