# SPDX-License-Identifier: BSD-2-Clause
# the prepared form: what a login reads
lib_libcore_la_SOURCES +=

# the source: libconfig, in the command only
noinst_LTLIBRARIES += lib/libsource.la
lib_libsource_la_SOURCES =
lib_libsource_la_CFLAGS = $(AM_CFLAGS) $(CONFIG_CFLAGS)
