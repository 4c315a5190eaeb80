/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/library/servers.h"

#define ROUNDS 2

/* How many calls of this process in a row have found nobody, and when that
 * was: one login asks many times, and the module waits for all of them no
 * longer than CARDEA_REPLY_TIMEOUT_MS.  After the first each waits half as long
 * as the one before, so that all together take two tries more than one. */
static struct {
	unsigned int calls;
	int64_t last_ms;
} in_vain;

#define HALVINGS_MAX 3

/* --- open and close ------------------------------------------------------ */

static enum cardea_status
read_endpoints(const struct cardea_store_cluster *cluster,
    struct cardea_servers *servers, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	if (cluster->endpoint_count == 0 ||
	    cluster->endpoint_count > CARDEA_ENDPOINTS_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "too few or too many endpoints");
	servers->count = cluster->endpoint_count;
	for (size_t i = 0; status == CARDEA_OK && i < servers->count; i++) {
		status = cardea_endpoint_parse(
		    cluster->endpoints[i], &servers->endpoints[i]);
		if (status == CARDEA_OK)
			status = cardea_text_copy(servers->texts[i],
			    sizeof(servers->texts[i]), cluster->endpoints[i]);
		if (status != CARDEA_OK)
			(void)cardea_diag_set(diag, status,
			    "\"%s\" is no endpoint", cluster->endpoints[i]);
	}
	return status;
}

enum cardea_status
cardea_servers_open(const struct cardea_store_cluster *cluster,
    struct cardea_servers *ret_servers, struct cardea_diag *diag)
{
	struct cardea_servers servers = { .try_ms = cluster->try_ms,
		.deadline_ms = cluster->deadline_ms };
	enum cardea_status status = read_endpoints(cluster, &servers, diag);

	if (status == CARDEA_OK)
		status = cardea_rpc_open(cluster, &servers.rpc, diag);
	if (status == CARDEA_OK)
		*ret_servers = servers; /* moved */
	return status;
}

void
cardea_servers_close(struct cardea_servers *servers)
{
	cardea_rpc_close(servers->rpc);
	servers->rpc = NULL;
}

/* --- one try ------------------------------------------------------------- */

enum cardea_status
cardea_servers_try(struct cardea_servers *servers, size_t at,
    const struct cardea_ask *ask, uint32_t timeout_ms,
    struct cardea_rpc_end *ret_end, struct cardea_diag *diag)
{
	const struct cardea_rpc_call call = {
		.endpoint = &servers->endpoints[at],
		.method = ask->method,
		.request = ask->request.data,
		.request_len = ask->request.len,
		.answer_max = ask->answer_max,
		.timeout_ms = timeout_ms,
	};
	enum cardea_status status = cardea_rpc_call(
	    servers->rpc, &call, ret_end, diag);

	if (status != CARDEA_OK)
		cardea_diag_place(diag, NULL, 0, servers->texts[at]);
	return status;
}

/* --- all of them --------------------------------------------------------- */

static uint32_t
patience_ms(const struct cardea_servers *servers, int64_t now_ms)
{
	unsigned int halvings;

	/* a process that lives on is not a login that goes on */
	if (in_vain.calls > 1 &&
	    now_ms - in_vain.last_ms > CARDEA_REPLY_TIMEOUT_MS)
		in_vain.calls = 1;
	if (in_vain.calls == 0)
		return servers->deadline_ms;
	halvings = in_vain.calls - 1 < HALVINGS_MAX ? in_vain.calls - 1
						    : HALVINGS_MAX;
	return servers->try_ms >> halvings;
}

static void
remember(bool found_nobody)
{
	in_vain.calls = found_nobody ? in_vain.calls + 1 : 0;
	in_vain.last_ms = cardea_clock_read().monotonic_ms;
}

struct course {
	const struct cardea_ask *ask;
	int64_t end_ms;
	bool settled;	    /* there is nothing more to ask */
	bool unknown;	    /* a try may have been done all the same */
	size_t tries, cuts; /* cuts: ended without a word (rpc.h) */
	enum cardea_status status;
	struct cardea_diag diag; /* of status */
};

