# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/why
tests_unit_why_SOURCES = tests/unit/why.c tests/unit/policies.h
unit_tests += tests/unit/shown
