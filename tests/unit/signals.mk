# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/signals tests/unit/ledger_history \
	tests/unit/record_history
tests_unit_signals_SOURCES = tests/unit/signals.c
tests_unit_ledger_history_SOURCES = tests/unit/ledger_history.c tests/unit/random.h \
	$(ledger_fixture)
tests_unit_record_history_SOURCES = tests/unit/record_history.c $(record_kinds)
