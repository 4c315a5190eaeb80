/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/kinds.h"
#include "store/lmdb.h"
#include "store/mirror.h"
#include "store/recordio.h"
#include "store/setup.h"
#include "store/transfer.h"

#define FORMAT 1
#define STAMP_LEN (1 + 8 + 8 + 4 + 36 + 8)

/* ---- the stamp ---- */

static enum cardea_status
encode_stamp(
    const struct cardea_mirror_stamp *stamp, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	enum cardea_status status = cardea_recordio_start(
	    &io, STAMP_LEN, FORMAT);

	if (status != CARDEA_OK)
		return status;
	cardea_pack_i64(&io.pack, stamp->time_s);
	cardea_pack_i64(&io.pack, stamp->monotonic_ms);
	cardea_pack_text(&io.pack, stamp->boot_id);
	cardea_pack_u64(&io.pack, stamp->records);
	return cardea_recordio_finish(&io, ret_value);
}

static enum cardea_status
decode_stamp(
    const struct cardea_value *value, struct cardea_mirror_stamp *ret_stamp)
{
	struct cardea_mirror_stamp stamp = { .time_s = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, FORMAT);
	if (status != CARDEA_OK)
		return status;
	stamp.time_s = cardea_unpack_i64(&unpack);
	stamp.monotonic_ms = cardea_unpack_i64(&unpack);
	cardea_unpack_text(&unpack, stamp.boot_id, sizeof(stamp.boot_id));
	stamp.records = cardea_unpack_u64(&unpack);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_stamp = stamp;
	return status;
}

/* ret_version is 0 where there is none. */
static enum cardea_status
read_stamp(struct cardea_store *mirror, struct cardea_mirror_stamp *ret_stamp,
    uint64_t *ret_version, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	*ret_version = 0;
	status = cardea_key_make(CARDEA_KIND_MIRROR, "", "", &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(mirror, &key, &value, diag);
	if (status == CARDEA_E_MISSING)
		return cardea_diag_set(diag, status,
		    "the mirror was never whole: run `cardea store mirror`");
	if (status != CARDEA_OK)
		return status;
	*ret_version = value.version;
	status = decode_stamp(&value, ret_stamp);
	cardea_value_clear(&value);
	return status == CARDEA_OK
	    ? CARDEA_OK
	    : cardea_diag_set(diag, status, "the mirror's stamp is damaged");
}

static enum cardea_status
write_stamp(struct cardea_store *mirror,
    const struct cardea_mirror_stamp *stamp, struct cardea_diag *diag)
{
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT };
	struct cardea_mirror_stamp old;
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = read_stamp(mirror, &old, &change.version, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	if (status == CARDEA_E_MISSING && diag != NULL)
		*diag = (struct cardea_diag){ 0 };
	status = cardea_key_make(CARDEA_KIND_MIRROR, "", "", &change.key);
	if (status == CARDEA_OK)
		status = encode_stamp(stamp, &value);
	if (status != CARDEA_OK)
		return status;
	change.data = value.data;
	change.len = value.len;
	status = cardea_store_commit(mirror, &change, 1, diag);
	cardea_value_clear(&value);
	return status;
}

static bool
is_believed(
    const struct cardea_settings *settings, const struct cardea_clock *clock)
{
	return clock->plausible &&
	    (clock->synchronised || !settings->require_synchronised_clock);
}

static bool
is_of_this_boot(const struct cardea_mirror_stamp *stamp)
{
	char boot_id[37];

	cardea_clock_boot_id(boot_id);
	return boot_id[0] != '\0' && strcmp(boot_id, stamp->boot_id) == 0;
}

/* Of this boot the monotonic clock tells, which nobody has to set; of another
 * one the wall clock alone, which has to have been right at both ends. */
int64_t
cardea_mirror_age_s(const struct cardea_settings *settings,
    const struct cardea_mirror_stamp *stamp, const struct cardea_clock *clock)
{
	bool dated = stamp->time_s != 0;
	int64_t age_s = dated ? clock->time_s - stamp->time_s : 0;
	int64_t ran_ms = clock->monotonic_ms - stamp->monotonic_ms;

	if (!clock->plausible || age_s < 0)
		return -1;
	if (!is_of_this_boot(stamp))
		return dated && is_believed(settings, clock) ? age_s : -1;
	/* a clock set back makes nothing young again */
	if (ran_ms < 0)
		return -1;
	return ran_ms / 1000 > age_s ? ran_ms / 1000 : age_s;
}

/* ---- opening ---- */

static enum cardea_status
open_mirror(const struct cardea_settings *settings, bool create,
    struct cardea_store **ret_store, struct cardea_diag *diag)
{
	struct cardea_store_setup setup;
	enum cardea_status status;

	status = cardea_store_setup_mirror(settings, &setup);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the store's path is too long");
	setup.config.create = create;
	setup.config.read_only = !create;
	return cardea_store_open(&setup.config, ret_store, diag);
}

enum cardea_status
cardea_mirror_read(const struct cardea_settings *settings,
    struct cardea_mirror_stamp *ret_stamp, struct cardea_diag *diag)
{
	struct cardea_store *mirror = NULL;
	enum cardea_status status;
	uint64_t version;

	status = open_mirror(settings, false, &mirror, diag);
	if (status == CARDEA_OK)
		status = read_stamp(mirror, ret_stamp, &version, diag);
	(void)cardea_store_close(mirror);
	return status;
}

static enum cardea_status
judge_age(const struct cardea_settings *settings,
    const struct cardea_mirror_stamp *stamp, const struct cardea_clock *clock,
    struct cardea_diag *diag)
{
	int64_t age_s = cardea_mirror_age_s(settings, stamp, clock);

	if (age_s < 0)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "how old the mirror is cannot be told");
	if (age_s <= (int64_t)settings->cluster.mirror_max_age_s)
		return CARDEA_OK;
	return cardea_diag_set(diag, CARDEA_E_RANGE,
	    "the mirror is %lld seconds old, more than %u", (long long)age_s,
	    settings->cluster.mirror_max_age_s);
}

