#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Security keys without any: enroll sshkey, the importers, requests, and what
# list, remove and disable make of them.  With keys: tests/e2e/enroll_keys.sh.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine
vectors=$SRCDIR/tests/vectors
sk=$vectors/openssh-sk

# keys [USER]: how many; key FILTER [USER]: of the one whose name is $name
keys() {
	cardea list "${1:-alice}" --json | jq -r '.users[0].keys | length'
}
key() {
	cardea list "${2:-alice}" --json |
		jq -r --arg n "$name" ".users[0].keys[] | select(.name == \$n) | $1" 2>&1
}
# kept NAME: nothing was stored since before
before() {
	state=$(cardea list --json | sha256sum)
}
kept() {
	is "$1: nothing is stored" "$(cardea list --json | sha256sum)" "$state"
}

# --- enroll sshkey ------------------------------------------------------------

run enroll sshkey alice "$sk/ed25519.pub" --json
ends 'an sk-ssh-ed25519 key' 0
is 'and what it is' "$(json '"\(.user) \(.factor) \(.algorithm) \(.rp_id) \(.uv)"')" \
	'alice fido2 eddsa ssh: false'
name=$(json .name)
is 'the comment is its name' "$name" "$(cut -d' ' -f3- "$sk/ed25519.pub")"
is 'it is listed' "$(key '"\(.kind) \(.counter) \(.disabled)"')" 'ssh 0 false'
like 'the log has one line about it' "$(cat "$scratch/syslog")" \
	'event=admin user=alice factor=fido2 credential=[0-9a-f]{16} detail="enroll name.*by'
run enroll sshkey alice "$sk/ed25519.pub" --name other
ends 'the same key twice is refused' 1 'has this key already'
run enroll sshkey bob "$sk/ed25519.pub" --name mine
ends 'the same key of another user is not' 0 'alice has the same security key'
feed "verify-required,no-pty $(cat "$sk/ecdsa.pub")" enroll sshkey alice --name pin
ends 'from standard input, with options in front' 0
name=pin
is 'verify-required is a demand' "$(key '"\(.algorithm) \(.uv)"')" 'es256 true'
run enroll sshkey alice "$sk/no_touch.pub" --uv --name touchy
ends 'and so is --uv' 0
name=touchy
is 'as it is listed' "$(key .uv)" true

before
ssh-keygen -q -t ed25519 -N '' -f "$scratch/soft"
run enroll sshkey alice "$scratch/soft.pub"
ends 'a key that is a file is refused' 1 'not one of a security key'
run enroll sshkey alice "$vectors/u2fkeys/plain.key"
ends 'so is a private key' 1 'more than one line'
feed 'sk-ssh-ed25519@openssh.com AAAA x' enroll sshkey alice
ends 'so is half of one' 1 'not a public key'
feed '' enroll sshkey alice
ends 'so is nothing' 1 'no key in the line'
head -c 20000 /dev/zero >"$scratch/zero"
run enroll sshkey alice "$scratch/zero"
ends 'so is what is too long' 1 'longer than'
head -c 100 /dev/zero >"$scratch/zero"
run enroll sshkey alice "$scratch/zero"
ends 'and a line of NULs' 1 'not a public key'
run enroll sshkey alice "$scratch/missing"
ends 'a file that is not there is trouble' 3 'missing: No such file'
run enroll sshkey nobodyhere "$sk/ecdsa.pub"
ends 'an unknown user is refused' 1 'no such user'
run enroll sshkey bob "$sk/ecdsa.pub" --name ''
ends 'an empty name is refused' 2 'name'
run enroll sshkey bob "$sk/ecdsa.pub" --name $'a\nb'
ends 'a name of two lines is refused' 2 'plain text'
run enroll sshkey bob "$sk/ecdsa.pub" --name mine
ends 'a name that is taken is refused' 1 'of this name'
kept 'all of these'

# --- import pam-u2f -------------------------------------------------------------

before
sed 's/@USERNAME@/alice/' "$vectors/pam-u2f/new_-N.cred" >"$scratch/keys"
run import pam-u2f "$scratch/keys" --whole
ends 'without libfido2 nothing is imported' 3 'fido2.so'
kept 'without it'
library=$(printf '%s' "$err" | grep -oE '/[^ :]*fido2\.so')
lend "$BUILDDIR/lib/factor/.libs/fido2.so" "$library"

