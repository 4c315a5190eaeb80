#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea device: the table, its verbs, and what they refuse.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine

# what devices show: a certificate with its chain, keys of OpenSSH
ca() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$scratch/ca.key"
	openssl req -x509 -new -key "$scratch/ca.key" -subj '/CN=Device CA' \
		-days 3650 -out "$scratch/ca.pem" \
		-addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null
	openssl x509 -in "$scratch/ca.pem" -pubkey -noout >"$scratch/ca.pub.pem"
}
# certificate NAME DAYS: NAME.pem, NAME.der and NAME.key
certificate() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$scratch/$1.key"
	openssl req -new -key "$scratch/$1.key" -subj "/CN=$1" -out "$scratch/$1.csr"
	printf '%s\n' "subjectAltName=DNS:$1.example.org" \
		'extendedKeyUsage=clientAuth' 'keyUsage=critical,digitalSignature' \
		'basicConstraints=critical,CA:FALSE' 'subjectKeyIdentifier=hash' \
		'authorityKeyIdentifier=keyid' >"$scratch/$1.ext"
	openssl x509 -req -in "$scratch/$1.csr" -CA "$scratch/ca.pem" \
		-CAkey "$scratch/ca.key" -days "$2" -extfile "$scratch/$1.ext" \
		-set_serial "0x$(printf '%s' "$1" | sha256sum | cut -c1-15)" \
		-out "$scratch/$1.pem" 2>/dev/null
	openssl x509 -in "$scratch/$1.pem" -outform DER -out "$scratch/$1.der"
}
# key_hash NAME: SHA-256 of the public key
key_hash() {
	openssl x509 -in "$scratch/$1.pem" -pubkey -noout |
		openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1
}
print_of() {
	ssh-keygen -lf "$1" | cut -d' ' -f2
}
ca
certificate laptop 20
certificate desktop 400
for name in one two; do
	ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$scratch/$name"
done
ssh-keygen -q -t ed25519 -N '' -f "$scratch/sshca"
ssh-keygen -q -s "$scratch/sshca" -I 'two of bob' -n bob -V +1d "$scratch/two.pub"

cat >>/etc/cardea/cardea.conf <<-EOC
	authorities = (
	  { name = "corp"; kind = "x509"; trust = "$scratch/ca.pem";
	    revocation = "none"; },
	  { name = "sshcorp"; kind = "ssh"; trust = "$scratch/sshca.pub";
	    revocation = "none"; principals = [ "%u" ]; }
	);
EOC
run check --install
ends 'settings with two authorities' 0
run device posture import - </dev/null
ends 'nobody is pinned to make statements' 1 'pin no statement_keys'

# --- nothing yet -------------------------------------------------------------

run device list
ends 'an empty table' 0
is 'says so' "$out" 'No such devices.'
run device list --json
is 'and in JSON' "$(json '.devices | length')" 0
run device show nothing
ends 'one that is not there' 1 'nothing: no such device'
run device
ends 'half a command' 2 'one of these is wanted'
like 'names its verbs' "$err" 'device identity'

# --- add ----------------------------------------------------------------------

run device add laptop --owner alice --owner alice --tag managed --tag managed \
	--certificate "$scratch/laptop.pem" --chain "$scratch/ca.pem" \
	--ssh-key "$scratch/one.pub" --json
ends 'add with all there is' 0
is 'it is active, and by whom' "$(json '.device | "\(.state) \(.state_by)"')" 'active root'
is 'words given twice count once' "$(json '.device | "\(.owners | join(" ")) \(.tags | join(" "))"')" \
	'alice managed'
is 'it is known by the key of the certificate, as X.509 and as SSH has it' \
	"$(json '.device.identities | join(" ")')" \
	"x509-key:$(key_hash laptop) ssh-key:$(ssh-keygen -i -m PKCS8 -f <(
		openssl x509 -in "$scratch/laptop.pem" -pubkey -noout) |
		ssh-keygen -lf - | cut -d' ' -f2) ssh-key:$(print_of "$scratch/one.pub")"
is 'and its end is known' "$(date -d "$(json .device.expires)" +%s)" \
	"$(date -d "$(openssl x509 -in "$scratch/laptop.pem" -noout -enddate | cut -d= -f2)" +%s)"
like 'the log has who did what to which device' "$(cat "$scratch/syslog")" \
	'event=admin factor=device credential=laptop detail="device add by.{1,4}root"'

