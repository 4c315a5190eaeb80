# SPDX-License-Identifier: BSD-2-Clause
# what is found out for `cardea refresh`
lib_libcert_la_SOURCES += lib/cert/issuer.c lib/cert/issuer.h
