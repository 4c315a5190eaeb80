# SPDX-License-Identifier: BSD-2-Clause
# The verifier as it was built, in a world of its own; needs root.
verifier_tests = tests/verifier/asking tests/verifier/conversation \
	tests/verifier/proofs tests/verifier/trouble tests/verifier/wire
tests_verifier_asking_SOURCES = tests/verifier/asking.c \
	tests/verifier/world.c tests/verifier/world.h
tests_verifier_conversation_SOURCES = tests/verifier/conversation.c \
	tests/verifier/world.c tests/verifier/world.h
tests_verifier_proofs_SOURCES = tests/verifier/proofs.c \
	tests/verifier/world.c tests/verifier/world.h
tests_verifier_trouble_SOURCES = tests/verifier/trouble.c \
	tests/verifier/world.c tests/verifier/world.h
tests_verifier_wire_SOURCES = tests/verifier/wire.c \
	tests/verifier/world.c tests/verifier/world.h

# a name service that misbehaves
check_LTLIBRARIES += tests/verifier/nss_odd.la
tests_verifier_nss_odd_la_SOURCES = tests/verifier/nss_odd.c
tests_verifier_nss_odd_la_CFLAGS = $(AM_CFLAGS) -fno-sanitize=all
tests_verifier_nss_odd_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_verifier_nss_odd_la_LIBADD =

# parts of it that need no root
unit_verifier_tests = tests/unit/agent tests/unit/agent_trouble \
	tests/unit/attempt tests/unit/defer tests/unit/device_judge tests/unit/device_pattern tests/unit/device_ssh \
	tests/unit/device_table tests/unit/device_want \
	tests/unit/key_sshd tests/unit/usersocket tests/unit/want
agent_fixture = tests/unit/agent_fixture.c tests/unit/agent_fixture.h $(sk_key)
tests_unit_agent_SOURCES = tests/unit/agent.c $(agent_fixture)
tests_unit_agent_LDADD = verifier/libverify.la $(TEST_LIBS)
tests_unit_agent_trouble_SOURCES = tests/unit/agent_trouble.c $(agent_fixture)
tests_unit_agent_trouble_LDADD = verifier/libverify.la $(TEST_LIBS)
tests_unit_attempt_LDADD = verifier/libverify.la $(TEST_LIBS)
tests_unit_defer_LDADD = verifier/libverify.la $(TEST_LIBS)
verify_libs = verifier/libverify.la lib/libkey.la lib/libsign.la lib/libcertask.la \
	lib/libhelper.la lib/libdevproof.la
tests_unit_device_judge_SOURCES = tests/unit/device_judge.c $(ledger_fixture)
tests_unit_device_judge_LDADD = $(verify_libs) $(TEST_LIBS)
tests_unit_device_pattern_LDADD = $(verify_libs) $(TEST_LIBS)
tests_unit_device_ssh_LDADD = $(verify_libs) $(TEST_LIBS)
tests_unit_device_table_SOURCES = tests/unit/device_table.c $(ledger_fixture)
tests_unit_device_table_LDADD = $(verify_libs) $(TEST_LIBS)
tests_unit_device_want_LDADD = $(verify_libs) $(TEST_LIBS)
tests_unit_key_sshd_SOURCES = tests/unit/key_sshd.c $(ledger_fixture) \
	$(sk_key)
tests_unit_key_sshd_LDADD = verifier/libverify.la $(TEST_LIBS)
tests_unit_usersocket_SOURCES = tests/unit/usersocket.c tests/unit/scratch.c
tests_unit_usersocket_LDADD = verifier/libverify.la $(TEST_LIBS)
tests_unit_want_LDADD = verifier/libverify.la $(TEST_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += $(verifier_tests) $(unit_verifier_tests)
TESTS += $(verifier_tests) $(unit_verifier_tests)
endif
