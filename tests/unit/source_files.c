/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/policies.h"

#define RULE(name) "rules = ( { name = \"" name "\"; deny = \"x\"; } );"

static char folder[64];
static char settings[80], rules[80], more[80], image[80];
static struct cardea_source_paths paths;

static void
put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static const char *
in_more(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", more, name);
	return path;
}

static int
set_up(void **state)
{
	(void)state;
	memcpy(folder, "source-test-XXXXXX", 19);
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(settings, sizeof(settings), "%s/cardea.conf", folder);
	snprintf(rules, sizeof(rules), "%s/policy.conf", folder);
	snprintf(more, sizeof(more), "%s/policy.d", folder);
	snprintf(image, sizeof(image), "%s/policy.prepared", folder);
	if (mkdir(more, 0755) != 0)
		return -1;
	put(settings, "totp_window = 2;\n", 0644);
	put(rules, RULE("main"), 0644);
	paths.settings = settings;
	paths.rules = rules;
	paths.folder = more;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "10-a.conf", "20-b.conf", "a.conf",
		"B.conf", ".c.conf", "d.conf~", "e.dpkg-new", ".conf", "f.conf",
		"g.conf" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_more(names[i]));
	unlink(settings);
	unlink(rules);
	unlink(image);
	if (rmdir(more) != 0)
		unlink(more);
	/* fails, and the test with it, if anything was left behind */
	return rmdir(folder);
}

static struct cardea_policy *
compile(void)
{
	struct cardea_policy *policy = NULL;
	struct cardea_diag diag = { .line = 0 };
	void *bytes = NULL;
	size_t len;

	if (cardea_source_compile(&paths, &bytes, &len, &diag) != CARDEA_OK ||
	    cardea_source_install(bytes, len, image, &diag) != CARDEA_OK ||
	    cardea_policy_load(image, &policy, &diag) != CARDEA_OK)
		fail_msg("%s:%u: %s: %s", diag.file, diag.line, diag.key,
		    diag.reason);
	free(bytes);
	return policy;
}

static void
expect_refused_file(enum cardea_status expected, const char *said)
{
	struct cardea_diag diag = { .line = 0 };
	char text[1024], wanted[1024];
	void *bytes = NULL;
	size_t len = 0;

	assert_int_equal(
	    cardea_source_compile(&paths, &bytes, &len, &diag), expected);
	assert_null(bytes);
	cardea_diag_format(&diag, text, sizeof(text));
	snprintf(wanted, sizeof(wanted), "%s/%s", folder, said);
	if (strncmp(text, wanted, strlen(wanted)) != 0)
		fail_msg("%s", text);
}

static void
files_of_policy_d_come_in_byte_order_before_the_main_file(void **state)
{
	static const char *const names[] = { "ten", "twenty", "upper", "lower",
		"main" };
	struct cardea_policy *policy;

	(void)state;
	put(in_more("20-b.conf"), RULE("twenty"), 0644);
	put(in_more("10-a.conf"), RULE("ten"), 0644);
	put(in_more("a.conf"), RULE("lower"), 0644);
	put(in_more("B.conf"), RULE("upper"), 0644);
	put(in_more(".c.conf"), "not a policy", 0666);
	put(in_more("d.conf~"), "not a policy", 0644);
	put(in_more("e.dpkg-new"), "not a policy", 0644);
	put(in_more(".conf"), "not a policy", 0644);
	policy = compile();
	assert_int_equal(cardea_policy_rule_count(policy), 5);
	for (size_t i = 0; i < 5; i++) {
		struct cardea_rule rule;

		assert_int_equal(
		    cardea_policy_rule(policy, i, &rule), CARDEA_OK);
		assert_string_equal(rule.name, names[i]);
	}
	assert_int_equal(cardea_policy_settings(policy)->totp_window, 2);
	cardea_policy_free(policy);
}

static void
zones_and_hours_may_stand_in_any_file(void **state)
{
	struct cardea_policy *policy;

	(void)state;
	put(in_more("a.conf"),
	    "rules = ( { name = \"a\"; deny = \"x\"; when = { zone = \"z\"; "
	    "hours = \"h\"; }; } );",
	    0644);
	put(in_more("f.conf"),
	    "hours: { h = { days = \"mon\"; times = \"00:00-24:00\"; timezone "
	    "= \"UTC\"; }; };",
	    0644);
	put(rules,
	    "zones: { z = { networks = \"10.0.0.0/8\"; }; };\n" RULE("main"),
	    0644);
	policy = compile();
	assert_int_equal(cardea_policy_rule_count(policy), 2);
	cardea_policy_free(policy);
}

static void
a_name_used_in_two_files_is_refused(void **state)
{
	(void)state;
	put(in_more("a.conf"),
	    "zones: { z = { networks = \"10.0.0.0/8\"; }; };\n", 0644);
	put(in_more("f.conf"),
	    "\nzones: { z = { networks = \"10.0.0.0/8\"; }; };\n", 0644);
	expect_refused_file(CARDEA_E_SYNTAX,
	    "policy.d/f.conf:2: zones.z: a zone of this name exists already");
	unlink(in_more("f.conf"));
	put(in_more("g.conf"), RULE("main"), 0644);
	expect_refused_file(CARDEA_E_SYNTAX,
	    "policy.conf:1: rules[0].name: a rule of this name exists "
	    "already");
}

