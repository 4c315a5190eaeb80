/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "unit/netlist_fixture.h"
#include "unit/test.h"

static struct cardea_netlist_text text;
static struct cardea_diag diag;

#define ACCEPT(bytes) accept_text(bytes, sizeof(bytes) - 1)
#define REFUSE(line, reason, bytes)                                            \
	refuse_text(line, reason, bytes, sizeof(bytes) - 1)

/* the number of entries */
static size_t
accept_text(const char *bytes, size_t len)
{
	size_t count;

	if (!read_text(bytes, len, &text, &diag))
		fail_msg("\"%s\": line %u: %s", bytes, diag.line, diag.reason);
	count = text.set.count;
	cardea_netlist_set_clear(&text.set);
	return count;
}

static void
refuse_text(
    unsigned int line, const char *reason, const char *bytes, size_t len)
{
	if (read_text(bytes, len, &text, &diag))
		fail_msg("\"%s\" is accepted", bytes);
	if (diag.line != line || strstr(diag.reason, reason) == NULL)
		fail_msg("\"%s\": line %u: %s", bytes, diag.line, diag.reason);
}

static void
lists_are_read_as_the_world_publishes_them(void **state)
{
	(void)state;
	assert_int_equal(ACCEPT("192.0.2.1\n"), 1);
	assert_int_equal(ACCEPT("\n\n  192.0.2.1 \t\n\n"), 1);
	assert_int_equal(ACCEPT("192.0.2.0/24 ; SBL1234\n"), 1);
	assert_int_equal(ACCEPT("192.0.2.0/24#x\n;y\n #z\n2001:db8::/32\n"), 2);
	assert_int_equal(ACCEPT("192.0.2.1\r\n\r\n192.0.2.2\r\n"), 2);
	assert_int_equal(ACCEPT("\xef\xbb\xbf"
				"192.0.2.1\n"),
	    1);
	assert_int_equal(ACCEPT("\xef\xbb\xbf# caf\xe9\n192.0.2.1\n"), 1);
	assert_int_equal(ACCEPT("192.0.2.1 - 192.0.2.9\n"), 1);
	assert_int_equal(ACCEPT("192.0.2.1-192.0.2.9\n"), 1);
	assert_int_equal(ACCEPT("192.0.2.1\t-192.0.2.1# one\n"), 1);
	assert_int_equal(ACCEPT("::1-2001:db8::\n"), 1);
	assert_int_equal(ACCEPT("0.0.0.0/0\n::/0\n0.0.0.0\n::\n"), 4);
	assert_int_equal(ACCEPT("192.0.2.1 until 2026-12-01\n"), 1);
	assert_int_equal(ACCEPT("192.0.2.1 - 192.0.2.9\tuntil\t"
				"2026-12-01T00:00Z ; why\n"),
	    1);
	assert_int_equal(ACCEPT("# may be empty\n"), 0);
	assert_int_equal(ACCEPT("; May Be Empty\r\n\r\n"), 0);
}

static void
C01_C03_a_name_is_refused_and_never_looked_up(void **state)
{
	static const char names[] = "names are not looked up";

	(void)state;
	REFUSE(1, names, "host.example.org\n");
	REFUSE(2, names, "192.0.2.1\nlocalhost\n");
	REFUSE(1, names, "host-1.example.org\n");
	REFUSE(1, names, "UNKNOWN\n");
	REFUSE(1, names, "*\n");
	REFUSE(1, names, "until 2026-12-01\n");
	REFUSE(1, names, "fe80::1%eth0\n");
	REFUSE(1, names, "192.0.2\n");
	REFUSE(1, names, "192.0.2.256\n");
	REFUSE(1, names, "192.0.2.01\n");
	REFUSE(1, names, "0x7f000001\n");
	REFUSE(1, names, "3221225985\n");
	REFUSE(1, names, "[2001:db8::1]\n");
	REFUSE(1, names, "192.0.2.1:22\n");
	REFUSE(1, names, "192.0.2.1,\n");
	REFUSE(1, names, "/24\n");
}

