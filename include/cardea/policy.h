/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_H
#define CARDEA_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>
#include <cardea/request.h>
#include <cardea/requirement.h>

/*
 * The installed policy: rules and settings in their prepared form, which
 * `cardea check --install` made from the source files.  Loading maps one
 * file; nothing here reads libconfig.  A policy is read-only and opaque; what
 * it hands out is borrowed and lives as long as it does.  Not for use across
 * fork by two writers: there are none.
 *
 * Matching is pure: same policy, same request, same answer (invariant 4).
 */

struct cardea_policy;

/* Kleene's three values: a fact that is unknown makes a condition MAYBE. */
enum cardea_truth {
	CARDEA_FALSE = 0,
	CARDEA_MAYBE = 1,
	CARDEA_TRUE = 2,
};

enum cardea_rule_kind {
	CARDEA_RULE_DENY = 0,
	CARDEA_RULE_REQUIRE = 0x5a3c96e1,
};

/* the index of a named outage: 0 store-unwritable, 1 cluster,
 * 2 revocation-stale; its bit in a request is 1 << index */
#define CARDEA_OUTAGE_COUNT 3
#define CARDEA_OUTAGE_CLUSTER_INDEX 1

/* cardea_outage_text: the name in when_outage; "" beyond the last */
const char *cardea_outage_text(size_t index);

/* One rule as people and the log see it. Borrowed text, "" where unset. */
struct cardea_rule {
	const char *name;
	enum cardea_rule_kind kind;
	const char *deny;    /* DENY: the text of the refusal */
	const char *require; /* REQUIRE: canonical text of the requirement */
	/* REQUIRE: what a named outage asks instead */
	const char *when_outage[CARDEA_OUTAGE_COUNT];
	uint32_t remember_s;	 /* 0: proofs do not carry over */
	uint32_t session_s;	 /* 0: no limit */
	uint32_t revocation_s;	 /* oldest revocation data that counts; 0: as
				    the authority has it */
	bool observe;		 /* mode = "observe" */
	int64_t observe_until_s; /* first second at which it enforces */
	bool emergency;
	bool alert;
	const char *owner;
	const char *review; /* "2027-06-01" */
	const char *reason;
	const char *file;
	unsigned int line;
	bool early;	  /* no user, group, signal or grant: may deny early */
	bool grant;	  /* applies only while it is granted to the user */
	uint32_t approve; /* other persons that a grant of it needs */
};

/*
 * Who may vouch for a device or a key: a block of `authorities` in cardea.conf.
 * The zero value vouches for nothing.
 */
enum cardea_authority_kind {
	CARDEA_AUTHORITY_NONE = 0,
	CARDEA_AUTHORITY_X509 = 0x35b1c96e,
	CARDEA_AUTHORITY_SSH = 0x6a2e5d93,
};

/* Must revocation be known?  CRL: each certificate below the anchor by a CRL;
 * OCSP: the device's by an answer, what is above it by a CRL or an answer; ANY:
 * either.  NONE is for certificates that live for hours. */
enum cardea_revocation_by {
	CARDEA_REVOCATION_BY_ANY = 0,
	CARDEA_REVOCATION_BY_CRL,
	CARDEA_REVOCATION_BY_OCSP,
	CARDEA_REVOCATION_BY_NONE,
};

#define CARDEA_PURPOSE_CLIENT "1.3.6.1.5.5.7.3.2" /* clientAuth */

struct cardea_authority {
	enum cardea_authority_kind kind;
	char name[CARDEA_AUTHORITY_NAME_MAX + 1]; /* a-z A-Z 0-9 . _ - blank */
	char trust[256]; /* PEM of anchors, or lines of OpenSSH public keys */
	char intermediates[256];	      /* X.509: PEM, "" if none */
	enum cardea_revocation_by revocation; /* SSH: ANY or NONE */
	uint32_t max_age_s; /* oldest list or answer that counts, by its own
			       date; 0: until its nextUpdate (KRL: for ever) */
	size_t list_count;  /* CRLs, KRLs: "https://...", "http://..." or a
			       path; what refresh fetches */
	char lists[CARDEA_AUTHORITY_LISTS_MAX][CARDEA_URL_MAX + 1];
	char ocsp[CARDEA_URL_MAX + 1]; /* responder asked by refresh; "" none */
	char list_keys[256]; /* SSH: who may sign KRLs; "": unsigned ones count
			      */
	char purpose[CARDEA_CERT_OID_MAX + 1]; /* X.509: extended key usage */
	/* SSH: what a principal must be, "%u" stands for the user's name */
	size_t principal_count;
	char principals[CARDEA_AUTHORITY_PRINCIPALS_MAX][CARDEA_NAME_MAX + 1];
};

