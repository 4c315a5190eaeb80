/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/model.h"
#include "unit/test.h"

#define TXN "00112233445566778899aabbccddeeff"
#define NOON_S INT64_C(1795608000) /* 2026-11-25 12:00 UTC, a Wednesday */

/* --- the lists that the numbers mean --------------------------------- */

static const char *const users[] = { "alice", "bob", "carol" };
static const char *const groups[] = { "ops", "staff", "deploy" };
static const char *const callers[] = { "root", "alice", "www-data" };
static const char *const services[] = { "sshd", "sudo", "su" };
/* what a login may come by; the classes cover sudo-i and su-l */
static const char *const doors[] = { "sshd", "sudo", "su", "sudo-i", "su-l",
	"login" };
static const int door_class[] = { 0, 1, 2, 1, 2, -1 };
static const char *const hosts[] = { "web", "db", "bastion" };
static const char *const ttys[] = { "tty1", "pts/0", "ssh" };
static const char *const origins[] = { "local", "remote" };
static const char *const zones[] = { "ten", "branch", "six" };
static const char *const hours[] = { "working", "night", "sunday" };
static const char *const dates[] = { "2026-11-25 12:00", "2026-12-01 00:00",
	"2027-01-31 23:30" };

static const char *const countries[] = { "DE", "DE-BE", "FR" };
static const char *const asns[] = { "64500", "64501", "64502" };
static const char *const signals[] = { "unusual-hour", "impossible-travel",
	"many-sessions" };
static const enum cardea_signal signal_numbers[MODEL_SIGNALS] = {
	CARDEA_SIGNAL_UNUSUAL_HOUR, CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL,
	CARDEA_SIGNAL_MANY_SESSIONS
};
static const unsigned int weights[MODEL_SIGNALS] = { 20, 50, 30 };
static const char *const risks[] = { "20", "60", "80" };
static const unsigned int thresholds[] = { 20, 60, 80 };
static const char *const areas[] = { "mixed", "lawful", "odd" };
/* the first 8 bytes of SHA-256 of "/odd.txt" */
#define ODD_LIST UINT64_C(0x7ec15ff1cfb9fbb0)

static const char world_text[] =
    "zones: { ten = { networks = \"10.0.0.0/8\"; };"
    " branch = { networks = [ \"10.1.0.0/16\", \"192.0.2.64/26\" ]; };"
    " six = { networks = [ \"2001:db8::/32\", \"192.0.2.0/24\" ]; };"
    " mixed = { zones = \"ten\"; countries = \"FR\"; asns = 64501;"
    " except = \"six\"; };"
    " lawful = { countries = [ \"AT\", \"DE\" ]; except = [ \"odd\", "
    "\"branch\" ]; };"
    " odd = { subdivisions = \"DE-BE\"; asns = [ 64502 ]; zones = \"branch\";"
    " traits = \"vpn\"; lists = \"/odd.txt\"; }; };\n"
    "risk: { unusual-hour = 20; impossible-travel = 50; many-sessions = 30; "
    "};\n"
    "hours: { working = { days = \"mon-fri\"; times = \"08:00-18:00\";"
    " timezone = \"Europe/Berlin\"; };"
    " night = { days = \"mon-sun\"; times = \"22:00-06:00\"; timezone = "
    "\"Europe/Berlin\"; };"
    " sunday = { days = \"sun\"; times = \"00:00-24:00\"; timezone = "
    "\"Europe/Berlin\"; }; };\n";

static const struct {
	const char *text;
	unsigned int zones; /* bits */
} sources[MODEL_SOURCES] = {
	{ "", 0 },
	{ "10.2.3.4", 1 },
	{ "::ffff:10.1.3.4", 1 | 2 },
	{ "2001:db8::7", 4 },
	{ "192.0.2.65", 2 | 4 },
	{ "203.0.113.9", 0 },
};

/* instants, and which of the dates they have reached */
static const struct {
	int64_t time_s;
	unsigned int reached;
} times[MODEL_TIMES] = {
	{ NOON_S - 86400, 0 }, { NOON_S - 1, 0 }, { NOON_S, 1 },
	{ INT64_C(1796083200) - 1, 1 }, /* 2026-11-30 23:59:59 */
	{ INT64_C(1796083200), 1 | 2 },
	{ INT64_C(1801438200), 1 | 2 | 4 }, /* 2027-01-31 23:30 */
};