run device add desktop --certificate "$scratch/desktop.der"
ends 'a certificate in DER' 0
like 'and words for people' "$out" "x509-key:$(key_hash desktop)"
run device add bare
ends 'a device that is known by nothing' 0 'known by nothing yet'
run device add certified --ssh-key "$scratch/two-cert.pub"
ends 'an SSH certificate' 0
is 'is taken for its key' "$(grep -Fc "ssh-key:$(print_of "$scratch/two.pub")" <<<"$out")" 1

run device add laptop
ends 'a name that is taken' 1 'there is a device laptop already'
run device add thief --ssh-key "$scratch/one.pub"
ends 'an identity that is taken' 1 'ssh-key:SHA256.* is device laptop already'
run device show thief
ends 'adds nothing' 1 'no such device'
run device add thief --certificate "$scratch/laptop.pem"
ends 'nor does a certificate' 1 'is device laptop already'
for name in '' 'a b' ../x -- "$(printf 'x%.0s' {1..64})" $'a\e'; do
	run device add -- "$name"
	ends "a name that none may have: $(printf '%q' "${name:0:4}")" 2 'a-z'
done
run device add x --owner nobodyhere
ends 'an owner that nobody is' 1 'no such user'
run device add x --tag 'a b'
ends 'a tag of two words' 2 'a-z'
run device add x --san corp/dns:x.example.org --ssh-cert nocorp/x
ends 'an authority that nobody is' 1 '"nocorp" is no SSH authority'
run device add x --san nocorp/dns:x.example.org
ends 'nor for names' 1 '"nocorp" is no X.509 authority'
run device add x --san 'corp/x.example.org'
ends 'a name without its kind' 2 'no identity'
run device add x --fido2 alice/0123
ends 'a security key that nobody has' 1 'alice has no such security key'
run device add x --fido2 alice
ends 'half a security key' 2 'no identity'
run device add x --chain "$scratch/ca.pem"
ends 'a chain of nothing' 1 'goes with --certificate'
run device list --json
is 'none of these was added' "$(json '[.devices[].id] | join(" ")')" \
	'bare certified desktop laptop'

# --- damaged files --------------------------------------------------------------

head -c 200 "$scratch/laptop.der" >"$scratch/cut.der"
{ cat "$scratch/laptop.der"; printf x; } >"$scratch/long.der"
: >"$scratch/empty"
head -c 2000000 /dev/zero >"$scratch/large"
cat "$scratch/laptop.key" >"$scratch/key.pem"
for file in cut.der long.der empty key.pem one.pub; do
	run device add x --certificate "$scratch/$file"
	ends "no certificate: $file" 1 "$scratch/$file: "
done
run device add x --certificate "$scratch/desktop.der" --chain "$scratch/cut.der"
ends 'no chain: cut.der' 1 'cut.der: |already'
run device add x --certificate "$scratch/large"
ends 'a file beyond its ceiling' 1 "$scratch/large: "
run device add x --certificate "$scratch/none"
ends 'a file that is not there' 3 "$scratch/none: "
printf 'ssh-ed25519 AAAA\n' >"$scratch/bad.pub"
{ cat "$scratch/two.pub"; echo; echo 'ssh-ed25519 !!!!'; } >"$scratch/third.pub"
printf '%s\0\n' "$(cat "$scratch/two.pub")" >"$scratch/nul.pub"
for file in bad.pub empty nul.pub large; do
	run device add x --ssh-key "$scratch/$file"
	ends "no key of OpenSSH: $file" 1 "$scratch/$file"
done
run device add x --ssh-key "$scratch/third.pub"
ends 'the line that is wrong is named' 1 'third.pub:3: '

# --- list and show ---------------------------------------------------------------

run device list
like 'a table has a head' "$out" '^NAME +STATE +SEEN +EXPIRES +OWNERS +TAGS'
like 'and a line for each' "$out" $'\nlaptop +active +- +20[0-9-]+ +alice +managed'
run device list --tag managed --json
is 'those of a tag' "$(json '[.devices[].id] | join(" ")')" laptop
run device list --owner bob --json
is 'those that bob may come by: of everybody' "$(json '[.devices[].id] | join(" ")')" \
	'bare certified desktop'
