/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "base/file.h"
#include "base/text.h"
#include "facts/netlist_form.h"

#define DAY_S 86400

enum cardea_status
cardea_netlist_path(
    const char *folder, uint64_t id, char ret_path[CARDEA_NETLIST_PATH_MAX + 1])
{
	return cardea_text_print(ret_path, CARDEA_NETLIST_PATH_MAX + 1,
	    "%s/%016" PRIx64, folder, id);
}

/* --- its state -------------------------------------------------------------
 */

static enum cardea_status
judge(const struct cardea_netlist_header *header,
    const struct cardea_policy_list *list, int64_t now_s,
    struct cardea_diag *diag)
{
	int64_t age_s = now_s - header->prepared_s;

	if (header->id != list->id)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "is another list under this one's name");
	if (age_s < -DAY_S)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "was prepared in the future: it, or the clock, is wrong");
	if (header->expires_s != 0 && now_s >= header->expires_s)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "has expired, by the date in its source");
	if (list->max_age_s != 0 && age_s > (int64_t)list->max_age_s)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "was prepared %" PRId64
		    " hours ago, longer than lists_max_age",
		    age_s / 3600);
	return CARDEA_OK;
}

/* Opens, judges and tells; the caller closes *ret_fd, which is -1 where there
 * is no such file. */
static bool
look_at(const char *folder, const struct cardea_policy_list *list,
    int64_t now_s, struct cardea_netlist *opened, int *ret_fd,
    struct cardea_netlist_state *state)
{
	char path[CARDEA_NETLIST_PATH_MAX + 1];
	struct cardea_diag *diag = &state->diag;
	enum cardea_status status;

	/* what people know is the source; where its copy is, is our affair */
	cardea_diag_place(diag, list->path, 0, NULL);
	status = cardea_netlist_path(folder, list->id, path);
	if (status == CARDEA_OK)
		status = cardea_file_open(
		    path, CARDEA_FILE_CONFIG, ret_fd, diag);
	if (status == CARDEA_E_MISSING) {
		diag->reason[0] = '\0';
		(void)cardea_diag_set(
		    diag, status, "was never prepared: run cardea refresh");
		return false;
	}
	state->there = true;
	if (status == CARDEA_OK)
		status = cardea_netlist_open(*ret_fd, opened, diag);
	if (status == CARDEA_OK) {
		state->prepared_s = opened->header.prepared_s;
		state->expires_s = opened->header.expires_s;
		state->entries = opened->header.entries;
		status = judge(&opened->header, list, now_s, diag);
	}
	state->usable = status == CARDEA_OK;
	return state->usable;
}

void
cardea_netlist_state(const char *folder, const struct cardea_policy_list *list,
    int64_t now_s, struct cardea_netlist_state *ret_state)
{
	struct cardea_netlist_state state = { .there = false };
	struct cardea_netlist opened;
	int fd = -1;

	(void)look_at(folder, list, now_s, &opened, &fd, &state);
	if (fd >= 0)
		(void)close(fd);
	*ret_state = state;
}

/* --- looking up ------------------------------------------------------------
 */

enum cardea_known
cardea_netlist_look_up(const char *folder,
    const struct cardea_policy_list *list, const struct cardea_address *address,
    int64_t now_s, struct cardea_netlist_state *ret_state)
{
	struct cardea_netlist_state state = { .there = false };
	enum cardea_known known = CARDEA_UNKNOWN;
	struct cardea_netlist opened;
	int fd = -1;

	if (address->kind == CARDEA_ADDRESS_NONE)
		known = CARDEA_NO;
	if (address->kind == CARDEA_ADDRESS_IP &&
	    look_at(folder, list, now_s, &opened, &fd, &state) &&
	    cardea_netlist_find(&opened, address->bytes, now_s, &known) !=
		CARDEA_OK) {
		state.usable = false;
		(void)cardea_diag_set(&state.diag, CARDEA_E_CORRUPT,
		    "its prepared form is damaged: run cardea refresh");
	}
	if (fd >= 0)
		(void)close(fd);
	*ret_state = state;
	return known;
}

void
cardea_netlist_gather(const struct cardea_policy *policy,
    void (*tell)(const struct cardea_diag *diag, void *context), void *context,
    struct cardea_request *request)
{
	const char *folder = cardea_policy_settings(policy)->lists_path;
	size_t count = cardea_policy_list_count(policy);

	request->listed_count = 0;
	for (size_t i = 0; i < count && i < CARDEA_LISTS_MAX; i++) {
		struct cardea_netlist_state state = { .there = false };
		struct cardea_policy_list list;
		struct cardea_listed *listed;

		/* the rules that need it find nothing, which is unknown */
		if (cardea_policy_list(policy, i, &list) != CARDEA_OK)
			continue;
		listed = &request->listed[request->listed_count++];
		listed->list = list.id;
		listed->holds = CARDEA_UNKNOWN;
		if (request->time_known ||
		    request->login_source.kind != CARDEA_ADDRESS_IP)
			listed->holds = cardea_netlist_look_up(folder, &list,
			    &request->login_source, request->time_s, &state);
		if (state.diag.reason[0] != '\0' && tell != NULL)
			tell(&state.diag, context);
	}
}
