# SPDX-License-Identifier: BSD-2-Clause
noinst_LTLIBRARIES += lib/libfactor.la
lib_libfactor_la_SOURCES = \
	lib/factor/base32.c lib/factor/base32.h \
	lib/factor/otp.c lib/factor/otp.h \
	lib/factor/otpauth.c lib/factor/otpauth.h \
	lib/factor/recovery.c lib/factor/recovery.h
lib_libfactor_la_CFLAGS = $(AM_CFLAGS) $(OATH_CFLAGS)
lib_libfactor_la_LIBADD = lib/libkeyform.la

# what keys write: read on both sides of the loaded library
noinst_LTLIBRARIES += lib/libkeyform.la
lib_libkeyform_la_SOURCES = \
	lib/factor/authdata.c lib/factor/authdata.h \
	lib/factor/cbor.c lib/factor/cbor.h \
	lib/factor/cose.c lib/factor/cose.h
