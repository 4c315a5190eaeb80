/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_STORE_STEPS_H
#define TESTS_UNIT_STORE_STEPS_H

#include "store/driver.h"

/* A driver and a configuration of an empty store, for tests that go step by
 * step. */
struct conformance {
	const struct cardea_driver *driver;
	struct cardea_store_config config; /* create is set */
};

/* Opens the store of the test's state, creating what is missing. */
struct cardea_store *conformance_open(const struct conformance *conformance);

struct cardea_key key_of(const char *kind, const char *owner, const char *id);

/* One conditional change; the status of its commit. */
enum cardea_status put(struct cardea_store *store, const struct cardea_key *key,
    uint64_t version, const char *text);
enum cardea_status drop(
    struct cardea_store *store, const struct cardea_key *key, uint64_t version);

/* The version of a record that must hold text; 0 and NULL: must be missing. */
uint64_t expect(
    struct cardea_store *store, const struct cardea_key *key, const char *text);

/* Runs body(index) in count processes at once; the number of those whose body
 * returned 0. The parent must have no store open. */
size_t in_processes(size_t count,
    int (*body)(const struct conformance *conformance, size_t index),
    const struct conformance *conformance);

#endif
