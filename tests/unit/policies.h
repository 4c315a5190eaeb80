/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_POLICIES_H
#define TESTS_UNIT_POLICIES_H

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

#endif
