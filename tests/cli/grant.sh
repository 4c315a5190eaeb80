#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea grant, grants, approve and revoke: what each takes and refuses.  That
# logins obey it, and that approvers prove themselves, is tests/e2e/grants.sh's.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine
useradd -m -s /bin/bash carol
useradd -o -u "$(id -u alice)" -M alias
cat >/etc/cardea/policy.conf <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "deploy"; when = { service = "sudo"; }; require = "totp"; grant = true; },
  { name = "database"; when = { service = "sudo"; }; require = "totp"; grant = true; approve = 2; },
  { name = "glass"; when = { service = "sshd"; }; require = "totp"; grant = true;
    emergency = true; },
  { name = "approvers"; when = { service = "cardea-approve"; }; require = "totp"; },
  { name = "rest"; when = { service = "sshd"; }; require = "password + totp"; }
);
END
printf 'grants: { longest = "8h"; longest_emergency = "1h"; };\n' >/etc/cardea/cardea.conf
cardea check --install >/dev/null || echo 'Bail out! no policy'
give() {
	run grant "$@" --reason 'change 4711' --json
	id=$(json .grant.id)
}

# --- grant ----------------------------------------------------------------------

run grant alice --rule deploy --for 2h --reason 'change 4711'
ends 'grant' 0
like 'it says what was granted' "$out" 'grant [0-9a-f]{16} active: alice may use rule "deploy"'
like 'by whom, and why' "$out" 'asked for by root at 2[0-9-]*T.*Z: change 4711'
like 'and for how long' "$out" 'until 2[0-9-]*T.*Z, 2h left'
like 'the log has it' "$(cat "$scratch/syslog")" \
	'<85>cardea.*event=admin user=alice rule=deploy reason="change 4711" detail="grant [0-9a-f]{16} made for.*7200s by.*root'
give alice --rule database --for 15m
is 'one that others have to approve' "$(json '.grant | "\(.state) \(.wanted) \(.length_s)"')" 'waiting 2 900'
is 'waits for a day' "$(json .grant.left_s)" 86400
run grant alice --rule database --for 15m --reason x
like 'which is said' "$out" 'has 0 of 2 approvals, lapses without at .*, in 1d'
like 'with what is to be done' "$out" 'cardea approve [0-9a-f]{16} --as NAME'
unlike 'no grant that waits or is used alarms anybody by itself' "$(cat "$scratch/syslog")" event=alert
give alice --rule glass --for 10m
is 'break-glass counts at once' "$rc $(json '.grant | "\(.state) \(.emergency)"')" '0 active true'
like 'and alarms' "$(cat "$scratch/syslog")" \
	"<84>cardea.*event=alert user=alice rule=glass reason=\"change 4711\" detail=\"grant $id made for.*600s by.*root"

while IFS='|' read -r name code reason words; do
	eval "run grant $words"
	ends "$name is refused" "$code" "$reason"
done <<'END'
no rule|2|wants --rule|alice --for 2h --reason x
no time|2|wants --rule|alice --rule deploy --reason x
no reason|2|wants --rule|alice --rule deploy --for 2h
a reason of blanks|2|says nothing|alice --rule deploy --for 2h --reason "  "
an empty reason|2|says nothing|alice --rule deploy --for 2h --reason ""
a reason too long|2|longer than 255|alice --rule deploy --for 2h --reason "$(printf 'x%.0s' {1..256})"
a rule too long|2|longer than 63|alice --rule "$(printf 'x%.0s' {1..64})" --for 2h --reason x
a time without its unit|2|wants a time|alice --rule deploy --for 5 --reason x
no time at all|2|wants a time|alice --rule deploy --for 0s --reason x
a time before now|2|wants a time|alice --rule deploy --for -1h --reason x
for ever|2|wants a time|alice --rule deploy --for 99999999d --reason x
longer than the settings have it|1|for 8h at most .grants.longest.|alice --rule deploy --for 9h --reason x
longer in an emergency|1|for 1h at most .grants.longest_emergency.|alice --rule glass --for 2h --reason x
a rule that is not there|1|has no rule "nothing"|alice --rule nothing --for 2h --reason x
a rule that needs none|1|applies without a grant|alice --rule rest --for 2h --reason x
nobody|1|no such user|nobodyhere --rule deploy --for 2h --reason x
an empty name|1|user name|"" --rule deploy --for 2h --reason x
END
for _ in 5 6 7 8 9 10 11 12 13 14 15 16; do give alice --rule deploy --for 1h; done
is 'sixteen at once may be' "$rc" 0
give alice --rule deploy --for 1h
is 'one more may not' "$rc $(json .error.reason)" \
	'1 alice has as many grants as a user may have'
give carol --rule deploy --for 1h
is 'which keeps nothing from others' "$rc" 0

