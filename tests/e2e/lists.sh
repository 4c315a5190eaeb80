#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Address lists, through Debian's sshd: who comes from where they say, from
# addresses of this box alone.  A list that cannot be used is no answer (C02).
. "$SRCDIR/tests/e2e/lib.sh"

for address in 203.0.113.5 203.0.113.6 198.51.100.7; do
	ip addr add $address/32 dev lo
done
for address in 2001:db8::5 2001:db8:1::5; do
	ip -6 addr add $address/128 dev lo nodad
done
lists=/etc/cardea/lists
mkdir -p $lists
# list NAME: standard input, in its place
list() {
	cat >$lists/.new
	chmod 0644 $lists/.new
	mv $lists/.new $lists/"$1"
}
prepared() {
	echo "/var/lib/cardea/lists/$(printf %s "$lists/$1" | sha256sum | cut -c1-16)"
}

machine <<END
zones: {
  blocked = { lists = [ "$lists/blocked.txt" ]; };
  partners = { lists = [ "$lists/partners.txt" ]; lists_max_age = "7d"; };
};
rules = (
  { name = "blocked"; when = { zone = "blocked"; }; deny = "this address is blocked"; },
  { name = "partners"; when = { service = "sshd"; user = "bob"; zone = "partners"; };
    require = "password"; },
  { name = "people"; when = { service = "sshd"; user = "alice"; };
    require = "password + totp"; }
);
END
enrolled alice
person bob
sshd_up

# from ADDRESS USER: a login from there, with what is right
from() {
	target=127.0.0.1
	[[ $1 != *:* ]] || target=::1
	fresh "$2"
	knock "$2" -b "$1"
}
may() { is "$1" "$rc ${said##*$'\n'}" "0 in as ${2:-alice}"; }
may_not() { unlike "$1" "$rc $said" '^0|in as'; }
enrolled bob

# --- in the list, and not -----------------------------------------------------------
from 198.51.100.7 alice
may_not 'C02 a list that was never prepared is unknown, and a rule that denies by it denies'
decided 'and says by which rule' user=alice service=sshd phase=auth rule=blocked decision=deny
logged 'what is wrong is logged once a login' \
	"event=error .*reason=list .*detail=\"$lists/blocked.txt: was never prepared: run cardea refresh\""

printf '203.0.113.0/29 # documentation\r\n2001:db8::/48 ; too\r\n' | list blocked.txt
printf '203.0.113.6\n198.51.100.0/24\n' | list partners.txt
quietly cardea refresh
from 203.0.113.5 alice
may_not 'who is in the list is kept out'
decided 'by its rule' user=alice service=sshd phase=auth rule=blocked decision=deny
from 198.51.100.7 alice
may 'who is not comes in'
logged 'and nothing is wrong' 'reason=list' 0
from 2001:db8::5 alice
may_not 'IPv6 in the list'
from 2001:db8:1::5 alice
may 'IPv6 beside it'
from 198.51.100.7 bob
may 'a rule that permits by a list permits' bob
from 2001:db8:1::5 bob
may_not 'and nobody else'
decided 'for nothing matches' user=bob service=sshd phase=auth decision=deny reason=nothing-matched

# --- what changes takes effect at once --------------------------------------------------
digest=$(sha256sum </var/lib/cardea/policy)
printf '198.51.100.7\n' | list blocked.txt
from 198.51.100.7 alice
may 'a source alone changes nothing'
quietly cardea refresh
from 198.51.100.7 alice
may_not 'once it is refreshed the next login obeys it'
from 203.0.113.5 alice
may 'in both directions'
is 'without another install' "$(sha256sum </var/lib/cardea/policy)" "$digest"
printf '198.51.100.7\nlocalhost\n' | list blocked.txt
: >"$prompts"
cardea refresh >/dev/null 2>&1
is 'C03 a name in a list is refused' "$?" 1
from 198.51.100.7 alice
may_not 'and what was in place stays'

# --- what ends ------------------------------------------------------------------------
printf '198.51.100.7 until 2030-03-11T12:00Z\n' | list blocked.txt
quietly cardea refresh
stand_at "$(date -u -d '2030-03-11 11:59' +%s)"
from 198.51.100.7 alice # half a minute later
may_not 'an entry counts until its end'
from 198.51.100.7 alice
may 'and no longer'
printf '# expires: 2030-03-11T13:00Z\n203.0.113.5\n' | list blocked.txt
quietly cardea refresh
stand_at "$(date -u -d '2030-03-11 12:59' +%s)"
from 198.51.100.7 alice
may 'a list counts until its end'
from 198.51.100.7 alice
may_not 'C02 one that has expired is unknown'
logged 'and says so' "reason=list .*blocked.txt: has expired"
cardea refresh >/dev/null 2>&1
is 'to refresh it is no success' "$?" 1
printf '203.0.113.5\n' | list blocked.txt
quietly cardea refresh
from 198.51.100.7 alice
may 'a newer one makes it well'
later $((7 * 86400 + 60))
from 198.51.100.7 bob
may_not 'C02 a list prepared longer ago than lists_max_age permits nobody'
logged 'and says so' "reason=list .*partners.txt: was prepared 168 hours ago"
from 203.0.113.6 alice
may 'where the zone names no age it counts still'
logged 'what is wrong is told once a login, not at each line' 'reason=list' 1
quietly cardea refresh
from 198.51.100.7 bob
may 'a source that is the same makes it young again' bob

# --- what is damaged ------------------------------------------------------------------
file=$(prepared blocked.txt)
cp -p "$file" /root/good
printf '\001' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 9)) conv=notrunc status=none
from 198.51.100.7 alice
may_not 'C02 a list that is damaged is unknown'
logged 'and says so' "reason=list .*blocked.txt: its prepared form is damaged: run cardea refresh"
truncate -s 100 "$file"
from 198.51.100.7 alice
may_not 'C02 so is one that is cut'
cp -p /root/good "$file"
chown alice "$file"
from 198.51.100.7 alice
may_not 'C02 so is one that is not root'\''s'
rm "$file"
mkfifo "$file"
from 198.51.100.7 alice
may_not 'C02 F06 a pipe in its place holds nobody'
rm "$file" "$(prepared partners.txt)"
from 198.51.100.7 alice
may_not 'C02 so is one that is gone'
from 198.51.100.7 bob
may_not 'C02 and one that is gone permits nobody'
quietly cardea refresh
from 198.51.100.7 alice
may 'refreshed, all is well'
from 198.51.100.7 bob
may 'for everybody' bob
finish
