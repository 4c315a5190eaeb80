# SPDX-License-Identifier: BSD-2-Clause
# touches libc only
noinst_LTLIBRARIES += lib/libbase.la
lib_libbase_la_SOURCES = \
	lib/base/base64.c lib/base/base64.h \
	lib/base/clock.c lib/base/clock.h \
	lib/base/diag.c \
	lib/base/endpoint.c lib/base/endpoint.h \
	lib/base/file.c lib/base/file.h \
	lib/base/library.c lib/base/library.h \
	lib/base/pack.c lib/base/pack.h \
	lib/base/paths.h \
	lib/base/pem.c lib/base/pem.h \
	lib/base/secret.c lib/base/secret.h \
	lib/base/sshwire.c lib/base/sshwire.h \
	lib/base/status.c \
	lib/base/text.c lib/base/text.h
