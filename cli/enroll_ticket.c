/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "cli/enroll_ticket.h"
#include "cli/terminal.h"
#include "store/changes.h"
#include "store/record.h"

/*
 * `cardea enroll fido2` with --print-request and --response-stdin: a ticket in
 * the store says what was asked, of whom and until when; it is good for one
 * credential, whose commit deletes it.
 */

#define ID_BYTES (CARDEA_TXN_MAX / 2)
#define LINE_CHARS 1000 /* terminals take no line of more than 4095 */

/* --- issuing ---------------------------------------------------------------
 */

static enum cardea_status
fill_ticket(struct cardea_admin *admin, const struct cardea_key_wish *wish,
    struct cardea_ticket *ticket, struct cardea_diag *diag)
{
	struct cardea_remote_ticket *request = &ticket->request;
	enum cardea_status status;

	status = cardea_secret_random_hex(request->id, ID_BYTES);
	if (status == CARDEA_OK)
		status = cardea_secret_random(
		    request->nonce, sizeof(request->nonce));
	if (status == CARDEA_OK)
		status = cardea_key_host(admin, request->host, diag);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    request->user, sizeof(request->user), wish->user);
	if (status == CARDEA_OK && wish->name != NULL)
		status = cardea_text_copy(
		    ticket->name, sizeof(ticket->name), wish->name);
	if (status != CARDEA_OK)
		return status;
	memcpy(request->rp_id, wish->rp_id, sizeof(request->rp_id));
	memcpy(request->user_handle, wish->user_handle,
	    sizeof(request->user_handle));
	request->resident = wish->resident;
	request->uv = wish->need_uv ? CARDEA_UV_NEED : CARDEA_UV_NO;
	request->algorithm = wish->algorithm;
	ticket->created_s = admin->clock.time_s;
	ticket->ends_s = admin->clock.time_s + CARDEA_KEY_TICKET_S;
	return CARDEA_OK;
}

static void
exclude_enrolled(
    const struct cardea_roster *roster, struct cardea_remote_ticket *request)
{
	for (size_t i = 0; i < roster->key_count; i++) {
		const struct cardea_fido2_credential *key = &roster->keys[i];
		struct cardea_remote_handle *handle =
		    &request->exclude[request->exclude_count];

		if (key->kind != CARDEA_FIDO2_CTAP || key->handle_len == 0 ||
		    strcmp(key->rp_id, request->rp_id) != 0)
			continue;
		memcpy(handle->rp_id, key->rp_id, sizeof(handle->rp_id));
		memcpy(handle->bytes, key->handle, key->handle_len);
		handle->len = key->handle_len;
		request->exclude_count++;
	}
}

static bool
is_over(const struct cardea_ticket *ticket, int64_t now_s)
{
	return now_s < ticket->created_s || now_s >= ticket->ends_s;
}

struct sweep {
	struct cardea_changes *changes;
	int64_t now_s;
	enum cardea_status status;
};

static bool
drop_ended(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct sweep *sweep = context;
	struct cardea_ticket ticket;

	sweep->status = cardea_record_decode_ticket(value, &ticket);
	if (sweep->status == CARDEA_OK && is_over(&ticket, sweep->now_s))
		sweep->status = cardea_changes_delete(
		    sweep->changes, key, value->version);
	return sweep->status == CARDEA_OK &&
	    cardea_changes_room(sweep->changes) > 0;
}

/* The ticket in, the user's ended ones out, in one commit. */
static enum cardea_status
store_ticket(struct cardea_admin *admin, const struct cardea_ticket *ticket,
    struct cardea_diag *diag)
{
	const char *user = ticket->request.user;
	struct cardea_changes changes = { 0 };
	struct sweep sweep = { .changes = &changes,
		.now_s = admin->clock.time_s,
		.status = CARDEA_OK };
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_TICKET, user, ticket->request.id, &key);
	if (status == CARDEA_OK)
		status = cardea_record_encode_ticket(ticket, &value);
	if (status == CARDEA_OK)
		status = cardea_changes_put(&changes, &key, 0, &value);
	if (status == CARDEA_OK)
		status = cardea_key_make(CARDEA_KIND_TICKET, user, NULL, &key);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    admin->store, &key, drop_ended, &sweep, diag);
	if (status == CARDEA_OK)
		status = sweep.status;
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    admin->store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	return status;
}

static enum cardea_status
print_ticket(struct cardea_call *call, const struct cardea_ticket *ticket)
{
	char text[CARDEA_REMOTE_TICKET_MAX];
	enum cardea_status status;

	status = cardea_remote_write_ticket(
	    &ticket->request, text, sizeof(text));
	if (status != CARDEA_OK)
		return status;
	cardea_json_text(&call->out, "ticket", text);
	cardea_json_text(&call->out, "id", ticket->request.id);
	cardea_json_number(&call->out, "ends_s", ticket->ends_s);
	for (size_t at = 0; at < strlen(text); at += LINE_CHARS)
		cardea_call_say(call, "%.*s", LINE_CHARS, text + at);
	return CARDEA_OK;
}

enum cardea_exit
cardea_ticket_issue(
    struct cardea_admin *admin, const struct cardea_key_wish *wish)
{
	const struct cardea_event event = {
		.user = wish->user,
		.factor = cardea_factor_text(CARDEA_FACTOR_FIDO2),
	};
	struct cardea_ticket ticket = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	char what[CARDEA_TXN_MAX + 32];

