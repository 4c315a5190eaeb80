#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# `cardea watch` on a host whose cluster is out of reach: it ends what it can
# judge by what it saw last, by the mirror while that is young, and nobody else;
# the mirror is kept however seldom sessions are judged; and each trouble is told
# once, whatever else is amiss.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/sessions.sh"
. "$SRCDIR/tests/rig/fleet.sh"

settings='sessions: { warning = "0s"; interval = "1s"; };'
fleet_etcd='try = "1s"; deadline = "1s"; mirror_max_age = "1h";'
rules_with() {
	cat <<-END
		hours: { day = { days = "mon-fri"; times = "08:00-18:00"; timezone = "Etc/UTC"; }; };
		rules = (
		  { name = "day"; when = { service = "sshd"; user = "alice"; hours = "day"; };
		    require = "password + totp"; },
		  { name = "hour"; when = { service = "sshd"; user = "bob"; };
		    require = "password + totp"; session = "1h"; },
		  { name = "granted"; when = { service = "sshd"; user = [ "dave", "frank", "judy" ]; };
		    require = "password + totp"; grant = true; },
		  $1
		  { name = "in"; when = { service = "sshd"; user = [ "carol", "erin", "gina", "heidi", "ivan" ]; };
		    require = "password + totp"; }
		);
	END
}
fleet_make < <(rules_with '')
crew=(alice bob carol dave erin frank gina heidi ivan)
for who in "${crew[@]}" judy; do enrolled "$who"; done
# nothing is behind the mirror's back but what is meant to be
later 5

# --- the service ------------------------------------------------------------------

into=''
watch_up() {
	into="nsenter -t ${fleet_init[hosta]} -m -u -i -n -p -r -w --"
	$into cardea watch >/tmp/watch.out 2>&1 &
	watch_outer=$!
	until watch=$(pgrep -P $watch_outer); do sleep 0.02; done
}
watch_down() {
	kill "$watch"
	wait $watch_outer 2>/dev/null
}
# nsenter stops with what it runs
watch_goes_on() {
	kill -CONT $watch_outer "$watch"
}
# watch_stops: and holds no turn of the mirror while it does
watch_stops() {
	local try
	for try in $(seq 20); do
		kill -STOP "$watch"
		! timeout 4 $into cardea store mirror >/dev/null 2>&1 || return 0
		watch_goes_on
		sleep 0.2
	done
	note "the watch cannot be stopped ($try)"
}
# await PERL-REGEX: until the log has it
await() {
	local try
	for try in $(seq 400); do
		! new_log | grep -qP -- "$1" || return 0
		sleep 0.05
	done
	note "not in the log after $try looks: $1"
}
# rounds: two whole rounds of the service, in an outage too
rounds() {
	sleep 6
}
# all_live NAME...: those who do not are said
all_live() {
	local name
	for name; do
		[ "$(lives "$name")" = yes ] || echo "$name is gone"
	done
}
apply_settings() {
	fleet_settings >$fleet/hosta/etc/cardea.conf
	quietly cardea check --install
}
come_back() {
	cluster_start 1 2 3
	quietly cluster_await 1 2 3
}

watch_up
grant=$(cardea grant dave --rule granted --for 1h --reason tests --json | jq -r .grant.id)
quietly cardea grant frank --rule granted --for 90m --reason tests
began=$moment
for who in "${crew[@]}"; do held "$who" "$who"; done
mark
quietly cardea lock gina --reason 'a round has seen all who are here'
await 'user=gina .*reason=locked'
is 'all are judged while the cluster is there' "$(ends gina)" no
later 60
watch_stops
quietly cardea lock carol --reason 'the mirror has it'
quietly cardea revoke "$grant"
quietly cardea store mirror
mark
cluster_kill 1 2 3 2>/dev/null
watch_goes_on

# --- by the mirror ------------------------------------------------------------------

await 'user=carol .*reason=locked'
is 'cut off, who is locked by the mirror goes' "$(ends carol)" no
await 'user=dave .*detail="ended:'
is '  and whose grant was revoked by it' "$(ends dave)" no
rounds
# of the watch's own lines, and not of logins
logged 'that the cluster is lost is said once' '<8?4>.*event=error reason=cluster' 1
mark
rounds
logged '  and nothing of single sessions' 'event=(session|error) ' 0
is 'who was let in by a code that cannot be looked up stays' \
	"$(all_live alice bob erin frank heidi ivan)" ''

# --- without the mirror ---------------------------------------------------------------

mark
stand_at $((began + 4200))
await 'user=bob .*reason=session-over'
is 'a session with a fixed end ends in an outage' "$(ends bob)" no
rounds
logged 'that the mirror is too old is said once' 'event=error reason=mirror' 1
is 'whose grant may have been revoked, or not, stays' \
	"$(all_live alice erin frank heidi ivan)" ''
