/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_REQUEST_H
#define CARDEA_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cardea/address.h>
#include <cardea/context.h>
#include <cardea/limits.h>
#include <cardea/posture.h>
#include <cardea/status.h>

/*
 * The request: who asks for what, from where, when.  Facts only, gathered
 * once and then frozen; nothing here is evidence.  A plain value without
 * pointers: copy it, compare it, keep it.  The zero value is a request of
 * nobody whose every fact is unknown.
 */

enum cardea_phase {
	CARDEA_PHASE_NONE = 0,
	CARDEA_PHASE_AUTH,
	CARDEA_PHASE_ACCOUNT,
	CARDEA_PHASE_SESSION,
	CARDEA_PHASE_PASSWORD, /* pam_chauthtok */
};

/* Where the person sits, told from PAM_RHOST and PAM_TTY together. */
enum cardea_origin {
	CARDEA_ORIGIN_UNKNOWN = 0, /* sudo or su on a pseudo terminal, say */
	CARDEA_ORIGIN_LOCAL,	   /* a console, a serial line, an X display */
	CARDEA_ORIGIN_REMOTE,	   /* there is a PAM_RHOST */
};

/* Named outages: the closed list that when_outage may name. Bits. */
enum cardea_outage {
	CARDEA_OUTAGE_STORE_UNWRITABLE = 1u << 0,
	CARDEA_OUTAGE_CLUSTER = 1u << 1,
	CARDEA_OUTAGE_REVOCATION_STALE = 1u << 2,
};

/* The wall clock of one time zone at the request's instant. */
struct cardea_local_time {
	char zone[CARDEA_TIMEZONE_MAX + 1]; /* IANA name, "UTC" included */
	bool known;  /* false: no such zone on this machine */
	int year;    /* 2026 */
	int month;   /* 1..12 */
	int day;     /* 1..31 */
	int weekday; /* 0 Monday .. 6 Sunday (ISO 8601 less one) */
	int second;  /* of the day, 0..86399 by the wall clock */
};

struct cardea_request {
	char user[CARDEA_NAME_MAX +
	    1];		  /* the subject: whose factors are asked */
	bool user_exists; /* the name service knows the subject */
	char pam_user[CARDEA_NAME_MAX + 1]; /* PAM_USER at the beginning */
	char ruser[CARDEA_NAME_MAX + 1];    /* PAM_RUSER, "" if unset */
	char caller[CARDEA_NAME_MAX +
	    1]; /* name of the host process's real uid */
	bool caller_known;
	uid_t caller_uid; /* valid if caller_known */
	char service[CARDEA_SERVICE_MAX + 1];
	char host[CARDEA_NAME_MAX + 1];	 /* this machine's name in the policy */
	char tty[CARDEA_NAME_MAX + 1];	 /* without "/dev/"; "" if none */
	char rhost[CARDEA_NAME_MAX + 1]; /* PAM_RHOST as it came, for the log */
	struct cardea_address source;
	enum cardea_origin origin;
	bool groups_known;
	size_t group_text_len;			/* bytes used in group_text */
	char group_text[CARDEA_GROUP_TEXT_MAX]; /* names, each with its NUL */
	bool time_known; /* false: the clock cannot be trusted */
	int64_t time_s;	 /* seconds since the epoch */
	size_t local_count;
	struct cardea_local_time local[CARDEA_TIMEZONES_MAX];
	char login_session[CARDEA_CREDENTIAL_MAX +
	    1]; /* audit session id, "" if unset */
	/* Where the person sits: the source, or under sudo and su that of the
	 * login session the caller is in, which only the kernel and our own
	 * records tell (C06). Zones and places are of this address. */
	struct cardea_address login_source;
	char login_record[CARDEA_TXN_MAX + 1]; /* our record of that session;
						  "" if there is none */
	struct cardea_place place;
	size_t listed_count;
	struct cardea_listed listed[CARDEA_LISTS_MAX];
	struct cardea_signal_fact signals[CARDEA_SIGNAL_COUNT];
	struct cardea_grants grants;
	struct cardea_posture posture; /* if the policy asks for it */
	unsigned int outages;	       /* enum cardea_outage bits */
};

/* cardea_request_add_group: CARDEA_E_RANGE when group_text is full. */
CARDEA_MUST_USE enum cardea_status
cardea_request_add_group(struct cardea_request *request, const char *group);

bool cardea_request_in_group(
    const struct cardea_request *request, const char *group);

/* cardea_request_local: borrowed, NULL if the zone is not among the facts. */
const struct cardea_local_time *
cardea_request_local(const struct cardea_request *request, const char *zone);

/* cardea_request_origin: the one place where several signs are weighed.  A
 * remote host, whatever it says, is REMOTE; without one, a console, a serial
 * line or a display :0 to :9 is LOCAL (higher displays are those that sshd and
 * xrdp hand out); the rest, pseudo terminals first, is UNKNOWN. */
enum cardea_origin cardea_request_origin(const char *rhost, const char *tty);

/* cardea_request_service_is: does a service named in a rule mean this PAM
 * service?  The built-in classes: "sudo" covers sudo and sudo-i, "su" covers
 * su and su-l; every other name means itself. */
bool cardea_request_service_is(const char *named, const char *service);

/* cardea_request_is_descent: root becoming another user by su or sudo, which
 * mends what is broken and gives root nothing that it has not. */
bool cardea_request_is_descent(const struct cardea_request *request);

/* cardea_request_service_class: the other name that means this service, NULL
 * if only its own does */
const char *cardea_request_service_class(const char *service);

/* The service as which a second person proves himself (`cardea approve`).  No
 * PAM is behind it, and only what takes a person counts there. */
#define CARDEA_SERVICE_APPROVE "cardea-approve"

const char *cardea_phase_text(enum cardea_phase phase);
const char *cardea_origin_text(enum cardea_origin origin);

#endif
