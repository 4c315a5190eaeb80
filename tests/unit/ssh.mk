# SPDX-License-Identifier: BSD-2-Clause
# OpenSSH's keys, signatures, certificates and revocation lists
SSH_TEST_LIBS = lib/libcert.la $(TEST_LIBS)
sshmaker = tests/unit/sshmaker.c tests/unit/sshmaker.h
ssh_tests = tests/unit/sshpublic
tests_unit_sshpublic_SOURCES = tests/unit/sshpublic.c $(sshmaker)
tests_unit_sshpublic_LDADD = $(SSH_TEST_LIBS)
EXTRA_DIST += tests/vectors/openssh tests/vectors/ssh-cert-oracle

if HAVE_CMOCKA
check_PROGRAMS += $(ssh_tests)
TESTS += $(ssh_tests)
endif
