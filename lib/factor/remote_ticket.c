/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/attestation.h"
#include "factor/remote_text.h"
#include "store/crypto.h"

/*
 * Enrolment by copy and paste.  The whole ticket is hashed, so whatever was
 * changed on its way gives a registration that the server does not want.
 */
#define TICKET_MAGIC "cardea-ticket1:"
#define MADE_MAGIC "cardea-key-made1:"
#define HASH_LABEL "cardea-enroll-1"

#define TICKET_BYTES                                                           \
	(CARDEA_REMOTE_HANDLES_MAX * (CARDEA_KEY_HANDLE_MAX + 4) + 1024)
#define MADE_BYTES                                                             \
	(CARDEA_KEY_REGISTRATION_MAX + CARDEA_KEY_STATEMENT_MAX + 512)

/* The algorithms by their number on the wire. */
static const enum cardea_fido2_algorithm algorithms[] = {
	CARDEA_FIDO2_ES256,
	CARDEA_FIDO2_EDDSA,
	CARDEA_FIDO2_ES384,
	CARDEA_FIDO2_RS256,
};
#define ALGORITHM_COUNT (sizeof(algorithms) / sizeof(algorithms[0]))

static size_t
algorithm_number(enum cardea_fido2_algorithm algorithm)
{
	size_t i = 0;

	while (i < ALGORITHM_COUNT && algorithms[i] != algorithm)
		i++;
	return i;
}

/* As cardea_secret_random_hex writes it: one id, one text. */
static bool
is_id(const char *id)
{
	size_t len = strspn(id, "0123456789abcdef");

	return len > 0 && len <= CARDEA_TXN_MAX && id[len] == '\0';
}

static bool
is_ticket(const struct cardea_remote_ticket *ticket)
{
	if (!is_id(ticket->id) || !cardea_remote_is_name(ticket->rp_id) ||
	    !cardea_remote_is_name(ticket->user) ||
	    !cardea_remote_is_name(ticket->host) ||
	    ticket->uv > CARDEA_UV_NEED ||
	    algorithm_number(ticket->algorithm) == ALGORITHM_COUNT ||
	    ticket->exclude_count > CARDEA_REMOTE_HANDLES_MAX)
		return false;
	for (size_t i = 0; i < ticket->exclude_count; i++) {
		const struct cardea_remote_handle *handle = &ticket->exclude[i];

		if (strcmp(handle->rp_id, ticket->rp_id) != 0 ||
		    handle->len == 0 || handle->len > sizeof(handle->bytes))
			return false;
	}
	return true;
}

static void
pack_ticket(struct cardea_pack *pack, const struct cardea_remote_ticket *ticket)
{
	if (!is_ticket(ticket)) {
		pack->failed = true;
		return;
	}
	cardea_pack_text(pack, ticket->id);
	cardea_pack_blob(pack, ticket->nonce, sizeof(ticket->nonce));
	cardea_pack_text(pack, ticket->rp_id);
	cardea_pack_text(pack, ticket->user);
	cardea_pack_text(pack, ticket->host);
	cardea_pack_blob(
	    pack, ticket->user_handle, sizeof(ticket->user_handle));
	cardea_pack_u8(pack, ticket->resident ? 1 : 0);
	cardea_remote_put_uv(pack, ticket->uv);
	cardea_pack_u8(pack, (uint8_t)algorithm_number(ticket->algorithm));
	cardea_pack_u8(pack, (uint8_t)ticket->exclude_count);
	for (size_t i = 0; i < ticket->exclude_count; i++)
		cardea_pack_blob(
		    pack, ticket->exclude[i].bytes, ticket->exclude[i].len);
}

static enum cardea_status
unpack_exclude(
    struct cardea_unpack *unpack, struct cardea_remote_ticket *ticket)
{
	ticket->exclude_count = cardea_unpack_u8(unpack);
	if (ticket->exclude_count > CARDEA_REMOTE_HANDLES_MAX)
		return CARDEA_E_SYNTAX;
	for (size_t i = 0; i < ticket->exclude_count; i++) {
		struct cardea_remote_handle *handle = &ticket->exclude[i];

		memcpy(handle->rp_id, ticket->rp_id, sizeof(handle->rp_id));
		cardea_remote_get_bytes(unpack, handle->bytes, 1,
		    sizeof(handle->bytes), &handle->len);
	}
	return cardea_unpack_done(unpack);
}

static enum cardea_status
unpack_ticket(
    const unsigned char *bytes, size_t len, struct cardea_remote_ticket *ticket)
{
	struct cardea_unpack unpack;
	uint8_t resident, algorithm;
	size_t fixed = 0;

	cardea_unpack_init(&unpack, bytes, len);
	cardea_unpack_text(&unpack, ticket->id, sizeof(ticket->id));
	cardea_remote_get_bytes(&unpack, ticket->nonce, sizeof(ticket->nonce),
	    sizeof(ticket->nonce), &fixed);
	cardea_remote_get_name(&unpack, ticket->rp_id, sizeof(ticket->rp_id));
	cardea_remote_get_name(&unpack, ticket->user, sizeof(ticket->user));
	cardea_remote_get_name(&unpack, ticket->host, sizeof(ticket->host));
	cardea_remote_get_bytes(&unpack, ticket->user_handle,
	    sizeof(ticket->user_handle), sizeof(ticket->user_handle), &fixed);
	resident = cardea_unpack_u8(&unpack);
	ticket->uv = cardea_remote_get_uv(&unpack);
	algorithm = cardea_unpack_u8(&unpack);
	if (!is_id(ticket->id) || resident > 1 || algorithm >= ALGORITHM_COUNT)
		return CARDEA_E_SYNTAX;
	ticket->resident = resident == 1;
	ticket->algorithm = algorithms[algorithm];
	return unpack_exclude(&unpack, ticket);
}

