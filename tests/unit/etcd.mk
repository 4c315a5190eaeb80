# SPDX-License-Identifier: BSD-2-Clause
# the driver of fleets, as far as it needs no cluster (tests/e2e/etcd_*.sh)
ETCD_TEST_LIBS = lib/libetcdlibrary.la $(TEST_LIBS) $(ETCD_LIBS)
unit_tests += tests/unit/etcd_grpc tests/unit/etcd_message tests/unit/etcd_seen
tests_unit_etcd_grpc_LDADD = $(ETCD_TEST_LIBS)
tests_unit_etcd_message_SOURCES = tests/unit/etcd_message.c \
	tests/unit/etcd_bytes.h tests/unit/random.h
tests_unit_etcd_message_LDADD = $(ETCD_TEST_LIBS)
tests_unit_etcd_seen_SOURCES = tests/unit/etcd_seen.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_etcd_seen_LDADD = $(ETCD_TEST_LIBS)
