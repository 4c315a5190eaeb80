#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea enroll fido2 with keys: what it asks of them, what it refuses to store,
# and a key that is far away.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"

settings='fido2: { rp_id = "example.org"; touch_timeout = "5s"; };'
machine <<'END'
rules = ( { name = "keys"; require = "fido2"; } );
END
for who in alice bob carol; do person $who; done

# enroll USER [OPTION...]: nobody at a terminal; sets $out, $said and $rc
enroll() {
	mark
	out=$(cardea enroll fido2 "$@" </dev/null 2>/tmp/said)
	rc=$?
	said=$(cat /tmp/said)
}
json() {
	jq -r "$1" <<<"$out"
}
# key USER NAME FILTER: of a stored credential
key() {
	cardea list "$1" --json |
		jq -r --arg n "$2" ".users[0].keys[] | select(.name == \$n) | $3"
}
# refused NAME REGEX: a no, its reason, and nothing stored
refused() {
	is "$1" "$rc" 1
	like "  and why" "$said" "$2"
	is '  nothing is stored' "$(cardea list --json | sha256sum)" "$before"
}
remember() {
	before=$(cardea list --json | sha256sum)
}
# left NAME: no process of ours is left
left() {
	local try
	for try in $(seq 100); do
		pgrep -x cardea-key >/dev/null || break
		sleep 0.05
	done
	is "$1" "$(pgrep -x cardea-key) $((try < 100))" ' 1'
}

# --- a key at this machine --------------------------------------------------------

remember
enroll alice
refused 'without a key there is nothing to enroll' 'no security key is plugged in'
key_plug one
enroll alice --name blue --json
is 'a key is enrolled by a touch' "$rc" 0
is 'and told' "$(json '"\(.user) \(.factor) \(.name) \(.algorithm) \(.rp_id) \(.resident) \(.uv) \(.attestation)"')" \
	'alice fido2 blue es256 example.org false false self'
like 'the person was told to touch it' "$said" '[Tt]ouch'
is 'it is listed' "$(key alice blue '"\(.kind) \(.attested) \(.disabled)"')" 'ctap false false'
logged 'and logged' 'event=admin user=alice factor=fido2 credential=[0-9a-f]{16} detail="enroll name'
left 'no process is left of it'
remember
enroll alice --name again
refused 'the same key twice is refused' 'the key is enrolled already'
enroll alice --name blue
refused 'so is a name that is taken, before any touch' 'of this name'
enroll bob --algorithm eddsa --json
is 'another user may have it, and another algorithm' "$rc $(json .algorithm)" '0 eddsa'
enroll bob --rp-id other.example --json
is 'and one user again for another relying party' "$rc $(json '"\(.name) \(.rp_id)"')" \
	'0 fido2-2 other.example'

remember
for words in 'deny|refused' 'badsig|signature' 'noup|nobody touched|touch' \
	'foreignrp|another relying party|refused'; do
	key_mode one "${words%%|*}"
	enroll carol
	refused "K01 a key in the mode ${words%%|*} is not enrolled" "${words#*|}"
done
key_mode one wait
start=$(uptime_ms)
enroll carol
took=$(($(uptime_ms) - start))
refused 'K09 a touch that never comes is a no' 'nobody touched the key in time'
is '  after the time of the settings' "$((took >= 4500 && took < 9000))" 1
left '  and no process is left'
# Ctrl-C while the key blinks
key_forget one
expect -c 'set timeout 20
	spawn cardea enroll fido2 carol
	expect ouch
	send "\003"
	expect eof' >/tmp/shown 2>&1
left 'Ctrl-C calls it off'
is '  and nothing is stored' "$(cardea list --json | sha256sum)" "$before"
key_touch one
enroll carol --device "$(key_device one)" --json
is 'by the device that is named' "$rc" 0
enroll carol --device /dev/key-none
is 'which must be there' "$rc" 1
key_unplug one

# --- PIN -----------------------------------------------------------------------

key_plug pin --fido2-only
remember
enroll alice --uv --name pin
refused 'a key without a PIN does not verify its user' 'has no PIN and no fingerprint'
with_pin '1234 1234' fido2-token -S "$(key_device pin)" >/dev/null
enroll alice --uv --name pin
refused 'nor one with, if there is nobody to ask' 'wants its PIN'
said=$(with_pin 9999 cardea enroll fido2 alice --uv --name pin 2>&1)
rc=$?
refused 'nor with a wrong one' 'the PIN was wrong'
said=$(with_pin 1234 cardea enroll fido2 alice --uv --name pin 2>&1)
is 'with its PIN it does' $? 0
like '  and told' "$said" 'Enrolled security key "pin"'
unlike '  B3 and not shown' "$(sed 's/Enrolled.*//' <<<"$said")" '1234|9999'
is '  it is demanded from then on' "$(key alice pin .uv)" true
remember
key_mode pin nouv
said=$(with_pin 1234 cardea enroll fido2 bob --uv --name pin 2>&1)
rc=$?
refused 'K01 a key that does not say that it saw the PIN' 'has not verified its user|refused'
key_touch pin

# --- resident --------------------------------------------------------------------

