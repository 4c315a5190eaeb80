# SPDX-License-Identifier: BSD-2-Clause

# one-time codes, otpauth URIs, base32
check_PROGRAMS += tests/fuzz/fuzz_otpauth
TESTS += tests/fuzz/fuzz_otpauth
tests_fuzz_fuzz_otpauth_SOURCES = tests/fuzz/fuzz_otpauth.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/otpauth
