# SPDX-License-Identifier: BSD-2-Clause
# All but main.c is an archive, so that tests can reach inside.
noinst_LTLIBRARIES += verifier/libverify.la
verifier_libverify_la_SOURCES = \
	verifier/agent.c verifier/agent.h \
	verifier/agent_talk.c verifier/agent_talk.h \
	verifier/attempt.c verifier/attempt.h \
	verifier/code.c verifier/code.h \
	verifier/context.c verifier/context.h verifier/context_parts.h \
	verifier/context_login.c \
	verifier/context_place.c \
	verifier/context_lists.c \
	verifier/context_signals.c verifier/signals.h \
	verifier/context_grants.c verifier/grants.h \
	verifier/defer.c verifier/defer.h \
	verifier/device.c verifier/device.h verifier/device_way.h \
	verifier/device_agent.c \
	verifier/device_host.c \
	verifier/device_judge.c verifier/device_judge.h verifier/device_left.c \
	verifier/device_pattern.c verifier/device_pattern.h \
	verifier/device_ssh.c verifier/device_ssh.h \
	verifier/device_sshd.c \
	verifier/device_table.c verifier/device_table.h \
	verifier/device_trust.c verifier/device_trust.h \
	verifier/device_want.c verifier/device_want.h \
	verifier/facts.c verifier/facts.h \
	verifier/device_remote.c \
	verifier/far_end.c verifier/far_end.h \
	verifier/gate.c verifier/gate.h \
	verifier/harden.c verifier/harden.h \
	verifier/key.c verifier/key.h verifier/key_way.h \
	verifier/key_agent.c \
	verifier/key_local.c \
	verifier/key_remote.c \
	verifier/key_sshd.c \
	verifier/observe.c verifier/observe.h \
	verifier/phase.c verifier/phase.h \
	verifier/plan.c verifier/plan.h \
	verifier/storage.c verifier/storage.h \
	verifier/remember.c verifier/remember.h \
	verifier/report.c verifier/report.h \
	verifier/resume.c verifier/resume.h \
	verifier/session.c verifier/session.h \
	verifier/start.c verifier/start.h \
	verifier/usersocket.c verifier/usersocket.h \
	verifier/want.c verifier/want.h

# Archives only: a shared libcardea would cost every login its relocation.
pkglibexec_PROGRAMS += verifier/cardea-verify
verifier_cardea_verify_SOURCES = verifier/main.c
verifier_cardea_verify_LDADD = verifier/libverify.la lib/libwire.la \
	lib/librecord.la lib/libkey.la lib/libsign.la lib/libcertask.la lib/libhelper.la \
	lib/libdevproof.la lib/libfactor.la lib/libfacts.la lib/libcore.la \
	lib/libbase.la $(OATH_LIBS) $(LMDB_LIBS) $(CRYPTO_LIBS)
