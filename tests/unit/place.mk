# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/place
tests_unit_place_SOURCES = tests/unit/place.c tests/unit/random.h \
	tests/unit/scratch.c tests/unit/scratch.h tests/unit/vectors.h
tests_unit_place_LDADD = lib/libplacelibrary.la $(TEST_LIBS) $(MAXMIND_LIBS)
EXTRA_DIST += tests/vectors/maxmind
unit_tests += tests/unit/shape
tests_unit_shape_SOURCES = tests/unit/shape.c tests/unit/mmdb_bytes.h
tests_unit_shape_LDADD = lib/libplacelibrary.la $(TEST_LIBS) $(MAXMIND_LIBS)
unit_tests += tests/unit/place_damage
tests_unit_place_damage_SOURCES = tests/unit/place_damage.c \
	tests/unit/mmdb_bytes.h tests/unit/scratch.c tests/unit/scratch.h
tests_unit_place_damage_LDADD = lib/libplacelibrary.la $(TEST_LIBS) \
	$(MAXMIND_LIBS)
