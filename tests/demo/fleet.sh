#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The demonstration of a fleet: three nodes of etcd with mutual TLS, two hosts
# with an sshd each, every one of them in a network namespace of its own, in a
# throw-away copy of this machine.  Started by ./dev demo --fleet; fails if any
# step does not show what it should.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"
. "$SRCDIR/tests/rig/fleet.sh"
. "$SRCDIR/tests/demo/steps.sh"

printf '%sA copy of this machine, thrown away at the end: three nodes and two hosts go into it.%s\n' \
	"$bold" "$plain"
settings=$fleet_device_settings
fleet_etcd='mirror_max_age = "60s";'
fleet_make <"$SRCDIR/tests/demo/fleet.conf"
fleet_stacks
fleet_devices
for who in demo friend robin casey; do enrolled $who; done
by_key robin casey

# members: the nodes as etcd tells of them
members() {
	local n
	for n in 1 2 3; do
		if ctl_at $n --command-timeout=1s endpoint health >/dev/null 2>&1; then
			says "| node $n  ${cluster_address[n]}  $([ "$(cluster_leader)" != $n ] || echo leads)"
		else
			says "| node $n  ${cluster_address[n]}  does not answer"
		fi
	done
}
# root_by_key USER: sudo, with nothing typed but a code
root_by_key() {
	as "$1" sudo -A sh -c 'echo in as $(id -un)' </dev/null
}
# took MS CEILING: tells how long it was
took() {
	local ok=yes
	[ "$1" -lt "$2" ] || ok="no: $1 ms"
	tell "$ok" "$1 ms, less than $2"
}

says "hosta ${fleet_address[hosta]}   hostb ${fleet_address[hostb]}"
members
says 'The policy, on both hosts:'
sed 's/^/   | /' "$SRCDIR/tests/demo/fleet.conf"
says 'cardea.conf, on both hosts:'
sed 's/^/   | /' $fleet/hosta/etc/cardea.conf

# --- one code, one lock, one enrolment -------------------------------------------

step 'ssh to hosta, password and code; demo was enrolled there'
at hosta
fresh demo
knock demo
expect PERMITTED 'result=verified' 'decision=permit'

step 'the same code at hostb'
at hostb
knock demo
expect REFUSED 'factor=totp result=refused' 'decision=deny'

step 'the next code at hostb: enrolled once, known everywhere'
fresh demo
knock demo
expect PERMITTED 'result=verified' 'decision=permit'

step 'demo is locked at hosta, and hostb knows at once'
at hosta
quietly cardea lock demo --reason 'lost his phone'
at hostb
fresh demo
knock demo
expect REFUSED 'decision=deny reason=locked'
at hosta
quietly cardea unlock demo

step 'hostb loses its administrator'\''s certificate: a host locks and unlocks nobody'
at hostb
fleet_no_admin hostb
said=$(cardea lock friend --reason 'because I can' 2>&1)
rc=$?
says "${dim}it said: ${said##*$'\n'}$plain"
ok=yes
[ $rc != 0 ] || ok='no: it did'
tell "$ok" 'the cluster does not let it'
fleet_admin hostb

step 'what etcd'\''s operator sees of it all'
quietly ctl_at 1 snapshot save $fleet/snapshot
ctl get --prefix --keys-only /cardea/ | tr '\0' ' ' | sed '/^$/d' |
	cut -c1-76 | sort | awk '{ n[$1]++; at[$1] = $0 }
		END { for (k in n) print n[k], at[k] }' | sort -k2 | sed 's/^/   | /'
ok=yes
for word in demo friend robin 203.0.113 "lost his phone" "${secret_of[demo]}"; do
	! grep -aqF -- "$word" $fleet/snapshot || ok="no: $word is in it"
done
tell "$ok" 'kinds and counts; no name, no address, no secret'

# --- the leader dies ---------------------------------------------------------------

step 'forty logins with one code at both hosts, and the leader is killed meanwhile'
at hosta
fresh friend
leader=$(cluster_leader)
racing=()
{
	for i in $(seq 40); do
		at host$([ $((i % 2)) = 0 ] && echo a || echo b)
		{ ! bare friend || echo "in at $here" >>/tmp/in; } &
		racing+=($!)
		[ "$i" != 10 ] || cluster_signal KILL "$leader"
	done
	wait "${racing[@]}"
	cluster_gone "$leader"
} 2>/dev/null # the shell would tell of the node
says "node $leader led, and is dead; $(cat /tmp/in 2>/dev/null)"
ok=yes
[ "$(grep -c '^in at' /tmp/in)" = 1 ] || ok='no'
tell "$ok" 'exactly one got in'
cluster_start "$leader"
quietly cluster_await "$leader"

step 'the leader is killed, and somebody logs in right after it'
at hosta
fresh demo
leader=$(cluster_leader)
cluster_kill "$leader" 2>/dev/null
began=$(uptime_ms)
knock demo
ms=$(($(uptime_ms) - began))
members
expect PERMITTED 'result=verified' 'decision=permit'
step 'that did not take two seconds'
took $ms 2000
cluster_start "$leader"
quietly cluster_await "$leader"

# --- two nodes die -------------------------------------------------------------------

step 'two nodes dead: no code counts any more'
at hosta
quietly cardea store mirror
fresh casey
root_by_key casey
spent=$ASK_CODE
spent_at=$moment
says "${dim}before that casey's code is spent: ${said##*$'\n'}$plain"
leader=$(cluster_leader)
two=("$leader" $((leader % 3 + 1)))
cluster_kill "${two[@]}" 2>/dev/null
fresh demo
knock demo
members
expect REFUSED 'decision=deny'

step 'a rule that names what will do in an outage: the host'\''s own key'
ASK_CODE=''
root_by_key robin
expect PERMITTED '<8?4>.*rule=in-an-outage decision=permit'

step 'a rule that does not'
root_by_key casey
expect REFUSED 'decision=deny'

step 'all are back, and nothing is lost: the code that was spent before'
cluster_start "${two[@]}"
quietly cluster_await 1 2 3
members
at hostb
stand_at "$spent_at"
ASK_CODE=$spent
root_by_key casey
expect REFUSED 'factor=totp result=refused' 'decision=deny'

step 'and a new one'
later 60
fresh demo
knock demo
expect PERMITTED 'result=verified' 'decision=permit'

# --- the network parts ------------------------------------------------------------------

step 'hosta and the leader are cut off: nobody gets in there'
at hosta
leader=$(cluster_leader)
fleet_cut hosta "$leader"
fresh demo
knock demo
expect REFUSED 'decision=deny'

step 'the same code at hostb, with the two other nodes'
at hostb
knock demo
expect PERMITTED 'result=verified' 'decision=permit'

step 'one network again: that code is used at hosta too'
fleet_heal
quietly cluster_await 1 2 3
at hosta
knock demo
expect REFUSED 'factor=totp result=refused' 'decision=deny'

in_short $fleet/hosta/syslog $fleet/hostb/syslog