run device list --state lost
ends 'those of a state' 0
is 'there are none' "$out" 'No such devices.'
run device list --state broken
ends 'a state that none is' 2 'wants active'
run device list --expiring 30d --json
is 'what ends soon is an answer for monitoring' "$rc $(json '[.devices[].id] | join(" ")')" '1 laptop'
run device list --expiring 10d
ends 'nothing ends so soon' 0
run device list --expiring soon
ends 'a time that is none' 2 'wants a time'
run device show laptop
like 'show tells what it is known by' "$out" '^  known by ssh-key:SHA256:'
like 'and when its certificate ends' "$out" '^  certificate ends 20'
run device show laptop --json
is 'in JSON as in the list' "$(json .device)" \
	"$(cardea device list --json | jq '.devices[] | select(.id == "laptop")')"

# --- tag, owner, identity -----------------------------------------------------------

run device tag laptop +fast -managed +new --json
is 'tags come and go in one call' "$rc $(json '"\(.changed) \(.tags | join(" "))"')" '0 true fast new'
is 'each has its line in the log' \
	"$(grep -cE 'credential=laptop detail="device tag [+-](fast|new|managed) by' "$scratch/syslog")" 3
run device tag laptop +fast -managed
like 'what is so already is said' "$out" 'was so already'
run device tag laptop fast
ends 'a word without a sign' 2 'wants a . or - in front'
run device tag laptop +fast '+no good'
ends 'of several words one is wrong' 2 'a-z'
run device tag nothing +x
ends 'a device that is not there' 1 'no such device'
run device tag laptop
ends 'no word at all' 2 'wants NAME'
# shellcheck disable=SC2046
run device tag laptop $(printf '+t%s ' {1..15})
ends 'more tags than it may have' 1 'one more than the most, 16'
is 'none was put then' "$(cardea device show laptop --json | jq -r '.device.tags | join(" ")')" 'fast new'
run device owner laptop +bob -alice --json
is 'owners' "$(json '.owners | join(" ")')" bob
run device owner laptop +nobodyhere
ends 'nobody owns nothing' 1 'no such user'
run device owner laptop -bob
ends 'the last owner' 0
like 'leaves it to everybody' "$(cardea device show laptop)" 'of everybody'
run device identity laptop "-ssh-key:$(print_of "$scratch/one.pub")" --json
is 'an identity goes' "$rc $(json '.identities | length')" '0 2'
run device add second --ssh-key "$scratch/one.pub"
ends 'and may be another device'\''s' 0
run device identity laptop "+ssh-key:$(print_of "$scratch/one.pub")"
ends 'but not that of both' 1 'is device second already'
run device identity laptop +nonsense
ends 'an identity that has no form' 2 'no identity'
run device identity laptop
ends 'nothing said' 2 'name one'
certificate renewed 300
run device identity laptop --certificate "$scratch/renewed.pem" "-x509-key:$(key_hash laptop)" --json
is 'a new certificate with a new key' \
	"$rc $(json '.identities | map(select(startswith("x509"))) | join(" ")')" \
	"0 x509-key:$(key_hash renewed)"
run device list --expiring 30d
ends 'is known with its end' 0
run device identity second --san corp/dns:Second.Example.ORG --ssh-cert 'sshcorp/second of bob' --json
is 'names below an authority, hosts in lower case' \
	"$(json '.identities[1:] | join(" ")')" \
	'ssh-cert:sshcorp/second of bob x509-name:corp/dns:second.example.org'

# --- posture -----------------------------------------------------------------------

# managers: one by certificate, one by key, and a stranger
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$scratch/mdm.key" -days 30 \
	-subj '/CN=MDM' -out "$scratch/mdm.pem" 2>/dev/null
for name in ed stranger; do
	openssl genpkey -algorithm ed25519 -out "$scratch/$name.key" 2>/dev/null
done
{
	cat "$scratch/mdm.pem"
	openssl pkey -in "$scratch/ed.key" -pubout
} >/etc/cardea/managers.pem
sed -i '$a device = { statement_keys = "/etc/cardea/managers.pem"; statement_max_age = "1h"; };' \
	/etc/cardea/cardea.conf
run check --install
ends 'settings with managers' 0

