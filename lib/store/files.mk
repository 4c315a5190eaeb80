# SPDX-License-Identifier: BSD-2-Clause
# keyed records, drivers, sealing
lib_libcore_la_SOURCES += \
	lib/store/crypto.c lib/store/crypto.h

# typed records and what a verification does to them
noinst_LTLIBRARIES += lib/librecord.la
lib_librecord_la_SOURCES = \
	lib/store/changes.c \
	lib/store/ledger_code.c \
	lib/store/ledger_proof.c \
	lib/store/ledger_txn.c \
	lib/store/sweep.c \
	lib/store/trial.c \
	lib/store/tries.c