/* what the clock in Berlin shows (it need not agree with the instant: hours
 * look at the one, dates at the other), and the hours that it is in */
static const struct {
	int month, day, weekday, second;
	unsigned int hours;
} walls[MODEL_WALLS] = {
	{ 11, 25, 2, 8 * 3600, 1 },
	{ 11, 25, 2, 18 * 3600, 0 },
	{ 11, 28, 5, 12 * 3600, 0 },	 /* a Saturday */
	{ 11, 29, 6, 22 * 3600, 2 | 4 }, /* a Sunday */
	{ 11, 30, 0, 6 * 3600 - 1, 2 },
};

static const struct {
	const char *key;
	const char *const *names;
} kinds[MODEL_KEYS] = {
	[MODEL_USER] = { "user", users },
	[MODEL_GROUP] = { "group", groups },
	[MODEL_RUSER] = { "ruser", users },
	[MODEL_CALLER] = { "caller", callers },
	[MODEL_SERVICE] = { "service", services },
	[MODEL_HOST] = { "host", hosts },
	[MODEL_TTY] = { "tty", ttys },
	[MODEL_ORIGIN] = { "origin", origins },
	[MODEL_ZONE] = { "zone", zones },
	[MODEL_HOURS] = { "hours", hours },
	[MODEL_FROM] = { "from", dates },
	[MODEL_UNTIL] = { "until", dates },
	[MODEL_COUNTRY] = { "country", countries },
	[MODEL_ASN] = { "asn", asns },
	[MODEL_SIGNAL] = { "signal", signals },
	[MODEL_RISK] = { "risk_at_least", risks },
	[MODEL_AREA] = { "zone", areas },
};

static const struct {
	enum cardea_factor factor;
	const char *text;
} leaves[] = {
	{ CARDEA_FACTOR_PASSWORD, "password" },
	{ CARDEA_FACTOR_TOTP, "totp" },
	{ CARDEA_FACTOR_DEVICE, "device" },
	{ CARDEA_FACTOR_FIDO2, "fido2" },
	{ CARDEA_FACTOR_FIDO2, "fido2(uv)" },
};

/* --- worlds ---------------------------------------------------------- */

static int
draw_fact(struct random *random, unsigned int count)
{
	if (random_one_in(random, 6))
		return -1;
	return (int)random_below(random, count);
}

/* Where nobody sits there is nothing to know, and of an address that is not
 * known nothing is. */
static void
agree_with_source(struct model_world *world)
{
	if (world->source == 0) {
		world->country = 3;
		world->part = 2;
		world->asn = 3;
		world->vpn = 0;
		world->listed = 0;
	} else if (world->source < 0) {
		world->country = -1;
		world->asn = -1;
		world->vpn = -1;
		world->listed = -1;
	}
	if (world->country < 0)
		world->part = -1;
	if (world->country == 3)
		world->part = 2;
}

static void
draw_circumstances(struct random *random, struct model_world *world)
{
	world->country = draw_fact(random, 4);
	world->part = draw_fact(random, 3);
	world->asn = draw_fact(random, 4);
	world->vpn = draw_fact(random, 2);
	world->listed = draw_fact(random, 2);
	world->grants = draw_fact(random, 1u << MODEL_RULES);
	for (unsigned int i = 0; i < MODEL_SIGNALS; i++)
		world->signals[i] = draw_fact(random, 2);
	agree_with_source(world);
}

