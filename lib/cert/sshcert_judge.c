/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cert/sshcert_form.h"
#include "cert/sshcert_option.h"
#include "cert/sshcert_revocation.h"
#include "cert/sshsig.h"

/*
 * The judge of SSH's certificates and keys: a list of checks, each of which
 * lets the next one run or writes why not.  What costs most comes last: nobody
 * makes us verify a signature of a CA that nobody here knows.
 */
struct judgement {
	const struct cardea_cert_question *question;
	struct cardea_cert_verdict *verdict;
	struct cardea_sshcert cert;
	struct cardea_sshcert_options options;
	bool is_cert;
	const char
	    *broken;	  /* an authority whose file cannot be read, or NULL */
	unsigned int bad; /* its line; 0: it has none */
	bool knows[CARDEA_AUTHORITIES_MAX]; /* authorities that know the CA */
};

static bool __attribute__((format(printf, 3, 4)))
refuse(struct judgement *j, enum cardea_cert_why why, const char *format, ...)
{
	char text[CARDEA_CERT_DETAIL_MAX + 1];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	cardea_cert_refuse(j->verdict, why, "%s", text);
	return false;
}

static bool
read_leaf(struct judgement *j)
{
	bool wants_cert = j->question->kind == CARDEA_CERT_SSH;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_sshcert_subject(
	    &j->question->leaf, &j->cert, &j->is_cert, &diag);
	if (status == CARDEA_OK && j->is_cert != wants_cert)
		return refuse(j, CARDEA_CERT_MALFORMED,
		    wants_cert ? "a plain key, not a certificate"
			       : "a certificate, not a plain key");
	if (status == CARDEA_OK)
		status = cardea_sshcert_identify(
		    &j->cert, j->is_cert, &j->verdict->identity);
	if (status == CARDEA_OK)
		return true;
	if (status == CARDEA_E_RANGE)
		return refuse(j, CARDEA_CERT_TOO_LARGE, "%s", diag.reason);
	if (status == CARDEA_E_MISSING)
		return refuse(j, CARDEA_CERT_PROFILE, "%s", diag.reason);
	if (status == CARDEA_E_SYNTAX)
		return refuse(j, CARDEA_CERT_MALFORMED, "%s", diag.reason);
	return refuse(j, CARDEA_CERT_FAILED, "cannot be read: %s",
	    cardea_status_text(status));
}

static bool
check_strength(struct judgement *j)
{
	if (cardea_sshpublic_is_weak(&j->cert.key))
		return refuse(j, CARDEA_CERT_WEAK,
		    "its key is no RSA key of %d to %d bits",
		    CARDEA_CERT_RSA_MIN, CARDEA_CERT_RSA_MAX);
	return true;
}

/* S03: hosts have certificates too, and from the same CA as often as not. */
static bool
check_type(struct judgement *j)
{
	if (j->cert.type != CARDEA_SSHCERT_USER)
		return refuse(j, CARDEA_CERT_PURPOSE, "a host's certificate");
	return true;
}

/* A line that cannot be read spoils the file: who knows what it was meant to
 * say. So does a file without any, which somebody may be writing just now. *bad
 * is the line's number. */
static enum cardea_status
look_for(const struct cardea_cert_trust *trust, struct cardea_sshwire_string ca,
    unsigned int *bad)
{
	struct cardea_sshwire_string text = { trust->trust.data,
		trust->trust.len };
	struct cardea_sshwire_string line;
	unsigned char blob[CARDEA_CERT_MAX];
	bool found = false, any = false;
	size_t len = 0;

	*bad = 0;
	while (cardea_sshcert_next_line(&text, &line, bad)) {
		struct cardea_sshpublic key;
		enum cardea_status status;

		status = cardea_sshcert_read_line(
		    line, blob, sizeof(blob), &len, NULL);
		if (status == CARDEA_OK)
			status = cardea_sshpublic_parse(blob, len, &key);
		if (status != CARDEA_OK && status != CARDEA_E_MISSING)
			return CARDEA_E_SYNTAX;
		any = any || status == CARDEA_OK;
		if (status == CARDEA_OK && len == ca.len &&
		    memcmp(blob, ca.bytes, len) == 0)
			found = true;
	}
	*bad = 0;
	if (!any)
		return CARDEA_E_SYNTAX;
	return found ? CARDEA_OK : CARDEA_E_MISSING;
}

