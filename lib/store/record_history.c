/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "store/ledger_history.h"
#include "store/recordio.h"

#define HISTORY_FORMAT 1
#define ROOM 8192

static void
put_networks(struct cardea_pack *pack, const struct cardea_history *history)
{
	cardea_pack_u32(pack, (uint32_t)history->network_count);
	for (size_t i = 0; i < history->network_count; i++) {
		const struct cardea_history_network *item =
		    &history->networks[i];

		cardea_pack_blob(pack, item->bytes, sizeof(item->bytes));
		cardea_pack_i64(pack, item->first_s);
		cardea_pack_i64(pack, item->last_s);
		cardea_pack_u32(pack, item->count);
	}
}

static void
put_countries(struct cardea_pack *pack, const struct cardea_history *history)
{
	cardea_pack_u32(pack, (uint32_t)history->country_count);
	for (size_t i = 0; i < history->country_count; i++) {
		const struct cardea_history_country *item =
		    &history->countries[i];

		cardea_pack_text(pack, item->country);
		cardea_pack_i64(pack, item->first_s);
		cardea_pack_i64(pack, item->last_s);
		cardea_pack_u32(pack, item->count);
	}
}

enum cardea_status
cardea_record_encode_history(
    const struct cardea_history *history, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	/* what no login could read again is not written */
	if (!cardea_history_is_sound(history))
		return CARDEA_E_INTERNAL;
	status = cardea_recordio_start(&io, ROOM, HISTORY_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_i64(pack, history->last_login_s);
	cardea_pack_u32(pack, history->has_position);
	cardea_recordio_put_i32(pack, history->latitude_e4);
	cardea_recordio_put_i32(pack, history->longitude_e4);
	cardea_pack_u32(pack, history->accuracy_km);
	cardea_pack_i64(pack, history->position_s);
	cardea_pack_text(pack, history->position_country);
	for (size_t i = 0; i < CARDEA_HISTORY_HOURS; i++)
		cardea_pack_u32(pack, history->hours[i]);
	cardea_pack_i64(pack, history->hours_s);
	put_networks(pack, history);
	put_countries(pack, history);
	return cardea_recordio_finish(&io, ret_value);
}

static void
get_networks(struct cardea_unpack *unpack, struct cardea_history *history)
{
	history->network_count = cardea_recordio_get_count(
	    unpack, CARDEA_HISTORY_NETWORKS_MAX);
	for (size_t i = 0; i < history->network_count; i++) {
		struct cardea_history_network *item = &history->networks[i];

		cardea_recordio_get_bytes(
		    unpack, item->bytes, sizeof(item->bytes));
		item->first_s = cardea_unpack_i64(unpack);
		item->last_s = cardea_unpack_i64(unpack);
		item->count = cardea_unpack_u32(unpack);
	}
}

static void
get_countries(struct cardea_unpack *unpack, struct cardea_history *history)
{
	history->country_count = cardea_recordio_get_count(
	    unpack, CARDEA_HISTORY_COUNTRIES_MAX);
	for (size_t i = 0; i < history->country_count; i++) {
		struct cardea_history_country *item = &history->countries[i];

		cardea_unpack_text(
		    unpack, item->country, sizeof(item->country));
		item->first_s = cardea_unpack_i64(unpack);
		item->last_s = cardea_unpack_i64(unpack);
		item->count = cardea_unpack_u32(unpack);
	}
}

enum cardea_status
cardea_record_decode_history(
    const struct cardea_value *value, struct cardea_history *ret_history)
{
	struct cardea_history history = { .last_login_s = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, HISTORY_FORMAT);
	if (status != CARDEA_OK)
		return status;
	history.last_login_s = cardea_unpack_i64(&unpack);
	history.has_position = cardea_recordio_get_bool(&unpack);
	history.latitude_e4 = cardea_recordio_get_i32(&unpack);
	history.longitude_e4 = cardea_recordio_get_i32(&unpack);
	history.accuracy_km = cardea_unpack_u32(&unpack);
	history.position_s = cardea_unpack_i64(&unpack);
	cardea_unpack_text(&unpack, history.position_country,
	    sizeof(history.position_country));
	for (size_t i = 0; i < CARDEA_HISTORY_HOURS; i++)
		history.hours[i] = (uint16_t)cardea_recordio_get_count(
		    &unpack, UINT16_MAX);
	history.hours_s = cardea_unpack_i64(&unpack);
	get_networks(&unpack, &history);
	get_countries(&unpack, &history);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK && !cardea_history_is_sound(&history))
		status = CARDEA_E_CORRUPT;
	if (status == CARDEA_OK)
		*ret_history = history;
	return status;
}
