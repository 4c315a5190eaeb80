#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# From the login to sudo: what was shown to sshd counts in that login session,
# and where the session came from is where sudo is asked from (C06).
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/sessions.sh"

settings='remember: { not_users = [ "root", "carol" ]; not_services = [ "su" ]; };'
machine <<'END'
zones: { away = { networks = [ "203.0.113.0/24" ]; };
         home = { networks = [ "127.0.0.0/8" ]; }; };
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "not-from-away"; when = { service = "sudo"; user = "dave"; zone = "away"; };
    deny = "not from there"; },
  { name = "placed"; when = { service = "sudo"; user = "dave"; zone = "home"; };
    require = "none"; reason = "tests"; },
  { name = "again"; when = { service = "sudo"; user = [ "alice", "carol" ]; };
    require = "password + totp"; remember = "15m"; },
  { name = "becoming"; when = { service = "su"; }; require = "password + totp";
    remember = "15m"; },
  { name = "in"; when = { service = "sshd"; }; require = "password + totp"; }
);
END
for who in alice bob carol dave; do enrolled $who; done
printf '%s\n' 'Defaults !lecture, passwd_tries=1' 'alice ALL=(ALL:ALL) ALL' \
	'carol ALL=(ALL:ALL) ALL' 'dave ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/e2e
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
chmod 0440 /etc/sudoers.d/e2e
ip address add 203.0.113.5/32 dev lo
sshd_up

# unasked: sudo with an askpass that knows nothing
unasked="export SUDO_ASKPASS=$SUDO_ASKPASS ASK_PASSWORD=none ASK_CODE=none
	sudo -A id -un"
# sessions: how many the store has of a user, and their proofs
sessions() { cardea list "$1" --json | jq '.users[0].sessions | length'; }
# roots: how often sudo said "root"
roots() { grep -c '^root$' <<<"$said"; }

# --- one login session ------------------------------------------------------------
held alice one
is 'a session is recorded, without any limit of time' "$(sessions alice)" 1
tell_session one "$unasked"
is 'sudo in it asks nothing: all was shown to sshd' "$(roots)" 1
decided 'and the decision is the rule'\''s' user=alice service=sudo phase=auth \
	rule=again decision=permit
tell_session one "echo none | su bob -c 'id -un'"
unlike 'su to somebody else is not covered' "$said" '^bob$'
tell_session one "echo none | su alice -c 'id -un'"
unlike 'nor is a service that the settings name' "$said" '^alice$'
tell_session one "env SSH_CONNECTION='192.0.2.9 1 192.0.2.9 22' XRDP_SESSION=1 DISPLAY=:0 \
	TMUX=x sh -c \"$unasked\""
is 'C06 what the environment claims changes nothing' "$(roots)" 1

held alice two
is 'two sessions of one user' "$(sessions alice)" 2
later 840
tell_session two "$unasked"
is 'the later one has its own proof' "$(roots)" 1
later 31
tell_session one "$unasked"
is 'after the time of the rule it asks' "$(roots)" 0
tell_session two "$unasked"
is 'though another session of the same user would not' "$(roots)" 1
tell_session one "(setsid sh -c '($unasked) >/tmp/late 2>&1; echo >>/tmp/late over' &) ; sleep 1"
is 'C06 a detached process keeps its own session, never another' \
	"$(grep -c '^root$' /tmp/late)" 0
quietly cardea disable alice "$(cardea list alice --json | jq -r '.users[0].tokens[0].id')"
tell_session two "$unasked"
is 'a code that was disabled has lost its word' "$(roots)" 0
quietly cardea enable alice "$(cardea list alice --json | jq -r '.users[0].tokens[0].id')"
let_go one
let_go two
comes_to 'closed sessions leave no record' 0 sessions alice
as alice sudo -A id -un </dev/null
unlike 'outside a login nothing is remembered' "$rc" '^0$'

# --- who is left out ----------------------------------------------------------------
held carol three
tell_session three "$unasked"
is 'whom the settings name proves himself again' "$(roots)" 0
let_go three

# --- where the session came from -------------------------------------------------------
held dave near
tell_session near 'sudo -n id -un'
is 'C06 a rule for sudo knows where the login came from' "$(roots)" 1
held dave far -b 203.0.113.5
tell_session far 'sudo -n id -un'
is 'C06 from elsewhere it denies' "$(roots)" 0
decided 'by the rule about that place' user=dave service=sudo phase=account \
	rule=not-from-away decision=deny
tell_session far "SSH_CONNECTION='127.0.0.1 1 127.0.0.1 22' SSH_CLIENT='127.0.0.1 1 22' \
	sudo -n id -un"
is 'C06 whatever SSH_CONNECTION says' "$(roots)" 0
tell_session far "(setsid sh -c '(sleep 0.3; sudo -n id -un) >/tmp/late 2>&1' &); sleep 1"
is 'C06 nor does it help to be detached while the near session is open' \
	"$(grep -c '^root$' /tmp/late)" 0
let_go near
let_go far
as dave sudo -n id -un </dev/null
unlike 'C06 no login session, no place: what denies applies' "$rc $said" '^0'
decided 'as a place that is not known' user=dave service=sudo phase=account \
	decision=deny reason=maybe-denied
sshd_down
finish