static bool
refuse_broken(struct judgement *j)
{
	if (j->bad == 0)
		return refuse(j, CARDEA_CERT_FAILED,
		    "what %s trusts has no public key", j->broken);
	return refuse(j, CARDEA_CERT_FAILED,
	    "line %u of what %s trusts is no public key", j->bad, j->broken);
}

static bool
find_authorities(struct judgement *j)
{
	const struct cardea_cert_question *question = j->question;
	bool any = false;

	for (size_t i = 0;
	     i < question->trust_count && i < CARDEA_AUTHORITIES_MAX; i++) {
		const struct cardea_cert_trust *trust = &question->trust[i];
		enum cardea_status status;
		unsigned int line;

		if (trust->authority->kind != CARDEA_AUTHORITY_SSH)
			continue;
		status = look_for(trust, j->cert.ca_blob, &line);
		j->knows[i] = status == CARDEA_OK;
		any = any || j->knows[i];
		if (status == CARDEA_E_SYNTAX) {
			j->broken = trust->authority->name;
			j->bad = line;
		}
	}
	if (any)
		return true;
	if (j->broken != NULL)
		return refuse_broken(j);
	return refuse(j, CARDEA_CERT_UNTRUSTED, "nobody here knows the CA %s",
	    j->verdict->identity.issuer);
}

static bool
check_signature(struct judgement *j)
{
	unsigned char flags;

	/* S04: ssh-keygen -Y verify takes these, and sshd does not */
	if (cardea_sshsig_is_weak(&j->cert.signature))
		return refuse(j, CARDEA_CERT_WEAK, "signed with SHA-1");
	if (cardea_sshpublic_is_weak(&j->cert.ca))
		return refuse(j, CARDEA_CERT_WEAK,
		    "its CA's key is no RSA key of %d to %d bits",
		    CARDEA_CERT_RSA_MIN, CARDEA_CERT_RSA_MAX);
	if (!cardea_sshsig_holds(
		&j->cert.ca, &j->cert.signed_part, &j->cert.signature, &flags))
		return refuse(
		    j, CARDEA_CERT_BAD_SIGNATURE, "its CA did not sign this");
	return true;
}

/* "valid after <= current time < valid before" (S03) */
static bool
check_time(struct judgement *j)
{
	const struct cardea_cert_question *question = j->question;
	int64_t time_s = question->shown_s != 0 ? question->shown_s
						: question->time_s;

	if (time_s < 0 || (uint64_t)time_s < j->cert.valid_after)
		return refuse(j, CARDEA_CERT_NOT_YET, "valid from %" PRIu64,
		    j->cert.valid_after);
	if ((uint64_t)time_s >= j->cert.valid_before)
		return refuse(j, CARDEA_CERT_EXPIRED, "valid until %" PRIu64,
		    j->cert.valid_before);
	return true;
}

/* S01, S02: each critical option is obeyed, or there is no yes. */
static bool
check_options(struct judgement *j)
{
	enum cardea_cert_proof proof = j->question->proof;
	enum cardea_status status;

	status = cardea_sshcert_options(&j->cert, &j->options);
	if (status == CARDEA_E_MISSING)
		return refuse(j, CARDEA_CERT_OPTION,
		    "a critical option that is not known");
	if (status != CARDEA_OK)
		return refuse(
		    j, CARDEA_CERT_OPTION, "an option that is malformed");
	/* sshd skips this one for keys that can verify nobody */
	if (j->options.needs_uv && !j->verdict->identity.security_key)
		return refuse(j, CARDEA_CERT_OPTION,
		    "verify-required for a key that is no security key");
	if (j->options.forced && proof != CARDEA_CERT_PROOF_SSHD &&
	    proof != CARDEA_CERT_PROOF_OFFLINE)
		return refuse(j, CARDEA_CERT_OPTION,
		    "force-command, which sshd alone can obey");
	return true;
}

