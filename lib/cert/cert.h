/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_CERT_H
#define CARDEA_CERT_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>
#include <cardea/evidence.h>
#include <cardea/limits.h>
#include <cardea/policy.h>

/*
 * Certificates, X.509 and OpenSSH, and their judgement: one question, one
 * verdict.  Plain values; what is long is borrowed bytes.  Nothing here is
 * secret.  The zero verdict vouches for nothing.
 *
 * A certificate is a fact about a key.  It counts only with a fresh signature
 * by that key over our message, or with sshd's word that it verified one (X01,
 * S08), and only below an authority that the settings name.
 */

struct cardea_cert_bytes { /* borrowed */
	const unsigned char *data;
	size_t len;
};

enum cardea_cert_kind {
	CARDEA_CERT_NONE = 0,
	CARDEA_CERT_X509,    /* DER; RFC 5280 */
	CARDEA_CERT_SSH,     /* OpenSSH certificate blob; PROTOCOL.certkeys */
	CARDEA_CERT_SSH_KEY, /* a plain key blob: no authority, possession only;
				what it is worth the device table says */
};

/* How possession was shown. */
enum cardea_cert_proof {
	CARDEA_CERT_PROOF_NONE = 0,  /* not at all: never VERIFIED by it */
	CARDEA_CERT_PROOF_SIGNATURE, /* raw, over message: ECDSA in DER with
		SHA-256 (P-256) or SHA-384 (P-384) or SHA-512 (P-521), Ed25519,
		RSA PKCS #1 1.5 with SHA-256 */
	CARDEA_CERT_PROOF_SSHSIG, /* an SSH signature blob over message, as an
		agent makes it; "ssh-rsa" (SHA-1) refused; X.509 keys too */
	CARDEA_CERT_PROOF_SSHD, /* sshd verified it: SSH_AUTH_INFO_0; X.509: it
		 verified the plain key that message is */
	CARDEA_CERT_PROOF_OFFLINE, /* not in question: `cardea test`, which lets
		 nobody in, and what was shown before (still.h) */
};

/* What a list of revoked ones is, for the authority that owns it. */
struct cardea_cert_trust {
	const struct cardea_authority *authority; /* its settings */
	struct cardea_cert_bytes trust;		  /* contents of the file */
	struct cardea_cert_bytes intermediates;
	struct cardea_cert_bytes list_keys;
	size_t list_count; /* X.509: indexes of cert/crlindex.h; SSH: KRLs.  An
			      empty one stands for a file that is missing */
	struct cardea_cert_bytes lists[CARDEA_AUTHORITY_LISTS_MAX];
	/* when each list came here: a KRL's age where it has no date */
	int64_t list_times_s[CARDEA_AUTHORITY_LISTS_MAX];
	size_t answer_count; /* OCSP, DER */
	struct cardea_cert_bytes answers[CARDEA_OCSP_ANSWERS_MAX];
};

struct cardea_cert_question {
	enum cardea_cert_kind kind;
	struct cardea_cert_bytes leaf;
	size_t chain_count; /* X.509: what the holder sent along, not trusted */
	struct cardea_cert_bytes chain[CARDEA_CERT_CHAIN_MAX];
	int64_t time_s;
	uint32_t revocation_s; /* the rule's word on freshness; 0: none */
	/* SSH certificates */
	int64_t shown_s;    /* when it was shown, if that is over: that it has
			       ended since then says nothing; 0: now */
	const char *user;   /* for the principals; NULL: any principal will do,
			       but one there must be */
	const char *source; /* numeric address; NULL or "": not known */
	/* X.509, `cardea test` only; NULL otherwise */
	const char *name; /* "dns:...", "email:...", "uri:...", "ip:..." that
			     the certificate must be for */
	const char *const *policies; /* initial-policy-set, OIDs; NULL: any */
	size_t policy_count;
	bool explicit_policy, inhibit_mapping, inhibit_any;
	size_t trust_count;
	struct cardea_cert_trust trust[CARDEA_AUTHORITIES_MAX];
	enum cardea_cert_proof proof;
	struct cardea_cert_bytes message, signature;
};

