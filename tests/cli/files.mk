# SPDX-License-Identifier: BSD-2-Clause
# The command from outside, one suite a subject; those that change something
# run in a throw-away copy of the machine and want root.
cli_tests =
cli_tests += tests/cli/table.sh
cli_tests += tests/cli/test.sh
cli_tests += tests/cli/test_fido2.sh
cli_tests += tests/cli/test_x509.sh
cli_tests += tests/cli/log.sh
cli_tests += tests/cli/posture.sh
cli_tests += tests/cli/setup.sh
cli_tests += tests/cli/enroll.sh
cli_tests += tests/cli/admin.sh
cli_tests += tests/cli/grant.sh
cli_tests += tests/cli/explain.sh
cli_tests += tests/cli/facts.sh
cli_tests += tests/cli/simulate.sh
cli_tests += tests/cli/report.sh
cli_tests += tests/cli/keys.sh
cli_tests += tests/cli/store.sh
cli_tests += tests/cli/kill.sh
cli_tests += tests/cli/refresh.sh
cli_tests += tests/cli/refresh_large.sh
cli_tests += tests/cli/refresh_netlist.sh
cli_tests += tests/cli/device.sh
cli_tests += tests/cli/test_sshcert.sh
TESTS += $(cli_tests)
EXTRA_DIST += $(cli_tests) tests/cli/lib.sh