static bool
check_source(struct judgement *j)
{
	struct cardea_address address = cardea_address_parse(
	    j->question->source);
	bool may = false;

	if (cardea_sshcert_from(&j->options, &address, &may) != CARDEA_OK)
		return refuse(j, CARDEA_CERT_OPTION,
		    "source-address is no list of prefixes");
	if (!may && address.kind != CARDEA_ADDRESS_IP)
		return refuse(j, CARDEA_CERT_SOURCE,
		    "source-address, and the source is not known");
	if (!may)
		return refuse(j, CARDEA_CERT_SOURCE,
		    "source-address does not allow %s", j->question->source);
	return true;
}

/* Is the principal, byte for byte, the pattern with the user in it (S07)? */
static bool
matches(struct cardea_sshwire_string principal, const char *pattern,
    const char *user)
{
	const unsigned char *at = principal.bytes, *end = at + principal.len;

	while (*pattern != '\0') {
		bool is_user = strncmp(pattern, "%u", 2) == 0;
		const char *piece = is_user ? user : pattern;
		size_t len = is_user ? strlen(user) : 1;

		if ((size_t)(end - at) < len || memcmp(at, piece, len) != 0)
			return false;
		at += len;
		pattern += is_user ? 2 : 1;
	}
	return at == end;
}

static bool
allows(const struct cardea_authority *authority,
    struct cardea_sshwire_string principal, const char *user)
{
	/* a user without a name is everybody whose principal is empty */
	if (user[0] == '\0' || principal.len == 0)
		return false;
	for (size_t i = 0; i < authority->principal_count &&
	     i < CARDEA_AUTHORITY_PRINCIPALS_MAX;
	     i++) {
		if (authority->principals[i][0] != '\0' &&
		    matches(principal, authority->principals[i], user))
			return true;
	}
	return false;
}

/* PROTOCOL.certkeys has no principals mean all of them; sshd wants one, and so
 * do we. */
static bool
check_principals(struct judgement *j, const struct cardea_authority *authority)
{
	const char *user = j->question->user;
	struct cardea_sshwire_reader reader;

	if (j->cert.principal_count == 0)
		return refuse(j, CARDEA_CERT_NAME, "it names no principal");
	cardea_sshwire_read(
	    &reader, j->cert.principals.bytes, j->cert.principals.len);
	while (user != NULL && !reader.failed && reader.at < reader.len) {
		if (allows(authority, cardea_sshwire_get_string(&reader), user))
			return true;
	}
	if (user != NULL)
		return refuse(j, CARDEA_CERT_NAME,
		    "no principal is one that %s has for this user",
		    authority->name);
	return true;
}

/* Whoever is meant, the lists are asked too: REVOKED then stands in the place
 * of any other no. */
static bool
says_yes(struct judgement *j, const struct cardea_cert_trust *trust)
{
	struct cardea_cert_verdict *verdict = j->verdict, unnamed;
	bool named, clear;

	(void)memcpy(verdict->identity.authority, trust->authority->name,
	    sizeof(trust->authority->name));
	verdict->why = CARDEA_CERT_WHY_NONE;
	named = check_principals(j, trust->authority);
	unnamed = *verdict;
	clear = cardea_sshcert_not_revoked(j->question, trust, verdict);
	if (!named && (clear || verdict->why != CARDEA_CERT_REVOKED))
		*verdict = unnamed;
	return named && clear;
}

/* The first authority that says yes; but what one of them knows to be revoked
 * no other makes good.  Where none does, trouble of one of them is no no. */
