# SPDX-License-Identifier: BSD-2-Clause
# revocation: lists and their indexes, OCSP
lib_libcert_la_SOURCES += \
	lib/cert/certread.c lib/cert/certread.h \
	lib/cert/crl.c lib/cert/crl.h lib/cert/crl_entry.c \
	lib/cert/crl_extension.c \
	lib/cert/crlindex.c \
	lib/cert/crlindex_file.c lib/cert/crlindex_file.h \
	lib/cert/crlindex_pem.c lib/cert/crlindex_signed.c \
	lib/cert/crlindex_sort.c lib/cert/crlindex_sort.h \
	lib/cert/dertime.c lib/cert/dertime.h \
	lib/cert/derwrite.c lib/cert/derwrite.h \
	lib/cert/extension.c lib/cert/extension.h \
	lib/cert/ocsp.c lib/cert/ocsp_ask.c \
	lib/cert/ocsp_judge.h \
	lib/cert/ocsp_read.c lib/cert/ocsp_read.h \
	lib/cert/ocsp_signer.c \
	lib/cert/revocation.c \
	lib/cert/revocation_hook.c \
	lib/cert/revocation_list.c lib/cert/revocation_list.h \
	lib/cert/sigalg.c lib/cert/sigalg.h
