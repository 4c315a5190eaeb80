/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/pack.h"
#include "base/text.h"
#include "cert/place.h"
#include "cert/state.h"

#define MAGIC 0x53524443u /* "CDRS" */
#define VERSION 2u
#define SUM 4u /* bytes, at the end */
#define LIST_BYTES (4 + CARDEA_AUTHORITY_NAME_MAX + 4 + 4 + 32 + 3 * 8)
#define STATE_BYTES (12 + CARDEA_CERT_STATE_MAX * LIST_BYTES + SUM)

/* CRC-32 (ISO 3309): against a damaged disk; nobody but root can write here. */
static uint32_t
sum_of(const unsigned char *bytes, size_t len)
{
	uint32_t sum = 0xffffffffu;

	for (size_t i = 0; i < len; i++) {
		sum ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (0xedb88320u & (0u - (sum & 1)));
	}
	return ~sum;
}

/* --- bytes --------------------------------------------------------------- */

static enum cardea_status
pack_state(const struct cardea_cert_state *state,
    unsigned char bytes[STATE_BYTES], size_t *ret_len)
{
	struct cardea_pack pack;

	if (state->count > CARDEA_CERT_STATE_MAX)
		return CARDEA_E_RANGE;
	cardea_pack_init(&pack, bytes, STATE_BYTES);
	cardea_pack_u32(&pack, MAGIC);
	cardea_pack_u32(&pack, VERSION);
	cardea_pack_u32(&pack, (uint32_t)state->count);
	for (size_t i = 0; i < state->count; i++) {
		const struct cardea_cert_state_list *list = &state->lists[i];

		cardea_pack_text(&pack, list->authority);
		cardea_pack_u32(&pack, list->number);
		cardea_pack_blob(&pack, list->source, sizeof(list->source));
		cardea_pack_i64(&pack, list->this_update_s);
		cardea_pack_i64(&pack, list->next_update_s);
		cardea_pack_i64(&pack, list->fetched_s);
	}
	if (!pack.failed)
		cardea_pack_u32(&pack, sum_of(bytes, pack.len));
	*ret_len = pack.len;
	return cardea_pack_done(&pack);
}

static void
unpack_list(struct cardea_unpack *unpack, struct cardea_cert_state_list *list)
{
	const unsigned char *source = NULL;
	size_t len = 0;

	cardea_unpack_text(unpack, list->authority, sizeof(list->authority));
	list->number = cardea_unpack_u32(unpack);
	cardea_unpack_blob(unpack, &source, &len);
	if (len == sizeof(list->source))
		memcpy(list->source, source, len);
	else
		unpack->failed = true;
	list->this_update_s = cardea_unpack_i64(unpack);
	list->next_update_s = cardea_unpack_i64(unpack);
	list->fetched_s = cardea_unpack_i64(unpack);
	if (list->authority[0] == '\0' || list->number > CARDEA_CERT_STATE_OCSP)
		unpack->failed = true;
}

static enum cardea_status
unpack_state(
    const unsigned char *bytes, size_t len, struct cardea_cert_state *state)
{
	struct cardea_unpack unpack, sum;
	uint32_t magic, version, count;

	if (len < SUM)
		return CARDEA_E_CORRUPT;
	cardea_unpack_init(&sum, bytes + len - SUM, SUM);
	if (cardea_unpack_u32(&sum) != sum_of(bytes, len - SUM))
		return CARDEA_E_CORRUPT;
	cardea_unpack_init(&unpack, bytes, len - SUM);
	magic = cardea_unpack_u32(&unpack);
	version = cardea_unpack_u32(&unpack);
	if (magic == MAGIC && version != VERSION)
		return CARDEA_E_VERSION;
	count = cardea_unpack_u32(&unpack);
	if (magic != MAGIC || count > CARDEA_CERT_STATE_MAX)
		return CARDEA_E_CORRUPT;
	memset(state, 0, sizeof(*state));
	for (; state->count < count; state->count++)
		unpack_list(&unpack, &state->lists[state->count]);
	return cardea_unpack_done(&unpack) == CARDEA_OK ? CARDEA_OK
							: CARDEA_E_CORRUPT;
}

/* --- the file ------------------------------------------------------------ */

enum cardea_status
cardea_cert_state_read(const char *folder, struct cardea_cert_state *ret_state,
    struct cardea_diag *diag)
{
	char path[CARDEA_CERT_PLACE_MAX + 1];
	struct cardea_cert_state state;
	enum cardea_status status;
	char *bytes = NULL;
	size_t len = 0;

