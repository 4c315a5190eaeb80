/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/image.h"
#include "unit/circumstances.h"
#include "unit/random.h"

/* Many zones, zones against a model, and damaged ones. */

/* --- many, and combined -------------------------------------------------- */

static void
a_long_zone_is_searched_to_its_last_value(void **state)
{
	static char text[200000];
	struct cardea_request request = bob_in_berlin();
	struct written written;
	enum cardea_truth truth;
	size_t at;

	(void)state;
	at = (size_t)snprintf(text, sizeof(text), "zones: { z = { asns = [ ");
	for (int i = 0; i < 9999; i++)
		at += (size_t)snprintf(
		    text + at, sizeof(text) - at, "%d, ", 2 * (9999 - i));
	at += (size_t)snprintf(
	    text + at, sizeof(text) - at, "65001 ]; countries = [ ");
	for (int i = 0; i < 26 * 26; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "%s\"%c%c\"", i > 0 ? ", " : "", 'A' + i / 26,
		    'A' + i % 26);
	snprintf(text + at, sizeof(text) - at,
	    " ]; except = \"no\"; }; no = { subdivisions = \"ZZ-1\"; }; }; "
	    "rules = ( { name = \"r\"; deny = \"d\"; when = { zone = \"z\"; }; "
	    "} );");
	written = write_policy("", text);
	request.place.country_known = CARDEA_NO;
	for (uint32_t asn = 1; asn <= 20000; asn++) {
		request.place.asn = asn;
		assert_int_equal(
		    cardea_policy_match(written.policy, 0, &request, &truth),
		    CARDEA_OK);
		assert_int_equal(truth,
		    asn % 2 == 0 && asn <= 2 * 9999 ? CARDEA_TRUE
						    : CARDEA_FALSE);
	}
	request.place.asn = 65001;
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_TRUE);
	request.place.asn = 65002;
	request.place.country_known = CARDEA_YES;
	for (int i = 0; i < 26 * 26; i++) {
		request.place.country[0] = (char)('A' + i / 26);
		request.place.country[1] = (char)('A' + i % 26);
		assert_int_equal(
		    cardea_policy_match(written.policy, 0, &request, &truth),
		    CARDEA_OK);
		assert_int_equal(truth, CARDEA_TRUE);
	}
	drop_policy(&written);
}

/*
 * Zones of random networks, of other zones and but for others, against a model
 * that counts on its fingers: an address is a number of 128 bits, and a network
 * holds it if they are equal after a division.
 */
#define ZONES 8
#define NETWORKS 3

struct network {
	unsigned __int128 number;
	unsigned int bits;
};

struct zone_model {
	struct network networks[NETWORKS];
	unsigned int count, others, excepts; /* bits: which zones below */
};

static unsigned __int128
after_division(unsigned __int128 number, unsigned int bits)
{
	return bits == 0 ? 0 : number >> (128 - bits);
}

static bool
model_holds(
    const struct zone_model *models, unsigned int zone, unsigned __int128 who)
{
	const struct zone_model *model = &models[zone];
	bool holds = false;

	for (unsigned int i = 0; i < model->count; i++) {
		const struct network *network = &model->networks[i];

		holds |= after_division(network->number, network->bits) ==
		    after_division(who, network->bits);
	}
	for (unsigned int i = 0; i < zone; i++)
		holds |= (model->others >> i & 1u) != 0 &&
		    model_holds(models, i, who);
	for (unsigned int i = 0; i < zone; i++)
		holds &= (model->excepts >> i & 1u) == 0 ||
		    !model_holds(models, i, who);
	return holds;
}

/* few different bytes, so that networks and addresses meet; half of them are
 * of IPv4 */
static unsigned __int128
draw_number(struct random *random)
{
	static const unsigned char bytes[] = { 0, 1, 127, 128, 255 };
	bool four = random_one_in(random, 2);
	unsigned __int128 number = four ? 0xffff : 0;

	for (int i = four ? 12 : 0; i < 16; i++)
		number = number << 8 | bytes[random_below(random, 5)];
	return number;
}

static void
draw_zone(struct random *random, struct zone_model *model, unsigned int below)
{
	memset(model, 0, sizeof(*model));
	model->count = random_below(random, NETWORKS + 1);
	for (unsigned int i = 0; i < model->count; i++) {
		unsigned __int128 number = draw_number(random);
		bool four = number >> 32 == 0xffff;
		unsigned int bits = four ? 96 + random_below(random, 33)
					 : random_below(random, 129);

		number = bits == 0 ? 0 : number >> (128 - bits) << (128 - bits);
		model->networks[i] = (struct network){ number, bits };
	}
	if (below > 0) {
		model->others = random_below(random, 1u << below) &
		    random_below(random, 1u << below);
		model->excepts = random_below(random, 1u << below) &
		    random_below(random, 1u << below);
	}
	if (model->count == 0 && model->others == 0) {
		model->count = 1;
		model->networks[0] = (struct network){ 0, 0 };
	}
}

static struct cardea_address
address_of(unsigned __int128 number)
{
	struct cardea_address address = { .kind = CARDEA_ADDRESS_IP };

	for (int i = 15; i >= 0; i--) {
		address.bytes[i] = (unsigned char)number;
		number >>= 8;
	}
	return address;
}

static size_t
write_names(
    char *text, size_t size, size_t at, const char *key, unsigned int bits)
{
	if (bits == 0)
		return at;
	at += (size_t)snprintf(text + at, size - at, " %s = [", key);
	for (unsigned int i = 0; i < ZONES; i++) {
		if ((bits >> i & 1u) != 0)
			at += (size_t)snprintf(text + at, size - at,
			    "%s \"z%u\"",
			    (bits & ((1u << i) - 1)) != 0 ? "," : "", i);
	}
	return at + (size_t)snprintf(text + at, size - at, " ];");
}

