/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/ledger_history.h"
#include "unit/record_kinds.h"

WRAP(history)

static void
fill_times(int64_t *first_s, int64_t *last_s, unsigned int *seed)
{
	*first_s = rand_r(seed);
	*last_s = *first_s + rand_r(seed);
}

/* one byte of its number makes each of them another one */
static void
fill_networks(struct cardea_history *history, unsigned int *seed)
{
	history->network_count = (size_t)rand_r(seed) %
	    (CARDEA_HISTORY_NETWORKS_MAX + 1);
	for (size_t i = 0; i < history->network_count; i++) {
		struct cardea_history_network *item = &history->networks[i];
		bool four = rand_r(seed) % 2 == 0;

		if (four)
			item->bytes[10] = item->bytes[11] = 0xff;
		item->bytes[four ? 12 : 0] = (unsigned char)(1 + i);
		item->bytes[four ? 14 : 5] = (unsigned char)rand_r(seed);
		item->count = 1 + (uint32_t)rand_r(seed);
		fill_times(&item->first_s, &item->last_s, seed);
	}
}

static void
fill_countries(struct cardea_history *history, unsigned int *seed)
{
	history->country_count = (size_t)rand_r(seed) %
	    (CARDEA_HISTORY_COUNTRIES_MAX + 1);
	for (size_t i = 0; i < history->country_count; i++) {
		struct cardea_history_country *item = &history->countries[i];

		item->country[0] = (char)('A' + i / 26);
		item->country[1] = (char)('A' + i % 26);
		item->count = 1 + (uint32_t)rand_r(seed);
		fill_times(&item->first_s, &item->last_s, seed);
	}
}

static void
fill_history(void *object, unsigned int *seed)
{
	struct cardea_history *history = object;

	history->last_login_s = rand_r(seed);
	history->hours_s = rand_r(seed);
	for (size_t i = 0; i < CARDEA_HISTORY_HOURS; i++)
		history->hours[i] = (uint16_t)rand_r(seed);
	fill_networks(history, seed);
	fill_countries(history, seed);
	history->has_position = rand_r(seed) % 2 == 0;
	if (!history->has_position)
		return;
	history->latitude_e4 = rand_r(seed) % 1800001 - 900000;
	history->longitude_e4 = rand_r(seed) % 3600001 - 1800000;
	history->accuracy_km = (uint32_t)rand_r(seed);
	history->position_s = rand_r(seed);
	if (rand_r(seed) % 2 == 0)
		memcpy(history->position_country, "DE", 3);
}

static const struct kind kind = KIND(history, history, clear_plain);

static void
K02_a_history_comes_back_as_it_was(void **state)
{
	(void)state;
	demand_same_bytes(&kind);
}

static void
K02_a_cut_or_longer_history_is_refused(void **state)
{
	(void)state;
	demand_no_truncation(&kind);
	demand_no_trailing_bytes(&kind);
	demand_its_format(&kind);
}

static void
K02_a_changed_history_is_refused_or_another_one(void **state)
{
	(void)state;
	demand_one_encoding(&kind);
}

/* --- what no login leaves ---------------------------------------------------
 */

static struct cardea_history sound;

static int
setup(void **state)
{
	(void)state;
	memset(&sound, 0, sizeof(sound));
	sound.last_login_s = sound.hours_s = sound.position_s = 1900000000;
	sound.has_position = true;
	memcpy(sound.position_country, "DE", 3);
	sound.network_count = sound.country_count = 2;
	for (size_t i = 0; i < 2; i++) {
		struct cardea_history_network *network = &sound.networks[i];
		struct cardea_history_country *country = &sound.countries[i];

		network->bytes[0] = (unsigned char)(0x20 + i);
		memcpy(country->country, i == 0 ? "DE" : "FR", 3);
		network->count = country->count = 1;
		network->first_s = country->first_s = 1800000000;
		network->last_s = country->last_s = 1900000000;
	}
	return 0;
}

#define REFUSES(change)                                                        \
	do {                                                                   \
		struct cardea_history odd = sound;                             \
		struct cardea_value none = { 0 };                              \
		change;                                                        \
		assert_false(cardea_history_is_sound(&odd));                   \
		assert_int_equal(cardea_record_encode_history(&odd, &none),    \
		    CARDEA_E_INTERNAL);                                        \
		assert_null(none.data);                                        \
	} while (0)

static void
what_no_login_leaves_is_no_history(void **state)
{
	(void)state;
	assert_true(cardea_history_is_sound(&sound));
	REFUSES(odd.last_login_s = -1);
	REFUSES(odd.last_login_s = INT64_MAX);
	REFUSES(odd.hours_s = INT64_MIN);
	REFUSES(odd.position_s = CARDEA_HISTORY_END_S + 1);
	REFUSES(odd.latitude_e4 = 900001);
	REFUSES(odd.latitude_e4 = INT32_MIN);
	REFUSES(odd.longitude_e4 = -1800001);
	REFUSES(memcpy(odd.position_country, "D", 2));
	REFUSES(odd.has_position = false);
	REFUSES(odd.network_count = CARDEA_HISTORY_NETWORKS_MAX + 1);
	REFUSES(odd.country_count = CARDEA_HISTORY_COUNTRIES_MAX + 1);
}

static void
what_no_login_leaves_is_no_network_or_country(void **state)
{
	(void)state;
	REFUSES(odd.networks[1].bytes[15] = 1);
	REFUSES(odd.networks[1].bytes[0] = 0x20);
	REFUSES(odd.networks[1].first_s = 1900000001);
	REFUSES(odd.networks[0].last_s = INT64_MAX);
	REFUSES(odd.networks[0].count = 0);
	REFUSES(memcpy(odd.countries[1].country, "DE", 3));
	REFUSES(memcpy(odd.countries[1].country, "d3", 3));
	REFUSES(memcpy(odd.countries[1].country, "", 1));
	REFUSES(odd.countries[0].first_s = -1);
	REFUSES(odd.countries[0].last_s = 1);
	REFUSES(odd.countries[0].count = 0);
}

/* The same in bytes: the first number behind the format is the last login. */
static void
K02_a_time_that_cannot_be_is_refused_when_read(void **state)
{
	struct cardea_value value = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_record_encode_history(&sound, &value), CARDEA_OK);
	value.data[8] ^= 0x80; /* of eight bytes the last: its sign */
	expect_refusal(&kind, &value, CARDEA_E_CORRUPT);
	cardea_value_clear(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(K02_a_history_comes_back_as_it_was),
		cmocka_unit_test(K02_a_cut_or_longer_history_is_refused),
		cmocka_unit_test(
		    K02_a_changed_history_is_refused_or_another_one),
		cmocka_unit_test_setup(
		    what_no_login_leaves_is_no_history, setup),
		cmocka_unit_test_setup(
		    what_no_login_leaves_is_no_network_or_country, setup),
		cmocka_unit_test_setup(
		    K02_a_time_that_cannot_be_is_refused_when_read, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
