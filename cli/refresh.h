/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_REFRESH_H
#define CARDEA_CLI_REFRESH_H

#include "cert/place.h"
#include "cert/state.h"
#include "cli/admin.h"
#include "refresh/lists.h"

/*
 * `cardea refresh`: what logins look up about revoked certificates, fetched
 * ahead of time.  What is in place stays there until something newer has been
 * read from its first to its last byte by somebody without rights; a login sees
 * the old or the new, never a part.
 */
struct cardea_refresh {
	struct cardea_admin admin; /* its store is open for answers alone */
	const char *folder;
	int folder_fd; /* judged, and locked against another refresh */
	char *trust;   /* PEM for https; NULL: the system's own */
	size_t trust_len;
	struct cardea_cert_state state;
	bool dry_run;
	bool shows_progress; /* stderr is a terminal */
	uint32_t timeout_s;  /* of one transfer; 0: by what it is */
	uint64_t fresh, failed;
};

/* What became of one list, or one answer. */
enum cardea_refresh_outcome {
	CARDEA_REFRESH_FAILED = 0, /* the old one stays, if there is one */
	CARDEA_REFRESH_NEW,
	CARDEA_REFRESH_SAME,
	CARDEA_REFRESH_STALE, /* as new as there is, and too old all the same */
};

struct cardea_refresh_item {
	const struct cardea_authority *authority;
	const char *source;
	size_t number;	      /* of a list */
	char certificate[65]; /* of an answer: hex of its SHA-256; "" */
	enum cardea_refresh_outcome outcome;
	struct cardea_lists_info info;
	size_t len; /* bytes of the source */
	struct cardea_diag diag;
};

/* The authority's files, read once. */
struct cardea_refresh_files {
	char *trust, *intermediates, *list_keys;
	size_t trust_len, intermediates_len, list_keys_len;
};

CARDEA_MUST_USE enum cardea_status
cardea_refresh_read_files(const struct cardea_authority *authority,
    struct cardea_refresh_files *ret_files, struct cardea_diag *diag);
void cardea_refresh_clear_files(struct cardea_refresh_files *files);

/* cardea_refresh_call: what every call of an authority has in common. */
struct cardea_lists_call
cardea_refresh_call(const struct cardea_refresh *refresh,
    const struct cardea_authority *authority,
    const struct cardea_refresh_files *files, enum cardea_lists_task task);

/* cardea_refresh_get: a source, from the network or a file of ours, as a sealed
 * file in memory that the caller closes; body is a POST's, or NULL. */
CARDEA_MUST_USE enum cardea_status
cardea_refresh_get(struct cardea_refresh *refresh, const char *source,
    size_t max, const struct cardea_cert_bytes *body, int *ret_fd,
    size_t *ret_len, struct cardea_diag *diag);

void cardea_refresh_list(struct cardea_refresh *refresh,
    const struct cardea_authority *authority,
    const struct cardea_refresh_files *files, size_t number);

/* cardea_refresh_answers: OCSP, for each certificate that we know below it. */
void cardea_refresh_answers(struct cardea_refresh *refresh,
    const struct cardea_authority *authority,
    const struct cardea_refresh_files *files);

/* cardea_refresh_tell: to the person and, if it failed, to the log. */
void cardea_refresh_tell(
    struct cardea_refresh *refresh, const struct cardea_refresh_item *item);

/* cardea_refresh_outcome_text: "new", "same", "stale", "failed" */
const char *cardea_refresh_outcome_text(enum cardea_refresh_outcome outcome);

/* cardea_refresh_log: what failed, from which source and why. */
void cardea_refresh_log(struct cardea_refresh *refresh,
    enum cardea_refresh_outcome outcome, const char *source,
    const char *reason);

/* cardea_refresh_is_wanted: is there no --only, or one of this name? */
bool cardea_refresh_is_wanted(const struct cardea_call *call, const char *name);

/* cardea_refresh_netlists: every address list that the policy names. */
void cardea_refresh_netlists(struct cardea_refresh *refresh);

/* cardea_refresh_note: for the state file; the authority's name is put in. */
void cardea_refresh_note(struct cardea_refresh *refresh,
    const struct cardea_authority *authority,
    struct cardea_cert_state_list *list);

/* cardea_refresh_is_over: beyond its end, or older than the authority has it.
 */
bool cardea_refresh_is_over(const struct cardea_authority *authority,
    const struct cardea_lists_info *info, int64_t now_s);

/* --- files of the folder: refresh_file.c --------------------------------- */

#define CARDEA_REFRESH_TEMPORARY ".new"

/* cardea_refresh_enter: the folder, made if it is not there, locked. CONFLICT
 * if another refresh is at work. */
CARDEA_MUST_USE enum cardea_status
cardea_refresh_enter(const char *folder, int *ret_fd, struct cardea_diag *diag);

/* cardea_refresh_create: an empty file; cardea_refresh_commit: durable, in the
 * place of path; cardea_refresh_abandon: as if nothing had been. */
CARDEA_MUST_USE enum cardea_status
cardea_refresh_create(int folder_fd, int *ret_fd, struct cardea_diag *diag);
CARDEA_MUST_USE enum cardea_status cardea_refresh_commit(
    int folder_fd, int fd, const char *path, struct cardea_diag *diag);
void cardea_refresh_abandon(int folder_fd, int fd);

/* cardea_refresh_copy: all of one file behind what another has. */
CARDEA_MUST_USE enum cardea_status
cardea_refresh_copy(int from, int to, size_t max, size_t *ret_len);

/* cardea_refresh_old: what is in place, -1 if nothing is that can be trusted.
 */
int cardea_refresh_old(const char *path);

#endif
