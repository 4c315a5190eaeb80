# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/place
tests_unit_place_SOURCES = tests/unit/place.c tests/unit/random.h \
	tests/unit/scratch.c tests/unit/scratch.h tests/unit/vectors.h
tests_unit_place_LDADD = lib/libplacelibrary.la $(TEST_LIBS) $(MAXMIND_LIBS)
EXTRA_DIST += tests/vectors/maxmind
