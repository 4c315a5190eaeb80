#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Sessions whose grounds are gone are ended, and no others: `cardea watch`.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/sessions.sh"

settings='sessions: { warning = "5m"; interval = "1s"; };'
rule_in='{ name = "in"; when = { service = "sshd"; user = "erin"; }; require = "password + totp"; }'
watched() {
	cat <<-END
		hours: { day = { days = "mon-fri"; times = "08:00-18:00"; timezone = "Etc/UTC"; }; };
		rules = (
		  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
		    require = "none"; reason = "tests"; },
		  { name = "day"; when = { service = "sshd"; user = "alice"; hours = "day"; };
		    require = "password + totp"; },
		  { name = "hour"; when = { service = "sshd"; user = "bob"; };
		    require = "password + totp"; session = "1h"; },
		  { name = "granted"; when = { service = "sshd"; user = "carol"; };
		    require = "password + totp"; grant = true; },
		  { name = "root-work"; when = { service = "sudo"; user = "dave"; };
		    require = "totp"; session = "10m"; },
		  { name = "keep"; when = { service = "sshd"; user = "dave"; }; require = "password + totp"; },
		  $1
		);
	END
}
machine < <(watched "$rule_in")
for who in alice bob carol dave erin; do enrolled $who; done
printf '%s\n' 'Defaults !lecture' 'dave ALL=(ALL:ALL) ALL' >/etc/sudoers.d/e2e
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
chmod 0440 /etc/sudoers.d/e2e
sshd_up

# round: one round of the watch; sets $said and $rc
round() {
	mark
	said=$(cardea watch --once --json 2>&1)
	rc=$?
}
# did NAME FIELDS: what the last round counted
did() {
	is "$1" "$rc $(jq -c '[.sessions, .ended, .warned, .unsure]' <<<"$said")" "$2"
}
# sleeper NAME: a process of the session that lets nothing disturb it
sleeper() {
	tell_session "$1" "(trap '' HUP TERM; exec setsid sleep 1000) >/dev/null 2>&1 &
		echo \$! >/tmp/$1.sleep"
}
# asleep NAME: does that process live?
asleep() {
	if kill -0 "$(cat "/tmp/$1.sleep")" 2>/dev/null; then echo yes; else echo no; fi
}

# --- a window ------------------------------------------------------------------------
held alice one -tt
held dave good
round
did 'two sessions, both in order' '0 [2,0,0,0]'
like 'and listed' "$(cardea sessions)" 'alice by sshd from 127.0.0.1.*rule day'
tell_session one "setsid sh -c 'echo \$\$ >/tmp/one.sleep; exec sleep 1000' >/dev/null 2>&1 &"
until [ -s /tmp/one.sleep ]; do sleep 0.02; done
is 'one of them has a process that turned away from it' "$(asleep one)" yes
stand_at "$(date -u -d '2030-03-11 17:56' +%s)"
: >/tmp/one.out
round
did 'before its end it is warned' '0 [2,0,1,0]'
wait_for one 'this session ends by'
like 'on its own terminal' "$(cat /tmp/one.out)" 'Cardea: this session ends by 2030-03-11T?.*18:01'
logged 'which is logged' 'event=session .*user=alice service=sshd .*rule=day reason=nothing-matched detail="ends by'
round
did 'and once, however many processes go round' '0 [2,0,0,0]'
logged '  it says no more' 'event=session' 0
is 'what is noted of it is for root alone' "$(stat -c '%U %a' /run/cardea/watched)" 'root 600'
printf 'x\0\n%032d w\n%0300d\n' 7 1 >>/run/cardea/watched
round
did 'what is no note is passed over' '0 [2,0,0,0]'
stand_at "$(date -u -d '2030-03-11 18:00' +%s)"
round
did 'its window is over: it ends' '0 [2,1,0,0]'
logged 'one line says whose and why' \
	'event=session txn=[0-9a-f]{32} user=alice service=sshd rhost=127.0.0.1 .*rule=day reason=nothing-matched detail="ended:'
is 'the login is gone' "$(ends one)" no
is 'and its process with it' "$(asleep one)" no
is 'the other session stays' "$(lives good)" yes
is 'and one record' "$(cardea sessions --json | jq -c '[.sessions[].user]')" '["dave"]'

# --- its time --------------------------------------------------------------------------
stand_at "$(date -u -d '2030-03-12 10:00' +%s)"
held bob two
held erin five
later 3500
round
did 'a minute before the hour is over it is warned' '0 [3,0,1,0]'
later 100
round
did 'then it ends' '0 [3,1,0,0]'
logged 'for that reason' 'user=bob .*rule=hour reason=session-over detail="ended: its time is over'
is 'indeed' "$(ends two)" no

