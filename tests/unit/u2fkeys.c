/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <string.h>

#include "base/base64.h"
#include "unit/u2fkeys_fixture.h"
#include "unit/vectors.h"

/* --- pam-u2f's own tests ----------------------------------------------------
 */

static void
expect_base64(const char *text, const unsigned char *bytes, size_t len)
{
	char made[2048];

	assert_int_equal(
	    cardea_base64_encode(CARDEA_BASE64, bytes, len, made, sizeof(made)),
	    CARDEA_OK);
	assert_string_equal(made, text);
}

static void
expect_device(const struct cardea_u2fkeys_item *item, json_t *device)
{
	const struct cardea_fido2_credential *credential = &item->credential;
	const char *attributes = text_of(device, "attributes");
	const char *handle = text_of(device, "keyHandle");

	assert_string_equal(item->user, "alice");
	assert_int_equal(credential->kind, CARDEA_FIDO2_CTAP);
	assert_string_equal(cardea_fido2_algorithm_text(credential->algorithm),
	    text_of(device, "coseType"));
	expect_base64(text_of(device, "publicKey"), credential->public_key,
	    credential->public_len);
	if (strcmp(handle, "*") == 0) {
		assert_true(credential->resident);
		assert_int_equal(credential->handle_len, 0);
	} else {
		expect_base64(
		    handle, credential->handle, credential->handle_len);
	}
	assert_int_equal(
	    item->presence_waived, strstr(attributes, "+presence") == NULL);
	assert_int_equal(credential->demands_uv,
	    strstr(attributes, "+verification") != NULL ||
		strstr(attributes, "+pin") != NULL);
	assert_false(json_is_true(json_object_get(device, "old_format")));
}

static void
every_file_of_pam_u2f_is_read_as_pam_u2f_reads_it(void **state)
{
	json_t *root = load_vectors("pam-u2f/expected.json"), *test, *device;
	static struct found found;
	char text[FILE_MAX];
	const char *index;
	size_t i;

	(void)state;
	assert_int_equal(json_array_size(root), 20);
	json_array_foreach(root, i, test)
	{
		json_t *devices = json_object_get(test, "devices");
		bool openssh = json_object_get(test, "sshformat") != NULL;
		size_t len = load("pam-u2f", text_of(test, "file"), text);

		assert_int_equal(
		    read_text(text, len, &whole, &found), CARDEA_OK);
		assert_int_equal(found.count, json_object_size(devices));
		json_object_foreach(devices, index, device)
		{
			const struct cardea_u2fkeys_item *item =
			    &found.items[index[0] - '0'];

			expect_device(item, device);
			assert_string_equal(item->credential.rp_id,
			    openssh ? "ssh:" : "pam://host");
			assert_int_equal(item->format,
			    openssh ? CARDEA_U2FKEYS_OPENSSH
				    : CARDEA_U2FKEYS_NEW);
		}
	}
	json_decref(root);
}

/* --- K02 ----------------------------------------------------------------- */

/* Each that came out of the cut file is one of the whole file's, and demands
 * no less. */
static void
expect_no_weaker(const struct found *cut, const struct found *full)
{
	for (size_t i = 0; i < cut->count; i++) {
		const struct cardea_fido2_credential *a =
		    &cut->items[i].credential;
		const struct cardea_fido2_credential *b =
		    &full->items[i].credential;

		assert_true(i < full->count);
		assert_int_equal(a->public_len, b->public_len);
		assert_memory_equal(
		    a->public_key, b->public_key, b->public_len);
		assert_int_equal(a->handle_len, b->handle_len);
		assert_memory_equal(a->handle, b->handle, b->handle_len);
		assert_int_equal(a->demands_uv, b->demands_uv);
		assert_int_equal(a->resident, b->resident);
		assert_int_equal(cut->items[i].presence_waived,
		    full->items[i].presence_waived);
	}
}

/* How many of the cuts were accepted with a credential in them. */
static size_t
cut_everywhere(const char *text, size_t len)
{
	static struct found full, cut;
	size_t accepted = 0;

	assert_int_equal(read_text(text, len, &strict, &full), CARDEA_OK);
	for (size_t at = 0; at < len; at++) {
		if (read_text(text, at, &strict, &cut) != CARDEA_OK)
			continue;
		expect_no_weaker(&cut, &full);
		accepted += cut.count > 0;
	}
	return accepted;
}

