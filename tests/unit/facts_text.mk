# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/facts_text
tests_unit_facts_text_SOURCES = tests/unit/facts_text.c tests/unit/random.h
