/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/remote_fixture.h"
#include "unit/test.h"

static char text[CARDEA_REMOTE_TICKET_MAX];
static char changed[CARDEA_REMOTE_TICKET_MAX + 8];
static char again[CARDEA_REMOTE_TICKET_MAX];

static enum cardea_status
read_ticket(const char *from, struct cardea_remote_ticket *ret_ticket)
{
	static struct cardea_remote_ticket untouched;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	memset(ret_ticket, 0x5a, sizeof(*ret_ticket));
	memset(&untouched, 0x5a, sizeof(untouched));
	status = cardea_remote_read_ticket(from, ret_ticket, &diag);
	if (status != CARDEA_OK) {
		assert_int_equal(status, CARDEA_E_SYNTAX);
		assert_memory_equal(ret_ticket, &untouched, sizeof(untouched));
		assert_string_not_equal(diag.reason, "");
	}
	return status;
}

static void
tickets_arrive_as_they_were_written(void **state)
{
	static struct cardea_remote_ticket ticket, read;

	(void)state;
	for (size_t count = 0; count <= CARDEA_REMOTE_HANDLES_MAX; count++) {
		ticket = a_ticket(count);
		assert_int_equal(
		    cardea_remote_write_ticket(&ticket, text, sizeof(text)),
		    CARDEA_OK);
		assert_memory_equal(text, "cardea-ticket1:", 15);
		assert_int_equal(read_ticket(text, &read), CARDEA_OK);
		assert_memory_equal(&read, &ticket, sizeof(ticket));
	}
}

static void
the_largest_ticket_fits(void **state)
{
	static struct cardea_remote_ticket ticket, read;
	unsigned char hash[32];

	(void)state;
	ticket = a_ticket(CARDEA_REMOTE_HANDLES_MAX);
	memset(ticket.id, 'f', CARDEA_TXN_MAX);
	memset(ticket.user, 'u', CARDEA_NAME_MAX);
	memset(ticket.host, 'h', CARDEA_NAME_MAX);
	memset(ticket.rp_id, 'r', CARDEA_KEY_RP_MAX);
	for (size_t i = 0; i < ticket.exclude_count; i++) {
		ticket.exclude[i].len = CARDEA_KEY_HANDLE_MAX;
		memset(ticket.exclude[i].rp_id, 'r', CARDEA_KEY_RP_MAX);
	}
	assert_int_equal(
	    cardea_remote_write_ticket(&ticket, text, sizeof(text)), CARDEA_OK);
	assert_int_equal(read_ticket(text, &read), CARDEA_OK);
	assert_memory_equal(&read, &ticket, sizeof(ticket));
	assert_int_equal(cardea_remote_ticket_hash(&ticket, hash), CARDEA_OK);
}

static void
what_could_not_be_read_is_not_written(void **state)
{
	static struct cardea_remote_ticket bad[9];
	unsigned char hash[32];

	(void)state;
	for (size_t i = 0; i < 9; i++)
		bad[i] = a_ticket(2);
	bad[0].id[0] = '\0';
	bad[1].id[3] = 'F';
	bad[2].rp_id[0] = '\0';
	bad[3].user[2] = '\n';
	bad[4].host[0] = '\0';
	bad[5].uv = (enum cardea_uv)3;
	bad[6].algorithm = CARDEA_FIDO2_ALGORITHM_NONE;
	bad[7].exclude[1].len = 0;
	bad[8].exclude[0].rp_id[0] = 'x';
	memset(again, 'x', sizeof(again));
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(
		    cardea_remote_write_ticket(&bad[i], again, sizeof(again)),
		    CARDEA_E_SYNTAX);
		assert_int_equal(again[0], 'x');
		assert_int_equal(
		    cardea_remote_ticket_hash(&bad[i], hash), CARDEA_E_SYNTAX);
	}
}

static void
K02_a_ticket_cut_or_changed_is_refused_or_another_one(void **state)
{
	static struct cardea_remote_ticket ticket, read;
	unsigned char wanted[32], hash[32];
	size_t len;

	(void)state;
	ticket = a_ticket(2);
	assert_int_equal(
	    cardea_remote_write_ticket(&ticket, text, sizeof(text)), CARDEA_OK);
	assert_int_equal(cardea_remote_ticket_hash(&ticket, wanted), CARDEA_OK);
	len = strlen(text);
	for (size_t cut = 0; cut < len; cut++) {
		memcpy(changed, text, cut);
		changed[cut] = '\0';
		assert_int_equal(read_ticket(changed, &read), CARDEA_E_SYNTAX);
	}
	memcpy(changed, text, len + 1);
	for (size_t at = 0; at < len; at++) {
		for (int byte = 1; byte < 256; byte++) {
			changed[at] = (char)byte;
			if (changed[at] == text[at] ||
			    read_ticket(changed, &read) != CARDEA_OK)
				continue;
			assert_int_equal(cardea_remote_write_ticket(
					     &read, again, sizeof(again)),
			    CARDEA_OK);
			assert_string_equal(again, changed);
			assert_int_equal(
			    cardea_remote_ticket_hash(&read, hash), CARDEA_OK);
			assert_memory_not_equal(hash, wanted, 32);
		}
		changed[at] = text[at];
	}
}

