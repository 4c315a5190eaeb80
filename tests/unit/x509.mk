# SPDX-License-Identifier: BSD-2-Clause
# X.509: profile, paths, possession
X509_TEST_LIBS = lib/libcert.la $(CRYPTO_LIBS) $(TEST_LIBS)
unit_tests += tests/unit/x509
tests_unit_x509_SOURCES = tests/unit/x509.c tests/unit/x509_fixture.c \
	tests/unit/x509_fixture.h
tests_unit_x509_LDADD = $(X509_TEST_LIBS)