void
model_draw_world(struct random *random, struct model_world *world)
{
	static const enum cardea_result results[] = { CARDEA_RESULT_NONE,
		CARDEA_RESULT_ABSENT, CARDEA_RESULT_REFUSED,
		CARDEA_RESULT_BROKEN, CARDEA_RESULT_VERIFIED,
		CARDEA_RESULT_VERIFIED, CARDEA_RESULT_VERIFIED };

	world->user = (int)random_below(random, 3);
	world->ruser = (int)random_below(random, 3);
	world->service = (int)random_below(random, 6);
	world->tty = (int)random_below(random, 3);
	world->groups = draw_fact(random, 8);
	world->caller = draw_fact(random, 3);
	world->host = draw_fact(random, 3);
	world->origin = draw_fact(random, 2);
	world->source = draw_fact(random, MODEL_SOURCES);
	world->time = draw_fact(random, MODEL_TIMES);
	world->wall = world->time < 0 ? -1 : draw_fact(random, MODEL_WALLS);
	draw_circumstances(random, world);
	world->outages = random_one_in(random, 3) ? random_below(random, 8) : 0;
	for (unsigned int i = 0; i < 4; i++)
		world->found[i] = results[random_below(random, 7)];
	world->found[4] = world->found[3];
	if (world->found[3] == CARDEA_RESULT_VERIFIED &&
	    random_one_in(random, 2))
		world->found[4] = CARDEA_RESULT_NONE;
}

static void
put_name(char *target, size_t size, const char *name)
{
	(void)snprintf(target, size, "%s", name);
}

static void
put_clock(const struct model_world *world, struct cardea_request *request)
{
	struct cardea_local_time *berlin = &request->local[0];
	struct cardea_local_time *utc = &request->local[1];
	/* unknown time: a clock that shows something, which must not count */
	int time = world->time < 0 ? 0 : world->time;
	int wall = world->wall < 0 ? 0 : world->wall;
	int64_t days = times[time].time_s / 86400;

	request->time_known = world->time >= 0;
	request->time_s = times[time].time_s;
	request->local_count = 2;
	put_name(berlin->zone, sizeof(berlin->zone), "Europe/Berlin");
	berlin->known = world->wall >= 0 || world->time < 0;
	berlin->year = 2026;
	berlin->month = walls[wall].month;
	berlin->day = walls[wall].day;
	berlin->weekday = walls[wall].weekday;
	berlin->second = walls[wall].second;
	put_name(utc->zone, sizeof(utc->zone), "UTC");
	utc->known = true;
	utc->second = (int)(times[time].time_s % 86400);
	/* 20,782 is 2026-11-25 */
	utc->year = days >= 20819 ? 2027 : 2026;
	utc->month = days >= 20819 ? 1 : days >= 20788 ? 12 : 11;
	utc->day = (int)(days >= 20819 ? days - 20818
		: days >= 20788	       ? days - 20787
				       : days - 20757);
	utc->weekday = (int)((days + 3) % 7);
}

static enum cardea_known
known(int fact, int none)
{
	if (fact < 0)
		return CARDEA_UNKNOWN;
	return fact == none ? CARDEA_NO : CARDEA_YES;
}

static void
put_place(const struct model_world *world, struct cardea_place *place)
{
	static const char *const names[] = { "DE", "FR", "AT", "" };
	static const char *const parts[] = { "BE", "HH", "" };
	const char *country = world->country < 0 ? "" : names[world->country];

	place->country_known = known(world->country, 3);
	put_name(place->country, sizeof(place->country), country);
	place->subdivision_known = known(world->part, 2);
	if (place->subdivision_known == CARDEA_YES)
		(void)snprintf(place->subdivision, sizeof(place->subdivision),
		    "%s-%s", country, parts[world->part]);
	place->asn_known = known(world->asn, 3);
	place->asn = world->asn < 0 ? 7 : 64500 + (uint32_t)world->asn;
	place->traits_known = world->vpn < 0 ? CARDEA_UNKNOWN : CARDEA_YES;
	place->traits = world->vpn == 1 ? CARDEA_TRAIT_VPN : 0;
}

static void
put_circumstances(
    const struct model_world *world, struct cardea_request *request)
{
	struct cardea_grants *grants = &request->grants;

	put_place(world, &request->place);
	request->listed_count = 1;
	request->listed[0].list = ODD_LIST;
	request->listed[0].holds = known(world->listed, 0);
	for (unsigned int i = 0; i < MODEL_SIGNALS; i++)
		request->signals[signal_numbers[i]].holds = known(
		    world->signals[i], 0);
	grants->known = world->grants >= 0;
	for (unsigned int i = 0; grants->known && i < MODEL_RULES; i++) {
		if (((unsigned int)world->grants >> i & 1u) != 0)
			(void)snprintf(grants->items[grants->count++].rule,
			    sizeof(grants->items[0].rule), "r%u", i);
	}
}

