# SPDX-License-Identifier: BSD-2-Clause
# What the end-to-end tests need beside the machine's own programs.  None of
# it is linked with the sanitizers: testclock goes into every program of a box.
check_PROGRAMS += tests/rig/logd
tests_rig_logd_LDADD =

check_LTLIBRARIES += tests/rig/testclock.la tests/rig/pam_say.la \
	tests/rig/sanitizer.la
tests_rig_testclock_la_SOURCES = tests/rig/testclock.c
tests_rig_testclock_la_CFLAGS = -std=gnu11 -fvisibility=hidden $(WARN_CFLAGS)
tests_rig_testclock_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_rig_pam_say_la_SOURCES = tests/rig/pam_say.c
tests_rig_pam_say_la_CFLAGS = -std=gnu11 -fvisibility=hidden $(WARN_CFLAGS)
tests_rig_pam_say_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_rig_pam_say_la_LIBADD = -lpam
tests_rig_sanitizer_la_SOURCES = tests/rig/sanitizer.c
tests_rig_sanitizer_la_CFLAGS = -std=gnu11 -fvisibility=hidden $(WARN_CFLAGS)
tests_rig_sanitizer_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere

check_LTLIBRARIES += tests/rig/pam_remote.la
tests_rig_pam_remote_la_SOURCES = tests/rig/pam_remote.c
tests_rig_pam_remote_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_rig_pam_remote_la_LIBADD = lib/libremote.la lib/libprimitive.la \
	lib/libbase.la $(CRYPTO_LIBS) -lpam

EXTRA_DIST += tests/rig/box.sh tests/rig/askpass.sh \
	tests/rig/guard.sh tests/rig/install.sh

# Programs that tests start in place of others.
check_PROGRAMS += tests/rig/report_state
# It reports its own signals, of which a sanitizer catches some.
tests_rig_report_state_CFLAGS = -std=gnu11 -fvisibility=hidden $(WARN_CFLAGS)
tests_rig_report_state_LDFLAGS =
tests_rig_report_state_LDADD =
