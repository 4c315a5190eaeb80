/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/text.h"
#include "cert/crlindex.h"
#include "cert/x509.h"
#include "cli/input.h"
#include "cli/moment.h"
#include "cli/x509case.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define CRL_FILE_MAX (64 * 1024 * 1024)

static const char *const part_names[CARDEA_X509CASE_PARTS + 1] = {
	[CARDEA_X509CASE_CERT] = "cert",
	[CARDEA_X509CASE_CA] = "ca",
	[CARDEA_X509CASE_INTERMEDIATE] = "intermediate",
	[CARDEA_X509CASE_CRL] = "crl",
	[CARDEA_X509CASE_OCSP] = "ocsp",
	[CARDEA_X509CASE_AT] = "at",
	[CARDEA_X509CASE_PURPOSE] = "purpose",
	[CARDEA_X509CASE_SAN] = "san",
	[CARDEA_X509CASE_POLICY] = "policy",
	[CARDEA_X509CASE_MAX_AGE] = "max-age",
};

const char *
cardea_x509case_name(enum cardea_x509case_part part)
{
	return part < CARDEA_X509CASE_PARTS ? part_names[part] : NULL;
}

static enum cardea_status
load(const char *text, size_t max, struct cardea_x509case_block *ret_block,
    struct cardea_diag *diag)
{
	char *data = NULL;

	if (strncmp(text, BEGIN, strlen(BEGIN)) != 0) {
		enum cardea_status status = cardea_input_read(
		    text, max, &data, &ret_block->len, diag);

		if (status == CARDEA_OK)
			ret_block->data = (unsigned char *)data; /* moved */
		return status;
	}
	data = strdup(text);
	if (data == NULL)
		return CARDEA_E_MEMORY;
	ret_block->data = (unsigned char *)data; /* moved */
	ret_block->len = strlen(data);
	return CARDEA_OK;
}

static bool
is_pem(const struct cardea_x509case_block *block)
{
	return memmem(block->data, block->len, BEGIN, strlen(BEGIN)) != NULL;
}

/* The first block of a PEM text, whatever its label, in place of the text. */
static enum cardea_status
unwrap(struct cardea_x509case_block *block, struct cardea_diag *diag)
{
	char *text = (char *)block->data, *from, *to, *put;
	size_t len = 0;

	from = memmem(text, block->len, BEGIN, strlen(BEGIN));
	from = from == NULL
	    ? NULL
	    : memchr(from, '\n', block->len - (size_t)(from - text));
	to = from == NULL ? NULL
			  : memmem(from, block->len - (size_t)(from - text),
				END, strlen(END));
	if (to == NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX, "is no PEM");
	put = from;
	for (const char *at = from; at < to; at++) {
		if (*at != '\n' && *at != '\r')
			*put++ = *at;
	}
	if (cardea_base64_decode(CARDEA_BASE64, from, (size_t)(put - from),
		block->data, block->len, &len) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "is no base64 in PEM");
	block->len = len;
	return CARDEA_OK;
}

/* DER in the place of PEM would be refused: the settings want PEM. */
static enum cardea_status
wrap(struct cardea_x509case_block *block)
{
	static const char head[] = "-----BEGIN CERTIFICATE-----\n",
			  tail[] = "\n-----END CERTIFICATE-----\n";
	size_t size = CARDEA_BASE64_LEN(block->len) + sizeof(head) +
	    sizeof(tail);
	char *text = malloc(size), *base64;
	enum cardea_status status;

	if (text == NULL)
		return CARDEA_E_MEMORY;
	base64 = malloc(size);
	status = base64 == NULL ? CARDEA_E_MEMORY
				: cardea_base64_encode(CARDEA_BASE64,
				      block->data, block->len, base64, size);
	if (status == CARDEA_OK)
		status = cardea_text_print(
		    text, size, "%s%s%s", head, base64, tail);
	free(base64);
	if (status != CARDEA_OK) {
		free(text);
		return status;
	}
	free(block->data);
	block->data = (unsigned char *)text; /* moved */
	block->len = strlen(text);
	return CARDEA_OK;
}

static enum cardea_status
append(struct cardea_x509case_block *all, const char *text,
    struct cardea_diag *diag)
{
	struct cardea_x509case_block one = { 0 };
	enum cardea_status status;
	unsigned char *more;

