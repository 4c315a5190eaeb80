#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea report: what the log, the store and the policy say of the last days.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine
cat >/etc/cardea/policy.conf <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo" ]; }; require = "none"; reason = "t"; },
  { name = "deploy"; when = { service = "sudo"; }; require = "totp"; grant = true; approve = 1; },
  { name = "glass"; when = { service = "sshd"; }; require = "totp"; grant = true; emergency = true; },
  { name = "people"; when = { service = "sshd"; user = [ "alice", "bob" ]; }; require = "password + totp"; }
);
END
cardea check --install >/dev/null || note 'the policy is refused'
stamp() { date -u -d "@$(($(date +%s) - $1 * 86400))" +%Y-%m-%dT%H:%M:%S+00:00; }
head="$(stamp 1) gate cardea[7]:"
{
	for i in 1 2 3; do
		echo "$head event=decision txn=a$i user=alice service=sshd phase=auth rule=people decision=permit reason=requirement-met"
		echo "$head event=decision txn=a$i user=alice service=sshd phase=account rule=people decision=permit reason=requirement-met"
	done
	echo "$head event=decision txn=b1 user=bob service=sshd phase=auth rhost=198.51.100.7 decision=deny reason=nothing-matched"
	echo "$head event=alert txn=b1 user=bob service=sshd phase=auth rhost=198.51.100.7 rule=glass detail=\"somebody should look\""
	echo "$(stamp 20) gate cardea[7]: event=alert txn=old user=bob service=sshd detail=long-ago"
	echo "$(stamp 1) gate other[7]: event=alert txn=forged user=mallory service=sshd"
} >"$scratch/log"
report() { run report --log "$scratch/log" "$@"; }

report --json
ends 'a report' 0
is 'logins are counted, not their phases' "$(json '.logins[0] | "\(.count) \(.decision) \(.rule)"')" '3 permit people'
is 'by what became of them' "$(json '.logins[1] | "\(.count) \(.decision) \(.reason)"')" '1 deny nothing-matched'
is 'alerts of these days, and ours alone' "$(json '[.alerts[].txn] | join(" ")')" b1
is 'people who are covered and have nothing to show' "$(json '.without_factor | map(select(. == ("alice", "bob"))) | sort | join(" ")')" 'alice bob'
report --since 30d --json
is 'further back' "$(json '.alerts | length')" 2

secret=$(secret_of)
soon=$(date -u -d '+5 days' +%Y-%m-%d)
steady
printf '%s\n' "$secret" | cardea enroll totp alice --secret-stdin --code "$(totp "$secret")" \
	--not-after "$soon" >/dev/null 2>"$scratch/err" ||
	note "$(cat "$scratch/err")"
cardea lock bob --reason 'lost his bag' >/dev/null
cardea grant alice --rule glass --for 1h --reason 'the roof burns' >/dev/null
cardea grant bob --rule deploy --for 1h --reason 'change 4711' >/dev/null
cardea device add laptop --owner alice >/dev/null 2>&1
cardea device lock laptop --lost --reason 'on the train' >/dev/null 2>&1
report --json
is 'one has a factor now' "$(json '.without_factor | map(select(. == ("alice", "bob"))) | join(" ")')" bob
is 'which ends soon' "$(json '.idle[] | "\(.kind) \(.owner) \(.unused) \(.ends != null)"')" 'totp alice false true'
is 'who is locked' "$(json '.locked[] | select(.user) | "\(.user) \(.reason)"')" 'bob lost his bag'
is 'grants: break-glass, and who waits' "$(json '[.grants[] | "\(.user) \(.state) \(.emergency)"] | sort | join("; ")')" \
	'alice active true; bob waiting false'
is 'no session is open' "$(json '.sessions | length')" 0
report
ends 'in words' 0
like 'the logins' "$out" '^ +3 permit \(requirement-met\), rule people'
like 'the alerts' "$out" 'user bob .*somebody should look'
like 'the locks' "$out" 'user bob: until unlocked, by .*: lost his bag'
unlike 'what is empty has no title' "$out" '^sessions'
report --since never
ends 'a time that is none' 2 'since'
run report --log "$scratch/none"
ends 'no log' 3 'none'
finish
