#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Grants, through Debian's sudo and sshd: what applies only while it is granted,
# until its end, by a second person's proof where the rule wants one.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"

settings='fido2: { rp_id = "example.org"; touch_timeout = "5s"; };
grants: { longest = "8h"; longest_emergency = "1h"; };
tries = 4; user_tries = 4; delay = "60s";'
machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "deploy"; when = { service = "sudo"; user = "alice"; }; require = "totp";
    grant = true; },
  { name = "database"; when = { service = "sudo"; user = "bob"; }; require = "totp";
    grant = true; approve = 2; },
  { name = "glass"; when = { service = "sshd"; user = "alice"; }; require = "password + totp";
    grant = true; emergency = true; },
  { name = "nobodys-word"; when = { service = "cardea-approve"; user = "mallory"; };
    require = "none"; reason = "tests"; },
  { name = "password-word"; when = { service = "cardea-approve"; user = "trudy"; };
    require = "password + totp"; },
  { name = "key-word"; when = { service = "cardea-approve"; user = "frank"; };
    require = "fido2"; },
  { name = "approvers"; when = { service = "cardea-approve"; user = [ "carol", "dave", "alice" ]; };
    require = "totp"; },
  { name = "bob-comes"; when = { service = "sshd"; user = "bob"; }; require = "password + totp"; }
);
END
for who in alice bob carol dave trudy erin; do enrolled $who; done
for who in mallory frank; do person $who; done
printf '%s\n' 'Defaults !lecture, passwd_tries=1' 'alice ALL=(ALL:ALL) ALL' \
	'bob ALL=(ALL:ALL) ALL' >/etc/sudoers.d/e2e
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
chmod 0440 /etc/sudoers.d/e2e
sshd_up

# become USER: sudo with a code of this moment
become() {
	fresh "$1"
	as "$1" sudo -A id -un </dev/null
}
may() { is "$1" "$rc ${said##*[[:space:]]}" '0 root'; }
may_not() { unlike "$1" "$rc $said" '^0|root$'; }

# grant WORDS...: sets $id
grant() {
	mark
	said=$(cardea grant "$@" --json 2>/dev/null)
	rc=$?
	id=$(jq -r .grant.id <<<"$said")
}
# approve NAME ANSWER: of $id; sets $said and $rc
approve() {
	mark
	said=$(cardea approve "$id" --as "$1" <<<"$2" 2>&1)
	rc=$?
}
# approvals: how many $id has
approvals() {
	cardea grants --all --json | jq -r --arg id "$id" \
		'.grants[] | select(.id == $id) | "\(.approvals | length) \(.state)"'
}

# --- until its end ----------------------------------------------------------------
become alice
may_not 'without a grant the rule does not apply'
decided 'nothing matched' user=alice service=sudo phase=auth decision=deny reason=nothing-matched
grant alice --rule deploy --for 2h --reason 'change 4711'
become alice
may 'granted, it does'
logged 'the decision names the grant' \
	"event=decision .*user=alice service=sudo phase=auth .*rule=deploy decision=permit .*detail=\"grant $id\""
unlike 'and alarms nobody' "$(new_log)" event=alert
become bob
may_not 'a grant is nobody else'\''s'
fresh alice
ASK_CODE=000000
as alice sudo -A id -un </dev/null
may_not 'the rule asks for its proof as ever'
later 7000
become alice
may 'it lasts until its end'
later 300
become alice
may_not 'and no longer'
logged 'its end is noted where it is seen' \
	"event=admin .*user=alice .*rule=deploy reason=\"change 4711\" .*detail=\"grant $id is over\""
stand_at $((moment - 3600))
ahead=$moment
become alice
may_not 'R07 a clock set back does not bring it back'
stand_at $((ahead + 3600 + 300))

grant alice --rule deploy --for 2h --reason 'change 4712'
become alice
may 'a new one is a new one'
quietly cardea revoke "$id"
become alice
may_not 'revoked it stops at once'
grant alice --rule deploy --for 9h --reason 'too long'
is 'nobody grants for longer than the settings have it' "$rc" 1

# --- a second person's word -----------------------------------------------------------
fresh bob
grant bob --rule database --for 1h --reason 'restore the backup'
become bob
may_not 'what waits for approval does not count'
fresh carol
approve carol "$ASK_CODE"
is 'a second person approves by his code' "$rc $(approvals)" '0 1 waiting'
logged 'whose proof is logged as any other' \
	'event=verification .*user=carol service=cardea-approve phase=auth .*factor=totp result=verified'
txn=$(new_log | sed -n 's/.*event=decision txn=\([0-9a-f]*\) user=carol service=cardea-approve.* rule=approvers decision=permit.*/\1/p')
like 'and the decision about it' "$txn" '^[0-9a-f]{32}$'
logged 'the approval names the transaction that proved it' \
	"event=admin txn=${txn:-none} user=bob rule=database .*detail=\"grant $id approved as.*carol by.*root"
is 'and keeps it' "$(cardea grants --json | jq -r --arg id "$id" \
	'.grants[] | select(.id == $id) | .approvals[0].txn')" "$txn"
