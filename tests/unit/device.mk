# SPDX-License-Identifier: BSD-2-Clause

# the device table
unit_tests += tests/unit/device tests/unit/retry
unit_tests += tests/unit/record_device tests/unit/ledger_device \
	tests/unit/ledger_device_race
tests_unit_record_device_SOURCES = tests/unit/record_device.c $(record_kinds)
tests_unit_ledger_device_SOURCES = tests/unit/ledger_device.c \
	tests/unit/ledger_device_fixture.h $(ledger_fixture)
tests_unit_ledger_device_race_SOURCES = tests/unit/ledger_device_race.c \
	tests/unit/ledger_device_fixture.h $(ledger_fixture)

# posture statements: who signed them, what they say
statement_signer = tests/unit/statement_signer.c tests/unit/statement_signer.h
unit_tests += tests/unit/statement tests/unit/cli_statement
tests_unit_statement_SOURCES = tests/unit/statement.c $(statement_signer)
tests_unit_statement_LDADD = lib/libcert.la $(TEST_LIBS)
tests_unit_cli_statement_SOURCES = tests/unit/cli_statement.c \
	$(statement_signer)
tests_unit_cli_statement_LDADD = cli/libcli.la lib/libcert.la \
	$(QRENCODE_LIBS) $(TEST_LIBS)
EXTRA_DIST += tests/vectors/jws-rfc
