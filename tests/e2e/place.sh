#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Places by country, subdivision, owner and trait: real ssh from addresses that
# made-up databases put somewhere, and what becomes of it when the databases are
# not to be believed.
. "$SRCDIR/tests/e2e/lib.sh"

settings='places: { country = "/etc/cardea/city.mmdb"; asn = "/etc/cardea/asn.mmdb";
  traits = "/etc/cardea/traits.mmdb"; max_age = "30d"; };'
corpus=$SRCDIR/tests/fuzz/corpus/place

# databases [BUILT]; each is renamed into its place
databases() {
	local built=${1:-$moment} file
	"$RIGDIR/tests/rig/mmdb" /etc/cardea/city.new Made-Up-City "$built" <<-'END'
		192.0.2.0/24 country=DE subdivision=BE lat=52.52 lon=13.405 accuracy=20
		2001:db8::/33 country=DE subdivision=BY
		203.0.113.0/25 country=FR
		203.0.113.128/25 country=JP
	END
	"$RIGDIR/tests/rig/mmdb" /etc/cardea/asn.new Made-Up-ASN "$built" <<-'END'
		192.0.2.0/24 asn=64500
		192.0.2.66/32 asn=64666
		203.0.113.0/24 asn=64501
		2001:db8::/32 asn=64500
	END
	"$RIGDIR/tests/rig/mmdb" /etc/cardea/traits.new Made-Up-Anonymous-IP "$built" <<-'END'
		192.0.2.99/32 is_anonymous is_tor_exit_node
	END
	chmod 0644 /etc/cardea/*.new
	for file in city asn traits; do
		mv /etc/cardea/$file.new /etc/cardea/$file.mmdb
	done
}
# in_place_of FILE < BYTES
in_place_of() {
	cat >/etc/cardea/new
	chmod 0644 /etc/cardea/new
	mv /etc/cardea/new "$1"
}
install -d -m 0755 /etc/cardea
moment=$monday
databases

machine <<'END'
zones: { berlin = { subdivisions = [ "DE-BE" ]; };
  hidden = { traits = [ "anonymous" ]; }; };
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "root becoming another user"; },
  { name = "anywhere"; when = { user = "erin"; service = "sshd"; }; require = "password + totp"; },
  { name = "evil-owner"; when = { service = "sshd"; asn = 64666; }; deny = "not from there"; },
  { name = "hides"; when = { service = "sshd"; zone = "hidden"; }; deny = "not from behind a mask"; },
  { name = "embargo"; when = { user = "carol"; service = "sshd"; country = [ "JP" ]; };
    deny = "not from there"; },
  { name = "carol"; when = { user = "carol"; service = "sshd"; }; require = "password"; },
  { name = "berlin"; when = { user = "dave"; service = "sshd"; zone = "berlin"; }; require = "password"; },
  { name = "home"; when = { service = "sshd"; country = "DE"; }; require = "password"; },
  { name = "abroad"; when = { service = "sshd"; country = [ "FR", "JP" ]; }; require = "password + totp"; }
);
END
for name in alice carol dave erin; do enrolled $name; done
for address in 192.0.2.10 192.0.2.66 192.0.2.99 203.0.113.5 203.0.113.200 \
	198.51.100.7; do
	ip addr add $address/32 dev lo
done
ip -6 addr add 2001:db8::5/128 dev lo
sshd_up 'AddressFamily any'

# --- where ------------------------------------------------------------------

fresh alice
lets_in 'from the country that is home' alice -b 192.0.2.10
is '  no code is asked for' "$(prompted | grep -c 'ode')" 0
decided '  by the rule of home' user=alice phase=auth rule=home decision=permit
fresh alice
lets_in 'from another country the login is stepped up' alice -b 203.0.113.5
is '  it asks for the code' "$(prompted | grep -c 'ode')" 1
decided '  by the rule of abroad' user=alice phase=auth rule=abroad decision=permit
fresh alice
ASK_CODE=000000
keeps_out '  and without the right code it is none' alice -b 203.0.113.5
fresh dave
lets_in 'a part of a country' dave -b 192.0.2.10
decided '  has its rule' user=dave phase=auth rule=berlin decision=permit
fresh dave
target=::1 lets_in 'by IPv6, from another part of it' dave -b 2001:db8::5
decided '  the next rule holds' user=dave phase=auth rule=home decision=permit
fresh alice
keeps_out 'one address of a network can have another owner, who is refused' \
	alice -b 192.0.2.66
decided '  by number' user=alice phase=auth rule=evil-owner decision=deny
fresh alice
keeps_out 'and so is who hides behind an exit of Tor' alice -b 192.0.2.99
decided '  by trait' user=alice phase=auth rule=hides decision=deny

# --- unknown ----------------------------------------------------------------

fresh carol
lets_in 'a country that is known is not the one under embargo' carol -b 203.0.113.5
fresh carol
keeps_out 'the one under embargo is kept out' carol -b 203.0.113.200
fresh alice
keeps_out 'C02 an unknown country matches no rule that permits' alice -b 198.51.100.7
fresh carol
keeps_out 'C02 and every rule that denies' carol -b 198.51.100.7
fresh erin
lets_in 'who may come from anywhere may come from there' erin -b 198.51.100.7

# --- databases that are not to be believed ----------------------------------

# worth_nothing ID NAME SAID: the country database is as if there were none, in
# a bounded time, and the log says so once a login
worth_nothing() {
	local began
	fresh carol
	began=$(uptime_ms)
	keeps_out "$1 $2: the deny rule holds" carol -b 192.0.2.10
	is "$1   in less than five seconds" "$((($(uptime_ms) - began) / 5000))" 0
	logged "$1   the log says why" "event=error .*reason=place .*city.mmdb.*$3"
}

rm /etc/cardea/city.mmdb
worth_nothing C11 'a database that is gone' ''
run_check() {
	checked=$(cardea check --json 2>/tmp/check.err)
}
run_check
is '  cardea check tells that' \
	"$(jq -c '[.places[] | .kind, .usable], [.warnings[].file // "" | select(endswith(".mmdb"))]' <<<"$checked" | paste -sd' ')" \
	'["country",false,"asn",true,"traits",true] ["/etc/cardea/city.mmdb"]'
like '  in words' "$(cat /tmp/check.err)" 'warning: /etc/cardea/city.mmdb: '

databases
head -c 700 /etc/cardea/city.mmdb | in_place_of /etc/cardea/city.mmdb
worth_nothing C11 'one that is cut' "is no database of MaxMind's format, or cut"

# 853 octets that unfold to 2^40 values
in_place_of /etc/cardea/city.mmdb <"$corpus/fan"
worth_nothing C11 'one that unfolds without end' 'what it says of itself is damaged'

# two million arrays, each in the next
{
	head -c 22 "$corpus/one-node"
	printf '\342\101a'
	head -c 2000000 /dev/zero | sed 's/\x00/\x01\x04/g'
	printf '\101x'
	tail -c +24 "$corpus/one-node"
} | in_place_of /etc/cardea/city.mmdb
stand_at 1900000000 # when it says that it was built
worth_nothing C11 'one that nests without end' 'a record is damaged'
fresh erin
lets_in 'C11   who needs no place is let in' erin -b 192.0.2.10

in_place_of /etc/cardea/city.mmdb </etc/cardea/asn.mmdb
worth_nothing C11 'one of another kind' 'is of type Made-Up-ASN'

databases
fresh alice
lets_in 'a sound one is read at once' alice -b 192.0.2.10
later $((30 * 24 * 3600))
databases $((moment - 31 * 24 * 3600))
fresh carol
keeps_out 'C12 one that is too old is worth nothing' carol -b 192.0.2.10
logged 'C12   the log says so of each, once a login' \
	'event=error .*reason=place .*is 31 days old' 3
run_check
is 'C12   and cardea check' \
	"$(jq -c '[.places[].usable], [.warnings[] | select(.file // "" | endswith(".mmdb")) | .reason]' <<<"$checked" | paste -sd' ')" \
	'[false,false,false] ["is 31 days old","is 31 days old","is 31 days old"]'
databases $((moment + 2 * 24 * 3600))
fresh carol
keeps_out 'C12 nor is one of the day after tomorrow' carol -b 192.0.2.10
databases
fresh carol
lets_in 'and then all is well again' carol -b 192.0.2.10
like '  cardea check tells the age' "$(cardea check)" \
	'places: country: /etc/cardea/city.mmdb: usable, 0 days old'

# --- the library ------------------------------------------------------------

library=$(find /usr/lib -path '*/cardea/place.so')
mv "$library" /root/place.so
fresh carol
keeps_out 'C11 without the library places are unknown' carol -b 192.0.2.10
logged 'C11   and the log says so' 'event=error .*reason=place .*place.so' +
policy <<'END'
rules = ( { name = "anywhere"; when = { service = "sshd"; }; require = "password + totp"; } );
END
fresh carol
lets_in 'a policy without places needs no library' carol -b 192.0.2.10
logged '  nor says a word' 'reason=place' 0
finish
