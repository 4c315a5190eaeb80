# SPDX-License-Identifier: BSD-2-Clause
# Certificates and their judgement.  What a login links knows no OpenSSL: it
# asks (libcertask); what judges is cardea-cert's and the command's (libcert).
noinst_LTLIBRARIES += lib/libcertask.la lib/libcert.la
lib_libcertask_la_SOURCES = \
	lib/cert/ask.c lib/cert/ask.h \
	lib/cert/cert.c lib/cert/cert.h \
	lib/cert/held.c lib/cert/held.h \
	lib/cert/inquiry.c lib/cert/inquiry.h \
	lib/cert/place.c lib/cert/place.h \
	lib/cert/question.c lib/cert/question.h \
	lib/cert/state.c lib/cert/state.h \
	lib/cert/still.c lib/cert/still.h

lib_libcert_la_SOURCES = \
	lib/cert/crlindex.h \
	lib/cert/krl.h \
	lib/cert/ocsp.h \
	lib/cert/ready.c lib/cert/ready.h \
	lib/cert/sshcert.h \
	lib/cert/x509.h
lib_libcert_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
lib_libcert_la_LIBADD = lib/libcertask.la

# posture statements of a manager: who signed them
lib_libcert_la_SOURCES += \
	lib/cert/statement.c lib/cert/statement.h \
	lib/cert/statement_cms.c \
	lib/cert/statement_keys.c lib/cert/statement_keys.h
