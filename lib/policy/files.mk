# SPDX-License-Identifier: BSD-2-Clause
# the prepared form: what a login reads
lib_libcore_la_SOURCES += \
	lib/policy/context.c \
	lib/policy/folder.c lib/policy/folder.h \
	lib/policy/image.c lib/policy/image.h \
	lib/policy/index.c lib/policy/index.h \
	lib/policy/match.c lib/policy/match.h \
	lib/policy/match_drawers.c \
	lib/policy/match_parts.c lib/policy/match_parts.h \
	lib/policy/match_place.c \
	lib/policy/match_signal.c \
	lib/policy/policy.c \
	lib/policy/select.c \
	lib/policy/settings.c lib/policy/settings.h \
	lib/policy/settings_cluster.c \
	lib/policy/settings_context.c \
	lib/policy/settings_device.c \
	lib/policy/stale.c \
	lib/policy/times.c lib/policy/times.h

# the source: libconfig and libical, in the command only
noinst_LTLIBRARIES += lib/libsource.la
lib_libsource_la_SOURCES = \
	lib/policy/build.c lib/policy/build.h \
	lib/policy/build_index.c lib/policy/build_index.h \
	lib/policy/build_parts.h \
	lib/policy/build_uses.c lib/policy/build_uses.h \
	lib/policy/build_zone.c \
	lib/policy/calendar.c lib/policy/calendar.h \
	lib/policy/calendar_event.c lib/policy/calendar_event.h \
	lib/policy/calendar_scan.c lib/policy/calendar_scan.h \
	lib/policy/lint.c lib/policy/lint.h \
	lib/policy/lint_authority.c lib/policy/lint_authority.h \
	lib/policy/lint_context.c lib/policy/lint_context.h \
	lib/policy/lint_grant.c lib/policy/lint_grant.h \
	lib/policy/lint_hours.c lib/policy/lint_hours.h \
	lib/policy/lint_outage.c lib/policy/lint_outage.h \
	lib/policy/periods.c lib/policy/periods.h \
	lib/policy/qualifier.c lib/policy/qualifier.h \
	lib/policy/reader.c lib/policy/reader.h \
	lib/policy/scan.c lib/policy/scan.h \
	lib/policy/shadow.c lib/policy/shadow.h \
	lib/policy/source.c lib/policy/source.h \
	lib/policy/source_calendar.c lib/policy/source_calendar.h \
	lib/policy/source_cluster.c \
	lib/policy/source_context.c \
	lib/policy/source_devices.c \
	lib/policy/source_items.c lib/policy/source_items.h \
	lib/policy/source_hours.c \
	lib/policy/source_keys.c \
	lib/policy/source_risk.c \
	lib/policy/source_rules.c \
	lib/policy/source_settings.c \
	lib/policy/source_spots.c lib/policy/source_spots.h \
	lib/policy/source_values.h \
	lib/policy/source_when.c \
	lib/policy/source_zones.c \
	lib/policy/tree.c lib/policy/tree.h \
	lib/policy/why.c lib/policy/why.h \
	lib/policy/why_words.c lib/policy/why_words.h
lib_libsource_la_CFLAGS = $(AM_CFLAGS) $(CONFIG_CFLAGS) $(ICAL_CFLAGS)
