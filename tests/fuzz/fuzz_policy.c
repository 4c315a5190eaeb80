/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/image.h"
#include "policy/lint.h"
#include "policy/source.h"

/*
 * Bytes as the text of a policy, and as its prepared form.  A text that is
 * refused says why; one that is accepted gives an image that opens, and whose
 * every rule can be read and matched.  An image may be damaged in any way: as
 * long as its check sum does not say so, every call on it comes back.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);
__attribute__((visibility("default"))) const char *
__lsan_default_suppressions(void);

/* libconfig 1.5 forgets a string when the text behind it does not parse; the
 * command ends then anyway */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libconfig";
}

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
ignore(const struct cardea_diag *warning, void *context)
{
	(void)context;
	must(warning->reason[0] != '\0');
}

static struct cardea_request
somebody(void)
{
	struct cardea_request request = { .user = "alice",
		.service = "sshd",
		.groups_known = true,
		.time_known = true,
		.time_s = 1795604400,
		.local_count = 1,
		.local = { { .zone = "UTC",
		    .known = true,
		    .year = 2026,
		    .month = 11,
		    .day = 25,
		    .second = 39600 } } };

	request.login_source = cardea_address_parse("192.0.2.7");
	must(cardea_request_add_group(&request, "ops") == CARDEA_OK);
	return request;
}

/* sound: what the compiler wrote, where nothing may be corrupt */
static void
use(const struct cardea_policy *policy, int sound)
{
	static struct cardea_request request;
	size_t rules = cardea_policy_rule_count(policy);
	struct cardea_selection selection = { .denied = false };
	struct cardea_requirement pretended;

	request = somebody();
	for (size_t i = 0; i < rules && i < 16; i++) {
		enum cardea_truth truth;
		struct cardea_rule rule;
		enum cardea_status status = cardea_policy_match(
		    policy, i, &request, &truth);

		must(!sound || status == CARDEA_OK);
		status = cardea_policy_rule(policy, i, &rule);
		must(!sound || status == CARDEA_OK);
	}
	(void)cardea_policy_pretend(policy, &request, 1, &pretended);
	(void)cardea_policy_names_group(policy, "ops");
	if (cardea_policy_select(policy, &request, &selection, NULL) ==
	    CARDEA_OK)
		must(selection.denied || selection.matched ||
		    selection.maybe_count > 0);
	must(cardea_lint(policy, 1795604400, ignore, NULL) == CARDEA_OK ||
	    !sound);
}

static void
read_text(const unsigned char *bytes, size_t len)
{
	struct cardea_diag diag = { .line = 0 };
	struct cardea_policy *policy = NULL;
	char *text = malloc(len + 1);
	void *image = NULL;
	size_t image_len = 0;

	if (text == NULL)
		return;
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (cardea_source_text("", text, &image, &image_len, &diag) ==
	    CARDEA_OK) {
		must(cardea_policy_open(image, image_len, &policy, NULL) ==
		    CARDEA_OK);
		use(policy, 1);
	} else {
		must(diag.reason[0] != '\0' && image == NULL);
	}
	cardea_policy_free(policy);
	free(image);
	free(text);
}

/* the header is put right, so that the damage lies where it is read */
static void
read_image(const unsigned char *bytes, size_t len)
{
	struct cardea_image_header header;
	struct cardea_policy *policy = NULL;
	unsigned char *image;

	if (len < sizeof(header))
		return;
	image = malloc(len);
	if (image == NULL)
		return;
	memcpy(&header, bytes, sizeof(header));
	memcpy(header.magic, CARDEA_IMAGE_MAGIC, sizeof(header.magic));
	header.version = CARDEA_IMAGE_VERSION;
	header.endian = CARDEA_IMAGE_ENDIAN;
	header.len = len;
	memcpy(image, bytes, len);
	memcpy(image, &header, sizeof(header));
	if (cardea_image_seal(image, len) == CARDEA_OK &&
	    cardea_policy_open(image, len, &policy, NULL) == CARDEA_OK)
		use(policy, 0);
	cardea_policy_free(policy);
	free(image);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	read_text(bytes, len);
	read_image(bytes, len);
	return 0;
}
