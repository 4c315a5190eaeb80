/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/store.h"

enum cardea_status
cardea_store_verb_open(struct cardea_admin *admin, struct cardea_call *call,
    bool read_only, struct cardea_diag *diag)
{
	struct cardea_store_setup setup;
	enum cardea_status status = cardea_admin_load(admin, call, diag);

	if (status != CARDEA_OK)
		return status;
	cardea_store_setup(admin->settings, CARDEA_STORE_AS_ADMIN, &setup);
	setup.config.read_only = read_only;
	setup.config.closed_too = true;
	return cardea_store_open(&setup.config, &admin->store, diag);
}

const char *
cardea_engine_text(enum cardea_engine engine)
{
	switch (engine) {
	case CARDEA_ENGINE_LMDB:
		return "lmdb";
	case CARDEA_ENGINE_ETCD:
		return "etcd";
	}
	return "?";
}

void
cardea_store_verb_log(const struct cardea_admin *admin, const char *what)
{
	const struct cardea_event event = { .event = NULL };

	cardea_admin_log(admin, &event, what);
}

/* ---- progress ---- */

void
cardea_progress_begin(
    struct cardea_progress *progress, const struct cardea_call *call)
{
	progress->shown = false;
	progress->wanted = !call->json && isatty(STDERR_FILENO) == 1;
}

void
cardea_progress_tell(const char *what, uint64_t done, void *context)
{
	struct cardea_progress *progress = context;

	if (!progress->wanted)
		return;
	fprintf(stderr, "\r\x1b[K%s: %" PRIu64, what, done);
	progress->shown = true;
}

void
cardea_progress_end(struct cardea_progress *progress)
{
	if (progress->shown)
		fputs("\r\x1b[K", stderr);
	progress->shown = false;
}
