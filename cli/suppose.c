/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/around.h"

/* What people say is so: options of `cardea explain`. */

#define DEGREES_E4 10000

static enum cardea_status
fail(struct cardea_diag *diag, const char *reason)
{
	return cardea_diag_set(diag, CARDEA_E_SYNTAX, "%s", reason);
}

static bool
is_upper(const char *text, size_t count)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return len >= count;
}

static enum cardea_status
suppose_country(const struct cardea_call *call, struct cardea_place *place,
    struct cardea_diag *diag)
{
	const char *country = cardea_call_text(call, "country");
	const char *part = cardea_call_text(call, "subdivision");

	if (country != NULL) {
		if (strlen(country) != 2 || !is_upper(country, 2))
			return fail(diag, "--country: wants a code like DE");
		place->country_known = CARDEA_YES;
		memcpy(place->country, country, 3);
		/* what was looked up is a part of another country */
		if (memcmp(place->subdivision, country, 2) != 0)
			place->subdivision_known = CARDEA_UNKNOWN;
	}
	if (part == NULL)
		return CARDEA_OK;
	if (!is_upper(part, 2) || part[2] != '-' || part[3] == '\0' ||
	    cardea_text_copy(place->subdivision, sizeof(place->subdivision),
		part) != CARDEA_OK)
		return fail(diag, "--subdivision: wants a code like DE-BE");
	if (country != NULL && memcmp(country, part, 2) != 0)
		return fail(diag, "--subdivision: is of another country");
	place->subdivision_known = place->country_known = CARDEA_YES;
	memcpy(place->country, part, 2);
	place->country[2] = '\0';
	return CARDEA_OK;
}

/* "52.52": degrees with at most four digits behind the point */
static bool
parse_degrees(
    const char *text, size_t len, int32_t max_degrees, int32_t *ret_e4)
{
	bool negative = len > 0 && text[0] == '-';
	int64_t value = 0, scale = 0;

	for (size_t i = negative ? 1 : 0; i < len; i++) {
		if (text[i] == '.' && scale == 0 && i + 1 < len) {
			scale = DEGREES_E4;
			continue;
		}
		if (text[i] < '0' || text[i] > '9' || scale == 1 ||
		    value > 180 * DEGREES_E4)
			return false;
		value = value * 10 + (text[i] - '0');
		scale /= scale == 0 ? 1 : 10;
	}
	if (len == (negative ? 1u : 0u))
		return false;
	value *= scale == 0 ? DEGREES_E4 : scale;
	if (value > (int64_t)max_degrees * DEGREES_E4)
		return false;
	*ret_e4 = (int32_t)(negative ? -value : value);
	return true;
}

static enum cardea_status
suppose_position(const struct cardea_call *call, struct cardea_place *place,
    struct cardea_diag *diag)
{
	const char *text = cardea_call_text(call, "position");
	const char *comma = text == NULL ? NULL : strchr(text, ',');

	if (text == NULL)
		return CARDEA_OK;
	if (comma == NULL ||
	    !parse_degrees(
		text, (size_t)(comma - text), 90, &place->latitude_e4) ||
	    !parse_degrees(
		comma + 1, strlen(comma + 1), 180, &place->longitude_e4))
		return fail(
		    diag, "--position: wants degrees like 52.52,13.405");
	place->position_known = CARDEA_YES;
	place->accuracy_km = 0;
	return CARDEA_OK;
}

static enum cardea_status
suppose_traits(const struct cardea_call *call, struct cardea_place *place,
    struct cardea_diag *diag)
{
	const char *word;
	size_t at = 0;