void
model_make_request(
    const struct model_world *world, struct cardea_request *request)
{
	memset(request, 0, sizeof(*request));
	put_name(request->user, sizeof(request->user), users[world->user]);
	request->user_exists = true;
	put_name(request->ruser, sizeof(request->ruser), users[world->ruser]);
	put_name(
	    request->service, sizeof(request->service), doors[world->service]);
	put_name(request->tty, sizeof(request->tty), ttys[world->tty]);
	if (world->host >= 0)
		put_name(
		    request->host, sizeof(request->host), hosts[world->host]);
	request->caller_known = world->caller >= 0;
	put_name(request->caller, sizeof(request->caller),
	    callers[world->caller < 0 ? 0 : world->caller]);
	request->caller_uid = strcmp(request->caller, "root") == 0 ? 0 : 1000;
	request->groups_known = world->groups >= 0;
	for (unsigned int i = 0; i < 3; i++) {
		if (world->groups >= 0 &&
		    ((unsigned int)world->groups & (1u << i)) != 0)
			assert_int_equal(
			    cardea_request_add_group(request, groups[i]),
			    CARDEA_OK);
	}
	if (world->origin >= 0)
		request->origin = world->origin == 0 ? CARDEA_ORIGIN_LOCAL
						     : CARDEA_ORIGIN_REMOTE;
	request->login_source = cardea_address_parse(
	    world->source < 0 ? "UNKNOWN" : sources[world->source].text);
	put_circumstances(world, request);
	put_clock(world, request);
	request->outages = world->outages;
}

static void
add_result(struct cardea_evidence_set *set, const char *subject,
    enum cardea_factor factor, enum cardea_result result, bool uv)
{
	struct cardea_evidence item = { .version = CARDEA_EVIDENCE_VERSION,
		.factor = factor,
		.result = result,
		.txn = TXN };

	put_name(item.subject, sizeof(item.subject), subject);
	if (uv) {
		item.quality_count = 1;
		put_name(
		    item.qualities[0].key, sizeof(item.qualities[0].key), "uv");
	}
	assert_int_equal(cardea_evidence_add(set, &item), CARDEA_OK);
}

void
model_make_evidence(
    const struct model_world *world, struct cardea_evidence_set *set)
{
	const char *other = users[(world->user + 1) % 3];

	memset(set, 0, sizeof(*set));
	put_name(set->txn, sizeof(set->txn), TXN);
	for (unsigned int i = 0; i < 4; i++) {
		bool uv = i == 3 && world->found[4] == CARDEA_RESULT_VERIFIED;

		/* somebody else has proved everything: that helps nobody */
		add_result(set, other, leaves[i].factor, CARDEA_RESULT_VERIFIED,
		    i == 3);
		if (world->found[i] != CARDEA_RESULT_NONE)
			add_result(set, users[world->user], leaves[i].factor,
			    world->found[i], uv);
	}
}

/* --- every world that this one may be -------------------------------- */

static unsigned int
choices(int fact, unsigned int count)
{
	return fact < 0 ? count : 1;
}

unsigned int
model_resolutions(const struct model_world *world)
{
	return choices(world->groups, 8) * choices(world->caller, 3) *
	    choices(world->host, 3) * choices(world->origin, 2) *
	    choices(world->source, MODEL_SOURCES) * choices(world->country, 4) *
	    choices(world->part, 3) * choices(world->asn, 4) *
	    choices(world->vpn, 2) * choices(world->listed, 2) *
	    choices(world->grants, 1u << MODEL_RULES) *
	    choices(world->signals[0], 2) * choices(world->signals[1], 2) *
	    choices(world->signals[2], 2) * choices(world->time, MODEL_TIMES) *
	    choices(world->wall, MODEL_WALLS);
}

