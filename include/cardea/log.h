/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_LOG_H
#define CARDEA_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/decide.h>
#include <cardea/evidence.h>
#include <cardea/request.h>

/*
 * One event, one line.  The formatter is pure; the sender writes one datagram
 * to the syslog socket without ever blocking beyond CARDEA_LOG_TIMEOUT_MS
 * (libc's syslog(3) blocks for ever on a stuck reader).  The record has no
 * field that can hold a secret.
 *
 * Order of fields, fixed: event txn user service phase rhost tty factor
 * result credential rule decision reason missing observe policy signals facts
 * took_ms, then detail.  Empty fields are left out; event is always there.
 *
 * logfmt: key=value, one blank between.  A value stands bare if all its bytes
 * are in 0x21..0x7e and none is a quote, a backslash or an equals sign; else
 * in double quotes, with \" for a quote, \\ for a backslash and \xHH (lower
 * case) for an equals sign and for every byte outside 0x20..0x7e.  So KEY=
 * occurs in a line as a field and never inside a value, whatever a user name
 * or host name holds (I14).
 *
 * JSON: one object, the same names in the same order, {"event":"decision",
 * ...}, no blanks; took_ms is a number, all else are strings, with \" and \\
 * and, for every byte outside 0x20..0x7e, \u00hh (lower case): the byte as a
 * Latin-1 code point, so that every byte string decodes to the same bytes.
 * Who wants UTF-8 back encodes the decoded string as Latin-1 first.
 */

enum cardea_severity {		     /* as syslog counts */
	CARDEA_SEVERITY_CRIT = 2,    /* tampering, unsafe or broken policy */
	CARDEA_SEVERITY_ERR = 3,     /* broken */
	CARDEA_SEVERITY_WARNING = 4, /* lock, alert, outage clause used */
	CARDEA_SEVERITY_NOTICE = 5,  /* deny, refused */
	CARDEA_SEVERITY_INFO = 6,    /* permit, verified */
};

/* Borrowed text; NULL and "" alike leave the field out. */
struct cardea_event {
	enum cardea_severity severity; /* not in the line: syslog's own */
	const char *event; /* verification decision lock alert error admin
			       session */
	const char *txn;
	const char *user;
	const char *service;
	const char *phase;
	const char *rhost;
	const char *tty;
	const char *factor;
	const char *result;
	const char *credential;
	const char *rule;
	const char *decision;
	const char *reason;
	const char *missing;
	const char *observe; /* "would-deny", "would-ask" */
	const char *policy;  /* digest, 12 hex digits */
	const char *signals; /* those that hold, and what they compared */
	const char *facts;   /* the request's, once a login: see facts/text.h */
	bool has_took;
	uint32_t took_ms;
	const char *detail; /* free words, last */
};

enum cardea_log_format { CARDEA_LOG_LOGFMT = 0, CARDEA_LOG_JSON };

/* cardea_log_format: one line without newline. CARDEA_E_RANGE if it does not
 * fit into size or CARDEA_LINE_MAX (nothing is cut, line is untouched);
 * CARDEA_E_INTERNAL without event. */
CARDEA_MUST_USE enum cardea_status
cardea_log_format(const struct cardea_event *event,
    enum cardea_log_format format, char *line, size_t size);

/* What cardea_log_parse gives back: the event points into text. */
struct cardea_log_line {
	struct cardea_event event;
	char text[CARDEA_LINE_MAX + 1];
};

/* cardea_log_parse: reads a logfmt or JSON line that this version wrote (the
 * part after the syslog header "cardea[PID]: "), byte for byte what
 * cardea_log_format would write again. CARDEA_E_SYNTAX else. Its severity is
 * 0: syslog keeps that outside the line. */
CARDEA_MUST_USE enum cardea_status
cardea_log_parse(const char *line, struct cardea_log_line *ret_line);

/* cardea_log_send: facility authpriv, ident "cardea", one datagram to
 * /dev/log through a socket of our own, so the host's openlog(3) keeps its
 * ident and facility (P05). The datagram carries no time: the reader's clock
 * is the one to trust, and TZ is not read (C07). IO or TIMEOUT if nobody took
 * it: the caller's verdict must not depend on it. */
enum cardea_status cardea_log_send(
    const struct cardea_event *event, enum cardea_log_format format);

#endif
