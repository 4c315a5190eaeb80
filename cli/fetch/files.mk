# SPDX-License-Identifier: BSD-2-Clause
# what `cardea refresh` asks of the network
AM_CPPFLAGS += -DCARDEA_FETCH_HELPER='"$(pkglibexecdir)/cardea-fetch"'
pkglibexec_PROGRAMS += cli/fetch/cardea-fetch
cli_fetch_cardea_fetch_SOURCES = \
	cli/fetch/main.c \
	cli/fetch/transfer.c cli/fetch/transfer.h
cli_fetch_cardea_fetch_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
cli_fetch_cardea_fetch_LDADD = lib/librefresh.la lib/libhelper.la \
	lib/libbase.la $(CURL_LIBS)
