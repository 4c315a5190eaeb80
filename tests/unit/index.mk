# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/index
tests_unit_index_SOURCES = tests/unit/index.c tests/unit/policies.h \
	tests/unit/random.h
