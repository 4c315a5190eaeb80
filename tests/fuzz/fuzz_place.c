/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cardea/address.h>

#include "facts/library/table.h"

/*
 * Bytes as a database of places, through the door that logins use.  It is
 * refused with a reason, or says of an address what can be said: a country of
 * two letters, a subdivision that begins with it, a position on earth.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static int
is_upper(char sign)
{
	return sign >= 'A' && sign <= 'Z';
}

static void
judge(const struct cardea_place *place)
{
	must((place->country_known == CARDEA_YES) ==
	    (place->country[0] != '\0'));
	if (place->country_known == CARDEA_YES)
		must(strlen(place->country) == 2 &&
		    is_upper(place->country[0]) && is_upper(place->country[1]));
	must((place->subdivision_known == CARDEA_YES) ==
	    (place->subdivision[0] != '\0'));
	if (place->subdivision_known == CARDEA_YES)
		must(memcmp(place->subdivision, place->country, 2) == 0 &&
		    place->subdivision[2] == '-');
	must(abs(place->latitude_e4) <= 900000);
	must(abs(place->longitude_e4) <= 1800000);
	must(place->traits >> CARDEA_TRAIT_COUNT == 0);
	must(place->traits == 0 || place->traits_known == CARDEA_YES);
	must(place->asn == 0 || place->asn_known == CARDEA_YES);
}

static void
look_up(const struct cardea_place_base_file *file, const char *text)
{
	static const struct cardea_place nothing;
	struct cardea_address address = cardea_address_parse(text);

	for (int i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		struct cardea_diag diag = { .line = 0 };
		struct cardea_place place = nothing;
		enum cardea_status status = cardea_place_library.look_up(file,
		    (enum cardea_place_base)i, address.bytes, &place, &diag);

		if (status != CARDEA_OK)
			must(memcmp(&place, &nothing, sizeof(place)) == 0);
		must((status == CARDEA_OK || status == CARDEA_E_MISSING) ==
		    (diag.reason[0] == '\0'));
		judge(&place);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	static const char *const addresses[] = { "192.0.2.1", "203.0.113.200",
		"0.0.0.0", "255.255.255.255", "2001:db8::5", "::", "ffff::1" };
	struct cardea_place_base_file *file = NULL;
	struct cardea_place_info info = { .type = "" };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	char path[64];
	int fd = memfd_create("place", MFD_CLOEXEC);

	must(fd >= 0);
	must(write(fd, bytes, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	status = cardea_place_library.open(path, &file, &info, &diag);
	close(fd);
	must((status == CARDEA_OK) == (diag.reason[0] == '\0'));
	must((status == CARDEA_OK) == (file != NULL));
	if (status != CARDEA_OK)
		return 0;
	must(info.built_s >= 0 && strlen(info.type) < sizeof(info.type));
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		look_up(file, addresses[i]);
	cardea_place_library.close(file);
	return 0;
}
