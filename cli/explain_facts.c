/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/explain.h"
#include "cli/facts.h"
#include "cli/moment.h"
#include "facts/zonetime.h"

/*
 * The facts of a request.  What is unknown is the text "unknown", what there is
 * none of for certain is "none", so that neither can be taken for the other.
 */

static const char days[7][4] = { "mon", "tue", "wed", "thu", "fri", "sat",
	"sun" };

static void
put_known(struct cardea_json *json, const char *key, enum cardea_known fact)
{
	if (fact == CARDEA_UNKNOWN)
		cardea_json_text(json, key, "unknown");
	else
		cardea_json_bool(json, key, fact == CARDEA_YES);
}

static void
put_truth(const char *name, enum cardea_truth truth, void *context)
{
	put_known(context, name,
	    truth == CARDEA_MAYBE      ? CARDEA_UNKNOWN
		: truth == CARDEA_TRUE ? CARDEA_YES
				       : CARDEA_NO);
}

static const char *
code_text(enum cardea_known known, const char *code)
{
	if (known == CARDEA_YES)
		return code;
	return known == CARDEA_NO ? "none" : "unknown";
}

/* "52.5200" */
static void
put_degrees(struct cardea_json *json, const char *key, int32_t degrees_e4)
{
	char text[24];
	int32_t size = degrees_e4 < 0 ? -degrees_e4 : degrees_e4;

	if (cardea_text_print(text, sizeof(text), "%s%" PRId32 ".%04" PRId32,
		degrees_e4 < 0 ? "-" : "", size / 10000,
		size % 10000) == CARDEA_OK)
		cardea_json_text(json, key, text);
}

static void
put_position(struct cardea_json *json, const struct cardea_place *place)
{
	if (place->position_known != CARDEA_YES) {
		cardea_json_text(
		    json, "position", code_text(place->position_known, ""));
		return;
	}
	cardea_json_open_object(json, "position");
	put_degrees(json, "latitude", place->latitude_e4);
	put_degrees(json, "longitude", place->longitude_e4);
	cardea_json_number(json, "accuracy_km", place->accuracy_km);
	cardea_json_shut(json);
}

static void
put_traits(struct cardea_json *json, const struct cardea_place *place)
{
	if (place->traits_known != CARDEA_YES) {
		cardea_json_text(
		    json, "traits", code_text(place->traits_known, ""));
		return;
	}
	cardea_json_open_array(json, "traits");
	for (size_t i = 0; i < CARDEA_TRAIT_COUNT; i++) {
		if ((place->traits & 1u << i) != 0)
			cardea_json_text(json, NULL, cardea_trait_text(i));
	}
	cardea_json_shut(json);
}

static void
put_place(struct cardea_json *json, const struct cardea_place *place)
{
	cardea_json_text(
	    json, "country", code_text(place->country_known, place->country));
	cardea_json_text(json, "subdivision",
	    code_text(place->subdivision_known, place->subdivision));
	if (place->asn_known == CARDEA_YES)
		cardea_json_number(json, "asn", place->asn);
	else
		cardea_json_text(json, "asn", code_text(place->asn_known, ""));
	put_position(json, place);
	put_traits(json, place);
}

/* The wall clock; its distance from UTC follows from the instant. */
static void
put_local(struct cardea_json *json, const struct cardea_local_time *local,
    int64_t time_s)
{
	char text[48];

	if (!local->known) {
		cardea_json_text(json, local->zone, "unknown");
		return;
	}
	cardea_json_open_object(json, local->zone);
	if (cardea_text_print(text, sizeof(text), "%04d-%02d-%02d", local->year,
		local->month, local->day) == CARDEA_OK)
		cardea_json_text(json, "date", text);
	if (cardea_text_print(text, sizeof(text), "%02d:%02d:%02d",
		local->second / 3600, local->second / 60 % 60,
		local->second % 60) == CARDEA_OK)
		cardea_json_text(json, "time", text);
	cardea_json_text(json, "weekday", days[(unsigned)local->weekday % 7]);
	cardea_json_number(json, "utc_offset_s",
	    cardea_text_days(local->year, local->month, local->day) * 86400 +
		local->second - time_s);
	cardea_json_shut(json);
}