static void
choose(int *fact, unsigned int count, unsigned int *number)
{
	if (*fact >= 0)
		return;
	*fact = (int)(*number % count);
	*number /= count;
}

void
model_resolve(const struct model_world *world, unsigned int number,
    struct model_world *ret_world)
{
	*ret_world = *world;
	choose(&ret_world->groups, 8, &number);
	choose(&ret_world->caller, 3, &number);
	choose(&ret_world->host, 3, &number);
	choose(&ret_world->origin, 2, &number);
	choose(&ret_world->source, MODEL_SOURCES, &number);
	choose(&ret_world->country, 4, &number);
	choose(&ret_world->part, 3, &number);
	choose(&ret_world->asn, 4, &number);
	choose(&ret_world->vpn, 2, &number);
	choose(&ret_world->listed, 2, &number);
	choose(&ret_world->grants, 1u << MODEL_RULES, &number);
	for (unsigned int i = 0; i < MODEL_SIGNALS; i++)
		choose(&ret_world->signals[i], 2, &number);
	choose(&ret_world->time, MODEL_TIMES, &number);
	choose(&ret_world->wall, MODEL_WALLS, &number);
	agree_with_source(ret_world);
}

/* --- judging --------------------------------------------------------- */

static enum cardea_truth
truth_of(bool holds)
{
	return holds ? CARDEA_TRUE : CARDEA_FALSE;
}

/* one name of the list against one fact */
static enum cardea_truth
is_name(int fact, unsigned int value)
{
	return fact < 0 ? CARDEA_MAYBE : truth_of(fact == (int)value);
}

static enum cardea_truth
is_among(bool known, unsigned int bits, unsigned int value)
{
	return known ? truth_of((bits >> value & 1u) != 0) : CARDEA_MAYBE;
}

static enum cardea_truth
both(enum cardea_truth a, enum cardea_truth b)
{
	return a < b ? a : b;
}

static enum cardea_truth
either(enum cardea_truth a, enum cardea_truth b)
{
	return a > b ? a : b;
}

static enum cardea_truth
opposite(enum cardea_truth a)
{
	return (enum cardea_truth)(2 - (int)a);
}

static enum cardea_truth
is_in_berlin(const struct model_world *world)
{
	return both(is_name(world->country, 0), is_name(world->part, 0));
}

static enum cardea_truth
is_in_networks(unsigned int zone, const struct model_world *world)
{
	return is_among(world->source >= 0,
	    world->source < 0 ? 0 : sources[world->source].zones, zone);
}

/* as world_text has them, read aloud */
static enum cardea_truth
is_in_area(unsigned int area, const struct model_world *world)
{
	enum cardea_truth truth;

	if (world->source == 0)
		return CARDEA_FALSE;
	if (area == 0) {
		truth = either(is_in_networks(0, world),
		    either(is_name(world->country, 1), is_name(world->asn, 1)));
		return both(truth, opposite(is_in_networks(2, world)));
	}
	if (area == 1) {
		truth = either(
		    is_name(world->country, 0), is_name(world->country, 2));
		truth = both(truth, opposite(is_in_area(2, world)));
		return both(truth, opposite(is_in_networks(1, world)));
	}
	truth = either(is_in_berlin(world), is_name(world->asn, 2));
	truth = either(truth, is_in_networks(1, world));
	truth = either(truth, is_name(world->vpn, 1));
	return either(truth, is_name(world->listed, 1));
}

/* the score in every way in which the signals may turn out */
static enum cardea_truth
is_risky(unsigned int least, const struct model_world *world)
{
	bool may = false, may_not = false;

	for (unsigned int turn = 0; turn < 1u << MODEL_SIGNALS; turn++) {
		unsigned int score = 0;
		bool possible = true;

		for (unsigned int i = 0; i < MODEL_SIGNALS; i++) {
			int holds = (int)(turn >> i & 1u);

			possible = possible &&
			    (world->signals[i] < 0 ||
				world->signals[i] == holds);
			score += holds != 0 ? weights[i] : 0;
		}
		may = may || (possible && score >= least);
		may_not = may_not || (possible && score < least);
	}
	if (may && may_not)
		return CARDEA_MAYBE;
	return truth_of(may);
}