	status = load(text, CARDEA_CERT_FILE_MAX, &one, diag);
	if (status == CARDEA_OK && !is_pem(&one))
		status = wrap(&one);
	if (status != CARDEA_OK)
		goto out;
	status = CARDEA_E_MEMORY;
	more = realloc(all->data, all->len + one.len + 1);
	if (more == NULL)
		goto out;
	memcpy(more + all->len, one.data, one.len);
	all->data = more;
	all->len += one.len;
	all->data[all->len++] = '\n';
	status = CARDEA_OK;
out:
	free(one.data);
	return status;
}

/* The certificate itself, and behind it what its holder would send along. */
static enum cardea_status
put_cert(struct cardea_x509case *x509case, const char *text,
    struct cardea_diag *diag)
{
	struct cardea_x509case_block block = { 0 };
	struct cardea_cert_bytes pem;
	enum cardea_status status;

	if (x509case->cert_count > 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "there is one certificate to judge");
	status = load(text, CARDEA_CERT_FILE_MAX, &block, diag);
	if (status != CARDEA_OK)
		return status;
	if (!is_pem(&block)) {
		x509case->cert = block; /* moved */
		x509case->cert_count = 1;
		x509case->certs[0].data = block.data;
		x509case->certs[0].len = block.len;
		return CARDEA_OK;
	}
	pem.data = block.data;
	pem.len = block.len;
	status = cardea_x509_pem(&pem, 1 + CARDEA_CERT_CHAIN_MAX,
	    x509case->certs, &x509case->cert_count, &x509case->cert.data, diag);
	free(block.data);
	return status;
}

static enum cardea_status
put_block(struct cardea_x509case_block *blocks, size_t *count, size_t max,
    const char *text, size_t size, struct cardea_diag *diag)
{
	struct cardea_x509case_block block = { 0 };
	enum cardea_status status;

	if (*count == max)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "are more than %zu", max);
	status = load(text, size, &block, diag);
	if (status == CARDEA_OK && is_pem(&block))
		status = unwrap(&block, diag);
	if (status != CARDEA_OK) {
		free(block.data);
		return status;
	}
	blocks[(*count)++] = block; /* moved */
	return CARDEA_OK;
}

static bool
is_oid(const char *text)
{
	size_t len = strlen(text);

	return len > 2 && len <= CARDEA_CERT_OID_MAX &&
	    strspn(text, "0123456789.") == len && strstr(text, "..") == NULL &&
	    text[0] != '.' && text[len - 1] != '.' && strchr(text, '.') != NULL;
}

static enum cardea_status
put_purpose(struct cardea_x509case *x509case, const char *text,
    struct cardea_diag *diag)
{
	static const char *const known[][2] = {
		{ "any", "any" },
		{ "serverAuth", "1.3.6.1.5.5.7.3.1" },
		{ "clientAuth", "1.3.6.1.5.5.7.3.2" },
		{ "codeSigning", "1.3.6.1.5.5.7.3.3" },
		{ "emailProtection", "1.3.6.1.5.5.7.3.4" },
		{ "timeStamping", "1.3.6.1.5.5.7.3.8" },
		{ "OCSPSigning", "1.3.6.1.5.5.7.3.9" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(text, known[i][0]) == 0)
			return cardea_text_copy(x509case->purpose,
			    sizeof(x509case->purpose), known[i][1]);
	}
	if (!is_oid(text))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants clientAuth, serverAuth, an OID, or any");
	return cardea_text_copy(
	    x509case->purpose, sizeof(x509case->purpose), text);
}

/* A bare name is taken for what it looks like. */
static enum cardea_status
put_name(struct cardea_x509case *x509case, const char *text,
    struct cardea_diag *diag)
{
	static const char *const heads[] = {
		"dns:", "email:", "uri:", "ip:", "upn:", "dirname:"
	};
	unsigned char address[16];
	const char *head = "dns:";

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (strncmp(text, heads[i], strlen(heads[i])) == 0)
			head = "";
	}
	if (head[0] != '\0' && strchr(text, '@') != NULL)
		head = "email:";
	else if (head[0] != '\0' &&
	    (inet_pton(AF_INET, text, address) == 1 ||
		inet_pton(AF_INET6, text, address) == 1))
		head = "ip:";
	if (text[0] == '\0' ||
	    cardea_text_print(x509case->name, sizeof(x509case->name), "%s%s",
		head, text) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants a name like dns:host.example.org");
	return CARDEA_OK;
}

static enum cardea_status
put_policy(struct cardea_x509case *x509case, const char *text,
    struct cardea_diag *diag)
{
	if (!is_oid(text) || x509case->policy_count == CARDEA_CERT_OIDS_MAX)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants an OID, and not more than %d of them",
		    CARDEA_CERT_OIDS_MAX);
	return cardea_text_copy(x509case->policies[x509case->policy_count++],
	    CARDEA_CERT_OID_MAX + 1, text);
}

