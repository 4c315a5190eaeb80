/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "store/driver.h"
#include "store/relay.h"
#include "store/seal.h"
#include "store/tries.h"

#define FOLDER "relay"
#define MINUTE_MS (CARDEA_RESUME_S * 1000)
#define MINUTE_NAME 24 /* an int64_t in decimal */
#define LOOK_MAX 32    /* minutes looked at in one sweep */

/* ---- directories ---- */

static enum cardea_status
fail(struct cardea_diag *diag, int error, const char *what)
{
	enum cardea_status status = CARDEA_E_IO;

	if (error == ENOENT)
		status = CARDEA_E_MISSING;
	else if (error == EEXIST)
		status = CARDEA_E_CONFLICT;
	else if (error == ENOSPC || error == EDQUOT)
		status = CARDEA_E_FULL;
	else if (error == ELOOP || error == ENOTDIR)
		status = CARDEA_E_UNSAFE;
	return cardea_diag_set(
	    diag, status, "%s: %s", what, strerrordesc_np(error));
}

/* Opens a directory, judged by descriptor, and makes it first unless mode is
 * 0.  The umask takes no part in it. */
static enum cardea_status
enter(int parent, const char *name, mode_t mode, int *ret_fd,
    struct cardea_diag *diag)
{
	bool made = mode != 0 && mkdirat(parent, name, mode) == 0;
	int fd;

	if (mode != 0 && !made && errno != EEXIST)
		return fail(diag, errno, name);
	fd = openat(
	    parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(diag, errno, name);
	if (!cardea_file_is_safe_directory(fd)) {
		close(fd);
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "%s: not root's own, or others may write to it", name);
	}
	if (made && fchmod(fd, mode) != 0) {
		close(fd);
		return fail(diag, errno, name);
	}
	*ret_fd = fd; /* moved */
	return CARDEA_OK;
}

static enum cardea_status
enter_relay(const struct cardea_relay *relay, bool make, int *ret_fd,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	int fd = -1;

	status = enter(AT_FDCWD, relay->directory, make ? 0755 : 0, &fd, diag);
	if (status != CARDEA_OK)
		return status;
	status = enter(fd, FOLDER, make ? 0700 : 0, ret_fd, diag);
	close(fd);
	return status;
}

static enum cardea_status
enter_minute(int relay_fd, int64_t minute, mode_t mode, int *ret_fd,
    struct cardea_diag *diag)
{
	char name[MINUTE_NAME];

	if (cardea_text_print(name, sizeof(name), "%lld", (long long)minute) !=
	    CARDEA_OK)
		return CARDEA_E_INTERNAL;
	return enter(relay_fd, name, mode, ret_fd, diag);
}

/* ---- sweeping ---- */

/* A minute whose records may still be resumed, or be written just now by a
 * process that read the clock a moment after us. */
static bool
is_alive(const char *name, int64_t now)
{
	char alive[MINUTE_NAME];

	for (int64_t minute = now - 1; minute <= now + 1; minute++) {
		if (cardea_text_print(alive, sizeof(alive), "%lld",
			(long long)minute) == CARDEA_OK &&
		    strcmp(name, alive) == 0)
			return true;
	}
	return false;
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A directory to read: the descriptor given stays open and where it was. */
static DIR *
list(int parent, const char *name)
{
	int fd = openat(
	    parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (directory == NULL && fd >= 0)
		close(fd);
	return directory;
}

/* Removes up to `budget` files of a minute that is over, then itself; what is
 * left of the budget. */
static unsigned int
drain(int relay_fd, const char *name, unsigned int budget)
{
	DIR *directory = list(relay_fd, name);
	struct dirent *entry;

	if (directory == NULL) {
		(void)unlinkat(relay_fd, name, 0);
		return budget - 1;
	}
	while (budget > 0 && (entry = readdir(directory)) != NULL) {
		if (is_dots(entry->d_name))
			continue;
		(void)unlinkat(dirfd(directory), entry->d_name, 0);
		budget--;
	}
	closedir(directory);
	if (budget == 0)
		return 0;
	(void)unlinkat(relay_fd, name, AT_REMOVEDIR);
	return budget - 1;
}

/* Bounded work, for the traffic of others is nobody's to pay.  A leave makes
 * one file and at most one directory, and removes more than that. */
static void
sweep(int relay_fd, int64_t now)
{
	DIR *directory = list(relay_fd, ".");
	unsigned int budget = CARDEA_SWEEP_MAX, looked = 0;
	struct dirent *entry;

	if (directory == NULL)
		return;
	while (budget > 0 && looked++ < LOOK_MAX &&
	    (entry = readdir(directory)) != NULL) {
		if (!is_dots(entry->d_name) && !is_alive(entry->d_name, now))
			budget = drain(relay_fd, entry->d_name, budget);
	}
	closedir(directory);
}

/* ---- leaving ---- */

/* An id names a file, so it is nothing but an id (I02). */
static bool
is_id(const char *id)
{
	return strspn(id, "0123456789abcdef") == CARDEA_TXN_MAX &&
	    id[CARDEA_TXN_MAX] == '\0';
}

static enum cardea_status
seal(const struct cardea_relay *relay, const struct cardea_txn *txn,
    struct cardea_value *ret_sealed)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_TXN, txn->id, "", &key);
	if (status == CARDEA_OK)
		status = cardea_record_encode_txn(txn, &value);
	if (status == CARDEA_OK)
		status = cardea_seal_value(cardea_store_seal(relay->store),
		    &key, value.data, value.len, ret_sealed);
	cardea_value_clear(&value);
	return status;
}