key_forget pin
said=$(with_pin 1234 cardea enroll fido2 bob --resident --name home 2>&1)
is 'a resident credential' "$? $(key bob home .resident)" '0 true'
like '  that the key was asked to keep' "$(key_log pin)" 'makeCredential rp=example.org.*rk=1'
kept() {
	with_pin 1234 fido2-token -L -k example.org "$(key_device pin)" | grep -c ':'
}
handles=$(with_pin 1234 fido2-token -L -k example.org "$(key_device pin)" | grep -oE ' bob .*')
quietly cardea remove bob home --yes
said=$(with_pin 1234 cardea enroll fido2 bob --resident --name home 2>&1)
is '  enrolled anew it takes the place of the old one' \
	"$(with_pin 1234 fido2-token -L -k example.org "$(key_device pin)" | grep -c 'bob')" \
	"$(grep -c bob <<<"$handles")"
key_unplug pin

# --- attestation and models --------------------------------------------------------

model=00112233445566778899aabbccddeeff
dashed=00112233-4455-6677-8899-aabbccddeeff
key_plug made --att x5c --aaguid $model
key_plug other --att x5c --maker Other --aaguid $model
install -m 0644 "$(key_state made)/attestation-root.pem" /etc/cardea/made.pem
key_unplug other
# obey TEXT: settings of security keys
obey() {
	settings="fido2: { rp_id = \"example.org\"; touch_timeout = \"5s\"; $1 };" settings
	quietly cardea check --install
}
enroll alice --name unproved --json
is 'an attestation whose root is not known proves no maker' \
	"$rc $(json '"\(.attestation) \(.model)"')" "0 unchained $dashed"
obey 'attestation = "required"; attestation_roots = "/etc/cardea/made.pem";'
enroll bob --name proved --json
is 'with its root it does' "$rc $(json .attestation)" '0 chained'
is '  and that is kept' "$(key bob proved '"\(.attested) \(.model)"')" "true $dashed"
key_unplug made
key_plug other --att x5c --maker Other --aaguid $model
remember
enroll carol
refused 'a key of another maker is refused' 'no chain to a pinned root'
key_unplug other
key_plug one
enroll carol --rp-id third.example
refused 'so is one that attests itself' 'must prove its model'
key_unplug one
key_plug made --att x5c --aaguid $model
obey "deny_models = [ \"$dashed\" ];"
enroll carol
refused 'a model on the deny list is refused' "keys of model $dashed are not wanted"
obey 'attestation = "required"; attestation_roots = "/etc/cardea/made.pem"; allow_models = [ "ffffffff-4455-6677-8899-aabbccddeeff" ];'
enroll carol
refused 'so is one that is not on the allow list' 'not among those wanted'
obey "attestation = \"required\"; attestation_roots = \"/etc/cardea/made.pem\"; allow_models = [ \"$dashed\" ];"
enroll carol --name allowed
is 'one that is on it is not' "$rc" 0
obey ''
key_unplug made

# --- U2F ----------------------------------------------------------------------

key_plug old --u2f-only
enroll bob --name old --json
is 'a key that knows U2F alone' "$rc $(json '"\(.algorithm) \(.attestation)"')" '0 es256 unchained'
remember
enroll carol --uv
refused '  cannot verify its user' 'has no PIN|cannot do'
enroll carol --algorithm eddsa
refused '  and has one algorithm' .
key_unplug old

# --- far away -------------------------------------------------------------------

# made FILE: what the laptop answers to a ticket
made() {
	ticket=$1 expect -c 'set timeout 20
		spawn -noecho cardea-askpass --enroll $env(ticket)
		expect "Go on? "
		send "y\r"
		expect eof' 2>&1 | tr -d '\r' | grep -o 'cardea-key-made1:.*'
}
# answer USER TEXT: back at the server
answer() {
	mark
	out=$(cardea enroll fido2 "$1" --response-stdin --json <<<"$2" 2>/tmp/said)
	rc=$?
	said=$(cat /tmp/said)
}
key_plug far
cardea enroll fido2 alice --print-request --name far >/tmp/ticket
cardea enroll fido2 alice --print-request --name spare >/tmp/spare
cardea enroll fido2 bob --print-request >/tmp/bobs
is 'a request is one line' "$(grep -cE '^cardea-ticket1:' /tmp/ticket)$(wc -l </tmp/ticket)" 11
text=$(made /tmp/ticket)
like 'the laptop answers it' "$text" '^cardea-key-made1:'
remember
answer bob "$text"
refused 'the answer is not for another user' 'bob has no such request open'
answer alice "${text%????}"
refused 'K02 nor for anybody, if it was cut' 'not the whole of it'
changed=${text:0:200}$([ "${text:200:1}" = A ] && echo B || echo A)${text:201}
answer alice "$changed"
refused 'nor if it was changed' .
answer alice "$(fold -w 60 <<<"$text")"
is 'in lines as mail has them it is' "$rc $(json '"\(.name) \(.rp_id) \(.attestation)"')" \
	'0 far example.org self'
is '  the request is gone, the other one is not' \
	"$(cardea list alice --json | jq -r '[.users[0].tickets[].name] | join(" ")')" spare
remember
answer alice "$text"
refused 'an answer is good once' 'alice has no such request open'
is 'a key that is enrolled already makes no answer' "$(made /tmp/bobs | grep -c made1)" 1
key_unplug far
key_plug near
spare=$(made /tmp/spare)
later 3601
remember
answer alice "$spare"
refused 'an hour later the request has ended' 'the request has ended'
quietly cardea enroll fido2 alice --print-request
is 'and the next one sweeps it away' "$(cardea list alice --json | jq '.users[0].tickets | length')" 1
cardea enroll fido2 carol --print-request --uv >/tmp/uv
made /tmp/uv >/tmp/made
is 'a request that demands a PIN is not answered without' "$(wc -l </tmp/made)" 0
finish
