/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/cose.h"
#include "factor/library/statement.h"

/* What the map held; a bit of seen for each member. */
enum member {
	MEMBER_ALG = 1,
	MEMBER_SIG = 2,
	MEMBER_X5C = 4,
};

struct members {
	unsigned int seen;
	int64_t algorithm;
	bool too_long;
};

static enum cardea_status
fail(struct cardea_diag *diag)
{
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "the attestation statement is malformed");
}

static bool
read_format(const struct cardea_fido2_registration *registration,
    enum cardea_statement_format *ret_format)
{
	static const struct {
		const char *text;
		enum cardea_statement_format format;
	} formats[] = {
		{ "none", CARDEA_STATEMENT_NONE },
		{ "packed", CARDEA_STATEMENT_PACKED },
		{ "fido-u2f", CARDEA_STATEMENT_U2F },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strncmp(registration->format, formats[i].text,
			sizeof(registration->format)) == 0) {
			*ret_format = formats[i].format;
			return true;
		}
	}
	return false;
}

/* A chain that is too long is read to its end, so that it is not taken for one
 * that is malformed. */
static bool
read_chain(struct cardea_cbor *reader, struct cardea_statement *statement,
    struct members *members)
{
	size_t count = cardea_cbor_open(reader, CARDEA_CBOR_ARRAY);

	members->too_long = count > CARDEA_KEY_CHAIN_MAX;
	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cardea_cbor_span cert = cardea_cbor_string(
		    reader, CARDEA_CBOR_BYTES);

		if (cert.len == 0)
			return false;
		if (i < CARDEA_KEY_CHAIN_MAX)
			statement->certs[i] = cert;
	}
	statement->cert_count = members->too_long ? 0 : count;
	return count > 0;
}

static bool
read_member(struct cardea_cbor *reader, struct cardea_statement *statement,
    struct members *members)
{
	struct cardea_cbor_span key;
	unsigned int bit;

	key = cardea_cbor_string(reader, CARDEA_CBOR_TEXT);
	if (cardea_cbor_equal(key, "alg"))
		bit = MEMBER_ALG;
	else if (cardea_cbor_equal(key, "sig"))
		bit = MEMBER_SIG;
	else if (cardea_cbor_equal(key, "x5c"))
		bit = MEMBER_X5C;
	else
		return false;
	if ((members->seen & bit) != 0)
		return false;
	members->seen |= bit;
	if (bit == MEMBER_X5C)
		return read_chain(reader, statement, members);
	if (bit == MEMBER_ALG) {
		members->algorithm = cardea_cbor_integer(reader);
		return true;
	}
	statement->signature = cardea_cbor_string(reader, CARDEA_CBOR_BYTES);
	return statement->signature.len > 0 &&
	    statement->signature.len <= CARDEA_KEY_SIGNATURE_MAX;
}

static bool
read_members(const struct cardea_fido2_registration *registration,
    struct cardea_statement *statement, struct members *members)
{
	struct cardea_cbor reader;
	size_t pairs;

	cardea_cbor_begin(
	    &reader, registration->statement, registration->statement_len);
	pairs = cardea_cbor_open(&reader, CARDEA_CBOR_MAP);
	while (pairs-- > 0) {
		if (!read_member(&reader, statement, members))
			return false;
	}
	return cardea_cbor_done(&reader) == CARDEA_OK;
}

/* Which members each format has, no more and no less. */
static bool
members_fit(enum cardea_statement_format format, const struct members *members)
{
	switch (format) {
	case CARDEA_STATEMENT_NONE:
		return members->seen == 0;
	case CARDEA_STATEMENT_PACKED:
		return (members->seen & ~(unsigned int)MEMBER_X5C) ==
		    (MEMBER_ALG | MEMBER_SIG);
	case CARDEA_STATEMENT_U2F:
		return members->seen == (MEMBER_SIG | MEMBER_X5C);
	}
	return false;
}

enum cardea_status
cardea_statement_read(const struct cardea_fido2_registration *registration,
    struct cardea_statement *ret_statement, struct cardea_diag *diag)
{
	struct cardea_statement statement = { 0 };
	/* a U2F statement names none: it is always this one (8.6) */
	struct members members = { .algorithm = CARDEA_FIDO2_ES256 };

	if (!read_format(registration, &statement.format))
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "attestations of format \"%.31s\" are not supported",
		    registration->format);
	if (!read_members(registration, &statement, &members) ||
	    !members_fit(statement.format, &members))
		return fail(diag);
	if (members.too_long)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "the chain has more than %d certificates",
		    CARDEA_KEY_CHAIN_MAX);
	if (statement.format == CARDEA_STATEMENT_U2F &&
	    statement.cert_count != 1)
		return fail(diag);
	statement.algorithm = (enum cardea_fido2_algorithm)members.algorithm;
	if ((int64_t)statement.algorithm != members.algorithm ||
	    cardea_cose_public_len(statement.algorithm) == 0)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "attestation signatures of algorithm %lld are not "
		    "supported",
		    (long long)members.algorithm);
	*ret_statement = statement;
	return CARDEA_OK;
}
