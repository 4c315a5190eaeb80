/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "facts/place_library.h"

#define DAY_S 86400

struct cardea_places {
	const struct cardea_place_library *library; /* NULL: not loaded */
	struct cardea_place_base_file *files[CARDEA_PLACE_BASE_COUNT];
	bool wanted[CARDEA_PLACE_BASE_COUNT];
	char paths[CARDEA_PLACE_BASE_COUNT][256];
};

const char *
cardea_place_base_text(enum cardea_place_base base)
{
	static const char *const texts[CARDEA_PLACE_BASE_COUNT] = { "country",
		"asn", "traits" };

	return (size_t)base < CARDEA_PLACE_BASE_COUNT ? texts[base] : "";
}

/* --- opening ---------------------------------------------------------------
 */

/* A database of another kind has no such field, and would say "unknown" for
 * ever without a word. */
static bool
is_kind(enum cardea_place_base base, const char *type)
{
	switch (base) {
	case CARDEA_PLACE_COUNTRY:
		return strstr(type, "Country") != NULL ||
		    strstr(type, "City") != NULL ||
		    strstr(type, "Enterprise") != NULL;
	case CARDEA_PLACE_ASN:
		return strstr(type, "ASN") != NULL ||
		    strstr(type, "ISP") != NULL;
	case CARDEA_PLACE_TRAITS:
		return strstr(type, "Anonymous") != NULL;
	case CARDEA_PLACE_BASE_COUNT:
		break;
	}
	return false;
}

static enum cardea_status
judge(const struct cardea_settings *settings, enum cardea_place_base base,
    const struct cardea_place_info *info, int64_t now_s,
    struct cardea_place_state *state)
{
	int64_t age_s = now_s - info->built_s;

	state->built_s = info->built_s;
	if (!is_kind(base, info->type))
		return cardea_diag_set(&state->diag, CARDEA_E_SYNTAX,
		    "is of type %s, which tells nothing of this", info->type);
	if (age_s < -DAY_S)
		return cardea_diag_set(&state->diag, CARDEA_E_RANGE,
		    "was built in the future: it, or the clock, is wrong");
	state->old = settings->place_max_age_s != 0 &&
	    age_s > (int64_t)settings->place_max_age_s;
	if (state->old)
		return cardea_diag_set(&state->diag, CARDEA_E_RANGE,
		    "is %lld days old", (long long)(age_s / DAY_S));
	return CARDEA_OK;
}

/* The file that was judged is the one that is read: it is opened once, and
 * libmaxminddb is given the name of the descriptor. */
static enum cardea_status
open_judged(struct cardea_places *places, enum cardea_place_base base,
    struct cardea_place_info *info, struct cardea_diag *diag)
{
	enum cardea_status status;
	char name[32];
	struct stat st;
	int fd = -1;

	status = cardea_file_open(
	    places->paths[base], CARDEA_FILE_CONFIG, &fd, diag);
	if (status != CARDEA_OK)
		return status;
	if (fstat(fd, &st) != 0 || st.st_size > CARDEA_PLACE_FILE_MAX)
		status = cardea_diag_set(
		    diag, CARDEA_E_RANGE, "is larger than any such file");
	if (status == CARDEA_OK)
		status = cardea_text_print(
		    name, sizeof(name), "/proc/self/fd/%d", fd);
	if (status == CARDEA_OK)
		status = places->library->open(
		    name, &places->files[base], info, diag);
	close(fd);
	return status;
}

static void
open_base(struct cardea_places *places, const struct cardea_settings *settings,
    enum cardea_place_base base, int64_t now_s,
    struct cardea_place_state *state)
{
	struct cardea_place_info info = { .type = "" };
	enum cardea_status status = CARDEA_OK;

	if (places->library == NULL)
		status = cardea_place_library_load(
		    &places->library, &state->diag);
	if (status == CARDEA_OK)
		status = open_judged(places, base, &info, &state->diag);
	if (status == CARDEA_OK)
		status = judge(settings, base, &info, now_s, state);
	state->usable = status == CARDEA_OK;
	if (state->usable)
		return;
	cardea_diag_place(&state->diag, places->paths[base], 0, NULL);
	if (places->files[base] != NULL)
		places->library->close(places->files[base]);
	places->files[base] = NULL;
}

