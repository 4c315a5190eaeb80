# SPDX-License-Identifier: BSD-2-Clause

# one-time codes, otpauth URIs, base32
check_PROGRAMS += tests/fuzz/fuzz_otpauth
TESTS += tests/fuzz/fuzz_otpauth
tests_fuzz_fuzz_otpauth_SOURCES = tests/fuzz/fuzz_otpauth.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/otpauth

# the text of a policy, and its prepared form
check_PROGRAMS += tests/fuzz/fuzz_policy
TESTS += tests/fuzz/fuzz_policy
tests_fuzz_fuzz_policy_SOURCES = tests/fuzz/fuzz_policy.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/policy

# messages between module and verifier, both directions
check_PROGRAMS += tests/fuzz/fuzz_message
TESTS += tests/fuzz/fuzz_message
tests_fuzz_fuzz_message_SOURCES = tests/fuzz/fuzz_message.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/message

# the heart: what the log writes and reads, requirements, addresses
check_PROGRAMS += tests/fuzz/fuzz_address tests/fuzz/fuzz_log tests/fuzz/fuzz_requirement
TESTS += tests/fuzz/fuzz_address tests/fuzz/fuzz_log tests/fuzz/fuzz_requirement
tests_fuzz_fuzz_address_SOURCES = tests/fuzz/fuzz_address.c tests/fuzz/replay.c
tests_fuzz_fuzz_log_SOURCES = tests/fuzz/fuzz_log.c tests/fuzz/replay.c
tests_fuzz_fuzz_requirement_SOURCES = tests/fuzz/fuzz_requirement.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/address tests/fuzz/corpus/log tests/fuzz/corpus/requirement

# typed records of the store
check_PROGRAMS += tests/fuzz/fuzz_record
TESTS += tests/fuzz/fuzz_record
tests_fuzz_fuzz_record_SOURCES = tests/fuzz/fuzz_record.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/record

# OpenSSH's security keys, and the answers of an agent
check_PROGRAMS += tests/fuzz/fuzz_agent tests/fuzz/fuzz_sshsk
TESTS += tests/fuzz/fuzz_agent tests/fuzz/fuzz_sshsk
tests_fuzz_fuzz_agent_SOURCES = tests/fuzz/fuzz_agent.c tests/fuzz/replay.c
tests_fuzz_fuzz_sshsk_SOURCES = tests/fuzz/fuzz_sshsk.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/agent tests/fuzz/corpus/sshsk

# keys that other programs enrolled
check_PROGRAMS += tests/fuzz/fuzz_u2fkeys
TESTS += tests/fuzz/fuzz_u2fkeys
tests_fuzz_fuzz_u2fkeys_SOURCES = tests/fuzz/fuzz_u2fkeys.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/u2fkeys
# proofs and tickets between cardea-askpass and the verifier
check_PROGRAMS += tests/fuzz/fuzz_remote
TESTS += tests/fuzz/fuzz_remote
tests_fuzz_fuzz_remote_SOURCES = tests/fuzz/fuzz_remote.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/remote

# devices at the far end of ssh: answers, what is signed, a laptop's file
check_PROGRAMS += tests/fuzz/fuzz_remotedevice
TESTS += tests/fuzz/fuzz_remotedevice
tests_fuzz_fuzz_remotedevice_SOURCES = tests/fuzz/fuzz_remotedevice.c \
	tests/fuzz/replay.c
tests_fuzz_fuzz_remotedevice_LDADD = cli/askpass/libaskpass.la $(CLIENT_LIBS)
EXTRA_DIST += tests/fuzz/corpus/remotedevice

# caller and cardea-key
check_PROGRAMS += tests/fuzz/fuzz_keytalk
TESTS += tests/fuzz/fuzz_keytalk
tests_fuzz_fuzz_keytalk_SOURCES = tests/fuzz/fuzz_keytalk.c tests/fuzz/replay.c
tests_fuzz_fuzz_keytalk_LDADD = lib/libkey.la lib/libbase.la
EXTRA_DIST += tests/fuzz/corpus/keytalk
# what security keys say
check_PROGRAMS += tests/fuzz/fuzz_fido2
TESTS += tests/fuzz/fuzz_fido2
tests_fuzz_fuzz_fido2_SOURCES = tests/fuzz/fuzz_fido2.c tests/fuzz/replay.c
tests_fuzz_fuzz_fido2_LDADD = $(FIDO2_TEST_LIBS)
EXTRA_DIST += tests/fuzz/corpus/fido2

# X.509 certificates
check_PROGRAMS += tests/fuzz/fuzz_x509
TESTS += tests/fuzz/fuzz_x509
tests_fuzz_fuzz_x509_SOURCES = tests/fuzz/fuzz_x509.c tests/fuzz/replay.c
tests_fuzz_fuzz_x509_LDADD = $(X509_TEST_LIBS)
EXTRA_DIST += tests/fuzz/corpus/x509

