/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_REMOTE_DEVICE_FIXTURE_H
#define TESTS_UNIT_REMOTE_DEVICE_FIXTURE_H

#include "factor/remote_device.h"
#include "unit/remote_fixture.h"
#include "unit/test.h"

/* A challenge as it was sent, and an answer to it. */

#define PREFIX "(alice@bank.example) "
#define FINGERPRINT "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"

extern struct cardea_remote_device_challenge challenge;
extern struct cardea_remote_device_answer answer;
extern char prompt[CARDEA_PROMPT_MAX + 1];
extern char argument[3 * CARDEA_PROMPT_MAX];

int prepare(void **state);

#define TEST(name) cmocka_unit_test_setup(name, prepare)

#endif
