/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address lists.  The first byte says what the rest is: 't' a text, 'p' a
 * prepared list as somebody may have damaged it, 'r' entries as bytes, which
 * are prepared, and looked up beside a search from the first to the last.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "facts/netlist_text.h"
#include "facts/netlist_write.h"

#define NOW INT64_C(1900000000)
#define PROBES 64

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static int
file(void)
{
	int fd = memfd_create("netlist", MFD_CLOEXEC);

	must(fd >= 0);
	return fd;
}

/* --- text ------------------------------------------------------------------
 */

static enum cardea_status
read_pieces(const unsigned char *data, size_t size, size_t piece,
    struct cardea_netlist_text *text, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	memset(text, 0, sizeof(*text));
	memset(diag, 0, sizeof(*diag));
	for (size_t at = 0; at < size && status == CARDEA_OK; at += piece)
		status = cardea_netlist_text_feed(text, (const char *)data + at,
		    size - at < piece ? size - at : piece, diag);
	return status == CARDEA_OK ? cardea_netlist_text_end(text, diag)
				   : status;
}

/* Every entry is in what is prepared, until its end. */
static void
check_set(struct cardea_netlist_set *set)
{
	struct cardea_netlist_header header = { .prepared_s = NOW };
	struct cardea_netlist list;
	int fd = file();

	must(cardea_netlist_write(fd, set, &header, NULL) == CARDEA_OK &&
	    cardea_netlist_open(fd, &list, NULL) == CARDEA_OK);
	for (size_t i = 0; i < set->count && i < PROBES; i++) {
		const struct cardea_netlist_range *range = &set->items[i];
		int64_t now_s = range->until_s == 0 ? NOW : range->until_s - 1;
		enum cardea_known known = CARDEA_UNKNOWN;

		must(memcmp(range->low, range->high, 16) <= 0);
		must(cardea_netlist_find(&list, range->low, now_s, &known) ==
			CARDEA_OK &&
		    known == CARDEA_YES);
		must(cardea_netlist_find(&list, range->high, now_s, &known) ==
			CARDEA_OK &&
		    known == CARDEA_YES);
	}
	close(fd);
}

static void
try_text(const unsigned char *data, size_t size)
{
	static struct cardea_netlist_text whole, parts;
	struct cardea_diag whole_diag, parts_diag;
	enum cardea_status status;

	status = read_pieces(data, size, size + 1, &whole, &whole_diag);
	must(read_pieces(data, size, 3, &parts, &parts_diag) == status &&
	    whole.set.count == parts.set.count && whole.line == parts.line &&
	    whole.expires_s == parts.expires_s &&
	    strcmp(whole_diag.reason, parts_diag.reason) == 0);
	must((status == CARDEA_OK) == (whole_diag.reason[0] == '\0'));
	if (status == CARDEA_OK)
		check_set(&whole.set);
	cardea_netlist_set_clear(&whole.set);
	cardea_netlist_set_clear(&parts.set);
}

/* --- the prepared form -----------------------------------------------------
 */

static void
try_prepared(const unsigned char *data, size_t size)
{
	static const unsigned char probes[][16] = { { 0 },
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7 },
		{ 0x20, 0x01, 0x0d, 0xb8 }, { 0xff, 0xff } };
	struct cardea_netlist list;
	enum cardea_known known;
	int fd = file(), sink = file();

	if (cardea_file_write_open(fd, data, size) == CARDEA_OK &&
	    cardea_netlist_open(fd, &list, NULL) == CARDEA_OK) {
		for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
			(void)!cardea_netlist_find(
			    &list, probes[i], NOW, &known);
		(void)!cardea_netlist_renew(&list, NOW, sink, NULL);
	}
	close(fd);
	close(sink);
}

/* --- entries ---------------------------------------------------------------
 */

/* Of four bytes one entry, in a small world at one of both ends of the large
 * one: they meet. */
static struct cardea_netlist_range
entry_of(const unsigned char bytes[4])
{
	struct cardea_netlist_range range = { .until_s = bytes[3] >> 6 };
	unsigned char low = bytes[0] < bytes[1] ? bytes[0] : bytes[1];
	unsigned char high = bytes[0] < bytes[1] ? bytes[1] : bytes[0];

	memset(range.low, bytes[2] & 1 ? 0xff : 0, 15);
	memset(range.high, bytes[2] & 1 ? 0xff : 0, 15);
	range.low[15] = low;
	range.high[15] = high;
	if (range.until_s != 0)
		range.until_s += NOW;
	return range;
}

static enum cardea_known
expected(const struct cardea_netlist_set *set, const unsigned char address[16],
    int64_t now_s)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct cardea_netlist_range *range = &set->items[i];

		if (memcmp(range->low, address, 16) <= 0 &&
		    memcmp(address, range->high, 16) <= 0 &&
		    (range->until_s == 0 || now_s < range->until_s))
			return CARDEA_YES;
	}
	return CARDEA_NO;
}

static void
try_entries(const unsigned char *data, size_t size)
{
	struct cardea_netlist_header header = { .prepared_s = NOW };
	struct cardea_netlist_set set = { .items = NULL };
	struct cardea_netlist list;
	int fd = file();

	for (size_t at = 0; at + 4 <= size && at < 4 * 4096; at += 4) {
		const struct cardea_netlist_range range = entry_of(data + at);

		must(cardea_netlist_set_add(&set, &range) == CARDEA_OK);
	}
	must(cardea_netlist_write(fd, &set, &header, NULL) == CARDEA_OK &&
	    cardea_netlist_open(fd, &list, NULL) == CARDEA_OK);
	for (unsigned int i = 0; i < 512; i += 3) {
		enum cardea_known known = CARDEA_UNKNOWN;
		int64_t now_s = NOW + i % 5;
		unsigned char address[16];

		memset(address, i > 255 ? 0xff : 0, sizeof(address));
		address[15] = (unsigned char)i;
		must(cardea_netlist_find(&list, address, now_s, &known) ==
			CARDEA_OK &&
		    known == expected(&set, address, now_s));
	}
	cardea_netlist_set_clear(&set);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] == 't')
		try_text(data + 1, size - 1);
	if (data[0] == 'p')
		try_prepared(data + 1, size - 1);
	if (data[0] == 'r')
		try_entries(data + 1, size - 1);
	return 0;
}
