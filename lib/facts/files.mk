# SPDX-License-Identifier: BSD-2-Clause
noinst_LTLIBRARIES += lib/libfacts.la
lib_libfacts_la_SOURCES =
