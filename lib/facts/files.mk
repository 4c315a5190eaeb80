# SPDX-License-Identifier: BSD-2-Clause
noinst_LTLIBRARIES += lib/libfacts.la
lib_libfacts_la_SOURCES = \
	lib/facts/account.c lib/facts/account.h \
	lib/facts/login.c lib/facts/login.h \
	lib/facts/logind.c lib/facts/logind.h \
	lib/facts/history.c lib/facts/history.h \
	lib/facts/posture.c lib/facts/posture.h \
	lib/facts/posture_disk.c \
	lib/facts/posture_file.c \
	lib/facts/posture_firewall.c \
	lib/facts/process.c lib/facts/process.h \
	lib/facts/signals.c lib/facts/signals.h \
	lib/facts/sshauth.c lib/facts/sshauth.h \
	lib/facts/text.c lib/facts/text.h \
	lib/facts/text_context.c \
	lib/facts/textio.c lib/facts/textio.h \
	lib/facts/walltime.c lib/facts/walltime.h \
	lib/facts/zonetime.c lib/facts/zonetime.h

# what reads databases of places, loaded by whoever needs it; an archive too, so
# that tests can reach inside
if !CLIENT_ONLY
lib_libfacts_la_SOURCES += \
	lib/facts/place.c lib/facts/place.h \
	lib/facts/place_library.h lib/facts/place_load.c

# address lists: what a login looks up, and what refresh reads and writes
lib_libfacts_la_SOURCES += \
	lib/facts/netlist.c lib/facts/netlist.h \
	lib/facts/netlist_date.c \
	lib/facts/netlist_form.c lib/facts/netlist_form.h \
	lib/facts/netlist_line.c \
	lib/facts/netlist_set.c lib/facts/netlist_set.h \
	lib/facts/netlist_text.c lib/facts/netlist_text.h \
	lib/facts/netlist_write.c lib/facts/netlist_write.h

noinst_LTLIBRARIES += lib/libplacelibrary.la
lib_libplacelibrary_la_SOURCES = \
	lib/facts/library/maxmind.c \
	lib/facts/library/shape.c lib/facts/library/shape.h \
	lib/facts/library/table.h
lib_libplacelibrary_la_CFLAGS = $(AM_CFLAGS) $(MAXMIND_CFLAGS)

pkglib_LTLIBRARIES += lib/facts/place.la
lib_facts_place_la_SOURCES =
lib_facts_place_la_LIBADD = lib/libplacelibrary.la lib/libbase.la $(MAXMIND_LIBS)
lib_facts_place_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^cardea_place_library$$' -Wl,-Bsymbolic
endif