/* Which of two failures says more. */
static int
weight(enum cardea_status status)
{
	if (status == CARDEA_E_CORRUPT)
		return 4;
	if (status == CARDEA_E_UNSAFE)
		return 3;
	if (status == CARDEA_E_TIMEOUT)
		return 1;
	return status == CARDEA_E_IO ? 0 : 2;
}

static void
note(struct course *course, enum cardea_status status,
    const struct cardea_diag *diag)
{
	if (!course->settled && course->status != CARDEA_OK &&
	    weight(status) < weight(course->status))
		return;
	course->status = status;
	course->diag = *diag;
}

static bool
is_answer(enum cardea_status status)
{
	return status == CARDEA_OK || status == CARDEA_E_MISSING ||
	    status == CARDEA_E_CONFLICT;
}

static void
try_one(struct cardea_servers *servers, size_t at, uint32_t timeout_ms,
    struct course *course)
{
	const struct cardea_ask *ask = course->ask;
	struct cardea_diag diag = { .line = 0 };
	struct cardea_etcd_bytes answer;
	struct cardea_rpc_end end;
	enum cardea_status status;

	status = cardea_servers_try(servers, at, ask, timeout_ms, &end, &diag);
	if (status == CARDEA_OK) {
		answer.data = end.bytes;
		answer.len = end.len;
		status = ask->judge(ask->context, &answer, &diag);
		free(end.bytes);
		course->settled = is_answer(status);
		if (!course->settled)
			cardea_diag_place(&diag, NULL, 0, servers->texts[at]);
	} else {
		course->settled = end.final;
	}
	course->tries++;
	course->cuts += end.cut;
	if (!course->settled)
		course->unknown |= ask->writes && end.sent;
	note(course, status, &diag);
}

/* What is told where a try may have been done: that it is not known, which
 * burns what it would have spent (R11). */
static void
admit_unknown(struct course *course)
{
	struct cardea_diag last = course->diag;

	if (!course->ask->writes || !course->unknown ||
	    course->status == CARDEA_OK)
		return;
	course->diag.reason[0] = '\0';
	course->status = cardea_diag_set(&course->diag, CARDEA_E_TIMEOUT,
	    "it is not known whether it was done: %.200s",
	    last.reason[0] != '\0' ? last.reason
				   : "lost, perhaps to an earlier try");
}

/* Whose certificate is not taken hears so by an alert, which a line that is
 * ended at the same time may swallow.  Where each try at each server ends like
 * that, it is not an outage, for which a rule might have a word. */
static void
admit_strangers(const struct cardea_servers *servers, struct course *course)
{
	if (course->settled || course->cuts < course->tries ||
	    course->tries < ROUNDS * servers->count)
		return;
	course->diag.reason[0] = '\0';
	course->status = cardea_diag_set(&course->diag, CARDEA_E_UNSAFE,
	    "each server ends the connection at once: it may not take our "
	    "certificate");
}

enum cardea_status
cardea_servers_ask(struct cardea_servers *servers, const struct cardea_ask *ask,
    struct cardea_diag *diag)
{
	struct course course = { .ask = ask };
	size_t at = servers->first;
	int64_t now_ms = cardea_clock_read().monotonic_ms, left_ms;

	course.end_ms = now_ms + patience_ms(servers, now_ms);
	for (size_t i = 0; i < ROUNDS * servers->count; i++) {
		left_ms = course.end_ms - cardea_clock_read().monotonic_ms;
		if (left_ms <= 0)
			break;
		at = (servers->first + i) % servers->count;
		try_one(servers, at,
		    left_ms < servers->try_ms ? (uint32_t)left_ms
					      : servers->try_ms,
		    &course);
		if (course.settled)
			break;
	}
	/* the next call begins with who answered, or with somebody else */
	servers->first = course.settled ? at
					: (servers->first + 1) % servers->count;
	admit_strangers(servers, &course);
	remember(!course.settled &&
	    (course.status == CARDEA_E_IO ||
		course.status == CARDEA_E_TIMEOUT));
	admit_unknown(&course);
	if (course.status != CARDEA_OK && diag != NULL &&
	    diag->reason[0] == '\0')
		*diag = course.diag;
	return course.status;
}
