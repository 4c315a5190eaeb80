/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "cli/store.h"
#include "store/mirror.h"

#define OFTEN_S 15
#define SELDOM_S 60

static const struct cardea_option mirror_options[] = {
	{ NULL, NULL, NULL, false },
};

/* Several times before it would be too old, so that one that fails costs
 * nothing. */
uint32_t
cardea_store_mirror_interval_s(const struct cardea_settings *settings)
{
	uint32_t part_s = settings->cluster.mirror_max_age_s / 6;

	if (settings->engine != CARDEA_ENGINE_ETCD)
		return 0;
	if (part_s < OFTEN_S)
		return OFTEN_S;
	return part_s > SELDOM_S ? SELDOM_S : part_s;
}

enum cardea_status
cardea_store_keep_mirror(struct cardea_admin *admin, struct cardea_diag *diag)
{
	struct cardea_mirror_stamp stamp;
	int64_t age_s = -1;

	if (admin->settings->engine != CARDEA_ENGINE_ETCD)
		return CARDEA_OK;
	if (cardea_mirror_read(admin->settings, &stamp, NULL) == CARDEA_OK)
		age_s = cardea_mirror_age_s(
		    admin->settings, &stamp, &admin->clock);
	if (age_s >= 0 &&
	    age_s < cardea_store_mirror_interval_s(admin->settings))
		return CARDEA_OK;
	return cardea_mirror_refresh(
	    admin->settings, admin->store, &stamp, diag);
}

static enum cardea_status
make_mirror(struct cardea_admin *admin, struct cardea_mirror_stamp *ret_stamp,
    struct cardea_diag *diag)
{
	if (admin->settings->engine != CARDEA_ENGINE_ETCD)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "a store of this host alone needs no mirror");
	return cardea_mirror_refresh(
	    admin->settings, admin->store, ret_stamp, diag);
}

static enum cardea_exit
run_mirror(struct cardea_call *call)
{
	struct cardea_mirror_stamp stamp = { .records = 0 };
	enum cardea_exit code = CARDEA_EXIT_OK;
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_store_verb_open(&admin, call, true, &diag);
	if (status == CARDEA_OK)
		status = make_mirror(&admin, &stamp, &diag);
	if (status == CARDEA_E_RANGE)
		code = cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	else if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	else
		cardea_call_say(call, "%" PRIu64 " records", stamp.records);
	cardea_json_number(&call->out, "records", (int64_t)stamp.records);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_store_mirror = {
	"store mirror",
	"",
	0,
	0,
	"copy from the cluster what stands in for it in an outage",
	true,
	mirror_options,
	run_mirror,
};
