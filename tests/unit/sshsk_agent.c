/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/sshwire.h"
#include "factor/sshsk.h"
#include "unit/test.h"

static void
requests_are_whole_packets(void **state)
{
	/* draft-miller-ssh-agent, 3.5 and 3.6 */
	static const unsigned char list[] = { 0, 0, 0, 1, 11 };
	static const unsigned char sign[] = { 0, 0, 0, 18, 13, 0, 0, 0, 3, 'k',
		'e', 'y', 0, 0, 0, 2, 'm', 'e', 0, 0, 0, 0 };
	unsigned char packet[32];
	size_t len = 0;

	(void)state;
	assert_int_equal(
	    cardea_sshsk_ask_keys(packet, sizeof(packet), &len), CARDEA_OK);
	assert_int_equal(len, sizeof(list));
	assert_memory_equal(packet, list, len);
	assert_int_equal(
	    cardea_sshsk_ask_signature((const unsigned char *)"key", 3,
		(const unsigned char *)"me", 2, packet, sizeof(packet), &len),
	    CARDEA_OK);
	assert_int_equal(len, sizeof(sign));
	assert_memory_equal(packet, sign, len);

	len = 99;
	assert_int_equal(
	    cardea_sshsk_ask_keys(packet, 4, &len), CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_sshsk_ask_signature((const unsigned char *)"key", 3,
		(const unsigned char *)"me", 2, packet, sizeof(sign) - 1, &len),
	    CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_sshsk_ask_signature(packet, CARDEA_AGENT_MESSAGE_MAX + 1,
		packet, 1, packet, sizeof(packet), &len),
	    CARDEA_E_RANGE);
	assert_int_equal(len, 99);
}

static void
S04_an_RSA_key_is_asked_for_SHA2_and_others_for_nothing(void **state)
{
	static const struct {
		const char *type;
		unsigned char flags;
	} rows[] = {
		{ "ssh-rsa", 4 },
		{ "ssh-rsa-cert-v01@openssh.com", 4 },
		{ "ssh-ed25519", 0 },
		{ "ssh-rsa2", 0 },
		{ "sk-ssh-ed25519@openssh.com", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char key[64], packet[128];
		struct cardea_sshwire_writer writer;
		size_t len = 0;

		cardea_sshwire_write(&writer, key, sizeof(key));
		cardea_sshwire_put_text(&writer, rows[i].type);
		assert_int_equal(cardea_sshsk_ask_signature(key, writer.len,
				     key, 1, packet, sizeof(packet), &len),
		    CARDEA_OK);
		assert_int_equal(packet[len - 1], rows[i].flags);
		assert_int_equal(packet[len - 2], 0);
	}
}

/* A list of count keys that says told. */
static size_t
make_list(unsigned char *payload, size_t size, uint32_t told, size_t count)
{
	struct cardea_sshwire_writer writer;

	cardea_sshwire_write(&writer, payload, size);
	cardea_sshwire_put_u8(&writer, 12);
	cardea_sshwire_put_u32(&writer, told);
	for (size_t i = 0; i < count; i++) {
		cardea_sshwire_put_string(&writer, &i, sizeof(i));
		cardea_sshwire_put_text(&writer, "comment");
	}
	assert_false(writer.failed);
	return writer.len;
}

static void
a_list_has_its_keys_in_the_agents_order(void **state)
{
	static unsigned char payload[4096];
	struct cardea_sshsk_list list = { .count = 99 };
	size_t len;

	(void)state;
	len = make_list(payload, sizeof(payload), 0, 0);
	assert_int_equal(
	    cardea_sshsk_read_keys(payload, len, &list), CARDEA_OK);
	assert_int_equal(list.count, 0);

	len = make_list(payload, sizeof(payload), 3, 3);
	assert_int_equal(
	    cardea_sshsk_read_keys(payload, len, &list), CARDEA_OK);
	assert_int_equal(list.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(list.keys[i].len, sizeof(i));
		assert_memory_equal(list.keys[i].blob, &i, sizeof(i));
		assert_in_range((size_t)(list.keys[i].blob - payload), 0, len);
	}
}

static void
K06_keys_beyond_the_ceiling_are_left_out(void **state)
{
	static unsigned char payload[CARDEA_AGENT_MESSAGE_MAX];
	struct cardea_sshsk_list list;
	size_t len, last = CARDEA_AGENT_KEYS_MAX - 1;

	(void)state;
	len = make_list(payload, sizeof(payload), 10000, 10000);
	assert_int_equal(
	    cardea_sshsk_read_keys(payload, len, &list), CARDEA_OK);
	assert_int_equal(list.count, CARDEA_AGENT_KEYS_MAX);
	assert_memory_equal(list.keys[last].blob, &last, sizeof(last));
	/* and what is left out is read all the same */
	assert_int_equal(
	    cardea_sshsk_read_keys(payload, len - 1, &list), CARDEA_E_SYNTAX);
}

static void
K08_a_list_is_refused_unless_whole_to_the_last_byte(void **state)
{
	static const uint32_t lies[] = { 0, 1, 2, 4, 5, 0x80000000,
		0xffffffff };
	static unsigned char payload[4096];
	struct cardea_sshsk_list list = { .count = 99 };
	size_t len;

	(void)state;
	len = make_list(payload, sizeof(payload), 3, 3);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(cardea_sshsk_read_keys(payload, cut, &list),
		    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_sshsk_read_keys(payload, len + 1, &list), CARDEA_E_SYNTAX);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		len = make_list(payload, sizeof(payload), lies[i], 3);
		assert_int_equal(cardea_sshsk_read_keys(payload, len, &list),
		    CARDEA_E_SYNTAX);
	}
	assert_int_equal(list.count, 99);
}

