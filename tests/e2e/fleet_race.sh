#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# One code, shown to two hosts by many at once, and the cluster's leader killed
# in the middle: exactly one gets in (R01).  Each round has a user of its own.
# The short form, in ./dev check: 3 rounds of 40 logins; ./dev soak: 20 of 200.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/rig/fleet.sh"

settings='tries = 100; user_tries = 100;'
fleet_make <<'END'
rules = (
  { name = "staff"; when = { service = [ "sshd", "sudo" ]; }; require = "password + totp"; },
  { name = "bare"; when = { service = "bare"; }; require = "totp"; }
);
END
rounds=3 logins=40
[ "${LONG:-no}" = no ] || rounds=20 logins=200
fleet_stacks

# try_... FILE USER: one login, at the host that is $here; FILE says how it went
try_sudo() {
	ASK_LOG='' as "$2" sudo -A echo in as root </dev/null
	echo "sudo $here $said" >"$1"
}
try_ssh() {
	ASK_LOG='' knock "$2"
	echo "ssh $here $said" >"$1"
}
try_bare() {
	said=no
	! bare "$2" || said='in as'
	echo "bare $here $said" >"$1"
}
# one_of N FILE USER: of ten one by ssh, three by sudo, the rest bare
one_of() {
	case $(($1 / 2 % 10)) in
	0) try_ssh "$2" "$3" ;;
	[123]) try_sudo "$2" "$3" ;;
	*) try_bare "$2" "$3" ;;
	esac
}
# kill_soon N: while the others are on their way, at another moment each round
kill_soon() {
	sleep "0.$(printf '%02d' $((round * 7 % 20)))"
	cluster_signal KILL "$1"
}

out=$(mktemp -d)
for round in $(seq $rounds); do
	user=racer$round
	at hosta
	enrolled "$user"
	fresh "$user"
	rm -f "$out"/*
	leader=$(cluster_leader)
	racing=()
	{
		for i in $(seq "$logins"); do
			[ $((i % 2)) = 0 ] || at hosta
			[ $((i % 2)) = 1 ] || at hostb
			one_of "$i" "$out/$i" "$user" &
			racing+=($!)
			[ "$i" = $((logins / 4)) ] || continue
			kill_soon "$leader" &
			racing+=($!)
		done
		wait "${racing[@]}"
		cluster_gone "$leader"
	} 2>/dev/null # the shell would tell of the node
	in=$(cat "$out"/* | grep -c 'in as')
	tried=$(find "$out" -type f | wc -l)
	is "R01 round $round: of $logins logins with one code at two hosts exactly one gets in" \
		"$tried $in" "$logins 1"
	is "R01 round $round: the logs have one verified code" \
		"$(cat $fleet/host?/syslog | grep -Ec \
			"event=verification.* user=$user .*factor=totp result=verified")" 1
	note "round $round: $(cat "$out"/* | grep 'in as'), node $leader was killed"
	cluster_start "$leader"
	quietly cluster_await "$leader"
done
# Refusals that are told are counted, though all are counted in one record.
at hosta
enrolled guessed
fresh guessed
ASK_CODE=000000
racing=()
for i in $(seq 20); do
	[ $((i % 2)) = 0 ] || at hosta
	[ $((i % 2)) = 1 ] || at hostb
	bare guessed &
	racing+=($!)
done
wait "${racing[@]}"
is 'R03 of 20 wrong codes at two hosts at once all are counted' \
	"$(cardea list guessed --json |
		jq '.users[0].tries[] | select(.source == "*") | .count')" 20
for name in hosta hostb; do
	at $name
	enrolled "last-$name"
	still_works "last-$name"
done
finish
