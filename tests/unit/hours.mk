# SPDX-License-Identifier: BSD-2-Clause
# hours of rules: one-off windows and calendars
unit_tests += tests/unit/calendar tests/unit/calendar_files \
	tests/unit/calendar_refuse tests/unit/hours_model \
	tests/unit/match_hours tests/unit/walltime
calendar_fixture = tests/unit/calendar_fixture.c \
	tests/unit/calendar_fixture.h
tests_unit_calendar_SOURCES = tests/unit/calendar.c $(calendar_fixture)
tests_unit_calendar_refuse_SOURCES = tests/unit/calendar_refuse.c \
	$(calendar_fixture)
tests_unit_match_hours_SOURCES = tests/unit/match_hours.c \
	tests/unit/match_fixture.h
tests_unit_calendar_files_SOURCES = tests/unit/calendar_files.c \
	tests/unit/scratch.c tests/unit/scratch.h
EXTRA_DIST += tests/vectors/tz-edges/gaps-and-repeats.json
