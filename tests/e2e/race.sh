#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# One code, shown by many at once, through sshd and sudo: exactly one gets in
# (R01).  Each round has a user of its own.  The short form, in ./dev check:
# 2 rounds of 40 logins by ssh and 160 by sudo; ./dev soak: 20 rounds.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = (
  { name = "staff"; when = { service = [ "sshd", "sudo" ]; }; require = "password + totp"; }
);
END
rounds=2
[ "${LONG:-no}" = no ] || rounds=20
by_ssh=40
by_sudo=160
printf '%s\n' 'ALL ALL=(ALL:ALL) ALL' 'Defaults passwd_tries=1,!lecture' \
	>/etc/sudoers.d/e2e
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
chmod 0440 /etc/sudoers.d/e2e
sshd_up

# try_sudo FILE USER; try_ssh FILE USER: one login; FILE says how it went
try_sudo() {
	ASK_LOG='' as "$2" sudo -A echo in as root </dev/null
	echo "sudo $said" >"$1"
}
try_ssh() {
	said=$(ASK_LOG='' timeout 120 ssh -F /dev/null -o ConnectTimeout=100 \
		-o UserKnownHostsFile=/root/known_hosts \
		-o NumberOfPasswordPrompts=1 \
		-o PreferredAuthentications=keyboard-interactive \
		"$2@127.0.0.1" 'echo in as $(id -un)' </dev/null 2>&1)
	echo "ssh $said" >"$1"
}

out=$(mktemp -d)
for round in $(seq $rounds); do
	user=racer$round
	enrolled "$user"
	fresh "$user"
	mark
	rm -f "$out"/*
	for i in $(seq $by_sudo); do
		try_sudo "$out/sudo$i" "$user" &
		[ $((i % (by_sudo / by_ssh))) != 0 ] ||
			try_ssh "$out/ssh$i" "$user" &
	done
	# shellcheck disable=SC2046 # pids
	wait $(jobs -p | grep -vx -e "$logd" -e "$sshd")
	in=$(cat "$out"/* | grep -c 'in as')
	tried=$(find "$out" -type f | wc -l)
	is "R01 round $round: of $tried logins with one code exactly one gets in" \
		"$in" 1
	permitted=$(new_log | grep -Ec "event=verification.* user=$user .*factor=totp result=verified")
	is "R01 round $round: the log has one verified code" "$permitted" 1
	note "round $round: by $(cat "$out"/* | grep 'in as' | cut -d' ' -f1)"
done
enrolled last
still_works last
finish
