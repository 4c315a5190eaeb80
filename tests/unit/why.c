/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "policy/image.h"
#include "policy/why.h"
#include "unit/policies.h"

/* alice over ssh from 192.0.2.7, DE-BE, on Wed 2026-11-25, 12:00 in Berlin */
static struct cardea_request
alice(void)
{
	struct cardea_request request = {
		.user = "alice",
		.user_exists = true,
		.caller = "root",
		.caller_known = true,
		.service = "sshd",
		.host = "bastion",
		.origin = CARDEA_ORIGIN_REMOTE,
		.groups_known = true,
		.time_known = true,
		.time_s = 1795604400,
		.local_count = 1,
		.local = { { .zone = "Europe/Berlin",
		    .known = true,
		    .year = 2026,
		    .month = 11,
		    .day = 25,
		    .weekday = 2,
		    .second = 12 * 3600 } },
		.place = { .country_known = CARDEA_YES,
		    .country = "DE",
		    .subdivision_known = CARDEA_YES,
		    .subdivision = "DE-BE",
		    .asn_known = CARDEA_UNKNOWN },
	};
	struct cardea_signal_fact *travel =
	    &request.signals[CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL];

	request.login_source = cardea_address_parse("192.0.2.7");
	assert_int_equal(
	    cardea_request_add_group(&request, "staff"), CARDEA_OK);
	assert_int_equal(cardea_request_add_group(&request, "ops"), CARDEA_OK);
	request.posture.facts[CARDEA_POSTURE_FIREWALL] = CARDEA_NO;
	travel->holds = CARDEA_YES;
	strcpy(travel->compared, "900 km in 1 min");
	return request;
}

struct heard {
	char text[8192];
	size_t len;
	enum cardea_truth least; /* of the rule's own conditions */
};

static void
hear(const struct cardea_why *why, void *context)
{
	struct heard *heard = context;

	heard->len += (size_t)snprintf(heard->text + heard->len,
	    sizeof(heard->text) - heard->len, "%u %s %s [%s] [%s]\n",
	    why->depth, why->key, cardea_truth_text(why->truth), why->wanted,
	    why->found);
	assert_true(heard->len < sizeof(heard->text));
	if (why->depth == 0 && why->truth < heard->least)
		heard->least = why->truth;
}

static const char places[] =
    "zones: { office = { networks = \"192.0.2.0/24\"; };"
    "         net = { asns = [ 64500 ]; };"
    "         away = { networks = \"198.51.100.0/24\"; }; };"
    "hours: { working = { days = \"mon-fri\"; times = \"07:30-19:00\"; "
    "             timezone = \"Europe/Berlin\"; };"
    "         night = { days = \"mon-sun\"; times = \"22:00-06:00\"; "
    "             timezone = \"Europe/Berlin\"; };"
    "         nowhere = { days = \"mon-sun\"; times = \"00:00-24:00\"; "
    "             timezone = \"Mars/Olympus\"; }; };"
    "risk: { impossible-travel = 40; dormant-account = 25; };";

static struct written
write_rule(const char *when)
{
	char text[65536];
	int len = snprintf(text, sizeof(text),
	    "%s rules = ( { name = \"r\"; when = { %s }; require = \"totp\"; "
	    "} );",
	    places, when);

	assert_true(len > 0 && (size_t)len < sizeof(text));
	return write_policy("", text);
}

static void
ask(const char *when, const struct cardea_request *request,
    struct heard *ret_heard)
{
	struct written written = write_rule(when);
	enum cardea_truth truth = (enum cardea_truth)99, judged;
	struct cardea_whys *whys = NULL;

	ret_heard->len = 0;
	ret_heard->text[0] = '\0';
	ret_heard->least = CARDEA_TRUE;
	assert_int_equal(
	    cardea_whys_begin(written.policy, request, &whys), CARDEA_OK);
	assert_int_equal(
	    cardea_whys_rule(whys, 0, hear, ret_heard, &truth), CARDEA_OK);
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, request, &judged),
	    CARDEA_OK);
	/* told and judged are one */
	assert_int_equal(truth, judged);
	assert_int_equal(ret_heard->least, judged);
	cardea_whys_free(whys);
	drop_policy(&written);
}

