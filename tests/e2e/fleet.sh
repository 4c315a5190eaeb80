#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Two hosts and what they have in common: codes, failures, locks, enrolments,
# grants, sessions; what they do not: what was shown at one of them; what a host
# may not do; what the cluster's operator sees; and what happens when nodes die.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"
. "$SRCDIR/tests/e2e/sessions.sh"
. "$SRCDIR/tests/rig/fleet.sh"

settings="$fleet_device_settings
tries = 3; user_tries = 3; delay = \"60s\";"
# the box's own processes, for those who go from host to host
mkdir /machines
mount --bind /proc /machines
fleet_make <<'END'
rules = (
  { name = "deploy"; when = { service = "sudo"; user = "bob"; }; require = "password + totp";
    grant = true; },
  { name = "again"; when = { service = "sudo"; user = "alice"; }; require = "password + totp"; remember = "15m"; },
  { name = "up"; when = { service = "sudo-key"; }; require = "totp";
    when_outage = { cluster = "device(host)"; }; },
  { name = "bare"; when = { service = "bare"; }; require = "totp"; },
  { name = "in"; when = { service = "sshd"; }; require = "password + totp"; }
);
END
fleet_stacks
fleet_devices
crew=(u1 u2 u3 u4 u5 u6)
for who in alice bob carol dave erin "${crew[@]}"; do enrolled "$who"; done
by_key dave erin

# become USER: sudo there; sets $got
become() {
	as "$1" sudo -A id -un </dev/null
	got=no
	[ "$rc ${said##*[[:space:]]}" != '0 root' ] || got=yes
}
# cannot NAME COMMAND...: it fails, and says that it is not permitted
cannot() {
	local name=$1 out
	shift
	out=$("$@" 2>&1)
	unlike "$name" $? '^0$'
	like '  because the cluster does not let it' "$out" 'permi|denied|not allowed'
}

# --- what both have in common -----------------------------------------------------

at hosta
fresh alice
lets_in 'R01 a code lets in at one host' alice
at hostb
keeps_out 'R01 and not at the other' alice
decided '  where it is judged and refused' user=alice decision=deny
fresh alice
lets_in 'who was enrolled at one host logs in at the other' alice

at hosta
quietly cardea lock alice --reason 'lost her phone'
at hostb
fresh alice
keeps_out 'locked at one host is locked at the other, at once' alice
logged '  and the log says so' 'event=decision .*user=alice .*reason=locked' +
at hosta
quietly cardea unlock alice
at hostb
still_works alice

at hosta
fresh carol
ASK_CODE=000000
for _ in 1 2 3; do
	knock carol
done
at hostb
fresh carol
keeps_out 'R10 failures at one host count at the other: a good code has to wait' carol
later 120
at hosta
quietly cardea unlock carol --tries
at hostb
still_works carol

fresh bob
become bob
is 'without a grant the rule does not apply' "$got" no
at hosta
quietly cardea grant bob --rule deploy --for 1h --reason 'change 4711'
at hostb
fresh bob
become bob
is 'a grant made at one host counts at the other' "$got" yes

# --- sessions, and what was shown at their beginning ------------------------------

unasked="export SUDO_ASKPASS=$SUDO_ASKPASS ASK_PASSWORD=none ASK_CODE=none
	sudo -A id -un"
at hosta
held alice one
tell_session one "$unasked"
like 'what was shown at a login counts in its session' "$said" '^root$'
at hostb
ASK_PASSWORD=none ASK_CODE=none
become alice
is 'and not at the other host' "$got" no
ns=/machines/${fleet_init[hostb]}/ns
at hosta
# Somebody in the audit session of hosta's login, but at hostb: by the number of
# the session alone it would be in the one that remembers.
cat >/tmp/go_over <<END
cd /
mount -t proc proc /proc
mount --bind $fleet/hostb/boot_id /proc/sys/kernel/random/boot_id
exec setpriv --reuid alice --regid alice --init-groups env \
	SUDO_ASKPASS=$SUDO_ASKPASS ASK_PASSWORD=none ASK_CODE=none \
	sh -c 'hostname; cat /proc/self/sessionid; echo; sudo -A id -un'
