/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/record_kinds.h"

WRAP(device)
WRAP(claim)
WRAP(chain)

static void
fill_lists(struct cardea_device *device, unsigned int *seed)
{
	device->owner_count = (size_t)rand_r(seed) %
	    (CARDEA_DEVICE_OWNERS_MAX + 1);
	for (size_t i = 0; i < device->owner_count; i++)
		FILL_TEXT(device->owners[i]);
	device->tag_count = (size_t)rand_r(seed) % (CARDEA_DEVICE_TAGS_MAX + 1);
	for (size_t i = 0; i < device->tag_count; i++)
		FILL_TEXT(device->tags[i]);
	device->identity_count = (size_t)rand_r(seed) %
	    (CARDEA_DEVICE_IDENTITIES_MAX + 1);
	for (size_t i = 0; i < device->identity_count; i++)
		FILL_TEXT(device->identities[i].text);
	device->fact_count = (size_t)rand_r(seed) %
	    (CARDEA_POSTURE_FACTS_MAX + 1);
	for (size_t i = 0; i < device->fact_count; i++) {
		FILL_TEXT(device->facts[i].name);
		FILL_TEXT(device->facts[i].value);
	}
}

static void
fill_device(void *object, unsigned int *seed)
{
	static const enum cardea_device_state states[] = { CARDEA_DEVICE_ACTIVE,
		CARDEA_DEVICE_LOCKED, CARDEA_DEVICE_LOST,
		CARDEA_DEVICE_RETIRED };
	struct cardea_device *device = object;

	FILL_TEXT(device->id);
	device->state = states[rand_r(seed) % 4];
	FILL_TEXT(device->state_by);
	FILL_TEXT(device->state_reason);
	device->state_s = number(seed);
	fill_lists(device, seed);
	device->created_s = number(seed);
	device->seen_s = number(seed);
	FILL_TEXT(device->seen_user);
	FILL_TEXT(device->seen_source);
	device->expires_s = number(seed);
	device->posture_s = number(seed);
	device->posture_ends_s = number(seed);
	FILL_TEXT(device->posture_signer);
}

static void
fill_claim(void *object, unsigned int *seed)
{
	struct cardea_device_claim *claim = object;

	FILL_TEXT(claim->id);
	FILL_TEXT(claim->identity.text);
}

static void
fill_chain(void *object, unsigned int *seed)
{
	struct cardea_device_chain *chain = object;
	size_t at = 0;

	chain->count = (size_t)rand_r(seed) % (CARDEA_CERT_CHAIN_MAX + 2);
	for (size_t i = 0; i < chain->count; i++) {
		chain->lens[i] = (size_t)rand_r(seed) %
		    (CARDEA_DEVICE_CHAIN_BYTES / (CARDEA_CERT_CHAIN_MAX + 1) +
			1);
		memset(chain->der + at, rand_r(seed), chain->lens[i]);
		at += chain->lens[i];
	}
}

static const struct kind kinds[] = {
	KIND(device, device, clear_plain),
	KIND(claim, device_claim, clear_plain),
	KIND(chain, device_chain, clear_plain),
};

static void
every_kind(void (*demand)(const struct kind *kind))
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		demand(&kinds[i]);
}

static void
what_is_decoded_encodes_to_the_same_bytes(void **state)
{
	(void)state;
	every_kind(demand_same_bytes);
}

static void
every_truncation_is_refused(void **state)
{
	(void)state;
	every_kind(demand_no_truncation);
}

static void
trailing_bytes_are_refused(void **state)
{
	(void)state;
	every_kind(demand_no_trailing_bytes);
}

static void
another_format_is_a_version_not_damage(void **state)
{
	(void)state;
	every_kind(demand_its_format);
}

static void
whatever_is_accepted_has_one_encoding(void **state)
{
	(void)state;
	every_kind(demand_one_encoding);
}

/* Every list full, every text as long as it may be. */
static void
fill_up(struct cardea_device *device)
{
	memset(device, 'x', sizeof(*device));
	device->id[CARDEA_CREDENTIAL_MAX] = '\0';
	device->state = CARDEA_DEVICE_LOST;
	device->state_by[CARDEA_NAME_MAX] = '\0';
	device->state_reason[CARDEA_TEXT_MAX] = '\0';
	device->owner_count = CARDEA_DEVICE_OWNERS_MAX;
	device->tag_count = CARDEA_DEVICE_TAGS_MAX;
	device->identity_count = CARDEA_DEVICE_IDENTITIES_MAX;
	device->fact_count = CARDEA_POSTURE_FACTS_MAX;
	for (size_t i = 0; i < CARDEA_DEVICE_OWNERS_MAX; i++)
		device->owners[i][CARDEA_NAME_MAX] = '\0';
	for (size_t i = 0; i < CARDEA_DEVICE_TAGS_MAX; i++)
		device->tags[i][CARDEA_DEVICE_TAG_MAX] = '\0';
	for (size_t i = 0; i < CARDEA_DEVICE_IDENTITIES_MAX; i++)
		device->identities[i].text[CARDEA_DEVICE_IDENTITY_MAX] = '\0';
	for (size_t i = 0; i < CARDEA_POSTURE_FACTS_MAX; i++) {
		device->facts[i].name[CARDEA_POSTURE_NAME_MAX] = '\0';
		device->facts[i].value[CARDEA_POSTURE_VALUE_MAX] = '\0';
	}
	device->seen_user[CARDEA_NAME_MAX] = '\0';
	device->seen_source[CARDEA_ADDRESS_TEXT_MAX] = '\0';
	device->posture_signer[CARDEA_CERT_NAME_MAX] = '\0';
}

