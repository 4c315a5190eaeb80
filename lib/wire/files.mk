# SPDX-License-Identifier: BSD-2-Clause
# linked into the modules: libc only
noinst_LTLIBRARIES += lib/libwire.la
lib_libwire_la_SOURCES = \
	lib/wire/channel.c lib/wire/channel.h \
	lib/wire/launch.c lib/wire/launch.h \
	lib/wire/message.c lib/wire/message.h
