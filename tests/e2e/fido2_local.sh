#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Security keys that are plugged into this machine, through Debian's sudo, su and
# login.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"

settings='fido2: { rp_id = "example.org"; touch_timeout = "5s"; };'
machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "touch"; when = { service = "sudo-key"; user = "alice"; };
    require = "fido2"; },
  { name = "pin"; when = { service = "sudo-key"; user = "bob"; };
    require = "fido2(uv, local)"; },
  { name = "either"; when = { service = "sudo-key"; user = "carol"; };
    require = "fido2(uv) | totp"; },
  { name = "bound"; when = { service = "sudo-key"; user = "frank"; };
    require = "fido2(bound)"; },
  { name = "asks"; when = { service = "sudo-key"; user = "gina"; };
    require = "fido2"; },
  { name = "both"; when = { service = [ "sudo", "su", "login" ]; user = [ "alice", "dave" ]; };
    require = "password + fido2"; }
);
END
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sudo" >/etc/pam.d/sudo-key
for who in alice bob dave erin frank gina; do person $who; done
enrolled carol
for who in alice bob carol dave erin frank gina; do
	echo "$who ALL=(ALL:ALL) ALL"
done >/etc/sudoers.d/e2e
cat >>/etc/sudoers.d/e2e <<'END'
Defaults !lecture, timestamp_timeout=0, passwd_tries=1
Defaults pam_service=sudo-key
Defaults:dave pam_service=sudo
END
chmod 0440 /etc/sudoers.d/e2e
quietly visudo -cq

key_plug one
enroll_key() {
	quietly cardea enroll fido2 "$@" </dev/null
}
enroll_key alice --name blue
enroll_key dave --name blue

# become USER [ARGUMENT...]: a sudo without anything typed; $said and $rc
become() {
	local user=$1
	shift
	as "$user" sudo "$@" -S id -un </dev/null
}
# refused NAME: the last one was no
refused() {
	unlike "$1" "$rc $said" '^0|root$'
}
# left NAME: no process of ours is left from the last one
left() {
	local try
	for try in $(seq 100); do
		pgrep -x 'cardea-(key|verify)' >/dev/null || break
		sleep 0.05
	done
	unlike "$1" "$(pgrep -lx 'cardea-(key|verify)')" . ": $try"
}

# --- a touch ------------------------------------------------------------------
become alice
is 'sudo by a touch' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
like 'the person is told to touch' "$said" 'Touch your security key'
logged 'B12 the log names the credential' \
	'event=verification .*user=alice service=sudo-key phase=auth .*factor=fido2 result=verified credential=blue reason=accepted'
decided 'one decision, by the rule' user=alice service=sudo-key phase=auth \
	rule=touch decision=permit
become alice
is 'and again, by a fresh challenge' "$rc $(grep -c "root\$" <<<"$said")" '0 1'

as erin sudo -S id -un </dev/null
refused 'somebody for whom there is no rule is refused'
left 'nothing is left running'

for mode in 'deny:refused' 'badsig:refused' 'noup:refused' 'foreignrp:refused' \
	'trailing=1:refused' 'flags=0x41:refused'; do
	key_mode one "${mode%:*}"
	become alice
	refused "K01 K08 a key in mode ${mode%:*} lets nobody in"
	logged "  and the log says ${mode#*:}" \
		"event=verification .*factor=fido2 result=${mode#*:}"
	key_touch one
done
become alice
is 'and then the next good touch works' "$rc $(grep -c "root\$" <<<"$said")" '0 1'

# --- counters -------------------------------------------------------------------
key_mode one stuckctr
become alice
refused 'K07 a counter that does not grow lets nobody in'
logged 'K07 and somebody is told' \
	'event=alert .*user=alice .*factor=fido2 result=refused credential=blue reason=counter'
key_mode one zeroctr
become alice
refused 'K07 nor does one that has gone back to zero'
key_touch one
become alice
is 'a counter that grows again does' "$rc $(grep -c "root\$" <<<"$said")" '0 1'

key_plug zero
key_mode zero zeroctr
key_unplug one
enroll_key alice --name zero
become alice
is 'K07 a key that has always been at zero may stay there' \
	"$rc $(grep -c "root\$" <<<"$said")" '0 1'
become alice
is '  for ever' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
key_unplug zero

# --- keys that can be copied ----------------------------------------------------------
key_plug one
enroll_key frank --name bound
become frank
is 'a key that is bound to itself' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
key_mode one flags=0x08
become frank
refused 'is not, once it says that it may be backed up'
logged '  which is what is missing' \
	'event=decision .*user=frank .*decision=deny .*missing="?fido2\(bound\)' +
key_touch one
key_unplug one

# --- no key, another key, two keys ------------------------------------------------
become alice
refused 'without a key nobody gets in'
logged 'which is absence' 'factor=fido2 result=absent'
key_plug other
become alice
refused 'a key that holds no credential of alice does not help'
logged 'and is not asked to be touched' 'factor=fido2 result=absent'
unlike 'it saw no touch' "$(key_log other)" 'getAssertion: touched'
key_plug one
become alice
is 'B7 of two keys the one that holds the credential is asked' \
	"$rc $(grep -c "root\$" <<<"$said")" '0 1'