static bool
ask_authorities(struct judgement *j)
{
	struct cardea_cert_verdict *verdict = j->verdict;
	struct cardea_cert_verdict first = { 0 };
	const struct cardea_cert_trust *chosen = NULL;
	int64_t date_s = 0;

	for (size_t i = 0; i < CARDEA_AUTHORITIES_MAX; i++) {
		const struct cardea_cert_trust *trust = &j->question->trust[i];
		bool holds;

		if (!j->knows[i])
			continue;
		holds = says_yes(j, trust);
		if (!holds && verdict->why == CARDEA_CERT_REVOKED)
			return false;
		if (!holds &&
		    (first.why == CARDEA_CERT_WHY_NONE ||
			(first.result == CARDEA_RESULT_REFUSED &&
			    verdict->result == CARDEA_RESULT_BROKEN)))
			first = *verdict;
		if (holds && chosen == NULL) {
			chosen = trust;
			date_s = verdict->identity.revocation_s;
		}
	}
	if (chosen == NULL) {
		*verdict = first;
		return j->broken != NULL ? refuse_broken(j) : false;
	}
	(void)memcpy(verdict->identity.authority, chosen->authority->name,
	    sizeof(chosen->authority->name));
	verdict->identity.revocation_s = date_s;
	return true;
}

static bool
check_signed_proof(struct judgement *j)
{
	const struct cardea_cert_question *question = j->question;
	unsigned char flags = 0;

	if (question->message.len == 0 || question->signature.len == 0)
		return refuse(
		    j, CARDEA_CERT_NO_PROOF, "no message, or no signature");
	if (cardea_sshsig_is_weak(&question->signature))
		return refuse(
		    j, CARDEA_CERT_WRONG_PROOF, "a signature with SHA-1");
	if (!cardea_sshsig_holds(
		&j->cert.key, &question->message, &question->signature, &flags))
		return refuse(j, CARDEA_CERT_WRONG_PROOF,
		    "its key did not sign the message");
	if (j->options.needs_uv && (flags & CARDEA_SSHSIG_UV) == 0)
		return refuse(j, CARDEA_CERT_WRONG_PROOF,
		    "verify-required, and nobody was verified");
	return true;
}

/* S08 */
static bool
check_proof(struct judgement *j)
{
	switch (j->question->proof) {
	case CARDEA_CERT_PROOF_SSHD:
	case CARDEA_CERT_PROOF_OFFLINE:
		return true;
	case CARDEA_CERT_PROOF_SSHSIG:
		return check_signed_proof(j);
	case CARDEA_CERT_PROOF_SIGNATURE:
		return refuse(j, CARDEA_CERT_WRONG_PROOF,
		    "a bare signature, where one of SSH's is wanted");
	case CARDEA_CERT_PROOF_NONE:
		break;
	}
	return refuse(j, CARDEA_CERT_NO_PROOF, "nothing shows its key");
}

static bool
judge_certificate(struct judgement *j)
{
	return check_type(j) && find_authorities(j) && check_signature(j) &&
	    check_time(j) && check_options(j) && check_source(j) &&
	    ask_authorities(j);
}

void
cardea_sshcert_judge(const struct cardea_cert_question *question,
    struct cardea_cert_verdict *ret_verdict)
{
	struct judgement j = { .question = question, .verdict = ret_verdict };

	memset(ret_verdict, 0, sizeof(*ret_verdict));
	if (question->kind != CARDEA_CERT_SSH &&
	    question->kind != CARDEA_CERT_SSH_KEY) {
		cardea_cert_refuse(
		    ret_verdict, CARDEA_CERT_FAILED, "not a question of SSH");
		return;
	}
	if (!read_leaf(&j) || !check_strength(&j))
		return;
	if (j.is_cert && !judge_certificate(&j))
		return;
	if (!check_proof(&j))
		return;
	ret_verdict->result = CARDEA_RESULT_VERIFIED;
	ret_verdict->why = CARDEA_CERT_ACCEPTED;
	ret_verdict->detail[0] = '\0';
}
