#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea simulate and explain --txn: logins in the log, judged once more.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine
groupadd -f ops
groupadd -f staff
usermod -aG staff alice
cat >/etc/cardea/cardea.conf <<'END'
host = "gate";
END
cat >/etc/cardea/policy.conf <<'END'
zones: { office = { networks = "192.0.2.0/24"; }; };
hours: { working = { days = "mon-fri"; times = "07:30-19:00"; timezone = "Europe/Berlin"; }; };
rules = (
  { name = "away"; when = { service = "sshd"; unless = { zone = "office"; }; }; deny = "not from there"; },
  { name = "ops"; when = { group = "ops"; service = "sshd"; }; require = "password + fido2(uv)"; },
  { name = "work"; when = { service = "sshd"; hours = "working"; }; require = "password + totp"; }
);
END
chmod 0644 /etc/cardea/*.conf
cardea check --install >/dev/null || note 'the policy is refused'
digest=$(cardea explain --user alice --service sshd --json | jq -r '.policy[0:12]')
monday=1795510800 # 2026-11-24T10:00:00+01:00
# txn NUMBER: an id
txn() { printf '%032x' "$1"; }
# login NUMBER AGE USER RHOST FACTS ENDING: two lines, of a day AGE days ago by the
# log's clock
login() {
	local stamp head
	stamp=$(date -u -d "@$(($(date +%s) - $2 * 86400))" +%Y-%m-%dT%H:%M:%S+00:00)
	head="txn=$(txn "$1") user=$3 service=sshd phase=auth rhost=$4"
	[[ $5 == *'|'* ]] || set -- "${@:1:4}" "| $5" "${@:6}"
	[ "${7:-}" = '' ] || echo "$stamp gate cardea[7]: event=verification $head factor=$7 result=verified policy=$digest took_ms=3"
	echo "$stamp gate cardea[7]: event=decision $head $6 policy=$digest facts=\"at:$monday${5%%|*} caller:root,0 host:gate${5##*|}\" took_ms=9"
}
permit='rule=work decision=permit reason=requirement-met'
{
	login 1 1 alice 192.0.2.7 'shown:+password,+totp' "$permit" totp
	login 2 1 bob 198.51.100.1 'groups:?' 'rule=away decision=deny reason=denied-by-rule'
	login 3 1 carol 192.0.2.8 'groups:ops shown:+password,+fido2,uv' \
		'rule=ops decision=permit reason=requirement-met'
	login 4 1 alice 192.0.2.9 'shown:+password' 'rule=work decision=deny reason=factor-missing missing=totp' password
	login 5 1 alice 192.0.2.9 'shown:+password,+totp' 'rule=work decision=deny reason=locked'
	login 6 30 alice 192.0.2.7 'shown:+password,+totp' "$permit"
	login 7 1 unknown:0123456789abcdef 198.51.100.9 ' exists:no pam-user:?|' 'rule=away decision=deny reason=denied-by-rule'
	echo "2026-11-24T10:00:00+00:00 gate other[1]: event=decision txn=$(txn 8) user=mallory service=sshd decision=permit"
	stamp=$(date -u +%Y-%m-%dT%H:%M:%S+00:00)
	# in two phases, the second with a proof of its own, and the facts in the first
	head="txn=$(txn 9) user=dora service=sshd"
	echo "$stamp gate cardea[7]: event=decision $head phase=auth rhost=192.0.2.3 rule=work decision=deferred reason=factor-missing missing=totp policy=$digest facts=\"at:$monday host:gate shown:+password\" took_ms=9"
	echo "$stamp gate cardea[7]: event=verification $head phase=session factor=totp result=verified"
	echo "$stamp gate cardea[7]: event=decision $head phase=session rhost=192.0.2.3 $permit policy=$digest"
	echo "$stamp gate cardea[7]: event=decision txn=$(txn 10) user=old service=sshd phase=auth $permit policy=$digest"
} >"$scratch/log"

# --- explain --txn -----------------------------------------------------------------

run explain --txn "$(txn 2)" --log "$scratch/log"
ends 'a login of the past' 1
like 'what was decided then' "$out" '^then +deny \(denied-by-rule\), rule away'
like 'the rule that decides' "$out" '1 yes +away  deny: not from there  \(/etc/cardea/policy.conf:4\)'
like 'from where it was' "$out" 'source 198.51.100.1'
unlike 'the policy is the same' "$out" 'by policy'
run explain --txn "$(txn 1)" --log "$scratch/log" --json
is 'as JSON' "$rc $(json '"\(.decision) \(.rule) \(.past.decision) \(.past.same_policy) \(.request.time)"')" \
	'0 permit work permit true 2026-11-24T09:00:00Z'
is 'with the condition that kept a rule off' \
	"$(json '.rules[0].conditions[] | select(.key == "unless") | .match')" no
is 'and what it found' "$(json '.rules[0].conditions[] | select(.key == "zone") | .found')" '192.0.2.7, is in office'
run explain --txn "$(txn 3)" --log "$scratch/log" --json
is 'qualities of proofs count' "$(json '"\(.decision) \(.rule)"')" 'permit ops'
run explain --txn "$(txn 9)" --log "$scratch/log" --json
is 'what was shown in a later phase counts' "$(json '"\(.decision) \(.past.decision)"')" 'permit permit'
feed "$(cat "$scratch/log")" explain --txn "$(txn 1)" --log -
ends 'from standard input' 0
run explain --txn "$(txn 99)" --log "$scratch/log"
ends 'none of this id' 1 'no such login'
run explain --txn "$(txn 8)" --log "$scratch/log"
ends 'I14 a line that another program wrote is none' 1 'no such login'
run explain --txn "$(txn 10)" --log "$scratch/log"
ends 'a login without facts' 2 'no facts'
run explain --txn "$(txn 1)" --log "$scratch/none"
ends 'no log' 3 'none'
run explain --txn "$(txn 1)" --log "$scratch/log" --country DE
ends 'the past is not supposed' 2 'all that there is'

# --- simulate ------------------------------------------------------------------------

mkdir "$scratch/new"
simulate() { run simulate --policy "$scratch/new" --log "$scratch/log" "$@"; }
cp /etc/cardea/policy.conf "$scratch/new/"
simulate
ends 'by the same policy nothing changes' 0
like 'of six' "$out" '^0 of 6 logins end otherwise'
like 'a lock was no matter of the policy' "$out" '^1 left out: no policy'
like 'no facts, no judgement' "$out" '^1 left out: the log has no facts'
sed -i 's/"192.0.2.0\/24"/[ "192.0.2.0\/29", "198.51.100.0\/24" ]/' "$scratch/new/policy.conf"
simulate --json
is 'another zone: flips' "$rc $(json '"\(.flips) \(.judged)"')" '1 4 6'
flips() { json "[.logins[] | select(.flip) | \"\(.txn[-1:]) \(.then.ending) \(.now.ending) \(.now.rule)\"] | join(\"; \")"; }
is 'whoever was let in and would not be, and the other way round' "$(flips)" \
	'2 deny ask work; 3 permit deny away; 4 ask deny away; 7 deny ask work'
like 'and the reasons' "$(json '.logins[0].now | "\(.reason) \(.missing)"')" '(factor|password).*totp'
simulate --since 40d --json
is 'further back' "$(json .judged)" 7
simulate --since 2999-01-01 --json
is 'nobody yet' "$rc $(json .judged)" '0 0'
cat >"$scratch/new/policy.conf" <<'END'
rules = (
  { name = "people"; when = { service = "sshd"; group = "staff"; }; require = "password"; },
  { name = "others"; when = { service = "sshd"; country = "DE"; }; require = "none"; reason = "test"; }
);
END
simulate --json --verbose
is 'groups that no line tells are looked up' "$(json .groups_looked_up)" 2
is 'and places' "$(json '.places_looked_up')" 6
is 'who is in the group now' "$(json '.logins[] | select(.txn[-1:] == "1") | "\(.flip) \(.now.ending) \(.now.rule)"')" 'false permit people'
is 'an address that nobody knows the country of' "$(json '.logins[] | select(.txn[-1:] == "3") | "\(.flip) \(.now.ending)"')" 'true deny'
mkdir "$scratch/new/policy.d"
echo 'rules = ( { name = "first"; when = { user = "carol"; }; require = "password"; } );' >"$scratch/new/policy.d/a.conf"
simulate --json --verbose
is 'a folder with more' "$(json '.logins[] | select(.txn[-1:] == "3") | "\(.flip) \(.now.rule)"')" 'false first'
run simulate --policy "$scratch/new/policy.conf" --log "$scratch/log"
like 'in words' "$out" '^ +permit \(requirement-met, rule ops\) -> deny \(.*\)'
run simulate --log "$scratch/log"
ends 'no policy' 2 'wants --policy'
run simulate --policy "$scratch/nothing" --log "$scratch/log"
ends 'a policy that is not there' 3 'nothing'
echo broken >"$scratch/new/policy.conf"
simulate
ends 'a policy that is none' 3 'policy.conf:'
run simulate --policy /etc/cardea --since yesterday --log "$scratch/log"
ends 'a time that is none' 2 'since'
run simulate --policy /etc/cardea --log "$scratch/none"
ends 'no log there' 3 'none'
finish
