# SPDX-License-Identifier: BSD-2-Clause
# keyed records, drivers, sealing
lib_libcore_la_LIBADD = lib/libprimitive.la -lm
lib_libcore_la_SOURCES += \
	lib/store/driver.h \
	lib/store/etcd.h lib/store/etcd_load.c \
	lib/store/guard.c lib/store/guard.h lib/store/layout.h \
	lib/store/inside.h \
	lib/store/key.c \
	lib/store/keyring.c lib/store/keyring.h \
	lib/store/lmdb.c lib/store/lmdb.h \
	lib/store/names.c lib/store/names.h \
	lib/store/place.c lib/store/place.h \
	lib/store/row.c lib/store/row.h \
	lib/store/schema.c lib/store/schema.h \
	lib/store/seal.c lib/store/seal.h \
	lib/store/sorted.c lib/store/sorted.h \
	lib/store/store.c lib/store/store_open.c lib/store/survey.h \
	lib/store/table.c lib/store/table.h \
	lib/store/turn.c lib/store/turn.h

# typed records and what a verification does to them
noinst_LTLIBRARIES += lib/librecord.la
lib_librecord_la_SOURCES = \
	lib/store/archive.c lib/store/archive.h \
	lib/store/audit.c lib/store/audit.h \
	lib/store/changes.c lib/store/changes.h \
	lib/store/device.c \
	lib/store/ledger.h lib/store/ledger_code.c \
	lib/store/ledger_device.c lib/store/ledger_device.h \
	lib/store/ledger_device_chain.c \
	lib/store/ledger_grant.c lib/store/ledger_grant.h \
	lib/store/ledger_grant_over.c \
	lib/store/ledger_key.c lib/store/ledger_key.h \
	lib/store/ledger_credential.c \
	lib/store/ledger_proof.c lib/store/proofs.h \
	lib/store/ledger_history.c lib/store/ledger_history.h \
	lib/store/ledger_session.c \
	lib/store/hint.c lib/store/hint.h \
	lib/store/keyset.c lib/store/keyset.h \
	lib/store/kinds.c lib/store/kinds.h \
	lib/store/mirror.c lib/store/mirror.h \
	lib/store/mark.c lib/store/mark.h \
	lib/store/mark_body.c lib/store/mark_body.h \
	lib/store/merge.c lib/store/merge.h \
	lib/store/move.c lib/store/move.h \
	lib/store/rekey.c lib/store/rekey.h \
	lib/store/relay.c lib/store/relay.h \
	lib/store/retry.c lib/store/retry.h \
	lib/store/setup.c lib/store/setup.h \
	lib/store/standing.c lib/store/standing.h \
	lib/store/sweep.c lib/store/sweep.h \
	lib/store/transfer.c lib/store/transfer.h \
	lib/store/trial.c lib/store/trial.h \
	lib/store/tries.c lib/store/tries.h \
	lib/store/record.c lib/store/record.h \
	lib/store/record_device.c \
	lib/store/record_history.c \
	lib/store/record_grant.c \
	lib/store/record_key.c \
	lib/store/record_session.c \
	lib/store/record_txn.c lib/store/record_txn.h \
	lib/store/recordio.c lib/store/recordio.h

# the driver of fleets, loaded where a cluster is configured; an archive too, so
# that tests can reach inside
BUILT_SOURCES += lib/store/library/etcd.pb-c.h
CLEANFILES += lib/store/library/etcd.pb-c.c lib/store/library/etcd.pb-c.h
EXTRA_DIST += lib/store/library/etcd.proto
lib/store/library/etcd.pb-c.c: $(srcdir)/lib/store/library/etcd.proto
	$(AM_V_GEN)$(MKDIR_P) lib/store/library && \
		$(PROTOC_C) --c_out=lib/store/library \
		--proto_path=$(srcdir)/lib/store/library \
		$(srcdir)/lib/store/library/etcd.proto
lib/store/library/etcd.pb-c.h: lib/store/library/etcd.pb-c.c

noinst_LTLIBRARIES += lib/libetcdlibrary.la
lib_libetcdlibrary_la_SOURCES = \
	lib/store/library/etcd.c \
	lib/store/library/grpc.c lib/store/library/grpc.h \
	lib/store/library/members.c lib/store/library/members.h \
	lib/store/library/message.c lib/store/library/message.h \
	lib/store/library/message_commit.c \
	lib/store/library/message_parts.h \
	lib/store/library/rpc.c lib/store/library/rpc.h \
	lib/store/library/seen.c lib/store/library/seen.h \
	lib/store/library/servers.c lib/store/library/servers.h \
	lib/store/library/table.h
nodist_lib_libetcdlibrary_la_SOURCES = \
	lib/store/library/etcd.pb-c.c lib/store/library/etcd.pb-c.h
lib_libetcdlibrary_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_builddir)/lib
lib_libetcdlibrary_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(PROTOBUF_CFLAGS)
ETCD_LIBS = $(CURL_LIBS) $(PROTOBUF_LIBS)

# what it shares with the store stands in libcardea's archive, which is not to
# be taken in whole
pkglib_LTLIBRARIES += lib/store/etcd.la
lib_store_etcd_la_SOURCES = lib/store/key.c lib/store/place.c
lib_store_etcd_la_LIBADD = lib/libetcdlibrary.la lib/libbase.la $(ETCD_LIBS)
lib_store_etcd_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^cardea_etcd_library$$' -Wl,-Bsymbolic
