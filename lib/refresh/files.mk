# SPDX-License-Identifier: BSD-2-Clause
# lists of revoked ones: fetched and judged by processes of their own
noinst_LTLIBRARIES += lib/librefresh.la
lib_librefresh_la_SOURCES = \
	lib/refresh/fetch.c lib/refresh/fetch.h \
	lib/refresh/lists.c lib/refresh/lists.h \
	lib/refresh/stream.c lib/refresh/stream.h \
	lib/refresh/stream_helper.c
