# SPDX-License-Identifier: BSD-2-Clause
# Thin files over one archive of common units.  What the modules link is libpam
# and libc (P14); of libcardea they take the few sources that tell syslog.
noinst_LTLIBRARIES += modules/libmodule.la
modules_libmodule_la_SOURCES = \
	lib/log.c \
	lib/logsocket.c \
	lib/request.c \
	modules/arguments.c modules/arguments.h \
	modules/code.c modules/code.h \
	modules/complain.c modules/complain.h \
	modules/connection.c modules/connection.h \
	modules/converse.c modules/converse.h \
	modules/exchange.c modules/exchange.h \
	modules/facts.c modules/facts.h \
	modules/run.c modules/run.h \
	modules/split.c modules/split.h

MODULE_LIBS = modules/libmodule.la lib/libwire.la lib/libbase.la -lpam
MODULE_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^pam_sm_' -Wl,-Bsymbolic

pam_LTLIBRARIES += modules/pam_cardea_context.la
modules_pam_cardea_context_la_SOURCES = modules/pam_cardea_context.c
modules_pam_cardea_context_la_LIBADD = $(MODULE_LIBS)
modules_pam_cardea_context_la_LDFLAGS = $(MODULE_LDFLAGS)

# the modules of factors: entry points in common, and a name each
factor_module = modules/factor.c modules/factor.h

pam_LTLIBRARIES += modules/pam_cardea_totp.la
modules_pam_cardea_totp_la_SOURCES = modules/pam_cardea_totp.c $(factor_module)
modules_pam_cardea_totp_la_LIBADD = $(MODULE_LIBS)
modules_pam_cardea_totp_la_LDFLAGS = $(MODULE_LDFLAGS)

pam_LTLIBRARIES += modules/pam_cardea_fido2.la
modules_pam_cardea_fido2_la_SOURCES = modules/pam_cardea_fido2.c $(factor_module)
modules_pam_cardea_fido2_la_LIBADD = $(MODULE_LIBS)
modules_pam_cardea_fido2_la_LDFLAGS = $(MODULE_LDFLAGS)

pam_LTLIBRARIES += modules/pam_cardea_device.la
modules_pam_cardea_device_la_SOURCES = modules/pam_cardea_device.c $(factor_module)
modules_pam_cardea_device_la_LIBADD = $(MODULE_LIBS)
modules_pam_cardea_device_la_LDFLAGS = $(MODULE_LDFLAGS)

pam_LTLIBRARIES += modules/pam_cardea_decide.la
modules_pam_cardea_decide_la_SOURCES = modules/pam_cardea_decide.c
modules_pam_cardea_decide_la_LIBADD = $(MODULE_LIBS)
modules_pam_cardea_decide_la_LDFLAGS = $(MODULE_LDFLAGS)

# libtool's own notes are nothing that PAM should find among its modules;
# uninstalling looks for them, so it names the modules itself.
install-data-hook:
	cd $(DESTDIR)$(pamdir) && rm -f pam_cardea_context.la pam_cardea_totp.la \
		pam_cardea_fido2.la pam_cardea_device.la pam_cardea_decide.la
uninstall-local:
	-cd $(DESTDIR)$(pamdir) && rm -f pam_cardea_context.so pam_cardea_totp.so \
		pam_cardea_fido2.so pam_cardea_device.so pam_cardea_decide.so