static void
put_names(struct cardea_json *json, const struct cardea_request *request)
{
	char text[CARDEA_ADDRESS_TEXT_MAX + 1];
	char time[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_json_text(json, "user", request->user);
	cardea_json_bool(json, "user_exists", request->user_exists);
	cardea_json_text(json, "service", request->service);
	cardea_address_format(&request->source, text);
	cardea_json_text(json, "source", text);
	cardea_address_format(&request->login_source, text);
	cardea_json_text(json, "login_source", text);
	cardea_json_text(json, "origin", cardea_origin_text(request->origin));
	if (request->tty[0] != '\0')
		cardea_json_text(json, "tty", request->tty);
	if (request->caller_known)
		cardea_json_text(json, "caller", request->caller);
	cardea_json_text(json, "host", request->host);
	cardea_moment_format(request->time_s, time);
	cardea_json_text(json, "time", request->time_known ? time : "unknown");
	if (!request->groups_known) {
		cardea_json_text(json, "groups", "unknown");
		return;
	}
	cardea_json_open_array(json, "groups");
	for (size_t at = 0; at < request->group_text_len;
	     at += strlen(request->group_text + at) + 1)
		cardea_json_text(json, NULL, request->group_text + at);
	cardea_json_shut(json);
}

static void
put_signals(struct cardea_json *json, const struct cardea_policy *policy,
    const struct cardea_request *request)
{
	uint32_t least, most;

	cardea_json_open_object(json, "signals");
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		const struct cardea_signal_fact *fact = &request->signals[i];

		if (fact->holds == CARDEA_UNKNOWN && fact->compared[0] == '\0')
			continue;
		cardea_json_open_object(
		    json, cardea_signal_text((enum cardea_signal)i));
		put_known(json, "holds", fact->holds);
		cardea_json_text(json, "compared", fact->compared);
		cardea_json_shut(json);
	}
	cardea_json_shut(json);
	cardea_policy_risk(policy, request, &least, &most);
	cardea_json_open_object(json, "risk");
	cardea_json_number(json, "least", least);
	cardea_json_number(json, "most", most);
	cardea_json_shut(json);
}

static enum cardea_known
listed(const struct cardea_request *request, uint64_t list)
{
	for (size_t i = 0; i < request->listed_count; i++) {
		if (request->listed[i].list == list)
			return request->listed[i].holds;
	}
	return CARDEA_UNKNOWN;
}

static void
put_lists(struct cardea_json *json, const struct cardea_policy *policy,
    const struct cardea_request *request)
{
	cardea_json_open_object(json, "lists");
	for (size_t i = 0; i < cardea_policy_list_count(policy); i++) {
		struct cardea_policy_list list;

		if (cardea_policy_list(policy, i, &list) == CARDEA_OK)
			put_known(json, list.path, listed(request, list.id));
	}
	cardea_json_shut(json);
}

static void
put_grants(struct cardea_json *json, const struct cardea_grants *grants)
{
	if (!grants->known) {
		cardea_json_text(json, "grants", "unknown");
		return;
	}
	cardea_json_open_object(json, "grants");
	for (size_t i = 0; i < grants->count; i++)
		cardea_json_text(
		    json, grants->items[i].rule, grants->items[i].id);
	cardea_json_shut(json);
}

enum cardea_status
cardea_explain_put_facts(struct cardea_json *json,
    const struct cardea_policy *policy, const struct cardea_request *request)
{
	struct cardea_whys *whys = NULL;
	enum cardea_status status = cardea_whys_begin(policy, request, &whys);

	if (status != CARDEA_OK)
		return status;
	put_names(json, request);
	put_place(json, &request->place);
	cardea_json_open_object(json, "zones");
	status = cardea_whys_zones(whys, put_truth, json);
	cardea_json_shut(json);
	cardea_json_open_object(json, "hours");
	if (status == CARDEA_OK)
		status = cardea_whys_hours(whys, put_truth, json);
	cardea_json_shut(json);
	cardea_json_open_object(json, "local");
	for (size_t i = 0; i < request->local_count; i++)
		put_local(json, &request->local[i], request->time_s);
	cardea_json_shut(json);
	put_lists(json, policy, request);
	put_signals(json, policy, request);
	put_grants(json, &request->grants);
	cardea_whys_free(whys);
	return status;
}

/* --- lines of JSON -------------------------------------------------------- */

#define BATCH_ZONES_MAX 64

struct batch {
	struct cardea_explanation *explanation;
	struct cardea_json_object line;
	struct cardea_said said;
	size_t zone_count;
	const char *zones[BATCH_ZONES_MAX];
	char at[24];
	bool failed; /* some line was */
};

static bool
is_member(const char *key, void *context)
{
	static const char *const members[] = { "user", "service", "from", "tty",
		"ruser", "caller", "host", "at", "groups", "login_from",
		"zone_time" };
	struct cardea_diag *diag = context;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (strcmp(key, members[i]) == 0)
			return true;
	}
	(void)cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "%.60s: no such member", key);
	return false;
}

static enum cardea_status
take_texts(struct batch *batch, struct cardea_diag *diag)
{
	struct cardea_said *said = &batch->said;
	const struct {
		const char *key;
		const char **target;
	} texts[] = {
		{ "user", &said->user },
		{ "service", &said->service },
		{ "from", &said->from },
		{ "tty", &said->tty },
		{ "ruser", &said->ruser },
		{ "caller", &said->caller },
		{ "host", &said->host },
		{ "login_from", &said->login_from },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i].target = cardea_json_find_text(
		    &batch->line, texts[i].key, NULL);
		if (*texts[i].target == NULL &&
		    cardea_json_has(&batch->line, texts[i].key))
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "%s: wants a text", texts[i].key);
	}
	said->at = cardea_json_find_text(&batch->line, "at", batch->at);
	if (said->at == NULL && cardea_json_has(&batch->line, "at"))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "at: wants a text or a number");
	return CARDEA_OK;
}

