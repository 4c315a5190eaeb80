# SPDX-License-Identifier: BSD-2-Clause
# a device's own key: the caller's side, libc only
noinst_LTLIBRARIES += lib/libsign.la
lib_libsign_la_SOURCES = \
	lib/sign/sign.c lib/sign/sign.h \
	lib/sign/talk.c lib/sign/talk.h
lib_libsign_la_LIBADD = lib/libhelper.la

# what is signed by a key that is elsewhere, for cardea-sign and the command
noinst_LTLIBRARIES += lib/libresign.la
lib_libresign_la_SOURCES = \
	lib/sign/name.c lib/sign/name.h \
	lib/sign/resign.c lib/sign/resign.h
lib_libresign_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