static void
K02_a_file_cut_at_any_byte_never_demands_less(void **state)
{
	const char *srcdir = getenv("SRCDIR");
	char folder[4096], text[FILE_MAX];
	const struct dirent *entry;
	size_t files = 0;
	DIR *dir;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/tests/vectors/pam-u2f",
	    srcdir == NULL ? "." : srcdir);
	dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		static struct found found;
		size_t len;

		if (strstr(entry->d_name, ".cred") == NULL)
			continue;
		files++;
		len = load("pam-u2f", entry->d_name, text);
		if (text[len - 1] != '\n') {
			assert_int_equal(read_text(text, len, &strict, &found),
			    CARDEA_E_SYNTAX);
			text[len++] = '\n';
		}
		/* one line each: but for the mark's own newline, no part of
		 * a file is a file */
		assert_int_equal(cut_everywhere(text, len),
		    strncmp(text, "-----", 5) == 0 ? 1 : 0);
	}
	closedir(dir);
	assert_int_equal(files, 20);
}

static void
K02_of_many_lines_only_whole_ones_are_left(void **state)
{
	static const char *const names[] = { "new_-N.cred", "new_-P.cred",
		"new_double_-V-N.cred" };
	char text[FILE_MAX] = "", part[FILE_MAX];
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t part_len = load("pam-u2f", names[i], part);

		part[1] = (char)('a' + i); /* three users */
		memcpy(text + len, part, part_len);
		len += part_len;
		text[len++] = '\n';
	}
	{
		struct cardea_u2fkeys_source all = strict;
		static struct found full, cut;
		size_t accepted = 0;

		all.user = NULL;
		assert_int_equal(read_text(text, len, &all, &full), CARDEA_OK);
		assert_int_equal(full.count, 4);
		for (size_t at = 1; at < len; at++) {
			if (read_text(text, at, &all, &cut) != CARDEA_OK)
				continue;
			expect_no_weaker(&cut, &full);
			assert_int_equal(text[at - 1], '\n');
			accepted++;
		}
		assert_int_equal(accepted, 2);
	}
}

static void
K02_any_other_byte_in_the_options_is_refused(void **state)
{
	char text[FILE_MAX];
	size_t len = load("pam-u2f", "new_double_-V-N.cred", text);
	size_t from = len - strlen("+presence+verification+pin");
	static struct found found;

	(void)state;
	text[len++] = '\n';
	for (size_t at = from; at < len - 1; at++) {
		char kept = text[at];

		for (int byte = 0; byte < 256; byte++) {
			text[at] = (char)byte;
			/* a newline makes a second line of the rest */
			assert_int_equal(read_text(text, len, &strict, &found),
			    text[at] == kept ? CARDEA_OK : CARDEA_E_SYNTAX);
		}
		text[at] = kept;
	}
}

/* --- what is refused, and why --------------------------------------------- */

#define KH "IPbgFVDLguVOr5GzdV7C5A=="
#define PK                                                                     \
	"5KfKYcZofwqflFbr+d+df0e9b8nfLulducJ1WMyTBO00Rf3rL3JInYeccS2+xvI+"     \
	"eYNsZmJ3RR6zFAPkkBUhzA=="
#define OLD_KH "IPbgFVDLguVOr5GzdV7C5A"
#define OLD_PK                                                                 \
	"04e4a7ca61c6687f0a9f9456ebf9df9d7f47bd6fc9df2ee95db9c27558cc9304ed34" \
	"45fdeb2f72489d879c712dbec6f23e79836c666277451eb31403e4901521cc"

