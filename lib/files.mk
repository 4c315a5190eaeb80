# SPDX-License-Identifier: BSD-2-Clause
# libcardea: the heart, the prepared policy and the store behind one symbol
# map.  libcore is the same as an archive, so that tests can reach inside; the
# policy and store fragments add their files to it.
noinst_LTLIBRARIES += lib/libcore.la
lib_libcore_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS) $(LMDB_CFLAGS)
lib_libcore_la_SOURCES = \
	lib/address.c \
	lib/cert/shown.c lib/cert/shown.h \
	lib/context.c \
	lib/decide.c \
	lib/evidence.c \
	lib/log.c \
	lib/logsocket.c lib/logsocket.h \
	lib/posture.c \
	lib/request.c \
	lib/requirement.c lib/requirement_node.h \
	lib/requirement_parse.c

lib_LTLIBRARIES += lib/libcardea.la
lib_libcardea_la_SOURCES =
lib_libcardea_la_LIBADD = lib/libcore.la lib/libbase.la $(LMDB_LIBS) $(CRYPTO_LIBS) -lm
lib_libcardea_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 \
	-Wl,--version-script=$(top_srcdir)/lib/libcardea.map
lib_libcardea_la_DEPENDENCIES = lib/libcore.la lib/libbase.la \
	$(top_srcdir)/lib/libcardea.map
EXTRA_DIST += lib/libcardea.map
pkgconfig_DATA += lib/libcardea.pc

# What our own programs link: the shared library first, then the private
# parts that it does not export.
CARDEA_LIBS = lib/librecord.la lib/libfactor.la lib/libfacts.la \
	lib/libcardea.la lib/libcore.la lib/libbase.la \
	$(OATH_LIBS) $(LMDB_LIBS) $(CRYPTO_LIBS)
