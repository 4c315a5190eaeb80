# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/ledger_grant tests/unit/ledger_grant_race \
	tests/unit/lint_grant tests/unit/record_grant
tests_unit_ledger_grant_SOURCES = tests/unit/ledger_grant.c $(ledger_fixture)
tests_unit_ledger_grant_race_SOURCES = tests/unit/ledger_grant_race.c \
	$(ledger_fixture)
tests_unit_record_grant_SOURCES = tests/unit/record_grant.c $(record_kinds)