/* Not synced: it need not outlive the machine.  Nobody knows the id before
 * the file is whole. */
static enum cardea_status
write_record(int directory, const char *id, const struct cardea_value *sealed,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	int fd;

	fd = openat(directory, id,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(diag, errno, "the record of this phase");
	status = cardea_file_write_open(fd, sealed->data, sealed->len);
	close(fd);
	if (status == CARDEA_OK)
		return CARDEA_OK;
	(void)unlinkat(directory, id, 0);
	return cardea_diag_set(diag, status, "the record of this phase: %s",
	    cardea_status_text(status));
}

enum cardea_status
cardea_relay_leave(const struct cardea_relay *relay,
    const struct cardea_txn *txn, struct cardea_diag *diag)
{
	int64_t minute = txn->created_monotonic_ms / MINUTE_MS;
	struct cardea_value sealed = { 0 };
	int relay_fd = -1, minute_fd = -1;
	enum cardea_status status;

	if (!is_id(txn->id))
		return cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "a phase without an id");
	status = seal(relay, txn, &sealed);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the record of this phase cannot be sealed");
	status = enter_relay(relay, true, &relay_fd, diag);
	if (status != CARDEA_OK)
		goto out;
	sweep(relay_fd, minute); /* first, for the room it makes */
	status = enter_minute(relay_fd, minute, 0700, &minute_fd, diag);
	if (status == CARDEA_OK)
		status = write_record(minute_fd, txn->id, &sealed, diag);
out:
	if (status != CARDEA_OK)
		cardea_diag_place(diag, relay->directory, 0, NULL);
	if (minute_fd >= 0)
		close(minute_fd);
	if (relay_fd >= 0)
		close(relay_fd);
	cardea_value_clear(&sealed);
	return status;
}

/* ---- resuming ---- */

static bool
same_address(const struct cardea_address *a, const struct cardea_address *b)
{
	return a->kind == b->kind &&
	    (a->kind != CARDEA_ADDRESS_IP ||
		memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0);
}

static bool
same_request(const struct cardea_request *frozen,
    const struct cardea_request *fresh, enum cardea_phase phase)
{
	/* sudo opens the session of the target (design: subject is kept) */
	if (phase != CARDEA_PHASE_SESSION &&
	    strcmp(frozen->pam_user, fresh->pam_user) != 0)
		return false;
	return strcmp(frozen->service, fresh->service) == 0 &&
	    strcmp(frozen->rhost, fresh->rhost) == 0 &&
	    strcmp(frozen->ruser, fresh->ruser) == 0 &&
	    same_address(&frozen->source, &fresh->source) &&
	    frozen->caller_known && fresh->caller_known &&
	    frozen->caller_uid == fresh->caller_uid;
}

/* The process that left the record, or the root process that forked it: sshd
 * judges auth and account in a child. */
static bool
same_process(const struct cardea_txn *txn, const struct cardea_resumer *resumer)
{
	if (resumer->pid <= 0)
		return false;
	if (resumer->pid == txn->pid)
		return resumer->pid_start == txn->pid_start;
	return resumer->pid == txn->parent &&
	    resumer->pid_start == txn->parent_start;
}

/* Of another boot, too old, or from the future. */
static bool
is_over(const struct cardea_txn *txn, const struct cardea_moment *now)
{
	int64_t age_ms = now->clock.monotonic_ms - txn->created_monotonic_ms;

	return !cardea_moment_is_same_boot(now, txn->boot_id) || age_ms < 0 ||
	    age_ms > CARDEA_RESUME_S * 1000;
}

