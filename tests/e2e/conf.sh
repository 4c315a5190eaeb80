#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What is in conf/: every file is taken by the program it is meant for, and
# says what it should.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = ( { name = "staff"; when = { service = "sshd"; }; require = "password + totp"; } );
END
enrolled alice
groupadd -f staff
sshd_up

# --- cardea.conf and the policies -------------------------------------------
digest() {
	cardea check --json | jq -r .digest
}
: >/etc/cardea/cardea.conf
bare=$(digest)
install -m 0644 "$SRCDIR/conf/cardea.conf" /etc/cardea/cardea.conf
is 'cardea.conf shows every key at its default' "$(digest)" "$bare"
for name in observe office strict keys grants context; do
	install -m 0644 "$SRCDIR/conf/policies/$name.conf" /etc/cardea/policy.conf
	said=$(cardea check 2>&1)
	is "policies/$name.conf and cardea.conf are clean" "$? $(grep -ci error <<<"$said")" '0 0'
	said=$(cardea check --install 2>&1)
	is "policies/$name.conf can be installed" $? 0
	mark
	said=$(su alice -c 'id -un' </dev/null 2>&1)
	is "policies/$name.conf: su -c from root works" "$said" alice
	said=$(sudo -u alice id -un </dev/null 2>&1)
	is "policies/$name.conf: sudo -u from root works" "$said" alice
done
# the lines of office.conf that wait for a calendar
install -m 0644 "$SRCDIR/conf/calendars/holidays.ics" /etc/cardea/
sed 's/^    # \(except\|also\)/    \1/' "$SRCDIR/conf/policies/office.conf" >/etc/cardea/policy.conf
said=$(cardea check 2>&1)
is 'policies/office.conf with its calendar is clean' "$? $(grep -c 'holidays\|working' <<<"$said")" '0 0'
# holds DAY YES|NO: is it working time at ten in Berlin?
holds() {
	is "office.conf: $1" "$(cardea explain --user alice --service window \
		--at "$1T09:30:00Z" 2>&1 | grep -c 'yes.*open')" "$2"
}
sed -i 's/^rules = (/&\n  { name = "open"; when = { service = "window"; hours = "working"; }; deny = "d"; },/' \
	/etc/cardea/policy.conf
quietly cardea check --install
holds 2030-04-18 1
holds 2030-04-22 0
holds 2030-05-01 0
holds 2030-11-30 1
holds 2030-12-07 0
holds 2030-12-24 0
holds 2030-12-25 0
holds 2030-12-27 1
fresh alice
ASK_CODE=000000
install -m 0644 "$SRCDIR/conf/policies/observe.conf" /etc/cardea/policy.conf
quietly cardea check --install
began=${EPOCHREALTIME/./}
keeps_out 'observe.conf enforces when no date is set' alice
if [ $(((${EPOCHREALTIME/./} - began) / 1000)) -ge 1500 ]; then
	pass 'a refusal takes its time by default (fail_delay)'
else
	fail 'a refusal takes its time by default (fail_delay)'
fi
echo 'observe: { until = "2030-06-30"; };' >>/etc/cardea/cardea.conf
quietly cardea check --install
fresh alice
ASK_CODE=''
lets_in 'looking on: the password is enough' alice
is 'looking on: no code is asked for' "$(prompted | grep -ci code)" 0
logged 'looking on: the log has what would have been' \
	'event=decision.* user=alice .*phase=auth .*observe=would-ask'
ASK_PASSWORD=wrong
keeps_out 'looking on: a wrong password is not' alice
stand_at "$(date -u -d '2030-07-01 10:00' +%s)"
fresh alice
ASK_CODE=''
keeps_out 'after its last day, looking on is over' alice
fresh alice
lets_in 'and password and code are asked for' alice

# --- snippets ---------------------------------------------------------------
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
visudo -cq
is 'sudoers.d/cardea is taken by visudo' $? 0

rules <<'END'
rules = ( { name = "staff"; when = { service = "sshd"; }; require = "password + totp"; } );
END
settings
quietly cardea check --install
ip addr add 198.51.100.7/32 dev lo
ip -6 addr add 2001:db8::7/128 dev lo nodad
mark
fresh alice
ASK_CODE=000000
keeps_out 'a stranger from 198.51.100.7' alice -b 198.51.100.7
target=::1 keeps_out 'a stranger from 2001:db8::7' 'event=decision rhost=1.2.3.4' -b 2001:db8::7
log_from=0
fresh alice
lets_in 'a good login' alice -b 198.51.100.7
# as a log daemon writes them
grep 'cardea\[' "$syslog" |
	sed "s/^uid=[0-9]* pid=[0-9]* <[0-9]*>/$(date '+%b %e %T') boxhost /" \
		>/tmp/auth.log
refused=$(grep -c 'event=decision.*phase=auth rhost=[0-9a-f].*decision=deny' /tmp/auth.log)
filter=/etc/fail2ban/filter.d/cardea.conf
install -m 0644 "$SRCDIR/conf/fail2ban/cardea.conf" $filter
said=$(fail2ban-regex /tmp/auth.log $filter 2>&1)
like 'fail2ban: every refusal counts, nothing else' "$said" \
	"Failregex: $refused total"
said=$(fail2ban-regex --out ip /tmp/auth.log $filter 2>&1 | sort -u)
like 'fail2ban: by the address in the kernel, IPv4' "$said" '198\.51\.100\.7'
like 'fail2ban: by the address in the kernel, IPv6' "$said" '2001:db8::7'
unlike 'I14 fail2ban: not by one that somebody wrote into his name' "$said" \
	'1\.2\.3\.4'
permitted=$(grep -c 'decision=permit\|result=verified' /tmp/auth.log)
is 'logcheck: what is ordinary is ignored, refusals are not' \
	"$(grep -Ec -f "$SRCDIR/conf/logcheck/cardea" /tmp/auth.log)" \
	"$permitted"
finish