b64url() {
	base64 -w0 | tr '+/' '-_' | tr -d =
}
# jws ALG KEY PAYLOAD: in compact form
jws() {
	local text
	text=$(printf '{"alg":"%s"}' "$1" | b64url).$(printf '%s' "$3" | b64url)
	printf '%s' "$text" >"$scratch/message"
	case $1 in
	RS256) openssl dgst -sha256 -sign "$scratch/$2.key" "$scratch/message" ;;
	none) : ;;
	*) openssl pkeyutl -sign -rawin -in "$scratch/message" -inkey "$scratch/$2.key" ;;
	esac >"$scratch/signature"
	printf '%s.%s\n' "$text" "$(b64url <"$scratch/signature")"
}
now=$(date +%s)
facts='"facts":{"disk_encrypted":true,"screen_lock":false,"os":"debian 12"}'

run device posture import "$scratch/none"
ends 'a statement that is not there' 3 "$scratch/none: "
run device posture laptop
ends 'nothing said yet' 0
is 'is told so' "$out" 'Nothing was said of laptop.'
feed "$(jws EdDSA ed "{\"device\":\"laptop\",\"iat\":$((now - 100)),$facts}")" \
	device posture import - --json
is 'a statement signed by a pinned key' \
	"$rc $(json '"\(.id) \(.changed) \(.facts.disk_encrypted) \(.facts.screen_lock) \(.facts.os)"')" \
	'0 laptop true true false debian 12'
like 'the log tells of it' "$(cat "$scratch/syslog")" \
	'credential=laptop detail="device posture import by'
run device posture laptop --json
is 'is kept with its date' "$(date -d "$(json .posture)" +%s) $(json .stale)" "$((now - 100)) false"
like 'and its signer' "$(json .posture_signer)" '^SHA256:'
feed "$(jws EdDSA ed "{\"device\":\"laptop\",\"iat\":$((now - 100)),$facts}")" \
	device posture import -
like 'the same once more changes nothing' "$rc $out" '^0 laptop was known so already'
feed "$(jws EdDSA ed "{\"device\":\"laptop\",\"iat\":$((now - 101)),\"facts\":{\"a\":true}}")" \
	device posture import -
ends 'an older one is a replay' 1 'not newer'
feed "$(jws EdDSA ed "{\"device\":\"laptop\",\"iat\":$((now - 100)),\"facts\":{\"a\":true}}")" \
	device posture import -
ends 'another one of the same second too' 1 'not newer'
feed "$(jws EdDSA stranger "{\"device\":\"laptop\",\"iat\":$now,$facts}")" device posture import -
ends 'a stranger is not believed' 1 'not signed by any of the pinned keys'
feed "$(jws none ed "{\"device\":\"laptop\",\"iat\":$now,$facts}")" device posture import -
ends 'nor nobody' 1 'algorithm is not'
feed "$(jws EdDSA ed "{\"device\":\"laptop\",\"iat\":$((now + 1000)),$facts}")" device posture import -
ends 'nor the future' 1 'from the future'
feed "$(jws EdDSA ed "{\"device\":\"nothing\",\"iat\":$now,$facts}")" device posture import -
ends 'a device that is not there' 1 'nothing: no such device'
head -c 70000 /dev/zero | tr '\0' a >"$scratch/long"
run device posture import "$scratch/long"
ends 'a statement too long' 1 "$scratch/long: "
run device posture import "$scratch/laptop.pem"
ends 'a certificate is no statement' 1 'laptop.pem: '
is 'and nothing of this was taken' "$(cardea device posture laptop --json | jq -r .facts.os)" 'debian 12'

payload="{\"san\":\"dns:DESKTOP.example.org\",\"iat\":$((now - 50)),\"exp\":$((now + 3000)),$facts}"
feed "$(jws RS256 mdm "$payload")" device posture import - --json
is 'by the name in the certificate that is kept' "$rc $(json '"\(.id) \(.posture_signer)"')" '0 desktop CN=MDM'
printf '%s' "{\"serial\":\"$(openssl x509 -in "$scratch/desktop.pem" -noout -serial | cut -d= -f2)\",\"iat\":$((now - 40)),$facts}" \
	>"$scratch/claims"
openssl cms -sign -binary -nodetach -signer "$scratch/mdm.pem" -inkey "$scratch/mdm.key" \
	-in "$scratch/claims" -outform DER -out "$scratch/attached.cms"
run device posture import "$scratch/attached.cms" --json
is 'CMS, by its serial number' "$rc $(json .id)" '0 desktop'
sed -i "s/$((now - 40))/$((now - 30))/" "$scratch/claims"
openssl cms -sign -binary -signer "$scratch/mdm.pem" -inkey "$scratch/mdm.key" \
	-in "$scratch/claims" -outform PEM -out "$scratch/detached.cms"