run import pam-u2f "$scratch/keys"
ends 'K02 a line without an end is refused' 1 'keys:1: no end: it may have been cut'
kept 'K02 such a line'
run import pam-u2f "$scratch/keys" --whole --json
ends 'unless somebody says that it is whole' 0
is 'one key is enrolled' "$(json '"\(.enrolled) \(.known) \(.left) \(.keys[0].result) \(.keys[0].line)"')" \
	'1 0 0 enrolled 1'
name=$(json '.keys[0].name')
is 'its pin is a demand' "$(key .uv)" true
is 'for the origin that pam_u2f takes' "$(key .rp_id)" "pam://$(uname -n)"
echo >>"$scratch/keys"
run import pam-u2f "$scratch/keys" --json
ends 'once more is no error' 0
is 'and nothing new' "$(json '"\(.enrolled) \(.known)"')" '0 1'
run import pam-u2f "$scratch/keys"
like 'which is told' "$out" 'line 1, alice: is enrolled as "fido2"'
run remove alice fido2 --yes
for cut in 120 200 $(($(wc -c <"$scratch/keys") - 5)); do
	head -c "$cut" "$scratch/keys" >"$scratch/cut"
	run import pam-u2f "$scratch/cut"
	ends "K02 cut at $cut it is refused" 1 'cut:1: '
done

{
	sed 's/@USERNAME@/alice/' "$vectors/pam-u2f/new_double_-V-N.cred"
	echo
	sed 's/@USERNAME@/bob/' "$vectors/pam-u2f/new_mixed_1-P2.cred"
	echo
} >"$scratch/many"
{
	cat "$scratch/many"
	echo 'carol:x,y,es256,+presence'
} >"$scratch/bad"
before
run import pam-u2f "$scratch/bad"
ends 'one bad line refuses the file' 1 'bad:3: no public key'
kept 'a file with one'
cat "$scratch/many" "$scratch/keys" >"$scratch/twice"
run import pam-u2f "$scratch/twice"
ends 'so does a second line of one user' 1 'twice:3: a second line of its user'
run import pam-u2f "$scratch/many" --user bob --rp-id example.org --json
ends 'one user of many' 0
is 'has two keys' "$(json .enrolled) $(keys bob)" '2 3'
name=fido2-2
is 'of the origin that was named' "$(key .rp_id bob)" example.org
run import pam-u2f "$scratch/many" --json
ends 'all of them' 0
is 'are the others' "$(json '"\(.enrolled) \(.known)"')" '2 2'
run import pam-u2f "$scratch/many" --user ''
is 'of no user nothing is taken' "$rc $out" '0 Enrolled 0, known already 0, left out 0.'
like 'a waived touch is told' "$(cardea remove bob fido2-2 --yes; cardea import pam-u2f "$scratch/many" --user bob)" \
	'enrolled as "fido2-2".*from now on it must be touched'

sed 's/@USERNAME@/nobodyhere/' "$vectors/pam-u2f/new_-P.cred" >"$scratch/left"
echo >>"$scratch/left"
sed 's/@USERNAME@/bob/' "$vectors/pam-u2f/new_-r-N.cred" >>"$scratch/left"
echo >>"$scratch/left"
before
run import pam-u2f "$scratch/left"
ends 'what is left out is told' 1
like 'a user who is not here' "$out" 'line 1, nobodyhere: left out: no such user'
like 'a key that alone knows its handle' "$out" 'line 2, bob: left out: only the key itself'
kept 'of these'

# the same key, enrolled without what the file demands
sed 's/+presence+pin/+presence/' "$scratch/keys" >"$scratch/weak"
run import pam-u2f "$scratch/weak"
ends 'a key without PIN' 0
run import pam-u2f "$scratch/keys"
ends 'K02 is not what a file with PIN wants' 1
like 'K02 and it says so' "$out" 'enrolled already, but without PIN'
name=fido2
is 'K02 and changes nothing' "$(cardea list alice --json | jq '[.users[0].keys[] | select(.uv == false and .kind == "ctap")] | length')" 1

