#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The store of a fleet in its operator's hands: a host with a store of its own
# joins while people log in, the key that seals is replaced at two hosts, a
# snapshot is restored as cardea-fleet(7) tells, and a host leaves again.  What was
# spent at any moment of all this stays spent.
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
key=seal.key
people=(ann ben cat dan eve fay gil hal)
for who in alice bob "${people[@]}"; do enrolled "$who"; done

# driven_by ENGINE HOST...: their settings name it from now on
driven_by() {
	local name was=$here
	fleet_driver=$1
	shift
	for name; do
		fleet_settings >"$fleet/$name/etc/cardea.conf"
		at "$name"
		quietly cardea check --install
	done
	at "$was"
}
# bring_key: hostb gets what hosta has
bring_key() {
	install -m 0400 $fleet/hosta/etc/$key $fleet/hostb/etc/$key.new
	mv $fleet/hostb/etc/$key.new $fleet/hostb/etc/$key
}
# enters NAME HOST USER, stays_out NAME HOST USER: by a code of this moment
enters() {
	at "$2"
	ASK_CODE=$(code "$3")
	bare "$3"
	is "$1" $? 0
}
stays_out() {
	at "$2"
	ASK_CODE=$(code "$3")
	bare "$3"
	unlike "$1" $? '^0$'
}
# again_among FILE HOST: how many of those in the file get in by the same code
again_among() {
	local who count=0
	at "$2"
	while read -r who; do
		ASK_CODE=$(code "$who")
		! bare "$who" || count=$((count + 1))
	done <"$1"
	echo "$count"
}

# --- a host joins -----------------------------------------------------------------

later 30
at hosta
enters 'a host with a store of its own' hosta alice
spend() {
	local who
	for who in "${people[@]}"; do
		ASK_CODE=$(code "$who")
		! bare "$who" || echo "$who"
	done
}
spend >/tmp/spent &
spending=$!
until [ -s /tmp/spent ]; do sleep 0.01; done
quietly cardea store migrate --to etcd --yes
wait $spending
note "while it was moved $(wc -l </tmp/spent) of ${#people[@]} got in"
stays_out 'once moved, the old store lets nobody in' hosta bob
logged '  and the log says why' 'cardea\[.*event=error.*moved' +
driven_by etcd hosta hostb
stays_out 'R01 what was spent before the move is spent at the other host' hostb alice
is 'R01 and so is what was spent during it' "$(again_among /tmp/spent hostb)" 0
enters '  where who was there before gets in' hostb bob
later 30
enters 'the next code lets in at one' hosta alice
enters '  and at the other' hostb bob

# --- another key ------------------------------------------------------------------

later 30
at hosta
quietly cardea store rotate-key --begin
enters 'a new key is known at one host' hosta alice
enters '  and the other goes on' hostb bob
at hosta
quietly cardea store rotate-key --use
later 30
enters 'it seals' hosta alice
stays_out 'a host that was forgotten lets nobody in' hostb bob
logged '  and the log says why' 'cardea\[.*event=error.*key' +
bring_key
stays_out 'R01 with the key it knows what was spent meanwhile' hostb alice
enters '  and lets in' hostb bob
at hosta
quietly cardea store rotate-key --finish
bring_key
is 'no record is under the old key' \
	"$(cardea store status --json | jq .stale)" 0
later 30
enters 'and all is as ever' hosta alice
enters '  at both' hostb bob
at hosta
quietly cardea store verify

# --- yesterday ----------------------------------------------------------------------

quietly ctl_at 1 snapshot save $fleet/yesterday
later 30
enters 'after a snapshot a code is used' hosta alice
quietly cardea lock bob --reason 'after the snapshot'
quietly cardea store export /root/export
cluster_down 2>/dev/null
cluster_token=restored
quietly cluster_restore $fleet/yesterday 1 2 3
cluster_start 1 2 3
quietly cluster_await 1 2 3
for name in hosta hostb; do
	stays_out "a restored snapshot is of another time at $name" $name ann
	logged '  and the log says so' 'event=error.*of another time' +
done
at hosta
rm $fleet/hosta/state/store/cluster
quietly cardea store import --merge /root/export
rm -f $fleet/hostb/state/store/cluster
stays_out 'R01 with an export merged, what was used since is used' hostb alice
at hostb
ASK_PASSWORD=pw-bob ASK_CODE=$(code bob)
keeps_out '  and the lock since holds' bob
logged '  as a lock' 'event=decision.*reason=locked' +
quietly cardea unlock bob
later 30
enters 'and all is as ever' hosta alice
enters '  at both' hostb bob

# --- a host leaves --------------------------------------------------------------------

at hosta
rm $fleet/hosta/state/store/{state,turn}* # what is left of the first one
quietly cardea store migrate --to lmdb --yes
stays_out 'a fleet whose store was moved away lets nobody in' hostb cat
driven_by lmdb hosta
stays_out 'R01 what was spent in the fleet is spent in a store of its own' hosta alice
later 30
enters '  and the next code is not' hosta alice
finish
