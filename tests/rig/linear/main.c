/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linear < HISTORY: is every object of the history linearisable?
 *
 * Prints what there was, and each object that is not (with its operations) or
 * that could not be decided.  Exit 0: all are; 1: one is not; 2: not decided,
 * or no history at all.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rig/linear/text.h"

struct history {
	struct linear_line *lines;
	size_t count, room;
};

struct totals {
	size_t objects, beside, refused, unknown, wrong, undecided;
};

static bool
read_all(struct history *history)
{
	char text[256];

	while (fgets(text, sizeof(text), stdin) != NULL) {
		if (history->count == history->room) {
			size_t room = history->room * 2 + 1024;
			struct linear_line *more = realloc(
			    history->lines, room * sizeof(*more));

			if (more == NULL)
				return false;
			history->lines = more;
			history->room = room;
		}
		if (linear_parse(text, &history->lines[history->count]) != 0) {
			fprintf(stderr, "linear: no operation: %s", text);
			return false;
		}
		history->count++;
	}
	return history->count > 0;
}

static int
by_object(const void *left, const void *right)
{
	const struct linear_line *a = left, *b = right;
	int order = strcmp(a->object, b->object);

	if (order == 0)
		order = (a->event.begin > b->event.begin) -
		    (a->event.begin < b->event.begin);
	return order;
}

static void
judge(const struct linear_line *lines, size_t count, struct totals *totals)
{
	struct linear_event *events = calloc(count, sizeof(*events));
	enum linear_verdict verdict = LINEAR_UNDECIDED;
	int64_t latest = INT64_MIN;

	for (size_t i = 0; i < count && events != NULL; i++) {
		events[i] = lines[i].event;
		totals->refused += events[i].outcome == LINEAR_REFUSED;
		totals->unknown += events[i].outcome == LINEAR_UNKNOWN;
		totals->beside += events[i].begin < latest;
		if (events[i].end > latest)
			latest = events[i].end;
	}
	if (events != NULL)
		verdict = linear_check(events, count);
	totals->objects++;
	totals->wrong += verdict == LINEAR_NO;
	totals->undecided += verdict == LINEAR_UNDECIDED;
	if (verdict != LINEAR_YES)
		printf("%s: %s\n", lines[0].object,
		    verdict == LINEAR_NO ? "not linearisable" : "not decided");
	for (size_t i = 0; i < count && verdict == LINEAR_NO; i++)
		linear_print(stdout, &lines[i]);
	free(events);
}

int
main(void)
{
	struct history history = { 0 };
	struct totals totals = { 0 };
	size_t first = 0;

	if (!read_all(&history)) {
		fprintf(stderr, "linear: no history\n");
		free(history.lines);
		return 2;
	}
	qsort(history.lines, history.count, sizeof(*history.lines), by_object);
	for (size_t i = 1; i <= history.count; i++) {
		if (i < history.count &&
		    strcmp(history.lines[i].object,
			history.lines[first].object) == 0)
			continue;
		judge(&history.lines[first], i - first, &totals);
		first = i;
	}
	printf("objects=%zu operations=%zu beside=%zu refused=%zu unknown=%zu "
	       "wrong=%zu undecided=%zu\n",
	    totals.objects, history.count, totals.beside, totals.refused,
	    totals.unknown, totals.wrong, totals.undecided);
	free(history.lines);
	if (totals.wrong > 0)
		return 1;
	return totals.undecided > 0 ? 2 : 0;
}