END
tell_session one "export SUDO_ASKPASS=$SUDO_ASKPASS ASK_PASSWORD=none ASK_CODE=none
	cat /proc/self/sessionid; echo; cd /
	sudo -A nsenter --wd=/ --mount=$ns/mnt --uts=$ns/uts --net=$ns/net --root=${ns%/ns}/root \
	unshare --mount sh /tmp/go_over"
is 'nor for a process there with the same number of session' \
	"$(sed -n '2p' <<<"$said") $([ "$(sed -n 1p <<<"$said")" = "$(sed -n 3p <<<"$said")" ] && echo same)" \
	'hostb same'
unlike '  which is asked' "$said" '^root$'
at hostb
held alice two
said=$(cardea sessions --json | jq -r '[.sessions[] | .host] | sort | join(" ")')
is 'the sessions of both are listed with their hosts' "$said" 'hosta hostb'
at hosta
said=$(cardea sessions --json | jq -r '[.sessions[] | .host] | sort | join(" ")')
is '  at both' "$said" 'hosta hostb'
quietly cardea lock alice --reason 'tests'
at hostb
quietly cardea watch --once
ends two >/dev/null
is 'a host ends its own session of somebody who was locked at the other' \
	"$(lives two)" no
is '  and not that of the other' "$(lives one)" yes
at hosta
quietly cardea watch --once
ends one >/dev/null
is '  which ends it itself' "$(lives one)" no
is '  and no record stays' "$(cardea sessions --json | jq '.sessions | length')" 0
quietly cardea unlock alice
let_go one
let_go two

# --- what a host's certificate is good for --------------------------------------

at hostb
fleet_no_admin hostb
quietly cardea list alice
cannot 'a host may not lock' cardea lock carol
at hosta
quietly cardea lock carol --reason 'tests'
at hostb
cannot 'a host may not unlock' cardea unlock carol
another=$(openssl rand -hex 20)
another32=$(oathtool --totp -v "$another" | sed -n 's/^Base32 secret: //p')
cannot 'a host may not enrol' cardea enroll totp dave --secret-stdin \
	--code "$(code_of "$another")" <<<"$another32"
cannot 'a host may not grant' cardea grant bob --rule deploy --for 1h --reason x
fresh carol
keeps_out 'and the lock still holds' carol
fleet_admin hostb
quietly cardea unlock carol
still_works carol

# --- what the cluster's operator has in his hands ---------------------------------

ctl put /elsewhere/canary canary-of-the-suite >/dev/null
quietly ctl_at 1 snapshot save $fleet/snapshot
secret_bytes=$(sed 's/../\\x&/g' <<<"${secret_of[alice]}")
fleet_bytes=$(sed 's/../\\x&/g' <<<"$fleet_secret")
# held_by FILE...: which of the words are in them
held_by() {
	local word
	for word in canary-of-the-suite alice carol mallory 203.0.113 \
		deploy 'change 4711' 'lost her phone' "${secret_of[alice]}" "$fleet_secret"; do
		! grep -raqF -- "$word" "$@" || echo "$word"
	done
	! grep -raqP -- "$secret_bytes" "$@" || echo "alice's secret"
	! grep -raqP -- "$fleet_bytes" "$@" || echo "the fleet's key"
}
is 'a snapshot tells no name, address or secret' \
	"$(held_by $fleet/snapshot)" canary-of-the-suite
is 'nor do the folders of the nodes' \
	"$(held_by $fleet/cluster/data)" canary-of-the-suite
like '  though the records are in them' \
	"$(grep -raoF /cardea/token $fleet/cluster/data | wc -l)" '^[1-9]'

# --- the leader dies ----------------------------------------------------------------