static void
each_condition_says_what_it_wants_and_what_was_found(void **state)
{
	static const struct {
		const char *when, *said;
	} rows[] = {
		{ "service = \"sshd\";", "0 service yes [sshd] [sshd]\n" },
		{ "user = [ \"bob\", \"carol\" ];",
		    "0 user no [bob, carol] [alice]\n" },
		{ "caller = \"alice\";", "0 caller no [alice] [root]\n" },
		{ "ruser = \"bob\";", "0 ruser no [bob] [none]\n" },
		{ "origin = \"local\";", "0 origin no [local] [remote]\n" },
		{ "host = \"bastion\";", "0 host yes [bastion] [bastion]\n" },
		{ "tty = \"tty1\";", "0 tty no [tty1] [none]\n" },
		{ "group = \"ops\";", "0 group yes [ops] [staff, ops]\n" },
		{ "posture = [ \"firewall\", \"secure-boot\" ];",
		    "0 posture maybe [firewall, secure-boot] [firewall: no, "
		    "secure-boot: unknown]\n" },
		{ "country = [ \"FR\", \"DE-BY\" ];",
		    "0 country no [FR, DE-BY] [DE-BE]\n" },
		{ "asn = 64500;", "0 asn maybe [64500] [unknown]\n" },
		{ "signal = \"impossible-travel\";",
		    "0 signal yes [impossible-travel] [yes (900 km in 1 "
		    "min)]\n" },
		{ "risk_at_least = 50;",
		    "0 risk_at_least maybe [50] [40 to 65]\n" },
		{ "zone = \"office\";",
		    "0 zone yes [office] [192.0.2.7, is in office]\n" },
		{ "zone = [ \"away\", \"net\" ];",
		    "0 zone maybe [net, away] [192.0.2.7, perhaps in net]\n" },
		{ "hours = \"working\";",
		    "0 hours yes [working] [Wed 2026-11-25 12:00:00 "
		    "Europe/Berlin]\n" },
		{ "hours = [ \"working\", \"night\" ];",
		    "0 hours yes [working, night] [Wed 2026-11-25 12:00:00 "
		    "Europe/Berlin]\n" },
		{ "hours = \"nowhere\";",
		    "0 hours maybe [nowhere] [unknown: no time zone "
		    "Mars/Olympus here]\n" },
		{ "from = \"2026-12-24 18:00\"; timezone = \"Europe/Berlin\";",
		    "0 from no [2026-12-24 18:00:00 Europe/Berlin] [Wed "
		    "2026-11-25 12:00:00 Europe/Berlin]\n" },
	};
	const struct cardea_request request = alice();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct heard heard;

		ask(rows[i].when, &request, &heard);
		assert_string_equal(heard.text, rows[i].said);
	}
}

static void
unless_is_told_with_what_stands_inside(void **state)
{
	const struct cardea_request request = alice();
	struct heard heard;

	(void)state;
	ask("service = \"sshd\"; unless = { zone = \"office\"; "
	    "unless = { user = \"bob\"; }; };",
	    &request, &heard);
	assert_string_equal(heard.text,
	    "0 service yes [sshd] [sshd]\n"
	    "0 unless no [] []\n"
	    "1 zone yes [office] [192.0.2.7, is in office]\n"
	    "1 unless yes [] []\n"
	    "2 user no [bob] [alice]\n");
	ask("unless = ( { user = \"bob\"; }, { group = \"ops\"; } );", &request,
	    &heard);
	assert_string_equal(heard.text,
	    "0 unless no [] []\n"
	    "1 one of no [] []\n"
	    "2 user no [bob] [alice]\n"
	    "1 one of yes [] []\n"
	    "2 group yes [ops] [staff, ops]\n");
}

