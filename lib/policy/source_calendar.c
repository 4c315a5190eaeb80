/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include <cardea/limits.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "facts/walltime.h"
#include "policy/source_calendar.h"
#include "policy/source_values.h"

#define DAY_S 86400

/* the year in UTC; false if the clock cannot be believed */
static bool
this_year(int *ret_year)
{
	struct cardea_clock clock = cardea_clock_read();
	int year = 1970;

	if (!clock.plausible)
		return false;
	while (cardea_text_days(year + 1, 1, 1) * DAY_S <= clock.time_s)
		year++;
	*ret_year = year;
	return true;
}

static enum cardea_status
read_file(struct cardea_reader *reader, const struct cardea_calendar *calendar,
    struct cardea_calendar_events *events)
{
	enum cardea_status status;
	char *text = NULL;
	size_t len;

	status = cardea_reader_note(
	    reader->build, calendar->name, reader->diag);
	if (status == CARDEA_OK)
		status = cardea_file_read(calendar->name, CARDEA_FILE_CONFIG,
		    CARDEA_CALENDAR_MAX, &text, &len, reader->diag);
	if (status == CARDEA_OK)
		status = cardea_calendar_read(
		    calendar, text, len, events, reader->diag);
	free(text);
	if (status != CARDEA_OK)
		cardea_diag_place(reader->diag, calendar->name, 0, NULL);
	return status;
}

static enum cardea_status
read_one(struct cardea_reader *reader, const struct cardea_setting *setting,
    const char *timezone, int year, struct cardea_calendar_events *events,
    uint32_t *last_day)
{
	struct cardea_calendar calendar = { .timezone = timezone,
		.first_day = cardea_text_days(
		    year - CARDEA_CALENDAR_YEARS_BEFORE, 1, 1),
		.end_day = cardea_text_days(
		    year + CARDEA_CALENDAR_YEARS_AFTER + 1, 1, 1) };
	char path[256];
	enum cardea_status status;

	status = cardea_read_path(reader, setting, path, sizeof(path));
	if (status != CARDEA_OK)
		return status;
	calendar.name = path;
	events->last_day = 1;
	status = read_file(reader, &calendar, events);
	if (status == CARDEA_OK &&
	    (*last_day == 0 || events->last_day < *last_day))
		*last_day = (uint32_t)events->last_day;
	return status;
}

enum cardea_status
cardea_read_calendars(struct cardea_reader *reader,
    const struct cardea_setting *setting, const char *timezone,
    struct cardea_calendar_events *events, uint32_t *last_day)
{
	enum cardea_status status;
	size_t count = 0;
	int64_t wall;
	int year;

	status = cardea_reader_items(
	    reader, setting, CARDEA_CALENDARS_MAX, &count);
	if (status != CARDEA_OK)
		return status;
	if (!this_year(&year))
		return cardea_reader_refuse(reader, setting,
		    "the clock of this machine cannot be believed: nobody "
		    "knows which years of a calendar to read");
	if (!cardea_walltime_at(timezone, 0, &wall))
		return cardea_reader_refuse(reader, setting,
		    "this machine does not know the time zone of these hours");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_one(reader, cardea_reader_item(setting, i),
		    timezone, year, events, last_day);
	return status;
}