static void
a_bad_entry_is_refused_with_its_line(void **state)
{
	(void)state;
	REFUSE(1, "behind it", "192.0.2.1/24\n");
	REFUSE(3, "behind it", "#\r\n\r\n192.0.2.0/33\r\n");
	REFUSE(1, "behind it", "192.0.2.0/64x\n");
	REFUSE(1, "behind it", "192.0.2.0/024\n");
	REFUSE(1, "behind it", "2001:db8::/129\n");
	REFUSE(1, "behind it", "2001:db8::1/64\n");
	REFUSE(1, "one entry a line", "192.0.2.1 192.0.2.2\n");
	REFUSE(1, "one entry a line", "192.0.2.1 malware\n");
	REFUSE(1, "ends before", "192.0.2.9 - 192.0.2.1\n");
	REFUSE(1, "range", "192.0.2.0/24 - 192.0.2.9\n");
	REFUSE(1, "range", "192.0.2.1 - 192.0.2.3 - 192.0.2.9\n");
	REFUSE(1, "range", "192.0.2.1 -\n");
	REFUSE(1, "range", "- 192.0.2.1\n");
	REFUSE(1, "range", "192.0. 2.1 - 192.0.2.9\n");
	REFUSE(1, "the other is not", "192.0.2.1 - 2001:db8::\n");
	REFUSE(1, "the other is not", "::1 - 192.0.2.1\n");
}

static void
an_end_that_is_no_time_is_refused(void **state)
{
	static const char until[] = "expected until";

	(void)state;
	REFUSE(1, until, "192.0.2.1 until\n");
	REFUSE(1, until, "192.0.2.1 until 2026-02-30\n");
	REFUSE(1, until, "192.0.2.1 until 2026-12-01 00:00\n");
	REFUSE(1, until, "192.0.2.1 until 2026-12-01T00:00\n");
	REFUSE(1, until, "192.0.2.1 until 2026-12-01T24:00Z\n");
	REFUSE(1, until, "192.0.2.1 until 2026-12-01T00:60Z\n");
	REFUSE(1, until, "192.0.2.1 until 2026-12-01T00:00:60Z\n");
	REFUSE(1, until, "192.0.2.1 until 2026-12-01T00:00:00+01:00\n");
	REFUSE(1, until, "192.0.2.1 until tomorrow\n");
	REFUSE(1, until, "192.0.2.1 until 1970-01-01T00:00Z\n");
	REFUSE(1, until, "192.0.2.1 until 2026-12-01 until 2027-12-01\n");
	REFUSE(1, "names", "192.0.2.1 Until 2026-12-01\n");
	REFUSE(1, "names", "192.0.2.1until 2026-12-01\n");
}

static int64_t
expiry_of(const char *bytes)
{
	(void)accept_text(bytes, strlen(bytes));
	return text.expires_s;
}

static void
a_list_tells_when_it_ends(void **state)
{
	(void)state;
	assert_int_equal(
	    expiry_of("# expires: 2030-03-17T17:46:40Z\n::1\n"), 1900000000);
	assert_int_equal(
	    expiry_of("; Expires: Sun, 17 Mar 2030 17:46:40 GMT\n::1\n"),
	    1900000000);
	assert_int_equal(expiry_of("#expires:2030-03-17\n::1\n"), 1900022400);
	/* the earliest of several; none behind the first entry, or beside one
	 */
	assert_int_equal(expiry_of("#expires: 2030-03-18\n# expires: "
				   "2030-03-17\n#expires: 2031-03-18\n::1\n"),
	    1900022400);
	assert_int_equal(expiry_of("::1\n# expires: 2030-03-17\n"), 0);
	assert_int_equal(expiry_of("::1 # expires: 2030-03-17\n"), 0);
	assert_int_equal(expiry_of("# it expires: soon\n::1\n"), 0);
	/* what was meant to end must not go on for ever */
	REFUSE(1, "expected expires", "# expires: soon\n::1\n");
	REFUSE(2, "expected expires", "#\n# Expires:\n::1\n");
	REFUSE(1, "expected expires", "# expires: 30 Mar 2030\n::1\n");
	REFUSE(1, "expected expires",
	    "# expires: Sun, 17 Foo 2030 17:46:40 GMT\n::1\n");
	REFUSE(1, "expected expires",
	    "# expires: Sun, 31 Feb 2030 17:46:40 GMT\n::1\n");
	REFUSE(1, "expected expires",
	    "# expires: Sun, 17 Mar 2030 17:46:40 CET\n::1\n");
	REFUSE(1, "expected expires", "# expires: Sun, 17 Mar\n::1\n");
}

