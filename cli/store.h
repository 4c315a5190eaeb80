/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_STORE_H
#define CARDEA_CLI_STORE_H

#include "cli/admin.h"
#include "store/setup.h"

/*
 * `cardea store`: those who look after a store, where the other verbs use it.
 * They open one that was moved away, or is being filled, as well.
 */
extern const struct cardea_command cardea_verb_store_init;
extern const struct cardea_command cardea_verb_store_status;
extern const struct cardea_command cardea_verb_store_verify;
extern const struct cardea_command cardea_verb_store_export;
extern const struct cardea_command cardea_verb_store_import;
extern const struct cardea_command cardea_verb_store_migrate;
extern const struct cardea_command cardea_verb_store_rotate_key;
extern const struct cardea_command cardea_verb_store_mirror;

/* cardea_store_verb_open: fills a zeroed admin; close it in any case. */
CARDEA_MUST_USE enum cardea_status
cardea_store_verb_open(struct cardea_admin *admin, struct cardea_call *call,
    bool read_only, struct cardea_diag *diag);

const char *cardea_engine_text(enum cardea_engine engine);

/* cardea_store_keep_mirror: refreshes the mirror when it is time; no-op for a
 * store of this host alone. */
CARDEA_MUST_USE enum cardea_status
cardea_store_keep_mirror(struct cardea_admin *admin, struct cardea_diag *diag);

/* cardea_store_mirror_interval_s: how often it is time; 0 for such a store. */
uint32_t cardea_store_mirror_interval_s(const struct cardea_settings *settings);

/* cardea_store_verb_log: event=admin about the store as a whole. */
void cardea_store_verb_log(const struct cardea_admin *admin, const char *what);

/* Progress: one line of a terminal that is written over; nothing elsewhere. The
 * zero value is none. */
struct cardea_progress {
	bool shown; /* a line stands there */
	bool wanted;
};

void cardea_progress_begin(
    struct cardea_progress *progress, const struct cardea_call *call);
/* cardea_progress_tell: context is the progress: for transfers and walks. */
void cardea_progress_tell(const char *what, uint64_t done, void *context);
void cardea_progress_end(struct cardea_progress *progress);

#endif
