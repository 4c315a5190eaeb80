/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cert/x509.h"
#include "cli/refresh.h"
#include "store/crypto.h"
#include "store/ledger_device.h"

/* Answers of one authority's responder. */
struct round {
	struct cardea_refresh *refresh;
	const struct cardea_authority *authority;
	const struct cardea_refresh_files *files;
	/* certificates that were asked about, each once */
	unsigned char (*done)[CARDEA_SHA256];
	size_t done_count, done_cap;
	/* for the state file: the oldest, the first to end */
	uint64_t good, bad;
	int64_t this_update_s, next_update_s;
	enum cardea_status status; /* machinery */
	struct cardea_diag diag;
};

static bool
is_done(const struct round *round, const unsigned char digest[CARDEA_SHA256])
{
	for (size_t i = 0; i < round->done_count; i++) {
		if (memcmp(round->done[i], digest, CARDEA_SHA256) == 0)
			return true;
	}
	return false;
}

static enum cardea_status
add_done(struct round *round, const unsigned char digest[CARDEA_SHA256])
{
	if (round->done_count == round->done_cap) {
		size_t cap = round->done_cap == 0 ? 64 : round->done_cap * 2;
		void *done = reallocarray(
		    round->done, cap, sizeof(*round->done));

		if (done == NULL)
			return CARDEA_E_MEMORY;
		round->done = done;
		round->done_cap = cap;
	}
	memcpy(round->done[round->done_count++], digest, CARDEA_SHA256);
	return CARDEA_OK;
}

/* --- one answer ---------------------------------------------------------- */

static enum cardea_status
put_answer(struct round *round, const char *path, int answer,
    struct cardea_refresh_item *item)
{
	int folder_fd = round->refresh->folder_fd, sink = -1;
	enum cardea_status status;
	size_t len = 0;

	if (round->refresh->dry_run)
		return CARDEA_OK;
	status = cardea_refresh_create(folder_fd, &sink, &item->diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_refresh_copy(answer, sink, CARDEA_OCSP_MAX, &len);
	if (status == CARDEA_OK)
		return cardea_refresh_commit(
		    folder_fd, sink, path, &item->diag);
	cardea_refresh_abandon(folder_fd, sink);
	return cardea_diag_set(&item->diag, status, "cannot be written");
}

static enum cardea_status
ask(struct round *round, const struct cardea_lists_wish *wish, const char *path,
    struct cardea_refresh_item *item)
{
	struct cardea_lists_call call;
	enum cardea_status status;
	int answer = -1, old;
	size_t len = 0;

