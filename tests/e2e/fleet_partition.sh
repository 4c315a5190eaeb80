#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The network parts: hosta and the node that leads stand on one side, hostb and
# the other two nodes on the other.  The cut-off side accepts nothing that needs
# the fleet; the other goes on; once they are one again, what was used there is
# used here.  A lock that was set meanwhile holds on the cut-off host as soon as
# what it keeps of the fleet is older than mirror_max_age, and at once after
# healing.  The short form, in ./dev check: 1 round; ./dev soak: 10.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"
. "$SRCDIR/tests/rig/fleet.sh"

rounds=1
[ "${LONG:-no}" = no ] || rounds=10
settings=$fleet_device_settings
fleet_etcd='deadline = "2s"; mirror_max_age = "60s";'
fleet_make <<'END'
rules = (
  { name = "in"; when = { service = "sshd"; }; require = "password + totp"; },
  { name = "bare"; when = { service = "bare"; }; require = "totp"; },
  { name = "up"; when = { service = "sudo-key"; }; require = "totp";
    when_outage = { cluster = "device(host)"; }; }
);
END
fleet_stacks
fleet_devices
for who in alice bob carol; do enrolled $who; done
by_key carol

# become USER: sudo, without a code
become() {
	fresh "$1"
	ASK_CODE=''
	as "$1" sudo -A id -un </dev/null
	got=no
	[ "$rc ${said##*[[:space:]]}" != '0 root' ] || got=yes
}
# tries_till USER FILE: again and again, until FILE is there; how often, and how
# many got in
tries_till() {
	local in=0 count=0
	until [ -e "$2" ]; do
		count=$((count + 1))
		! bare "$1" || in=$((in + 1))
	done
	echo "$count $in"
}

for round in $(seq $rounds); do
	at hosta
	quietly cardea store mirror
	leader=$(cluster_leader)
	fleet_cut hosta "$leader"

	# --- a lock, meanwhile ----------------------------------------------------
	become carol
	is "round $round: where the rule has a clause for it, the host's own key will do" \
		"$got" yes
	logged '  and that is a warning' '<8?4>.*event=decision.* user=carol .*outage' +
	at hostb
	began=$(uptime_ms)
	quietly cardea lock carol --reason 'lost a laptop'
	note "round $round: node $leader led and was cut off, $(($(uptime_ms) - began)) ms"
	at hosta
	become carol
	note "round $round: half a minute after the lock the cut-off host says: $got"
	later 61
	become carol
	is 'after mirror_max_age a lock set beyond holds here' "$got" no
	logged '  and the log says why' 'mirror' +

	# --- a code, meanwhile ----------------------------------------------------
	fresh alice
	rm -f /tmp/over /tmp/tried
	tries_till alice /tmp/over >/tmp/tried &
	trying=$!
	sleep 0.5
	at hostb
	began=$(uptime_ms)
	bare alice
	is 'the greater part lets in' $? 0
	took=$(($(uptime_ms) - began))
	if [ $took -lt 2000 ]; then
		pass '  within two seconds'
	else
		fail '  within two seconds' "$took ms"
	fi
	bare alice
	unlike '  and not twice' $? '^0$'
	at hosta
	keeps_out 'the cut-off host refuses the code that was used beyond' alice
	logged '  and says why' 'cardea\[.*(cluster|no answer within)' +
	ASK_PASSWORD=pw-bob ASK_CODE=$(code bob)
	keeps_out 'and one that was used nowhere' bob
	: >/tmp/over
	wait $trying
	like 'and every one of many tries' "$(cat /tmp/tried)" '^[1-9][0-9]* 0$'
	note "round $round: tries and successes on the cut-off side: $(cat /tmp/tried)"

	# --- one again ------------------------------------------------------------
	fleet_heal
	quietly cluster_await 1 2 3
	at hosta
	ASK_PASSWORD=pw-alice ASK_CODE=$(code alice)
	keeps_out 'healed: the code that was used beyond is used here' alice
	logged '  and was judged' 'factor=totp result=refused' +
	ASK_PASSWORD=pw-carol ASK_CODE=$(code carol)
	keeps_out 'the lock holds' carol
	logged '  as a lock' 'event=decision.*reason=locked' +
	quietly cardea unlock carol
	for name in hosta hostb; do
		at $name
		still_works bob
		still_works alice
	done
done
finish
