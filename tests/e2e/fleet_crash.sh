#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Nodes are killed with kill -9 while codes are spent at both hosts, and come
# back with what they had on their disks: a code that let somebody in lets nobody
# in again.  Whoever was refused meanwhile may or may not have spent the code.
# The short form, in ./dev check: one node, two, and all three; ./dev soak: each of
# the seven subsets, four times.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/rig/fleet.sh"

fleet_make <<'END'
rules = ( { name = "bare"; when = { service = "bare"; }; require = "totp"; } );
END
subsets=('leader' 'followers' '1 2 3')
[ "${LONG:-no}" = no ] || {
	subsets=()
	for again in 1 2 3 4; do
		subsets+=(1 2 3 '1 2' '1 3' '2 3' '1 2 3')
	done
	: "$again"
}
fleet_stacks
people=(ann ben cat dan eve fay gil hal ivy jon)
for who in "${people[@]}"; do enrolled "$who"; done

# nodes_of SUBSET: the numbers of its nodes
nodes_of() {
	local leader
	case $1 in
	leader) cluster_leader ;;
	followers)
		leader=$(cluster_leader)
		printf '%s\n' 1 2 3 | grep -vx "$leader"
		;;
	*) printf '%s\n' $1 ;;
	esac
}
# spend PERSON...: each one's code once, one after another, at both hosts by
# turns; says who got in
spend() {
	local who turn=0
	for who; do
		turn=$((1 - turn))
		[ $turn = 0 ] || at hosta
		[ $turn = 1 ] || at hostb
		ASK_CODE=$(code "$who")
		! bare "$who" || echo "$who"
	done
}

spent=/tmp/spent
for subset in "${subsets[@]}"; do
	later 60
	mapfile -t nodes < <(nodes_of "$subset")
	spend "${people[@]}" >$spent &
	spending=$!
	# some before, some after, and one in the middle of it
	until [ "$(wc -l <$spent)" -ge 3 ] || ! kill -0 $spending; do sleep 0.01; done
	cluster_kill "${nodes[@]}" 2>/dev/null
	sleep 0.3
	cluster_start "${nodes[@]}"
	wait $spending
	quietly cluster_await "${nodes[@]}"
	before=$(wc -l <$spent)
	again=0
	at hosta
	while read -r who; do
		ASK_CODE=$(code "$who")
		! bare "$who" || again=$((again + 1))
	done <$spent
	is "R01 kill -9 of ${nodes[*]} ($subset): of $before codes that let in none does again" \
		"$again" 0
	# the others were refused, and nobody told them whether the code was used
	mapfile -t unsure < <(printf '%s\n' "${people[@]}" | grep -vxFf $spent)
	spend "${unsure[@]}" >$spent.late
	twice=$(spend "${unsure[@]}" | wc -l)
	is "R11 of ${#unsure[@]} that were refused meanwhile none lets in twice" \
		"$twice" 0
	note "$(wc -l <$spent.late) of them were still good"
	later 30
	spend "${people[@]}" >$spent.next
	is '  and everybody'\''s next code does' "$(wc -l <$spent.next)" \
		"${#people[@]}"
done
finish
