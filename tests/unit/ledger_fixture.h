/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_LEDGER_FIXTURE_H
#define TESTS_UNIT_LEDGER_FIXTURE_H

#include "store/ledger.h"
#include "unit/test.h"

/*
 * An empty store, the settings as shipped, a request of alice from
 * 192.0.2.1 and a clock that stands still unless a test moves it.  The
 * fixture's cardea_clock_read and cardea_clock_boot_id take the place of the
 * library's.
 */
#define NOW INT64_C(1800000000) /* the first second of a step */
#define STEP (NOW / 30)
#define UPTIME_MS INT64_C(864000000)
#define BOOT_A "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
#define BOOT_B "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
#define BIT(factor) (1u << (factor))
#define CODES                                                                  \
	(BIT(CARDEA_FACTOR_TOTP) | BIT(CARDEA_FACTOR_HOTP) |                   \
	    BIT(CARDEA_FACTOR_RECOVERY))

struct ledger {
	char directory[32];
	char path[64], key_path[64];
	struct cardea_store_config config;
	struct cardea_store *store;
	struct cardea_settings settings;
	struct cardea_request request;
	struct cardea_clock clock;
	char boot_id[37];
};

int ledger_set_up(void **state);
int ledger_tear_down(void **state);

/* ledger_pass: both clocks go on. */
void ledger_pass(struct ledger *ledger, int64_t seconds);
void ledger_from(struct ledger *ledger, const char *address);

/* ledger_enrol: a six-digit token with a key of its own for each id. */
void ledger_enrol(struct ledger *ledger, const char *user, const char *id,
    enum cardea_otp_kind kind);
void ledger_put_token(struct ledger *ledger, const char *user,
    const struct cardea_otp_token *token);
/* ledger_token, ledger_key: with what became of them by use (mark.h). */
struct cardea_otp_token
ledger_token(struct ledger *ledger, const char *user, const char *id);
void ledger_code(const char *id, int64_t counter, char code[9]);

/* ledger_enrol_key: a CTAP credential with bytes of its own for each id, and
 * what it is. */
struct cardea_fido2_credential ledger_enrol_key(
    struct ledger *ledger, const char *user, const char *id, uint32_t counter);
void ledger_put_key(struct ledger *ledger, const char *user,
    const struct cardea_fido2_credential *credential);
struct cardea_fido2_credential
ledger_key(struct ledger *ledger, const char *user, const char *id);

struct cardea_spend ledger_spend(struct ledger *ledger, const char *answer);

/* ledger_show: spends the code of one counter of a token. */
struct cardea_spend
ledger_show(struct ledger *ledger, const char *id, int64_t counter);

/* ledger_tries: 0 if nothing is counted. */
uint32_t
ledger_tries(struct ledger *ledger, const char *user, const char *source);
size_t ledger_count(struct ledger *ledger, const char *kind, const char *owner);
void ledger_put_bytes(struct ledger *ledger, const char *kind,
    const char *owner, const char *id, const char *bytes);

#endif