static void
V09_a_missing_file_is_refused_and_a_missing_folder_is_not(void **state)
{
	struct cardea_policy *policy;

	(void)state;
	assert_int_equal(rmdir(more), 0);
	policy = compile();
	cardea_policy_free(policy);
	unlink(settings);
	expect_refused_file(CARDEA_E_MISSING, "cardea.conf: ");
	put(settings, "", 0644);
	unlink(rules);
	expect_refused_file(CARDEA_E_MISSING, "policy.conf: ");
}

static void
V09_a_file_that_others_may_write_is_refused(void **state)
{
	(void)state;
	chmod(rules, 0664);
	expect_refused_file(CARDEA_E_UNSAFE, "policy.conf: ");
	chmod(rules, 0644);
	chmod(settings, 0646);
	expect_refused_file(CARDEA_E_UNSAFE, "cardea.conf: ");
	chmod(settings, 0644);
	put(in_more("a.conf"), RULE("a"), 0666);
	expect_refused_file(CARDEA_E_UNSAFE, "policy.d/a.conf: ");
}

static void
F06_links_and_fifos_are_refused(void **state)
{
	(void)state;
	assert_int_equal(symlink("../policy.conf", in_more("a.conf")), 0);
	expect_refused_file(CARDEA_E_UNSAFE, "policy.d/a.conf: ");
	unlink(in_more("a.conf"));
	assert_int_equal(mkfifo(in_more("a.conf"), 0644), 0);
	expect_refused_file(CARDEA_E_UNSAFE, "policy.d/a.conf: ");
	unlink(in_more("a.conf"));
	assert_int_equal(rmdir(more), 0);
	assert_int_equal(symlink(".", more), 0);
	expect_refused_file(CARDEA_E_UNSAFE, "policy.d: ");
}

static void
V09_an_image_that_is_missing_unsafe_or_damaged_is_not_loaded(void **state)
{
	struct cardea_policy *policy = NULL;
	struct cardea_diag diag = { .line = 0 };

	(void)state;
	assert_int_equal(
	    cardea_policy_load(image, &policy, &diag), CARDEA_E_MISSING);
	assert_string_equal(diag.file, image);
	put(image, "", 0600);
	assert_int_equal(
	    cardea_policy_load(image, &policy, NULL), CARDEA_E_CORRUPT);
	put(image, "x", 0600);
	assert_int_equal(
	    cardea_policy_load(image, &policy, NULL), CARDEA_E_CORRUPT);
	cardea_policy_free(compile());
	chmod(image, 0620);
	assert_int_equal(
	    cardea_policy_load(image, &policy, NULL), CARDEA_E_UNSAFE);
	assert_null(policy);
}

static void
a_refused_source_leaves_the_installed_policy_alone(void **state)
{
	struct cardea_policy *policy = compile(), *again = NULL;

	(void)state;
	put(rules, "rules = ( /* ", 0644);
	expect_refused_file(
	    CARDEA_E_SYNTAX, "policy.conf:1: a comment is never");
	assert_int_equal(cardea_policy_load(image, &again, NULL), CARDEA_OK);
	assert_string_equal(
	    cardea_policy_digest(policy), cardea_policy_digest(again));
	cardea_policy_free(policy);
	cardea_policy_free(again);
}

static void
touch(const char *path, time_t seconds)
{
	const struct timespec times[2] = { { .tv_sec = seconds },
		{ .tv_sec = seconds } };

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void
a_source_changed_added_or_gone_is_told_by_name(void **state)
{
	struct cardea_policy *policy;
	struct cardea_policy_source source;

	(void)state;
	put(in_more("a.conf"), RULE("a"), 0644);
	touch(rules, 1000000);
	policy = compile();
	assert_int_equal(cardea_policy_source_count(policy), 4);
	assert_int_equal(cardea_policy_source(policy, 3, &source), CARDEA_OK);
	assert_string_equal(source.path, rules);
	assert_int_equal(source.mtime_s, 1000000);
	assert_int_equal(source.size, strlen(RULE("main")));
	assert_null(cardea_policy_stale(policy));
	/* what editors leave behind is no news */
	put(in_more(".c.conf"), "x", 0644);
	assert_null(cardea_policy_stale(policy));
	touch(rules, 1000001);
	assert_string_equal(cardea_policy_stale(policy), rules);
	touch(rules, 1000000);
	assert_null(cardea_policy_stale(policy));
	put(in_more("f.conf"), "", 0644);
	assert_string_equal(cardea_policy_stale(policy) + strlen(more), "/");
	unlink(in_more("f.conf"));
	unlink(in_more("a.conf"));
	assert_string_equal(cardea_policy_stale(policy), in_more("a.conf"));
	cardea_policy_free(policy);
}

static void
touching_a_source_does_not_rename_the_policy(void **state)
{
	struct cardea_policy *one = compile(), *two;

	(void)state;
	touch(rules, 1000000);
	two = compile();
	assert_string_equal(
	    cardea_policy_digest(one), cardea_policy_digest(two));
	cardea_policy_free(one);
	cardea_policy_free(two);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_of_policy_d_come_in_byte_order_before_the_main_file),
		TEST(zones_and_hours_may_stand_in_any_file),
		TEST(a_name_used_in_two_files_is_refused),
		TEST(V09_a_missing_file_is_refused_and_a_missing_folder_is_not),
		TEST(V09_a_file_that_others_may_write_is_refused),
		TEST(F06_links_and_fifos_are_refused),
		TEST(
		    V09_an_image_that_is_missing_unsafe_or_damaged_is_not_loaded),
		TEST(a_refused_source_leaves_the_installed_policy_alone),
		TEST(a_source_changed_added_or_gone_is_told_by_name),
		TEST(touching_a_source_does_not_rename_the_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
