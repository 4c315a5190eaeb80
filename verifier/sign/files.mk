# SPDX-License-Identifier: BSD-2-Clause
# cardea-sign: a device's own key, in a file, a TPM or a token.
pkglibexec_PROGRAMS += verifier/sign/cardea-sign
verifier_sign_cardea_sign_SOURCES = \
	verifier/sign/holder.c verifier/sign/holder.h \
	verifier/sign/keyfile.c \
	verifier/sign/main.c \
	verifier/sign/module.c verifier/sign/module.h \
	verifier/sign/object.c \
	verifier/sign/request.c verifier/sign/request.h \
	verifier/sign/token.c \
	verifier/sign/token_make.c \
	verifier/sign/tpm.c \
	verifier/sign/uri.c verifier/sign/uri.h
verifier_sign_cardea_sign_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS) $(P11_CFLAGS)
verifier_sign_cardea_sign_LDADD = lib/libresign.la lib/libsign.la \
	lib/libbase.la $(CRYPTO_LIBS) -ldl
