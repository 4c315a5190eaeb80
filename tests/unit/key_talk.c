/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "key/talk.h"
#include "unit/test.h"

static unsigned char packet[CARDEA_KEY_PACKET_MAX];
static struct cardea_key_request request, request_back;
static struct cardea_key_report report, report_back;

static void
fill_request(void)
{
	memset(&request, 0, sizeof(request));
	request.task = CARDEA_KEY_TASK_MAKE;
	memcpy(request.device, "/dev/hidraw3", 13);
	request.timeout_ms = 30000;
	memset(request.client_hash, 7, sizeof(request.client_hash));
	request.uv = CARDEA_UV_PREFER;
	request.handle_count = CARDEA_KEYS_MAX;
	for (size_t i = 0; i < CARDEA_KEYS_MAX; i++) {
		memset(request.handles[i].rp_id, 'r', CARDEA_KEY_RP_MAX);
		memset(request.handles[i].bytes, (int)i, CARDEA_KEY_HANDLE_MAX);
		request.handles[i].len = CARDEA_KEY_HANDLE_MAX;
	}
	memcpy(request.rp_id, "example.org", 12);
	memset(request.user, 'u', CARDEA_NAME_MAX);
	memset(request.user_handle, 9, sizeof(request.user_handle));
	request.algorithm = CARDEA_FIDO2_RS256;
	request.resident = true;
}

static size_t
pack_request(void)
{
	size_t len = 0;

	assert_int_equal(
	    cardea_key_pack_request(&request, packet, sizeof(packet), &len),
	    CARDEA_OK);
	return len;
}

static size_t
pack_report(void)
{
	size_t len = 0;

	assert_int_equal(
	    cardea_key_pack_report(&report, packet, sizeof(packet), &len),
	    CARDEA_OK);
	return len;
}

static void
a_full_request_arrives_as_it_was_sent(void **state)
{
	size_t len;

	(void)state;
	fill_request();
	len = pack_request();
	assert_int_equal(
	    cardea_key_unpack_request(packet, len, &request_back), CARDEA_OK);
	assert_memory_equal(&request, &request_back, sizeof(request));
}

static void
no_request_beyond_its_ceilings_is_understood(void **state)
{
	size_t len;

	(void)state;
	fill_request();
	request.handle_count = CARDEA_KEYS_MAX + 1;
	assert_int_equal(
	    cardea_key_pack_request(&request, packet, sizeof(packet), &len),
	    CARDEA_E_RANGE);
	fill_request();
	request.timeout_ms = CARDEA_WAIT_MAX_MS + 1;
	len = pack_request();
	assert_int_not_equal(
	    cardea_key_unpack_request(packet, len, &request_back), CARDEA_OK);
	fill_request();
	request.task = CARDEA_KEY_TASK_NONE;
	len = pack_request();
	assert_int_not_equal(
	    cardea_key_unpack_request(packet, len, &request_back), CARDEA_OK);
	fill_request();
	request.handles[3].len = 0;
	len = pack_request();
	assert_int_not_equal(
	    cardea_key_unpack_request(packet, len, &request_back), CARDEA_OK);
}

/* one of each kind, as full as it goes */
static void
fill_report(enum cardea_key_say say)
{
	static const struct cardea_key_means means = {
		.has_sensor = true,
		.has_pin = true,
		.pin_tries = 3,
	};
	struct cardea_fido2_registration *made = &report.registration;

	memset(&report, 0, sizeof(report));
	report.say = say;
	switch (say) {
	case CARDEA_KEY_SAY_DEVICES:
		report.device_count = CARDEA_KEY_DEVICES_MAX;
		for (size_t i = 0; i < report.device_count; i++) {
			memset(
			    report.devices[i].path, 'p', CARDEA_KEY_PATH_MAX);
			memset(
			    report.devices[i].label, 'l', CARDEA_KEY_LABEL_MAX);
		}
		return;
	case CARDEA_KEY_SAY_READY:
		report.is_certain = true;
		report.means = means;
		return;
	case CARDEA_KEY_SAY_SHOWN:
		report.handle = CARDEA_KEYS_MAX - 1;
		memset(&report.assertion, 5, sizeof(report.assertion));
		report.assertion.auth_data_len = CARDEA_KEY_AUTHDATA_MAX;
		report.assertion.signature_len = CARDEA_KEY_SIGNATURE_MAX;
		return;
	case CARDEA_KEY_SAY_MADE:
		memset(made->client_hash, 5, sizeof(made->client_hash));
		memset(made->rp_id, 'r', CARDEA_KEY_RP_MAX);
		memcpy(made->format, "packed", 7);
		memset(made->auth_data, 6, sizeof(made->auth_data));
		made->auth_data_len = sizeof(made->auth_data);
		memset(made->statement, 7, sizeof(made->statement));
		made->statement_len = sizeof(made->statement);
		return;
	case CARDEA_KEY_SAY_ENDED:
		report.end = CARDEA_TOUCH_NO_PIN;
		report.means = means;
		return;
	case CARDEA_KEY_SAY_NONE:
		break;
	}
}

