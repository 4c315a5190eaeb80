# SPDX-License-Identifier: BSD-2-Clause
# X.509: profile, paths, possession
X509_TEST_LIBS = lib/libcert.la $(CRYPTO_LIBS) $(TEST_LIBS)
unit_tests += tests/unit/x509 tests/unit/x509_path tests/unit/x509_proof
x509_scene = tests/unit/x509_scene.c tests/unit/x509_scene.h \
	tests/unit/x509_fixture.c tests/unit/x509_fixture.h
tests_unit_x509_SOURCES = tests/unit/x509.c $(x509_scene)
tests_unit_x509_LDADD = $(X509_TEST_LIBS)
tests_unit_x509_path_SOURCES = tests/unit/x509_path.c $(x509_scene)
tests_unit_x509_path_LDADD = $(X509_TEST_LIBS)
tests_unit_x509_proof_SOURCES = tests/unit/x509_proof.c $(x509_scene)
tests_unit_x509_proof_LDADD = $(X509_TEST_LIBS)
unit_tests += tests/unit/x509_vectors
tests_unit_x509_vectors_LDADD = $(X509_TEST_LIBS)
EXTRA_DIST += tests/vectors/boringssl-chain/SOURCE \
	tests/vectors/boringssl-chain/chain.json \
	tests/vectors/boringssl-chain/parse.json \
	tests/vectors/nist-pkits/SOURCE tests/vectors/nist-pkits/pkits.json \
	tests/vectors/wycheproof-signatures/SOURCE \
	tests/vectors/wycheproof-signatures/signatures.txt \
	tests/vectors/x509-limbo/SOURCE tests/vectors/x509-limbo/limbo.json
