/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/library/table.h"
#include "unit/random.h"
#include "unit/scratch.h"
#include "unit/vectors.h"

/* linked here instead of loaded */
enum cardea_status
cardea_place_library_load(
    const struct cardea_place_library **ret_library, struct cardea_diag *diag)
{
	(void)diag;
	*ret_library = &cardea_place_library;
	return CARDEA_OK;
}

#define DAY_S 86400
#define ALL                                                                    \
	(CARDEA_USES_COUNTRY | CARDEA_USES_ASN | CARDEA_USES_POSITION |        \
	    CARDEA_USES_TRAITS)

static char folder[] = "place.XXXXXX";
static struct cardea_settings settings;
static struct cardea_place_state states[CARDEA_PLACE_BASE_COUNT];

/* a copy below the scratch folder, where only its owner writes */
static const char *
bring(const char *name)
{
	static char to[256];
	char from[1024], command[2048];
	const char *slash = strrchr(name, '/');

	snprintf(from, sizeof(from), TEST_VECTORS "/maxmind/%s", name);
	snprintf(
	    to, sizeof(to), "%s/%s", folder, slash != NULL ? slash + 1 : name);
	snprintf(command, sizeof(command), "cp '%s' '%s' && chmod 644 '%s'",
	    from, to, to);
	assert_int_equal(system(command), 0);
	return to;
}

static void
configure(char *path, const char *name)
{
	const char *file = bring(name);

	assert_true(strlen(file) < 256);
	strcpy(path, file);
}

static struct cardea_places *
open_places(uint32_t uses)
{
	struct cardea_places *places = cardea_places_open(
	    &settings, uses, 1800000000, states);

	assert_non_null(places);
	return places;
}

static struct cardea_place
look_up(const struct cardea_places *places, const char *text)
{
	struct cardea_address address = cardea_address_parse(text);
	struct cardea_diag diag = { .line = 0 };
	struct cardea_place place;

	cardea_places_look_up(places, &address, &place, &diag);
	assert_string_equal(diag.reason, "");
	return place;
}

