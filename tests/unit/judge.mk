# SPDX-License-Identifier: BSD-2-Clause
# cardea-cert as it is, but for the judge: it does what the certificate says
check_PROGRAMS += tests/unit/cert_double
tests_unit_cert_double_SOURCES = verifier/cert/main.c tests/unit/cert_double.c
tests_unit_cert_double_LDADD = lib/libcert.la lib/libhelper.la lib/libbase.la \
	$(CRYPTO_LIBS)

# and the asking end once more, for a path that the test may fill
unit_tests += tests/unit/cert_ask
tests_unit_cert_ask_SOURCES = tests/unit/cert_ask.c lib/cert/ask.c
tests_unit_cert_ask_CPPFLAGS = $(AM_CPPFLAGS) -UCARDEA_CERT_HELPER \
	-DCARDEA_CERT_HELPER='"$(abs_top_builddir)/tests/unit/cert_double"'
tests_unit_cert_ask_LDADD = lib/libcertask.la lib/libhelper.la lib/libbase.la \
	$(CMOCKA_LIBS)
EXTRA_tests_unit_cert_ask_DEPENDENCIES = tests/unit/cert_double

unit_tests += tests/unit/cert_inquiry tests/unit/cert_question \
	tests/unit/cert_shown tests/unit/cert_state tests/unit/cert_still
tests_unit_cert_inquiry_SOURCES = tests/unit/cert_inquiry.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_cert_inquiry_LDADD = lib/libcertask.la $(TEST_LIBS)
tests_unit_cert_question_LDADD = lib/libcertask.la lib/libbase.la $(CMOCKA_LIBS)
tests_unit_cert_still_SOURCES = tests/unit/cert_still.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_cert_still_LDADD = lib/libcertask.la $(TEST_LIBS)
tests_unit_cert_shown_LDADD = $(TEST_LIBS)
tests_unit_cert_state_SOURCES = tests/unit/cert_state.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_cert_state_LDADD = lib/libcertask.la lib/libbase.la $(CMOCKA_LIBS)

# the real thing
unit_tests += tests/unit/cert_judge
tests_unit_cert_judge_SOURCES = tests/unit/cert_judge.c \
	tests/unit/x509_fixture.c tests/unit/x509_fixture.h lib/cert/ask.c
tests_unit_cert_judge_CPPFLAGS = $(AM_CPPFLAGS) -UCARDEA_CERT_HELPER \
	-DCARDEA_CERT_HELPER='"$(abs_top_builddir)/verifier/cert/cardea-cert"'
tests_unit_cert_judge_LDADD = lib/libcert.la lib/libhelper.la $(TEST_LIBS)
EXTRA_tests_unit_cert_judge_DEPENDENCIES = verifier/cert/cardea-cert

# helpers of refresh, and one that somebody has taken over
check_PROGRAMS += tests/unit/stream_double
tests_unit_stream_double_LDADD = lib/librefresh.la lib/libhelper.la \
	lib/libbase.la
unit_tests += tests/unit/stream
tests_unit_stream_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSTREAM_DOUBLE='"$(abs_top_builddir)/tests/unit/stream_double"'
tests_unit_stream_LDADD = lib/librefresh.la lib/libhelper.la lib/libbase.la \
	$(CMOCKA_LIBS)
EXTRA_tests_unit_stream_DEPENDENCIES = tests/unit/stream_double

# what is said between them
check_PROGRAMS += tests/fuzz/fuzz_certtalk
TESTS += tests/fuzz/fuzz_certtalk
tests_fuzz_fuzz_certtalk_SOURCES = tests/fuzz/fuzz_certtalk.c \
	tests/fuzz/replay.c
tests_fuzz_fuzz_certtalk_LDADD = lib/librefresh.la lib/libcertask.la \
	lib/libhelper.la lib/libbase.la
EXTRA_DIST += tests/fuzz/corpus/certtalk
