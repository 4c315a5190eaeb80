#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Debian's sudo: -S, -A, -n, -i, with a ticket, with NOPASSWD, from root.
. "$SRCDIR/tests/e2e/lib.sh"

# what sshd shows carries over, too: that is tests/e2e/remember.sh's
settings='remember: { not_services = [ "sshd" ]; };'
machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "admins"; when = { service = "sudo"; user = [ "alice", "carol", "dave" ]; };
    require = "password + totp"; },
  { name = "remembered"; when = { service = "sudo"; user = "bob"; };
    require = "password + totp"; remember = "15m"; },
  { name = "becoming"; when = { service = "su"; }; require = "password + totp";
    remember = "15m"; },
  { name = "in"; when = { service = "sshd"; user = "bob"; }; require = "password + totp"; }
);
END
for who in alice bob carol dave; do enrolled $who; done
cat >/etc/sudoers.d/e2e <<'END'
Defaults !lecture
alice ALL=(ALL:ALL) ALL
bob   ALL=(ALL:ALL) ALL
carol ALL=(ALL:ALL) NOPASSWD: ALL
dave  ALL=(ALL:ALL) ALL
Defaults:dave timestamp_timeout=15
END
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
chmod 0440 /etc/sudoers.d/e2e
quietly visudo -cq

# --- -S: answers from standard input ----------------------------------------
fresh alice
as alice sudo -S id -un < <(printf '%s\n' "$ASK_PASSWORD" "$ASK_CODE")
is 'sudo -S with password and code: root' "$rc ${said##*[[:space:]]}" '0 root'
decided 'one decision, by the rule for sudo, about the caller' user=alice \
	service=sudo phase=auth rule=admins decision=permit
unlike 'root-descends did not apply to a person' \
	"$(new_log | grep phase=auth)" 'root-descends'
as alice sudo -S id -un < <(printf '%s\n' "$ASK_PASSWORD" "$ASK_CODE")
unlike 'R01 the same code again does not' "$rc $said" '^0|root$'

fresh alice
as alice sudo -S id -un < <(printf '%s\n' "$ASK_PASSWORD" 000000 \
	"$ASK_PASSWORD" "$ASK_CODE")
is 'a wrong, then the right code on one handle' "$rc ${said##*[[:space:]]}" '0 root'
logged 'V19 each try has its decision: deny, then permit' \
	'event=decision.* user=alice .*phase=auth.*decision=(deny|permit)' 2

fresh alice
as alice sudo -S id -un < <(printf '%s\n' wrong "$ASK_CODE" \
	"$ASK_PASSWORD" "$ASK_CODE")
is 'a wrong, then the right password on one handle, one code' \
	"$rc ${said##*[[:space:]]}" '0 root'

fresh alice
as alice sudo -S id -un </dev/null
unlike 'V15 no answers: no' "$rc" '^0$'
as alice sudo -S id -un < <(printf '%s\n' "$ASK_PASSWORD")
unlike 'V14 the password, then nothing: no' "$rc" '^0$'
as alice sudo -S id -un < <(printf '%s\n%s\n' "$ASK_PASSWORD" \
	"$(printf '%0512d' 7)")
unlike 'I10 an answer of 512 bytes: no' "$rc" '^0$'

# --- -A, -n, -i -------------------------------------------------------------
fresh alice
: >"$prompts"
as alice sudo -A id -un </dev/null
is 'sudo -A with an askpass' "$rc ${said##*[[:space:]]}" '0 root'
like 'the askpass saw the question for the code' "$(prompted)" '[Cc]ode'
fresh alice
as alice sudo -n id -un </dev/null
unlike 'sudo -n asks nothing and is refused' "$rc" '^0$'
fresh alice
as alice sudo -A -i id -un </dev/null
is 'sudo -i goes through its own service' "$rc ${said##*[[:space:]]}" '0 root'
decided 'which the class sudo covers' user=alice service=sudo-i phase=auth \
	rule=admins decision=permit
fresh alice
as alice sudo -A -u bob id -un </dev/null
is 'sudo -u: the code is the caller'\''s' "$rc ${said##*[[:space:]]}" '0 bob'

# --- ways past auth ---------------------------------------------------------
fresh carol
as carol sudo -n id -un </dev/null
unlike 'V23 NOPASSWD is not enough: account misses password and code' \
	"$rc" '^0$'
decided 'the gate in account says so' user=carol service=sudo phase=account \
	decision=deny

fresh dave
as dave sudo -A sh -c 'id -un' </dev/null
is 'with a ticket allowed, the first call' "$rc ${said##*[[:space:]]}" '0 root'
as dave sudo -A -n id -un </dev/null
unlike 'V23 the ticket alone is worth nothing' "$rc" '^0$'

# --- remember ---------------------------------------------------------------
# A proof counts again within the login session that showed it; so log in.
sshd_up
in_session="export SUDO_ASKPASS=$SUDO_ASKPASS ASK_PASSWORD=pw-bob"
fresh bob
ahead=$(stand_at $((moment + 30)); code bob)
remote="$in_session ASK_CODE=$ahead; sudo -A id -un
	ASK_PASSWORD=none ASK_CODE=none sudo -A id -un" knock bob
is 'the second sudo of a session is covered by the first, unasked' \
	"$(grep -c '^root$' <<<"$said")" 2
fresh bob
remote="$in_session ASK_PASSWORD=none ASK_CODE=none; sudo -A id -un" knock bob
is 'another session has to prove itself' "$(grep -c '^root$' <<<"$said")" 0
fresh bob
ahead=$(stand_at $((moment + 30)); code bob)
remote="$in_session ASK_CODE=$ahead
	sudo -A -u alice sh -c 'echo wrong | su bob -c \"id -un\"'" knock bob
decided 'bob proves himself and runs something as alice' user=bob \
	service=sudo phase=auth decision=permit
is 'which cannot become bob by his proof' "$(grep -c '^bob$' <<<"$said")" 0
later 30 # the code ahead is spent
fresh bob
as bob sudo -A id -un </dev/null
is 'outside a login session he proves himself' "$rc" 0
ASK_PASSWORD=none ASK_CODE=none as bob sudo -A id -un </dev/null
unlike 'and it is not remembered: there is no session to remember it for' \
	"$rc" '^0$'
sshd_down

# --- root -------------------------------------------------------------------
mark
said=$(sudo -u alice id -un </dev/null 2>&1)
is 'root becomes somebody by sudo -u, unasked' "$said" alice
decided 'by rule root-descends, in account: sudo runs no auth for root' \
	user=root service=sudo phase=account rule=root-descends decision=permit

fresh alice
as alice sudo -A id -un </dev/null
is 'and alice'\''s next good call works' "$rc ${said##*[[:space:]]}" '0 root'
finish
