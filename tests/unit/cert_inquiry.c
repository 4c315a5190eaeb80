/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cert/inquiry.h"
#include "cert/place.h"
#include "store/crypto.h"
#include "unit/scratch.h"
#include "unit/test.h"

static struct cardea_settings settings;
static struct cardea_cert_inquiry inquiry;
static char folder[32];
static size_t told;

static bool
believes_all_but(const struct cardea_authority *authority, const void *context)
{
	return strcmp(authority->name, context) != 0;
}

static void
count_telling(const struct cardea_diag *diag, const void *context)
{
	(void)context;
	assert_string_not_equal(diag->reason, "");
	told++;
}

static const struct cardea_cert_asker asker = {
	.settings = &settings,
	.believes = believes_all_but,
	.tell = count_telling,
	.context = "Nobody",
};

static void
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(fd), 0);
}

/* An authority with a file to trust and one list. */
static struct cardea_authority *
add_authority(enum cardea_authority_kind kind, const char *name)
{
	struct cardea_authority *authority =
	    &settings.authorities[settings.authority_count++];

	authority->kind = kind;
	authority->list_count = 1;
	(void)snprintf(authority->name, sizeof(authority->name), "%s", name);
	(void)snprintf(authority->trust, sizeof(authority->trust), "%s/%s.ca",
	    folder, name);
	write_file(authority->trust, name);
	return authority;
}

static int
set_up(void **unused)
{
	(void)unused;
	(void)strcpy(folder, "cert_inquiry.XXXXXX");
	scratch_make(folder);
	memset(&settings, 0, sizeof(settings));
	(void)snprintf(settings.revocation_path,
	    sizeof(settings.revocation_path), "%s", folder);
	told = 0;
	cardea_cert_inquiry_start(&inquiry);
	inquiry.question.kind = CARDEA_CERT_X509;
	inquiry.question.leaf =
	    (struct cardea_cert_bytes){ (const unsigned char *)"leaf", 4 };
	return 0;
}

static int
tear_down(void **unused)
{
	(void)unused;
	cardea_cert_inquiry_end(&inquiry);
	scratch_remove(folder);
	return 0;
}

static void
only_its_own_kind_is_read_and_who_is_believed(void **state)
{
	(void)state;
	(void)add_authority(CARDEA_AUTHORITY_SSH, "People");
	(void)add_authority(CARDEA_AUTHORITY_X509, "Nobody");
	(void)add_authority(CARDEA_AUTHORITY_X509, "Machines");
	cardea_cert_inquiry_read(&inquiry, &asker);
	assert_int_equal(inquiry.question.trust_count, 1);
	assert_string_equal(
	    inquiry.question.trust[0].authority->name, "Machines");
	assert_int_equal(inquiry.question.trust[0].trust.len, 8);
	assert_false(inquiry.incomplete);
	cardea_cert_inquiry_end(&inquiry);

	cardea_cert_inquiry_start(&inquiry);
	inquiry.question.kind = CARDEA_CERT_SSH;
	cardea_cert_inquiry_read(&inquiry, &asker);
	assert_int_equal(inquiry.question.trust_count, 1);
	assert_string_equal(
	    inquiry.question.trust[0].authority->name, "People");
	cardea_cert_inquiry_end(&inquiry);

	/* nobody vouches for a plain key */
	cardea_cert_inquiry_start(&inquiry);
	inquiry.question.kind = CARDEA_CERT_SSH_KEY;
	cardea_cert_inquiry_read(&inquiry, &asker);
	assert_int_equal(inquiry.question.trust_count, 0);
}

static void
what_cannot_be_read_leaves_doubt_and_is_told(void **state)
{
	struct cardea_cert_verdict verdict = { .why = CARDEA_CERT_UNTRUSTED };
	struct cardea_cert_asker silent = asker;

	(void)state;
	(void)add_authority(CARDEA_AUTHORITY_X509, "Machines");
	assert_int_equal(unlink(settings.authorities[0].trust), 0);
	(void)add_authority(CARDEA_AUTHORITY_X509, "Others");
	assert_int_equal(chmod(settings.authorities[1].trust, 0666), 0);
	cardea_cert_inquiry_read(&inquiry, &asker);
	assert_int_equal(inquiry.question.trust_count, 0);
	assert_int_equal(told, 2);
	assert_true(cardea_cert_inquiry_is_in_doubt(&inquiry, &verdict));
	/* another no is no doubt */
	verdict.why = CARDEA_CERT_REVOKED;
	assert_false(cardea_cert_inquiry_is_in_doubt(&inquiry, &verdict));
	cardea_cert_inquiry_end(&inquiry);

	/* nobody is there to be told */
	silent.tell = NULL;
	cardea_cert_inquiry_start(&inquiry);
	inquiry.question.kind = CARDEA_CERT_X509;
	verdict.why = CARDEA_CERT_UNTRUSTED;
	assert_false(cardea_cert_inquiry_is_in_doubt(&inquiry, &verdict));
	cardea_cert_inquiry_read(&inquiry, &silent);
	assert_true(cardea_cert_inquiry_is_in_doubt(&inquiry, &verdict));
	assert_int_equal(told, 2);
}

static void
lists_and_answers_come_along_and_are_closed(void **state)
{
	const struct cardea_authority *authority = add_authority(
	    CARDEA_AUTHORITY_X509, "Machines");
	const struct cardea_cert_trust *trust = &inquiry.question.trust[0];
	char path[CARDEA_CERT_PLACE_MAX + 1];
	unsigned char digest[CARDEA_SHA256];
	int fd;

	(void)state;
	cardea_cert_inquiry_read(&inquiry, &asker);
	assert_int_equal(trust->list_count, 1);
	assert_int_equal(
	    inquiry.lists.fds[0][0], -1); /* for the judge to miss */
	assert_int_equal(trust->answer_count, 0);
	assert_int_equal(told, 0);
	cardea_cert_inquiry_end(&inquiry);

	assert_int_equal(
	    cardea_cert_place_list(folder, authority, 0, path), CARDEA_OK);
	write_file(path, "index");
	assert_int_equal(cardea_crypto_sha256("leaf", 4, digest), CARDEA_OK);
	assert_int_equal(
	    cardea_cert_place_answer(folder, authority, digest, path),
	    CARDEA_OK);
	write_file(path, "good");
	cardea_cert_inquiry_start(&inquiry);
	inquiry.question.kind = CARDEA_CERT_X509;
	inquiry.question.leaf =
	    (struct cardea_cert_bytes){ (const unsigned char *)"leaf", 4 };
	cardea_cert_inquiry_read(&inquiry, &asker);
	fd = inquiry.lists.fds[0][0];
	assert_true(fd >= 0);
	assert_true(trust->list_times_s[0] > 0);
	assert_int_equal(trust->answer_count, 1);
	assert_memory_equal(trust->answers[0].data, "good", 4);
	cardea_cert_inquiry_end(&inquiry);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_its_own_kind_is_read_and_who_is_believed),
		TEST(what_cannot_be_read_leaves_doubt_and_is_told),
		TEST(lists_and_answers_come_along_and_are_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
