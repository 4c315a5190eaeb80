# SPDX-License-Identifier: BSD-2-Clause
pkglibexec_PROGRAMS += verifier/key/cardea-key
verifier_key_cardea_key_SOURCES = \
	verifier/key/device.c verifier/key/device.h \
	verifier/key/main.c \
	verifier/key/node.c verifier/key/node.h
verifier_key_cardea_key_CFLAGS = $(AM_CFLAGS) $(FIDO2_CFLAGS)
verifier_key_cardea_key_LDADD = lib/libkey.la lib/libu2f.la lib/libbase.la \
	$(FIDO2_LIBS)