static enum cardea_status
take_array(struct batch *batch, const char *key, const char **items, size_t max,
    size_t *ret_count, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	const char *text;
	size_t at = 0, count = 0;

	while ((text = cardea_json_next_text(
		    &batch->line, key, &at, &status, diag)) != NULL) {
		if (count == max)
			return cardea_diag_set(
			    diag, CARDEA_E_RANGE, "%s: too many", key);
		items[count++] = text;
	}
	if (status == CARDEA_OK)
		*ret_count = count;
	return status;
}

static enum cardea_status
take_line(
    struct batch *batch, const char *text, size_t len, struct cardea_diag *diag)
{
	struct cardea_said *said = &batch->said;
	enum cardea_status status;

	*said = (struct cardea_said){ 0 };
	batch->zone_count = 0;
	status = cardea_json_parse_any(text, len, &batch->line, diag);
	if (status != CARDEA_OK)
		return status;
	if (!cardea_json_keys(&batch->line, is_member, diag))
		return CARDEA_E_SYNTAX;
	status = take_texts(batch, diag);
	if (status == CARDEA_OK)
		status = take_array(batch, "groups", said->groups,
		    CARDEA_CALL_OPTIONS_MAX, &said->group_count, diag);
	if (status == CARDEA_OK)
		status = take_array(batch, "zone_time", batch->zones,
		    BATCH_ZONES_MAX, &batch->zone_count, diag);
	said->groups_said = cardea_json_has(&batch->line, "groups");
	return status;
}

static void
put_zones(struct cardea_json *json, const struct batch *batch, int64_t time_s)
{
	if (batch->zone_count == 0)
		return;
	cardea_json_open_object(json, "zone_time");
	for (size_t i = 0; i < batch->zone_count; i++) {
		struct cardea_local_time local = { .known = false };

		if (strlen(batch->zones[i]) > CARDEA_TIMEZONE_MAX) {
			cardea_json_text(json, batch->zones[i], "unknown");
			continue;
		}
		cardea_zonetime(batch->zones[i], time_s, &local);
		memcpy(
		    local.zone, batch->zones[i], strlen(batch->zones[i]) + 1);
		put_local(json, &local, time_s);
	}
	cardea_json_shut(json);
}

static enum cardea_status
answer(struct batch *batch, const char *text, size_t len,
    struct cardea_json *json, struct cardea_diag *diag)
{
	struct cardea_explanation *explanation = batch->explanation;
	struct cardea_request *request = &explanation->request;
	enum cardea_status status = take_line(batch, text, len, diag);

	if (status == CARDEA_OK)
		status = cardea_facts_read(
		    &batch->said, explanation->policy, request, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_around_place(&explanation->around, request);
	cardea_around_lists(&explanation->around, request);
	cardea_around_remembered(&explanation->around, request);
	status = cardea_explain_put_facts(json, explanation->policy, request);
	if (status == CARDEA_OK)
		put_zones(json, batch, request->time_s);
	return status;
}

static enum cardea_status
take(struct batch *batch, const char *text, size_t len)
{
	struct cardea_diag diag = { 0 };
	struct cardea_json json;
	enum cardea_status status;

	cardea_json_begin(&json);
	if (answer(batch, text, len, &json, &diag) != CARDEA_OK) {
		cardea_json_clear(&json);
		cardea_json_begin(&json);
		cardea_json_text(&json, "error",
		    diag.reason[0] == '\0' ? "cannot be answered"
					   : diag.reason);
		batch->failed = true;
	}
	status = cardea_json_print(&json, stdout);
	cardea_json_clear(&json);
	cardea_json_object_clear(&batch->line);
	return status;
}

enum cardea_exit
cardea_explain_batch(struct cardea_explanation *explanation)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	enum cardea_status status = CARDEA_OK;
	bool failed = false;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (batch == NULL)
		return cardea_call_refuse(
		    explanation->call, CARDEA_EXIT_TROUBLE, "out of memory");
	batch->explanation = explanation;
	while (
	    status == CARDEA_OK && (len = getline(&line, &room, stdin)) >= 0) {
		if (len > 0 && line[len - 1] == '\n')
			line[--len] = '\0';
		status = take(batch, line, (size_t)len);
	}
	failed = batch->failed;
	free(line);
	free(batch);
	explanation->call->json = false; /* all is printed */
	if (status != CARDEA_OK || ferror(stdin))
		return cardea_call_refuse(explanation->call,
		    CARDEA_EXIT_TROUBLE, "lines cannot be read or written");
	return failed ? CARDEA_EXIT_NO : CARDEA_EXIT_OK;
}
