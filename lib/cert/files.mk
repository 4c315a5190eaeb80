# SPDX-License-Identifier: BSD-2-Clause
# certificates and their judgement; OpenSSL's X.509
noinst_LTLIBRARIES += lib/libcert.la
lib_libcert_la_SOURCES = \
	lib/cert/ask.h \
	lib/cert/cert.c lib/cert/cert.h \
	lib/cert/crlindex.h \
	lib/cert/krl.h \
	lib/cert/ocsp.h \
	lib/cert/sshcert.h \
	lib/cert/x509.h
lib_libcert_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)

# posture statements of a manager: who signed them
lib_libcert_la_SOURCES += \
	lib/cert/statement.c lib/cert/statement.h \
	lib/cert/statement_cms.c \
	lib/cert/statement_keys.c lib/cert/statement_keys.h