# --- a grant ---------------------------------------------------------------------------
id=$(cardea grant carol --rule granted --for 30m --reason tests --json | jq -r .grant.id)
held carol three
round
did 'while the grant counts the session stays' '0 [3,0,0,0]'
quietly cardea revoke "$id"
round
did 'revoked, it ends' '0 [3,1,0,0]'
is 'at once' "$(ends three)" no
id=$(cardea grant carol --rule granted --for 30m --reason tests --json | jq -r .grant.id)
held carol three
later 1800
round
did 'over, it ends' '0 [3,1,0,0]'
logged 'and so the log has of the grant' "event=admin .*user=carol .*detail=\"grant $id is over"

# --- locks, keys ---------------------------------------------------------------------------
held bob six
quietly cardea lock bob --reason gone
round
did 'who is locked has no session any more' '0 [3,1,0,0]'
logged 'for that reason' 'user=bob .*reason=locked'
quietly cardea unlock bob
held bob six
quietly cardea disable bob "$(cardea list bob --json | jq -r '.users[0].tokens[0].id')"
round
did 'nor whose code was disabled' '0 [3,1,0,0]'
logged 'for that reason' 'user=bob .*reason=factor-missing'
quietly cardea enable bob "$(cardea list bob --json | jq -r '.users[0].tokens[0].id')"

# --- sudo in a session -------------------------------------------------------------------
fresh dave
tell_session good "SUDO_ASKPASS=$SUDO_ASKPASS ASK_CODE=$ASK_CODE sudo -A sleep 1000 >/dev/null 2>&1 &"
comes_to 'sudo is a session of its own' 1 of_service sudo
round
did 'and judged as one' '0 [3,0,0,0]'
later 601
round
did 'which ends alone' '0 [3,1,0,0]'
logged 'by its own rule' 'user=dave service=sudo .*rule=root-work reason=session-over'
is 'the login that it ran in stays' "$(lives good)" yes

# --- the policy, and trouble -----------------------------------------------------------------
policy < <(watched '{ name = "out"; when = { user = "erin"; }; deny = "no more"; }')
round
did 'whom the policy of now would deny goes' '0 [2,1,0,0]'
logged 'by that policy' 'user=erin .*reason=denied-by-rule detail="ended: by the policy of now'
is 'indeed' "$(ends five)" no
policy < <(watched "$rule_in")
held erin five
mv /var/lib/cardea/policy.prepared /tmp/policy.prepared
printf junk >/var/lib/cardea/policy.prepared
round
is 'a policy that cannot be read is trouble' "$rc" 3
logged 'which is logged' 'event=error reason=watch detail='
is 'and ends nobody' "$(lives good) $(lives five)" 'yes yes'
mv /tmp/policy.prepared /var/lib/cardea/policy.prepared
mv /var/lib/cardea/store /var/lib/cardea/elsewhere
round
is 'nor does a store that is gone' "$rc $(lives good) $(lives five)" '3 yes yes'
mv /var/lib/cardea/elsewhere /var/lib/cardea/store
back=$moment
stand_at 1000
round
did 'R09 nor a clock that cannot be' '0 [2,0,0,2]'
logged 'though the log says that nothing was judged' 'event=session .*reason=not-known' 2
round
logged '  once' 'reason=not-known' 0
stand_at "$back"

# --- by hand ------------------------------------------------------------------------------------
id=$(cardea sessions --json | jq -r '.sessions[] | select(.user == "erin").id')
sleeper five
sleep 0.1
mark
quietly cardea sessions --end "$id" --reason 'went home'
is 'an administrator ends one' "$(ends five) $(lives good)" 'no yes'
is 'with a process that heeds no request' "$(asleep five)" no
logged 'which is logged as his' \
	'event=admin txn=[0-9a-f]{32} user=erin service=sshd .*rule=in reason="went home" detail="session ended by.x3droot"'
cardea sessions --end "$id" >/dev/null 2>&1
is 'it cannot be ended twice' "$?" 1

# --- what is gone -----------------------------------------------------------------------------------
pid=$(cardea sessions --json | jq -r '.sessions[0].pid')
kill -9 "$pid"
await_end "$pid"
round
is 'a record whose process was killed is dropped' \
	"$(jq -c '[.sessions, .dropped]' <<<"$said") $(cardea sessions)" '[0,1] No session is open.'
is 'and what was noted of it' "$(cat /run/cardea/watched)" ''
let_go good
sshd_down
finish
