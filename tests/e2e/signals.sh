#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Where a login comes from, and what is unusual about it: real ssh from addresses
# of documentation networks that made-up databases put into countries.
. "$SRCDIR/tests/e2e/lib.sh"

settings='places: { country = "/etc/cardea/city.mmdb"; asn = "/etc/cardea/asn.mmdb";
  max_age = "30d"; };
signals: { failures = 2; dormant = "30d"; };'

# databases: as of now; Berlin, Paris, Tokyo, and nobody knows where
databases() {
	"$RIGDIR/tests/rig/mmdb" /etc/cardea/city.mmdb Made-Up-City "$moment" <<-'END'
		192.0.2.0/24 country=DE subdivision=BE lat=52.52 lon=13.405 accuracy=20
		2001:db8::/33 country=DE subdivision=BE lat=52.52 lon=13.405 accuracy=20
		203.0.113.0/25 country=FR lat=48.8566 lon=2.3522 accuracy=20
		203.0.113.128/25 country=JP lat=35.6895 lon=139.6917 accuracy=20
	END
	"$RIGDIR/tests/rig/mmdb" /etc/cardea/asn.mmdb Made-Up-ASN "$moment" <<-'END'
		192.0.2.0/24 asn=64500
		203.0.113.0/24 asn=64501
		2001:db8::/32 asn=64500
		198.51.100.0/24 asn=64666
	END
	chmod 0644 /etc/cardea/*.mmdb
}
install -d -m 0755 /etc/cardea
moment=$monday
databases

machine <<'END'
zones: { lands = { countries = [ "DE", "FR", "JP" ]; };
  berlin = { near = { point = "52.52, 13.40"; km = 100; }; }; };
risk: { recent-failures = 50; first-seen-network = 10; dormant-account = 30; };
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "root becoming another user"; },
  { name = "evil-owner"; when = { service = "sshd"; asn = 64666; }; deny = "not from there"; },
  { name = "cannot-be"; when = { user = "alice"; service = "sshd"; signal = "impossible-travel"; };
    deny = "nobody is in two places"; },
  { name = "risky"; when = { user = "carol"; service = "sshd"; risk_at_least = 50; };
    require = "password + totp"; },
  { name = "abroad"; when = { user = "alice"; service = "sshd"; signal = "first-seen-country"; };
    require = "password + totp"; },
  { name = "dave-in-berlin"; when = { user = "dave"; service = "sshd"; zone = "berlin"; }; require = "password"; },
  { name = "guessed"; when = { user = "erin"; service = "sshd"; signal = "recent-failures"; };
    deny = "somebody guesses codes of this account"; },
  { name = "codes"; when = { user = "erin"; service = "sshd"; }; require = "password + totp"; },
  { name = "usual"; when = { service = "sshd"; zone = "lands"; }; require = "password"; }
);
END
for name in alice carol dave erin; do enrolled $name; done
for address in 192.0.2.10 203.0.113.5 203.0.113.200 198.51.100.7; do
	ip addr add $address/32 dev lo
done
ip -6 addr add 2001:db8::5/128 dev lo
ip -6 addr add 2001:db8:8000::5/128 dev lo
sshd_up 'AddressFamily any'

# --- places -----------------------------------------------------------------

fresh dave
lets_in 'a circle on the map: in it' dave -b 192.0.2.10
decided 'and the rule of the circle says so' user=dave phase=auth rule=dave-in-berlin decision=permit
fresh dave
lets_in 'beside it the next rule holds' dave -b 203.0.113.5
decided 'which asks for a country' user=dave phase=auth rule=usual decision=permit
fresh dave
target=::1 lets_in 'IPv6 has its place too' dave -b 2001:db8::5
decided 'by the same rule' user=dave phase=auth rule=dave-in-berlin decision=permit
fresh dave
target=::1 keeps_out 'C02 an address that no database knows matches no permit for sure' \
	dave -b 2001:db8:8000::5
fresh dave
keeps_out 'the owner of a network can be refused' dave -b 198.51.100.7
logged 'by its number' 'rule=evil-owner decision=deny .*facts=".*asn:64666'

# --- signals ----------------------------------------------------------------

fresh alice
lets_in 'the first login of all is stepped up' alice -b 192.0.2.10
is '  it asks for the code' "$(prompted | grep -c 'ode')" 1
decided '  by the rule of what is new' user=alice phase=auth rule=abroad decision=permit
logged '  and the log says what was compared' \
	'decision=permit .*signals=".*first-seen-country\(DE, no country on record\)"'
later 3600
fresh alice
lets_in 'from there again it is usual' alice -b 192.0.2.10
is '  no code is asked for' "$(prompted | grep -c 'ode')" 0
decided '  by the rule for all' user=alice phase=auth rule=usual decision=permit

fresh alice
keeps_out 'an hour later in Tokyo: nobody is in two places' alice -b 203.0.113.200
logged '  the log says how far, and how fast' \
	'rule=cannot-be decision=deny .*impossible-travel\(8[0-9]{3} km from 52.52,13.40 DE to 35.69,139.69 JP'
later $((12 * 3600))
fresh alice
lets_in 'after a night in the air it is a new country, stepped up' alice -b 203.0.113.200
decided '  not an impossible one' user=alice phase=auth rule=abroad decision=permit
later $((24 * 3600))
fresh alice
lets_in 'home again' alice -b 192.0.2.10
decided '  as usual' user=alice phase=auth rule=usual decision=permit

fresh alice
ASK_PASSWORD=wrong
later $((24 * 3600))
keeps_out 'who does not know the password' alice -b 203.0.113.5
fresh alice
ASK_CODE=000000
keeps_out 'or not the code' alice -b 203.0.113.5
fresh alice
lets_in 'makes no country familiar' alice -b 203.0.113.5
decided '  it is stepped up still' user=alice phase=auth rule=abroad decision=permit

fresh carol
lets_in 'carol is usual' carol -b 192.0.2.10
fresh carol
lets_in 'a new network alone weighs 10 and asks for nothing more' carol -b 203.0.113.5
decided '  as the rule for all has it' user=carol phase=auth rule=usual decision=permit
later $((40 * 24 * 3600))
databases
fresh carol
lets_in 'after forty days she is dormant, and that weighs 30' carol -b 192.0.2.10
logged '  the log tells it' 'rule=usual decision=permit .*signals="dormant-account\(last login 40 days ago, limit 30\)'

fresh erin
lets_in 'erin is not guessed at' erin -b 192.0.2.10
for i in 1 2; do
	fresh erin
	ASK_CODE=00000$i
	keeps_out "guess $i" erin -b 203.0.113.5
done
fresh erin
keeps_out 'after two guesses the right code is refused by rule' erin -b 192.0.2.10
logged '  which says how many' \
	'rule=guessed decision=deny .*signals="recent-failures\(2 refusals, limit 2\)"'

# --- what is remembered -----------------------------------------------------

said=$(cardea history alice)
like 'cardea history tells where alice logs in from' "$said" 'country  JP  1 logins'
quietly cardea history --erase --yes alice
is 'erased, nothing is left' "$(cardea history alice 2>&1)" \
	'cardea: nothing is remembered of alice'
fresh alice
lets_in 'and the next login is the first of all' alice -b 192.0.2.10
decided '  stepped up' user=alice phase=auth rule=abroad decision=permit
finish
