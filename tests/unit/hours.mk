# SPDX-License-Identifier: BSD-2-Clause
# hours of rules: one-off windows and calendars
unit_tests += tests/unit/calendar tests/unit/calendar_files \
	tests/unit/hours_model tests/unit/walltime
tests_unit_calendar_files_SOURCES = tests/unit/calendar_files.c \
	tests/unit/scratch.c tests/unit/scratch.h
EXTRA_DIST += tests/vectors/tz-edges/gaps-and-repeats.json