struct cardea_places *
cardea_places_open(const struct cardea_settings *settings, uint32_t uses,
    int64_t now_s, struct cardea_place_state states[CARDEA_PLACE_BASE_COUNT])
{
	const char *const paths[CARDEA_PLACE_BASE_COUNT] = {
		settings->place_country, settings->place_asn,
		settings->place_traits
	};
	const uint32_t bits[CARDEA_PLACE_BASE_COUNT] = { CARDEA_USES_COUNTRY |
		    CARDEA_USES_POSITION,
		CARDEA_USES_ASN, CARDEA_USES_TRAITS };
	struct cardea_places *places = calloc(1, sizeof(*places));

	memset(states, 0, CARDEA_PLACE_BASE_COUNT * sizeof(*states));
	if (places == NULL)
		return NULL;
	for (int i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		places->wanted[i] = (uses & bits[i]) != 0;
		states[i].configured = paths[i][0] != '\0';
		if (!places->wanted[i] || !states[i].configured ||
		    cardea_text_copy(places->paths[i], sizeof(places->paths[i]),
			paths[i]) != CARDEA_OK)
			continue;
		open_base(places, settings, (enum cardea_place_base)i, now_s,
		    &states[i]);
	}
	return places;
}

struct cardea_places *
cardea_places_close(struct cardea_places *places)
{
	if (places == NULL)
		return NULL;
	for (int i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		if (places->files[i] != NULL)
			places->library->close(places->files[i]);
	}
	free(places);
	return NULL;
}

/* --- looking up ------------------------------------------------------------
 */

/* Addresses that are nobody's in the world (RFC 6890): private, shared,
 * loopback, link-local, unspecified. */
static bool
is_nobodys(const struct cardea_address *address)
{
	static const char *const prefixes[] = { "0.0.0.0/8", "10.0.0.0/8",
		"100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
		"172.16.0.0/12", "192.168.0.0/16", "::1", "::", "fe80::/10",
		"fc00::/7" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct cardea_prefix prefix;

		if (cardea_prefix_parse(prefixes[i], &prefix) == CARDEA_OK &&
		    cardea_prefix_contains(&prefix, address))
			return true;
	}
	return false;
}

static struct cardea_place
nowhere(void)
{
	return (struct cardea_place){ .country_known = CARDEA_NO,
		.subdivision_known = CARDEA_NO,
		.asn_known = CARDEA_NO,
		.position_known = CARDEA_NO,
		.traits_known = CARDEA_NO };
}

/* what a usable database means that does not hold the address */
static void
take_absence(enum cardea_place_base base, const struct cardea_address *address,
    struct cardea_place *place)
{
	bool nobodys = is_nobodys(address);

	if (base == CARDEA_PLACE_TRAITS)
		place->traits_known = CARDEA_YES;
	if (base == CARDEA_PLACE_ASN && nobodys)
		place->asn_known = CARDEA_NO;
	if (base == CARDEA_PLACE_COUNTRY && nobodys) {
		place->country_known = CARDEA_NO;
		place->subdivision_known = CARDEA_NO;
		place->position_known = CARDEA_NO;
	}
}

void
cardea_places_look_up(const struct cardea_places *places,
    const struct cardea_address *address, struct cardea_place *ret_place,
    struct cardea_diag *diag)
{
	struct cardea_place place = { .country_known = CARDEA_UNKNOWN };

	if (address->kind == CARDEA_ADDRESS_NONE)
		place = nowhere();
	for (int i = 0; places != NULL && i < CARDEA_PLACE_BASE_COUNT &&
	     address->kind == CARDEA_ADDRESS_IP;
	     i++) {
		enum cardea_place_base base = (enum cardea_place_base)i;
		enum cardea_status status;

		if (places->files[i] == NULL)
			continue;
		status = places->library->look_up(
		    places->files[i], base, address->bytes, &place, diag);
		if (status == CARDEA_E_MISSING)
			take_absence(base, address, &place);
		else if (status != CARDEA_OK)
			cardea_diag_place(diag, places->paths[i], 0, NULL);
	}
	*ret_place = place;
}
