/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rig/linear/check.h"

#define TRIED_MAX ((size_t)1 << 21) /* what was tried, at most */
#define WORDS_MAX ((size_t)1 << 25) /* 256 MB of it */
#define BITS 64

/* A call or a return, in the order of time. */
struct entry {
	struct entry *before, *after;
	struct entry *matching; /* of a call; NULL: nobody was told */
	const struct linear_event *event;
	size_t number;
	int64_t time;
	bool is_call;
};

struct step { /* a call that was put into the order */
	struct entry *call;
	int64_t value; /* before it */
};

/* Which calls are in the order, and what came of them. */
struct tried {
	uint64_t *rows; /* words each, the value last; a table of hashes */
	unsigned char *used;
	size_t words, slots, count;
};

struct search {
	struct entry *entries;
	struct entry head;		      /* stands before the first one */
	size_t entry_count, call_count, told; /* told: still to be placed */
	struct step *steps;
	size_t depth;
	uint64_t *placed; /* bits; one more word for the value */
	struct tried tried;
};

static bool
counts(const struct linear_event *event)
{
	if (event->outcome == LINEAR_DONE)
		return true;
	/* what was not told of a read, and what was refused unseen, is nothing
	 */
	return event->outcome == LINEAR_REFUSED ? event->op == LINEAR_CAS
						: event->op != LINEAR_READ;
}

/* Could it happen now? Then *ret_value is what is there after it. */
static bool
apply(const struct linear_event *event, int64_t value, int64_t *ret_value)
{
	*ret_value = value;
	switch (event->op) {
	case LINEAR_READ:
		return value == event->first;
	case LINEAR_CAS:
		if (event->outcome == LINEAR_REFUSED)
			return value != event->first;
		*ret_value = event->second;
		return value == event->first;
	case LINEAR_WRITE:
		*ret_value = event->first;
		return true;
	case LINEAR_ADD:
		*ret_value = value + 1;
		return event->outcome == LINEAR_UNKNOWN ||
		    value + 1 == event->first;
	}
	return false;
}

/* --- what was tried --------------------------------------------------- */

static uint64_t
hash(const uint64_t *row, size_t words)
{
	uint64_t sum = 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < words; i++) {
		sum ^= row[i];
		sum *= 0xff51afd7ed558ccdu;
		sum ^= sum >> 32;
	}
	return sum;
}

/* Is it new? *ret_full: it could not be remembered. */
static bool
remember(struct tried *tried, const uint64_t *row, bool *ret_full)
{
	size_t slot = (size_t)hash(row, tried->words) & (tried->slots - 1);
	size_t bytes = tried->words * sizeof(*row);

	for (; tried->used[slot] != 0; slot = (slot + 1) & (tried->slots - 1)) {
		if (memcmp(tried->rows + slot * tried->words, row, bytes) == 0)
			return false;
	}
	*ret_full = tried->count + 1 >= tried->slots / 4 * 3;
	if (*ret_full)
		return false;
	tried->used[slot] = 1;
	tried->count++;
	memcpy(tried->rows + slot * tried->words, row, bytes);
	return true;
}

/* --- the list ----------------------------------------------------------- */

static int
in_time(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	/* what began as another ended may have been beside it */
	return (int)b->is_call - (int)a->is_call;
}

static void
unlink_entry(struct entry *entry)
{
	entry->before->after = entry->after;
	if (entry->after != NULL)
		entry->after->before = entry->before;
}

static void
link_entry(struct entry *entry)
{
	entry->before->after = entry;
	if (entry->after != NULL)
		entry->after->before = entry;
}

static void
lift(struct entry *call)
{
	unlink_entry(call);
	if (call->matching != NULL)
		unlink_entry(call->matching);
}

static void
put_back(struct entry *call)
{
	if (call->matching != NULL)
		link_entry(call->matching);
	link_entry(call);
}

