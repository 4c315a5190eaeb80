# SPDX-License-Identifier: BSD-2-Clause
# The command from outside, one suite a subject; those that change something
# run in a throw-away copy of the machine and want root.
cli_tests = tests/cli/table.sh tests/cli/test.sh tests/cli/test_fido2.sh \
	tests/cli/test_x509.sh \
	tests/cli/log.sh tests/cli/posture.sh tests/cli/setup.sh tests/cli/enroll.sh \
	tests/cli/admin.sh tests/cli/explain.sh tests/cli/keys.sh \
	tests/cli/kill.sh tests/cli/device.sh
cli_tests += tests/cli/refresh.sh tests/cli/refresh_large.sh
TESTS += $(cli_tests)
EXTRA_DIST += $(cli_tests) tests/cli/lib.sh