static enum cardea_truth
judge_value(
    enum model_key key, unsigned int value, const struct model_world *world)
{
	unsigned int reached = world->time < 0 ? 0 : times[world->time].reached;

	switch (key) {
	case MODEL_USER:
		return is_name(world->user, value);
	case MODEL_GROUP:
		return is_among(
		    world->groups >= 0, (unsigned int)world->groups, value);
	case MODEL_RUSER:
		return is_name(world->ruser, value);
	case MODEL_CALLER:
		return is_name(world->caller, value);
	case MODEL_SERVICE:
		return truth_of(door_class[world->service] == (int)value);
	case MODEL_HOST:
		return is_name(world->host, value);
	case MODEL_TTY:
		return is_name(world->tty, value);
	case MODEL_ORIGIN:
		return is_name(world->origin, value);
	case MODEL_ZONE:
		return is_in_networks(value, world);
	case MODEL_AREA:
		return is_in_area(value, world);
	case MODEL_COUNTRY:
		if (value == 1)
			return is_in_berlin(world);
		return is_name(world->country, value == 0 ? 0 : 1);
	case MODEL_ASN:
		return is_name(world->asn, value);
	case MODEL_SIGNAL:
		return is_name(world->signals[value], 1);
	case MODEL_RISK:
		return is_risky(thresholds[value], world);
	case MODEL_HOURS:
		return is_among(world->wall >= 0,
		    world->wall < 0 ? 0 : walls[world->wall].hours, value);
	case MODEL_FROM:
		return is_among(world->time >= 0, reached, value);
	case MODEL_UNTIL:
		return is_among(world->time >= 0, ~reached, value);
	case MODEL_KEYS:
		break;
	}
	fail();
	return CARDEA_FALSE;
}

static enum cardea_truth
judge_block(const struct model_block *block, const struct model_world *world)
{
	enum cardea_truth all = CARDEA_TRUE;

	for (unsigned int i = 0; i < block->count; i++) {
		enum cardea_truth any = CARDEA_FALSE;

		for (unsigned int value = 0; value < 3; value++) {
			enum cardea_truth one;

			if ((block->conditions[i].values >> value & 1u) == 0)
				continue;
			one = judge_value(
			    block->conditions[i].key, value, world);
			any = one > any ? one : any;
		}
		all = any < all ? any : all;
	}
	for (unsigned int i = 0; i < block->unless_count; i++) {
		enum cardea_truth one = judge_block(block->unless[i], world);
		enum cardea_truth not = (enum cardea_truth)(2 - (int)one);

		all = not < all ? not : all;
	}
	return all;
}

enum cardea_truth
model_judge_rule(const struct model_rule *rule, const struct model_world *world)
{
	enum cardea_truth truth = rule->when == NULL
	    ? CARDEA_TRUE
	    : judge_block(rule->when, world);

	if (!rule->grant)
		return truth;
	return both(truth,
	    is_among(
		world->grants >= 0, (unsigned int)world->grants, rule->number));
}

static bool
is_met(const struct model_tree *tree, const struct model_world *world)
{
	if (tree == NULL)
		return true;
	if (tree->op == 0)
		return world->found[tree->leaf] == CARDEA_RESULT_VERIFIED;
	if (tree->op == '+')
		return is_met(tree->left, world) && is_met(tree->right, world);
	return is_met(tree->left, world) || is_met(tree->right, world);
}

static bool
rule_is_met(const struct model_rule *rule, const struct model_world *world)
{
	bool met = true, replaced = false;

	/* but root becomes another user where nothing is asked */
	if ((world->outages & CARDEA_OUTAGE_CLUSTER) != 0 &&
	    rule->outage[1] == NULL)
		return rule->require == NULL && world->caller >= 0 &&
		    strcmp(callers[world->caller], "root") == 0 &&
		    door_class[world->service] > 0;

	for (unsigned int i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if ((world->outages >> i & 1u) == 0 || rule->outage[i] == NULL)
			continue;
		replaced = true;
		met = met && is_met(rule->outage[i], world);
	}
	return replaced ? met : is_met(rule->require, world);
}

