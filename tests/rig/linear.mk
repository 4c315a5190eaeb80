# SPDX-License-Identifier: BSD-2-Clause
# Histories of the store: recorded, and judged (tests/e2e/store_linear.sh).
linear = tests/rig/linear/check.c tests/rig/linear/check.h \
	tests/rig/linear/text.c tests/rig/linear/text.h
check_PROGRAMS += tests/rig/linear/linear tests/rig/history/history
tests_rig_linear_linear_SOURCES = tests/rig/linear/main.c $(linear)
tests_rig_linear_linear_LDADD =
tests_rig_history_history_SOURCES = tests/rig/history/main.c \
	tests/rig/history/broken.c tests/rig/history/broken.h \
	tests/rig/linear/text.c
tests_rig_history_history_LDADD = $(CARDEA_LIBS)
unit_tests += tests/unit/linear
tests_unit_linear_SOURCES = tests/unit/linear.c $(linear)
EXTRA_DIST += tests/rig/fleet.sh