# lists of revoked certificates, their indexes, and OCSP answers
check_PROGRAMS += tests/fuzz/fuzz_crl tests/fuzz/fuzz_ocsp
TESTS += tests/fuzz/fuzz_crl tests/fuzz/fuzz_ocsp
tests_fuzz_fuzz_crl_SOURCES = tests/fuzz/fuzz_crl.c tests/fuzz/revoked.h \
	tests/fuzz/replay.c
tests_fuzz_fuzz_crl_LDADD = $(REVOCATION_TEST_LIBS)
tests_fuzz_fuzz_ocsp_SOURCES = tests/fuzz/fuzz_ocsp.c tests/fuzz/revoked.h \
	tests/fuzz/replay.c
tests_fuzz_fuzz_ocsp_LDADD = $(REVOCATION_TEST_LIBS)
EXTRA_DIST += tests/fuzz/corpus/crl tests/fuzz/corpus/ocsp

# caller and cardea-sign
check_PROGRAMS += tests/fuzz/fuzz_signtalk
TESTS += tests/fuzz/fuzz_signtalk
tests_fuzz_fuzz_signtalk_SOURCES = tests/fuzz/fuzz_signtalk.c \
	verifier/sign/uri.c tests/fuzz/replay.c
tests_fuzz_fuzz_signtalk_LDADD = lib/libsign.la lib/libbase.la
EXTRA_DIST += tests/fuzz/corpus/signtalk

# posture statements of a manager
check_PROGRAMS += tests/fuzz/fuzz_statement
TESTS += tests/fuzz/fuzz_statement
tests_fuzz_fuzz_statement_SOURCES = tests/fuzz/fuzz_statement.c \
	tests/fuzz/replay.c
tests_fuzz_fuzz_statement_LDADD = cli/libcli.la lib/libcert.la \
	$(QRENCODE_LIBS) $(TEST_LIBS)
EXTRA_DIST += tests/fuzz/corpus/statement

# OpenSSH's certificates, revocation lists and signatures
check_PROGRAMS += tests/fuzz/fuzz_krl tests/fuzz/fuzz_sshcert tests/fuzz/fuzz_sshsig
TESTS += tests/fuzz/fuzz_krl tests/fuzz/fuzz_sshcert tests/fuzz/fuzz_sshsig
tests_fuzz_fuzz_krl_SOURCES = tests/fuzz/fuzz_krl.c tests/fuzz/replay.c
tests_fuzz_fuzz_krl_LDADD = $(SSH_TEST_LIBS)
tests_fuzz_fuzz_sshcert_SOURCES = tests/fuzz/fuzz_sshcert.c tests/fuzz/replay.c
tests_fuzz_fuzz_sshcert_LDADD = $(SSH_TEST_LIBS)
tests_fuzz_fuzz_sshsig_SOURCES = tests/fuzz/fuzz_sshsig.c tests/fuzz/replay.c
tests_fuzz_fuzz_sshsig_LDADD = $(SSH_TEST_LIBS)
EXTRA_DIST += tests/fuzz/corpus/krl tests/fuzz/corpus/sshcert tests/fuzz/corpus/sshsig

# address lists: text, prepared form, and what becomes of entries
check_PROGRAMS += tests/fuzz/fuzz_netlist
TESTS += tests/fuzz/fuzz_netlist
tests_fuzz_fuzz_netlist_SOURCES = tests/fuzz/fuzz_netlist.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/netlist

# calendars
check_PROGRAMS += tests/fuzz/fuzz_calendar
TESTS += tests/fuzz/fuzz_calendar
tests_fuzz_fuzz_calendar_SOURCES = tests/fuzz/fuzz_calendar.c tests/fuzz/replay.c
EXTRA_DIST += tests/fuzz/corpus/calendar

# databases of places
check_PROGRAMS += tests/fuzz/fuzz_place
TESTS += tests/fuzz/fuzz_place
tests_fuzz_fuzz_place_SOURCES = tests/fuzz/fuzz_place.c tests/fuzz/replay.c
tests_fuzz_fuzz_place_LDADD = lib/libplacelibrary.la $(TEST_LIBS) $(MAXMIND_LIBS)
EXTRA_DIST += tests/fuzz/corpus/place

# answers of a fleet's cluster
check_PROGRAMS += tests/fuzz/fuzz_etcd
TESTS += tests/fuzz/fuzz_etcd
tests_fuzz_fuzz_etcd_SOURCES = tests/fuzz/fuzz_etcd.c tests/fuzz/replay.c
tests_fuzz_fuzz_etcd_LDADD = $(ETCD_TEST_LIBS)
EXTRA_DIST += tests/fuzz/corpus/etcd
