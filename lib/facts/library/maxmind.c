/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "facts/library/shape.h"
#include "facts/library/table.h"

/*
 * The one file that knows libmaxminddb.  It checks each offset against the
 * file's end, but bounds neither work nor nesting: so each part of a file is
 * walked by us before it reads it (shape.h), the metadata before it opens the
 * file and a record before it looks into it.  What it hands out is judged here
 * again, so that a damaged record makes no country.
 */
struct cardea_place_base_file {
	MMDB_s mmdb;
};

static enum cardea_status
fail(struct cardea_diag *diag, int error)
{
	return cardea_diag_set(diag,
	    error == MMDB_OUT_OF_MEMORY_ERROR ? CARDEA_E_MEMORY
		: error == MMDB_FILE_OPEN_ERROR || error == MMDB_IO_ERROR
		? CARDEA_E_IO
		: CARDEA_E_CORRUPT,
	    "%s", MMDB_strerror(error));
}

static ssize_t
read_tail(const char *path, unsigned char *tail, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t len = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0)
		len = pread(fd, tail, size,
		    st.st_size > (off_t)size ? st.st_size - (off_t)size : 0);
	close(fd);
	return len;
}

/* MMDB_open unfolds all of the metadata, wanted or not. */
static enum cardea_status
check_metadata(const char *path, struct cardea_diag *diag)
{
	unsigned char *tail = malloc(CARDEA_SHAPE_TAIL_MAX);
	enum cardea_status status = CARDEA_OK;
	const unsigned char *metadata;
	size_t metadata_len = 0;
	ssize_t len;

	if (tail == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	len = read_tail(path, tail, CARDEA_SHAPE_TAIL_MAX);
	if (len < 0) {
		status = cardea_diag_set(
		    diag, CARDEA_E_IO, "its end cannot be read");
		goto out;
	}
	metadata = cardea_shape_metadata(tail, (size_t)len, &metadata_len);
	if (metadata == NULL)
		status = cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "is no database of MaxMind's format, or cut");
	else if (!cardea_shape_metadata_holds(metadata, metadata_len))
		status = cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "what it says of itself is damaged");
out:
	free(tail);
	return status;
}

static enum cardea_status
open_file(const char *path, struct cardea_place_base_file **ret_file,
    struct cardea_place_info *ret_info, struct cardea_diag *diag)
{
	enum cardea_status status = check_metadata(path, diag);
	struct cardea_place_info info = { .type = "" };
	struct cardea_place_base_file *file;
	int error;

	if (status != CARDEA_OK)
		return status;
	file = calloc(1, sizeof(*file));
	if (file == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	error = MMDB_open(path, MMDB_MODE_MMAP, &file->mmdb);
	if (error != MMDB_SUCCESS) {
		free(file);
		return fail(diag, error);
	}
	if (file->mmdb.metadata.build_epoch > INT64_MAX ||
	    cardea_text_copy(info.type, sizeof(info.type),
		file->mmdb.metadata.database_type) != CARDEA_OK) {
		MMDB_close(&file->mmdb);
		free(file);
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "what it says of itself is odd");
	}
	info.built_s = (int64_t)file->mmdb.metadata.build_epoch;
	*ret_info = info;
	*ret_file = file;
	return CARDEA_OK;
}

static void
close_file(struct cardea_place_base_file *file)
{
	if (file == NULL)
		return;
	MMDB_close(&file->mmdb);
	free(file);
}

/* --- values ----------------------------------------------------------------
 */

/* One record being read; the first error sticks. */
struct record {
	MMDB_entry_s entry;
	int error;
	bool odd; /* a value that no such database holds */
};

/* false if it is not there */
static bool
get(struct record *record, const char *const *path, MMDB_entry_data_s *data)
{
	int error;

	if (record->error != MMDB_SUCCESS || record->odd)
		return false;
	error = MMDB_aget_value(&record->entry, data, path);
	if (error == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR)
		return false;
	record->error = error;
	return error == MMDB_SUCCESS && data->has_data;
}

static bool
is_code(const char *text, size_t len, bool digits)
{
	for (size_t i = 0; i < len; i++) {
		if ((text[i] < 'A' || text[i] > 'Z') &&
		    (!digits || text[i] < '0' || text[i] > '9'))
			return false;
	}
	return true;
}

/* a code of low to high signs, behind what is in text already */
static bool
get_code(struct record *record, const char *const *path, size_t low,
    size_t high, char *text)
{
	MMDB_entry_data_s data;

	if (!get(record, path, &data))
		return false;
	if (data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size < low ||
	    data.data_size > high ||
	    !is_code(data.utf8_string, data.data_size, low != high)) {
		record->odd = true;
		return false;
	}
	memcpy(text, data.utf8_string, data.data_size);
	text[data.data_size] = '\0';
	return true;
}