static void
of_a_long_list_the_one_that_holds_is_named(void **state)
{
	struct cardea_request request = alice();
	char when[32768] = "user = [ ";
	size_t len = strlen(when);
	struct heard heard;

	(void)state;
	for (int i = 0; i < 2000; i++)
		len += (size_t)snprintf(
		    when + len, sizeof(when) - len, "\"user%d\", ", i);
	snprintf(when + len, sizeof(when) - len, "\"alice\" ];");
	ask(when, &request, &heard);
	assert_string_equal(
	    heard.text, "0 user yes [alice, 2001 in all] [alice]\n");
	strcpy(request.user, "bob");
	ask(when, &request, &heard);
	assert_string_equal(heard.text, "0 user no [2001 in all] [bob]\n");
}

static void
facts_that_do_not_fit_are_seen_to_be_left_out(void **state)
{
	struct cardea_request request = alice();
	struct heard heard;
	char group[240];

	(void)state;
	memset(group, 'g', sizeof(group));
	group[sizeof(group) - 1] = '\0';
	for (int i = 0; i < 8; i++) {
		group[0] = (char)('a' + i);
		assert_int_equal(
		    cardea_request_add_group(&request, group), CARDEA_OK);
	}
	ask("group = \"other\";", &request, &heard);
	assert_non_null(strstr(heard.text, "[staff, ops, aggg"));
	assert_non_null(strstr(heard.text, "g, ...]\n"));
}

/* C02: what nobody knows is neither yes nor no, and is called by its name */
static void
C02_of_a_request_that_knows_nothing_all_is_unknown(void **state)
{
	const struct cardea_request request = { .user = "alice",
		.service = "sshd" };
	struct heard heard;

	(void)state;
	ask("caller = \"x\"; origin = \"local\"; host = \"h\"; group = \"g\"; "
	    "country = \"DE\"; asn = 1; signal = \"impossible-travel\"; "
	    "zone = \"office\"; hours = \"working\";",
	    &request, &heard);
	assert_string_equal(heard.text,
	    "0 caller maybe [x] [unknown]\n"
	    "0 origin maybe [local] [unknown]\n"
	    "0 host maybe [h] [unknown]\n"
	    "0 group maybe [g] [unknown]\n"
	    "0 country maybe [DE] [unknown]\n"
	    "0 asn maybe [1] [unknown]\n"
	    "0 signal maybe [impossible-travel] [unknown]\n"
	    "0 zone maybe [office] [unknown, perhaps in office]\n"
	    "0 hours maybe [working] [unknown: the clock is not trusted]\n");
}

static void
a_grant_is_named_by_its_id(void **state)
{
	struct written written = write_policy("",
	    "rules = ( { name = \"deploy\"; when = { service = \"sshd\"; }; "
	    "require = \"totp\"; grant = true; } );");
	struct cardea_request request = alice();
	struct cardea_whys *whys = NULL;
	struct heard heard = { .least = CARDEA_TRUE };
	enum cardea_truth truth = CARDEA_FALSE;

	(void)state;
	request.grants.known = true;
	request.grants.count = 1;
	strcpy(request.grants.items[0].rule, "deploy");
	strcpy(request.grants.items[0].id, "0123456789abcdef");
	assert_int_equal(
	    cardea_whys_begin(written.policy, &request, &whys), CARDEA_OK);
	assert_int_equal(
	    cardea_whys_rule(whys, 0, hear, &heard, &truth), CARDEA_OK);
	assert_int_equal(truth, CARDEA_TRUE);
	assert_string_equal(heard.text,
	    "0 service yes [sshd] [sshd]\n"
	    "0 grant yes [deploy] [0123456789abcdef]\n");
	assert_int_equal(
	    cardea_whys_rule(whys, 1, hear, &heard, &truth), CARDEA_E_RANGE);
	cardea_whys_free(whys);
	drop_policy(&written);
}

