# SPDX-License-Identifier: BSD-2-Clause
# The units of the command as an archive, so that tests can reach inside.
noinst_LTLIBRARIES += cli/libcli.la
cli_libcli_la_CFLAGS = $(AM_CFLAGS) $(QRENCODE_CFLAGS) $(JANSSON_CFLAGS)
cli_libcli_la_SOURCES = \
	cli/clientdata.c cli/clientdata.h \
	cli/command.c cli/command.h \
	cli/json.c cli/json.h \
	cli/moment.c cli/moment.h \
	cli/octets.c cli/octets.h \
	cli/publickey.c cli/publickey.h \
	cli/qr.c cli/qr.h \
	cli/question.c cli/question.h \
	cli/statement.c cli/statement.h
cli_libcli_la_LIBADD = cli/libterminal.la

bin_PROGRAMS += cli/cardea
cli_cardea_SOURCES = \
	cli/admin.c cli/admin.h \
	cli/around.c cli/around.h \
	cli/check.c \
	cli/check_places.c cli/check_places.h \
	cli/cover.c cli/cover.h \
	cli/device.c cli/device.h \
	cli/device_add.c \
	cli/device_authority.c cli/device_authority.h \
	cli/device_ca.c \
	cli/device_enroll.c \
	cli/device_key.c cli/device_key.h \
	cli/device_list.c \
	cli/device_posture.c \
	cli/device_state.c \
	cli/device_meant.c cli/device_meant.h \
	cli/device_wish.c cli/device_wish.h \
	cli/device_words.c \
	cli/enroll.c \
	cli/enroll_fido2.c \
	cli/enroll_sshkey.c \
	cli/enroll_ticket.c cli/enroll_ticket.h \
	cli/explain.c cli/explain.h \
	cli/explain_facts.c \
	cli/explain_tell.c \
	cli/facts.c cli/facts.h \
	cli/grant.c cli/grant.h \
	cli/grant_approve.c \
	cli/grant_list.c \
	cli/grant_words.c \
	cli/help.c \
	cli/history.c \
	cli/import_pam_u2f.c \
	cli/import_u2f_host.c \
	cli/init.c \
	cli/input.c cli/input.h \
	cli/key.c cli/key.h \
	cli/keycase.c cli/keycase.h \
	cli/keycase_assertion.c \
	cli/keycase_attestation.c \
	cli/keywish.c cli/keywish.h \
	cli/list.c \
	cli/lock.c \
	cli/log.c \
	cli/logline.c cli/logline.h \
	cli/main.c \
	cli/past.c cli/past.h \
	cli/posture.c \
	cli/recovery.c \
	cli/refresh.c cli/refresh.h \
	cli/refresh_answer.c \
	cli/refresh_file.c \
	cli/refresh_list.c \
	cli/refresh_netlist.c \
	cli/remove.c \
	cli/report.c \
	cli/report_store.c cli/report.h \
	cli/roster.c cli/roster.h \
	cli/sessions.c \
	cli/simulate.c \
	cli/sshfile.c cli/sshfile.h \
	cli/store.c cli/store.h \
	cli/store_export.c \
	cli/store_import.c \
	cli/store_init.c \
	cli/store_migrate.c \
	cli/store_rotate.c \
	cli/store_status.c \
	cli/store_mirror.c \
	cli/store_verify.c \
	cli/suppose.c \
	cli/switch.c \
	cli/template.c cli/template.h \
	cli/test.c \
	cli/test_fido2.c \
	cli/test_krl.c \
	cli/test_sshcert.c \
	cli/test_x509.c \
	cli/token.c cli/token.h \
	cli/verbs.h \
	cli/verify.c cli/verify.h \
	cli/watch.c cli/watch.h \
	cli/watch_end.c \
	cli/watch_judge.c \
	cli/watch_last.c cli/watch_last.h \
	cli/watch_list.c \
	cli/watch_notes.c cli/watch_notes.h \
	cli/x509case.c cli/x509case.h
cli_cardea_LDADD = cli/libcli.la lib/librefresh.la lib/libca.la lib/libcert.la \
	lib/libhelper.la lib/libwire.la lib/libsource.la lib/libkey.la $(CARDEA_LIBS) \
	$(CRYPTO_LIBS) $(CONFIG_LIBS) $(ICAL_LIBS) $(QRENCODE_LIBS) $(JANSSON_LIBS)

# What `cardea init` writes: the files of conf/ as C strings.
QUOTE = $(SED) -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/'
cli_templates = cli/template_settings.inc cli/template_rules.inc
CLEANFILES += $(cli_templates)
cli/template.$(OBJEXT): $(cli_templates)
cli/template_settings.inc: $(top_srcdir)/conf/cardea.conf
	$(AM_V_GEN)$(MKDIR_P) cli; \
	$(QUOTE) $(top_srcdir)/conf/cardea.conf >$@.new && mv $@.new $@
cli/template_rules.inc: $(top_srcdir)/conf/policies/observe.conf
	$(AM_V_GEN)$(MKDIR_P) cli; \
	$(QUOTE) $(top_srcdir)/conf/policies/observe.conf >$@.new && mv $@.new $@

completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = cli/cardea.bash
