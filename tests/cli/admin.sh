#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea list, remove, lock and unlock.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine

secret=$(secret_of)
for name in one two three; do
	cardea enroll hotp alice --secret-stdin --name "$name" \
		--code "$(oathtool -b --hotp "$secret")" <<<"$secret" >/dev/null
done
cardea enroll recovery alice --count 5 >/dev/null
id=$(cardea list alice --json | jq -r '.users[0].tokens[] | select(.name == "two") | .id')

# --- list -----------------------------------------------------------------

run list
ends 'list' 0
like 'tells tokens' "$out" "hotp $id \"two\": SHA1, 6 digits, last used never"
like 'and recovery codes' "$out" 'recovery codes left: 5 of 5'
unlike 'but no secret' "$out" "$secret"
run list bob --json
is 'a user with nothing' "$(json '.users[0] | "\(.user) \(.tokens | length) \(.recovery_left)"')" 'bob 0 0'
run list $'no\nbody\e[2J'
is 'I14 a name is shown in one line' "$out" 'no\x0abody\x1b[2J'
run list "$(printf 'x%.0s' {1..100000})"
ends 'I06 a name too long is refused, not cut' 3

# --- disable and enable -------------------------------------------------------

run disable alice
ends 'nothing named to disable' 2 'wants USER ID'
run disable alice four
ends 'disabling what is not there' 1 'no token or key of that'
run disable bob one
ends 'what another user has' 1 'no token or key of that'
run disable alice one --json
ends 'disable by name' 0
is 'and say what changed' "$(json '"\(.factor) \(.name) \(.disabled) \(.changed)"')" 'hotp one true true'
like 'it is listed as disabled' "$(cardea list alice)" 'hotp [0-9a-f]{16} "one":.*, disabled'
is 'the others are not' "$(cardea list alice --json | jq '[.users[0].tokens[] | select(.disabled)] | length')" 1
run disable alice one
like 'once more changes nothing' "$out" 'already disabled'
run enable alice "$(cardea list alice --json | jq -r '.users[0].tokens[] | select(.name == "one").id')"
ends 'enable by id' 0
like 'and say so' "$out" 'is now enabled'
is 'none is disabled then' "$(cardea list alice --json | jq '[.users[0].tokens[] | select(.disabled)] | length')" 0
is 'each change has its line in the log' "$(grep -cE 'event=admin user=alice factor=hotp .*detail="(dis|en)able by' "$scratch/syslog")" 2

# --- remove -----------------------------------------------------------------

run remove alice
ends 'nothing named' 2 'name one of'
run remove alice two --all
ends 'two things named' 2 'name one of'
run remove alice two
ends 'unasked is refused without a terminal' 2 'give --yes'
run remove alice four --yes
ends 'what is not there' 1 'nothing of that'
run remove bob --all --yes
ends 'a user with nothing to remove' 1 'nothing of that'
run remove alice "$id" --yes --json
ends 'remove by id' 0
is 'and say which' "$(json '.tokens[0]')" "$id"
run remove alice three --yes
ends 'remove by name' 0
is 'one token is left' "$(cardea list alice --json | jq -r '[.users[0].tokens[].name] | join(" ")')" one
run remove alice --recovery --yes
ends 'remove the recovery codes' 0
is 'none are left' "$(cardea list alice --json | jq '.users[0].recovery_left')" 0
is 'each has its line in the log' "$(grep -c 'event=admin user=alice .*detail="remove' "$scratch/syslog")" 3
shown=$(expect -c 'spawn cardea remove alice --all; expect "y/N]"; send "n\r"; expect eof' 2>&1)
like 'a person is asked' "$shown" 'left as it was'
run remove alice --all --yes
ends 'remove all' 0
run list --json
is 'then nobody is listed' "$(json '.users | length')" 0

# --- lock and unlock ----------------------------------------------------------

run lock alice --for 2h --reason 'lost phone'
ends 'lock for a time' 0
run list alice --json
is 'it is listed with who and why' "$(json '.users[0].locks[0] | "\(.by) \(.reason)"')" 'root lost phone'
is 'and ends in two hours' \
	"$(($(date -d "$(json '.users[0].locks[0].until')" +%s) - $(date -d "$(json '.users[0].locks[0].since')" +%s)))" 7200
like 'the log warns of it' "$(cat "$scratch/syslog")" \
	'<84>cardea.*event=admin user=alice reason="lost phone" detail="lock until'
run lock alice --json
is 'lock again, without end' "$(json '"\(.locked) \(.until_s)"')" 'true null'
run lock alice --for 15m --reason alarm --json
is 'a short lock does not end a longer one' "$rc $(json '"\(.locked) \(.until_s)"')" '0 true null'
run list alice --json
is 'which is kept as it is' "$(json '.users[0].locks[0] | "\(.until) \(.reason)"')" 'null '
run unlock alice --json
is 'unlock' "$rc $(json .was_locked)" '0 true'
run unlock alice --json
is 'unlock again' "$rc $(json .was_locked)" '0 false'
run lock nobodyhere
ends 'a name that the host does not know can be locked' 0 'not a user that this host knows'
run unlock nobodyhere
ends 'and unlocked' 0
for time in 0s 5 -1h 1y forever 99999999d; do
	run lock alice --for "$time"
	ends "a lock for $time is refused" 2 'for'
done
run lock alice --reason "$(printf 'x%.0s' {1..256})"
ends 'a reason too long is refused, not cut' 2 'reason'
run lock ''
ends 'nobody is locked by an empty name' 1 'user name'
run lock "$(printf 'x%.0s' {1..256})"
ends 'I06 a name too long is refused' 1 'user name'
run lock '../../etc/shadow' --reason $'a\nb\e[2J'
ends 'I01 a name is never a path' 0
run list '../../etc/shadow'
like 'I14 a reason is shown in one line' "$out" 'root: a\\x0ab\\x1b\[2J'
is 'V21 the log has it in one line' "$(grep -c 'reason="a.x0ab' "$scratch/syslog")" 1
run unlock '../../etc/shadow'
run unlock alice --tries --json
is 'no refused codes to forget' "$(json .tries_forgotten)" 0

for _ in 1 2 3 4 5 6 7 8; do
	cardea lock bob >/dev/null 2>&1 &
	cardea unlock bob >/dev/null 2>&1 &
done
settle
run list bob --json
ends 'locks and unlocks at once leave a store that can be read' 0

# --- trouble --------------------------------------------------------------------

kill %1
rm -f /dev/log
run lock bob
ends 'without a log the lock stands' 0 'syslog did not take'
chmod 0644 /etc/cardea/seal.key
run list
ends 'F11 a key that others may read is refused' 3 'seal.key'
chmod 0400 /etc/cardea/seal.key
mv /etc/cardea/seal.key "$scratch/key"
run list
ends 'a missing key is trouble' 3 'seal.key'
(umask 077 && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >/etc/cardea/seal.key)
chmod 0400 /etc/cardea/seal.key
run list
ends 'another key is trouble' 3
mv -f "$scratch/key" /etc/cardea/seal.key
run list
ends 'and with the right one all is back' 0
rm /var/lib/cardea/policy.prepared
run list
ends 'without an installed policy nothing is opened' 3 'run .cardea init. first'
finish
