#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Processes of one host, and of two with a cluster between them, do all kinds of
# things to one store at once, and what came of it must be possible in one order
# (tests/rig/linear).  With the cluster nodes are killed and stopped meanwhile.
# Drivers that are wrong on purpose must be found out by the same means.
# The short form, in ./dev check: 2 and 5 seconds; ./dev soak: 20 and 60.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/rig/fleet.sh"

seconds_alone=2 seconds_fleet=5
[ "${LONG:-no}" = no ] || seconds_alone=20 seconds_fleet=60
linear=$RIGDIR/tests/rig/linear/linear
past=$RESULTS/history

# recorded NAME: judges what stands in $past-NAME; sets $judged and $rc
recorded() {
	judged=$("$linear" <"$past-$1" 2>&1)
	rc=$?
	note "$1: ${judged##*$'\n'}"
}
# one_order NAME FILE: the history is one, and not a trivial one
one_order() {
	recorded "$2"
	is "$1: all of it is possible in one order" "$rc" 0
	[ "$rc" = 0 ] || note "${judged:0:2000}"
	like '  which many had a part in at once' "$judged" \
		'beside=[0-9]{2,} refused=[0-9]{2,}'
}
# found_out NAME FILE
found_out() {
	recorded "$2"
	is "$1 is found out" "$rc" 1
}

rules_of_all='rules = (
  { name = "codes"; when = { service = "bare"; }; require = "totp"; } );'
history=$RIGDIR/tests/rig/history/history
fleet_make <<<"$rules_of_all"

# --- one host -----------------------------------------------------------------

# The box itself: a machine beside the fleet, with a store of its own.
settings
rules <<<"$rules_of_all"
quietly command cardea init
quietly command cardea check --install
"$history" 6 $seconds_alone 1 1000 >"$past-alone"
one_order 'one host' alone
for fault in stale lost early; do
	"$history" 6 1 1 1000 $fault >"$past-alone-$fault"
	found_out "one host: a driver that is wrong ($fault)" "alone-$fault"
done

# --- two hosts, and nodes that go and come --------------------------------------

# both NAME SECONDS [FAULT]: three processes at each host write one history
both() {
	: >"$past-$1"
	on hosta "$history" 3 "$2" 1 4000 ${3:+"$3"} >>"$past-$1" &
	parts=($!)
	on hostb "$history" 3 "$2" 11 4000 ${3:+"$3"} >>"$past-$1" &
	parts+=($!)
}
# trouble SECONDS: of all kinds, one after another, for so long
trouble() {
	local end=$(($(uptime_ms) + $1 * 1000 - 2500)) leader
	while [ "$(uptime_ms)" -lt $end ]; do
		leader=$(cluster_leader)
		cluster_kill "$leader" 2>/dev/null
		sleep 0.7
		cluster_start "$leader"
		sleep 0.3
		cluster_pause $((leader % 3 + 1))
		sleep 0.7
		cluster_resume $((leader % 3 + 1))
		cluster_kill 1 2 3 2>/dev/null
		cluster_start 1 2 3
		quietly cluster_await 1 2 3
	done
}

both fleet $seconds_fleet
trouble $seconds_fleet
wait "${parts[@]}"
one_order 'two hosts, and nodes that are killed and stopped' fleet
like '  in spite of which much was done' "${judged##*$'\n'}" \
	'operations=[0-9]{3,}'
for fault in stale lost early; do
	both "fleet-$fault" 1 $fault
	wait "${parts[@]}"
	found_out "two hosts: a driver that is wrong ($fault)" "fleet-$fault"
done
finish
