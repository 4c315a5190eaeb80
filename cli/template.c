/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/template.h"

/* made from the files of conf/ by cli/files.mk */
static const char settings_text[] =
#include "cli/template_settings.inc"
    ;
static const char rules_text[] =
#include "cli/template_rules.inc"
    ;

static bool
begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

enum cardea_status
cardea_template_settings(
    const char *observe_until, uint64_t size_mb, char **ret_text)
{
	bool observed = false, sized = size_mb == 0;
	char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);

	if (stream == NULL)
		return CARDEA_E_MEMORY;
	for (const char *line = settings_text; *line != '\0';) {
		size_t end = strcspn(line, "\n") + 1;

		if (begins(line, "#observe:")) {
			fprintf(stream, "observe: { until = \"%s\"; };\n",
			    observe_until);
			observed = true;
		} else if (size_mb != 0 && begins(line, "  size_mb =")) {
			fprintf(stream, "  size_mb = %" PRIu64 ";\n", size_mb);
			sized = true;
		} else {
			fwrite(line, 1, end, stream);
		}
		line += end;
	}
	if (fclose(stream) != 0 || !observed || !sized) {
		free(text);
		return observed && sized ? CARDEA_E_MEMORY : CARDEA_E_INTERNAL;
	}
	*ret_text = text;
	return CARDEA_OK;
}

const char *
cardea_template_rules(void)
{
	return rules_text;
}
