/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_LEDGER_DEVICE_FIXTURE_H
#define TESTS_UNIT_LEDGER_DEVICE_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "store/ledger_device.h"
#include "unit/ledger_fixture.h"

/* Devices, made and asked for by whoever writes the table. */

#define PRINT(c) "ssh-key:SHA256:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno+" c

static inline struct cardea_device
fresh(const char *id, const char *const *identities)
{
	struct cardea_device device = { .state = CARDEA_DEVICE_ACTIVE,
		.created_s = NOW };

	strcpy(device.id, id);
	for (; identities != NULL && *identities != NULL; identities++)
		strcpy(device.identities[device.identity_count++].text,
		    *identities);
	return device;
}

static inline enum cardea_status
put(struct ledger *ledger, const struct cardea_device *device)
{
	return cardea_ledger_put_device(ledger->store, device, NULL);
}

static inline void
add(struct ledger *ledger, const char *id, const char *first,
    const char *second)
{
	const char *const identities[] = { first, second, NULL };
	struct cardea_device device = fresh(id, identities);

	assert_int_equal(put(ledger, &device), CARDEA_OK);
}

static inline struct cardea_device
get(struct ledger *ledger, const char *id)
{
	struct cardea_device device;

	assert_int_equal(
	    cardea_ledger_device(ledger->store, id, &device, NULL), CARDEA_OK);
	return device;
}

/* whose: the id of the device that is known by this; "" if none is. */
static inline const char *
whose(struct ledger *ledger, const char *identity)
{
	static struct cardea_device device;
	struct cardea_device_identity text;
	enum cardea_status status;

	snprintf(text.text, sizeof(text.text), "%s", identity);
	status = cardea_ledger_device_of(
	    ledger->store, &text, 1, &device, NULL);
	if (status == CARDEA_E_MISSING)
		return "";
	assert_int_equal(status, CARDEA_OK);
	return device.id;
}

#define LEDGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

#endif
