/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/krl_parts.h"
#include "cert/sshpublic.h"

enum { /* PROTOCOL.krl, 2 */
	SECTION_LIST = 0x20,
	SECTION_RANGE = 0x21,
	SECTION_BITMAP = 0x22,
	SECTION_KEY_ID = 0x23,
	SECTION_EXTENSION = 0x39,
};

/* What was counted before any room is made. */
struct tally {
	size_t spans, bitmaps, ids;
	uint64_t entries;
};

enum cardea_status
cardea_krl_extension(struct cardea_sshwire_string section)
{
	struct cardea_sshwire_string name;
	struct cardea_sshwire_reader reader;
	uint8_t is_critical;

	cardea_sshwire_read(&reader, section.bytes, section.len);
	name = cardea_sshwire_get_string(&reader);
	is_critical = cardea_sshwire_get_u8(&reader);
	(void)cardea_sshwire_get_string(&reader);
	if (is_critical != 0 || memchr(name.bytes, '\0', name.len) != NULL)
		return CARDEA_E_SYNTAX;
	return cardea_sshwire_all_read(&reader);
}

static enum cardea_status
count_list(struct cardea_sshwire_string section, struct tally *tally)
{
	struct cardea_sshwire_reader reader;

	if (section.len % 8 != 0)
		return CARDEA_E_SYNTAX;
	cardea_sshwire_read(&reader, section.bytes, section.len);
	while (reader.at < reader.len) {
		if (cardea_sshwire_get_u64(&reader) == 0)
			return CARDEA_E_SYNTAX;
	}
	tally->spans += section.len / 8;
	tally->entries += section.len / 8;
	return CARDEA_OK;
}

static struct cardea_krl_span
read_range(struct cardea_sshwire_string section, bool *is_range)
{
	struct cardea_sshwire_reader reader;
	struct cardea_krl_span span;

	cardea_sshwire_read(&reader, section.bytes, section.len);
	span.low = cardea_sshwire_get_u64(&reader);
	span.high = cardea_sshwire_get_u64(&reader);
	*is_range = cardea_sshwire_all_read(&reader) == CARDEA_OK &&
	    span.low != 0 && span.low <= span.high;
	return span;
}

/* An mpint without the zero byte that keeps it above zero; zero has no bits.
 * The highest serial may neither wrap, nor the lowest be the one that is none.
 */
static struct cardea_krl_bitmap
read_bitmap(struct cardea_sshwire_string section, bool *is_bitmap)
{
	struct cardea_krl_bitmap bitmap = { 0 };
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string bits;
	uint64_t top;

	cardea_sshwire_read(&reader, section.bytes, section.len);
	bitmap.low = cardea_sshwire_get_u64(&reader);
	*is_bitmap = section.len == 12 && cardea_sshwire_get_u32(&reader) == 0;
	if (section.len == 12)
		return bitmap;
	bits = cardea_sshwire_get_positive(&reader);
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK)
		return bitmap;
	if (bits.bytes[0] == 0) {
		bits.bytes++;
		bits.len--;
	}
	top = bits.len * 8 - 1;
	for (unsigned int high = 0x80; (bits.bytes[0] & high) == 0; high >>= 1)
		top--;
	bitmap.bits = bits;
	bitmap.reach = bitmap.low + top;
	*is_bitmap = bitmap.reach >= bitmap.low &&
	    (bitmap.low != 0 || (bits.bytes[bits.len - 1] & 1) == 0);
	return bitmap;
}

static enum cardea_status
count_bitmap(struct cardea_sshwire_string section, struct tally *tally)
{
	bool is_bitmap = false;
	struct cardea_krl_bitmap bitmap = read_bitmap(section, &is_bitmap);

	if (!is_bitmap)
		return CARDEA_E_SYNTAX;
	if (bitmap.bits.len > CARDEA_KRL_BITMAP_MAX)
		return CARDEA_E_RANGE;
	for (size_t i = 0; i < bitmap.bits.len; i++)
		tally->entries += (unsigned int)__builtin_popcount(
		    bitmap.bits.bytes[i]);
	tally->bitmaps += bitmap.bits.len > 0;
	return CARDEA_OK;
}