static void
hear_name(const char *name, enum cardea_truth truth, void *context)
{
	struct heard *heard = context;

	heard->len += (size_t)snprintf(heard->text + heard->len,
	    sizeof(heard->text) - heard->len, "%s %s\n", name,
	    cardea_truth_text(truth));
}

static void
every_zone_and_all_hours_are_told_by_name(void **state)
{
	const struct cardea_request request = alice();
	struct written written = write_rule("service = \"sshd\";");
	struct cardea_whys *whys = NULL;
	struct heard heard = { .len = 0 };

	(void)state;
	assert_int_equal(
	    cardea_whys_begin(written.policy, &request, &whys), CARDEA_OK);
	assert_int_equal(cardea_whys_zones(whys, hear_name, &heard), CARDEA_OK);
	assert_int_equal(cardea_whys_hours(whys, hear_name, &heard), CARDEA_OK);
	assert_string_equal(heard.text,
	    "office yes\nnet maybe\naway no\n"
	    "working yes\nnight no\nnowhere maybe\n");
	cardea_whys_free(whys);
	drop_policy(&written);
}

/* Every number of the tables that conditions stand in, set to what leads
 * nowhere: the answer is CORRUPT or some text, never a crash. */
static void
a_damaged_image_is_no_ground_to_stand_on(void **state)
{
	static const enum cardea_image_part parts[] = { CARDEA_PART_BLOCKS,
		CARDEA_PART_CONDITIONS, CARDEA_PART_VALUES, CARDEA_PART_ZONES,
		CARDEA_PART_HOURS };
	const struct cardea_request request = alice();
	struct written written = write_rule(
	    "user = [ \"a\", \"b\" ]; zone = [ \"net\", \"away\" ]; "
	    "hours = [ \"working\", \"night\" ]; unless = ( { user = \"c\"; }, "
	    "{ unless = { group = \"d\"; }; } );");
	struct cardea_whys *whole = NULL;
	struct heard first = { .len = 0 };
	enum cardea_truth truth_before;
	size_t corrupt = 0;

	(void)state;
	/* so that no sum stands between the numbers and who follows them */
	assert_int_equal(
	    cardea_whys_begin(written.policy, &request, &whole), CARDEA_OK);
	assert_int_equal(
	    cardea_whys_rule(whole, 0, hear, &first, &truth_before), CARDEA_OK);
	cardea_whys_free(whole);
	for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
		size_t count,
		    size = cardea_image_item_size(parts[p]) / sizeof(uint32_t);
		const uint32_t *items = cardea_image_part(
		    written.policy, parts[p], &count);
		uint32_t *writable = (uint32_t *)((char *)written.image +
		    ((const char *)items - (const char *)written.image));

		for (size_t i = 0; i < count * size; i++) {
			const uint32_t kept = writable[i];
			struct cardea_whys *whys = NULL;
			struct heard heard = { .len = 0 };
			enum cardea_truth truth;

			writable[i] = kept == 0 ? 1 : 0x7fffffff;
			assert_int_equal(
			    cardea_whys_begin(written.policy, &request, &whys),
			    CARDEA_OK);
			if (cardea_whys_rule(whys, 0, hear, &heard, &truth) ==
			    CARDEA_E_CORRUPT)
				corrupt++;
			cardea_whys_free(whys);
			writable[i] = kept;
		}
	}
	assert_true(corrupt > 30);
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_condition_says_what_it_wants_and_what_was_found),
		cmocka_unit_test(unless_is_told_with_what_stands_inside),
		cmocka_unit_test(of_a_long_list_the_one_that_holds_is_named),
		cmocka_unit_test(facts_that_do_not_fit_are_seen_to_be_left_out),
		cmocka_unit_test(
		    C02_of_a_request_that_knows_nothing_all_is_unknown),
		cmocka_unit_test(a_grant_is_named_by_its_id),
		cmocka_unit_test(every_zone_and_all_hours_are_told_by_name),
		cmocka_unit_test(a_damaged_image_is_no_ground_to_stand_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
