# SPDX-License-Identifier: BSD-2-Clause
# X.509: profile, paths, possession
lib_libcert_la_SOURCES += \
	lib/cert/der.c lib/cert/der.h \
	lib/cert/judge.c \
	lib/cert/revocation.h \
	lib/cert/x509.c \
	lib/cert/x509_constraint.c lib/cert/x509_constraint.h \
	lib/cert/x509_form.c lib/cert/x509_form.h \
	lib/cert/x509_identity.c lib/cert/x509_identity.h \
	lib/cert/x509_key.c lib/cert/x509_key.h \
	lib/cert/x509_name.c lib/cert/x509_name.h \
	lib/cert/x509_path.c lib/cert/x509_path.h \
	lib/cert/x509_pem.c \
	lib/cert/x509_policy.c lib/cert/x509_policy.h \
	lib/cert/x509_profile.c lib/cert/x509_profile.h \
	lib/cert/x509_room.c lib/cert/x509_room.h