	status = fill_ticket(admin, wish, &ticket, &diag);
	if (status == CARDEA_OK) {
		exclude_enrolled(wish->roster, &ticket.request);
		status = store_ticket(admin, &ticket, &diag);
	}
	if (status == CARDEA_OK)
		status = print_ticket(admin->call, &ticket);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	snprintf(what, sizeof(what), "request ticket=%s", ticket.request.id);
	cardea_admin_log(admin, &event, what);
	return CARDEA_EXIT_OK;
}

/* --- redeeming
 * ---------------------------------------------------------------- */

struct answer {
	char ticket_id[CARDEA_TXN_MAX + 1];
	struct cardea_fido2_registration registration;
};

/* Mail and terminals break long lines: white space is nothing here. */
static size_t
append_line(char *text, size_t len, const struct cardea_secret *line)
{
	for (size_t i = 0; i < line->len; i++) {
		char byte = (char)line->data[i];

		if (byte == ' ' || byte == '\t' || byte == '\r')
			continue;
		if (len == CARDEA_REMOTE_MADE_MAX - 1)
			break;
		text[len++] = byte;
	}
	text[len] = '\0';
	return len;
}

/* Line by line, until the answer is whole or there is no more. */
static enum cardea_status
read_answer(struct answer *ret_answer, struct cardea_diag *diag)
{
	char text[CARDEA_REMOTE_MADE_MAX] = "";
	enum cardea_status status = CARDEA_E_SYNTAX;
	size_t len = 0;

	if (cardea_terminal_is_interactive())
		fputs("Paste what cardea-askpass --enroll has printed:\n",
		    stderr);
	while (status != CARDEA_OK) {
		struct cardea_secret line = { 0 };

		if (cardea_terminal_read(CARDEA_REMOTE_MADE_MAX, &line) !=
		    CARDEA_OK)
			break;
		len = append_line(text, len, &line);
		cardea_secret_clear(&line);
		status = cardea_remote_read_made(text, ret_answer->ticket_id,
		    &ret_answer->registration, NULL);
	}
	if (status == CARDEA_OK)
		return CARDEA_OK;
	cardea_diag_place(diag, "standard input", 0, NULL);
	return cardea_remote_read_made(
	    text, ret_answer->ticket_id, &ret_answer->registration, diag);
}

/* version 0: there is none */
static enum cardea_status
read_ticket(struct cardea_admin *admin, const char *user, const char *id,
    struct cardea_ticket *ret_ticket, uint64_t *ret_version,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_TICKET, user, id, &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(admin->store, &key, &value, diag);
	if (status == CARDEA_E_MISSING) {
		*ret_version = 0;
		return CARDEA_OK;
	}
	if (status == CARDEA_OK)
		status = cardea_record_decode_ticket(&value, ret_ticket);
	if (status == CARDEA_OK)
		*ret_version = value.version;
	cardea_value_clear(&value);
	return status;
}

/* Does the answer belong to this very request? */
static enum cardea_status
check_answer(const struct answer *answer, const struct cardea_ticket *ticket,
    struct cardea_diag *diag)
{
	unsigned char hash[CARDEA_FIDO2_HASH];
	enum cardea_status status;

	status = cardea_remote_ticket_hash(&ticket->request, hash);
	if (status != CARDEA_OK)
		return status;
	if (memcmp(hash, answer->registration.client_hash, sizeof(hash)) != 0 ||
	    strcmp(answer->registration.rp_id, ticket->request.rp_id) != 0)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "the answer is not to this request");
	return CARDEA_OK;
}

static enum cardea_exit
redeem(struct cardea_admin *admin, struct cardea_key_wish *wish,
    const struct answer *answer, const struct cardea_ticket *ticket,
    uint64_t version)
{
	const struct cardea_roster_ticket spent = { .id = answer->ticket_id,
		.version = version };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (version == 0)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "%s has no such request open: it was answered, or ended",
		    wish->user);
	if (is_over(ticket, admin->clock.time_s))
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "the request has ended: print a new one");
	status = check_answer(answer, ticket, &diag);
	if (status != CARDEA_OK)
		return cardea_key_refuse(admin->call, status, &diag);
	wish->name = ticket->name[0] == '\0' ? NULL : ticket->name;
	wish->resident = ticket->request.resident;
	wish->need_uv = ticket->request.uv == CARDEA_UV_NEED;
	wish->algorithm = ticket->request.algorithm;
	return cardea_key_wish_fulfil(
	    admin, wish, &answer->registration, &spent);
}

enum cardea_exit
cardea_ticket_redeem(struct cardea_admin *admin, struct cardea_key_wish *wish)
{
	struct cardea_ticket ticket = { 0 };
	struct cardea_diag diag = { 0 };
	struct answer answer = { .ticket_id = "" };
	enum cardea_status status;
	uint64_t version = 0;

	if (read_answer(&answer, &diag) != CARDEA_OK)
		return cardea_call_fail(admin->call, CARDEA_EXIT_NO, &diag);
	status = read_ticket(
	    admin, wish->user, answer.ticket_id, &ticket, &version, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	return redeem(admin, wish, &answer, &ticket, version);
}