	if (!cardea_call_has(call, "trait"))
		return CARDEA_OK;
	place->traits_known = CARDEA_YES;
	place->traits = 0;
	while ((word = cardea_call_next(call, "trait", &at)) != NULL) {
		unsigned int bit = cardea_trait_parse(word);

		if (bit == 0 && strcmp(word, "none") != 0)
			return fail(diag,
			    "--trait: wants anonymous, vpn, hosting, "
			    "public-proxy, residential-proxy, tor-exit or "
			    "none");
		place->traits |= bit;
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_around_suppose_place(const struct cardea_around *around,
    struct cardea_request *request, struct cardea_diag *diag)
{
	static const uint64_t bounds[2] = { 1, UINT32_MAX };
	const struct cardea_call *call = around->call;
	struct cardea_place *place = &request->place;
	uint64_t asn = 0;
	enum cardea_status status;

	status = suppose_country(call, place, diag);
	if (status == CARDEA_OK)
		status = cardea_call_number(call, "asn", bounds, &asn, diag);
	if (status == CARDEA_OK && asn != 0) {
		place->asn_known = CARDEA_YES;
		place->asn = (uint32_t)asn;
	}
	if (status == CARDEA_OK)
		status = suppose_position(call, place, diag);
	if (status == CARDEA_OK)
		status = suppose_traits(call, place, diag);
	return status;
}

/* --- lists, signals, grants ---------------------------------------------- */

static void
set_listed(
    struct cardea_request *request, uint64_t list, enum cardea_known holds)
{
	size_t i = 0;

	while (i < request->listed_count && request->listed[i].list != list)
		i++;
	if (i == CARDEA_LISTS_MAX)
		return;
	request->listed[i].list = list;
	request->listed[i].holds = holds;
	if (i == request->listed_count)
		request->listed_count++;
}

static enum cardea_status
suppose_lists(const struct cardea_around *around, const char *option,
    enum cardea_known holds, struct cardea_request *request,
    struct cardea_diag *diag)
{
	size_t count = cardea_policy_list_count(around->policy), at = 0;
	const char *path;

	while ((path = cardea_call_next(around->call, option, &at)) != NULL) {
		struct cardea_policy_list list;
		bool found = false;

		for (size_t i = 0; i < count && !found; i++) {
			found = cardea_policy_list(around->policy, i, &list) ==
				CARDEA_OK &&
			    strcmp(list.path, path) == 0;
			if (found)
				set_listed(request, list.id, holds);
		}
		if (!found)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "--%s: no zone names this list", option);
	}
	return CARDEA_OK;
}

static enum cardea_status
suppose_signals(const struct cardea_call *call, const char *option,
    enum cardea_known holds, struct cardea_request *request,
    struct cardea_diag *diag)
{
	const char *word;
	size_t at = 0;

	while ((word = cardea_call_next(call, option, &at)) != NULL) {
		enum cardea_signal signal = cardea_signal_parse(word);

		if (signal == CARDEA_SIGNAL_COUNT)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "--%s: no such signal", option);
		request->signals[signal] = (struct cardea_signal_fact){
			.holds = holds, .compared = "supposed"
		};
	}
	return CARDEA_OK;
}

static enum cardea_status
suppose_grants(const struct cardea_call *call, struct cardea_request *request,
    struct cardea_diag *diag)
{
	struct cardea_grants *grants = &request->grants;
	const char *rule;
	size_t at = 0;

	while ((rule = cardea_call_next(call, "grant", &at)) != NULL) {
		struct cardea_granted granted = { .id = "supposed",
			.ends_s = INT64_MAX };

		if (grants->count == CARDEA_GRANTS_MAX ||
		    cardea_text_copy(
			granted.rule, sizeof(granted.rule), rule) != CARDEA_OK)
			return cardea_diag_set(diag, CARDEA_E_RANGE,
			    "--grant: too many, or too long");
		grants->known = true;
		grants->items[grants->count++] = granted;
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_around_suppose_rest(const struct cardea_around *around,
    struct cardea_request *request, struct cardea_diag *diag)
{
	const struct cardea_call *call = around->call;
	enum cardea_status status;

	status = suppose_lists(around, "listed", CARDEA_YES, request, diag);
	if (status == CARDEA_OK)
		status = suppose_lists(
		    around, "not-listed", CARDEA_NO, request, diag);
	if (status == CARDEA_OK)
		status = suppose_signals(
		    call, "signal", CARDEA_YES, request, diag);
	if (status == CARDEA_OK)
		status = suppose_signals(
		    call, "not-signal", CARDEA_NO, request, diag);
	if (status == CARDEA_OK)
		status = suppose_grants(call, request, diag);
	return status;
}