static void
every_report_arrives_as_it_was_sent_and_is_refused_when_cut(void **state)
{
	(void)state;
	for (int say = CARDEA_KEY_SAY_DEVICES; say <= CARDEA_KEY_SAY_ENDED;
	     say++) {
		size_t len;

		fill_report((enum cardea_key_say)say);
		len = pack_report();
		assert_int_equal(
		    cardea_key_unpack_report(packet, len, &report_back),
		    CARDEA_OK);
		assert_memory_equal(&report, &report_back, sizeof(report));
		for (size_t cut = 0; cut < len; cut++)
			assert_int_not_equal(
			    cardea_key_unpack_report(packet, cut, &report_back),
			    CARDEA_OK);
		packet[len] = 0;
		assert_int_not_equal(
		    cardea_key_unpack_report(packet, len + 1, &report_back),
		    CARDEA_OK);
	}
}

/* An end is never an answer: only SHOWN and MADE are. */
static void
V26_an_end_is_neither_an_answer_nor_the_person_s_will(void **state)
{
	size_t len;

	(void)state;
	fill_report(CARDEA_KEY_SAY_ENDED);
	report.end = CARDEA_TOUCH_DONE;
	len = pack_report();
	assert_int_not_equal(
	    cardea_key_unpack_report(packet, len, &report_back), CARDEA_OK);
	report.end = CARDEA_TOUCH_CANCELLED;
	len = pack_report();
	assert_int_not_equal(
	    cardea_key_unpack_report(packet, len, &report_back), CARDEA_OK);
	report.end = CARDEA_TOUCH_END_COUNT;
	len = pack_report();
	assert_int_not_equal(
	    cardea_key_unpack_report(packet, len, &report_back), CARDEA_OK);
	fill_report(CARDEA_KEY_SAY_SHOWN);
	report.handle = CARDEA_KEYS_MAX;
	len = pack_report();
	assert_int_not_equal(
	    cardea_key_unpack_report(packet, len, &report_back), CARDEA_OK);
}

/* It goes into a prompt, and the path is opened. */
static void
no_label_can_move_anything_on_a_terminal(void **state)
{
	static const char *const labels[] = { "a\x1b[2J",
		"a\nPIN: ", "\xc3\xa4", "\x7f" };
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		fill_report(CARDEA_KEY_SAY_DEVICES);
		memset(report.devices[2].label, 0, CARDEA_KEY_LABEL_MAX);
		memcpy(report.devices[2].label, labels[i], strlen(labels[i]));
		len = pack_report();
		assert_int_not_equal(
		    cardea_key_unpack_report(packet, len, &report_back),
		    CARDEA_OK);
	}
	fill_report(CARDEA_KEY_SAY_DEVICES);
	memset(report.devices[1].path, 0, sizeof(report.devices[1].path));
	len = pack_report();
	assert_int_not_equal(
	    cardea_key_unpack_report(packet, len, &report_back), CARDEA_OK);
}

static void
a_pin_arrives_whole_or_not_at_all(void **state)
{
	struct cardea_secret pin = { .data = NULL }, back = { .data = NULL };
	char text[CARDEA_KEY_PIN_MAX + 2];
	size_t len = 0;
	bool uv = false;

	(void)state;
	memset(text, '4', sizeof(text));
	assert_int_equal(
	    cardea_secret_set(&pin, text, CARDEA_KEY_PIN_MAX), CARDEA_OK);
	assert_int_equal(
	    cardea_key_pack_go(true, &pin, packet, sizeof(packet), &len),
	    CARDEA_OK);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_not_equal(
		    cardea_key_unpack_go(packet, cut, &uv, &back), CARDEA_OK);
	assert_int_equal(
	    cardea_key_unpack_go(packet, len, &uv, &back), CARDEA_OK);
	assert_true(uv);
	assert_int_equal(back.len, CARDEA_KEY_PIN_MAX);
	assert_memory_equal(back.data, text, back.len);
	packet[len - 1] = '\0'; /* a NUL would cut it */
	assert_int_not_equal(
	    cardea_key_unpack_go(packet, len, &uv, &back), CARDEA_OK);
	assert_int_equal(
	    cardea_secret_set(&pin, text, CARDEA_KEY_PIN_MAX + 1), CARDEA_OK);
	assert_int_equal(
	    cardea_key_pack_go(true, &pin, packet, sizeof(packet), &len),
	    CARDEA_E_RANGE);
	cardea_secret_clear(&pin);
	cardea_secret_clear(&back);
}

static void
one_direction_is_never_read_as_the_other(void **state)
{
	struct cardea_secret pin = { .data = NULL };
	bool uv;
	size_t len;

	(void)state;
	fill_request();
	len = pack_request();
	assert_int_not_equal(
	    cardea_key_unpack_report(packet, len, &report_back), CARDEA_OK);
	assert_int_not_equal(
	    cardea_key_unpack_go(packet, len, &uv, &pin), CARDEA_OK);
	fill_report(CARDEA_KEY_SAY_READY);
	len = pack_report();
	assert_int_not_equal(
	    cardea_key_unpack_request(packet, len, &request_back), CARDEA_OK);
	packet[0] ^= 1;
	assert_int_not_equal(
	    cardea_key_unpack_report(packet, len, &report_back), CARDEA_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_request_arrives_as_it_was_sent),
		cmocka_unit_test(no_request_beyond_its_ceilings_is_understood),
		cmocka_unit_test(
		    every_report_arrives_as_it_was_sent_and_is_refused_when_cut),
		cmocka_unit_test(
		    V26_an_end_is_neither_an_answer_nor_the_person_s_will),
		cmocka_unit_test(no_label_can_move_anything_on_a_terminal),
		cmocka_unit_test(a_pin_arrives_whole_or_not_at_all),
		cmocka_unit_test(one_direction_is_never_read_as_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
