# SPDX-License-Identifier: BSD-2-Clause
# the driver of fleets on a real cluster, line by line, and what every driver
# must do
check_PROGRAMS += tests/rig/once/etcd_once
tests_rig_once_etcd_once_SOURCES = tests/rig/once/etcd_once.c \
	tests/rig/once/etcd_setup.c tests/rig/once/etcd_setup.h
tests_rig_once_etcd_once_LDADD = $(ETCD_TEST_LIBS)
if HAVE_CMOCKA
check_PROGRAMS += tests/rig/once/etcd_conformance
endif
tests_rig_once_etcd_conformance_SOURCES = tests/rig/once/etcd_conformance.c \
	tests/rig/once/etcd_setup.c tests/rig/once/etcd_setup.h $(store_helpers)
tests_rig_once_etcd_conformance_LDADD = $(ETCD_TEST_LIBS)
# a server that is not what it should be
check_PROGRAMS += tests/rig/fake_etcd
tests_rig_fake_etcd_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_builddir)/lib
tests_rig_fake_etcd_CFLAGS = $(AM_CFLAGS) $(PROTOBUF_CFLAGS) $(CRYPTO_CFLAGS)
tests_rig_fake_etcd_SOURCES = tests/rig/fake_etcd.c
tests_rig_fake_etcd_LDADD = lib/libetcdlibrary.la $(TEST_LIBS) $(ETCD_LIBS) \
	-lssl $(CRYPTO_LIBS)
EXTRA_DIST += tests/e2e/etcd_store.sh tests/e2e/etcd_hostile.sh