run device posture import "$scratch/detached.cms"
ends 'a detached one without its content' 1 'content is wanted'
run device posture import "$scratch/detached.cms" --content "$scratch/attached.cms"
ends 'with another content' 1 'not signed'
run device posture import "$scratch/detached.cms" --content "$scratch/claims" --json
is 'with its content' "$rc $(json '"\(.id) \(.changed)"')" '0 desktop true'
feed "$(jws RS256 mdm "{\"san\":\"dns:other.example.org\",\"iat\":$now,$facts}")" device posture import -
ends 'a name that no device has' 1 'is about no device'
chmod o+w /etc/cardea/managers.pem
run device posture import "$scratch/attached.cms"
ends 'managers that anybody may write down' 3 'managers.pem: '
rm /etc/cardea/managers.pem
run device posture import "$scratch/attached.cms"
ends 'managers that are gone' 3 'managers.pem: '

# --- lock, unlock, remove ---------------------------------------------------------------

run device lock laptop
ends 'a lock without a reason' 2 'say why'
run device lock laptop --lost --retired --reason x
ends 'two states at once' 2 'not both'
run device lock laptop --reason "$(printf 'x%.0s' {1..256})"
ends 'a reason too long' 2 'longer than'
run device lock laptop --lost --reason $'left in a \e[2Jtrain' --json
is 'lost' "$rc $(json '"\(.state) \(.was) \(.changed)"')" '0 lost active true'
like 'the log warns of it' "$(cat "$scratch/syslog")" \
	'<84>cardea.*event=admin factor=device credential=laptop reason=.*detail="device state.{1,4}lost was.{1,4}active by.{1,4}root"'
run device show laptop
like 'I14 its reason is shown in one line' "$out" 'lost, left in a \\x1b\[2Jtrain'
run device list --state lost --json
is 'it is listed so' "$(json '.devices[].id')" laptop
run device lock laptop --lost --reason $'left in a \e[2Jtrain'
like 'once more changes nothing' "$out" 'already lost'
run device unlock laptop --json
is 'found again' "$rc $(json '"\(.state) \(.was)"')" '0 active lost'
run device lock bare --retired --reason old
ends 'retired' 0
run device unlock nothing
ends 'one that is not there cannot be unlocked' 1 'no such device'
run device lock nothing --reason x
ends 'nor locked' 1 'no such device'
run device remove laptop
ends 'removing asks' 2 'give --yes'
shown=$(expect -c 'spawn cardea device remove laptop; expect "y/N]"; send "n\r"; expect eof' 2>&1)
like 'and a no leaves it' "$shown" 'left as it was'
run device remove laptop --yes --json
is 'removed' "$rc $(json '"\(.id) \(.removed)"')" '0 laptop true'
run device remove laptop --yes
ends 'removed once only' 1 'no such device'
run device add again --certificate "$scratch/renewed.pem"
ends 'what it was known by is free again' 0

# --- security keys -----------------------------------------------------------------------

cardea enroll sshkey alice "$SRCDIR/tests/vectors/openssh-sk/ed25519.pub" \
	--name blue >/dev/null
run device add token --fido2 alice/blue --json
id=$(json '.device.identities[0]')
like 'a security key by its name is kept by its id' "$id" '^fido2:alice/[0-9a-f]{16}$'
run remove alice blue --yes
like 'the key of a device goes from both' "$out" 'Device token is known by it no longer'
is 'and is no identity any more' "$(cardea device show token --json | jq '.device.identities | length')" 0

# --- at once ------------------------------------------------------------------------------

for i in {1..8}; do
	cardea device add "race$i" --ssh-key "$scratch/two-cert.pub" >/dev/null 2>&1 &
done
settle
is 'no racing device has what another has already' \
	"$(cardea device list --json | jq '[.devices[] | select(.id | startswith("race"))] | length')" 0
cardea device remove certified --yes >/dev/null
for i in {1..8}; do
	cardea device add "race$i" --ssh-key "$scratch/two-cert.pub" >/dev/null 2>&1 &
done
settle
is 'of eight that claim one key at once exactly one has it' \
	"$(cardea device list --json | jq '[.devices[] | select(.id | startswith("race"))] | length')" 1
run list alice --json
ends 'the list of users is as it was' 0
is 'and knows nothing of devices' "$(cardea list --json | jq '[.users[].user | select(startswith("race") or . == "again")] | length')" 0
finish
