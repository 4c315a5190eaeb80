# SPDX-License-Identifier: BSD-2-Clause
# lists of revoked certificates, their indexes, and OCSP
CERT_TEST_LIBS = lib/libcert.la $(TEST_LIBS)
revoker = tests/unit/revoker.c tests/unit/revoker.h
unit_tests += tests/unit/crlindex
tests_unit_crlindex_SOURCES = tests/unit/crlindex.c $(revoker)
tests_unit_crlindex_LDADD = $(CERT_TEST_LIBS)