bool
model_permits(const struct model_policy *policy,
    const struct model_world *world, unsigned int index, bool emergency)
{
	const struct model_rule *rule = &policy->rules[index];
	enum cardea_truth truth;

	if (index == policy->count)
		return false;
	truth = model_judge_rule(rule, world);
	if (rule->observe && !rule->observe_is_over && world->time >= 0)
		truth = CARDEA_FALSE; /* as if it were not there */
	if (rule->observe && world->time < 0 && truth == CARDEA_TRUE)
		truth = CARDEA_MAYBE; /* nobody knows whether it enforces */
	if (truth == CARDEA_FALSE)
		return model_permits(policy, world, index + 1, emergency);
	if (rule->deny)
		return truth == CARDEA_MAYBE && emergency &&
		    model_permits(policy, world, index + 1, emergency);
	if (!rule_is_met(rule, world))
		return false;
	return truth == CARDEA_TRUE ||
	    model_permits(policy, world, index + 1,
		emergency || (rule->emergency && !rule->observe));
}

/* --- policies -------------------------------------------------------- */

static struct model_tree *
draw_tree(
    struct random *random, struct model_policy *policy, unsigned int depth)
{
	struct model_tree *tree = &policy->trees[policy->tree_count++];

	if (depth == 0 || random_one_in(random, 2)) {
		tree->op = 0;
		tree->leaf = random_below(random, 5);
		return tree;
	}
	tree->op = random_one_in(random, 2) ? '+' : '|';
	tree->left = draw_tree(random, policy, depth - 1);
	tree->right = draw_tree(random, policy, depth - 1);
	return tree;
}

static void
draw_conditions(struct random *random, struct model_block *block)
{
	unsigned int start = random_below(random, MODEL_KEYS);

	for (unsigned int i = 0; i < block->count; i++) {
		struct model_condition *condition = &block->conditions[i];
		unsigned int most;

		/* each key stands once in a block */
		condition->key = (enum model_key)((start + 5 * i) % MODEL_KEYS);
		most = condition->key == MODEL_ORIGIN ? 3 : 7;
		condition->values = 1 + random_below(random, most);
		/* a date or a score is one value, no list */
		if (condition->key == MODEL_FROM ||
		    condition->key == MODEL_UNTIL ||
		    condition->key == MODEL_RISK)
			condition->values = 1u << random_below(random, 3);
	}
}

static struct model_block *
draw_block(
    struct random *random, struct model_policy *policy, unsigned int depth)
{
	struct model_block *block = &policy->blocks[policy->block_count++];

	block->count = 1 + random_below(random, 2);
	draw_conditions(random, block);
	block->unless_count = depth > 0 && random_one_in(random, 2)
	    ? 1 + random_below(random, 2)
	    : 0;
	if (block->unless_count > 0 && random_one_in(random, 3))
		block->count = 0;
	for (unsigned int i = 0; i < block->unless_count; i++)
		block->unless[i] = draw_block(random, policy, depth - 1);
	return block;
}

static void
draw_rule(
    struct random *random, struct model_policy *policy, struct model_rule *rule)
{
	rule->when = random_one_in(random, 8)
	    ? NULL
	    : draw_block(random, policy, MODEL_DEPTH);
	rule->deny = random_one_in(random, 3);
	rule->observe = random_one_in(random, 5);
	rule->observe_is_over = random_one_in(random, 2);
	if (rule->deny || (rule->when != NULL && random_one_in(random, 6)))
		return; /* denies, or demands nothing */
	rule->require = draw_tree(random, policy, 2);
	rule->emergency = random_one_in(random, 6);
	rule->grant = random_one_in(random, 5);
	for (unsigned int i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if (random_one_in(random, 6))
			rule->outage[i] = draw_tree(random, policy, 1);
	}
}

void
model_draw_policy(struct random *random, struct model_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	policy->count = 1 + random_below(random, MODEL_RULES);
	for (unsigned int i = 0; i < policy->count; i++) {
		policy->rules[i].number = i;
		draw_rule(random, policy, &policy->rules[i]);
	}
}

/* --- policies as text ------------------------------------------------ */

