# SPDX-License-Identifier: BSD-2-Clause
# lists of revoked certificates, their indexes, and OCSP
REVOCATION_TEST_LIBS = lib/libcert.la $(TEST_LIBS)
revoker = tests/unit/revoker.c tests/unit/revoker.h
revocation_fixture = tests/unit/revocation_fixture.c \
	tests/unit/revocation_fixture.h
unit_tests += tests/unit/crlindex tests/unit/crlindex_refuse \
	tests/unit/ocsp tests/unit/ocsp_request \
	tests/unit/revocation tests/unit/revocation_kinds \
	tests/unit/revocation_vectors
ocsp_parties = tests/unit/ocsp_parties.c tests/unit/ocsp_parties.h $(revoker)
tests_unit_ocsp_SOURCES = tests/unit/ocsp.c $(ocsp_parties)
tests_unit_ocsp_LDADD = $(REVOCATION_TEST_LIBS)
tests_unit_ocsp_request_SOURCES = tests/unit/ocsp_request.c $(ocsp_parties)
tests_unit_ocsp_request_LDADD = $(REVOCATION_TEST_LIBS)
revocation_scene = tests/unit/revocation_scene.c \
	tests/unit/revocation_scene.h $(revoker) $(revocation_fixture)
tests_unit_revocation_SOURCES = tests/unit/revocation.c $(revocation_scene)
tests_unit_revocation_LDADD = $(REVOCATION_TEST_LIBS)
tests_unit_revocation_kinds_SOURCES = tests/unit/revocation_kinds.c \
	$(revocation_scene)
tests_unit_revocation_kinds_LDADD = $(REVOCATION_TEST_LIBS)
crlindex_fixture = tests/unit/crlindex_fixture.c \
	tests/unit/crlindex_fixture.h $(revoker)
tests_unit_crlindex_SOURCES = tests/unit/crlindex.c $(crlindex_fixture)
tests_unit_crlindex_LDADD = $(REVOCATION_TEST_LIBS)
tests_unit_crlindex_refuse_SOURCES = tests/unit/crlindex_refuse.c \
	$(crlindex_fixture)
tests_unit_crlindex_refuse_LDADD = $(REVOCATION_TEST_LIBS)
tests_unit_revocation_vectors_SOURCES = tests/unit/revocation_vectors.c \
	$(revocation_fixture)
tests_unit_revocation_vectors_LDADD = $(REVOCATION_TEST_LIBS)
EXTRA_DIST += tests/vectors/boringssl-revocation/SOURCE \
	tests/vectors/boringssl-revocation/crl.json \
	tests/vectors/boringssl-revocation/ocsp.json
