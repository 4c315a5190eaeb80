/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/text.h"
#include "unit/random.h"
#include "unit/test.h"

static struct cardea_request request, again;
static char text[CARDEA_FACTS_TEXT_MAX + 1], twice[CARDEA_FACTS_TEXT_MAX + 1];

/* A request of alice's by sshd, as the fields of a log line have it. */
static struct cardea_request
line_of(const char *user, const char *rhost)
{
	struct cardea_request line = { .user_exists = true };

	memcpy(line.user, user, strlen(user));
	memcpy(line.rhost, rhost, strlen(rhost));
	memcpy(line.service, "sshd", 4);
	line.source = cardea_address_parse(rhost);
	return line;
}

static struct cardea_request
plain_request(void)
{
	struct cardea_request plain = line_of("alice", "192.0.2.7");

	memcpy(plain.pam_user, "alice", 5);
	memcpy(plain.host, "web1", 4);
	memcpy(plain.caller, "root", 4);
	plain.caller_known = true;
	plain.time_known = plain.groups_known = true;
	plain.time_s = 1900000000;
	plain.login_source = plain.source;
	return plain;
}

static void
what_is_usual_is_short(void **state)
{
	(void)state;
	request = plain_request();
	assert_int_equal(
	    cardea_facts_format(&request, text, sizeof(text)), CARDEA_OK);
	assert_string_equal(text, "at:1900000000 caller:root,0 host:web1");
}

static void
every_kind_of_fact_is_told(void **state)
{
	struct cardea_place *place = &request.place;

	(void)state;
	request = plain_request();
	assert_int_equal(cardea_request_add_group(&request, "ops"), CARDEA_OK);
	assert_int_equal(
	    cardea_request_add_group(&request, "on call"), CARDEA_OK);
	request.login_source = cardea_address_parse("2001:db8::1");
	memcpy(request.login_session, "7", 1);
	request.outages = CARDEA_OUTAGE_CLUSTER;
	place->country_known = place->subdivision_known = CARDEA_YES;
	memcpy(place->country, "DE", 2);
	memcpy(place->subdivision, "DE-BE", 5);
	place->asn_known = CARDEA_NO;
	place->position_known = CARDEA_YES;
	place->latitude_e4 = 525200;
	place->longitude_e4 = -134000;
	place->accuracy_km = 20;
	place->traits_known = CARDEA_YES;
	place->traits = CARDEA_TRAIT_ANONYMOUS | CARDEA_TRAIT_TOR_EXIT;
	request.listed_count = 2;
	request.listed[0].list = 0x0123456789abcdef;
	request.listed[0].holds = CARDEA_YES;
	request.listed[1].list = 1;
	request.signals[CARDEA_SIGNAL_UNUSUAL_HOUR].holds = CARDEA_YES;
	request.signals[CARDEA_SIGNAL_MANY_SESSIONS].holds = CARDEA_NO;
	request.grants.known = true;
	request.grants.count = 1;
	memcpy(request.grants.items[0].rule, "deploy", 6);
	memcpy(request.grants.items[0].id, "00ff", 4);
	request.grants.items[0].ends_s = 1900007200;
	request.posture.facts[CARDEA_POSTURE_FIREWALL] = CARDEA_NO;
	memcpy(request.posture.os, "debian", 6);
	memcpy(request.posture.os_version, "12", 2);
	assert_int_equal(
	    cardea_facts_format(&request, text, sizeof(text)), CARDEA_OK);
	assert_string_equal(text,
	    "at:1900000000 caller:root,0 host:web1 groups:ops,on%20call "
	    "session:7 from:2001%3adb8%3a%3a1 outages:cluster country:DE "
	    "subdivision:DE-BE asn:- position:525200,-134000,20 "
	    "traits:anonymous,tor-exit "
	    "lists:+0123456789abcdef,?0000000000000001 "
	    "signals:+unusual-hour,-many-sessions "
	    "grants:deploy,00ff,1900007200 posture:-firewall "
	    "system:debian,12");
	again = line_of("alice", "192.0.2.7");
	assert_int_equal(cardea_facts_parse(text, &again, NULL), CARDEA_OK);
	assert_memory_equal(&request, &again, sizeof(request));
}

