# SPDX-License-Identifier: BSD-2-Clause
# OpenSSH's keys, signatures, certificates and revocation lists
SSH_TEST_LIBS = lib/libcert.la $(TEST_LIBS)
sshmaker = tests/unit/sshmaker.c tests/unit/sshmaker.h
ssh_tests = tests/unit/krl tests/unit/krl_damage \
	tests/unit/sshcert tests/unit/sshcert_revoked tests/unit/sshcert_use \
	tests/unit/sshpublic tests/unit/sshsig tests/unit/sshcert_vectors \
	tests/unit/ssh_differential
tests_unit_sshcert_vectors_LDADD = $(SSH_TEST_LIBS)
tests_unit_ssh_differential_SOURCES = tests/unit/ssh_differential.c $(sshmaker) \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_ssh_differential_LDADD = $(SSH_TEST_LIBS)
krl_scene = tests/unit/krl_scene.c tests/unit/krl_scene.h $(sshmaker)
tests_unit_krl_SOURCES = tests/unit/krl.c $(krl_scene)
tests_unit_krl_LDADD = $(SSH_TEST_LIBS)
tests_unit_krl_damage_SOURCES = tests/unit/krl_damage.c $(krl_scene)
tests_unit_krl_damage_LDADD = $(SSH_TEST_LIBS)
sshcert_scene = tests/unit/sshcert_scene.c tests/unit/sshcert_scene.h \
	$(sshmaker)
tests_unit_sshcert_SOURCES = tests/unit/sshcert.c $(sshcert_scene)
tests_unit_sshcert_LDADD = $(SSH_TEST_LIBS)
tests_unit_sshcert_revoked_SOURCES = tests/unit/sshcert_revoked.c \
	$(sshcert_scene)
tests_unit_sshcert_revoked_LDADD = $(SSH_TEST_LIBS)
tests_unit_sshcert_use_SOURCES = tests/unit/sshcert_use.c $(sshcert_scene)
tests_unit_sshcert_use_LDADD = $(SSH_TEST_LIBS)
tests_unit_sshpublic_SOURCES = tests/unit/sshpublic.c $(sshmaker)
tests_unit_sshpublic_LDADD = $(SSH_TEST_LIBS)
tests_unit_sshsig_SOURCES = tests/unit/sshsig.c $(sshmaker)
tests_unit_sshsig_LDADD = $(SSH_TEST_LIBS)
EXTRA_DIST += tests/vectors/wycheproof/ecdsa-p256.txt tests/vectors/wycheproof/ed25519.txt \
	tests/vectors/wycheproof/rsa-2048-sha256.txt
EXTRA_DIST += tests/vectors/openssh tests/vectors/ssh-cert-oracle

if HAVE_CMOCKA
check_PROGRAMS += $(ssh_tests)
TESTS += $(ssh_tests)
endif
