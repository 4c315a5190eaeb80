/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/paths.h"
#include "base/text.h"
#include "cli/watch_notes.h"

#define FILE_MAX (4 * 1024 * 1024)

/* --- lines: an id, a letter, the words of a doubt; or what is amiss ------- */

#define AMISS "amiss "

static const char *const trouble_names[CARDEA_WATCH_TROUBLES] = {
	[CARDEA_WATCH_POLICY] = "policy",
	[CARDEA_WATCH_STORE] = "store",
	[CARDEA_WATCH_CLUSTER] = "cluster",
	[CARDEA_WATCH_UNSEEN] = "unseen",
	[CARDEA_WATCH_MIRROR] = "mirror",
	[CARDEA_WATCH_RECORDS] = "records",
};

static void
read_amiss(struct cardea_watch_notes *notes, const char *name)
{
	for (size_t i = 0; i < CARDEA_WATCH_TROUBLES; i++) {
		if (strcmp(trouble_names[i], name) == 0)
			notes->amiss[i] = true;
	}
}

static void
read_line(struct cardea_watch_notes *notes, char *line)
{
	char *mark = strchr(line, ' '), *words = NULL;
	struct cardea_watch_note *note;

	if (strncmp(line, AMISS, strlen(AMISS)) == 0) {
		read_amiss(notes, line + strlen(AMISS));
		return;
	}
	if (mark != NULL)
		words = strchr(mark + 1, ' ');
	if (words == NULL || mark - line != CARDEA_TXN_MAX ||
	    strlen(words + 1) > CARDEA_WATCH_NOTE_MAX)
		return;
	*mark = '\0';
	note = cardea_watch_notes_of(notes, line);
	if (note == NULL)
		return;
	note->warned = mark[1] == 'w';
	memcpy(note->unsure, words + 1, strlen(words + 1) + 1);
	note->seen = false;
}

enum cardea_status
cardea_watch_notes_read(
    struct cardea_watch_notes *notes, struct cardea_diag *diag)
{
	char *bytes = NULL, *rest, *line;
	enum cardea_status status;
	size_t len;

	status = cardea_file_read(CARDEA_PATH_WATCHED, CARDEA_FILE_CONFIG,
	    FILE_MAX, &bytes, &len, diag);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	rest = bytes;
	while ((line = strsep(&rest, "\n")) != NULL)
		read_line(notes, line);
	free(bytes);
	notes->changed = false;
	return CARDEA_OK;
}

static bool
is_worth_keeping(const struct cardea_watch_note *note)
{
	return note->warned || note->unsure[0] != '\0';
}

static void
write_lines(const struct cardea_watch_notes *notes, FILE *stream)
{
	for (size_t i = 0; i < CARDEA_WATCH_TROUBLES; i++) {
		if (notes->amiss[i])
			fprintf(stream, AMISS "%s\n", trouble_names[i]);
	}
	for (size_t i = 0; i < notes->count; i++) {
		const struct cardea_watch_note *note = &notes->items[i];

		if (is_worth_keeping(note))
			fprintf(stream, "%s %c %s\n", note->id,
			    note->warned ? 'w' : '-', note->unsure);
	}
}

enum cardea_status
cardea_watch_notes_write(
    struct cardea_watch_notes *notes, struct cardea_diag *diag)
{
	char *text = NULL;
	enum cardea_status status;
	size_t len = 0;
	FILE *stream;

	if (!notes->changed)
		return CARDEA_OK;
	stream = open_memstream(&text, &len);
	if (stream == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "no memory");
	write_lines(notes, stream);
	status = fclose(stream) == 0 ? CARDEA_OK : CARDEA_E_MEMORY;
	/* a login that leaves something for its next phase makes it as well */
	(void)mkdir(CARDEA_PATH_RUN, 0755);
	if (status == CARDEA_OK)
		status = cardea_file_replace(
		    CARDEA_PATH_WATCHED, text, len, 0600, diag);
	free(text);
	notes->changed = false; /* once is enough for a complaint as well */
	return status;
}

/* --- notes ---------------------------------------------------------------- */

struct cardea_watch_note *
cardea_watch_notes_of(struct cardea_watch_notes *notes, const char *id)
{
	struct cardea_watch_note *items, *note = NULL;

	for (size_t i = 0; i < notes->count && note == NULL; i++) {
		if (strcmp(notes->items[i].id, id) == 0)
			note = &notes->items[i];
	}
	if (note == NULL) {
		items = reallocarray(
		    notes->items, notes->count + 1, sizeof(*items));
		if (items == NULL)
			return NULL;
		notes->items = items;
		note = &items[notes->count];
		memset(note, 0, sizeof(*note));
		if (cardea_text_copy(note->id, sizeof(note->id), id) !=
		    CARDEA_OK)
			return NULL;
		notes->count++;
	}
	note->seen = true;
	return note;
}

void
cardea_watch_notes_warn(
    struct cardea_watch_notes *notes, struct cardea_watch_note *note)
{
	note->warned = true;
	notes->changed = true;
}

void
cardea_watch_notes_doubt(struct cardea_watch_notes *notes,
    struct cardea_watch_note *note, const char *words)
{
	if (strcmp(note->unsure, words) == 0 ||
	    cardea_text_copy(note->unsure, sizeof(note->unsure), words) !=
		CARDEA_OK)
		return;
	notes->changed = true;
}

static bool
set_amiss(struct cardea_watch_notes *notes, enum cardea_watch_trouble trouble,
    bool amiss)
{
	bool news = notes->amiss[trouble] != amiss;

	notes->amiss[trouble] = amiss;
	notes->changed = notes->changed || news;
	return news;
}

bool
cardea_watch_notes_amiss(
    struct cardea_watch_notes *notes, enum cardea_watch_trouble trouble)
{
	return set_amiss(notes, trouble, true);
}

bool
cardea_watch_notes_well(
    struct cardea_watch_notes *notes, enum cardea_watch_trouble trouble)
{
	return set_amiss(notes, trouble, false);
}

void
cardea_watch_notes_forget(struct cardea_watch_notes *notes)
{
	size_t kept = 0;

	for (size_t i = 0; i < notes->count; i++) {
		if (notes->items[i].seen)
			notes->items[kept++] = notes->items[i];
		else if (is_worth_keeping(&notes->items[i]))
			notes->changed = true;
	}
	notes->count = kept;
	for (size_t i = 0; i < kept; i++)
		notes->items[i].seen = false;
}

void
cardea_watch_notes_clear(struct cardea_watch_notes *notes)
{
	free(notes->items);
	memset(notes, 0, sizeof(*notes));
}
