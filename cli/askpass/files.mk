# SPDX-License-Identifier: BSD-2-Clause
# what every command needs: libc only
noinst_LTLIBRARIES += cli/libterminal.la
cli_libterminal_la_SOURCES = \
	cli/prepare.c cli/prepare.h \
	cli/terminal.c cli/terminal.h

# The far end of ssh, for people's laptops too: libcrypto only.  All but main.c
# is an archive, so that tests can reach inside.
noinst_LTLIBRARIES += cli/askpass/libaskpass.la
cli_askpass_libaskpass_la_SOURCES = \
	cli/askpass/answer.c cli/askpass/answer.h \
	cli/askpass/await.c cli/askpass/await.h \
	cli/askpass/child.c cli/askpass/child.h \
	cli/askpass/device.c cli/askpass/device.h \
	cli/askpass/device_agent.c cli/askpass/device_agent.h \
	cli/askpass/device_conf.c cli/askpass/device_conf.h \
	cli/askpass/device_place.c cli/askpass/device_place.h \
	cli/askpass/device_sign.c cli/askpass/device_sign.h \
	cli/askpass/enroll.c cli/askpass/enroll.h \
	cli/askpass/keep.c cli/askpass/keep.h \
	cli/askpass/key.c cli/askpass/key.h \
	cli/askpass/next.c cli/askpass/next.h \
	cli/askpass/other.c cli/askpass/other.h \
	cli/askpass/parent.c cli/askpass/parent.h \
	cli/askpass/person.c cli/askpass/person.h

CLIENT_LIBS = cli/libterminal.la lib/libremote.la lib/libdevproof.la \
	lib/libprimitive.la \
	lib/libfacts.la lib/libbase.la $(CRYPTO_LIBS)

bin_PROGRAMS += cli/askpass/cardea-askpass
cli_askpass_cardea_askpass_SOURCES = cli/askpass/main.c
cli_askpass_cardea_askpass_LDADD = cli/askpass/libaskpass.la lib/libkey.la \
	lib/libsign.la \
	$(CLIENT_LIBS)

# For the machines that people sit at: this much, out of any build.
install-client: cli/askpass/cardea-askpass$(EXEEXT) \
	verifier/key/cardea-key$(EXEEXT) verifier/sign/cardea-sign$(EXEEXT)
	$(MKDIR_P) "$(DESTDIR)$(bindir)" "$(DESTDIR)$(pkglibexecdir)" \
		"$(DESTDIR)$(man1dir)" "$(DESTDIR)$(man5dir)"
	$(LIBTOOL) $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=install \
		$(INSTALL_PROGRAM) cli/askpass/cardea-askpass$(EXEEXT) "$(DESTDIR)$(bindir)"
	$(LIBTOOL) $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=install \
		$(INSTALL_PROGRAM) verifier/key/cardea-key$(EXEEXT) "$(DESTDIR)$(pkglibexecdir)"
	$(LIBTOOL) $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=install \
		$(INSTALL_PROGRAM) verifier/sign/cardea-sign$(EXEEXT) "$(DESTDIR)$(pkglibexecdir)"
	$(INSTALL_DATA) $(top_srcdir)/man/cardea-askpass.1 "$(DESTDIR)$(man1dir)"
	$(INSTALL_DATA) $(top_srcdir)/man/cardea-device.conf.5 "$(DESTDIR)$(man5dir)"