key_unplug other

# --- a touch that never comes -------------------------------------------------------
key_mode one wait
start=$(uptime_ms)
become alice
took=$(($(uptime_ms) - start))
refused 'K09 a touch that never comes ends in a no'
like 'K09 at the limit' "$took" '^[56][0-9]{3}$'
logged 'K09 with its reason' \
	'factor=fido2 result=absent .*reason=no-touch'
left 'K09 and leaves no process'
key_mode one wait
(key_waiting one && key_touch one) &
become alice
is 'a touch that comes late enough is in time' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
wait $!

key_mode one wait
as alice timeout -s INT 2 sudo -S id -un </dev/null
refused 'I4 Ctrl-C ends the wait'
left 'I4 and leaves no process'
key_touch one
become alice
is 'and then the next touch works' "$rc $(grep -c "root\$" <<<"$said")" '0 1'

for n in 1 2 3 4; do
	key_mode one "unplug=$n"
	become alice
	refused "K09 pulled out at message $n: no"
	key_unplug one
	key_plug one
	key_touch one
done
become alice
is 'plugged in again it works' "$rc $(grep -c "root\$" <<<"$said")" '0 1'

# --- password and touch ---------------------------------------------------------------
ASK_PASSWORD=pw-dave
as dave sudo -A id -un </dev/null
is 'password and touch' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
ASK_PASSWORD=wrong
key_forget one
as dave sudo -A id -un </dev/null
refused 'the touch alone is not enough where the rule asks for a password too'
like 'P17 the key is asked all the same: a touch tells nothing of the password' \
	"$(key_log one)" touched
unlike 'V18 and what it says is not judged' "$(new_log)" \
	'factor=fido2 result=verified'
as alice su dave -c 'id -un' < <(echo pw-dave)
is 'su: password and touch of the one to become' \
	"$rc $(grep -c "dave\$" <<<"$said")" '0 1'

# --- PIN and fingerprint ------------------------------------------------------------
key_unplug one
key_plug pin --fido2-only
with_pin '1234 1234' fido2-token -S "$(key_device pin)" >/dev/null
said=$(with_pin 1234 cardea enroll fido2 bob --name pin --uv 2>&1)
is 'a key is enrolled with its PIN' $? 0
# pins WORDS...: what is typed in turn
pins() {
	as bob sudo -S id -un < <(printf '%s\n' "$@")
}
pins 1234
is 'B3 the PIN and a touch' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
logged '  the evidence has the PIN' 'factor=fido2 result=verified credential=pin'
become bob
refused 'K01 the touch alone is not enough where the rule says uv'
key_mode pin nouv
pins 1234
refused 'K01 nor a key that says nothing of the PIN it was given'
logged '  and the log says so' 'factor=fido2 result=refused credential=pin'
key_touch pin
pins 9999
refused 'B3 a wrong PIN does not let in'
logged '  and the log says so' 'factor=fido2 result=refused.*wrong-pin'
pins 1234
is 'B3 the right one does, and sets the tries back' \
	"$rc $(grep -c "root\$" <<<"$said")" '0 1'
said=$(with_pin 1234 cardea enroll fido2 gina --name strict --uv 2>&1)
is 'a credential that demands its PIN' $? 0
as gina sudo -S id -un < <(echo 1234)
is 'K01 is asked for it where the rule does not' \
	"$rc $(grep -c "root\$" <<<"$said")" '0 1'
become gina
refused 'K01 and not taken without'
key_unplug pin

key_plug finger --finger
key_finger finger yes
quietly cardea enroll fido2 bob --name finger </dev/null
become bob
is 'B3 a finger is as good as a PIN, and nothing is asked' \
	"$rc $(grep -c "root\$" <<<"$said")" '0 1'
key_finger finger no
become bob
refused 'B3 a wrong finger, and no PIN: no'
key_unplug finger

# --- alternatives ---------------------------------------------------------------------
fresh carol
as carol sudo -A id -un </dev/null
is 'where no key is there, a code does, if the rule says so' \
	"$rc $(grep -c "root\$" <<<"$said")" '0 1'
ASK_CODE=000000
as carol sudo -A id -un </dev/null
refused 'but not a wrong one'

# --- what the command says ----------------------------------------------------------------
key_plug one
said=$(cardea list alice)
like 'B11 list tells the credentials and their use' "$said" 'blue'
quietly cardea disable alice blue
become alice
refused 'a disabled credential does not help'
quietly cardea enable alice blue
become alice
is 'enabled again it does' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
quietly cardea remove alice blue --yes
become alice
refused 'a removed one does not'
is 'no core, no crash' "$(find / -xdev -name 'core*' -newer /etc/sudoers.d/e2e -type f 2>/dev/null | head -3)" ''
finish
