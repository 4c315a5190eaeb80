/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_HISTORY_H
#define CARDEA_FACTS_HISTORY_H

#include <cardea/policy.h>
#include <cardea/request.h>

/*
 * What is remembered of a person's logins, so that an unusual one can be told:
 * bounded in size (CARDEA_HISTORY_*) and in age (settings, history_s); the
 * least recently seen makes room.  A plain value and its arithmetic; pure.  The
 * zero value remembers nothing.
 *
 * Only logins that were let in on a proof are noted: who guesses passwords from
 * abroad must not make abroad familiar.  No time in it is believed to lie in
 * the future: a clock set forward and back again leaves nothing that never
 * ages.  What lies ahead is taken for now, and the next login writes it so;
 * what lies further ahead than history_s is dropped.
 */
#define CARDEA_HISTORY_END_S INT64_C(7258118400) /* no clock says 2200 */
#define CARDEA_HISTORY_HOURS 168 /* of the week, Monday 00 UTC first */

struct cardea_history_network {
	unsigned char bytes[16]; /* IPv4 /24 (v4-mapped), IPv6 /48 */
	int64_t first_s, last_s;
	uint32_t count;
};

struct cardea_history_country {
	char country[CARDEA_COUNTRY_MAX + 1];
	int64_t first_s, last_s;
	uint32_t count;
};

struct cardea_history {
	int64_t last_login_s; /* 0: none; as it was written, however wrong */
	bool has_position;    /* of the last login that had one */
	int32_t latitude_e4, longitude_e4;
	uint32_t accuracy_km;
	int64_t position_s;
	char position_country[CARDEA_COUNTRY_MAX + 1];
	/* logins by hour; halved together when one would overflow, and when
	 * half of history_s has passed, so that habits fade */
	uint16_t hours[CARDEA_HISTORY_HOURS];
	int64_t hours_s; /* when they were halved last */
	size_t network_count;
	struct cardea_history_network networks[CARDEA_HISTORY_NETWORKS_MAX];
	size_t country_count;
	struct cardea_history_country countries[CARDEA_HISTORY_COUNTRIES_MAX];
};

/* cardea_history_is_sound: something that logins may have left */
bool cardea_history_is_sound(const struct cardea_history *history);

/* cardea_history_fade: drops what is too old at this time; true if something
 * was dated later than now, which ought to be written as it is from now on. */
bool cardea_history_fade(
    struct cardea_history *history, uint32_t history_s, int64_t now_s);

/* cardea_history_note: one more login; false if it says nothing new within ten
 * minutes, and the history is as it was. */
bool cardea_history_note(
    struct cardea_history *history, const struct cardea_request *request);

/* cardea_history_network: the network that stands for an address; false for
 * what is no address */
bool cardea_history_network(
    const struct cardea_address *address, unsigned char bytes[16]);

/* cardea_history_find_...: NULL if it was never seen */
const struct cardea_history_network *cardea_history_find_network(
    const struct cardea_history *history, const unsigned char bytes[16]);
const struct cardea_history_country *cardea_history_find_country(
    const struct cardea_history *history, const char *country);

/* cardea_history_hour: 0 to 167 */
size_t cardea_history_hour(int64_t time_s);

/* cardea_history_logins: in all the hours */
uint32_t cardea_history_logins(const struct cardea_history *history);

/* cardea_history_near: logins within an hour of this one, on all days of its
 * kind (Monday to Friday, or the weekend) */
uint32_t
cardea_history_near(const struct cardea_history *history, int64_t time_s);

#endif