static void
what_is_no_whole_list_is_refused(void **state)
{
	(void)state;
	/* half an address is another address */
	REFUSE(2, "may have been cut", "192.0.2.1\n192.0.2.12");
	REFUSE(1, "may have been cut", "# expires: 2030-03-17");
	REFUSE(0, "there is no entry", "");
	REFUSE(2, "there is no entry", "# nothing\n\n");
	REFUSE(1, "control", "192.0.2.1\0\n");
	REFUSE(1, "control", "# \x1b[2J\n192.0.2.1\n");
	REFUSE(1, "control", "192.0.2.1\r\r\n");
	REFUSE(1, "control",
	    "\xff\xfe"
	    "1\0"
	    "9\0"
	    "2\0\n\0");
	REFUSE(1, "names", "<html>\n");
	REFUSE(2, "names", "::1\n\xef\xbb\xbf::1\n");
}

/* bytes of blanks in front of an entry, and its end */
static bool
reads_blanks(size_t count, const char *end)
{
	char *bytes = malloc(count + 8);
	bool is_read;

	assert_non_null(bytes);
	memset(bytes, ' ', count);
	strcpy(bytes + count, "::1");
	strcat(bytes + count, end);
	is_read = read_text(bytes, strlen(bytes), &text, &diag);
	cardea_netlist_set_clear(&text.set);
	free(bytes);
	return is_read;
}

static void
C10_what_is_too_long_is_refused(void **state)
{
	(void)state;
	assert_true(reads_blanks(CARDEA_LISTS_LINE_MAX - 3, "\n"));
	assert_true(reads_blanks(CARDEA_LISTS_LINE_MAX - 3, "\r\n"));
	assert_false(reads_blanks(CARDEA_LISTS_LINE_MAX - 2, "\n"));
	assert_non_null(strstr(diag.reason, "longer than 1023"));
	assert_false(reads_blanks(CARDEA_LISTS_LINE_MAX - 2, "\r\n"));
	assert_false(reads_blanks(100000, "\n"));
	assert_int_equal(diag.line, 1);

	/* the ceilings, without a list of that size */
	memset(&text, 0, sizeof(text));
	memset(&diag, 0, sizeof(diag));
	text.bytes = CARDEA_LISTS_BYTES_MAX - 3;
	assert_int_equal(
	    cardea_netlist_text_feed(&text, "::1\n", 4, &diag), CARDEA_E_RANGE);
	assert_non_null(strstr(diag.reason, "256 MiB"));
	memset(&text, 0, sizeof(text));
	memset(&diag, 0, sizeof(diag));
	text.set.count = CARDEA_LISTS_ENTRIES_MAX;
	assert_int_equal(
	    cardea_netlist_text_feed(&text, "::1\n", 4, &diag), CARDEA_E_RANGE);
	assert_non_null(strstr(diag.reason, "4000000"));
}

/* However the bytes come, the text is the same. */
static void
a_text_may_come_in_any_pieces(void **state)
{
	static const char bytes[] = "\xef\xbb\xbf# expires: 2030-03-17\r\n"
				    "192.0.2.0/24 ; x\r\n\n"
				    "2001:db8::1 - 2001:db8::2\n::1x\n";
	const size_t len = sizeof(bytes) - 1;

	(void)state;
	for (size_t piece = 1; piece < len; piece++) {
		enum cardea_status status = CARDEA_OK;

		memset(&text, 0, sizeof(text));
		memset(&diag, 0, sizeof(diag));
		for (size_t at = 0; at < len && status == CARDEA_OK;
		     at += piece)
			status = cardea_netlist_text_feed(&text, bytes + at,
			    len - at < piece ? len - at : piece, &diag);
		assert_int_equal(status, CARDEA_E_SYNTAX);
		assert_int_equal(diag.line, 5);
		assert_int_equal(text.set.count, 2);
		assert_int_equal(text.expires_s, 1900022400);
		cardea_netlist_set_clear(&text.set);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_read_as_the_world_publishes_them),
		cmocka_unit_test(C01_C03_a_name_is_refused_and_never_looked_up),
		cmocka_unit_test(a_bad_entry_is_refused_with_its_line),
		cmocka_unit_test(an_end_that_is_no_time_is_refused),
		cmocka_unit_test(a_list_tells_when_it_ends),
		cmocka_unit_test(what_is_no_whole_list_is_refused),
		cmocka_unit_test(C10_what_is_too_long_is_refused),
		cmocka_unit_test(a_text_may_come_in_any_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
