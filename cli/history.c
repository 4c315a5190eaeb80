/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/admin.h"
#include "cli/moment.h"
#include "cli/verbs.h"
#include "store/ledger_history.h"

/* `cardea history`: what signals compare a person's logins with, and how to
 * forget it. */

static const struct cardea_option history_options[] = {
	{ "erase", NULL, "forget all of it", false },
	{ "yes", NULL, "do not ask", false },
	{ NULL, NULL, NULL, false },
};

static void
put_time(struct cardea_json *json, const char *key, int64_t time_s)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(time_s, text);
	cardea_json_text(json, key, text);
}

static void
tell_networks(struct cardea_call *call, const struct cardea_history *history)
{
	struct cardea_json *json = &call->out;

	cardea_json_open_array(json, "networks");
	for (size_t i = 0; i < history->network_count; i++) {
		const struct cardea_history_network *item =
		    &history->networks[i];
		struct cardea_address address = { .kind = CARDEA_ADDRESS_IP };
		char text[CARDEA_ADDRESS_TEXT_MAX + 1];
		char last[CARDEA_MOMENT_TEXT_MAX + 1];

		memcpy(address.bytes, item->bytes, sizeof(address.bytes));
		cardea_address_format(&address, text);
		cardea_moment_format(item->last_s, last);
		cardea_call_say(call, "network  %s/%s  %u logins, last %s",
		    text, strchr(text, ':') != NULL ? "48" : "24", item->count,
		    last);
		cardea_json_open_object(json, NULL);
		cardea_json_text(json, "network", text);
		cardea_json_number(json, "logins", item->count);
		put_time(json, "first", item->first_s);
		put_time(json, "last", item->last_s);
		cardea_json_shut(json);
	}
	cardea_json_shut(json);
}

static void
tell_countries(struct cardea_call *call, const struct cardea_history *history)
{
	struct cardea_json *json = &call->out;

	cardea_json_open_array(json, "countries");
	for (size_t i = 0; i < history->country_count; i++) {
		const struct cardea_history_country *item =
		    &history->countries[i];
		char last[CARDEA_MOMENT_TEXT_MAX + 1];

		cardea_moment_format(item->last_s, last);
		cardea_call_say(call, "country  %s  %u logins, last %s",
		    item->country, item->count, last);
		cardea_json_open_object(json, NULL);
		cardea_json_text(json, "country", item->country);
		cardea_json_number(json, "logins", item->count);
		put_time(json, "first", item->first_s);
		put_time(json, "last", item->last_s);
		cardea_json_shut(json);
	}
	cardea_json_shut(json);
}

/* "Mon 09 UTC", those in which there were any */
static void
tell_hours(struct cardea_call *call, const struct cardea_history *history)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	struct cardea_json *json = &call->out;

	cardea_json_open_array(json, "hours");
	for (size_t i = 0; i < CARDEA_HISTORY_HOURS; i++) {
		char day[4] = "";

		if (history->hours[i] == 0)
			continue;
		memcpy(day, days + i / 24 * 3, 3);
		cardea_call_say(call, "hour     %s %02zu UTC  %u logins", day,
		    i % 24, (unsigned int)history->hours[i]);
		cardea_json_open_object(json, NULL);
		cardea_json_text(json, "day", day);
		cardea_json_number(json, "hour", (int64_t)(i % 24));
		cardea_json_number(json, "logins", history->hours[i]);
		cardea_json_shut(json);
	}
	cardea_json_shut(json);
}

static void
tell(struct cardea_call *call, const char *user,
    const struct cardea_history *history)
{
	struct cardea_json *json = &call->out;
	char last[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(history->last_login_s, last);
	cardea_json_text(json, "user", user);
	cardea_json_text(json, "last_login", last);
	cardea_call_say(call, "last     %s", last);
	if (history->has_position) {
		cardea_call_say(call, "place    %.4f, %.4f within %u km %s",
		    history->latitude_e4 / 10000.0,
		    history->longitude_e4 / 10000.0, history->accuracy_km,
		    history->position_country);
		cardea_json_open_object(json, "place");
		cardea_json_number(json, "latitude_e4", history->latitude_e4);
		cardea_json_number(json, "longitude_e4", history->longitude_e4);
		cardea_json_number(json, "accuracy_km", history->accuracy_km);
		cardea_json_text(json, "country", history->position_country);
		put_time(json, "time", history->position_s);
		cardea_json_shut(json);
	}
	tell_countries(call, history);
	tell_networks(call, history);
	tell_hours(call, history);
}

static enum cardea_exit
show(struct cardea_admin *admin, const char *user, struct cardea_diag *diag)
{
	struct cardea_history history = { .last_login_s = 0 };
	enum cardea_status status = cardea_ledger_history(admin->store,
	    admin->settings, user, admin->clock.time_s, &history, diag);

	if (status == CARDEA_E_MISSING)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "nothing is remembered of %s", user);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, diag);
	tell(admin->call, user, &history);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
erase(struct cardea_admin *admin, const char *user, struct cardea_diag *diag)
{
	const struct cardea_event event = { .user = user };
	enum cardea_exit code = cardea_admin_agree(
	    admin->call, "Forget where and when this user logs in?");
	enum cardea_status status;

	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_ledger_forget_history(admin->store, user, diag);
	if (status == CARDEA_E_MISSING)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "nothing is remembered of %s", user);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, diag);
	cardea_admin_log(admin, &event, "erase history");
	cardea_json_text(&admin->call->out, "user", user);
	cardea_json_bool(&admin->call->out, "erased", true);
	cardea_call_say(admin->call, "The history of %s is erased.", user);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_history(struct cardea_call *call)
{
	bool erases = cardea_call_has(call, "erase");
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	enum cardea_exit code;

	status = cardea_admin_open(&admin, call, !erases, &diag);
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	else if (erases)
		code = erase(&admin, call->operands[0], &diag);
	else
		code = show(&admin, call->operands[0], &diag);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_history = {
	"history",
	"USER",
	1,
	1,
	"what is remembered of a user's logins; forget it",
	true,
	history_options,
	run_history,
};