cat >"$scratch/old" <<'END'
bob:IPbgFVDLguVOr5GzdV7C5A,04e4a7ca61c6687f0a9f9456ebf9df9d7f47bd6fc9df2ee95db9c27558cc9304ed3445fdeb2f72489d879c712dbec6f23e79836c666277451eb31403e4901521cc
END
run import pam-u2f "$scratch/old" --rp-id pam://a --app-id https://b --json
ends 'the old format' 0
name=$(json '.keys[0].name')
is 'has an appId' "$(key .rp_id bob)" https://b
run import pam-u2f "$vectors/u2fkeys/plain.key"
ends 'a key of OpenSSH wants its user' 1 'no user in it'
run import pam-u2f "$vectors/u2fkeys/plain.key" --user bob --json
ends 'and is enrolled for him' 0
name=$(json '.keys[0].name')
is 'with its own application' "$(key '"\(.kind) \(.rp_id)"' bob)" 'ctap ssh:'
run import pam-u2f "$vectors/u2fkeys/locked.key" --user bob
ends 'one with a passphrase is refused' 1 'ssh-keygen -p'
run import pam-u2f "$scratch/missing"
ends 'a file that is not there is trouble' 3 'No such file'
run import pam-u2f "$scratch/keys" --rp-id ''
ends 'an empty origin is refused' 2 'want a text'
head -c 1100000 /dev/zero >"$scratch/zero"
run import pam-u2f "$scratch/zero"
ends 'a file too long is refused' 1 'longer than'

# --- import u2f-host --------------------------------------------------------------

answer=$vectors/u2fkeys/register.json
before
run import u2f-host "$answer" --user alice
ends 'an appId is wanted' 2 'wants --user and --app-id'
run import u2f-host "$answer" --app-id http://demo.example
ends 'and a user' 2 'wants --user and --app-id'
run import u2f-host "$answer" --user alice --app-id http://demo.example/
ends 'another appId is refused' 1
kept 'with another appId'
jq -c '.clientData = "e30"' "$answer" >"$scratch/other"
run import u2f-host "$scratch/other" --user alice --app-id http://demo.example
ends 'other client data are refused' 1
for at in 20 200 500; do
	head -c "$at" "$answer" >"$scratch/cut"
	run import u2f-host "$scratch/cut" --user alice --app-id http://demo.example
	ends "K02 an answer cut at $at is refused" 1 'cut: not a line of JSON'
done
jq -c 'del(.clientData)' "$answer" >"$scratch/other"
run import u2f-host "$scratch/other" --user alice --app-id http://demo.example
ends 'an answer without client data is refused' 1 'has no clientData'
kept 'of all these'

# rules TEXT: the settings of security keys, installed
rules() {
	sed "/^fido2:/,/^};/d" /etc/cardea/cardea.conf >"$scratch/conf"
	echo "fido2: { $1 };" >>"$scratch/conf"
	cat "$scratch/conf" >/etc/cardea/cardea.conf
	cardea check --install >/dev/null 2>"$scratch/check" || cat "$scratch/check"
}
install -m 0644 "$vectors/u2fkeys/root.pem" /etc/cardea/roots.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null \
	-subj /CN=Other -days 9999 -out /etc/cardea/others.pem 2>/dev/null
chmod 0644 /etc/cardea/others.pem
rules 'attestation = "required"; attestation_roots = "/etc/cardea/others.pem";'
run import u2f-host "$answer" --user alice --app-id http://demo.example
ends 'with a root of somebody else nothing is proved' 1 'no chain to a pinned root'
rules 'attestation = "required"; attestation_roots = "/etc/cardea/roots.pem";'
run import u2f-host "$answer" --user alice --app-id http://demo.example --name yubi --json
ends 'with its root it is' 0
is 'and that is told' "$(json .attestation)" chained
name=yubi
is 'and kept' "$(key '"\(.attested) \(.rp_id) \(.algorithm)"')" 'true http://demo.example es256'
run import u2f-host "$answer" --user alice --app-id http://demo.example --json
is 'once more is no error' "$rc $(json .known)" '0 true'

# --- list, remove, disable ----------------------------------------------------------

run list alice
like 'a key is listed' "$out" 'fido2 [0-9a-f]{16} "yubi": es256 of http://demo.example, attested$'
like 'with its use' "$out" 'added 20.*, last used never, counter 0$'
like 'and one through ssh' "$out" '"pin": es256 of ssh:cardea, through ssh, uv$'
run disable alice yubi
like 'a key is disabled' "$rc $out" '^0 Security key "yubi" \([0-9a-f]{16}\) of alice is now disabled'
like 'and listed so' "$(cardea list alice)" '"yubi".*, attested, disabled$'
run enable alice "$(key .id)"
ends 'and enabled by its id' 0
is 'which is listed too' "$(key .disabled)" false
secret=$(secret_of)
steady
feed "$secret" enroll totp alice --secret-stdin --code "$(totp "$secret")" --name yubi
ends 'a token has no name that a key has' 1 'token or key of this name'
run remove alice yubi --yes --json
is 'a key is removed' "$rc $(json '.keys | length')$(json '.tokens | length')" '0 10'
is 'and gone' "$(key .id)" ''
shown=$(expect -c 'spawn cardea remove alice --all; expect "y/N]"; send "n\r"; expect eof' 2>&1)
like 'a person is asked for all' "$shown" 'Remove 0 token\(s\), [0-9]+ security key\(s\) of alice'

