# SPDX-License-Identifier: BSD-2-Clause
# Scripts that speak TAP about the tree and the finished files.
style_tests = tests/style/source.sh tests/style/format.sh tests/style/headers.sh \
	tests/style/binary.sh tests/style/man.sh tests/style/shell.sh tests/style/security.sh
SH_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_COMPILER = $(SHELL)
TESTS += $(style_tests)
EXTRA_DIST += $(style_tests) tests/style/tap.sh