enum cardea_status
cardea_remote_write_ticket(
    const struct cardea_remote_ticket *ticket, char *text, size_t size)
{
	unsigned char bytes[TICKET_BYTES];
	struct cardea_pack pack;

	if (!is_ticket(ticket))
		return CARDEA_E_SYNTAX;
	cardea_pack_init(&pack, bytes, sizeof(bytes));
	pack_ticket(&pack, ticket);
	return cardea_remote_text_write(TICKET_MAGIC, &pack, text, size);
}

enum cardea_status
cardea_remote_read_ticket(const char *text,
    struct cardea_remote_ticket *ret_ticket, struct cardea_diag *diag)
{
	struct cardea_remote_ticket ticket = { .exclude_count = 0 };
	unsigned char bytes[TICKET_BYTES];
	size_t len = 0;

	if (cardea_remote_text_read(TICKET_MAGIC, text, strlen(text), bytes,
		sizeof(bytes), &len) != CARDEA_OK ||
	    unpack_ticket(bytes, len, &ticket) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "is no ticket, or not the whole of it");
	*ret_ticket = ticket;
	return CARDEA_OK;
}

enum cardea_status
cardea_remote_ticket_hash(const struct cardea_remote_ticket *ticket,
    unsigned char ret_hash[CARDEA_FIDO2_HASH])
{
	unsigned char bytes[TICKET_BYTES + 64];
	struct cardea_pack pack;

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_text(&pack, HASH_LABEL);
	pack_ticket(&pack, ticket);
	if (cardea_pack_done(&pack) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	return cardea_crypto_sha256(bytes, pack.len, ret_hash);
}

enum cardea_status
cardea_remote_write_made(const char *ticket_id,
    const struct cardea_fido2_registration *registration, char *text,
    size_t size)
{
	unsigned char bytes[MADE_BYTES];
	struct cardea_pack pack;

	if (!is_id(ticket_id) || !cardea_remote_is_name(registration->rp_id) ||
	    !cardea_remote_is_name(registration->format) ||
	    registration->auth_data_len == 0 ||
	    registration->auth_data_len > sizeof(registration->auth_data) ||
	    registration->statement_len > sizeof(registration->statement))
		return CARDEA_E_SYNTAX;
	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_text(&pack, ticket_id);
	cardea_pack_blob(&pack, registration->client_hash,
	    sizeof(registration->client_hash));
	cardea_pack_text(&pack, registration->rp_id);
	cardea_pack_text(&pack, registration->format);
	cardea_pack_blob(
	    &pack, registration->auth_data, registration->auth_data_len);
	cardea_pack_blob(
	    &pack, registration->statement, registration->statement_len);
	return cardea_remote_text_write(MADE_MAGIC, &pack, text, size);
}

static enum cardea_status
unpack_made(const unsigned char *bytes, size_t len, char id[CARDEA_TXN_MAX + 1],
    struct cardea_fido2_registration *registration)
{
	struct cardea_unpack unpack;
	size_t hash_len = 0;

	cardea_unpack_init(&unpack, bytes, len);
	cardea_unpack_text(&unpack, id, CARDEA_TXN_MAX + 1);
	cardea_remote_get_bytes(&unpack, registration->client_hash,
	    sizeof(registration->client_hash),
	    sizeof(registration->client_hash), &hash_len);
	cardea_remote_get_name(
	    &unpack, registration->rp_id, sizeof(registration->rp_id));
	cardea_remote_get_name(
	    &unpack, registration->format, sizeof(registration->format));
	cardea_remote_get_bytes(&unpack, registration->auth_data, 1,
	    sizeof(registration->auth_data), &registration->auth_data_len);
	cardea_remote_get_bytes(&unpack, registration->statement, 0,
	    sizeof(registration->statement), &registration->statement_len);
	return is_id(id) ? cardea_unpack_done(&unpack) : CARDEA_E_SYNTAX;
}

enum cardea_status
cardea_remote_read_made(const char *text,
    char ret_ticket_id[CARDEA_TXN_MAX + 1],
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	struct cardea_fido2_registration registration = { .rp_id = "" };
	unsigned char bytes[MADE_BYTES];
	char id[CARDEA_TXN_MAX + 1];
	size_t len = 0;

	if (cardea_remote_text_read(MADE_MAGIC, text, strlen(text), bytes,
		sizeof(bytes), &len) != CARDEA_OK ||
	    unpack_made(bytes, len, id, &registration) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "is no registration of a key, or not the whole of it");
	memcpy(ret_ticket_id, id, sizeof(id));
	*ret_registration = registration;
	return CARDEA_OK;
}
