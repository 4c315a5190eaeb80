# SPDX-License-Identifier: BSD-2-Clause
# Built by `make bench-programs`, run by ./dev bench; no part of check.
EXTRA_PROGRAMS = tests/bench/pamhost tests/bench/fill tests/bench/parts
tests_bench_pamhost_SOURCES = tests/bench/pamhost.c tests/bench/keys.h
tests_bench_pamhost_LDADD = -lpam $(OATH_LIBS)
tests_bench_fill_SOURCES = tests/bench/fill.c tests/bench/keys.h
tests_bench_fill_LDADD = $(CARDEA_LIBS)
tests_bench_parts_LDADD = lib/libwire.la lib/libcert.la $(CARDEA_LIBS)
# revocation lists and their indexes
EXTRA_PROGRAMS += tests/bench/lists
tests_bench_lists_LDADD = lib/libcert.la $(CARDEA_LIBS)
# address lists
EXTRA_PROGRAMS += tests/bench/netlists
tests_bench_netlists_LDADD = $(CARDEA_LIBS)
EXTRA_DIST += tests/bench/netlists.sh
# a machine's own certificate
EXTRA_PROGRAMS += tests/bench/device
tests_bench_device_LDADD = lib/libsign.la lib/libcert.la lib/libhelper.la \
	$(CARDEA_LIBS)
bench-programs: $(EXTRA_PROGRAMS)
.PHONY: bench-programs
EXTRA_DIST += tests/bench/run.sh tests/bench/table.sh \
	tests/bench/device.sh tests/bench/rules.sh
CLEANFILES += $(EXTRA_PROGRAMS)
# commits on both engines, and bare puts
EXTRA_PROGRAMS += tests/bench/commits
tests_bench_commits_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_bench_commits_LDADD = $(CARDEA_LIBS) $(CURL_LIBS)
EXTRA_DIST += tests/bench/fleet.sh
