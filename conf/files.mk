# SPDX-License-Identifier: BSD-2-Clause
# To look at, change and copy: nothing is installed into /etc.
confdir = $(datadir)/cardea
dist_conf_DATA = conf/README conf/cardea.conf

policiesdir = $(confdir)/policies
dist_policies_DATA = conf/policies/observe.conf conf/policies/office.conf \
	conf/policies/keys.conf conf/policies/strict.conf \
	conf/policies/grants.conf \
	conf/policies/context.conf

calendarsdir = $(confdir)/calendars
dist_calendars_DATA = conf/calendars/holidays.ics

stacksdir = $(confdir)/pam.d
dist_stacks_DATA = conf/pam.d/cardea-auth conf/pam.d/cardea-auth-key \
	conf/pam.d/cardea-account conf/pam.d/cardea-session conf/pam.d/sshd conf/pam.d/sudo \
	conf/pam.d/sudo-i conf/pam.d/su conf/pam.d/su-l conf/pam.d/login

sudoersdir = $(confdir)/sudoers.d
dist_sudoers_DATA = conf/sudoers.d/cardea

fail2bandir = $(confdir)/fail2ban
dist_fail2ban_DATA = conf/fail2ban/cardea.conf

etcddir = $(confdir)/etcd
dist_etcd_SCRIPTS = conf/etcd/roles.sh
dist_etcd_DATA = conf/etcd/etcd.conf.yml

logcheckdir = $(confdir)/logcheck
dist_logcheck_DATA = conf/logcheck/cardea

tmpfilesdir = $(prefix)/lib/tmpfiles.d
dist_tmpfiles_DATA = conf/tmpfiles.d/cardea.conf

# `cardea refresh` by the clock: installed, not enabled
systemdunitdir = $(prefix)/lib/systemd/system
dist_systemdunit_DATA = conf/systemd/cardea-refresh.timer
nodist_systemdunit_DATA = conf/systemd/cardea-refresh.service
EXTRA_DIST += conf/systemd/cardea-refresh.service.in
CLEANFILES += conf/systemd/cardea-refresh.service
conf/systemd/cardea-refresh.service: $(top_srcdir)/conf/systemd/cardea-refresh.service.in
	$(AM_V_GEN)$(MKDIR_P) conf/systemd; \
	$(SED) -e 's|@bindir[@]|$(bindir)|' \
		$(top_srcdir)/conf/systemd/cardea-refresh.service.in >$@.new && mv $@.new $@

# `cardea watch`, likewise
nodist_systemdunit_DATA += conf/systemd/cardea-watch.service
EXTRA_DIST += conf/systemd/cardea-watch.service.in
CLEANFILES += conf/systemd/cardea-watch.service
conf/systemd/cardea-watch.service: $(top_srcdir)/conf/systemd/cardea-watch.service.in
	$(AM_V_GEN)$(MKDIR_P) conf/systemd; \
	$(SED) -e 's|@bindir[@]|$(bindir)|' \
		$(top_srcdir)/conf/systemd/cardea-watch.service.in >$@.new && mv $@.new $@