	status = cardea_refresh_get(round->refresh, item->source,
	    CARDEA_OCSP_MAX, &wish->request, &answer, &item->len, &item->diag);
	if (status != CARDEA_OK)
		return status;
	call = cardea_refresh_call(round->refresh, round->authority,
	    round->files, CARDEA_LISTS_ANSWER);
	call.certificate = wish->certificate;
	call.issuer = wish->issuer;
	call.request = wish->request;
	old = cardea_refresh_old(path);
	status = cardea_lists_run(
	    &call, answer, old, -1, &item->info, &len, &item->diag);
	if (status == CARDEA_OK)
		status = put_answer(round, path, answer, item);
	if (old >= 0)
		(void)close(old);
	(void)close(answer);
	return status;
}

static void
count_answer(struct round *round, const struct cardea_refresh_item *item)
{
	const struct cardea_lists_info *info = &item->info;

	if (item->outcome == CARDEA_REFRESH_FAILED) {
		round->bad++;
		return;
	}
	round->good++;
	if (info->answer != CARDEA_LISTS_GOOD)
		return;
	if (round->this_update_s == 0 ||
	    info->this_update_s < round->this_update_s)
		round->this_update_s = info->this_update_s;
	if (info->next_update_s != 0 &&
	    (round->next_update_s == 0 ||
		info->next_update_s < round->next_update_s))
		round->next_update_s = info->next_update_s;
}

static enum cardea_status
answer_one(struct round *round, const struct cardea_lists_wish *wish)
{
	struct cardea_refresh_item item = {
		.authority = round->authority,
		.source = round->authority->ocsp,
	};
	char path[CARDEA_CERT_PLACE_MAX + 1];
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_sha256(
	    wish->certificate.data, wish->certificate.len, digest);
	if (status != CARDEA_OK || is_done(round, digest))
		return status;
	status = cardea_cert_place_answer(
	    round->refresh->folder, round->authority, digest, path);
	if (status == CARDEA_OK)
		status = add_done(round, digest);
	if (status != CARDEA_OK)
		return status;
	cardea_text_hex(item.certificate, digest, sizeof(digest));
	if (ask(round, wish, path, &item) == CARDEA_OK)
		item.outcome = CARDEA_REFRESH_NEW;
	/* it is kept, for it is what the responder says: but it clears nobody
	 */
	if (item.outcome == CARDEA_REFRESH_NEW &&
	    item.info.answer == CARDEA_LISTS_UNKNOWN) {
		item.outcome = CARDEA_REFRESH_FAILED;
		(void)cardea_diag_set(&item.diag, CARDEA_E_MISSING,
		    "the responder does not know this certificate");
	}
	count_answer(round, &item);
	cardea_refresh_tell(round->refresh, &item);
	return CARDEA_OK;
}

/* --- one chain ----------------------------------------------------------- */

/* The requests for a chain, as cardea-revocation wrote them. */
static enum cardea_status
read_wishes(struct round *round, const struct cardea_lists_call *call,
    char **ret_bytes, size_t *ret_len)
{
	struct cardea_lists_info info = { .entries = 0 };
	enum cardea_status status;
	size_t len = 0;
	int sink = -1;

	status = cardea_stream_file(&sink, &round->diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_lists_run(
	    call, -1, -1, sink, &info, &len, &round->diag);
	if (status == CARDEA_OK && lseek(sink, 0, SEEK_SET) != 0)
		status = CARDEA_E_IO;
	if (status == CARDEA_OK)
		status = cardea_file_read_open(sink, "requests",
		    CARDEA_LISTS_WISHES_BYTES, ret_bytes, ret_len,
		    &round->diag);
	(void)close(sink);
	return status;
}

/* A chain that is not below this authority is another's business. */
static enum cardea_status
answer_chain(
    struct round *round, const struct cardea_cert_bytes *chain, size_t count)
{
	struct cardea_lists_wish wishes[CARDEA_CERT_CHAIN_MAX + 1];
	struct cardea_lists_call call;
	enum cardea_status status;
	size_t len = 0, wish_count = 0;
	char *bytes = NULL;

	call = cardea_refresh_call(
	    round->refresh, round->authority, round->files, CARDEA_LISTS_ASK);
	call.chain_count = count;
	memcpy(call.chain, chain, count * sizeof(*chain));
	status = read_wishes(round, &call, &bytes, &len);
	if (status == CARDEA_OK && len > 0)
		status = cardea_lists_unpack_wishes(
		    (const unsigned char *)bytes, len, wishes, &wish_count);
	for (size_t i = 0; status == CARDEA_OK && i < wish_count; i++)
		status = answer_one(round, &wishes[i]);
	free(bytes);
	return status;
}

static bool
visit_device(const char *id, const struct cardea_device *device, void *context)
{
	static struct cardea_device_chain kept; /* too large for a stack */
	struct round *round = context;
	struct cardea_cert_bytes chain[CARDEA_CERT_CHAIN_MAX + 1];
	const unsigned char *at = kept.der;

	if (device == NULL || device->state == CARDEA_DEVICE_RETIRED ||
	    cardea_ledger_device_chain(
		round->refresh->admin.store, id, &kept, NULL) != CARDEA_OK ||
	    kept.count == 0)
		return true;
	for (size_t i = 0; i < kept.count; i++) {
		chain[i].data = at;
		chain[i].len = kept.lens[i];
		at += kept.lens[i];
	}
	round->status = answer_chain(round, chain, kept.count);
	return round->status == CARDEA_OK;
}

/* --- all of them --------------------------------------------------------- */

static enum cardea_status
answer_devices(struct round *round)
{
	enum cardea_status status;

	if (round->refresh->admin.store == NULL)
		return CARDEA_OK; /* that has been told */
	status = cardea_ledger_list_devices(
	    round->refresh->admin.store, visit_device, round, &round->diag);
	return status == CARDEA_OK ? round->status : status;
}

/* This host's own. */
static enum cardea_status
answer_host(struct round *round)
{
	const char *path = round->refresh->admin.settings->device_certificate;
	struct cardea_cert_bytes chain[CARDEA_CERT_CHAIN_MAX + 1], pem;
	unsigned char *heap = NULL;
	enum cardea_status status;
	char *text = NULL;
	size_t count = 0;

	if (path[0] == '\0')
		return CARDEA_OK;
	status = cardea_file_read(path, CARDEA_FILE_CONFIG,
	    CARDEA_CERT_FILE_MAX, &text, &pem.len, &round->diag);
	if (status != CARDEA_OK)
		return status;
	pem.data = (const unsigned char *)text;
	status = cardea_x509_pem(&pem, CARDEA_CERT_CHAIN_MAX + 1, chain, &count,
	    &heap, &round->diag);
	if (status == CARDEA_OK)
		status = answer_chain(round, chain, count);
	free(heap);
	free(text);
	return status;
}

/* One that failed leaves the word of last time; without one, it is stale. */
static void
note(struct round *round)
{
	struct cardea_cert_state *state = &round->refresh->state;
	const char *name = round->authority->name;
	struct cardea_cert_state_list list = {
		.number = CARDEA_CERT_STATE_OCSP,
		.this_update_s = round->this_update_s,
		.next_update_s = round->next_update_s,
		.fetched_s = round->refresh->admin.clock.time_s,
	};

	if (round->bad > 0) {
		if (cardea_cert_state_find(
			state, name, CARDEA_CERT_STATE_OCSP) != NULL)
			return;
		list.this_update_s = 0;
		list.next_update_s = 1;
	} else if (round->this_update_s == 0) {
		return; /* nothing was asked, or nothing is good */
	}
	cardea_refresh_note(round->refresh, round->authority, &list);
}

void
cardea_refresh_answers(struct cardea_refresh *refresh,
    const struct cardea_authority *authority,
    const struct cardea_refresh_files *files)
{
	struct round round = {
		.refresh = refresh,
		.authority = authority,
		.files = files,
	};
	struct cardea_refresh_item item = {
		.authority = authority,
		.source = authority->ocsp,
	};
	enum cardea_status host, devices;

	host = answer_host(&round);
	if (host != CARDEA_OK)
		item.diag = round.diag;
	round.diag = (struct cardea_diag){ .line = 0 };
	devices = answer_devices(&round);
	if (host == CARDEA_OK)
		item.diag = round.diag;
	if (host != CARDEA_OK || devices != CARDEA_OK) {
		round.bad++;
		cardea_refresh_tell(refresh, &item);
	}
	note(&round);
	free(round.done);
}
