# SPDX-License-Identifier: BSD-2-Clause
noinst_LTLIBRARIES += lib/libkey.la
lib_libkey_la_SOURCES = \
	lib/key/choose.c lib/key/choose.h \
	lib/key/pool.c lib/key/pool.h \
	lib/key/talk.c lib/key/talk.h \
	lib/key/touch.c lib/key/touch.h
lib_libkey_la_LIBADD = lib/libhelper.la