# --- the ceiling ------------------------------------------------------------------

for i in $(seq 20); do
	point=$(printf '%064x%064x' "$i" "$i")
	printf '%s,%s%s' "$(printf '%032x' "$i" | tr a-f A-F | basenc -d --base16 | basenc --base64url | tr -d =)" 04 "$point"
	[ "$i" = 20 ] || printf ':'
done >"$scratch/list"
useradd -m carol
{
	printf 'carol:'
	cut -d: -f1-16 "$scratch/list"
} >"$scratch/carol"
run import pam-u2f "$scratch/carol" --json
ends 'sixteen keys' 0
is 'are the most' "$(keys carol)" 16
{
	printf 'carol:'
	cut -d: -f17-20 "$scratch/list"
} >"$scratch/carol"
run import pam-u2f "$scratch/carol"
ends 'more are left out' 1
like 'and told' "$out" 'carol: left out: carol has 16 security keys'
run enroll sshkey carol "$sk/ecdsa.pub"
ends 'and refused' 1 'has 16 security keys, which is the most'
run enroll fido2 carol --print-request
ends 'before a request is made' 1 'has 16 security keys'
run remove carol --all --yes
ends 'all go at once' 0
is 'and are gone' "$(keys carol)" 0

# --- requests -----------------------------------------------------------------------

rules 'rp_id = "example.org";'
for bad in '--print-request --response-stdin' '--print-request --device /dev/x' \
	'--response-stdin --uv' '--response-stdin --name x' '--algorithm es512' \
	'--print-request --name '; do
	read -ra words <<<"$bad"
	[ "${bad: -1}" != ' ' ] || words+=('')
	run enroll fido2 bob "${words[@]}"
	ends "enroll fido2 $bad is refused" 2
done
run enroll fido2 bob --print-request --rp-id ''
ends 'an empty relying party is refused' 2 'rp-id'
run enroll fido2 nobodyhere --print-request
ends 'a request for nobody is refused' 1 'no such user'
run enroll fido2 bob --print-request --algorithm es384
like 'what libfido2 has not is refused before anybody is asked' "$rc $err" \
	'^(0 |1 .*no es384)'
run remove bob --all --yes
run enroll fido2 bob --print-request --name far --uv
ends 'a request' 0
like 'is one line' "$out" '^cardea-ticket1:[A-Za-z0-9_-]+$'
is 'and nothing else' "$err" ''
run list bob --json
is 'it is listed meanwhile' "$(json '.users[0].tickets[0] | "\(.name) \(.rp_id)"')" 'far example.org'
like 'for an hour' "$(cardea list bob)" 'waits for its answer until'
like 'the log tells of it' "$(cat "$scratch/syslog")" 'user=bob factor=fido2 detail="request ticket.{4}[0-9a-f]{32} by'
feed 'cardea-key-made1:AAAA' enroll fido2 bob --response-stdin
ends 'what is no answer is refused' 1 'no registration of a key'
feed '' enroll fido2 bob --response-stdin
ends 'so is nothing' 1 'no registration of a key'
head -c 100000 /dev/zero | tr '\0' x >"$scratch/long"
cardea enroll fido2 bob --response-stdin <"$scratch/long" 2>/dev/null
is 'and what is too long' $? 1
is 'the request stays' "$(cardea list bob --json | jq '.users[0].tickets | length')" 1
run remove bob --all --yes --json
is 'it goes with all the rest' "$rc $(json .tickets)" '0 1'
run list bob --json
is 'and is gone' "$(json '.users[0].tickets | length')" 0
run remove bob --all --yes
ends 'then there is nothing to remove' 1 'nothing of that'
run enroll fido2 bob
ends 'without its helper no key is reached' 3 'cardea-key: no such file'
helper=$(printf '%s' "$err" | grep -oE '/[^ :]*cardea-key')
lend "$BUILDDIR/verifier/key/cardea-key" "$helper"
run enroll fido2 bob
ends 'without a key there is none to enroll' 1 'no security key is plugged in'
finish