static enum cardea_status
count_section(
    uint8_t type, struct cardea_sshwire_string section, struct tally *tally)
{
	bool is_range = false;

	switch (type) {
	case SECTION_LIST:
		return count_list(section, tally);
	case SECTION_RANGE:
		(void)read_range(section, &is_range);
		tally->spans++;
		tally->entries++;
		return is_range ? CARDEA_OK : CARDEA_E_SYNTAX;
	case SECTION_BITMAP:
		return count_bitmap(section, tally);
	case SECTION_KEY_ID:
		return cardea_krl_set_count(
		    section, CARDEA_KRL_IDS, &tally->ids);
	case SECTION_EXTENSION:
		return cardea_krl_extension(section);
	default:
		return CARDEA_E_SYNTAX;
	}
}

/* Lists are mostly sorted, and then neighbours make one span. */
static void
add_span(struct cardea_krl_scope *scope, struct cardea_krl_span span)
{
	struct cardea_krl_span *last = scope->span_count == 0
	    ? NULL
	    : &scope->spans[scope->span_count - 1];

	if (last != NULL && span.low > last->low && span.low - 1 <= last->high)
		last->high = span.high > last->high ? span.high : last->high;
	else
		scope->spans[scope->span_count++] = span;
}

static void
add_section(struct cardea_krl_scope *scope, uint8_t type,
    struct cardea_sshwire_string section)
{
	struct cardea_krl_bitmap bitmap;
	struct cardea_sshwire_reader reader;
	bool whole = false;

	switch (type) {
	case SECTION_LIST:
		cardea_sshwire_read(&reader, section.bytes, section.len);
		while (reader.at < reader.len) {
			uint64_t serial = cardea_sshwire_get_u64(&reader);

			add_span(
			    scope, (struct cardea_krl_span){ serial, serial });
		}
		break;
	case SECTION_RANGE:
		add_span(scope, read_range(section, &whole));
		break;
	case SECTION_BITMAP:
		bitmap = read_bitmap(section, &whole);
		if (bitmap.bits.len > 0)
			scope->bitmaps[scope->bitmap_count++] = bitmap;
		break;
	case SECTION_KEY_ID:
		cardea_krl_set_add(&scope->ids, section);
		break;
	default:
		break;
	}
}

static int
compare_spans(const void *left, const void *right)
{
	const struct cardea_krl_span *a = left, *b = right;

	return (a->low > b->low) - (a->low < b->low);
}

static int
compare_bitmaps(const void *left, const void *right)
{
	const struct cardea_krl_bitmap *a = left, *b = right;

	return (a->low > b->low) - (a->low < b->low);
}

/* Sorted by their low ends, and none touching the next one. */
static void
sort_spans(struct cardea_krl_scope *scope)
{
	struct cardea_krl_span *spans = scope->spans;
	size_t count = scope->span_count, i = 1;

	while (i < count && spans[i - 1].low <= spans[i].low)
		i++;
	if (i < count)
		qsort(spans, count, sizeof(*spans), compare_spans);
	scope->span_count = 0;
	for (i = 0; i < count; i++) {
		struct cardea_krl_span span = spans[i];
		struct cardea_krl_span *last = scope->span_count == 0
		    ? NULL
		    : &spans[scope->span_count - 1];

		if (last == NULL || span.low > last->high)
			spans[scope->span_count++] = span;
		else if (span.high > last->high)
			last->high = span.high;
	}
}

/* Sorted by their low ends too, but each may reach beyond those after it. */
static void
sort_bitmaps(struct cardea_krl_scope *scope)
{
	struct cardea_krl_bitmap *bitmaps = scope->bitmaps;
	size_t count = scope->bitmap_count, i = 1;

	while (i < count && bitmaps[i - 1].low <= bitmaps[i].low)
		i++;
	if (i < count)
		qsort(bitmaps, count, sizeof(*bitmaps), compare_bitmaps);
	for (i = 1; i < count; i++) {
		if (bitmaps[i].reach < bitmaps[i - 1].reach)
			bitmaps[i].reach = bitmaps[i - 1].reach;
	}
}

/* "ca_key may be an empty string to indicate the certificate section applies to
 * all CAs"; any other must be a key, since a damaged one would be nobody's. */
static bool
read_head(
    struct cardea_sshwire_reader *reader, struct cardea_sshwire_string *ret_ca)
{
	struct cardea_sshpublic key;

	*ret_ca = cardea_sshwire_get_string(reader);
	(void)cardea_sshwire_get_string(reader); /* "currently ignored" */
	if (reader->failed)
		return false;
	return ret_ca->len == 0 ||
	    (cardea_sshpublic_parse(ret_ca->bytes, ret_ca->len, &key) ==
		    CARDEA_OK &&
		cardea_sshpublic_holds(&key));
}