/* Where records are kept. */
enum cardea_engine {
	CARDEA_ENGINE_LMDB = 0,		 /* on this host */
	CARDEA_ENGINE_ETCD = 0x2f6ac1d3, /* in a cluster, for a fleet */
};

/* The cluster, and who this host is to it: a client certificate. */
struct cardea_cluster {
	size_t endpoint_count; /* ETCD: at least one */
	char endpoints[CARDEA_ENDPOINTS_MAX][CARDEA_ENDPOINT_MAX + 1];
	char trust[256];       /* PEM of the cluster's own authority */
	char certificate[256]; /* PEM, of this host */
	char key[256];
	/* of an administrator, for the command alone, where the files are; "":
	 * none */
	char admin_certificate[256];
	char admin_key[256];
	char prefix[CARDEA_CLUSTER_PREFIX_MAX + 1]; /* "/cardea/" */
	uint32_t try_s;		   /* for one answer of one endpoint */
	uint32_t deadline_s;	   /* for all tries of one call */
	uint32_t mirror_max_age_s; /* oldest mirror that stands in for it */
};

/* Settings of cardea.conf; the same for every request. */
struct cardea_settings {
	char host[CARDEA_NAME_MAX + 1]; /* "" means the kernel's node name */
	char store_path[256];
	uint32_t store_size_mb;
	enum cardea_engine engine;
	struct cardea_cluster cluster;
	char seal_key_path[256];
	bool log_json;
	bool log_permits;     /* reserved true: permits are always logged */
	uint32_t totp_window; /* steps accepted on each side, 0..10 */
	uint32_t hotp_window; /* counters looked ahead, 1..100 */
	uint32_t
	    hotp_sync_window;  /* counters searched for two in a row, ..1000 */
	uint32_t split_digits; /* digits that split=authtok takes off: 6..8 */
	uint32_t tries;	       /* refused codes of user+source before delays */
	uint32_t user_tries;   /* the same for the user from all sources */
	uint32_t delay_s;      /* the first delay; doubles at each refusal */
	uint32_t delay_max_s;
	uint32_t fail_delay_ms; /* asked of PAM at each refusal, 0..5000 */
	bool require_synchronised_clock;
	int64_t observe_until_s; /* global observe: 0 off, else until then */
	/* security keys */
	char rp_id[CARDEA_KEY_RP_MAX + 1]; /* "": the host's name */
	char key_device[256];		   /* "": every key plugged in */
	uint32_t touch_s;		   /* how long a touch is waited for */
	bool need_attestation;		   /* at enrolment, a chain to roots */
	char attestation_roots[256];	   /* PEM; "": none */
	size_t allow_model_count, deny_model_count;
	unsigned char allow_models[CARDEA_KEY_MODELS_MAX][16]; /* AAGUIDs */
	unsigned char deny_models[CARDEA_KEY_MODELS_MAX][16];
	size_t ssh_name_count; /* names that ssh clients know this host by */
	char ssh_names[CARDEA_KEY_NAMES_MAX][CARDEA_NAME_MAX + 1];
	/* devices: this host's own certificate (leaf first, then what vouches
	 * for it) and where its key is: see sign/sign.h */
	char device_certificate[256];
	char device_key[CARDEA_KEY_URI_MAX + 1];
	char device_pin_file[256]; /* PIN or key password; "": none */
	char device_tpm[256];	   /* "device:/dev/tpmrm0", "swtpm:path=..." */
	char device_pkcs11[256];   /* the token's module; "": none */
	char revocation_path[256]; /* what refresh prepares, a folder */
	char refresh_trust[256];   /* PEM for https; "": the system's own */
	char statement_keys[256];  /* PEM: managers who may tell of posture */
	uint32_t statement_max_age_s; /* their oldest word that counts */
	uint32_t expiry_warning_s; /* told at login before a certificate ends */
	size_t authority_count;
	struct cardea_authority authorities[CARDEA_AUTHORITIES_MAX];
	/* places: databases of MaxMind's format; "": none */
	char place_country[256]; /* or a city's, which tells more */
	char place_asn[256];
	char place_traits[256];	  /* "anonymous IP" */
	uint32_t place_max_age_s; /* since it was built; 0: any */
	char lists_path[256];	  /* what refresh prepares of address lists */
	/* signals: from which on something is unusual */
	uint32_t travel_kmh;  /* faster than this is impossible */
	uint32_t travel_km;   /* nearer than this is no travel */
	uint32_t failures;    /* recent refusals */
	uint32_t sessions;    /* open at once */
	uint32_t dormant_s;   /* since the last login */
	uint32_t hour_logins; /* seen before an hour can be unusual */
	uint32_t history_s;   /* what is older is forgotten */
	/* remember: for whom never */
	size_t forget_user_count, forget_service_count;
	char forget_users[CARDEA_EXCLUDED_MAX][CARDEA_NAME_MAX + 1];
	char forget_services[CARDEA_EXCLUDED_MAX][CARDEA_SERVICE_MAX + 1];
	uint32_t session_warning_s; /* told before a session is ended */
	uint32_t watch_interval_s;  /* how often sessions are judged again */
	uint32_t grant_max_s;	    /* longest grant */
	uint32_t emergency_max_s;   /* longest grant of an emergency rule */
};