/* --- there and back ------------------------------------------------------- */

static void
draw_text(struct random *random, char *target, size_t size, bool empty_too)
{
	size_t len = random_below(random, (unsigned int)size);

	memset(target, 0, size);
	if (len == 0 && !empty_too)
		len = 1;
	for (size_t i = 0; i < len; i++)
		target[i] = (char)(1 + random_below(random, 255));
}

static enum cardea_known
draw_known(struct random *random)
{
	return (enum cardea_known)random_below(random, 3);
}

static void
draw_names(struct random *random, struct cardea_request *drawn)
{
	char group[CARDEA_NAME_MAX + 1];

	draw_text(random, drawn->pam_user, sizeof(drawn->pam_user), false);
	draw_text(random, drawn->ruser, sizeof(drawn->ruser), true);
	draw_text(random, drawn->host, sizeof(drawn->host), true);
	drawn->caller_known = random_one_in(random, 2);
	if (drawn->caller_known) {
		draw_text(random, drawn->caller, sizeof(drawn->caller), false);
		drawn->caller_uid = (uid_t)random_next(random);
	}
	draw_text(
	    random, drawn->login_session, sizeof(drawn->login_session), true);
	draw_text(
	    random, drawn->login_record, sizeof(drawn->login_record), true);
	drawn->groups_known = random_one_in(random, 2);
	for (unsigned int i = random_below(random, 4);
	     i > 0 && drawn->groups_known; i--) {
		draw_text(random, group, sizeof(group), false);
		assert_int_equal(
		    cardea_request_add_group(drawn, group), CARDEA_OK);
	}
}

static void
draw_context(struct random *random, struct cardea_request *drawn)
{
	struct cardea_place *place = &drawn->place;

	place->country_known = draw_known(random);
	if (place->country_known == CARDEA_YES)
		memcpy(place->country, "FR", 2);
	place->asn_known = draw_known(random);
	if (place->asn_known == CARDEA_YES)
		place->asn = (uint32_t)random_next(random);
	place->position_known = draw_known(random);
	if (place->position_known == CARDEA_YES) {
		place->latitude_e4 = (int32_t)random_next(random);
		place->longitude_e4 = (int32_t)random_next(random);
		place->accuracy_km = (uint32_t)random_next(random);
	}
	place->traits_known = random_one_in(random, 2) ? CARDEA_YES
						       : CARDEA_UNKNOWN;
	if (place->traits_known == CARDEA_YES)
		place->traits = random_below(random, 64);
	drawn->listed_count = random_below(random, CARDEA_LISTS_MAX + 1);
	for (size_t i = 0; i < drawn->listed_count; i++) {
		drawn->listed[i].list = random_next(random);
		drawn->listed[i].holds = draw_known(random);
	}
	for (size_t i = 0; i < CARDEA_SIGNAL_COUNT; i++)
		drawn->signals[i].holds = draw_known(random);
	drawn->grants.known = random_one_in(random, 2);
	if (drawn->grants.known)
		drawn->grants.count = random_below(
		    random, CARDEA_GRANTS_MAX + 1);
	for (size_t i = 0; i < drawn->grants.count; i++) {
		struct cardea_granted *item = &drawn->grants.items[i];

		draw_text(random, item->rule, sizeof(item->rule), false);
		draw_text(random, item->id, sizeof(item->id), false);
		item->ends_s = (int64_t)(random_next(random) >> 2);
	}
	for (size_t i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++)
		drawn->posture.facts[i] = draw_known(random);
}