# --- grants and list --------------------------------------------------------------

run grants --json
is 'all are listed' "$(json '.grants | length')" 17
run grants carol --json
is 'or one user'\''s' "$(json '[.grants[] | .user] | unique | .[]')" carol
run grants bob
like 'nothing' "$out" 'Nothing is granted'
run grants nobodyhere
ends 'nobody' 1 'no such user'
run list carol
like 'list tells them too' "$out" "grant $id active: carol may use rule \"deploy\""
run list carol --json
is 'in JSON' "$(json '.users[0].grants[0].id')" "$id"
run list --json
is 'for everybody' "$(json '[.users[] | select(.user == "carol") | .grants[].id] | .[]')" "$id"

# --- revoke -----------------------------------------------------------------------

run revoke "$id"
ends 'revoke' 0
like 'it says so' "$out" "grant $id revoked"
like 'the log too' "$(cat "$scratch/syslog")" \
	"<85>cardea.*event=admin user=carol rule=deploy reason=\"change 4711\" detail=\"grant $id revoked by.*root"
run revoke "$id"
ends 'revoke again' 1 'revoked already'
run revoke 0123456789abcdef
ends 'what is not there' 1 'there is no grant'
run revoke ''
ends 'nothing' 1 'there is no grant'
run grants carol --json
is 'it is no longer listed' "$(json '.grants | length')" 0
run grants carol --all --json
is 'but among all' "$(json '.grants[0] | "\(.state) \(.revoked_by)"')" 'revoked root'
run list carol --json
is 'nor by list' "$(json '.users[0].grants | length')" 0

# --- approve: who may -----------------------------------------------------------------

waiting=$(cardea grants alice --json | jq -r '[.grants[] | select(.rule == "database").id] | first')
active=$(cardea grants alice --json | jq -r '[.grants[] | select(.rule == "deploy").id] | first')
run approve "$waiting"
ends 'by nobody' 2 'wants --as NAME'
run approve "$waiting" --as nobodyhere
ends 'by a name that is nobody'\''s' 1 'no such user'
run approve "$waiting" --as alice
ends 'by whom it is for' 1 'alice cannot approve grant [0-9a-f]*: nobody approves what is granted to himself'
run approve "$waiting" --as alias
ends 'I05 by another name of the same uid' 1 'granted to himself'
run approve "$waiting" --as root
ends 'by root' 1 'what he asked for|root is nobody'
run approve "$active" --as bob
ends 'what counts already' 1 'it counts already'
run approve "$id" --as bob
ends 'what is revoked' 1 'it is over'
run approve 0123456789abcdef --as bob
ends 'what is not there' 1 'there is no grant'
is 'nothing of that was approved' "$(cardea grants --all --json | jq '[.grants[].approvals[]] | length')" 0

# --- check -------------------------------------------------------------------------

rules_with() {
	sed "s/^.*\"approvers\".*\$/$1/" /etc/cardea/policy.conf >"$scratch/policy.conf"
	run check --policy "$scratch/policy.conf"
}
rules_with ''
like 'check tells of a rule that nobody can approve' "$out$err" \
	'database: its grants want approval, and no rule is for the service "cardea-approve"'
rules_with '{ name = "a"; when = { service = "cardea-approve"; }; require = "password + totp"; },'
like 'and of approvers whose password nobody asks for' "$out$err" \
	'a: nobody can approve by it: it asks for what only a login shows'
rules_with '{ name = "a"; when = { service = "cardea-approve"; user = "bob"; }; require = "none"; reason = "r"; },'
like 'and of those that nothing is asked of' "$out$err" \
	'a: nobody can approve by it: it asks for no code and no security key'
run check
unlike 'a good policy is none of it' "$out$err" 'approv'

# --- trouble --------------------------------------------------------------------------

pids=
for n in 1 2 3 4 5 6; do
	cardea grant bob --rule deploy --for 1h --reason "$n" >/dev/null 2>&1 &
	pids="$pids $!"
	cardea grants >/dev/null 2>&1 &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # numbers
wait $pids
run grants bob --json
is 'grants made at once are all made' "$rc $(json '.grants | length')" '0 6'
kill %1
rm -f /dev/log
run grant bob --rule glass --for 1h --reason x
ends 'without a log the grant stands, and it is said' 0 'syslog did not take the alert'
run grant bob --rule deploy --for 1h --reason $'a\nb\e[2J'
like 'I14 a reason is shown in one line' "$out" 'a\\x0ab\\x1b\[2J'
chmod 0644 /etc/cardea/seal.key
run grant bob --rule deploy --for 1h --reason x
ends 'F11 a key that others may read is refused' 3 'seal.key'
chmod 0400 /etc/cardea/seal.key
finish
