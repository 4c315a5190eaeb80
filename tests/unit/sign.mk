# SPDX-License-Identifier: BSD-2-Clause
# a device's own key, and the small authority
SIGN_TEST_LIBS = lib/libsign.la lib/libbase.la $(CMOCKA_LIBS)
unit_tests += tests/unit/sign_talk tests/unit/token_uri tests/unit/sign_name
tests_unit_sign_talk_LDADD = $(SIGN_TEST_LIBS)
tests_unit_token_uri_SOURCES = tests/unit/token_uri.c verifier/sign/uri.c
tests_unit_token_uri_LDADD = $(SIGN_TEST_LIBS)
tests_unit_sign_name_LDADD = lib/libresign.la $(SIGN_TEST_LIBS) $(CRYPTO_LIBS)

# the caller's side once more, for a helper that the test may replace
unit_tests += tests/unit/sign
tests_unit_sign_SOURCES = tests/unit/sign.c lib/sign/sign.c lib/sign/talk.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_sign_CPPFLAGS = $(AM_CPPFLAGS) -UCARDEA_SIGN_HELPER \
	-DCARDEA_SIGN_HELPER='"sign.dir/cardea-sign"'
tests_unit_sign_LDADD = lib/libhelper.la lib/libbase.la $(CMOCKA_LIBS) \
	$(CRYPTO_LIBS)
EXTRA_tests_unit_sign_DEPENDENCIES = verifier/sign/cardea-sign

unit_tests += tests/unit/ca_record
tests_unit_ca_record_SOURCES = tests/unit/ca_record.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_ca_record_LDADD = lib/libca.la lib/libbase.la $(CMOCKA_LIBS) \
	$(CRYPTO_LIBS)
