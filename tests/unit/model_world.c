/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/model_lists.h"
#include "unit/test.h"

/* Worlds: drawn, as requests and evidence, and all that one may be. */

#define TXN "00112233445566778899aabbccddeeff"

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