static enum cardea_status
put_time(struct cardea_x509case *x509case, const char *text,
    struct cardea_diag *diag)
{
	/* a fraction of a second is dropped, which denies at both ends */
	if ((cardea_moment_parse(text, &x509case->time_s) != CARDEA_OK &&
		cardea_moment_parse_log(text, &x509case->time_s) !=
		    CARDEA_OK) ||
	    x509case->time_s <= 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants seconds, or a time like 2026-12-25T10:00:00Z");
	x509case->has_time = true;
	return CARDEA_OK;
}

static enum cardea_status
put(struct cardea_x509case *x509case, enum cardea_x509case_part part,
    const char *text, struct cardea_diag *diag)
{
	switch (part) {
	case CARDEA_X509CASE_CERT:
		return put_cert(x509case, text, diag);
	case CARDEA_X509CASE_CA:
		return append(&x509case->anchors, text, diag);
	case CARDEA_X509CASE_INTERMEDIATE:
		return append(&x509case->intermediates, text, diag);
	case CARDEA_X509CASE_CRL:
		return put_block(x509case->crls, &x509case->crl_count,
		    CARDEA_AUTHORITY_LISTS_MAX, text, CRL_FILE_MAX, diag);
	case CARDEA_X509CASE_OCSP:
		return put_block(x509case->answers, &x509case->answer_count,
		    CARDEA_OCSP_ANSWERS_MAX, text, CARDEA_OCSP_MAX, diag);
	case CARDEA_X509CASE_AT:
		return put_time(x509case, text, diag);
	case CARDEA_X509CASE_PURPOSE:
		return put_purpose(x509case, text, diag);
	case CARDEA_X509CASE_SAN:
		return put_name(x509case, text, diag);
	case CARDEA_X509CASE_POLICY:
		return put_policy(x509case, text, diag);
	case CARDEA_X509CASE_MAX_AGE:
		return cardea_text_duration(text, CARDEA_REVOCATION_MAX_S,
			   &x509case->max_age_s) == CARDEA_OK
		    ? CARDEA_OK
		    : cardea_diag_set(diag, CARDEA_E_SYNTAX,
			  "wants a time like 6h, a year at most");
	case CARDEA_X509CASE_PARTS:
		break;
	}
	return CARDEA_E_INTERNAL;
}

enum cardea_status
cardea_x509case_put(struct cardea_x509case *x509case,
    enum cardea_x509case_part part, const char *text, struct cardea_diag *diag)
{
	/* of its own, for a file that was read well leaves its name there */
	struct cardea_diag own = { 0 };
	enum cardea_status status = put(x509case, part, text, &own);

	if (status == CARDEA_OK)
		return status;
	cardea_diag_place(&own, NULL, 0, cardea_x509case_name(part));
	(void)cardea_diag_set(&own, status, "%s", cardea_status_text(status));
	if (diag != NULL)
		*diag = own;
	return status;
}

/* All that may have signed a list: whoever is known. */
struct issuers {
	size_t count;
	struct cardea_cert_bytes
	    items[2 * CARDEA_CERT_TRUSTED_MAX + CARDEA_CERT_CHAIN_MAX];
	unsigned char *heaps[2];
};

static void
find_issuers(const struct cardea_x509case *x509case, struct issuers *issuers)
{
	const struct cardea_x509case_block *blocks[] = { &x509case->anchors,
		&x509case->intermediates };

	for (size_t i = 0; i < 2; i++) {
		const struct cardea_cert_bytes pem = { blocks[i]->data,
			blocks[i]->len };
		struct cardea_diag diag = { 0 };
		size_t count = 0;

		/* the judge says what is wrong with a file of anchors */
		if (pem.len > 0 &&
		    cardea_x509_pem(&pem, CARDEA_CERT_TRUSTED_MAX,
			issuers->items + issuers->count, &count,
			&issuers->heaps[i], &diag) == CARDEA_OK)
			issuers->count += count;
	}
	for (size_t i = 1; i < x509case->cert_count; i++)
		issuers->items[issuers->count++] = x509case->certs[i];
}

/* As `cardea refresh` does it: a list that cannot be believed has no index, and
 * is missed. */
static void
build_indexes(const struct cardea_x509case *x509case,
    struct cardea_cert_trust *trust, unsigned char **indexes,
    struct cardea_diag *diag)
{
	struct issuers *issuers = calloc(1, sizeof(*issuers));
	struct cardea_crlindex_issuers known = { 0 };

