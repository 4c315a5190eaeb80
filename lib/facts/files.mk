# SPDX-License-Identifier: BSD-2-Clause
noinst_LTLIBRARIES += lib/libfacts.la
lib_libfacts_la_SOURCES = \
	lib/facts/account.c lib/facts/account.h \
	lib/facts/posture.c lib/facts/posture.h \
	lib/facts/posture_disk.c \
	lib/facts/posture_file.c \
	lib/facts/posture_firewall.c \
	lib/facts/process.c lib/facts/process.h \
	lib/facts/sshauth.c lib/facts/sshauth.h \
	lib/facts/text.c lib/facts/text.h \
	lib/facts/text_context.c \
	lib/facts/textio.c lib/facts/textio.h \
	lib/facts/walltime.c lib/facts/walltime.h \
	lib/facts/zonetime.c lib/facts/zonetime.h
