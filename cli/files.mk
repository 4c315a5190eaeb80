# SPDX-License-Identifier: BSD-2-Clause
# The units of the command as an archive, so that tests can reach inside.
noinst_LTLIBRARIES += cli/libcli.la
cli_libcli_la_CFLAGS = $(AM_CFLAGS) $(QRENCODE_CFLAGS) $(JANSSON_CFLAGS)
cli_libcli_la_SOURCES = \
	cli/command.c cli/command.h \
	cli/json.c cli/json.h \
	cli/moment.c cli/moment.h \
	cli/qr.c cli/qr.h \
	cli/terminal.c cli/terminal.h

bin_PROGRAMS += cli/cardea
cli_cardea_SOURCES = \
	cli/main.c \
	cli/help.c \
	cli/log.c \
	cli/test.c \
	cli/verbs.h
cli_cardea_LDADD = cli/libcli.la lib/libsource.la $(CARDEA_LIBS) \
	$(CONFIG_LIBS) $(QRENCODE_LIBS) $(JANSSON_LIBS)