	trust->list_count = x509case->crl_count;
	if (issuers == NULL)
		return; /* all are missing then */
	find_issuers(x509case, issuers);
	known.count = issuers->count;
	known.items = issuers->items;
	for (size_t i = 0; i < x509case->crl_count; i++) {
		const struct cardea_cert_bytes crl = { x509case->crls[i].data,
			x509case->crls[i].len };
		size_t len = 0;

		if (cardea_crlindex_build(
			&crl, &known, &indexes[i], &len, diag) != CARDEA_OK)
			continue;
		trust->lists[i].data = indexes[i];
		trust->lists[i].len = len;
		trust->list_times_s[i] = x509case->time_s;
	}
	free(issuers->heaps[0]);
	free(issuers->heaps[1]);
	free(issuers);
}

static enum cardea_revocation_by
revocation_of(const struct cardea_x509case *x509case)
{
	if (x509case->crl_count > 0)
		return x509case->answer_count > 0 ? CARDEA_REVOCATION_BY_ANY
						  : CARDEA_REVOCATION_BY_CRL;
	return x509case->answer_count > 0 ? CARDEA_REVOCATION_BY_OCSP
					  : CARDEA_REVOCATION_BY_NONE;
}

static enum cardea_status
ask(const struct cardea_x509case *x509case,
    struct cardea_cert_question *question, struct cardea_diag *diag)
{
	struct cardea_cert_trust *trust = &question->trust[0];

	if (x509case->cert_count == 0 || x509case->anchors.len == 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "wants a certificate, and a ca");
	question->kind = CARDEA_CERT_X509;
	question->proof = CARDEA_CERT_PROOF_OFFLINE;
	question->leaf = x509case->certs[0];
	question->chain_count = x509case->cert_count - 1;
	memcpy(question->chain, x509case->certs + 1,
	    question->chain_count * sizeof(question->chain[0]));
	question->time_s = x509case->has_time ? x509case->time_s
					      : cardea_clock_read().time_s;
	question->name = x509case->name[0] != '\0' ? x509case->name : NULL;
	question->policy_count = x509case->policy_count;
	question->explicit_policy = x509case->explicit_policy;
	question->inhibit_mapping = x509case->inhibit_mapping;
	question->inhibit_any = x509case->inhibit_any;
	question->trust_count = 1;
	trust->trust.data = x509case->anchors.data;
	trust->trust.len = x509case->anchors.len;
	trust->intermediates.data = x509case->intermediates.data;
	trust->intermediates.len = x509case->intermediates.len;
	trust->answer_count = x509case->answer_count;
	for (size_t i = 0; i < x509case->answer_count; i++) {
		trust->answers[i].data = x509case->answers[i].data;
		trust->answers[i].len = x509case->answers[i].len;
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_x509case_judge(const struct cardea_x509case *x509case,
    struct cardea_cert_verdict *ret_verdict, struct cardea_diag *diag)
{
	struct cardea_cert_question question = { 0 };
	struct cardea_authority authority = { 0 };
	const char *policies[CARDEA_CERT_OIDS_MAX];
	unsigned char *indexes[CARDEA_AUTHORITY_LISTS_MAX] = { 0 };
	enum cardea_status status;

	status = ask(x509case, &question, diag);
	if (status != CARDEA_OK)
		return status;
	authority.kind = CARDEA_AUTHORITY_X509;
	authority.revocation = revocation_of(x509case);
	authority.max_age_s = x509case->max_age_s;
	memcpy(authority.name, "test", sizeof("test"));
	memcpy(authority.purpose, x509case->purpose, sizeof(authority.purpose));
	for (size_t i = 0; i < x509case->policy_count; i++)
		policies[i] = x509case->policies[i];
	question.policies = x509case->policy_count > 0 ? policies : NULL;
	question.trust[0].authority = &authority;
	build_indexes(x509case, &question.trust[0], indexes, diag);
	cardea_cert_judge(&question, ret_verdict);
	for (size_t i = 0; i < CARDEA_AUTHORITY_LISTS_MAX; i++)
		free(indexes[i]);
	return CARDEA_OK;
}

void
cardea_x509case_clear(struct cardea_x509case *x509case)
{
	free(x509case->cert.data);
	free(x509case->anchors.data);
	free(x509case->intermediates.data);
	for (size_t i = 0; i < x509case->crl_count; i++)
		free(x509case->crls[i].data);
	for (size_t i = 0; i < x509case->answer_count; i++)
		free(x509case->answers[i].data);
	memset(x509case, 0, sizeof(*x509case));
}
