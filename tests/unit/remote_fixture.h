/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_REMOTE_FIXTURE_H
#define TESTS_UNIT_REMOTE_FIXTURE_H

#include <string.h>

#include "factor/attestation.h"
#include "factor/remote.h"

/* Whole and valid things, for tests to spoil. */

static inline struct cardea_remote_challenge
a_challenge(void)
{
	struct cardea_remote_challenge challenge = {
		.service = "sshd",
		.uv = CARDEA_UV_PREFER,
		.handle_count = 2,
		.handles = {
			{ .rp_id = "fleet.example", .len = 64 },
			{ .rp_id = "pam://old", .len = 1 },
		},
	};

	memset(challenge.nonce, 0xa5, sizeof(challenge.nonce));
	memset(challenge.handles[0].bytes, 0x11, 64);
	challenge.handles[1].bytes[0] = 0;
	return challenge;
}

static inline struct cardea_remote_answer
an_answer(size_t auth_data_len, size_t signature_len)
{
	struct cardea_remote_answer answer = {
		.no = CARDEA_REMOTE_PROOF,
		.handle = 1,
		.user = "alice",
		.host = "bank.example",
		.auth_data_len = auth_data_len,
		.signature_len = signature_len,
	};

	memset(answer.auth_data, 0xda, auth_data_len);
	memset(answer.signature, 0x51, signature_len);
	return answer;
}

static inline struct cardea_remote_ticket
a_ticket(size_t exclude_count)
{
	struct cardea_remote_ticket ticket = {
		.id = "0123456789abcdef",
		.rp_id = "fleet.example",
		.user = "alice",
		.host = "bank.example",
		.resident = true,
		.uv = CARDEA_UV_NEED,
		.algorithm = CARDEA_FIDO2_EDDSA,
		.exclude_count = exclude_count,
	};

	memset(ticket.nonce, 0x0f, sizeof(ticket.nonce));
	memset(ticket.user_handle, 0xf0, sizeof(ticket.user_handle));
	for (size_t i = 0; i < exclude_count; i++) {
		memcpy(ticket.exclude[i].rp_id, "fleet.example", 14);
		ticket.exclude[i].len = i + 1;
		memset(ticket.exclude[i].bytes, (int)i, i + 1);
	}
	return ticket;
}

static inline struct cardea_fido2_registration
a_registration(void)
{
	struct cardea_fido2_registration registration = {
		.rp_id = "fleet.example",
		.format = "packed",
		.auth_data_len = 164,
		.statement_len = 700,
	};

	memset(registration.client_hash, 0xcc, 32);
	memset(registration.auth_data, 0xad, 164);
	memset(registration.statement, 0x57, 700);
	return registration;
}

#endif