static void
what_is_malformed_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
		const char *reason;
	} cases[] = {
		{ "alice\n", 1, "no user and colon" },
		{ ":" KH "," PK ",es256,+presence\n", 1, "no user and colon" },
		{ "\nalice:" KH "\n", 2, "neither four fields nor two" },
		{ "alice:" KH "," PK ",es256\n", 1, "four fields" },
		{ "alice:" KH "," PK ",es256,+pin,\n", 1, "four fields" },
		{ "alice:" KH "," PK "\n", 1, "old one's public key" },
		{ "alice:" KH "," PK ",es255,\n", 1, "type of key" },
		{ "alice:" KH "," PK ",ES256,\n", 1, "type of key" },
		{ "alice:" KH "," PK ",,\n", 1, "type of key" },
		{ "alice:" KH "," PK ",eddsa,\n", 1, "no public key" },
		{ "alice:" KH ",,es256,\n", 1, "no public key" },
		{ "alice:," PK ",es256,\n", 1, "no key handle" },
		{ "alice:**," PK ",es256,\n", 1, "no key handle" },
		{ "alice:" OLD_KH "," PK ",es256,\n", 1, "no key handle" },
		{ "alice:" KH "," PK ",es256,pin\n", 1, "option that is not" },
		{ "alice:" KH "," PK ",es256,+pin+pin\n", 1, "twice" },
		{ "alice:" KH "," PK ",es256,+pin\r\n", 1, "option that is" },
		{ "alice:" KH "," PK ",es256,+pin +presence\n", 1, "option" },
		{ "alice:" KH "," PK ",es256,+pin", 1, "no end" },
		{ "alice:" KH "," PK ",es256,+pin::\n", 1, "fields" },
		{ "bob:\nalice:\nbob:" KH "," PK ",es256,\n", 3,
		    "second line" },
		{ "alice:" KH "," OLD_PK "00\n", 1, "old one's public key" },
		{ "alice:" OLD_KH ",05" OLD_PK "\n", 1, "old one's" },
		{ "alice:" OLD_KH "=," OLD_PK "\n", 1, "no key handle" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\n", 1, "whole to its" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_diag diag = { 0 };
		static struct found found;

		found.count = 0;
		assert_int_equal(
		    cardea_u2fkeys_read(cases[i].text, strlen(cases[i].text),
			&strict, keep, &found, &diag),
		    CARDEA_E_SYNTAX);
		assert_int_equal(diag.line, cases[i].line);
		if (strstr(diag.reason, cases[i].reason) == NULL)
			fail_msg("%s: %s", cases[i].text, diag.reason);
		assert_int_equal(found.count, 0);
	}
}

/* A fault in a line of somebody else, and behind: nothing is visited. */
static void
a_file_is_judged_whole_before_anything_of_it_is_used(void **state)
{
	static const char text[] = "alice:" KH "," PK ",es256,+presence\n"
				   "bob:" KH "," PK ",es256,+presense\n";
	static struct found found;

	(void)state;
	assert_int_equal(
	    read_text(text, strlen(text), &strict, &found), CARDEA_E_SYNTAX);
	assert_int_equal(found.count, 0);
}

static void
lines_of_others_are_left_out_if_one_is_wanted(void **state)
{
	static const char text[] = "bob:" KH "," PK ",es256,+presence\n"
				   "alice:" KH "," PK ",es256,+presence\n"
				   "alicette:" KH "," PK ",es256,\n";
	struct cardea_u2fkeys_source all = strict;
	static struct found found;

	(void)state;
	assert_int_equal(
	    read_text(text, strlen(text), &strict, &found), CARDEA_OK);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.items[0].user, "alice");
	assert_int_equal(found.items[0].line, 2);
	all.user = NULL;
	assert_int_equal(
	    read_text(text, strlen(text), &all, &found), CARDEA_OK);
	assert_int_equal(found.count, 3);
	assert_string_equal(found.items[2].user, "alicette");
}

