# SPDX-License-Identifier: BSD-2-Clause

# the device table
unit_tests += tests/unit/device tests/unit/retry
unit_tests += tests/unit/record_device tests/unit/ledger_device
tests_unit_record_device_SOURCES = tests/unit/record_device.c $(record_kinds)
tests_unit_ledger_device_SOURCES = tests/unit/ledger_device.c $(ledger_fixture)
