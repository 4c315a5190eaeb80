#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Debian's sshd, keyboard-interactive: password and code, one policy.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
zones: { away = { networks = [ "198.51.100.0/24", "2001:db8:bad::/48" ]; }; };
hours: { working = { days = "mon-fri"; times = "07:30-19:00"; timezone = "Europe/Berlin"; }; };
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "not-from-away"; when = { zone = "away"; }; deny = "that network is not ours"; },
  { name = "at-work"; when = { user = "worker"; service = "sshd"; hours = "working"; };
    require = "password + totp"; },
  { name = "watched"; when = { service = "sshd"; user = "alice"; }; deny = "not yet enforced";
    mode = "observe"; observe_until = "2031-01-31"; },
  { name = "staff"; when = { user = [ "alice", "bob", "carol" ]; service = "sshd"; };
    require = "password + totp"; }
);
END
enrolled alice
enrolled bob
enrolled worker
person carol
sshd_up

# --- the good login ---------------------------------------------------------
fresh bob
lets_in 'the right password and code let in' bob
decided 'one line tells the decision, its rule and where from' user=bob \
	service=sshd phase=auth rhost=127.0.0.1 rule=staff decision=permit
logged 'one line tells the verification' \
	'event=verification.* user=bob .*factor=totp result=verified'
like 'two questions, the second for the code' "$(prompted)" \
	'^Password: ?\|.*[Cc]ode.*$'
questions=$(prompted)
good_code=$ASK_CODE
unlike 'I16 nothing of ours is in the environment of the shell' \
	"$(remote='env' knock bob; echo "$said")" 'CARDEA'

fresh bob
remote='env' knock bob
is 'the environment can be looked at' $rc 0
unlike 'I16 no resume id reaches the person' "$said" '(?i)cardea'
unset remote

# --- refusals ---------------------------------------------------------------
later 30
fresh bob
spent=$ASK_CODE
lets_in 'a fresh code' bob
ASK_CODE=$spent
keeps_out 'R01 the same code again does not' bob
decided 'and the log says so' user=bob phase=auth decision=deny
logged 'the verification was refused' \
	'event=verification.* user=bob .*result=refused'
still_works bob

fresh bob
ASK_CODE=000000
keeps_out 'a wrong code does not let in' bob
decided 'a wrong code: denied, with its reason' user=bob decision=deny \
	reason=factor-refused
still_works bob

fresh bob
kept=$ASK_CODE
ASK_PASSWORD=wrong
keeps_out 'a wrong password does not let in, whatever the code' bob
is 'a wrong password is asked for the code all the same' "$(prompted)" \
	"$questions"
logged 'V18 the code after a wrong password is not judged' \
	'event=verification.* factor=totp result=refused reason="no password"'
ASK_PASSWORD=pw-bob ASK_CODE=$kept
lets_in 'the code that a wrong password did not spend is still good' bob

fresh bob
ASK_PASSWORD=''
keeps_out 'V15 an empty password does not let in' bob
fresh bob
ASK_CODE=''
keeps_out 'V15 an empty code does not let in' bob
still_works bob
fresh bob
ASK_CODE=$ASK_PASSWORD
keeps_out 'the password is no code' bob
fresh bob
ASK_CODE="${ASK_CODE}0"
keeps_out 'a code with a digit too many does not let in' bob
fresh bob
ASK_CODE=" $ASK_CODE"
still_works bob
is 'I15 the code of an older moment, typed twice, stays spent' \
	"$(ASK_CODE=$good_code; keeps_out x bob | cut -c1-2)" ok

# --- everybody sees the same ------------------------------------------------
ASK_PASSWORD=pw-carol ASK_CODE=123456
keeps_out 'V07 a user without a code does not get in' carol
is 'P17 a user without a code sees the same questions' "$(prompted)" \
	"$questions"
decided 'the log knows why' user=carol decision=deny
ASK_PASSWORD=pw-nobody ASK_CODE=123456
keeps_out 'V16 a user who does not exist does not get in' stranger
is 'P17 a user who does not exist sees the same questions' "$(prompted)" \
	"$questions"
logged 'I13 the name of an unknown user is not in the log in clear' \
	'cardea.*stranger' 0
quietly cardea lock bob
fresh bob
keeps_out 'a locked user does not get in' bob
is 'P17 a locked user sees the same questions' "$(prompted)" "$questions"
decided 'the log says locked' user=bob decision=deny reason=locked
quietly cardea unlock bob
still_works bob

# --- place and time ---------------------------------------------------------
ip addr add 198.51.100.7/32 dev lo
ip -6 addr add 2001:db8:bad::7/128 dev lo nodad
fresh bob
keeps_out 'a network outside is denied by rule' bob -b 198.51.100.7
decided 'the log names rule and address' user=bob rhost=198.51.100.7 \
	rule=not-from-away decision=deny reason=denied-by-rule
target=::1 keeps_out 'the same for an IPv6 network' bob \
	-b 2001:db8:bad::7 -o AddressFamily=inet6
decided 'the log names the IPv6 address' rhost=2001:db8:bad::7 \
	rule=not-from-away decision=deny
still_works bob

fresh worker
lets_in 'at ten on a Monday the worker gets in' worker
stand_at "$(date -u -d '2030-03-11 17:59:30' +%s)"
fresh worker
keeps_out 'at seven in the evening in Berlin the worker does not' worker
decided 'C09 the end of the hours is outside' user=worker decision=deny
stand_at "$(date -u -d '2030-03-16 10:00' +%s)"
fresh worker
keeps_out 'on a Saturday the worker does not' worker
stand_at "$(date -u -d '2030-03-18 06:30' +%s)"
fresh worker
lets_in 'on the next Monday at half past seven in Berlin he does' worker

# --- looking on -------------------------------------------------------------
fresh alice
lets_in 'a rule in observe mode does not deny' alice
logged 'it is logged what it would have done' \
	'event=observe .*user=alice .*phase=auth .*rule=watched observe=would-deny'
decided 'and the next rule decides' user=alice phase=auth rule=staff \
	decision=permit
finish