static void
ceilings_are_kept(void **state)
{
	static char text[CARDEA_IMPORT_MAX + 1];
	static struct found found;
	size_t len = 0;

	(void)state;
	memset(text, '\n', sizeof(text));
	assert_int_equal(
	    read_text(text, sizeof(text), &strict, &found), CARDEA_E_RANGE);
	assert_int_equal(
	    read_text(text, CARDEA_IMPORT_LINES_MAX, &strict, &found),
	    CARDEA_OK);
	assert_int_equal(
	    read_text(text, CARDEA_IMPORT_LINES_MAX + 1, &strict, &found),
	    CARDEA_E_SYNTAX);
	len = (size_t)sprintf(text, "alice");
	for (int i = 0; i < CARDEA_KEYS_MAX; i++)
		len += (size_t)sprintf(text + len, ":" KH "," PK ",es256,");
	text[len] = '\n';
	assert_int_equal(read_text(text, len + 1, &strict, &found), CARDEA_OK);
	assert_int_equal(found.count, CARDEA_KEYS_MAX);
	len += (size_t)sprintf(text + len, ":" KH "," PK ",es256,\n");
	assert_int_equal(
	    read_text(text, len, &strict, &found), CARDEA_E_SYNTAX);
	memset(text, 'u', 256);
	text[256] = ':';
	text[257] = '\n';
	assert_int_equal(
	    read_text(text, 258, &strict, &found), CARDEA_E_SYNTAX);
	assert_int_equal(read_text(text + 1, 257, &strict, &found), CARDEA_OK);
}

static void
the_old_format_has_its_own_rp_id_and_encodings(void **state)
{
	static const char *const lines[] = {
		"alice:" OLD_KH "," OLD_PK "\n",
		"alice:" OLD_KH "==," OLD_PK "\n",
	};
	static struct found found;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct cardea_fido2_credential *credential =
		    &found.items[0].credential;

		assert_int_equal(
		    read_text(lines[i], strlen(lines[i]), &strict, &found),
		    CARDEA_OK);
		assert_int_equal(found.count, 1);
		assert_int_equal(found.items[0].format, CARDEA_U2FKEYS_OLD);
		assert_false(found.items[0].presence_waived);
		assert_int_equal(credential->algorithm, CARDEA_FIDO2_ES256);
		assert_string_equal(credential->rp_id, "pam://app");
		assert_false(credential->demands_uv);
		assert_false(credential->resident);
		expect_base64(KH, credential->handle, credential->handle_len);
		assert_int_equal(credential->public_len, 64);
		assert_int_equal(credential->public_key[0], 0xe4);
		assert_int_equal(credential->public_key[63], 0xcc);
	}
}

static void
both_formats_may_stand_in_one_line(void **state)
{
	static const char text[] = "alice:" OLD_KH "," OLD_PK ":*," PK
				   ",es256,+pin+presence:\n";
	static struct found found;

	(void)state;
	assert_int_equal(
	    read_text(text, strlen(text), &strict, &found), CARDEA_OK);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.items[0].format, CARDEA_U2FKEYS_OLD);
	assert_int_equal(found.items[1].format, CARDEA_U2FKEYS_NEW);
	assert_true(found.items[1].credential.demands_uv);
	assert_true(found.items[1].credential.resident);
	assert_false(found.items[1].presence_waived);
}

static bool
stop_at_once(const struct cardea_u2fkeys_item *item, void *context)
{
	(void)item;
	++*(int *)context;
	return false;
}

static void
a_visitor_may_stop(void **state)
{
	static const char text[] = "a:*," PK ",es256,:*," PK ",es256,\n"
				   "b:*," PK ",es256,\n";
	struct cardea_u2fkeys_source all = strict;
	int count = 0;

	(void)state;
	all.user = NULL;
	assert_int_equal(cardea_u2fkeys_read(text, strlen(text), &all,
			     stop_at_once, &count, NULL),
	    CARDEA_OK);
	assert_int_equal(count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_file_of_pam_u2f_is_read_as_pam_u2f_reads_it),
		cmocka_unit_test(K02_a_file_cut_at_any_byte_never_demands_less),
		cmocka_unit_test(K02_of_many_lines_only_whole_ones_are_left),
		cmocka_unit_test(K02_any_other_byte_in_the_options_is_refused),
		cmocka_unit_test(what_is_malformed_is_refused_with_its_line),
		cmocka_unit_test(
		    a_file_is_judged_whole_before_anything_of_it_is_used),
		cmocka_unit_test(lines_of_others_are_left_out_if_one_is_wanted),
		cmocka_unit_test(ceilings_are_kept),
		cmocka_unit_test(
		    the_old_format_has_its_own_rp_id_and_encodings),
		cmocka_unit_test(both_formats_may_stand_in_one_line),
		cmocka_unit_test(a_visitor_may_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