static void
add_entry(struct search *search, const struct linear_event *event, bool is_call)
{
	struct entry *entry = &search->entries[search->entry_count++];

	*entry = (struct entry){ .event = event,
		.number = search->call_count,
		.time = is_call ? event->begin : event->end,
		.is_call = is_call };
}

static void
chain(struct search *search, struct entry **calls)
{
	struct entry *last = &search->head;

	qsort(search->entries, search->entry_count, sizeof(*search->entries),
	    in_time);
	for (size_t i = 0; i < search->entry_count; i++) {
		struct entry *entry = &search->entries[i];

		entry->before = last;
		last->after = entry;
		last = entry;
		if (entry->is_call)
			calls[entry->number] = entry;
		else
			calls[entry->number]->matching = entry;
	}
}

/* --- the search ----------------------------------------------------------- */

static bool
prepare(struct search *search, const struct linear_event *events, size_t count)
{
	struct entry **calls = calloc(count + 1, sizeof(struct entry *));
	struct tried *tried = &search->tried;

	search->entries = calloc(2 * count + 1, sizeof(struct entry));
	search->steps = calloc(count + 1, sizeof(struct step));
	if (calls == NULL || search->entries == NULL || search->steps == NULL) {
		free(calls);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!counts(&events[i]))
			continue;
		add_entry(search, &events[i], true);
		if (events[i].outcome != LINEAR_UNKNOWN) {
			add_entry(search, &events[i], false);
			search->told++;
		}
		search->call_count++;
	}
	chain(search, calls);
	free(calls);
	tried->words = search->call_count / BITS + 2;
	tried->slots = TRIED_MAX;
	while (tried->slots > 64 && tried->slots * tried->words > WORDS_MAX)
		tried->slots /= 2;
	tried->rows = calloc(tried->slots * tried->words, sizeof(uint64_t));
	tried->used = calloc(tried->slots, 1);
	search->placed = calloc(tried->words, sizeof(uint64_t));
	return tried->rows != NULL && tried->used != NULL &&
	    search->placed != NULL;
}

static void
flip(struct search *search, const struct entry *call)
{
	search->placed[call->number / BITS] ^= (uint64_t)1
	    << (call->number % BITS);
}

/* Puts the call into the order, unless that was tried before. */
static bool
place(struct search *search, struct entry *call, int64_t *value, bool *ret_full)
{
	int64_t next;

	if (!apply(call->event, *value, &next))
		return false;
	flip(search, call);
	search->placed[search->tried.words - 1] = (uint64_t)next;
	if (!remember(&search->tried, search->placed, ret_full)) {
		flip(search, call);
		return false;
	}
	search->steps[search->depth++] = (struct step){ call, *value };
	*value = next;
	if (call->matching != NULL)
		search->told--;
	lift(call);
	return true;
}

static struct entry *
take_back(struct search *search, int64_t *value)
{
	const struct step *step = &search->steps[--search->depth];

	*value = step->value;
	flip(search, step->call);
	if (step->call->matching != NULL)
		search->told++;
	put_back(step->call);
	return step->call;
}

static enum linear_verdict
find_order(struct search *search)
{
	struct entry *entry = search->head.after;
	int64_t value = 0;
	bool full = false;

	while (search->told > 0) {
		if (entry != NULL && entry->is_call) {
			entry = place(search, entry, &value, &full)
			    ? search->head.after
			    : entry->after;
		} else if (search->depth > 0) {
			entry = take_back(search, &value)->after;
		} else {
			return LINEAR_NO;
		}
		if (full)
			return LINEAR_UNDECIDED;
	}
	return LINEAR_YES;
}

enum linear_verdict
linear_check(const struct linear_event *events, size_t count)
{
	struct search search = { 0 };
	enum linear_verdict verdict = LINEAR_UNDECIDED;

	if (prepare(&search, events, count))
		verdict = find_order(&search);
	free(search.entries);
	free(search.steps);
	free(search.placed);
	free(search.tried.rows);
	free(search.tried.used);
	return verdict;
}