struct out {
	char *text;
	size_t size;
	size_t len;
};

static void put(struct out *out, const char *format, ...) CARDEA_PRINTF(2, 3);

static void
put(struct out *out, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(
	    out->text + out->len, out->size - out->len, format, args);
	va_end(args);
	assert_true(len >= 0 && (size_t)len < out->size - out->len);
	out->len += (size_t)len;
}

static void
put_tree(struct out *out, const struct model_tree *tree)
{
	if (tree == NULL) {
		put(out, "%s", "none");
	} else if (tree->op == 0) {
		put(out, "%s", leaves[tree->leaf].text);
	} else {
		put(out, "%s", "(");
		put_tree(out, tree->left);
		put(out, "%s", tree->op == '+' ? " + " : "|");
		put_tree(out, tree->right);
		put(out, "%s", ")");
	}
}

static void
put_condition(struct out *out, const struct model_condition *condition)
{
	bool list = (condition->values & (condition->values - 1)) != 0;
	bool bare = condition->key == MODEL_ASN || condition->key == MODEL_RISK;
	bool first = true;

	put(out, "%s = ", kinds[condition->key].key);
	put(out, "%s", list ? "[ " : "");
	for (unsigned int value = 0; value < 3; value++) {
		if ((condition->values >> value & 1u) == 0)
			continue;
		put(out, "%s%s%s%s", first ? "" : ", ", bare ? "" : "\"",
		    kinds[condition->key].names[value], bare ? "" : "\"");
		first = false;
	}
	put(out, "%s; ", list ? " ]" : "");
}

static void
put_block(struct out *out, const struct model_block *block)
{
	put(out, "%s", "{ ");
	for (unsigned int i = 0; i < block->count; i++)
		put_condition(out, &block->conditions[i]);
	if (block->unless_count > 0)
		put(out, "%s",
		    block->unless_count > 1 ? "unless = ( " : "unless = ");
	for (unsigned int i = 0; i < block->unless_count; i++) {
		put(out, "%s", i > 0 ? ", " : "");
		put_block(out, block->unless[i]);
	}
	if (block->unless_count > 0)
		put(out, "%s", block->unless_count > 1 ? " ); " : "; ");
	put(out, "%s", "}");
}

static void
put_rule(struct out *out, const struct model_rule *rule, unsigned int number)
{
	static const char *const outages[CARDEA_OUTAGE_COUNT] = {
		"store-unwritable", "cluster", "revocation-stale"
	};
	char name[16];
	bool open = false;

	(void)snprintf(name, sizeof(name), "r%u", number);
	put(out, "  { name = \"%s\"; ", name);
	if (rule->when != NULL) {
		put(out, "%s", "when = ");
		put_block(out, rule->when);
		put(out, "%s", "; ");
	}
	put(out, "%s", rule->deny ? "deny = \"no\"; " : "require = \"");
	if (!rule->deny) {
		put_tree(out, rule->require);
		put(out, "%s", "\"; reason = \"test\"; ");
	}
	if (rule->observe)
		put(out, "mode = \"observe\"; observe_until = \"%s\"; ",
		    rule->observe_is_over ? "2026-11-01" : "2027-12-31");
	put(out, "%s", rule->emergency ? "emergency = true; " : "");
	put(out, "%s", rule->grant ? "grant = true; " : "");
	for (unsigned int i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if (rule->outage[i] == NULL)
			continue;
		put(out, "%s", open ? "" : "when_outage = { ");
		open = true;
		put(out, "%s = \"", outages[i]);
		put_tree(out, rule->outage[i]);
		put(out, "%s", "\"; ");
	}
	put(out, "%s", open ? "}; }" : "}");
}

void
model_write(const struct model_policy *policy, char *text, size_t size)
{
	struct out out = { .text = text, .size = size };

	put(&out, "%s", world_text);
	put(&out, "%s", "rules = (\n");
	for (unsigned int i = 0; i < policy->count; i++) {
		put(&out, "%s", i > 0 ? ",\n" : "");
		put_rule(&out, &policy->rules[i], i);
	}
	put(&out, "%s", "\n);\n");
}
