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

EXTRA_DIST += tests/rig/tpm.sh tests/rig/box.sh tests/rig/cluster.sh \
	tests/rig/askpass.sh tests/rig/guard.sh tests/rig/install.sh

# Programs that tests start in place of others.
check_PROGRAMS += tests/rig/report_state
# It reports its own signals, of which a sanitizer catches some.
tests_rig_report_state_CFLAGS = -std=gnu11 -fvisibility=hidden $(WARN_CFLAGS)
tests_rig_report_state_LDFLAGS =
tests_rig_report_state_LDADD =

# A security key without hardware, and what lets others find it.
check_PROGRAMS += tests/rig/softkey
tests_rig_softkey_SOURCES = \
	tests/rig/key/assert.c \
	tests/rig/key/authdata.c tests/rig/key/authdata.h \
	tests/rig/key/cbor.c tests/rig/key/cbor.h \
	tests/rig/key/certificate.c tests/rig/key/certificate.h \
	tests/rig/key/command.c tests/rig/key/command.h \
	tests/rig/key/credential.c tests/rig/key/credential.h \
	tests/rig/key/crypto.c tests/rig/key/crypto.h \
	tests/rig/key/ctap.c \
	tests/rig/key/hid.c tests/rig/key/hid.h \
	tests/rig/key/main.c \
	tests/rig/key/make.c \
	tests/rig/key/mangle.c tests/rig/key/mangle.h \
	tests/rig/key/mode.c tests/rig/key/mode.h \
	tests/rig/key/need.c tests/rig/key/need.h \
	tests/rig/key/pin.c tests/rig/key/pin.h \
	tests/rig/key/resident.c tests/rig/key/resident.h \
	tests/rig/key/softkey.h \
	tests/rig/key/state.c tests/rig/key/state.h \
	tests/rig/key/status.h \
	tests/rig/key/touch.c tests/rig/key/touch.h \
	tests/rig/key/transport.c tests/rig/key/transport.h \
	tests/rig/key/u2f.c
tests_rig_softkey_LDADD = $(CRYPTO_LIBS) -lutil
check_LTLIBRARIES += tests/rig/fakehid.la
tests_rig_fakehid_la_SOURCES = tests/rig/fakehid.c
# libudev declares what it replaces, and nothing else here needs that header
tests_rig_fakehid_la_CFLAGS = -std=gnu11 -fvisibility=hidden $(WARN_CFLAGS) \
	-Wno-missing-prototypes
tests_rig_fakehid_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere

# The verifier's way to an ssh agent, once.
check_PROGRAMS += tests/rig/once/agent_once
tests_rig_once_agent_once_SOURCES = tests/rig/once/agent_once.c \
	tests/unit/sk_key.c tests/unit/sk_key.h
tests_rig_once_agent_once_LDADD = verifier/libverify.la lib/libwire.la \
	lib/libfactor.la lib/libcore.la lib/libbase.la $(CRYPTO_LIBS)

# one touch, without a login around it
check_PROGRAMS += tests/rig/once/touch_once
tests_rig_once_touch_once_LDADD = lib/libkey.la lib/libbase.la

# one signature of a device's key, without a login around it
check_PROGRAMS += tests/rig/once/sign_once
tests_rig_once_sign_once_LDADD = lib/libsign.la lib/libbase.la

# a token's module that hangs where it is told to
check_LTLIBRARIES += tests/rig/hang_pkcs11.la
tests_rig_hang_pkcs11_la_SOURCES = tests/rig/hang_pkcs11.c
tests_rig_hang_pkcs11_la_CFLAGS = -std=gnu11 -fvisibility=hidden \
	$(WARN_CFLAGS) $(P11_CFLAGS)
tests_rig_hang_pkcs11_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere

# a server for what `cardea refresh` fetches, good and bad
check_PROGRAMS += tests/rig/httpd
tests_rig_httpd_LDADD =

# databases of places, made up
check_PROGRAMS += tests/rig/mmdb
tests_rig_mmdb_LDADD = lib/libcore.la lib/libbase.la $(LMDB_LIBS) $(CRYPTO_LIBS)
