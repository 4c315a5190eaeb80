# SPDX-License-Identifier: BSD-2-Clause
noinst_LTLIBRARIES += lib/libfactor.la
lib_libfactor_la_SOURCES = \
	lib/factor/attestation.c lib/factor/attestation.h \
	lib/factor/base32.c lib/factor/base32.h \
	lib/factor/fido2.c lib/factor/fido2.h \
	lib/factor/fido2_library.h lib/factor/fido2_load.c \
	lib/factor/otp.c lib/factor/otp.h \
	lib/factor/otpauth.c lib/factor/otpauth.h \
	lib/factor/recovery.c lib/factor/recovery.h \
	lib/factor/sshsk.c lib/factor/sshsk.h \
	lib/factor/sshsk_line.c \
	lib/factor/u2fkeys.c lib/factor/u2fkeys.h \
	lib/factor/u2fkeys_openssh.c lib/factor/u2fkeys_openssh.h \
	lib/factor/u2fkeys_registration.c
lib_libfactor_la_LIBADD = lib/libremote.la lib/libu2f.la lib/libkeyform.la
lib_libfactor_la_CFLAGS = $(AM_CFLAGS) $(OATH_CFLAGS)

# what keys write: read on both sides of the loaded library
noinst_LTLIBRARIES += lib/libkeyform.la
lib_libkeyform_la_SOURCES = \
	lib/factor/authdata.c lib/factor/authdata.h \
	lib/factor/cbor.c lib/factor/cbor.h \
	lib/factor/cose.c lib/factor/cose.h

# libfido2 and OpenSSL's certificates, loaded by whoever needs them; an archive
# too, so that tests can reach inside.
noinst_LTLIBRARIES += lib/libfidolibrary.la
lib_libfidolibrary_la_SOURCES = \
	lib/factor/library/attest.c lib/factor/library/attest.h \
	lib/factor/library/chain.c lib/factor/library/chain.h \
	lib/factor/library/statement.c lib/factor/library/statement.h \
	lib/factor/library/table.c lib/factor/library/table.h \
	lib/factor/library/verify.c lib/factor/library/verify.h
lib_libfidolibrary_la_CFLAGS = $(AM_CFLAGS) $(FIDO2_CFLAGS) $(CRYPTO_CFLAGS)

pkglib_LTLIBRARIES += lib/factor/fido2.la
lib_factor_fido2_la_SOURCES =
lib_factor_fido2_la_LIBADD = lib/libfidolibrary.la lib/libkeyform.la \
	lib/libbase.la $(FIDO2_LIBS) $(CRYPTO_LIBS)
lib_factor_fido2_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^cardea_fido2_library$$' -Wl,-Bsymbolic

# libtool's own note is of no use to dlopen; uninstalling looks for it, so the
# object is named here (as modules/files.mk does for PAM's).
install-exec-hook:
	cd $(DESTDIR)$(pkglibdir) && rm -f fido2.la place.la etcd.la
uninstall-hook:
	-cd $(DESTDIR)$(pkglibdir) && rm -f fido2.so place.so etcd.so
