/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage.h"
#include "base/paths.h"
#include "report.h"
#include "store/hint.h"
#include "store/mirror.h"
#include "store/setup.h"

#define BRIEF_MS 300 /* for a cluster that did not answer a moment ago */

bool
cardea_storage_is_mirror(const struct cardea_attempt *attempt)
{
	return attempt->cluster_lost;
}

bool
cardea_storage_cannot_write(const struct cardea_attempt *attempt)
{
	return attempt->cluster_lost ||
	    (attempt->request.outages & CARDEA_OUTAGE_STORE_UNWRITABLE) != 0;
}

/* A store that can be read but not written is an outage with a name; one
 * that cannot even be read says nothing about locks, so it breaks. */
static void
open_own(struct cardea_attempt *attempt, struct cardea_store_setup *setup)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = cardea_store_open(&setup->config, &attempt->store, &diag);
	if (status == CARDEA_OK)
		return;
	if (status == CARDEA_E_IO || status == CARDEA_E_FULL) {
		setup->config.read_only = true;
		if (cardea_store_open(&setup->config, &attempt->store, NULL) ==
		    CARDEA_OK)
			attempt->request.outages |=
			    CARDEA_OUTAGE_STORE_UNWRITABLE;
	}
	cardea_report_trouble(attempt, cardea_report_severity(status),
	    attempt->store != NULL ? "store-unwritable" : "store", &diag);
}

/* The mirror knows who somebody is, and not what was spent elsewhere. */
static void
open_mirror(struct cardea_attempt *attempt)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	attempt->cluster_lost = true;
	attempt->request.outages |= CARDEA_OUTAGE_CLUSTER;
	status = cardea_mirror_open(
	    attempt->settings, &attempt->clock, &attempt->store, &diag);
	if (status != CARDEA_OK)
		cardea_report_trouble(attempt,
		    status == CARDEA_E_MISSING || status == CARDEA_E_RANGE
			? CARDEA_SEVERITY_ERR
			: cardea_report_severity(status),
		    "mirror", &diag);
}

/* Each node is asked once, briefly: the one to begin with may be the one that
 * is gone, while the others have long chosen a new leader. */
static enum cardea_status
look_briefly(struct cardea_attempt *attempt,
    const struct cardea_store_setup *setup, struct cardea_diag *diag)
{
	struct cardea_store_cluster cluster = setup->cluster;
	struct cardea_store_config config = setup->config;
	struct cardea_store *store = NULL;
	enum cardea_status status;

	if (!cardea_hint_read(CARDEA_PATH_RUN, attempt->clock.monotonic_ms))
		return CARDEA_OK;
	cluster.try_ms = BRIEF_MS;
	cluster.deadline_ms = BRIEF_MS * (uint32_t)cluster.endpoint_count;
	config.cluster = &cluster;
	status = cardea_store_open(&config, &store, diag);
	(void)cardea_store_close(store);
	if (status == CARDEA_OK)
		cardea_hint_drop(CARDEA_PATH_RUN);
	return status;
}

/* A hint is left by who waited the whole time, never by who looked briefly: a
 * cluster that is slow, but there, would else be lost for as long as somebody
 * logs in every few seconds.  And what is opened has the whole time for what
 * comes: a code that is spent must not be burnt for want of it. */
static void
open_cluster(struct cardea_attempt *attempt, struct cardea_store_setup *setup)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = look_briefly(attempt, setup, &diag);

	if (status == CARDEA_OK) {
		status = cardea_store_open(
		    &setup->config, &attempt->store, &diag);
		if (status == CARDEA_E_IO || status == CARDEA_E_TIMEOUT)
			cardea_hint_leave(
			    CARDEA_PATH_RUN, cardea_clock_read().monotonic_ms);
	}
	if (status == CARDEA_OK)
		return;
	if (status != CARDEA_E_IO && status != CARDEA_E_TIMEOUT) {
		/* somebody answered, and what he said is not to be believed */
		cardea_report_trouble(
		    attempt, cardea_report_severity(status), "store", &diag);
		return;
	}
	cardea_report_trouble(
	    attempt, CARDEA_SEVERITY_WARNING, "cluster", &diag);
	open_mirror(attempt);
}

void
cardea_storage_open(struct cardea_attempt *attempt)
{
	struct cardea_store_setup setup;

	cardea_store_setup(attempt->settings, CARDEA_STORE_AS_HOST, &setup);
	if (setup.config.cluster != NULL)
		open_cluster(attempt, &setup);
	else
		open_own(attempt, &setup);
}
