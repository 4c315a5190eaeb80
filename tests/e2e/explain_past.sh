#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A login of the past: refused by a zone, explained from the real log, and judged
# once more by another policy.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
zones: { office = { networks = "192.0.2.0/24"; }; };
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "root becoming another user"; },
  { name = "office-only"; when = { service = "sshd"; user = "dave"; unless = { zone = "office"; }; };
    deny = "not from there"; },
  { name = "usual"; when = { service = "sshd"; }; require = "password + totp"; }
);
END
enrolled alice
enrolled dave
for address in 192.0.2.10 203.0.113.5; do
	ip addr add $address/32 dev lo
done
sshd_up 'AddressFamily any'

fresh alice
lets_in 'alice from anywhere' alice -b 203.0.113.5
fresh dave
lets_in 'dave from the office' dave -b 192.0.2.10
fresh dave
keeps_out 'dave from elsewhere' dave -b 203.0.113.5
logged 'by rule' 'user=dave .*rule=office-only decision=deny .*facts=' +
# as a log daemon writes what it is sent
log=/var/log/auth.log
sed -nE 's/^uid=0 pid=[0-9]+ <[0-9]+>cardea/2026-11-25T10:00:00+00:00 boxhost cardea/p' "$syslog" >$log
txn=$(grep -oE 'event=decision txn=[0-9a-f]{32} user=dave .*rule=office-only' $log | tail -1 |
	grep -oE '[0-9a-f]{32}' | head -1)

past() { cardea explain --txn "$txn" --json 2>/dev/null | jq -r "$1"; }
is 'the log explains it: the rule' "$(past '"\(.past.rule) \(.decision) \(.rule)"')" 'office-only deny office-only'
is 'the policy is the one of then' "$(past .past.same_policy)" true
is 'the condition, and what it found' \
	"$(past '.rules[1].conditions[] | select(.key == "zone") | "\(.match) \(.wanted) \(.found)"')" 'no office 203.0.113.5'
like 'in words' "$(cardea explain --txn "$txn" 2>&1)" 'zone: no, wants office; is 203.0.113.5'
good=$(grep -oE 'event=decision txn=[0-9a-f]{32} user=alice .*rule=usual decision=permit' $log | tail -1 |
	grep -oE '[0-9a-f]{32}' | head -1)
is 'what alice showed is still worth what it was' \
	"$(cardea explain --txn "$good" --json 2>/dev/null | jq -r '"\(.decision) \(.rule) \(.missing)"')" 'permit usual '

mkdir /root/new
simulated() {
	cardea simulate --policy /root/new --since 1970-01-02 --json 2>/dev/null | jq -r "$1"
}
cp /etc/cardea/policy.conf /root/new/
is 'the same policy ends all as it did' "$(simulated '"\(.judged) \(.flips)"')" '3 0'
sed -i 's/"192.0.2.0\/24"/[ "192.0.2.0\/24", "203.0.113.0\/24" ]/' /root/new/policy.conf
is 'another zone flips that login' "$(simulated '[.logins[] | .txn] | join(" ")')" "$txn"
is 'and no other' "$(simulated '"\(.judged) \(.flips) \(.logins[0].then.ending) \(.logins[0].now.ending)"')" '3 1 deny ask'
sed -i 's/password + totp/password + fido2/' /root/new/policy.conf
is 'who let people in with less is seen to' \
	"$(simulated '[.logins[] | select(.then.ending == "permit") | .now.missing] | unique | join(" ")')" fido2
finish
