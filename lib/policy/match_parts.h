/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_MATCH_PARTS_H
#define CARDEA_POLICY_MATCH_PARTS_H

#include "policy/index.h"
#include "policy/match.h"

/* What the files that judge conditions share: the match, and Kleene's logic. */

#define CARDEA_MATCH_UNJUDGED 0xff /* in the memories of zones and hours */
#define CARDEA_MATCH_SERVICES 2	   /* names of one: its own, its class's */

struct cardea_match {
	const struct cardea_policy *policy;
	const struct cardea_request *request; /* NULL: only the service */
	bool service_known;
	uint32_t services[CARDEA_MATCH_SERVICES];
	size_t service_count;
	uint32_t user, ruser, caller, host, tty; /* texts; 0: not named */
	uint32_t country, subdivision;		 /* likewise, where known */
	uint32_t *groups;
	size_t group_count;
	const struct cardea_local_time *locals[CARDEA_TIMEZONES_MAX];
	unsigned char *zones; /* enum cardea_truth or CARDEA_MATCH_UNJUDGED */
	size_t zone_count;
	unsigned int zone_depth; /* zones that wait for one they name */
	unsigned char *hours;
	size_t hours_count;
	size_t budget; /* blocks that this rule may still visit */
	bool damaged;
	struct cardea_index_walk walk;
	bool linear;	 /* every rule has to be looked at */
	bool impersonal; /* what is filed by users and groups is left out */
	size_t next;
};

/* cardea_match_damaged: MAYBE, and the whole answer is CORRUPT */
enum cardea_truth cardea_match_damaged(struct cardea_match *match);

enum cardea_truth cardea_match_truth(bool holds);
enum cardea_truth cardea_match_negate(enum cardea_truth truth);

/* cardea_match_known: YES, NO and UNKNOWN as truths */
enum cardea_truth cardea_match_known(enum cardea_known fact);

/* cardea_match_holds: is the value, which is not 0, among the sorted ones? If a
 * damaged image has them in another order, it misses one and stays in bounds.
 */
bool cardea_match_holds(const uint32_t *values, uint32_t count, uint32_t value);

/* match.c: of one condition or block, for whoever tells why (why.h) */
enum cardea_truth cardea_match_condition(
    struct cardea_match *match, const struct cardea_image_condition *condition);
enum cardea_truth
cardea_match_block(struct cardea_match *match, uint32_t block);

/* Judged once for a request, as zones are. */
enum cardea_truth
cardea_match_hours(struct cardea_match *match, uint32_t hours);

/* match_place.c: is the address in this zone?  Judged once for a request. */
enum cardea_truth cardea_match_zone(struct cardea_match *match, uint32_t zone);

/* the values of one condition, or-ed */
enum cardea_truth cardea_match_countries(
    struct cardea_match *match, const uint32_t *values, uint32_t count);
enum cardea_truth cardea_match_asns(
    struct cardea_match *match, const uint32_t *values, uint32_t count);
/* match_signal.c */
enum cardea_truth cardea_match_signals(
    struct cardea_match *match, const uint32_t *values, uint32_t count);
enum cardea_truth cardea_match_risk(
    struct cardea_match *match, const uint32_t *values, uint32_t count);
enum cardea_truth cardea_match_grants(
    struct cardea_match *match, const uint32_t *values, uint32_t count);

#endif