static void
nothing_may_stand_around_a_ticket(void **state)
{
	static struct cardea_remote_ticket ticket, read;

	(void)state;
	ticket = a_ticket(0);
	assert_int_equal(
	    cardea_remote_write_ticket(&ticket, text, sizeof(text)), CARDEA_OK);
	snprintf(changed, sizeof(changed), " %s", text);
	assert_int_equal(read_ticket(changed, &read), CARDEA_E_SYNTAX);
	snprintf(changed, sizeof(changed), "%s\n", text);
	assert_int_equal(read_ticket(changed, &read), CARDEA_E_SYNTAX);
	snprintf(changed, sizeof(changed), "%sAAAA", text);
	assert_int_equal(read_ticket(changed, &read), CARDEA_E_SYNTAX);
	assert_int_equal(
	    read_ticket("cardea-ticket2:AAAA", &read), CARDEA_E_SYNTAX);
	assert_int_equal(read_ticket("", &read), CARDEA_E_SYNTAX);
}

static void
registrations_arrive_as_they_were_written(void **state)
{
	static struct cardea_fido2_registration made, read;
	char id[CARDEA_TXN_MAX + 1];

	(void)state;
	for (size_t len = 0; len <= CARDEA_KEY_STATEMENT_MAX; len += 4096) {
		made = a_registration();
		made.statement_len = len;
		memset(made.statement, 3, len);
		made.auth_data_len = len == 0 ? 1 : CARDEA_KEY_REGISTRATION_MAX;
		memset(made.auth_data, 4, made.auth_data_len);
		memset(made.auth_data + made.auth_data_len, 0,
		    sizeof(made.auth_data) - made.auth_data_len);
		memset(made.statement + len, 0, sizeof(made.statement) - len);
		assert_int_equal(cardea_remote_write_made("0123456789abcdef",
				     &made, text, CARDEA_REMOTE_MADE_MAX),
		    CARDEA_OK);
		assert_memory_equal(text, "cardea-key-made1:", 17);
		assert_int_equal(
		    cardea_remote_read_made(text, id, &read, NULL), CARDEA_OK);
		assert_string_equal(id, "0123456789abcdef");
		assert_memory_equal(&read, &made, sizeof(made));
	}
}

static void
a_registration_that_is_none_is_not_written(void **state)
{
	static struct cardea_fido2_registration bad[5];

	(void)state;
	for (size_t i = 0; i < 5; i++)
		bad[i] = a_registration();
	bad[0].rp_id[0] = '\0';
	bad[1].format[0] = '\0';
	bad[2].auth_data_len = 0;
	bad[3].auth_data_len = CARDEA_KEY_REGISTRATION_MAX + 1;
	bad[4].statement_len = CARDEA_KEY_STATEMENT_MAX + 1;
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(
		    cardea_remote_write_made("ab", &bad[i], text, sizeof(text)),
		    CARDEA_E_SYNTAX);
	bad[0] = a_registration();
	assert_int_equal(
	    cardea_remote_write_made("", &bad[0], text, sizeof(text)),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_remote_write_made("xyz", &bad[0], text, sizeof(text)),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_remote_write_made("ab", &bad[0], text, 64), CARDEA_E_RANGE);
}

static void
K02_a_registration_cut_or_changed_is_refused_or_another_one(void **state)
{
	static struct cardea_fido2_registration made, read;
	char id[CARDEA_TXN_MAX + 1] = "untouched";
	struct cardea_diag diag = { 0 };
	size_t len;

	(void)state;
	made = a_registration();
	assert_int_equal(
	    cardea_remote_write_made("ab", &made, text, sizeof(text)),
	    CARDEA_OK);
	len = strlen(text);
	for (size_t cut = 0; cut < len; cut++) {
		memcpy(changed, text, cut);
		changed[cut] = '\0';
		assert_int_equal(
		    cardea_remote_read_made(changed, id, &read, &diag),
		    CARDEA_E_SYNTAX);
		assert_string_equal(id, "untouched");
		assert_string_not_equal(diag.reason, "");
	}
	memcpy(changed, text, len + 1);
	for (size_t at = 0; at < len; at++) {
		changed[at] = text[at] == 'A' ? 'E' : 'A';
		if (cardea_remote_read_made(changed, id, &read, NULL) ==
		    CARDEA_OK) {
			assert_int_equal(cardea_remote_write_made(
					     id, &read, again, sizeof(again)),
			    CARDEA_OK);
			assert_string_equal(again, changed);
		}
		changed[at] = text[at];
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tickets_arrive_as_they_were_written),
		cmocka_unit_test(the_largest_ticket_fits),
		cmocka_unit_test(what_could_not_be_read_is_not_written),
		cmocka_unit_test(
		    K02_a_ticket_cut_or_changed_is_refused_or_another_one),
		cmocka_unit_test(nothing_may_stand_around_a_ticket),
		cmocka_unit_test(registrations_arrive_as_they_were_written),
		cmocka_unit_test(a_registration_that_is_none_is_not_written),
		cmocka_unit_test(
		    K02_a_registration_cut_or_changed_is_refused_or_another_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
