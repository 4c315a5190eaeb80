/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LEDGER_HISTORY_H
#define CARDEA_STORE_LEDGER_HISTORY_H

#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/clock.h"

/*
 * What is remembered of a person's logins, so that an unusual one can be told:
 * one record a user, bounded in size (CARDEA_HISTORY_*) and age (history_s);
 * the least recently seen makes room.  Only logins that were let in on a proof
 * are noted: who guesses passwords from abroad must not make abroad familiar.
 */

struct cardea_history_network {
	unsigned char bytes[16]; /* IPv4 /24, IPv6 /48; v4-mapped */
	int64_t first_s, last_s;
	uint32_t count;
};

struct cardea_history_country {
	char country[CARDEA_COUNTRY_MAX + 1];
	int64_t first_s, last_s;
	uint32_t count;
};

struct cardea_history {
	uint64_t version; /* of the record; 0: there is none yet */
	int64_t last_login_s;
	/* the last login with a position */
	bool has_position;
	int32_t latitude_e4, longitude_e4;
	uint32_t accuracy_km;
	int64_t position_s;
	char position_country[CARDEA_COUNTRY_MAX + 1];
	/* logins by hour of the week, Monday 00 UTC first; halved together when
	 * one would overflow, so that habits fade */
	uint16_t hours[168];
	size_t network_count;
	struct cardea_history_network networks[CARDEA_HISTORY_NETWORKS_MAX];
	size_t country_count;
	struct cardea_history_country countries[CARDEA_HISTORY_COUNTRIES_MAX];
};

/* cardea_ledger_history: MISSING if nothing is remembered of the user. What is
 * older than history_s is left out already. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_history(struct cardea_store *store,
    const struct cardea_settings *settings, const char *user, int64_t now_s,
    struct cardea_history *ret_history, struct cardea_diag *diag);

/* cardea_ledger_note_login: adds this login, in a commit of its own, with
 * retries.  Does nothing where it would say nothing new within ten minutes, so
 * that sudo after sudo does not write. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_note_login(
    struct cardea_store *store, const struct cardea_settings *settings,
    const struct cardea_request *request, struct cardea_diag *diag);

/* cardea_ledger_forget_history: OK also if there was none */
CARDEA_MUST_USE enum cardea_status cardea_ledger_forget_history(
    struct cardea_store *store, const char *user, struct cardea_diag *diag);

#endif
