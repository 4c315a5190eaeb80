#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A store that is killed while it moves to a cluster, while its key changes there
# and while it moves back, again and again, each time a little later, until it
# comes to its end.  People log in all the time.  Every record is there at the end,
# and no code lets in twice, on whichever side it was shown.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/rig/fleet.sh"

fleet_driver=lmdb
fleet_make <<'END'
rules = (
  { name = "in"; when = { service = "sshd"; }; require = "password + totp"; },
  { name = "bare"; when = { service = "bare"; }; require = "totp"; }
);
END
fleet_stacks
people=(ann ben cat dan eve fay gil hal ida jon)
for who in alice "${people[@]}"; do enrolled "$who"; done

# driven_by ENGINE: hosta's settings name it from now on
driven_by() {
	fleet_driver=$1
	fleet_settings >"$fleet/hosta/etc/cardea.conf"
	quietly cardea check --install
}
# spend: one login after the other; the names of those who got in
spend() {
	local who
	for who in "${people[@]}"; do
		ASK_CODE=$(code "$who")
		! bare "$who" || echo "$who"
	done
}
# again FILE: how many of those in the file get in by the same code
again() {
	local who count=0
	while read -r who; do
		ASK_CODE=$(code "$who")
		! bare "$who" || count=$((count + 1))
	done <"$1"
	echo "$count"
}
# until_done COMMAND...: killed a little later each time; sets kills
until_done() {
	local ms=2 rc
	kills=0
	while [ "$kills" -lt 400 ]; do
		on hosta timeout -s KILL "$(printf '0.%03d' "$ms")" "$@" \
			>/tmp/killed 2>&1
		rc=$?
		[ "$rc" = 137 ] || break
		kills=$((kills + 1))
		ms=$((ms + 2))
	done
	[ "$rc" = 0 ] || note "$(tail -1 /tmp/killed)"
	is "  ${*:2:2}: it comes to its end" "$rc" 0
	note "killed $kills times"
}
# records: the kinds that no login makes or removes
records() {
	cardea store status --json |
		jq -c '.kinds | { token, lock, roster, device }'
}

at hosta
quietly cardea lock ann --reason 'to be kept'
quietly cardea unlock ann
quietly cardea lock alice --reason 'to be kept'
before=$(records)

# --- there ------------------------------------------------------------------------

later 30
spend >/tmp/spent &
until [ -s /tmp/spent ]; do sleep 0.01; done
until_done cardea store migrate --to etcd --yes
wait $!
is '  after enough kills' "$((kills >= 5))" 1
driven_by etcd
is 'every record is there' "$(records)" "$before"
is 'R01 what was spent at any moment is spent there' "$(again /tmp/spent)" 0
quietly cardea store verify

# --- another key ------------------------------------------------------------------

later 30
quietly cardea store rotate-key --begin
until_done cardea store rotate-key --use
spend >/tmp/spent &
until [ -s /tmp/spent ]; do sleep 0.01; done
until_done cardea store rotate-key --finish
wait $!
is 'with another key everybody got in' "$(wc -l </tmp/spent)" ${#people[@]}
is 'R01 and gets in once' "$(again /tmp/spent)" 0
is 'nothing is under the old key' "$(cardea store status --json | jq .stale)" 0
is '  which is gone' \
	"$(cardea store status --json | jq '.keys | length')" 1
is 'every record is there' "$(records)" "$before"
quietly cardea store verify

# --- and back ---------------------------------------------------------------------

cardea store migrate --to lmdb --yes >/tmp/refused 2>&1
is 'what is left here is under a key that is gone' $? 3
like '  which is told' "$(cat /tmp/refused)" 'which the key file has not'
rm $fleet/hosta/state/store/{state,turn}*
later 30
spend >/tmp/spent &
until [ -s /tmp/spent ]; do sleep 0.01; done
until_done cardea store migrate --to lmdb --yes
wait $!
driven_by lmdb
is 'every record is back' "$(records)" "$before"
is 'R01 what was spent at any moment is spent here' "$(again /tmp/spent)" 0
quietly cardea store verify
later 30
spend >/tmp/spent
is 'and everybody gets in by the next code' "$(wc -l </tmp/spent)" ${#people[@]}
finish