static int
setup(void **state)
{
	(void)state;
	memset(&settings, 0, sizeof(settings));
	memcpy(folder, "place.XXXXXX", sizeof(folder));
	scratch_make(folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

/* --- the published records --------------------------------------------------
 */

struct expected {
	struct cardea_prefix prefix;
	const json_t *record;
};

static size_t
read_expected(const json_t *root, struct expected *list, size_t room)
{
	size_t count = 0, i;
	const json_t *item;

	json_array_foreach(root, i, item)
	{
		void *at = json_object_iter((json_t *)(uintptr_t)item);

		assert_true(count < room);
		list[count].record = json_object_iter_value(at);
		/* one or two have host bits: they are no prefixes of ours */
		if (cardea_prefix_parse(json_object_iter_key(at),
			&list[count].prefix) == CARDEA_OK)
			count++;
	}
	return count;
}

/* the most particular network that holds it */
static const json_t *
record_of(const struct expected *list, size_t count,
    const struct cardea_address *address)
{
	const json_t *record = NULL;
	unsigned int bits = 0;

	for (size_t i = 0; i < count; i++) {
		if (list[i].prefix.bits < bits ||
		    !cardea_prefix_contains(&list[i].prefix, address))
			continue;
		bits = list[i].prefix.bits;
		record = list[i].record;
	}
	return record;
}

static const char *
text_at(const json_t *record, const char *a, const char *b)
{
	return json_string_value(
	    json_object_get(json_object_get(record, a), b));
}

static void
demand_country(const json_t *record, const struct cardea_place *place)
{
	const char *country = text_at(record, "country", "iso_code");
	const char *part = json_string_value(json_object_get(
	    json_array_get(json_object_get(record, "subdivisions"), 0),
	    "iso_code"));
	const json_t *location = json_object_get(record, "location");
	char code[16];

	assert_int_equal(place->country_known,
	    country != NULL ? CARDEA_YES : CARDEA_UNKNOWN);
	assert_string_equal(place->country, country != NULL ? country : "");
	assert_int_equal(place->subdivision_known,
	    country != NULL && part != NULL ? CARDEA_YES : CARDEA_UNKNOWN);
	if (part != NULL && country != NULL) {
		snprintf(code, sizeof(code), "%s-%s", country, part);
		assert_string_equal(place->subdivision, code);
	}
	assert_int_equal(place->position_known,
	    json_object_get(location, "latitude") != NULL ? CARDEA_YES
							  : CARDEA_UNKNOWN);
	if (place->position_known != CARDEA_YES)
		return;
	assert_true(
	    abs(place->latitude_e4 -
		(int)(json_number_value(json_object_get(location, "latitude")) *
		    10000)) <= 1);
	assert_true(abs(place->longitude_e4 -
			(int)(json_number_value(
				  json_object_get(location, "longitude")) *
			    10000)) <= 1);
	assert_int_equal(place->accuracy_km,
	    json_integer_value(json_object_get(location, "accuracy_radius")));
}

static void
demand_asn(const json_t *record, const struct cardea_place *place)
{
	assert_int_equal(place->asn_known, CARDEA_YES);
	assert_int_equal(place->asn,
	    json_integer_value(
		json_object_get(record, "autonomous_system_number")));
}

static void
demand_traits(const json_t *record, const struct cardea_place *place)
{
	static const char *const names[] = { "is_anonymous", "is_anonymous_vpn",
		"is_hosting_provider", "is_public_proxy",
		"is_residential_proxy", "is_tor_exit_node" };

	assert_int_equal(place->traits_known, CARDEA_YES);
	for (size_t i = 0; i < CARDEA_TRAIT_COUNT; i++)
		assert_int_equal((place->traits & 1u << i) != 0,
		    json_is_true(json_object_get(record, names[i])));
}

typedef void demand(const json_t *record, const struct cardea_place *place);

/* first, last and some addresses between of every network */
static void
demand_network(const struct cardea_places *places, const struct expected *list,
    size_t count, size_t index, demand *check, struct random *random)
{
	for (int i = 0; i < 6; i++) {
		struct cardea_address address = { .kind = CARDEA_ADDRESS_IP };
		struct cardea_diag diag = { .line = 0 };
		struct cardea_place place;

		memcpy(address.bytes, list[index].prefix.bytes, 16);
		for (unsigned int bit = list[index].prefix.bits; bit < 128;
		     bit++) {
			if (i == 1 || (i > 1 && random_one_in(random, 2)))
				address.bytes[bit / 8] |=
				    (unsigned char)(0x80u >> bit % 8);
		}
		cardea_places_look_up(places, &address, &place, &diag);
		assert_string_equal(diag.reason, "");
		check(record_of(list, count, &address), &place);
	}
}

static size_t
demand_all(const char *json, uint32_t uses, demand *check)
{
	static struct expected list[2000];
	struct random random = { 11 };
	json_t *root = load_vectors(json);
	size_t count = read_expected(root, list, 2000);
	struct cardea_places *places = open_places(uses);

	for (size_t i = 0; i < count; i++)
		demand_network(places, list, count, i, check, &random);
	cardea_places_close(places);
	json_decref(root);
	return count;
}

static void
every_published_country_is_found(void **state)
{
	(void)state;
	configure(settings.place_country, "GeoIP2-Country-Test.mmdb");
	assert_true(demand_all("maxmind/expected/GeoIP2-Country-Test.json",
			CARDEA_USES_COUNTRY, demand_country) > 300);
}

static void
every_published_city_is_found(void **state)
{
	(void)state;
	configure(settings.place_country, "GeoLite2-City-Test.mmdb");
	assert_true(demand_all("maxmind/expected/GeoLite2-City-Test.json",
			CARDEA_USES_POSITION, demand_country) > 230);
	assert_true(states[CARDEA_PLACE_COUNTRY].usable);
}

static void
every_published_owner_is_found(void **state)
{
	(void)state;
	configure(settings.place_asn, "GeoLite2-ASN-Test.mmdb");
	assert_true(demand_all("maxmind/expected/GeoLite2-ASN-Test.json",
			CARDEA_USES_ASN, demand_asn) > 700);
}

static void
every_published_trait_is_found(void **state)
{
	(void)state;
	configure(settings.place_traits, "GeoIP2-Anonymous-IP-Test.mmdb");
	assert_true(demand_all("maxmind/expected/GeoIP2-Anonymous-IP-Test.json",
			CARDEA_USES_TRAITS, demand_traits) >= 10);
}

/* --- addresses that no database holds ---------------------------------------
 */

static void
who_is_in_no_database_is_unknown(void **state)
{
	struct cardea_places *places;
	struct cardea_place place;

	(void)state;
	configure(settings.place_country, "GeoLite2-City-Test.mmdb");
	configure(settings.place_asn, "GeoLite2-ASN-Test.mmdb");
	configure(settings.place_traits, "GeoIP2-Anonymous-IP-Test.mmdb");
	places = open_places(ALL);
	place = look_up(places, "203.0.113.7");
	assert_int_equal(place.country_known, CARDEA_UNKNOWN);
	assert_int_equal(place.subdivision_known, CARDEA_UNKNOWN);
	assert_int_equal(place.position_known, CARDEA_UNKNOWN);
	assert_int_equal(place.asn_known, CARDEA_UNKNOWN);
	/* such a database lists who has some */
	assert_int_equal(place.traits_known, CARDEA_YES);
	assert_int_equal(place.traits, 0);
	cardea_places_close(places);
}

static void
an_address_of_nobodys_is_in_no_country(void **state)
{
	static const char *const nobodys[] = { "10.1.2.3", "127.0.0.1",
		"192.168.7.7", "100.64.0.1", "169.254.1.1", "::1", "fe80::1",
		"fd00::7" };
	struct cardea_places *places;

	(void)state;
	configure(settings.place_country, "GeoIP2-Country-Test.mmdb");
	configure(settings.place_asn, "GeoLite2-ASN-Test.mmdb");
	places = open_places(ALL);
	for (size_t i = 0; i < sizeof(nobodys) / sizeof(nobodys[0]); i++) {
		struct cardea_place place = look_up(places, nobodys[i]);

		assert_int_equal(place.country_known, CARDEA_NO);
		assert_int_equal(place.asn_known, CARDEA_NO);
		/* there is no such database */
		assert_int_equal(place.traits_known, CARDEA_UNKNOWN);
	}
	cardea_places_close(places);
}

static void
who_comes_from_no_network_is_nowhere(void **state)
{
	struct cardea_place place;

	(void)state;
	place = look_up(NULL, "");
	assert_int_equal(place.country_known, CARDEA_NO);
	assert_int_equal(place.asn_known, CARDEA_NO);
	assert_int_equal(place.position_known, CARDEA_NO);
	place = look_up(NULL, "UNKNOWN");
	assert_int_equal(place.country_known, CARDEA_UNKNOWN);
	place = look_up(NULL, "192.0.2.1");
	assert_int_equal(place.country_known, CARDEA_UNKNOWN);
}

static void
what_no_rule_asks_for_is_not_opened(void **state)
{
	struct cardea_places *places;

	(void)state;
	strcpy(settings.place_country, "/nonexistent");
	configure(settings.place_asn, "GeoLite2-ASN-Test.mmdb");
	places = open_places(CARDEA_USES_ASN);
	assert_string_equal(states[CARDEA_PLACE_COUNTRY].diag.reason, "");
	assert_true(states[CARDEA_PLACE_ASN].usable);
	cardea_places_close(places);
}

/* --- what is not to be believed ---------------------------------------------
 */

static void
demand_unusable(const char *said)
{
	struct cardea_places *places = open_places(ALL);
	const struct cardea_place_state *state = &states[CARDEA_PLACE_COUNTRY];
	struct cardea_place place = look_up(places, "81.2.69.160");

	assert_true(state->configured && !state->usable);
	if (strstr(state->diag.reason, said) == NULL)
		fail_msg("said: %s", state->diag.reason);
	assert_int_equal(place.country_known, CARDEA_UNKNOWN);
	assert_int_equal(place.position_known, CARDEA_UNKNOWN);
	cardea_places_close(places);
}

static void
C12_an_old_database_is_unknown(void **state)
{
	struct cardea_places *places;
	int64_t built_s;

	(void)state;
	configure(settings.place_country, "GeoLite2-City-Test.mmdb");
	places = open_places(ALL);
	built_s = states[CARDEA_PLACE_COUNTRY].built_s;
	assert_true(built_s > 1500000000);
	cardea_places_close(places);
	settings.place_max_age_s = 30 * DAY_S;
	for (int late = 0; late < 2; late++) {
		places = cardea_places_open(
		    &settings, ALL, built_s + 30 * DAY_S + late, states);
		assert_int_equal(
		    states[CARDEA_PLACE_COUNTRY].usable, late == 0);
		assert_int_equal(states[CARDEA_PLACE_COUNTRY].old, late == 1);
		assert_int_equal(look_up(places, "81.2.69.160").country_known,
		    late == 0 ? CARDEA_YES : CARDEA_UNKNOWN);
		cardea_places_close(places);
	}
}

static void
C12_a_database_from_the_future_is_unknown(void **state)
{
	struct cardea_places *places;
	int64_t built_s;

	(void)state;
	configure(settings.place_country, "GeoLite2-City-Test.mmdb");
	cardea_places_close(open_places(ALL));
	built_s = states[CARDEA_PLACE_COUNTRY].built_s;
	places = cardea_places_open(
	    &settings, ALL, built_s - DAY_S - 1, states);
	assert_false(states[CARDEA_PLACE_COUNTRY].usable);
	assert_int_equal(
	    look_up(places, "81.2.69.160").country_known, CARDEA_UNKNOWN);
	cardea_places_close(places);
}

static void
a_database_of_another_kind_is_told(void **state)
{
	(void)state;
	configure(settings.place_country, "GeoLite2-ASN-Test.mmdb");
	demand_unusable("is of type GeoLite2-ASN");
	configure(settings.place_country, "GeoIP2-Anonymous-IP-Test.mmdb");
	demand_unusable("is of type GeoIP2-Anonymous-IP");
}

static void
F06_a_file_that_others_may_write_is_not_read(void **state)
{
	(void)state;
	configure(settings.place_country, "GeoLite2-City-Test.mmdb");
	assert_int_equal(chmod(settings.place_country, 0666), 0);
	demand_unusable("");
	assert_int_equal(unlink(settings.place_country), 0);
	demand_unusable("");
	assert_int_equal(mkfifo(settings.place_country, 0600), 0);
	demand_unusable("");
}

static void
C11_a_damaged_database_is_unknown(void **state)
{
	static const char *const bad[] = { "bad-data/invalid-bytes-length.mmdb",
		"bad-data/libmaxminddb-metadata-marker-only.mmdb",
		"bad-data/libmaxminddb-oversized-array.mmdb",
		"bad-data/libmaxminddb-separator-record-min-right.mmdb",
		"bad-data/metadata-is-an-uint128.mmdb" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		configure(settings.place_country, bad[i]);
		demand_unusable("");
	}
}

static size_t
read_file(const char *path, unsigned char *bytes, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t len;

	assert_non_null(file);
	len = fread(bytes, 1, size, file);
	fclose(file);
	return len;
}

static void
write_file(const char *path, const unsigned char *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

/* whatever it says, it is a country or unknown, and it comes back */
static void
probe(void)
{
	static const char *const addresses[] = { "81.2.69.160", "2.125.160.216",
		"2001:218::1", "89.160.20.112", "203.0.113.1" };
	struct cardea_places *places = open_places(ALL);

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct cardea_address address = cardea_address_parse(
		    addresses[i]);
		struct cardea_diag diag = { .line = 0 };
		struct cardea_place place;

		cardea_places_look_up(places, &address, &place, &diag);
		assert_true(place.country_known != CARDEA_YES ||
		    strlen(place.country) == 2);
		if (diag.reason[0] != '\0')
			assert_true(place.country_known != CARDEA_YES);
	}
	cardea_places_close(places);
}

static void
C11_no_damage_crashes_or_hangs(void **state)
{
	static unsigned char good[32768], bytes[32768];
	struct random random = { 5 };
	size_t len;

	(void)state;
	configure(settings.place_country, "GeoLite2-City-Test.mmdb");
	len = read_file(settings.place_country, good, sizeof(good));
	assert_true(len > 20000 && len < sizeof(good));
	for (size_t cut = 0; cut < len; cut += 97) {
		write_file(settings.place_country, good, cut);
		probe();
	}
	for (int round = 0; round < 1500; round++) {
		memcpy(bytes, good, len);
		for (int i = 0; i < 4; i++) {
			/* the tree's top and the metadata matter most */
			size_t at = random_one_in(&random, 3)
			    ? len - 1 - random_below(&random, 400)
			    : random_below(&random,
				  random_one_in(&random, 2) ? 2000
							    : (unsigned)len);

			bytes[at] = (unsigned char)random_next(&random);
		}
		write_file(settings.place_country, bytes, len);
		probe();
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_published_country_is_found),
		TEST(every_published_city_is_found),
		TEST(every_published_owner_is_found),
		TEST(every_published_trait_is_found),
		TEST(who_is_in_no_database_is_unknown),
		TEST(an_address_of_nobodys_is_in_no_country),
		TEST(who_comes_from_no_network_is_nowhere),
		TEST(what_no_rule_asks_for_is_not_opened),
		TEST(C12_an_old_database_is_unknown),
		TEST(C12_a_database_from_the_future_is_unknown),
		TEST(a_database_of_another_kind_is_told),
		TEST(F06_a_file_that_others_may_write_is_not_read),
		TEST(C11_a_damaged_database_is_unknown),
		TEST(C11_no_damage_crashes_or_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
