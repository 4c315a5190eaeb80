# SPDX-License-Identifier: BSD-2-Clause
# what `cardea refresh` lets somebody without rights read
AM_CPPFLAGS += \
	-DCARDEA_REVOCATION_HELPER='"$(pkglibexecdir)/cardea-revocation"'
pkglibexec_PROGRAMS += cli/revocation/cardea-revocation
cli_revocation_cardea_revocation_SOURCES = \
	cli/revocation/crl.c \
	cli/revocation/krl.c \
	cli/revocation/main.c \
	cli/revocation/ocsp.c \
	cli/revocation/tasks.h
cli_revocation_cardea_revocation_LDADD = lib/librefresh.la lib/libcert.la \
	lib/libhelper.la lib/libcore.la lib/libprimitive.la lib/libbase.la \
	$(CRYPTO_LIBS)