static void
the_fullest_device_fits_and_comes_back(void **state)
{
	struct cardea_device device, back;
	struct cardea_value value = { 0 };

	(void)state;
	fill_up(&device);
	device.created_s = 1;
	device.seen_s = 2;
	device.state_s = 3;
	device.expires_s = 4;
	device.posture_s = 5;
	device.posture_ends_s = 6;
	assert_int_equal(
	    cardea_record_encode_device(&device, &value), CARDEA_OK);
	assert_true(value.len < CARDEA_VALUE_MAX);
	value.version = 77;
	assert_int_equal(cardea_record_decode_device(&value, &back), CARDEA_OK);
	assert_int_equal(back.version, 77);
	assert_int_equal(back.state, CARDEA_DEVICE_LOST);
	assert_string_equal(back.owners[15], device.owners[15]);
	assert_string_equal(back.tags[15], device.tags[15]);
	assert_string_equal(
	    back.identities[15].text, device.identities[15].text);
	assert_string_equal(back.facts[15].name, device.facts[15].name);
	assert_string_equal(back.facts[15].value, device.facts[15].value);
	assert_string_equal(back.seen_source, device.seen_source);
	assert_int_equal(back.created_s, 1);
	assert_int_equal(back.seen_s, 2);
	assert_int_equal(back.state_s, 3);
	assert_int_equal(back.expires_s, 4);
	assert_int_equal(back.posture_s, 5);
	assert_int_equal(back.posture_ends_s, 6);
	cardea_value_clear(&value);
}

static void
a_list_beyond_its_ceiling_is_not_written(void **state)
{
	struct cardea_value value = { 0 };

	(void)state;
	for (int which = 0; which < 4; which++) {
		struct cardea_device device = { .state = CARDEA_DEVICE_ACTIVE };

		device.owner_count = which == 0 ? CARDEA_DEVICE_OWNERS_MAX + 1
						: 0;
		device.tag_count = which == 1 ? CARDEA_DEVICE_TAGS_MAX + 1 : 0;
		device.identity_count = which == 2
		    ? CARDEA_DEVICE_IDENTITIES_MAX + 1
		    : 0;
		device.fact_count = which == 3 ? CARDEA_POSTURE_FACTS_MAX + 1
					       : 0;
		assert_int_equal(cardea_record_encode_device(&device, &value),
		    CARDEA_E_RANGE);
		assert_null(value.data);
	}
}

/* V26: a state is one of four far apart, or the record is damaged. */
static void
V26_a_state_of_one_bit_more_or_less_is_damage(void **state)
{
	struct cardea_device device = { .id = "a",
		.state = CARDEA_DEVICE_ACTIVE };
	struct cardea_value value = { 0 };
	struct cardea_device back = { .version = 9 };

	(void)state;
	assert_int_equal(
	    cardea_record_encode_device(&device, &value), CARDEA_OK);
	for (size_t bit = 0; bit < 32; bit++) {
		/* format, length of the id, its one byte */
		unsigned char *byte = value.data + 6 + bit / 8;

		*byte = (unsigned char)(*byte ^ 1u << bit % 8);
		assert_int_equal(cardea_record_decode_device(&value, &back),
		    CARDEA_E_CORRUPT);
		*byte = (unsigned char)(*byte ^ 1u << bit % 8);
	}
	assert_int_equal(back.version, 9);
	assert_int_equal(cardea_record_decode_device(&value, &back), CARDEA_OK);
	cardea_value_clear(&value);
	device.state = CARDEA_DEVICE_NONE;
	assert_int_equal(
	    cardea_record_encode_device(&device, &value), CARDEA_E_RANGE);
}

static void
a_chain_beyond_its_room_is_not_written(void **state)
{
	static struct cardea_device_chain chain;
	struct cardea_value value = { 0 };

	(void)state;
	chain.count = 4;
	for (size_t i = 0; i < 4; i++)
		chain.lens[i] = CARDEA_CERT_MAX;
	assert_int_equal(
	    cardea_record_encode_chain(&chain, &value), CARDEA_E_RANGE);
	chain.count = 1;
	chain.lens[0] = CARDEA_CERT_MAX + 1;
	assert_int_equal(
	    cardea_record_encode_chain(&chain, &value), CARDEA_E_RANGE);
	chain.count = CARDEA_CERT_CHAIN_MAX + 2;
	assert_int_equal(
	    cardea_record_encode_chain(&chain, &value), CARDEA_E_RANGE);
	assert_null(value.data);
	chain.count = 3;
	chain.lens[0] = CARDEA_CERT_MAX;
	assert_int_equal(cardea_record_encode_chain(&chain, &value), CARDEA_OK);
	cardea_value_clear(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_decoded_encodes_to_the_same_bytes),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(trailing_bytes_are_refused),
		cmocka_unit_test(another_format_is_a_version_not_damage),
		cmocka_unit_test(whatever_is_accepted_has_one_encoding),
		cmocka_unit_test(the_fullest_device_fits_and_comes_back),
		cmocka_unit_test(a_list_beyond_its_ceiling_is_not_written),
		cmocka_unit_test(V26_a_state_of_one_bit_more_or_less_is_damage),
		cmocka_unit_test(a_chain_beyond_its_room_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
