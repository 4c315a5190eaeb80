# SPDX-License-Identifier: BSD-2-Clause
# processes of our own beside the caller: started, spoken to, confined
noinst_LTLIBRARIES += lib/libhelper.la
lib_libhelper_la_SOURCES = \
	lib/helper/confine.c lib/helper/confine.h \
	lib/helper/filter.c lib/helper/filter.h \
	lib/helper/pass.c lib/helper/pass.h \
	lib/helper/spawn.c lib/helper/spawn.h
