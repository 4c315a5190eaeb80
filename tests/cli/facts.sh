#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea explain --facts: what is known of requests, one by one and in bulk.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine
groupadd -f ops
usermod -aG ops alice
lend "$BUILDDIR/lib/facts/.libs/place.so" \
	"$(grep -aoE '/[[:print:]]*/place\.so' "$(command -v cardea)" | head -1)"
# before the moments asked of, whenever this runs: nothing is known by a database
# of the future
built=$(date -d 2026-11-24T00:00:00Z +%s)
"$BUILDDIR/tests/rig/mmdb" /etc/cardea/city.mmdb Made-Up-City "$built" <<'END'
192.0.2.0/24 country=DE subdivision=BE lat=52.52 lon=13.405 accuracy=20
203.0.113.0/24 country=FR
2001:db8::/33 country=US subdivision=CA lat=-33.5 lon=-70.25 accuracy=5
END
"$BUILDDIR/tests/rig/mmdb" /etc/cardea/asn.mmdb Made-Up-ASN "$built" <<'END'
192.0.2.0/24 asn=64500
END
cat >/etc/cardea/cardea.conf <<'END'
host = "gate";
places: { country = "/etc/cardea/city.mmdb"; asn = "/etc/cardea/asn.mmdb"; max_age = "3650d"; };
END
cat >/etc/cardea/policy.conf <<'END'
zones: { office = { networks = [ "192.0.2.0/25", "2001:db8:7::/48" ]; };
         home = { countries = [ "DE" ]; except = [ "office" ]; };
         tor = { lists = [ "/etc/cardea/tor.txt" ]; }; };
hours: { working = { days = "mon-fri"; times = "07:30-19:00"; timezone = "Europe/Berlin"; };
         night = { days = "mon-sun"; times = "22:00-06:00"; timezone = "Asia/Kathmandu"; }; };