logged '  and nothing is said of him' 'event=session .*user=frank' 0
mark
stand_at $((began + 5700))
await 'user=frank .*reason=session-over'
is '  until it is over at the latest' "$(ends frank)" no
mark
rules_with '{ name = "out"; when = { user = "heidi"; }; deny = "no more"; },' \
	>$fleet/hosta/etc/policy.conf
quietly cardea check --install
await 'user=heidi .*reason=denied-by-rule'
is 'whom the policy of now would deny goes' "$(ends heidi)" no
mark
stand_at "$(date -u -d '2030-03-11 18:00' +%s)"
await 'user=alice .*reason=nothing-matched'
is 'whose window is over goes' "$(ends alice)" no
is 'nobody else was ended' "$(all_live erin ivan)" ''
pid=$(pgrep -u ivan -x sshd)
outer=$(ps -o ppid= -p "$pid")
kill -9 "$outer" "$pid"
let_go ivan
rounds
logged '  and no end is told twice' 'event=session .*detail="ended:' 1

# --- back -------------------------------------------------------------------------------

mark
come_back
await 'reason=cluster detail="the cluster is back"'
rounds
logged 'that the cluster is back is said once' 'event=error reason=cluster' 1
is 'no record is left of who was ended, or died, in the outage' \
	"$(cardea sessions --json | jq -c '[.sessions[].user]')" '["erin"]'
quietly cardea grant judy --rule granted --for 1h --reason tests
held judy judy
rounds
mark
cluster_kill 1 2 3 2>/dev/null
await 'event=error reason=cluster'
rounds
is 'who was let in by what the mirror has not yet stays' "$(all_live judy)" ''
come_back
await 'the cluster is back'
watch_down
# the nodes hold the pipe to her too
quietly cardea sessions --end \
	"$(cardea sessions --json | jq -r '.sessions[] | select(.user == "judy").id')"
let_go judy

# --- a round by itself -------------------------------------------------------------------

round() {
	mark
	said=$(cardea watch --once 2>&1)
	rc=$?
}
quietly cardea lock erin --reason tests
quietly cardea store mirror
cluster_kill 1 2 3 2>/dev/null
round
is 'a single round in an outage judges nobody, and says so' \
	"$rc $(grep -c 'the cluster is out of reach: nothing could be judged' <<<"$said") $(lives erin)" \
	'3 1 yes'
logged '  the log says why' 'event=error .*which sessions are open is not known' 1
round
logged '  once, though each round is a process' 'event=error' 0
come_back
quietly cardea unlock erin
round
is '  and judges once it is back' "$rc $(lives erin)" '0 yes'
logged '  which is said' 'event=error reason=cluster detail="the cluster is back"' 1

# --- a mirror that cannot be kept -----------------------------------------------------------

mirror=/var/lib/cardea/store/mirror
ill() {
	on hosta mount --bind $mirror $mirror
	on hosta mount -o remount,ro,bind $mirror
	later 61
}
ill
round
is 'without a mirror sessions are judged' "$rc $(lives erin)" '0 yes'
logged 'that it cannot be written is said' 'event=error reason=mirror ' 1
later 61
round
logged '  once' 'event=error' 0
cluster_kill 1 2 3 2>/dev/null
round
logged '  and does not hide that the cluster is lost' 'event=error reason=cluster' 1
come_back
later 61
round
logged '  nor does the cluster bring it up again' 'event=error reason=mirror' 0
on hosta umount $mirror
round
logged '  well again, nothing is said' 'event=error' 0
ill
round
logged '  and ill again, it is' 'event=error reason=mirror' 1
on hosta umount $mirror

# --- sessions that are seldom judged -----------------------------------------------------------

settings='sessions: { warning = "0s"; interval = "1h"; };'
fleet_etcd='mirror_max_age = "60s";'
apply_settings
round
watch_up
sleep 2
quietly cardea lock erin --reason tests
later 100
age() {
	cardea store status --json | jq .mirror_age_s
}
is 'a mirror grows old' "$(($(age) > 60))" 1
for _ in $(seq 40); do
	[ "$(age)" -gt 60 ] || break
	sleep 0.5
done
is 'it is kept, though sessions are judged once an hour' "$(($(age) <= 60))" 1
sleep 2
is '  and no more often' "$(lives erin)" yes
watch_down
watch_up
is '  but at the beginning' "$(ends erin; await 'user=erin .*reason=locked')" no
watch_down
for who in "${crew[@]}"; do
	[ "$who" = ivan ] || let_go "$who"
done
finish
