#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A host whose cluster is out of reach: what it lets in and what it does not, by
# a rule with a clause for that and by one without; what it cannot know; how long
# it waits; and that nothing is lost when the cluster is back.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"
. "$SRCDIR/tests/e2e/keys.sh"
. "$SRCDIR/tests/rig/fleet.sh"

settings="$fleet_device_settings
fido2: { rp_id = \"example.org\"; touch_timeout = \"5s\"; };"
fleet_etcd='deadline = "4s"; mirror_max_age = "60s";'
fleet_make <<'END'
rules = (
  { name = "descends"; when = { caller = "root"; service = [ "su", "sudo" ]; };
    require = "none"; reason = "tests"; },
  { name = "soon"; when = { service = "sudo-key"; user = [ "alice", "dave" ]; };
    deny = "not yet"; mode = "observe"; observe_until = "2031-01-31"; },
  { name = "own"; when = { service = "sudo-key"; user = "alice"; };
    require = "device(host)"; },
  { name = "touch"; when = { service = "sudo-key"; user = "frank"; };
    require = "totp"; when_outage = { cluster = "fido2"; }; },
  { name = "up"; when = { service = "sudo-key"; }; require = "totp";
    when_outage = { cluster = "device(host)"; }; },
  { name = "code"; when = { service = "sshd"; user = "bob"; };
    require = "totp"; when_outage = { cluster = "totp"; }; },
  { name = "timed"; when = { service = "sshd"; user = "erin"; };
    require = "totp"; session = "1h"; when_outage = { cluster = "device(host)"; }; },
  { name = "plain"; when = { service = "sshd"; user = "heidi"; }; require = "totp"; },
  { name = "in"; when = { service = "sshd"; }; require = "totp";
    when_outage = { cluster = "device(host)"; }; },
  { name = "bare"; when = { service = "bare"; }; require = "totp"; }
);
END
fleet_stacks
fleet_devices
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sshd" >/etc/pam.d/sshd
for who in alice bob carol dave erin frank gina heidi; do enrolled $who; done
by_key alice carol dave frank gina
key_plug one
quietly cardea enroll fido2 frank --name blue </dev/null
hint=/run/cardea/cluster-lost

# become USER: sudo, without a code; sets $got
become() {
	ASK_CODE=''
	as "$1" sudo -A id -un </dev/null
	got=no
	# a key's "touch me" may be written after it
	[ "$rc" != 0 ] || ! grep -qx root <<<"$said" || got=yes
}
# in_force NAME USER: let in, by the clause, and that is a warning
in_force() {
	become "$2"
	is "$1" "$got" yes
	logged '  which is a warning' "<8?4>.*event=decision.* user=$2 .*decision=permit.*outage" +
}
# denied_for NAME USER REASON: and the log has the reason
denied_for() {
	become "$2"
	is "$1" "$got" no
	logged '  and the log says why' \
		"event=decision.* user=$2 .*decision=deny.* reason=$3( |\$)" +
}

quietly cardea lock carol --reason 'tests'
quietly cardea store mirror
like 'the status has how old the mirror is' \
	"$(cardea store status --json | jq -r .mirror_age_s)" '^[0-9]$'
become alice
is 'while all is well, a device is enough where it is asked for' "$got" yes
logged '  and a rule that looks on does no more than that' \
	'event=observe .*user=alice .*rule=soon observe=would-deny' +
become dave
is '  and no clause for an outage counts' "$got" no
unlike '  and nothing of a lost cluster is noted' \
	"$(on hosta ls /run/cardea)" cluster-lost
fresh gina
bare gina
is 'a code is spent while all is well' $? 0
spent=$ASK_CODE

# --- it is gone -------------------------------------------------------------------

cluster_kill 1 2 3 2>/dev/null
denied_for 'R12 a rule without a clause denies, whatever it asks for' alice cut-off
logged '  and that the cluster is out of reach is a warning' \
	'<8?4>.*event=error.* reason=cluster( |$)' +
like '  and noted for those who come next' \
	"$(on hosta stat -c '%a %U' $hint 2>&1)" '^600 root$'
in_force 'a device is enough where the clause says so' dave
in_force 'a security key is enough where the clause says so' frank
denied_for 'who was locked before is locked' carol locked
lets_in 'ssh lets in by the clause, though no session can be recorded' dave
logged '  which the log says' 'event=error.* reason=session( |$)' +
keeps_out 'a session that is to end is not begun' erin

# --- codes ------------------------------------------------------------------------

later 30
ASK_CODE=$(code bob)
keeps_out 'no clause makes a code count' bob
asked=$(prompted)
logged '  for it was not judged' 'event=verification.* user=bob .*result=broken' +
ASK_CODE=000000
keeps_out '  and a wrong one is told from it by nobody' bob
is '  by what is asked' "$asked" "$(prompted)"
logged '  nor by the log' 'event=verification.* user=bob .*result=broken' +
ASK_CODE=$spent
bare gina
unlike 'R01 what was spent stays spent' $? '^0$'

# --- root ---------------------------------------------------------------------------

on hosta sudo -u alice true </dev/null
is 'root becomes another user all the while' $? 0

# --- how long it waits ------------------------------------------------------------

# frozen, not dead: nobody refuses to talk, so that waiting costs time
cluster_start 1 2 3
quietly cluster_await 1 2 3
become dave
cluster_pause 1 2 3
on hosta rm -f $hint
became() {
	local began
	began=$(uptime_ms)
	become "$1"
	took=$(($(uptime_ms) - began))
}
became dave
is 'nodes that say nothing are out of reach' "$got" yes
first=$took
noted=$(on hosta cat $hint)
became dave
is '  for the next login too' "$got" yes
note "the first took $first ms, the next $took ms"
is '  which waits less' "$((took < first))" 1
is '  and does not make the note younger' "$(on hosta cat $hint)" "$noted"
cluster_resume 1 2 3
quietly cluster_await 1 2 3

# One node says nothing, and somebody noted that all were lost a moment ago: the
# others are asked all the same.  A login begins with the node that answered the
# last, so one of the three rounds begins with the one that is frozen.
for node in 1 2 3; do
	cluster_pause $node
	sleep 1.5
	# on a busy machine they take longer to choose
	quietly cluster_await $((node % 3 + 1)) $(((node + 1) % 3 + 1))
	on hosta sh -c "umask 077
		awk '{ printf \"%d\", \$1 * 1000 }' /proc/uptime >$hint"
	become alice
	is "a brief look finds the nodes beside node $node" "$got" yes
	unlike '  and what was noted is over' "$(on hosta ls /run/cardea)" cluster-lost
	cluster_resume $node
	quietly cluster_await 1 2 3
done

# --- a lock beyond ----------------------------------------------------------------

at hosta
quietly cardea store mirror
fleet_cut hosta
in_force 'cut off, this host lets in' gina
at hostb
quietly cardea lock gina --reason 'lost a laptop'
at hosta
later 61
denied_for 'a lock set beyond holds here once the mirror is too old' gina cut-off
logged '  which is said' 'event=error.* reason=mirror( |$)' +
denied_for '  and nobody else gets in by it either' dave cut-off
like '  no copy is made of what is not there' "$(cardea store mirror 2>&1; echo " $?")" ' [1-9]'
quietly test -e $fleet/hosta/state/store/mirror
fleet_heal
denied_for 'healed: the lock is a lock' gina locked

# --- a clock that nobody vouches for ------------------------------------------------

# vouched yes|no: what the kernel says of the clock
vouched() {
	echo "$1" >/etc/testsync
}
apply_settings() {
	fleet_settings >$fleet/hosta/etc/cardea.conf
	quietly cardea check --install
}
another_boot() {
	cat /proc/sys/kernel/random/uuid >$fleet/hosta/boot_id
}
quietly cardea unlock gina
before=$settings
settings="$settings
clock: { require_synchronised = true; };"
apply_settings
vouched yes
quietly cardea store mirror
fleet_cut hosta
vouched no
in_force 'R09 of this boot the monotonic clock tells how old the mirror is' frank
another_boot
denied_for 'R09 of another one a clock that is not synchronised does not' frank cut-off
logged '  which is said' 'event=error.* reason=mirror .*cannot be told' +
vouched yes
in_force '  and one that is does' frank
fleet_heal
vouched no
quietly cardea store mirror
another_boot
vouched yes
fleet_cut hosta
denied_for 'R09 nor is believed later what it wrote on the mirror' frank cut-off
fleet_heal
rm /etc/testsync
settings=$before
apply_settings

# --- all is back -------------------------------------------------------------------

ASK_CODE=$spent
bare gina
unlike 'what was spent is spent' $? '^0$'
fresh gina
bare gina
is 'nothing is lost: a code counts again' $? 0
fresh bob
lets_in 'and for him whose codes could not be judged' bob
become dave
is 'and the clause for the outage is over' "$got" no

# --- between two phases -------------------------------------------------------------

cat >/tmp/gap.sh <<'END'
#!/bin/sh
[ -e /tmp/gap ] || exit 0
: >/tmp/gap.held
until [ -e /tmp/gap.over ]; do sleep 0.02; done
END
chmod 0755 /tmp/gap.sh
sed -i '/@include cardea-account/i account required pam_exec.so quiet /tmp/gap.sh' \
	/etc/pam.d/sshd
# between COMMAND...: done when the next login has passed auth, and not account
between() {
	rm -f /tmp/gap.held /tmp/gap.over
	: >/tmp/gap
	(
		until [ -e /tmp/gap.held ]; do sleep 0.02; done
		"$@"
		: >/tmp/gap.over
	) &
}
come_back() {
	cluster_resume 1 2 3
	cluster_await 1 2 3
}
fresh heidi
quietly cardea store mirror
between cluster_pause 1 2 3
keeps_out 'a cluster that is lost after auth is lost' heidi
decided '  which the next phase says' user=heidi phase=auth decision=permit
decided '  by its own reason' user=heidi phase=account decision=deny reason=cut-off
between come_back
lets_in 'and one that is back after auth keeps the record of a session' erin
decided '  of somebody who came by the clause' user=erin phase=account rule=timed \
	decision=permit
logged '  without complaint' 'event=error.* reason=session( |$)' 0
rm -f /tmp/gap
finish