	status = cardea_cert_place_state(folder, path);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "too long a folder");
	status = cardea_file_read(
	    path, CARDEA_FILE_CONFIG, STATE_BYTES, &bytes, &len, diag);
	if (status != CARDEA_OK)
		return status;
	status = unpack_state((const unsigned char *)bytes, len, &state);
	free(bytes);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, path, 0, NULL);
		return cardea_diag_set(
		    diag, status, "is damaged: %s", cardea_status_text(status));
	}
	*ret_state = state;
	return CARDEA_OK;
}

enum cardea_status
cardea_cert_state_write(const char *folder,
    const struct cardea_cert_state *state, struct cardea_diag *diag)
{
	char path[CARDEA_CERT_PLACE_MAX + 1];
	unsigned char bytes[STATE_BYTES];
	enum cardea_status status;
	size_t len = 0;

	status = cardea_cert_place_state(folder, path);
	if (status == CARDEA_OK)
		status = pack_state(state, bytes, &len);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "more than the state file has room for");
	return cardea_file_replace(path, bytes, len, 0644, diag);
}

/* --- contents ------------------------------------------------------------ */

const struct cardea_cert_state_list *
cardea_cert_state_find(const struct cardea_cert_state *state,
    const char *authority, uint32_t number)
{
	for (size_t i = 0; i < state->count; i++) {
		if (state->lists[i].number == number &&
		    strcmp(state->lists[i].authority, authority) == 0)
			return &state->lists[i];
	}
	return NULL;
}

enum cardea_status
cardea_cert_state_set(
    struct cardea_cert_state *state, const struct cardea_cert_state_list *list)
{
	const struct cardea_cert_state_list *old = cardea_cert_state_find(
	    state, list->authority, list->number);

	if (old == NULL && state->count >= CARDEA_CERT_STATE_MAX)
		return CARDEA_E_RANGE;
	if (old == NULL)
		state->lists[state->count++] = *list;
	else
		state->lists[old - state->lists] = *list;
	return CARDEA_OK;
}

/* --- stale? -------------------------------------------------------------- */

/* As the judge has it: the last second of nextUpdate still counts. */
static bool
is_over(const struct cardea_cert_state_list *list, uint32_t max_age_s,
    int64_t now_s)
{
	if (list->next_update_s != 0 && now_s > list->next_update_s)
		return true;
	return max_age_s != 0 && now_s - max_age_s > list->this_update_s;
}

static bool
are_lists_stale(const struct cardea_cert_state *state,
    const struct cardea_authority *authority, int64_t now_s)
{
	for (uint32_t i = 0; i < authority->list_count; i++) {
		const struct cardea_cert_state_list *list;

		list = cardea_cert_state_find(state, authority->name, i);
		if (list == NULL || is_over(list, authority->max_age_s, now_s))
			return true;
	}
	return false;
}

static const struct cardea_cert_state_list *
answers_of(const struct cardea_cert_state *state,
    const struct cardea_authority *authority)
{
	if (authority->ocsp[0] == '\0')
		return NULL;
	return cardea_cert_state_find(
	    state, authority->name, CARDEA_CERT_STATE_OCSP);
}

static bool
is_stale(const struct cardea_cert_state *state,
    const struct cardea_authority *authority, int64_t now_s)
{
	const struct cardea_cert_state_list *answers;
	bool lists = are_lists_stale(state, authority, now_s);
	bool over;

	/* answers that nobody has needed yet are not there, and not stale */
	answers = answers_of(state, authority);
	over = answers != NULL && is_over(answers, authority->max_age_s, now_s);
	switch (authority->revocation) {
	case CARDEA_REVOCATION_BY_NONE:
		return false;
	case CARDEA_REVOCATION_BY_CRL:
		return lists;
	case CARDEA_REVOCATION_BY_OCSP:
		return over || lists;
	case CARDEA_REVOCATION_BY_ANY:
		break;
	}
	/* either will do, where both are there */
	if (authority->list_count > 0 && answers != NULL)
		return lists && over;
	return lists || over;
}

const struct cardea_authority *
cardea_cert_state_stale(const struct cardea_cert_state *state,
    const struct cardea_settings *settings, int64_t now_s)
{
	for (size_t i = 0; i < settings->authority_count; i++) {
		if (is_stale(state, &settings->authorities[i], now_s))
			return &settings->authorities[i];
	}
	return NULL;
}
