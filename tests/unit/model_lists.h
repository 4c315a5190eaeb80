/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_MODEL_LISTS_H
#define TESTS_UNIT_MODEL_LISTS_H

#include "unit/model.h"

/* What the numbers of the model (model.h) mean; shared by its files alone. */

#define NOON_S INT64_C(1795608000) /* 2026-11-25 12:00 UTC, a Wednesday */

static const char *const users[] = { "alice", "bob", "carol" };
static const char *const groups[] = { "ops", "staff", "deploy" };
static const char *const callers[] = { "root", "alice", "www-data" };
static const char *const services[] = { "sshd", "sudo", "su" };
/* what a login may come by; the classes cover sudo-i and su-l */
static const char *const doors[] = { "sshd", "sudo", "su", "sudo-i", "su-l",
	"login" };
static const int door_class[] = { 0, 1, 2, 1, 2, -1 };
static const char *const hosts[] = { "web", "db", "bastion" };
static const char *const ttys[] = { "tty1", "pts/0", "ssh" };
static const char *const origins[] = { "local", "remote" };
static const char *const zones[] = { "ten", "branch", "six" };
static const char *const hours[] = { "working", "night", "sunday" };
static const char *const dates[] = { "2026-11-25 12:00", "2026-12-01 00:00",
	"2027-01-31 23:30" };

static const char *const countries[] = { "DE", "DE-BE", "FR" };
static const char *const asns[] = { "64500", "64501", "64502" };
static const char *const signals[] = { "unusual-hour", "impossible-travel",
	"many-sessions" };
static const enum cardea_signal signal_numbers[MODEL_SIGNALS] = {
	CARDEA_SIGNAL_UNUSUAL_HOUR, CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL,
	CARDEA_SIGNAL_MANY_SESSIONS
};
static const unsigned int weights[MODEL_SIGNALS] = { 20, 50, 30 };
static const char *const risks[] = { "20", "60", "80" };
static const unsigned int thresholds[] = { 20, 60, 80 };
static const char *const areas[] = { "mixed", "lawful", "odd" };
/* the first 8 bytes of SHA-256 of "/odd.txt" */
#define ODD_LIST UINT64_C(0x7ec15ff1cfb9fbb0)

static const char world_text[] =
    "zones: { ten = { networks = \"10.0.0.0/8\"; };"
    " branch = { networks = [ \"10.1.0.0/16\", \"192.0.2.64/26\" ]; };"
    " six = { networks = [ \"2001:db8::/32\", \"192.0.2.0/24\" ]; };"
    " mixed = { zones = \"ten\"; countries = \"FR\"; asns = 64501;"
    " except = \"six\"; };"
    " lawful = { countries = [ \"AT\", \"DE\" ]; except = [ \"odd\", "
    "\"branch\" ]; };"
    " odd = { subdivisions = \"DE-BE\"; asns = [ 64502 ]; zones = \"branch\";"
    " traits = \"vpn\"; lists = \"/odd.txt\"; }; };\n"
    "risk: { unusual-hour = 20; impossible-travel = 50; many-sessions = 30; "
    "};\n"
    "hours: { working = { days = \"mon-fri\"; times = \"08:00-18:00\";"
    " timezone = \"Europe/Berlin\"; };"
    " night = { days = \"mon-sun\"; times = \"22:00-06:00\"; timezone = "
    "\"Europe/Berlin\"; };"
    " sunday = { days = \"sun\"; times = \"00:00-24:00\"; timezone = "
    "\"Europe/Berlin\"; }; };\n";

static const struct {
	const char *text;
	unsigned int zones; /* bits */
} sources[MODEL_SOURCES] = {
	{ "", 0 },
	{ "10.2.3.4", 1 },
	{ "::ffff:10.1.3.4", 1 | 2 },
	{ "2001:db8::7", 4 },
	{ "192.0.2.65", 2 | 4 },
	{ "203.0.113.9", 0 },
};

/* instants, and which of the dates they have reached */
static const struct {
	int64_t time_s;
	unsigned int reached;
} times[MODEL_TIMES] = {
	{ NOON_S - 86400, 0 }, { NOON_S - 1, 0 }, { NOON_S, 1 },
	{ INT64_C(1796083200) - 1, 1 }, /* 2026-11-30 23:59:59 */
	{ INT64_C(1796083200), 1 | 2 },
	{ INT64_C(1801438200), 1 | 2 | 4 }, /* 2027-01-31 23:30 */
};

/* what the clock in Berlin shows (it need not agree with the instant: hours
 * look at the one, dates at the other), and the hours that it is in */
static const struct {
	int month, day, weekday, second;
	unsigned int hours;
} walls[MODEL_WALLS] = {
	{ 11, 25, 2, 8 * 3600, 1 },
	{ 11, 25, 2, 18 * 3600, 0 },
	{ 11, 28, 5, 12 * 3600, 0 },	 /* a Saturday */
	{ 11, 29, 6, 22 * 3600, 2 | 4 }, /* a Sunday */
	{ 11, 30, 0, 6 * 3600 - 1, 2 },
};

static const struct {
	const char *key;
	const char *const *names;
} kinds[MODEL_KEYS] = {
	[MODEL_USER] = { "user", users },
	[MODEL_GROUP] = { "group", groups },
	[MODEL_RUSER] = { "ruser", users },
	[MODEL_CALLER] = { "caller", callers },
	[MODEL_SERVICE] = { "service", services },
	[MODEL_HOST] = { "host", hosts },
	[MODEL_TTY] = { "tty", ttys },
	[MODEL_ORIGIN] = { "origin", origins },
	[MODEL_ZONE] = { "zone", zones },
	[MODEL_HOURS] = { "hours", hours },
	[MODEL_FROM] = { "from", dates },
	[MODEL_UNTIL] = { "until", dates },
	[MODEL_COUNTRY] = { "country", countries },
	[MODEL_ASN] = { "asn", asns },
	[MODEL_SIGNAL] = { "signal", signals },
	[MODEL_RISK] = { "risk_at_least", risks },
	[MODEL_AREA] = { "zone", areas },
};

static const struct {
	enum cardea_factor factor;
	const char *text;
} leaves[] = {
	{ CARDEA_FACTOR_PASSWORD, "password" },
	{ CARDEA_FACTOR_TOTP, "totp" },
	{ CARDEA_FACTOR_DEVICE, "device" },
	{ CARDEA_FACTOR_FIDO2, "fido2" },
	{ CARDEA_FACTOR_FIDO2, "fido2(uv)" },
};

static inline enum cardea_known
known(int fact, int none)
{
	if (fact < 0)
		return CARDEA_UNKNOWN;
	return fact == none ? CARDEA_NO : CARDEA_YES;
}

#endif
