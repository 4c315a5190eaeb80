# SPDX-License-Identifier: BSD-2-Clause
# lists of revoked certificates, their indexes, and OCSP
REVOCATION_TEST_LIBS = lib/libcert.la $(TEST_LIBS)
revoker = tests/unit/revoker.c tests/unit/revoker.h
revocation_fixture = tests/unit/revocation_fixture.c \
	tests/unit/revocation_fixture.h
unit_tests += tests/unit/crlindex tests/unit/ocsp tests/unit/revocation \
	tests/unit/revocation_vectors
tests_unit_ocsp_SOURCES = tests/unit/ocsp.c $(revoker)
tests_unit_ocsp_LDADD = $(REVOCATION_TEST_LIBS)
tests_unit_revocation_SOURCES = tests/unit/revocation.c $(revoker) \
	$(revocation_fixture)
tests_unit_revocation_LDADD = $(REVOCATION_TEST_LIBS)
tests_unit_crlindex_SOURCES = tests/unit/crlindex.c $(revoker)
tests_unit_crlindex_LDADD = $(REVOCATION_TEST_LIBS)
tests_unit_revocation_vectors_SOURCES = tests/unit/revocation_vectors.c \
	$(revocation_fixture)
tests_unit_revocation_vectors_LDADD = $(REVOCATION_TEST_LIBS)
EXTRA_DIST += tests/vectors/boringssl-revocation/SOURCE \
	tests/vectors/boringssl-revocation/crl.json \
	tests/vectors/boringssl-revocation/ocsp.json