static bool
may_resume(const struct cardea_txn *txn, const struct cardea_resumer *resumer,
    const struct cardea_moment *now)
{
	/* every pass through auth is an attempt of its own */
	if (resumer->phase == CARDEA_PHASE_NONE ||
	    resumer->phase == CARDEA_PHASE_AUTH || resumer->phase < txn->phase)
		return false;
	return !is_over(txn, now) && same_process(txn, resumer) &&
	    same_request(&txn->request, resumer->request, resumer->phase);
}

/* A record looked for, and where it was found. */
struct find {
	const struct cardea_relay *relay;
	const char *id;
	int fd; /* of its minute */
	struct cardea_txn txn;
};

static enum cardea_status
read_sealed(const struct find *find, struct cardea_value *ret_sealed,
    struct cardea_diag *diag)
{
	/* the id is for the one who has it, not for the log */
	const char *path = find->relay->directory;
	enum cardea_status status;
	char *bytes = NULL;
	size_t len = 0;
	int fd;

	/* O_NONBLOCK: a FIFO in place of the file would hold us (F06) */
	fd = openat(find->fd, find->id,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return fail(diag, errno, "the record of an earlier phase");
	status = cardea_file_check(fd, path, CARDEA_FILE_SECRET, diag);
	if (status == CARDEA_OK)
		status = cardea_file_read_open(
		    fd, path, CARDEA_SEALED_MAX, &bytes, &len, diag);
	close(fd);
	if (status != CARDEA_OK)
		return status;
	ret_sealed->data = (unsigned char *)bytes; /* moved */
	ret_sealed->len = len;
	return CARDEA_OK;
}

static enum cardea_status
read_record(struct find *find, struct cardea_diag *diag)
{
	struct cardea_value sealed = { 0 }, value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_TXN, find->id, "", &key);
	if (status == CARDEA_OK)
		status = read_sealed(find, &sealed, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_seal_open(
	    cardea_store_seal(find->relay->store), &key, &sealed, &value, diag);
	if (status == CARDEA_OK)
		status = cardea_record_decode_txn(&value, &find->txn);
	cardea_value_clear(&value);
	cardea_value_clear(&sealed);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the record of an earlier phase");
	return strcmp(find->txn.id, find->id) == 0 ? CARDEA_OK
						   : CARDEA_E_CORRUPT;
}

/* In this minute or the one before: no record lives longer. */
static enum cardea_status
find_record(struct find *find, int64_t now, struct cardea_diag *diag)
{
	enum cardea_status status;
	int relay_fd = -1;

	status = enter_relay(find->relay, false, &relay_fd, diag);
	if (status != CARDEA_OK)
		return status;
	status = CARDEA_E_MISSING;
	for (int64_t minute = now;
	     status == CARDEA_E_MISSING && minute >= now - 1; minute--) {
		struct cardea_diag trouble = { .line = 0 };

		status = enter_minute(relay_fd, minute, 0, &find->fd, &trouble);
		if (status == CARDEA_OK)
			status = read_record(find, &trouble);
		if (status == CARDEA_OK)
			break;
		if (find->fd >= 0)
			close(find->fd);
		find->fd = -1;
		if (status != CARDEA_E_MISSING && diag != NULL)
			*diag = trouble;
	}
	close(relay_fd);
	return status;
}

enum cardea_status
cardea_relay_resume(const struct cardea_relay *relay, const char *id,
    const struct cardea_resumer *resumer, const struct cardea_clock *clock,
    struct cardea_txn *ret_txn, struct cardea_diag *diag)
{
	struct cardea_moment now = cardea_moment_of(clock);
	struct find find = { .relay = relay, .id = id, .fd = -1 };
	enum cardea_status status;

	if (!is_id(id))
		return CARDEA_E_MISSING;
	status = find_record(&find, clock->monotonic_ms / MINUTE_MS, diag);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, relay->directory, 0, NULL);
		return status;
	}
	/* left in place: whoever only knows the id must not burn it */
	status = CARDEA_E_MISSING;
	if (!may_resume(&find.txn, resumer, &now))
		goto out;
	/* whose unlink succeeds has it */
	if (unlinkat(find.fd, id, 0) == 0)
		status = CARDEA_OK;
	else if (errno != ENOENT)
		status = fail(diag, errno, "the record of an earlier phase");
	if (status == CARDEA_OK)
		*ret_txn = find.txn;
out:
	close(find.fd);
	return status;
}