static enum cardea_status
count_all(struct cardea_sshwire_reader reader, struct tally *tally,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	while (!reader.failed && reader.at < reader.len) {
		uint8_t type = cardea_sshwire_get_u8(&reader);
		struct cardea_sshwire_string section =
		    cardea_sshwire_get_string(&reader);

		if (reader.failed)
			break;
		status = count_section(type, section, tally);
		if (status == CARDEA_E_RANGE)
			return cardea_diag_set(diag, status,
			    "a bitmap of more than %d bytes, which no sshd "
			    "reads either",
			    CARDEA_KRL_BITMAP_MAX);
		if (status != CARDEA_OK)
			return cardea_diag_set(diag, status,
			    "section 0x%02x of certificates is malformed, or "
			    "not one that is known",
			    type);
	}
	if (reader.failed)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a section of certificates is cut");
	tally->entries += tally->ids;
	return CARDEA_OK;
}

static enum cardea_status
make_room(struct cardea_krl_scope *scope, const struct tally *tally)
{
	if (tally->spans > 0)
		scope->spans = calloc(tally->spans, sizeof(*scope->spans));
	if (tally->bitmaps > 0)
		scope->bitmaps = calloc(
		    tally->bitmaps, sizeof(*scope->bitmaps));
	if ((tally->spans > 0 && scope->spans == NULL) ||
	    (tally->bitmaps > 0 && scope->bitmaps == NULL))
		return CARDEA_E_MEMORY;
	return cardea_krl_set_make(&scope->ids, tally->ids);
}

enum cardea_status
cardea_krl_scope_read(struct cardea_sshwire_string section,
    struct cardea_krl_scope *scope, struct cardea_diag *diag)
{
	struct cardea_sshwire_reader reader;
	struct tally tally = { 0 };
	enum cardea_status status;

	*scope = (struct cardea_krl_scope){ 0 };
	cardea_sshwire_read(&reader, section.bytes, section.len);
	if (!read_head(&reader, &scope->ca))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "certificates of a CA whose key is none");
	status = count_all(reader, &tally, diag);
	if (status == CARDEA_OK)
		status = make_room(scope, &tally);
	if (status != CARDEA_OK)
		return status;
	while (reader.at < reader.len) {
		uint8_t type = cardea_sshwire_get_u8(&reader);

		add_section(scope, type, cardea_sshwire_get_string(&reader));
	}
	scope->entries = tally.entries;
	sort_spans(scope);
	sort_bitmaps(scope);
	cardea_krl_set_sort(&scope->ids);
	return CARDEA_OK;
}

void
cardea_krl_scope_clear(struct cardea_krl_scope *scope)
{
	free(scope->spans);
	free(scope->bitmaps);
	scope->spans = NULL;
	scope->bitmaps = NULL;
	scope->span_count = scope->bitmap_count = 0;
	cardea_krl_set_clear(&scope->ids);
}

static bool
has_span(const struct cardea_krl_scope *scope, uint64_t serial)
{
	size_t low = 0, high = scope->span_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (serial > scope->spans[middle].high)
			low = middle + 1;
		else if (serial < scope->spans[middle].low)
			high = middle;
		else
			return true;
	}
	return false;
}

static bool
has_bit(const struct cardea_krl_bitmap *bitmap, uint64_t serial)
{
	uint64_t bit = serial - bitmap->low;
	const struct cardea_sshwire_string *bits = &bitmap->bits;

	return bit / 8 < bits->len &&
	    (bits->bytes[bits->len - 1 - bit / 8] >> bit % 8 & 1) != 0;
}

/* Bitmaps may overlap: from the last that begins at or below serial down to
 * where none reaches so far. */
static bool
has_bitmap(const struct cardea_krl_scope *scope, uint64_t serial)
{
	size_t low = 0, high = scope->bitmap_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (scope->bitmaps[middle].low <= serial)
			low = middle + 1;
		else
			high = middle;
	}
	while (low > 0 && scope->bitmaps[low - 1].reach >= serial) {
		if (has_bit(&scope->bitmaps[--low], serial))
			return true;
	}
	return false;
}

bool
cardea_krl_scope_has(const struct cardea_krl_scope *scope, uint64_t serial,
    struct cardea_sshwire_string key_id)
{
	if (cardea_krl_set_has(&scope->ids, key_id.bytes, key_id.len))
		return true;
	return serial != 0 &&
	    (has_span(scope, serial) || has_bitmap(scope, serial));
}
