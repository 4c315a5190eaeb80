# SPDX-License-Identifier: BSD-2-Clause
noinst_LTLIBRARIES += lib/libfactor.la
lib_libfactor_la_SOURCES = \
	lib/factor/base32.c lib/factor/base32.h \
	lib/factor/otp.c lib/factor/otp.h \
	lib/factor/otpauth.c lib/factor/otpauth.h \
	lib/factor/recovery.c lib/factor/recovery.h \
	lib/factor/sshsk.c lib/factor/sshsk.h \
	lib/factor/sshsk_agent.c \
	lib/factor/sshsk_line.c
lib_libfactor_la_CFLAGS = $(AM_CFLAGS) $(OATH_CFLAGS)
