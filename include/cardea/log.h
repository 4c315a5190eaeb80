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
 * result credential rule decision reason missing observe policy took_ms, then
 * detail.  Empty fields are left out.  logfmt: key=value, the value quoted
 * when it is empty or holds a space, quote, backslash, equals sign or a byte
 * outside 0x21..0x7e; inside quotes \" \\ and \xHH.  JSON: one object, the
 * same names and order, bytes that are not valid UTF-8 as \u00HH... see log.c.
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
	enum cardea_severity severity;
	const char *event; /* verification decision lock alert error admin */
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
	bool has_took;
	uint32_t took_ms;
	const char *detail; /* free words, last */
};

enum cardea_log_format { CARDEA_LOG_LOGFMT = 0, CARDEA_LOG_JSON };

/* cardea_log_format: one line without newline, always NUL-terminated.
 * CARDEA_E_RANGE if it does not fit (nothing is cut). */
CARDEA_MUST_USE enum cardea_status
cardea_log_format(const struct cardea_event *event,
    enum cardea_log_format format, char *line, size_t size);

/* What cardea_log_parse gives back: the event points into text. */
struct cardea_log_line {
	struct cardea_event event;
	char text[CARDEA_LINE_MAX + 1];
};

/* cardea_log_parse: reads a logfmt or JSON line that this version wrote (the
 * part after the syslog header "cardea[PID]: "). CARDEA_E_SYNTAX else. */
CARDEA_MUST_USE enum cardea_status
cardea_log_parse(const char *line, struct cardea_log_line *ret_line);

/* cardea_log_send: facility authpriv, ident "cardea", to /dev/log. IO or
 * TIMEOUT if nobody took it: the caller's verdict must not depend on it. */
enum cardea_status cardea_log_send(
    const struct cardea_event *event, enum cardea_log_format format);

#endif