/* An address list that a zone names; prepared by `cardea refresh`. */
struct cardea_policy_list {
	const char *path;   /* of its source; borrowed */
	uint64_t id;	    /* names it in requests and its prepared file */
	uint32_t max_age_s; /* since it was prepared; 0: any */
};

/* What conditions of the policy ask for: facts that none of them needs are not
 * gathered.  Bits. */
enum cardea_uses {
	CARDEA_USES_COUNTRY = 1u << 0, /* country or subdivision */
	CARDEA_USES_ASN = 1u << 1,
	CARDEA_USES_POSITION = 1u << 2,
	CARDEA_USES_TRAITS = 1u << 3,
	CARDEA_USES_LISTS = 1u << 4,
	CARDEA_USES_GRANTS = 1u << 5,
	CARDEA_USES_REMEMBER = 1u << 6,	    /* a rule remembers */
	CARDEA_USES_LOGIN_SOURCE = 1u << 7, /* any zone or place at all */
	CARDEA_USES_POSTURE = 1u << 8,
	CARDEA_USES_GROUPS = 1u << 9, /* of the person */
	/* and one for each signal, weighed by risk or named */
	CARDEA_USES_SIGNAL = 1u << 16, /* << enum cardea_signal */
};

/* cardea_policy_load: maps the prepared form at path.  MISSING, UNSAFE,
 * VERSION, CORRUPT, IO; the diag names the file. The caller frees. */
CARDEA_MUST_USE enum cardea_status cardea_policy_load(const char *path,
    struct cardea_policy **ret_policy, struct cardea_diag *diag);

/* cardea_policy_open: the same over bytes in memory, which the caller keeps
 * unchanged and aligned to 8 for the life of the policy. */
CARDEA_MUST_USE enum cardea_status
cardea_policy_open(const void *image, size_t image_len,
    struct cardea_policy **ret_policy, struct cardea_diag *diag);

struct cardea_policy *cardea_policy_free(struct cardea_policy *policy);

const char *
cardea_policy_digest(const struct cardea_policy *policy); /* 64 hex */
const struct cardea_settings *
cardea_policy_settings(const struct cardea_policy *policy);

size_t cardea_policy_rule_count(const struct cardea_policy *policy);

/* cardea_policy_rule: RANGE beyond the last; CORRUPT for a damaged image. */
CARDEA_MUST_USE enum cardea_status
cardea_policy_rule(const struct cardea_policy *policy, size_t index,
    struct cardea_rule *ret_rule);

/* cardea_policy_timezone: the distinct zones that the hours need as facts. */
size_t cardea_policy_timezone_count(const struct cardea_policy *policy);
const char *
cardea_policy_timezone(const struct cardea_policy *policy, size_t index);

/* cardea_policy_uses: enum cardea_uses bits, kept in the image */
uint32_t cardea_policy_uses(const struct cardea_policy *policy);

size_t cardea_policy_list_count(const struct cardea_policy *policy);
CARDEA_MUST_USE enum cardea_status
cardea_policy_list(const struct cardea_policy *policy, size_t index,
    struct cardea_policy_list *ret_list);

/* cardea_policy_weight: what the signal adds to the risk */
uint32_t cardea_policy_weight(
    const struct cardea_policy *policy, enum cardea_signal signal);

/* cardea_policy_risk: the least and the most that the risk can be, as signals
 * that are unknown may or may not hold. Pure. */