# crew_gets_in NAME CEILING: one after another, at both hosts by turns, nobody
# waiting for longer
crew_gets_in() {
	local who in=0 longest=0 began took
	for who in "${crew[@]}"; do
		if [ "$here" = hosta ]; then at hostb; else at hosta; fi
		ASK_CODE=$(code "$who")
		began=$(uptime_ms)
		! bare "$who" || in=$((in + 1))
		took=$(($(uptime_ms) - began))
		[ $took -le $longest ] || longest=$took
	done
	is "$1: everybody gets in" $in ${#crew[@]}
	if [ $longest -lt "$2" ]; then
		pass "  and nobody waits for $2 ms"
	else
		fail "  and nobody waits for $2 ms" "$longest ms"
	fi
	note "the longest login took $longest ms"
}
later 30
leader=$(cluster_leader)
cluster_kill "$leader" 2>/dev/null
crew_gets_in 'the leader is killed' 2000
cluster_start "$leader"
quietly cluster_await "$leader"

later 30
leader=$(cluster_leader)
cluster_pause "$leader"
crew_gets_in 'the leader stops answering' 4000
cluster_resume "$leader"
quietly cluster_await "$leader"

# --- two nodes die --------------------------------------------------------------------

at hosta
quietly cardea store mirror
fresh u1
bare u1
is 'a code is spent while all is well' $? 0
leader=$(cluster_leader)
mapfile -t two < <(printf '%s\n' "$leader" $((leader % 3 + 1)))
cluster_kill "${two[@]}" 2>/dev/null
ASK_PASSWORD=pw-alice ASK_CODE=$(code alice)
began=$(uptime_ms)
keeps_out 'two nodes are dead: nobody gets in by a code' alice
note "after $(($(uptime_ms) - began)) ms"
logged '  and the log says why' 'cardea\[.*10\.9\.0\..*no answer within' +
become dave
is 'a rule with a clause for it is met by the host'\''s own key' "$got" yes
logged '  which is a warning' '<8?4>.*cardea\[.*event=decision .*user=dave .*outage' +
at hostb
rm -r $fleet/hostb/state/store/mirror
become erin
is 'a host that has no mirror lets nobody in by it' "$got" no

# --- all are back -----------------------------------------------------------------------

cluster_start "${two[@]}"
quietly cluster_await 1 2 3
at hostb
ASK_CODE=$(code u1)
bare u1
unlike 'R01 all are back: what was spent is spent' $? '^0$'
still_works alice
at hosta
still_works carol
become dave
is 'and the clause for the outage is over' "$got" no

# --- the sample ---------------------------------------------------------------------------

# conf/etcd/etcd.conf.yml, for node 3 and where its files are
sed -e '1,/^initial-cluster:/{/^name/s/etcd1/node3/;/-urls:/s/192\.0\.2\.1/10.9.0.3/}' \
	-e 's/etcd\([123]\)=/node\1=/g; s/192\.0\.2\.\([123]\)/10.9.0.\1/g' \
	-e "s,/etc/etcd/ca.pem,$fleet/cluster/pki/ca.crt," \
	-e "s,/etc/etcd/node\.pem,$fleet/cluster/pki/node3.crt," \
	-e "s,/etc/etcd/node\.key,$fleet/cluster/pki/node3.key," \
	-e "s,/var/lib/etcd/cardea,$fleet/cluster/data/3," \
	"$SRCDIR/conf/etcd/etcd.conf.yml" >$fleet/node3.yml
cluster_kill 3 2>/dev/null
${cluster_enter[3]} etcd --config-file $fleet/node3.yml >$fleet/cluster/log/sample 2>&1 </dev/null &
cluster_pid[3]=$!
cluster_await 3
is 'a node by the sample of conf/etcd takes part' $? 0
unlike '  and has no complaint' "$(grep -a '"level":"\(error\|fatal\)' $fleet/cluster/log/sample)" .
at hostb
still_works alice

# --- certificates that are none ----------------------------------------------------------

# shows NAME REGEX: alice is kept out of hostb, and the log says why
shows() {
	at hostb
	fresh alice
	keeps_out "$1: nobody gets in" alice
	logged '  and the log says why' "cardea\\[.*event=error .*detail=.*($2)" +
	note "$(new_log | grep -o 'detail=.*' | head -1)"
}
cluster_until=20250101000000Z
cluster_host late
cluster_until=''
quietly fleet_roles host late
fleet_certificate hostb late
shows 'X06 an expired certificate' 'certificate|reset by peer'
cluster_authority $fleet/other other
cluster_host hostb $fleet/other
fleet_certificate hostb hostb $fleet/other
shows 'X06 a certificate of another authority' 'certificate|reset by peer'
cluster_host nobody
fleet_certificate hostb nobody
shows 'a certificate that is nobody in the cluster' 'permi|denied|user'
rm $fleet/hostb/etc/host.pem
shows 'no certificate' 'host\.pem'
fleet_certificate hostb hostb
install -m 0644 $fleet/other/ca.crt $fleet/hostb/etc/cluster.pem
shows 'X06 nodes that an authority of ours did not certify' 'certificate'
fleet_certificate hostb hostb
still_works alice
finish