enum cardea_status
cardea_mirror_open(const struct cardea_settings *settings,
    const struct cardea_clock *clock, struct cardea_store **ret_store,
    struct cardea_diag *diag)
{
	struct cardea_mirror_stamp stamp;
	struct cardea_store *mirror = NULL;
	enum cardea_status status;
	uint64_t version;

	status = open_mirror(settings, false, &mirror, diag);
	if (status == CARDEA_OK)
		status = read_stamp(mirror, &stamp, &version, diag);
	if (status == CARDEA_OK)
		status = judge_age(settings, &stamp, clock, diag);
	if (status != CARDEA_OK) {
		(void)cardea_store_close(mirror);
		return status;
	}
	*ret_store = mirror; /* moved */
	return CARDEA_OK;
}

/* ---- copying ---- */

static enum cardea_status
copy(const struct cardea_settings *settings, struct cardea_store *cluster,
    struct cardea_mirror_stamp *stamp, struct cardea_diag *diag)
{
	struct cardea_transfer transfer = { .from = cluster,
		.wanted = cardea_kind_is_mirrored };
	struct cardea_clock clock = cardea_clock_read();
	enum cardea_status status;

	*stamp = (struct cardea_mirror_stamp){
		.time_s = is_believed(settings, &clock) ? clock.time_s : 0,
		.monotonic_ms = clock.monotonic_ms
	};
	cardea_clock_boot_id(stamp->boot_id);
	status = open_mirror(settings, true, &transfer.to, diag);
	if (status == CARDEA_OK)
		status = cardea_transfer_copy(&transfer, diag);
	stamp->records = transfer.seen;
	if (status == CARDEA_OK)
		status = write_stamp(transfer.to, stamp, diag);
	(void)cardea_store_close(transfer.to);
	return status;
}

static enum cardea_status
drop_mirror(const struct cardea_settings *settings, struct cardea_diag *diag)
{
	struct cardea_store_setup setup;
	char path[sizeof(setup.mirror) + sizeof(CARDEA_LMDB_STATE) + 1];
	enum cardea_status status;

	status = cardea_store_setup_mirror(settings, &setup);
	if (status == CARDEA_OK)
		status = cardea_text_print(path, sizeof(path), "%s/%s",
		    setup.mirror, CARDEA_LMDB_STATE);
	if (status == CARDEA_OK && unlink(path) != 0)
		status = cardea_diag_set(diag, CARDEA_E_IO,
		    "a damaged mirror cannot be removed: %s",
		    strerrordesc_np(errno));
	return status;
}

/* Is it the mirror that cannot be read, and not the cluster? */
static bool
is_damaged(const struct cardea_settings *settings)
{
	struct cardea_mirror_stamp stamp;
	enum cardea_status status = cardea_mirror_read(settings, &stamp, NULL);

	return status == CARDEA_E_CORRUPT || status == CARDEA_E_VERSION;
}

enum cardea_status
cardea_mirror_refresh(const struct cardea_settings *settings,
    struct cardea_store *cluster, struct cardea_mirror_stamp *ret_stamp,
    struct cardea_diag *diag)
{
	struct cardea_mirror_stamp stamp;
	enum cardea_status status = copy(settings, cluster, &stamp, diag);

	if ((status == CARDEA_E_CORRUPT || status == CARDEA_E_VERSION) &&
	    is_damaged(settings)) {
		if (diag != NULL)
			*diag = (struct cardea_diag){ 0 };
		status = drop_mirror(settings, diag);
		if (status == CARDEA_OK)
			status = copy(settings, cluster, &stamp, diag);
	}
	if (status == CARDEA_OK)
		*ret_stamp = stamp;
	return status;
}