static void
a_failure_is_an_answer_and_other_numbers_are_none(void **state)
{
	struct cardea_sshsk_list list;
	const unsigned char *blob = NULL;
	unsigned char payload[8] = { 0 };
	size_t len = 99;

	(void)state;
	for (unsigned int number = 0; number < 256; number++) {
		enum cardea_status want = number == 5 ? CARDEA_E_MISSING
						      : CARDEA_E_SYNTAX;

		payload[0] = (unsigned char)number;
		assert_int_equal(
		    cardea_sshsk_read_keys(payload, 1, &list), want);
		assert_int_equal(
		    cardea_sshsk_read_signature(payload, 1, &blob, &len), want);
		if (number != 12)
			assert_int_equal(
			    cardea_sshsk_read_keys(payload, 5, &list),
			    CARDEA_E_SYNTAX);
		if (number != 14)
			assert_int_equal(cardea_sshsk_read_signature(
					     payload, 5, &blob, &len),
			    CARDEA_E_SYNTAX);
	}
	assert_null(blob);
	assert_int_equal(len, 99);
}

static void
K08_a_signature_answer_is_one_string_and_nothing_more(void **state)
{
	static const unsigned char answer[] = { 14, 0, 0, 0, 3, 's', 'i', 'g',
		0 };
	const unsigned char *blob = NULL;
	size_t len = 99;

	(void)state;
	for (size_t cut = 0; cut < 8; cut++)
		assert_int_equal(
		    cardea_sshsk_read_signature(answer, cut, &blob, &len),
		    CARDEA_E_SYNTAX);
	assert_int_equal(cardea_sshsk_read_signature(answer, 9, &blob, &len),
	    CARDEA_E_SYNTAX);
	assert_null(blob);
	assert_int_equal(
	    cardea_sshsk_read_signature(answer, 8, &blob, &len), CARDEA_OK);
	assert_int_equal(len, 3);
	assert_ptr_equal(blob, answer + 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_whole_packets),
		cmocka_unit_test(
		    S04_an_RSA_key_is_asked_for_SHA2_and_others_for_nothing),
		cmocka_unit_test(a_list_has_its_keys_in_the_agents_order),
		cmocka_unit_test(K06_keys_beyond_the_ceiling_are_left_out),
		cmocka_unit_test(
		    K08_a_list_is_refused_unless_whole_to_the_last_byte),
		cmocka_unit_test(
		    a_failure_is_an_answer_and_other_numbers_are_none),
		cmocka_unit_test(
		    K08_a_signature_answer_is_one_string_and_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
