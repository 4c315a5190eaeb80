# SPDX-License-Identifier: BSD-2-Clause
# The real modules under the real libpam; each program enters a box of its own
# and says so when there can be none.
module_tests = tests/module/conversation tests/module/host \
	tests/module/keys tests/module/verdicts
if !SANITIZERS
module_tests += tests/module/faults
endif
MODULE_TEST_LIBS = lib/libwire.la lib/libbase.la -lpam $(CMOCKA_LIBS)

check_PROGRAMS += tests/rig/fake_verifier
tests_rig_fake_verifier_LDADD = lib/libwire.la lib/libbase.la

check_LTLIBRARIES += tests/rig/pam_after.la
tests_rig_pam_after_la_SOURCES = tests/rig/pam_after.c
tests_rig_pam_after_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere

HARNESS = tests/module/harness.c tests/module/harness.h
tests_module_conversation_SOURCES = tests/module/conversation.c $(HARNESS)
tests_module_conversation_LDADD = $(MODULE_TEST_LIBS)
tests_module_faults_SOURCES = tests/module/faults.c $(HARNESS)
tests_module_faults_LDADD = $(MODULE_TEST_LIBS)
tests_module_host_SOURCES = tests/module/host.c $(HARNESS)
tests_module_host_LDADD = $(MODULE_TEST_LIBS)
tests_module_keys_SOURCES = tests/module/keys.c $(HARNESS)
tests_module_keys_LDADD = $(MODULE_TEST_LIBS)
tests_module_verdicts_SOURCES = tests/module/verdicts.c $(HARNESS)
tests_module_verdicts_LDADD = $(MODULE_TEST_LIBS)

if HAVE_CMOCKA
if HAVE_PAM_CONFDIR
check_PROGRAMS += $(module_tests)
TESTS += $(module_tests)
endif
endif
