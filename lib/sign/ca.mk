# SPDX-License-Identifier: BSD-2-Clause
# a small CA, for the command alone
noinst_LTLIBRARIES += lib/libca.la
lib_libca_la_SOURCES = \
	lib/sign/ca.c lib/sign/ca.h lib/sign/ca_parts.h \
	lib/sign/ca_leaf.c \
	lib/sign/ca_list.c \
	lib/sign/ca_record.c lib/sign/ca_record.h
lib_libca_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
lib_libca_la_LIBADD = lib/libresign.la lib/libsign.la
