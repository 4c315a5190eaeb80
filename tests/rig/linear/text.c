/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "rig/linear/text.h"

static const char *const operations[] = { "read", "cas", "write", "add" };
static const char *const outcomes[] = { "done", "refused", "unknown" };

static int
find(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(word, words[i]) == 0)
			return (int)i;
	}
	return -1;
}

int
linear_parse(const char *text, struct linear_line *ret_line)
{
	struct linear_line line = { 0 };
	struct linear_event *event = &line.event;
	char operation[16], outcome[16], more;
	int op, end;

	if (sscanf(text,
		"%63s %ld %" SCNd64 " %" SCNd64 " %15s %15s %" SCNd64
		" %" SCNd64 " %c",
		line.object, &line.process, &event->begin, &event->end,
		operation, outcome, &event->first, &event->second, &more) != 8)
		return -1;
	op = find(operation, operations, 4);
	end = find(outcome, outcomes, 3);
	if (op < 0 || end < 0 || event->end < event->begin)
		return -1;
	event->op = (enum linear_op)op;
	event->outcome = (enum linear_outcome)end;
	*ret_line = line;
	return 0;
}

void
linear_print(FILE *to, const struct linear_line *line)
{
	const struct linear_event *event = &line->event;

	fprintf(to,
	    "%s %ld %" PRId64 " %" PRId64 " %s %s %" PRId64 " %" PRId64 "\n",
	    line->object, line->process, event->begin, event->end,
	    operations[event->op], outcomes[event->outcome], event->first,
	    event->second);
}
