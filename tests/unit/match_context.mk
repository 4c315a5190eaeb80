# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/match_context
tests_unit_match_context_SOURCES = tests/unit/match_context.c tests/unit/policies.h \
	tests/unit/random.h