risk: { first-seen-country = 40; clock-unsynchronised = 5; };
rules = (
  { name = "tor"; when = { zone = "tor"; }; deny = "no"; },
  { name = "work"; when = { group = "ops"; zone = [ "office", "home" ]; hours = [ "working", "night" ]; };
    require = "totp"; },
  { name = "granted"; when = { service = "sshd"; }; require = "totp"; grant = true; },
  { name = "risky"; when = { risk_at_least = 30; }; deny = "risk"; }
);
END
chmod 0644 /etc/cardea/*.conf /etc/cardea/*.mmdb
cardea check --install >/dev/null || note 'the policy is refused'
noon=2026-11-25T12:00:00+01:00

run explain --facts --user alice --service sshd --from 192.0.2.200 --at $noon
is 'one request: zones' "$rc $(json '.zones | "\(.office) \(.home) \(.tor)"')" '0 false true unknown'
is 'hours' "$(json '.hours | "\(.working) \(.night)"')" 'true false'
is 'its place' "$(json '"\(.country) \(.subdivision) \(.asn)"')" 'DE DE-BE 64500'
is 'its position' "$(json '.position | "\(.latitude) \(.longitude) \(.accuracy_km)"')" '52.5200 13.4050 20'
is 'the clocks that the policy names' "$(json '.local["Asia/Kathmandu"] | "\(.date) \(.time) \(.weekday) \(.utc_offset_s)"')" \
	'2026-11-25 16:45:00 wed 20700'
is 'groups that it names' "$(json '.groups | join(" ")')" ops
is 'signals that it weighs' "$(json '.signals["first-seen-country"].holds')" true
is 'and what was compared' "$(json '.signals["first-seen-country"].compared != ""')" true
is 'grants' "$(json '.grants | length')" 0
is 'lists that nobody has looked into' "$(json '.lists["/etc/cardea/tor.txt"]')" unknown
run explain --facts --from 198.51.100.1 --country JP --listed /etc/cardea/tor.txt --signal first-seen-country --not-signal clock-unsynchronised --grant granted
is 'what is supposed takes the place of what is known' \
	"$(json '"\(.country) \(.zones.home) \(.zones.tor) \(.risk.least) \(.grants.granted)"')" 'JP false true 40 supposed'
is 'nobody in particular' "$(json '"\(.user)|\(.user_exists)|\(.groups)"')" '|false|unknown'
run explain --facts --user alice --service sudo --login-from 192.0.2.7
is 'under sudo the place is that of the login' "$(json '"\(.source) \(.login_source) \(.zones.office)"')" 'none 192.0.2.7 true'
run explain --facts
is 'from no network is from nowhere' "$(json '"\(.source) \(.country) \(.asn) \(.position) \(.zones.home)"')" 'none none none none false'
run explain --facts --from gate.example.org
is 'C02 a name is no address, and nothing is known of it' \
	"$(json '"\(.source) \(.country) \(.zones.office) \(.zones.home)"')" 'unknown unknown unknown unknown'

# --- lines of JSON ---------------------------------------------------------------

cat >"$scratch/lines" <<'END'
{"user":"alice","service":"sshd","from":"192.0.2.7","at":"2026-11-25T12:00:00+01:00"}
{"from":"203.0.113.9","at":1795604400,"groups":["ops","dev"],"zone_time":["America/New_York","Mars/Olympus"]}
{"from":"2001:db8::1","at":"2026-03-29T01:00:00Z","zone_time":"Europe/London"}
{"from":5}
nonsense
{"from":"192.0.2.7","colour":"red"}
{"from":"192.0.2.7","at":"noon"}

{"user":"alice","service":"sudo","login_from":"192.0.2.7","tty":"pts/1","caller":"alice","host":"other"}
{"from":"192.0.2.7","caller":"nobodyhere"}
END
feed "$(cat "$scratch/lines")" explain --facts --batch
ends 'lines of JSON: one that is wrong is told at the end' 1
line() { printf '%s\n' "$out" | sed -n "$1p" | jq -r "$2"; }
is 'a line for a line' "$(printf '%s\n' "$out" | wc -l)" 10
is 'the first' "$(line 1 '"\(.country) \(.zones.office) \(.hours.working) \(.groups[0])"')" 'DE true true ops'
is 'seconds since 1970' "$(line 2 '"\(.time) \(.country) \(.subdivision) \(.groups|join(","))"')" \
	'2026-11-25T11:00:00Z FR unknown ops,dev'
is 'other time zones' "$(line 2 '.zone_time["America/New_York"] | "\(.date) \(.time) \(.utc_offset_s)"')" '2026-11-25 06:00:00 -18000'
is 'one that is none' "$(line 2 '.zone_time["Mars/Olympus"]')" unknown
is 'a change of clocks' "$(line 3 '.zone_time["Europe/London"] | "\(.time) \(.weekday) \(.utc_offset_s)"')" '02:00:00 sun 3600'
is 'south and west' "$(line 3 '.position | "\(.latitude) \(.longitude)"')" '-33.5000 -70.2500'
is 'a number for an address' "$(line 4 .error)" 'from: wants a text'
is 'no JSON' "$(line 5 '.error != null')" true
is 'a member that is none' "$(line 6 .error)" 'colour: no such member'
like 'no time' "$(line 7 .error)" 'at: wants'
is 'an empty line' "$(line 8 '.error != null')" true
is 'all members' "$(line 9 '"\(.login_source) \(.tty) \(.caller) \(.host) \(.origin)"')" '192.0.2.7 pts/1 alice other unknown'
like 'nobody' "$(line 10 .error)" 'no such user'
feed '{"from":"192.0.2.7"}' explain --facts --batch
ends 'all is well' 0
printf '{"from":"192.0.2.7"}\0{"from":"192.0.2.8"}\n\377\n[[[[\n{"from":"192.0.2.7"' >"$scratch/odd"
cardea explain --facts --batch <"$scratch/odd" >"$scratch/out"
is 'bytes that are no JSON are told, one line each' "$? $(jq -r '.error != null' "$scratch/out" | paste -sd' ')" \
	'1 true true true true'
for ((i = 0; i < 4000; i++)); do
	printf '{"from":"192.0.2.%d","at":%d}\n' $((i % 256)) $((1795604400 + i * 977))
done >"$scratch/many"
begin=$(date +%s%N)
cardea explain --facts --batch <"$scratch/many" >"$scratch/out"
took=$((($(date +%s%N) - begin) / 1000000))
note "4000 lines in $took ms"
is 'thousands of lines' "$(grep -c '"country":"DE"' "$scratch/out")" 4000
is 'in seconds' "$((took < 8000))" 1

# --- lists ---------------------------------------------------------------------------

printf '198.51.100.0/24\n' >/etc/cardea/tor.txt
chmod 0644 /etc/cardea/tor.txt
run refresh
feed '{"from":"198.51.100.9"}
{"from":"192.0.2.7"}' explain --facts --batch
is 'a list that is prepared is looked into' "$(line 1 '"\(.lists["/etc/cardea/tor.txt"]) \(.zones.tor)"') $(line 2 .zones.tor)" \
	'true true false'
run explain --user bob --service sshd --from 198.51.100.9 --json
is 'and decides' "$(json '"\(.rule) \(.decision)"')" 'tor deny'

# --- databases that tell nothing ---------------------------------------------------

"$BUILDDIR/tests/rig/mmdb" /etc/cardea/asn.mmdb Made-Up-ASN $((built - 4000 * 86400)) <<'END'
192.0.2.0/24 asn=64500
END
head -c 1000 /dev/urandom >/etc/cardea/city.mmdb
feed '{"from":"192.0.2.200"}' explain --facts --batch
is 'C11 C12 damaged or old: nothing is known' "$rc $(json '"\(.country) \(.asn) \(.zones.home) \(.zones.office)"')" \
	'0 unknown unknown unknown false'
like 'which is said' "$err" 'city.mmdb'
like 'of both' "$err" 'asn.mmdb.* days old'
feed '{}' explain --batch
ends 'lines of what?' 2 'wants --facts'
finish