static bool
get_degrees(struct record *record, const char *const *path, double limit,
    int32_t *ret_e4)
{
	MMDB_entry_data_s data;

	if (!get(record, path, &data))
		return false;
	if (data.type != MMDB_DATA_TYPE_DOUBLE ||
	    !(data.double_value >= -limit && data.double_value <= limit)) {
		record->odd = true;
		return false;
	}
	*ret_e4 = (int32_t)(data.double_value * 10000.0 +
	    (data.double_value < 0 ? -0.5 : 0.5));
	return true;
}

static void
read_country(struct record *record, struct cardea_place *place)
{
	static const char *const country[] = { "country", "iso_code", NULL };
	static const char *const part[] = { "subdivisions", "0", "iso_code",
		NULL };
	static const char *const latitude[] = { "location", "latitude", NULL };
	static const char *const longitude[] = { "location", "longitude",
		NULL };
	static const char *const radius[] = { "location", "accuracy_radius",
		NULL };
	char code[CARDEA_SUBDIVISION_MAX + 1] = "";
	MMDB_entry_data_s data;

	if (get_code(record, country, 2, 2, place->country))
		place->country_known = CARDEA_YES;
	if (place->country_known == CARDEA_YES &&
	    get_code(record, part, 1, 3, code) &&
	    cardea_text_print(place->subdivision, sizeof(place->subdivision),
		"%s-%s", place->country, code) == CARDEA_OK)
		place->subdivision_known = CARDEA_YES;
	if (get_degrees(record, latitude, 90.0, &place->latitude_e4) &&
	    get_degrees(record, longitude, 180.0, &place->longitude_e4))
		place->position_known = CARDEA_YES;
	if (get(record, radius, &data) && data.type == MMDB_DATA_TYPE_UINT16)
		place->accuracy_km = data.uint16;
}

static void
read_asn(struct record *record, struct cardea_place *place)
{
	static const char *const number[] = { "autonomous_system_number",
		NULL };
	MMDB_entry_data_s data;

	if (!get(record, number, &data))
		return;
	if (data.type != MMDB_DATA_TYPE_UINT32) {
		record->odd = true;
		return;
	}
	place->asn = data.uint32;
	place->asn_known = CARDEA_YES;
}

static void
read_traits(struct record *record, struct cardea_place *place)
{
	/* in the order of enum cardea_trait */
	static const char *const names[CARDEA_TRAIT_COUNT] = { "is_anonymous",
		"is_anonymous_vpn", "is_hosting_provider", "is_public_proxy",
		"is_residential_proxy", "is_tor_exit_node" };

	place->traits_known = CARDEA_YES;
	for (size_t i = 0; i < CARDEA_TRAIT_COUNT; i++) {
		const char *const path[] = { names[i], NULL };
		MMDB_entry_data_s data;

		if (!get(record, path, &data))
			continue;
		if (data.type != MMDB_DATA_TYPE_BOOLEAN)
			record->odd = true;
		else if (data.boolean)
			place->traits |= 1u << i;
	}
}

/* --- looking up ------------------------------------------------------------
 */

static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff,
	0xff };

static MMDB_lookup_result_s
find(const MMDB_s *mmdb, const unsigned char address[16], int *error)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (memcmp(address, mapped, sizeof(mapped)) == 0) {
		memcpy(&v4.sin_addr, address + 12, 4);
		return MMDB_lookup_sockaddr(
		    mmdb, (const struct sockaddr *)&v4, error);
	}
	memcpy(&v6.sin6_addr, address, 16);
	return MMDB_lookup_sockaddr(mmdb, (const struct sockaddr *)&v6, error);
}

static enum cardea_status
look_up(const struct cardea_place_base_file *file, enum cardea_place_base base,
    const unsigned char address[16], struct cardea_place *place,
    struct cardea_diag *diag)
{
	struct cardea_place found = *place;
	MMDB_lookup_result_s result;
	struct record record = { .error = MMDB_SUCCESS };
	int error = MMDB_SUCCESS;

	result = find(&file->mmdb, address, &error);
	/* it speaks of IPv4 alone: that others have no traits it does not say
	 */
	if (error == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR)
		return base == CARDEA_PLACE_TRAITS ? CARDEA_OK
						   : CARDEA_E_MISSING;
	if (error != MMDB_SUCCESS)
		return fail(diag, error);
	if (!result.found_entry)
		return CARDEA_E_MISSING;
	if (!cardea_shape_holds(file->mmdb.data_section,
		file->mmdb.data_section_size, result.entry.offset))
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "a record is damaged");
	record.entry = result.entry;
	switch (base) {
	case CARDEA_PLACE_COUNTRY:
		read_country(&record, &found);
		break;
	case CARDEA_PLACE_ASN:
		read_asn(&record, &found);
		break;
	case CARDEA_PLACE_TRAITS:
		read_traits(&record, &found);
		break;
	case CARDEA_PLACE_BASE_COUNT:
		return CARDEA_E_INTERNAL;
	}
	if (record.error != MMDB_SUCCESS)
		return fail(diag, record.error);
	if (record.odd)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "a record holds what no record may hold");
	*place = found;
	return CARDEA_OK;
}

const struct cardea_place_library cardea_place_library = {
	CARDEA_PLACE_LIBRARY_VERSION,
	open_file,
	look_up,
	close_file,
};
