#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea explain: what the policy says, by the functions that judge logins.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine
groupadd -f ops
usermod -aG ops alice
cat >/etc/cardea/cardea.conf <<'END'
host = "gate";
END
cat >/etc/cardea/policy.conf <<'END'
zones: { office = { networks = [ "192.0.2.0/24", "2001:db8:7::/48" ]; };
         bad = { networks = [ "198.51.100.0/24" ]; }; };
hours: { working = { days = "mon-fri"; times = "07:30-19:00"; timezone = "Europe/Berlin"; }; };
rules = (
  { name = "bad"; when = { zone = "bad"; }; deny = "not from there"; },
  { name = "root"; when = { caller = "root"; service = [ "su", "sudo" ]; }; require = "none"; reason = "root"; },
  { name = "watched"; when = { service = "sshd"; }; require = "totp + hotp"; mode = "observe"; observe_until = "2099-01-01"; },
  { name = "ops"; when = { group = "ops"; zone = "office"; hours = "working"; };
    require = "password + (totp | recovery)"; when_outage = { store-unwritable = "fido2(uv)"; }; },
  { name = "host"; when = { host = "other"; service = "sshd"; }; require = "password"; },
  { name = "sudo"; when = { service = "sudo"; user = "alice"; }; require = "totp"; }
);
END
chmod 0644 /etc/cardea/*.conf
cardea check --install >/dev/null || note 'the policy is refused'

# says NAME EXIT "RULE DECISION REASON" ARGUMENT...
says() {
	local name=$1 code=$2 wanted=$3
	shift 3
	run explain "$@" --json
	is "$name" "$rc $(json '"\(.rule) \(.decision) \(.reason)"')" "$code $wanted"
}
monday=2026-11-23T10:00:00+01:00
office="--user alice --service sshd --from 192.0.2.7 --at $monday"
# shellcheck disable=SC2086 # words on purpose
{
	says 'a zone that denies' 1 'bad deny denied-by-rule' \
		--user alice --service sshd --from 198.51.100.1 --at $monday
	is 'and its words' "$(json .text)" 'not from there'
	says 'nothing shown yet' 1 'ops deny factor-missing' $office
	is 'what is required' "$(json .requirement)" 'password + (totp | recovery)'
	is 'what is missing' "$(json .missing)" 'password + (totp | recovery)'
	says 'half of it' 1 'ops deny factor-missing' $office --have password
	is 'what is missing then' "$(json .missing)" 'totp | recovery'
	says 'all of it' 0 'ops permit requirement-met' $office --have password,recovery
	says 'groups by hand' 0 'ops permit requirement-met' --user bob --service sshd \
		--from 2001:db8:7::1 --at $monday --group ops --have 'password + totp'
	says 'not in the group' 1 'null deny nothing-matched' --user bob --service sshd \
		--from 192.0.2.7 --at $monday
	says 'after hours' 1 'null deny nothing-matched' --user alice --service sshd \
		--from 192.0.2.7 --at 2026-11-23T19:00:00+01:00
	says 'the last second of work' 1 'ops deny factor-missing' --user alice --service sshd \
		--from 192.0.2.7 --at 2026-11-23T18:59:59+01:00
	says 'on a Sunday' 1 'null deny nothing-matched' --user alice --service sshd \
		--from 192.0.2.7 --at 2026-11-22T10:00:00+01:00
	says 'an outage has its own requirement' 0 'ops permit requirement-met' $office \
		--outage store-unwritable --have 'fido2(uv)'
	says 'a factor without the quality' 1 'ops deny factor-missing' $office \
		--outage store-unwritable --have fido2
	says 'a cluster out of reach, and no clause' 1 'ops deny cut-off' $office \
		--outage cluster --have password,recovery
	says 'sudo from root, all the while' 0 'root permit requirement-met' --user alice \
		--service sudo --caller root --outage cluster
	says 'another host' 0 'host permit requirement-met' --user bob --service sshd \
		--from 192.0.2.7 --host other --have password
	says 'sudo asks as the user' 0 'sudo permit requirement-met' --user alice --service sudo \
		--have totp
	says 'sudo from root' 0 'root permit requirement-met' --user alice --service sudo-i \
		--caller root
	says 'an unknown user' 1 'null deny nothing-matched' --user nobodyhere --service sshd
	is 'who is told to be one' "$(json .request.user_exists)" false
}
run explain --user alice --service sshd --from 192.0.2.7 --at $monday
ends 'as text' 1
like 'a rule that does not match' "$out" '^ +1 no +bad  deny: not from there  \(/etc/cardea/policy.conf:5\)'
like 'an observed rule' "$out" 'watched .*\[only observed\]'
like 'the rule that decides' "$out" '^ +4 yes +ops'
unlike 'none below it' "$out" '^ +5'
like 'the decision' "$out" 'decision  deny \(factor-missing\), rule ops'
like 'what kept a rule off' "$out" '^ +zone: no, wants bad; is 192.0.2.7$'
like 'why the one that decides applies' "$out" '^ +group: yes, wants ops; is ops$'
like 'by the clock of its zone' "$out" 'hours: yes, wants working; is Mon 2026-11-23 10:00:00 Europe/Berlin'
unlike 'what holds of the others is left out' "$out" 'service: yes'
like 'the zones it is in' "$out" '^zones +office$'
run explain --user alice --service sshd --from 192.0.2.7 --at $monday --verbose
like 'but told with --verbose' "$out" '^ +service: yes, wants sshd; is sshd$'
run explain --user alice --service sshd --from gate.example.org --at $monday --json
is 'C02 a name for an address: nobody knows the zone' \
	"$(json '.rules[0].conditions[0] | "\(.key) \(.match) \(.found)"')" 'zone maybe unknown, perhaps in bad'
run explain --user alice --service su
like 'maybe, if the caller is not known' "$out" '2 maybe root'

run explain --user alice
ends 'no service' 2 'wants --user and --service'
run explain --user alice --service sshd --have magic
ends 'a factor that is none' 2 'have|factor'
run explain --user alice --service sshd --have 'totp|hotp'
ends 'an or is not evidence' 2 'have'
run explain --user alice --service sshd --at noon
ends 'a time that is none' 2 'at: wants'
run explain --user alice --service sshd --outage war
ends 'an outage that is none' 2 'no outage'
run explain --user alice --service sshd --caller nobodyhere
ends 'a caller that is none' 2 'no such user'
while IFS='|' read -r name reason words; do
	# shellcheck disable=SC2086 # words on purpose
	run explain --user alice --service sshd $words
	ends "$name is refused" 2 "$reason"
done <<'END'
a country in words|--country: wants|--country Germany
a country in small letters|--country: wants|--country de
a part of no country|--subdivision: wants|--subdivision BE
a part of another country|of another country|--country FR --subdivision DE-BE
an owner of networks that is none|--asn|--asn AS64500
an owner of networks beyond all|--asn|--asn 4294967296
half a position|--position: wants|--position 52.52
a position beyond the pole|--position: wants|--position 90.0001,0
a position too exact|--position: wants|--position 1.23456,0
a position without digits|--position: wants|--position -,5
a trait that is none|--trait: wants|--trait evil
a list that no zone names|no zone names|--listed /etc/cardea/tor.txt
a signal that is none|no such signal|--not-signal magic
batch of what|wants --facts|--batch
END
run explain --user "$(printf 'x%.0s' {1..256})" --service sshd
ends 'I06 a name too long' 2 'too long'
run explain --user $'a\nb\e[2J' --service sshd
unlike 'I14 a name comes back escaped' "$out$err" $'\e'

sed -i 's/"not from there"/"never"/' /etc/cardea/policy.conf
run explain --user alice --service sshd --from 198.51.100.1 --json
is 'a change of the file changes nothing yet' "$(json .text)" 'not from there'
is 'but is told' "$(json .stale)" true
like 'in words too' "$err" 'policy.conf is not as it was'
run explain --user alice --service sshd --from 198.51.100.1 --json --source
is 'the files themselves are never stale' "$(json .stale)" false
is 'but --source tells what it would' "$(json .text)" 'never'
echo 'broken' >>/etc/cardea/policy.conf
run explain --user alice --service sshd --source
ends 'a broken source is told' 3 'policy.conf:'
rm /var/lib/cardea/policy.prepared
run explain --user alice --service sshd
ends 'no installed policy is trouble' 3
finish