static void
what_is_written_reads_back_to_the_same_facts(void **state)
{
	struct random random = { 26 };
	int told = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		request = line_of("alice", "192.0.2.7");
		request.user_exists = true;
		draw_names(&random, &request);
		draw_context(&random, &request);
		request.time_known = random_one_in(&random, 2);
		request.time_s = (int64_t)random_next(&random) / 2;
		request.outages = random_below(&random, 8);
		request.login_source = random_one_in(&random, 2)
		    ? request.source
		    : cardea_address_parse(
			  random_one_in(&random, 2) ? "" : "somewhere");
		if (cardea_facts_format(&request, text, sizeof(text)) !=
		    CARDEA_OK)
			continue;
		again = line_of("alice", "192.0.2.7");
		assert_int_equal(
		    cardea_facts_parse(text, &again, NULL), CARDEA_OK);
		if (strstr(text, "groups:?") == NULL)
			assert_memory_equal(&request, &again, sizeof(request));
		assert_int_equal(
		    cardea_facts_format(&again, twice, sizeof(twice)),
		    CARDEA_OK);
		assert_string_equal(text, twice);
		told++;
	}
	assert_true(told > 2000);
}

/* --- what does not fit, and what is wrong ----------------------------------
 */

static void
groups_are_the_first_to_be_left_out(void **state)
{
	char group[200];

	(void)state;
	request = plain_request();
	memset(group, 'g', sizeof(group) - 1);
	group[sizeof(group) - 1] = '\0';
	for (int i = 0; i < 40; i++)
		assert_int_equal(
		    cardea_request_add_group(&request, group), CARDEA_OK);
	assert_int_equal(
	    cardea_facts_format(&request, text, sizeof(text)), CARDEA_OK);
	assert_string_equal(
	    text, "at:1900000000 caller:root,0 host:web1 groups:?");
	assert_true(request.groups_known);
}

static void
I13_the_name_of_nobody_is_not_told(void **state)
{
	(void)state;
	request = plain_request();
	request.user_exists = false;
	memcpy(request.pam_user, "hunter2", 7);
	assert_int_equal(
	    cardea_facts_format(&request, text, sizeof(text)), CARDEA_OK);
	assert_null(strstr(text, "hunter2"));
	assert_non_null(strstr(text, "exists:no pam-user:?"));
	again = line_of("", "192.0.2.7");
	assert_int_equal(cardea_facts_parse(text, &again, NULL), CARDEA_OK);
	assert_false(again.user_exists);
}

static void
what_is_no_fact_is_refused_whole(void **state)
{
	static const char *const wrong[] = { "", " ", "at", "at:", "at:x",
		"at:1 at:2", "host:a at:1", "at:1  host:a", "at:1 ", "at:1,2",
		"at:01", "at:-0", "at:1 planet:mars", "at:1 host:a%2",
		"at:1 "
		"host:a%41",
		"at:1 host:a%4A", "at:1 host:%00", "at:1 host:a b",
		"at:1 clock:known", "at:1 exists:yes", "at:1 caller:root",
		"at:1 groups:a,,b", "at:1 groups:a,", "at:1 groups:?a",
		"at:1 asn:-1", "at:1 asn:4294967296", "at:1 position:1,2",
		"at:1 traits:evil", "at:1 lists:0123456789abcdef",
		"at:1 lists:+0123456789abcde", "at:1 signals:+bad-weather",
		"at:1 signals:unusual-hour", "at:1 country:DEU",
		"at:1 grants:deploy,00ff", "at:1 posture:+nice",
		"at:1 host:a\tb", "at:99999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct cardea_diag diag = { 0 };

		again = request = line_of("alice", "192.0.2.7");
		if (cardea_facts_parse(wrong[i], &again, &diag) !=
		    CARDEA_E_SYNTAX)
			fail_msg("taken: %s", wrong[i]);
		assert_memory_equal(&request, &again, sizeof(request));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_usual_is_short),
		cmocka_unit_test(every_kind_of_fact_is_told),
		cmocka_unit_test(what_is_written_reads_back_to_the_same_facts),
		cmocka_unit_test(groups_are_the_first_to_be_left_out),
		cmocka_unit_test(I13_the_name_of_nobody_is_not_told),
		cmocka_unit_test(what_is_no_fact_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
