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

policy_text='rules = (
  { name = "codes"; when = { service = "bare"; }; require = "totp"; } );'

# --- one host -----------------------------------------------------------------

history=$RIGDIR/tests/rig/history/history
machine <<<"$policy_text"
"$history" 6 $seconds_alone 1 1000 >"$past-alone"
one_order 'one host' alone
for fault in stale lost early; do
	"$history" 6 1 1 1000 $fault >"$past-alone-$fault"
	found_out "one host: a driver that is wrong ($fault)" "alone-$fault"
done
finish