become bob
may_not 'one of two is not enough'
fresh carol
approve carol "$ASK_CODE"
is 'nobody approves twice' "$rc $(approvals)" '1 1 waiting'
like 'which is said' "$said" 'has approved it already'
fresh bob
approve bob "$ASK_CODE"
is 'nobody approves for himself' "$rc $(approvals)" '1 1 waiting'
fresh dave
approve dave 000000
is 'a wrong code approves nothing' "$rc $(approvals)" '1 1 waiting'
logged 'and is refused in the log' \
	'event=verification .*user=dave service=cardea-approve .*factor=totp result=refused'
logged 'so is the decision' \
	'event=decision .*user=dave service=cardea-approve .*decision=deny'
like 'and counted' "$(cardea list dave)" 'refused codes: 1'
fresh erin
approve erin "$ASK_CODE"
is 'whom no rule lets approve does not' "$rc $(approvals)" '1 1 waiting'
approve mallory ''
is 'a rule that asks for nothing proves nobody' "$rc $(approvals)" '1 1 waiting'
logged 'the log says what is missing' \
	'event=decision .*user=mallory service=cardea-approve .*rule=nobodys-word decision=deny reason=factor-missing'
fresh trudy
approve trudy "$ASK_CODE"
is 'a password cannot be proved there' "$rc $(approvals)" '1 1 waiting'
approve dave ''
is 'V15 no answer, no approval' "$rc $(approvals)" '1 1 waiting'
fresh dave
approve dave "$ASK_CODE"
is 'the second of two makes it count' "$rc $(approvals)" '0 2 active'
approve dave "$ASK_CODE"
is 'nothing is left to approve' "$rc" 1
become bob
may 'and then it does'
later 3700
become bob
may_not 'for the time that was asked, from the last approval on'

for _ in 1 2 3 4; do
	grant bob --rule database --for 1h --reason 'guessing'
	fresh dave
	approve dave 000000
done
fresh dave
approve dave "$ASK_CODE"
is 'R03 guessing ends in a delay, in which the right code does not count' \
	"$rc $(approvals)" '1 0 waiting'
later 86400
fresh carol
approve carol "$ASK_CODE"
is 'a wish lapses after a day' "$rc $(approvals)" '1 0 lapsed'

# who asked is known by the login uid, which survives sudo
carol=$(id -u carol)
id=$(echo "$carol" >/proc/self/loginuid && cardea grant bob --rule database \
	--for 1h --reason 'carol asks' --json | jq -r .grant.id)
fresh carol
approve carol "$ASK_CODE"
is 'nobody approves what he asked for' "$rc $(approvals)" '1 0 waiting'
like 'which is said' "$said" 'what he asked for'

# --- by a security key ------------------------------------------------------------------
key_plug one
quietly cardea enroll fido2 frank --name blue </dev/null
key_mode one deny
approve frank ''
is 'a key that is not touched approves nothing' "$rc $(approvals)" '1 0 waiting'
key_touch one
approve frank ''
is 'a touch approves' "$rc $(approvals)" '0 1 waiting'
like 'and was asked for' "$said" 'Touch your security key'
install -d -m 0755 /srv/keys
cd /srv/keys || exit 1
sk_key one ed25519-sk frank_key
quietly cardea enroll sshkey frank frank_key.pub --name laptop
quietly cardea disable frank blue
grant bob --rule database --for 1h --reason 'from afar'
agent_user=root agent_with frank_key
approve frank ''
is 'a key behind somebody else'\''s agent approves nothing' "$rc $(approvals)" '1 0 waiting'
agent_gone
agent_user=frank agent_with frank_key
approve frank ''
is 'a touch of the key behind his own agent approves' "$rc $(approvals)" '0 1 waiting'
logged 'by that key' \
	'event=verification .*user=frank service=cardea-approve .*factor=fido2 result=verified credential=laptop'
agent_gone
key_unplug one

# --- break-glass --------------------------------------------------------------------------
fresh alice
keeps_out 'break-glass is shut' alice
grant alice --rule glass --for 2h --reason 'nobody answers'
is 'it opens for no longer than emergencies last' "$rc" 1
grant alice --rule glass --for 30m --reason 'nobody answers'
logged 'opening it alarms' \
	"event=alert .*user=alice .*rule=glass reason=\"nobody answers\" detail=\"grant $id made"
fresh alice
lets_in 'it lets in' alice
logged 'whoever comes by it alarms' \
	"event=alert .*user=alice service=sshd phase=auth .*rule=glass decision=permit .*detail=\"grant $id\""
later 1800
fresh alice
keeps_out 'and it shuts by itself' alice
logged 'which alarms, too' \
	"event=alert .*user=alice .*rule=glass reason=\"nobody answers\" .*detail=\"grant $id is over\""
grant alice --rule glass --for 30m --reason 'again'
mark
quietly cardea revoke "$id"
logged 'so does shutting it' "event=alert .*rule=glass .*detail=\"grant $id revoked"
fresh alice
keeps_out 'and it is shut' alice

# --- trouble ----------------------------------------------------------------------------------
grant alice --rule deploy --for 1h --reason 'in 1970'
stand_at 1000
fresh alice
as alice sudo -A id -un </dev/null
may_not 'R09 without a clock to trust no grant counts'
sshd_down
finish
