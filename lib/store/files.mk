# SPDX-License-Identifier: BSD-2-Clause
# keyed records, drivers, sealing
lib_libcore_la_SOURCES += \
	lib/store/crypto.c lib/store/crypto.h

# typed records and what a verification does to them
noinst_LTLIBRARIES += lib/librecord.la
lib_librecord_la_SOURCES =
