/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_RELAY_FIXTURE_H
#define TESTS_UNIT_RELAY_FIXTURE_H

#include "store/relay.h"
#include "unit/ledger_fixture.h"

/* Phases that are left and resumed, and the files in which they lie. */

#define ID "0123456789abcdef0123456789abcdef"
#define OTHER "ffffffffffffffffffffffffffffffff"
#define PID 100
#define START 1000
#define PARENT 50
#define PARENT_START 500
#define MINUTE_MS (CARDEA_RESUME_S * 1000)

/* The path of something below the relay; NULL: the relay itself. */
const char *path_of(const struct ledger *ledger, const char *name);

/* The path of a record of the present minute. */
const char *record_of(const struct ledger *ledger, const char *id);

/* Files and directories below a path. */
size_t count_below(const char *path);

struct cardea_relay relay_of(const struct ledger *ledger);

struct cardea_txn make_txn(const struct ledger *ledger, const char *id);

enum cardea_status
leave_txn(const struct ledger *ledger, const struct cardea_txn *txn);

void leave(const struct ledger *ledger, const char *id);

enum cardea_status resume_id(const struct ledger *ledger, const char *id,
    const struct cardea_resumer *resumer);

enum cardea_status
resume(const struct ledger *ledger, const struct cardea_resumer *resumer);

struct cardea_resumer usual(const struct ledger *ledger);

#define LEDGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

#endif
