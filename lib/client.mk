# SPDX-License-Identifier: BSD-2-Clause
# What the far end of ssh links beside base and facts: libcrypto only, no store
# and no liboath.

# digests and ciphers
noinst_LTLIBRARIES += lib/libprimitive.la
lib_libprimitive_la_SOURCES = lib/store/crypto.c lib/store/crypto.h
lib_libprimitive_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)

# proofs and tickets as text
noinst_LTLIBRARIES += lib/libremote.la
lib_libremote_la_SOURCES = \
	lib/factor/remote.c lib/factor/remote.h \
	lib/factor/remote_answer.c \
	lib/factor/remote_device.c lib/factor/remote_device.h \
	lib/factor/remote_parts.c lib/factor/remote_parts.h \
	lib/factor/remote_text.c lib/factor/remote_text.h \
	lib/factor/remote_ticket.c \
	lib/factor/sshsk_agent.c

# the attestation of a key that knows U2F alone
noinst_LTLIBRARIES += lib/libu2f.la
lib_libu2f_la_SOURCES = lib/factor/u2fstatement.c lib/factor/u2fstatement.h

# what a device's key signs
noinst_LTLIBRARIES += lib/libdevproof.la
lib_libdevproof_la_SOURCES = lib/cert/devproof.c lib/cert/devproof.h