/* One vocabulary for both kinds; text for the log by cardea_cert_why_text. */
enum cardea_cert_why {
	CARDEA_CERT_WHY_NONE = 0,
	CARDEA_CERT_ACCEPTED,
	CARDEA_CERT_MALFORMED, /* not a certificate to the last byte */
	CARDEA_CERT_TOO_LARGE, /* beyond a ceiling (X07) */
	CARDEA_CERT_PROFILE,   /* well formed, and not what we take (X04) */
	CARDEA_CERT_WEAK,      /* key or signature algorithm, SHA-1 (S04) */
	CARDEA_CERT_UNTRUSTED, /* no path to an authority */
	CARDEA_CERT_NOT_YET,
	CARDEA_CERT_EXPIRED,
	CARDEA_CERT_BAD_SIGNATURE, /* of the issuer */
	CARDEA_CERT_PURPOSE,	/* extended key usage; host certificate (S03) */
	CARDEA_CERT_CONSTRAINT, /* name constraints, path length, policies */
	CARDEA_CERT_NAME,	/* not for that name or principal */
	CARDEA_CERT_OPTION,	/* a critical option that cannot be obeyed */
	CARDEA_CERT_SOURCE,	/* source-address does not allow it (S02) */
	CARDEA_CERT_REVOKED,
	CARDEA_CERT_REVOCATION_UNKNOWN, /* no list or answer for it, or a
					   damaged one: BROKEN, which denies */
	CARDEA_CERT_REVOCATION_STALE,	/* older than is wanted: BROKEN */
	CARDEA_CERT_NO_PROOF,		/* possession was not shown */
	CARDEA_CERT_WRONG_PROOF,	/* a signature by another key, or over
					   another message */
	CARDEA_CERT_TIMEOUT,		/* X08: BROKEN */
	CARDEA_CERT_FAILED,		/* machinery: BROKEN */
	CARDEA_CERT_WHY_COUNT,
};

struct cardea_cert_oid {
	char text[CARDEA_CERT_OID_MAX + 1];
};

/* "dns:laptop-7.example.org", "email:", "uri:", "ip:", "upn:", "dirname:" as
 * RFC 2253; of an OpenSSH certificate its principals, bare */
struct cardea_cert_name {
	char text[CARDEA_CERT_NAME_MAX + 1];
};

#define CARDEA_CERT_FINGERPRINT_MAX CARDEA_CREDENTIAL_MAX /* "SHA256:..." */

/* What is known of a certificate that could be read, whatever the verdict.
 * Free bytes of strangers (names, key ids) are here as they stand if they are
 * printable UTF-8 without control characters, else left out (S07). */
struct cardea_cert_identity {
	enum cardea_cert_kind kind;
	char authority[CARDEA_AUTHORITY_NAME_MAX + 1]; /* that vouches; "" */
	char subject[CARDEA_CERT_NAME_MAX + 1]; /* RFC 2253; SSH: the key id */
	char issuer[CARDEA_CERT_NAME_MAX + 1];	/* RFC 2253; SSH: CA's SHA256:
						   fingerprint */
	char issuer_name[CARDEA_CERT_NAME_MAX +
	    1];		 /* the issuer's common name */
	char serial[48]; /* hex, lower case, even; SSH: decimal */
	char fingerprint[CARDEA_CERT_FINGERPRINT_MAX + 1]; /* X.509: of the DER;
		SSH: of the certified key's plain blob */
	char ssh_fingerprint[CARDEA_CERT_FINGERPRINT_MAX + 1]; /* of its public
		key as a plain SSH blob; "" if SSH has no such key type */
	unsigned char key_hash[32]; /* SHA-256 of the SubjectPublicKeyInfo; zero
				       if it has none (security keys) */
	int64_t not_before_s, not_after_s; /* valid [from, to); SSH: for ever is
					      INT64_MAX */
	size_t name_count;
	struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX];
	size_t purpose_count; /* extended key usages */
	struct cardea_cert_oid purposes[CARDEA_CERT_OIDS_MAX];
	size_t policy_count; /* certificate policies that hold on this path */
	struct cardea_cert_oid policies[CARDEA_CERT_OIDS_MAX];
	bool security_key; /* "sk-" key */
	bool needs_uv;	   /* SSH critical option verify-required */
	bool forced;	   /* SSH critical option force-command: only sshd can
			      obey it, so it counts by PROOF_SSHD alone */
	int64_t revocation_s; /* date of the oldest list or answer that cleared
				 it; 0: none was asked */
};

#define CARDEA_CERT_DETAIL_MAX 255

struct cardea_cert_verdict {
	enum cardea_result result; /* VERIFIED, REFUSED or BROKEN */
	enum cardea_cert_why why;
	char detail[CARDEA_CERT_DETAIL_MAX + 1]; /* for people, one line */
	struct cardea_cert_identity identity;
};

const char *cardea_cert_why_text(enum cardea_cert_why why);

/* cardea_cert_refuse: fills result (REFUSED, or BROKEN for what is trouble),
 * why and detail; the one way in which a verdict becomes a no. */
void cardea_cert_refuse(struct cardea_cert_verdict *verdict,
    enum cardea_cert_why why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* cardea_cert_judge: the one judge, whoever asks: cardea-cert for a login,
 * `cardea test` for an admin.  VERIFIED only if the certificate holds AND
 * possession was shown (or PROOF_OFFLINE: whoever asks so knows of it already).
 * Pure but for OpenSSL; may take long for hostile input, so a login asks it in
 * a process that can be ended (cert/ask.h). */
void cardea_cert_judge(const struct cardea_cert_question *question,
    struct cardea_cert_verdict *ret_verdict);

#endif
