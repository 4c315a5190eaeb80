#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cron runs jobs as root for everybody: it must go on under the policy, and
# the policy must be able to stop it.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "cron and maintainer scripts"; }
);
END
person alice
# Debian's stack with Cardea's account and session parts.
cat >/etc/pam.d/cron <<'END'
@include common-auth
@include cardea-account
@include common-account
@include cardea-session
session required pam_env.so
@include common-session-noninteractive
session required pam_limits.so
END

# run_cron: a job of alice's that runs as cron starts
run_cron() {
	rm -f /tmp/job /run/crond.reboot /run/crond.pid
	echo "@reboot id -un >/tmp/job.new && mv /tmp/job.new /tmp/job" |
		crontab -u alice -
	mark
	cron -f &
	local cron=$! i
	for i in $(seq 150); do
		[ ! -e /tmp/job ] && ! new_log | grep -q "$1" || break
		sleep 0.02
	done
	kill $cron
	wait $cron 2>/dev/null
	: "$i"
}

run_cron 'session closed'
is 'a job of a user runs' "$(cat /tmp/job 2>/dev/null)" alice
logged 'permitted by rule root-descends' \
	'event=decision.* user=alice service=cron .*rule=root-descends .*decision=permit' +

policy <<'END'
rules = ( { name = "no-cron"; when = { service = "cron"; }; deny = "no jobs here"; } );
END
run_cron 'decision=deny'
is 'a policy that denies cron stops it' "$(cat /tmp/job 2>/dev/null)" ''
logged 'and says so' 'event=decision.* service=cron .*rule=no-cron .*decision=deny' +
finish