void cardea_policy_risk(const struct cardea_policy *policy,
    const struct cardea_request *request, uint32_t *ret_least,
    uint32_t *ret_most);

/* cardea_policy_subject_is_ruser: settings "subject" of this service. */
bool cardea_policy_subject_is_ruser(
    const struct cardea_policy *policy, const char *service);

/* cardea_policy_match: does the rule's when hold? A damaged image: MAYBE on
 * nothing, CARDEA_E_CORRUPT. */
CARDEA_MUST_USE enum cardea_status
cardea_policy_match(const struct cardea_policy *policy, size_t index,
    const struct cardea_request *request, enum cardea_truth *ret_truth);

/* cardea_policy_names_group: is the group named by any condition? */
bool cardea_policy_names_group(
    const struct cardea_policy *policy, const char *group);

/* cardea_policy_names_posture: does any condition ask for this host's health?
 */
bool cardea_policy_names_posture(const struct cardea_policy *policy);

/* cardea_policy_pretend: what a stranger is asked, whom no rule is about: the
 * requirement of one of the rules that somebody could meet with these facts but
 * for the name; the same one for the same pick, and each of them for some pick.
 * So people are asked each by their own rule, before anything is proved as
 * after, and an unknown name looks like one of them.  What it costs hangs on
 * the pick, and not on how many rules there are.  False if there is none. */
bool cardea_policy_pretend(const struct cardea_policy *policy,
    const struct cardea_request *request, uint64_t pick,
    struct cardea_requirement *ret_requirement);

/* One source file as it was when the policy was compiled. */
struct cardea_policy_source {
	const char *path; /* borrowed; a folder ends in "/" */
	uint64_t size;
	int64_t mtime_s;
	uint32_t mtime_ns;
};

size_t cardea_policy_source_count(const struct cardea_policy *policy);
CARDEA_MUST_USE enum cardea_status
cardea_policy_source(const struct cardea_policy *policy, size_t index,
    struct cardea_policy_source *ret_source);

/* cardea_policy_stale: the first source that is no longer as it was (changed,
 * gone, or a file came to policy.d); NULL if the installed policy is up to
 * date.  Looks at the disk; a notice for people, never part of a decision.
 * Borrowed from the policy. */
const char *cardea_policy_stale(const struct cardea_policy *policy);

/*
 * Selection: which rule applies, told from the request alone.
 *
 * First match wins, top to bottom; nothing matched denies.  MAYBE on a deny
 * rule denies, unless an emergency rule above it matched MAYBE.  MAYBE on a
 * require rule: its requirement AND that of what follows.  A rule in observe
 * mode before its date is noted, and matching goes on; while the clock is not
 * trusted it is taken for MAYBE, so a clock set back does not reopen what it
 * closes, and one set forward opens nothing.  A rule whose when_outage names an
 * outage of the request demands that clause in place of its requirement.
 *
 * A denial is early if every enforcing rule that this service could meet, down
 * to the one that decided, is the same for everybody: then telling it before
 * anything was proved says nothing about any person.
 */
struct cardea_observed {
	size_t rule; /* index */
	enum cardea_truth truth;
};

struct cardea_selection {
	bool denied;	    /* by a deny rule, or nothing matched */
	bool matched;	    /* false: no rule applied */
	size_t rule;	    /* index of the deciding rule, if matched */
	bool maybe;	    /* a fact was unknown on the way */
	size_t maybe_count; /* rules AND-ed in because of it */
	size_t maybe_rules[CARDEA_MAYBE_MAX];
	bool early;   /* the denial may be told at once */
	bool cut_off; /* denied because the cluster cannot be reached */
	unsigned int
	    outage_used;       /* enum cardea_outage bits whose clauses apply */
	uint32_t remember_s;   /* the least of the rules concerned */
	uint32_t session_s;    /* the least that is not 0 */
	uint32_t revocation_s; /* the same */
	bool alert;
	struct cardea_requirement requirement; /* FALSE where denied */
	size_t observed_count;
	struct cardea_observed observed[CARDEA_OBSERVED_MAX];
	size_t observed_left_out; /* observed rules beyond the table */
};

/* cardea_policy_select: every status but OK must be answered with denial;
 * ret_selection then is untouched: zero it first, its zero value denies. */
CARDEA_MUST_USE enum cardea_status cardea_policy_select(
    const struct cardea_policy *policy, const struct cardea_request *request,
    struct cardea_selection *ret_selection, struct cardea_diag *diag);

#endif
