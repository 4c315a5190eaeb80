/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_POLICIES_H
#define TESTS_UNIT_POLICIES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/policy.h>

#include "policy/source.h"
#include "unit/test.h"

/* A policy written in a test, with the image under it. */
struct written {
	struct cardea_policy *policy;
	void *image;
	size_t len;
};

static inline struct written
write_policy(const char *settings, const char *rules)
{
	struct written written = { NULL, NULL, 0 };
	struct cardea_diag diag = { .line = 0 };

	if (cardea_source_text(settings, rules, &written.image, &written.len,
		&diag) != CARDEA_OK)
		fail_msg("%s:%u: %s: %s", diag.file, diag.line, diag.key,
		    diag.reason);
	assert_int_equal(cardea_policy_open(written.image, written.len,
			     &written.policy, &diag),
	    CARDEA_OK);
	return written;
}

static inline void
drop_policy(struct written *written)
{
	cardea_policy_free(written->policy);
	free(written->image);
}

/* A source and what is said about it: "FILE:LINE: KEY: reason". */
struct refusal {
	const char *text;
	const char *said;
};

static inline void
expect_refusal(const char *settings, const char *rules, const char *said)
{
	struct cardea_diag diag = { .line = 0 };
	char text[1024];
	size_t len = 12345;
	void *image = &diag;
	enum cardea_status status = cardea_source_text(
	    settings, rules, &image, &len, &diag);

	if (status == CARDEA_OK)
		fail_msg("accepted: %s%s", settings, rules);
	assert_true(status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE);
	/* outputs are untouched on failure */
	assert_ptr_equal(image, &diag);
	assert_int_equal(len, 12345);
	cardea_diag_format(&diag, text, sizeof(text));
	if (strcmp(text, said) != 0)
		fail_msg("%s%s\nsaid: %s", settings, rules, text);
}

#endif
