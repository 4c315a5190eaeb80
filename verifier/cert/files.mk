# SPDX-License-Identifier: BSD-2-Clause
# the judge of certificates, in a process of its own
pkglibexec_PROGRAMS += verifier/cert/cardea-cert
verifier_cert_cardea_cert_SOURCES = verifier/cert/main.c
verifier_cert_cardea_cert_LDADD = lib/libcert.la lib/libhelper.la \
	lib/libcore.la lib/libprimitive.la lib/libbase.la \
	$(CRYPTO_LIBS)
