#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A whole login under strace, host and verifier together: which programs are
# started, which files are opened, and what the host's signals go through.  The
# environment points at traps wherever a careless program would look.
. "$SRCDIR/tests/e2e/lib.sh"

install -d -m 0755 /etc/cardea
cat >/etc/cardea/open.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:open
DTSTART;TZID=Europe/Berlin:20010101T120000
DURATION:PT1H
RRULE:FREQ=YEARLY
END:VEVENT
END:VCALENDAR
END
machine <<'END'
zones: { office = { networks = [ "192.0.2.0/24" ]; }; };
hours: {
  shut = { also = [ "2001-01-01", "2030-03-11 01:00/2030-03-11 11:00" ]; timezone = "Asia/Tokyo";
           except_calendars = "/etc/cardea/open.ics"; };
};
rules = (
  { name = "shut"; when = { hours = "shut"; }; deny = "not at this time"; },
  { name = "inside"; when = { zone = "office"; }; deny = "not this way"; },
  { name = "bare"; when = { service = "bare"; }; require = "totp"; }
);
END
enrolled alice
verifier=/usr/libexec/cardea/cardea-verify
printf '%s required pam_cardea_%s.so\n' auth context auth totp auth decide \
	account context account decide session decide >/etc/pam.d/bare
mkdir /tmp/trap
for name in sh cardea cardea-verify; do
	printf '#!/bin/sh\n: >/tmp/trap/sprung\n' >/tmp/trap/$name
	chmod 0755 /tmp/trap/$name
done

# traced CODE RHOST: one login; the trace of each process is a file of its own
traced() {
	rm -f /tmp/trace.*
	said=$(printf '%s\n' "$1" | env -i PATH=/tmp/trap HOME=/home/alice \
		TMPDIR=/tmp/trap TZDIR=/tmp/trap ENV=/tmp/trap/sh \
		SHELL=/tmp/trap/sh IFS=/ /usr/bin/timeout 60 /usr/bin/strace \
		-ff -qq -s 256 -o /tmp/trace /usr/bin/pamtester \
		-I rhost="$2" bare alice \
		authenticate acct_mgmt open_session close_session 2>&1)
	rc=$?
	host=$(grep -l '^execve("/usr/bin/pamtester"' /tmp/trace.*)
}

# calls NAMES: those calls of all processes, without what differs each time
calls() {
	grep -hE "^($1)\(" /tmp/trace.* | sed 's/0x[0-9a-f]*/ADDRESS/g' | sort -u
}

# judge WHAT: what must hold, whatever came of the login
judge() {
	is "I08 $1: one program is started, by its path, with nothing" \
		"$(calls execve | grep -v pamtester)" \
		"execve(\"$verifier\", [\"cardea-verify\"], ADDRESS /* 0 vars */) = 0"
	is "I08 P20 $1: no trap of the environment is sprung or even seen" \
		"$(grep -hF /tmp/trap /tmp/trace.* | grep -v '^execve')" ''
	is "F03 $1: nothing of a home directory is looked at" \
		"$(grep -hE '"(/home|/root)[/"]' /tmp/trace.*)" ''
	is "F01 $1: the host opens nothing for writing" \
		"$(grep -E 'O_(WRONLY|RDWR|CREAT)' "$host")" ''
	is "F01 $1: the verifier writes to store and relay alone, and leaves the caller's cgroup" \
		"$(calls 'open|openat|creat' |
			grep -E 'O_(WRONLY|RDWR|CREAT)' |
			grep -vE '"(/dev/null|/sys/fs/cgroup/cgroup.procs|/var/lib/cardea/store/[a-z.]*|state|turn|[0-9a-f]{32})"')" ''
	is "$1: nobody is asked for groups, which no rule names" \
		"$(grep -lF '"/etc/group"' /tmp/trace.* | grep -vxF "$host")" ''
	# libpam's own audit asks for the name of the host, if there is one
	is "C03 $1: the verifier asks no network about anything" \
		"$(grep AF_INET /tmp/trace.* | grep -vF "$host:")" ''
	is "P04 $1: no handler, no alarm, no timer in the host" \
		"$(grep -E '^(rt_sigaction|sigaltstack|alarm|setitimer|timer_create)\(' \
			"$host" | grep -v ', NULL, ')" ''
}

fresh alice
traced "$ASK_CODE" 198.51.100.7
is 'a login under strace works' "$rc" 0
judge 'a good login'
is 'a login costs three syncs: its code, and its session opened and closed' \
	"$(grep -hE '^(fsync|fdatasync|msync|sync|syncfs)\(' /tmp/trace.* | wc -l)" 3
traced "$ASK_CODE" 198.51.100.7
unlike 'R01 the same code again does not' "$rc" '^0$'
judge 'a refused login'
fresh alice
traced "$ASK_CODE" login.example
unlike 'C02 a place that is unknown meets the rule that denies' "$rc" '^0$'
judge 'a denied login'

# C07: the zone of hours is the policy's, whatever the caller says; and calendars
# are read without a look at the zone of this machine.
# what libc opens by itself is the machine's own zone, which root has set
is 'C07 a login opens the zones of its policy' \
	"$(calls 'open|openat' | grep -oE '"[^"]*/(zoneinfo/[^"]*|trap[^"]*)"' | sort -u)" \
	'"/usr/share/zoneinfo/Asia/Tokyo"'
hostile=(TZ=:/etc/shadow TZDIR=/tmp/trap LC_ALL=tr_TR.UTF-8 ICU_DATA=/tmp/trap)
calm=$(env TZ=UTC0 cardea explain --user alice --service bare 2>&1)
like 'C07 hours are judged by the command, too' "$calm" 'shut'
is 'C07 TZ, TZDIR and LC_ALL change no verdict' \
	"$(env "${hostile[@]}" cardea explain --user alice --service bare 2>&1)" "$calm"
calm=$(env TZ=UTC0 /usr/bin/strace -f -qq -e trace=%file -o /tmp/trace.command \
	"$(command -v cardea)" check 2>&1)
is 'C07 a calendar is read' "$?" 0
is 'C07 and no word of this machine about its own zone' \
	"$(grep -E 'localtime|/etc/(zoneinfo|timezone|TZ)' /tmp/trace.command)" ''
is 'C07 nor do TZ, TZDIR, LC_ALL and ICU_DATA change what comes of it' \
	"$(env "${hostile[@]}" cardea check 2>&1)" "$calm"
finish
