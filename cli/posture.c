/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/posture.h>

#include "base/clock.h"
#include "cli/moment.h"
#include "cli/verbs.h"
#include "facts/posture.h"

/*
 * `cardea posture`: this machine's health, as rules see it.
 */

static const struct cardea_option options[] = {
	{ "root", "FOLDER", "of the machine that this folder stands for",
	    false },
	{ NULL, NULL, NULL, false },
};

static const char *
text_of(enum cardea_known known)
{
	switch (known) {
	case CARDEA_YES:
		return "yes";
	case CARDEA_NO:
		return "no";
	case CARDEA_UNKNOWN:
		break;
	}
	return "unknown";
}

static void
tell(struct cardea_call *call, const char *name, const char *value)
{
	cardea_json_text(&call->out, name, value);
	cardea_call_say(call, "%-20s %s", name, value);
}

static void
tell_kernel(struct cardea_call *call, const struct cardea_posture *posture)
{
	char built[CARDEA_MOMENT_TEXT_MAX + 1] = "unknown";

	if (posture->kernel_built_s > 0)
		cardea_moment_format(posture->kernel_built_s, built);
	tell(call, "kernel",
	    posture->kernel[0] != '\0' ? posture->kernel : "unknown");
	tell(call, "kernel-built", built);
}

static enum cardea_exit
run(struct cardea_call *call)
{
	const char *root = cardea_call_text(call, "root");
	struct cardea_posture posture = { .os = "" };

	cardea_posture_read(root != NULL ? root : "", &posture);
	if (root == NULL)
		posture.facts[CARDEA_POSTURE_CLOCK_SYNCHRONISED] =
		    cardea_clock_read().synchronised ? CARDEA_YES : CARDEA_NO;
	for (int i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++)
		tell(call, cardea_posture_text((enum cardea_posture_fact)i),
		    text_of(posture.facts[i]));
	tell(call, "os", posture.os[0] != '\0' ? posture.os : "unknown");
	tell(call, "os-version",
	    posture.os_version[0] != '\0' ? posture.os_version : "unknown");
	tell_kernel(call, &posture);
	return CARDEA_EXIT_OK;
}

const struct cardea_command cardea_verb_posture = {
	"posture",
	"",
	0,
	0,
	"this machine's health, as rules see it",
	false,
	options,
	run,
};