/* from the last zone to the first, so that most are named before they stand */
static void
write_zones(const struct zone_model *models, char *text, size_t size)
{
	size_t at = (size_t)snprintf(text, size, "zones: {\n");

	for (unsigned int i = ZONES; i-- > 0;) {
		const struct zone_model *model = &models[i];

		at += (size_t)snprintf(text + at, size - at, "z%u = {%s", i,
		    model->count > 0 ? " networks = [" : "");
		for (unsigned int k = 0; k < model->count; k++) {
			const struct network *network = &model->networks[k];
			struct cardea_address address = address_of(
			    network->number);
			char name[CARDEA_ADDRESS_TEXT_MAX + 1];
			bool four = network->bits >= 96 &&
			    network->number >> 32 == 0xffff;

			cardea_address_format(&address, name);
			at += (size_t)snprintf(text + at, size - at,
			    "%s \"%s/%u\"", k > 0 ? "," : "", name,
			    four ? network->bits - 96 : network->bits);
		}
		at += (size_t)snprintf(
		    text + at, size - at, "%s", model->count > 0 ? " ];" : "");
		at = write_names(text, size, at, "zones", model->others);
		at = write_names(text, size, at, "except", model->excepts);
		at += (size_t)snprintf(text + at, size - at, " };\n");
	}
	at += (size_t)snprintf(text + at, size - at, "}; rules = (");
	for (unsigned int i = 0; i < ZONES; i++)
		at += (size_t)snprintf(text + at, size - at,
		    "%s { name = \"r%u\"; deny = \"d\"; when = { zone = "
		    "\"z%u\"; }; }",
		    i > 0 ? "," : "", i, i);
	snprintf(text + at, size - at, ");");
}

static void
C04_zones_of_zones_agree_with_a_model_of_big_integers(void **state)
{
	struct random random = { .state = 20261125 };
	struct cardea_request request = bob_in_berlin();
	unsigned int seen[2] = { 0, 0 };
	char text[8192];

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct zone_model models[ZONES];
		struct written written;

		for (unsigned int i = 0; i < ZONES; i++)
			draw_zone(&random, &models[i], i);
		write_zones(models, text, sizeof(text));
		written = write_policy("", text);
		for (int try = 0; try < 60; try++) {
			unsigned __int128 who = draw_number(&random);
			unsigned int zone = random_below(&random, ZONES);
			bool expected = model_holds(models, zone, who);
			enum cardea_truth truth = CARDEA_MAYBE;

			request.login_source = address_of(who);
			assert_int_equal(cardea_policy_match(written.policy,
					     zone, &request, &truth),
			    CARDEA_OK);
			if (truth != (expected ? CARDEA_TRUE : CARDEA_FALSE))
				fail_msg("zone z%u\n%s", zone, text);
			seen[expected]++;
		}
		drop_policy(&written);
	}
	assert_in_range(seen[0], 3000, 18000);
	assert_in_range(seen[1], 3000, 18000);
}

/* --- damage -------------------------------------------------------------- */

/* a number that leads up would go round for ever */
static void
a_damaged_zone_is_corrupt_and_ends(void **state)
{
	static const struct {
		uint32_t kind, a;
	} damages[] = {
		{ CARDEA_SPOT_ZONE, 1 },
		{ CARDEA_SPOT_ZONE, 2 },
		{ CARDEA_SPOT_EXCEPT, 1 },
		{ CARDEA_SPOT_ZONE, UINT32_MAX },
		{ CARDEA_SPOT_LIST, 5 },
		{ CARDEA_SPOT_SUBDIVISION, UINT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct cardea_request request = bob_in_berlin();
		struct written written = write_policy("",
		    "zones: { a = { networks = \"192.0.2.0/24\"; }; b = { "
		    "zones = \"a\"; }; c = { networks = \"192.0.2.0/24\"; "
		    "zones = \"b\"; }; }; rules = ( { name = \"r\"; deny = "
		    "\"d\"; when = { zone = \"b\"; }; } );");
		struct cardea_image_header *header = written.image;
		struct cardea_image_spot *spots =
		    (void *)((char *)written.image +
			header->parts[CARDEA_PART_SPOTS].offset);
		struct cardea_image_zone *zone_items =
		    (void *)((char *)written.image +
			header->parts[CARDEA_PART_ZONES].offset);
		enum cardea_truth truth = (enum cardea_truth)99;

		request.place.subdivision_known = CARDEA_UNKNOWN;
		cardea_policy_free(written.policy);
		written.policy = NULL;
		assert_int_equal(zone_items[1].spot_count, 1);
		/* beside an exception there is something to be excepted */
		if (damages[i].kind == CARDEA_SPOT_EXCEPT)
			zone_items[1].first = 0, zone_items[1].count = 1;
		spots[zone_items[1].spots].kind = damages[i].kind;
		spots[zone_items[1].spots].a = damages[i].a;
		assert_int_equal(
		    cardea_image_seal(written.image, written.len), CARDEA_OK);
		assert_int_equal(cardea_policy_open(written.image, written.len,
				     &written.policy, NULL),
		    CARDEA_OK);
		assert_int_equal(
		    cardea_policy_match(written.policy, 0, &request, &truth),
		    CARDEA_E_CORRUPT);
		assert_int_equal(truth, 99);
		drop_policy(&written);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_zone_is_searched_to_its_last_value),
		cmocka_unit_test(
		    C04_zones_of_zones_agree_with_a_model_of_big_integers),
		cmocka_unit_test(a_damaged_zone_is_corrupt_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
