# SPDX-License-Identifier: BSD-2-Clause
# OpenSSH's keys, signatures, certificates and revocation lists
lib_libcert_la_SOURCES += \
	lib/cert/krl.c \
	lib/cert/krl_parts.h \
	lib/cert/krl_scope.c \
	lib/cert/krl_set.c \
	lib/cert/sshcert.c \
	lib/cert/sshcert_form.h \
	lib/cert/sshcert_identity.c \
	lib/cert/sshcert_judge.c \
	lib/cert/sshcert_line.c \
	lib/cert/sshcert_option.c lib/cert/sshcert_option.h \
	lib/cert/sshcert_revocation.c lib/cert/sshcert_revocation.h \
	lib/cert/sshpublic.c lib/cert/sshpublic.h \
	lib/cert/sshpublic_openssl.c \
	lib/cert/sshroom.c lib/cert/sshroom.h \
	lib/cert/sshsig.c lib/cert/sshsig.h \
	lib/cert/sshsig_armour.c
