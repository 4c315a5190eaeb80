#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea test fido2: verdict, reason, JSON and exit code, for the vectors of
# WebAuthn and for what openssl signs.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
vectors=$SRCDIR/tests/vectors/webauthn-w3c/vectors.json

# where the command looks for it, in this copy of the machine
run test fido2 --case '{"rp_id":"a","challenge":"00","authenticator_data":"","signature":"00","algorithm":"eddsa","public_key":"'"$(printf '%064d' 1)"'"}'
is 'without the library nothing is judged' "$rc $(json '"\(.result) \(.why)"')" \
	'3 broken no-library'
library=$(json '.reason | split(": ")[0]')
lend "$BUILDDIR/lib/factor/.libs/fido2.so" "$library"

# unhex, hex: bytes from and into hex digits
unhex() {
	tr -d '\n' | tr a-f A-F | basenc -d --base16
}
hex() {
	basenc --base16 -w0 | tr A-F a-f
}
# judged NAME EXIT RESULT WHY CASE [FILTER...]: the case, altered by jq
judged() {
	local name=$1 code=$2 wanted="$3 $4" case=$5
	shift 5
	[ $# = 0 ] || case=$(jq -c "$@" <<<"$case")
	run test fido2 --case "$case"
	is "$name" "$rc $(json '"\(.result) \(.why)"')" "$code $wanted"
	is "$name: nothing on stderr" "$err" ''
}
# asked NAME ERROR-REGEX CASE [FILTER...]: a bad question
asked() {
	local name=$1 why=$2 case=$3
	shift 3
	[ $# = 0 ] || case=$(jq -c "$@" <<<"$case")
	run test fido2 --case "$case"
	ends "$name" 2 "$why"
	is "$name: JSON all the same" "$(json .why)" bad-question
}
# registration ID, assertion ID: of a vector, without its key
registration() {
	jq -c --arg id "$1" '. as $all | .tests[] | select(.id == $id) | {
		type: "attestation", rp_id: $all.rp_id, origin: $all.origin,
		challenge: .registration.challenge,
		client_data: .registration.clientDataJSON,
		attestation_object: .registration.attestationObject }' "$vectors"
}
assertion() {
	jq -c --arg id "$1" '. as $all | .tests[] | select(.id == $id) | {
		rp_id: $all.rp_id, origin: $all.origin,
		challenge: .authentication.challenge,
		client_data: .authentication.clientDataJSON,
		authenticator_data: .authentication.authenticatorData,
		signature: .authentication.signature }' "$vectors"
}
# flipped MEMBER: a jq filter that changes its last hex digit
flipped() {
	printf '.%s |= (.[:-1] + (if .[-1:] == "0" then "1" else "0" end))' "$1"
}

{
	echo '-----BEGIN CERTIFICATE-----'
	jq -r .attestation_root.attestation_ca_cert "$vectors" | unhex | base64 -w64
	echo '-----END CERTIFICATE-----'
} >/etc/roots.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 \
	-subj '/CN=other' -keyout /dev/null -out /etc/other.pem 2>/dev/null
chmod 0644 /etc/roots.pem /etc/other.pem

# --- the vectors ------------------------------------------------------------

declare -A keys
while read -r id; do
	case=$(registration "$id")
	kind=$([ "${id%%-*}" = none ] && echo none || echo chained)
	judged "$id is registered" 0 verified accepted "$case" '.roots = "/etc/roots.pem"'
	is "$id: its attestation" "$(json .attestation)" "$kind"
	keys[$id]=$(json '{ algorithm, credential, public_key } | tojson')
	judged "$id of another relying party" 1 refused wrong-signature \
		"$case" '.rp_id = "example.com"'
	judged "$id for another challenge" 1 refused foreign-challenge \
		"$case" "$(flipped challenge)"
	judged "$id for another origin" 1 refused foreign-origin \
		"$case" '.origin = "https://example.com"'
	[ "$kind" = none ] ||
		judged "$id for other client data" 1 refused wrong-signature "$case" \
			'del(.challenge, .origin) | .client_data |= (.[:-4] + "207d7d")'

	case=$(assertion "$id" | jq -c --argjson key "${keys[$id]}" '. + $key')
	judged "$id is accepted" 0 verified accepted "$case"
	is "$id: its algorithm" "$(json .algorithm)" "$(jq -r .algorithm <<<"${keys[$id]}")"
	is "$id: its flags" "$(json '.flags | [.up, .uv, .be, .bs] | tojson')" \
		"$(jq -r --arg id "$id" '.tests[] | select(.id == $id)
			.authentication_flags | [.UP, .UV, .BE, .BS] | tojson' "$vectors")"
	judged "$id of another relying party, asserted" 1 refused foreign-rp \
		"$case" '.rp_id = "example.com"'
	judged "$id for another challenge, asserted" 1 refused foreign-challenge \
		"$case" "$(flipped challenge)"
	judged "$id with other client data" 1 refused wrong-signature \
		"$case" 'del(.challenge, .origin) | .client_data |= (.[:-4] + "207d7d")'
	judged "$id with another signature" 1 refused wrong-signature \
		"$case" "$(flipped signature)"
	judged "K07 $id with another counter" 1 refused wrong-signature \
		"$case" "$(flipped authenticator_data)"
	judged "K07 $id with a counter that stands" 1 refused counter \
		"$case" '.counter = 5'
	judged "K08 $id with a byte more" 1 refused malformed \
		"$case" '.authenticator_data += "00"'
	judged "$id is no registration" 1 refused foreign-type \
		"$(registration "$id")" --argjson of "$case" '.client_data = $of.client_data |
			.challenge = $of.challenge'
	case $(json .flags.uv) in
	true) uv='0 verified accepted' ;;
	*) uv='1 refused no-verification' ;;
	esac
	# shellcheck disable=SC2086 # three words
	judged "K01 $id where verification is demanded" $uv "$case" '.uv = true'
done < <(jq -r '.tests[] | select(.libfido2_1_12_0[:1] == "0") | .id' "$vectors")
is 'four vectors were for us' "${#keys[@]}" 4

case=$(assertion none-es256)
judged 'the key of another vector' 1 refused wrong-signature "$case" \
	--argjson key "${keys[fido-u2f-es256]}" '. + $key'
judged 'the key of another kind' 1 refused wrong-signature "$case" \
	--argjson key "${keys[packed-eddsa]}" '. + $key'
judged 'RSA of 3488 bits is not registered' 1 refused unsupported \
	"$(registration packed-rs256)"

# --- attestation by rules ---------------------------------------------------

case=$(registration packed-eddsa)
model=$(jq -r '.tests[] | select(.id == "packed-eddsa") | .registration.aaguid |
	[.[:8], .[8:12], .[12:16], .[16:20], .[20:]] | join("-")' "$vectors")
other=00000000-0000-0000-0000-000000000001
judged 'a chain without roots' 0 verified accepted "$case"
is 'is none' "$(json .attestation)" unchained
is 'the model is told' "$(json .model)" "$model"
judged 'a chain to another root' 0 verified accepted "$case" '.roots = "/etc/other.pem"'
is 'is none either, and says why' "$(json '.attestation, .unchained' | paste -sd,)" \
	'unchained,unable to get local issuer certificate'
judged 'a chain that is demanded' 0 verified accepted \
	"$case" '.roots = "/etc/roots.pem" | .chain = true'
judged 'and is not there' 1 refused against-rules \
	"$case" '.roots = "/etc/other.pem" | .chain = true'
like 'says what is missing' "$(json .reason)" 'no chain to a pinned root'
judged 'a model that is allowed' 0 verified accepted "$case" \
	--arg m "$model" --arg o $other '.roots = "/etc/roots.pem" | .allow = "\($o), \($m)"'
judged 'a model that is not' 1 refused against-rules "$case" \
	--arg o $other '.roots = "/etc/roots.pem" | .allow = $o'
judged 'a model that is denied' 1 refused against-rules "$case" \
	--arg m "$model" '.deny = $m'
judged 'verification that is demanded' 1 refused against-rules "$case" '.uv = true'
judged 'roots that are not there' 3 broken bad-roots "$case" '.roots = "/etc/none.pem"'
chmod 0666 /etc/other.pem
judged 'roots that others may write' 3 broken bad-roots "$case" '.roots = "/etc/other.pem"'
judged 'an object that is cut' 1 refused malformed \
	"$case" '.attestation_object |= .[:-2]'
judged 'an object without end' 1 refused malformed \
	"$case" '.attestation_object = "00" * 30000'

# --- what openssl signs -----------------------------------------------------

rp=ssh.example.org
front=$(printf '%s' $rp | sha256sum | cut -d' ' -f1)
# sign ALGORITHM HEX: a signature by $scratch/key.pem, in hex
sign() {
	printf '%s' "$2" | unhex >"$scratch/data"
	case $1 in
	eddsa) openssl pkeyutl -sign -rawin -inkey "$scratch/key.pem" -in "$scratch/data" ;;
	es384) openssl dgst -sha384 -sign "$scratch/key.pem" "$scratch/data" ;;
	*) openssl dgst -sha256 -sign "$scratch/key.pem" "$scratch/data" ;;
	esac | hex
}
hash=$(printf nonce | sha256sum | cut -d' ' -f1)
for algorithm in es256 es384 eddsa rs256; do
	case $algorithm in
	es256) options='EC -pkeyopt ec_paramgen_curve:P-256' ;;
	es384) options='EC -pkeyopt ec_paramgen_curve:P-384' ;;
	eddsa) options=ED25519 ;;
	rs256) options='RSA -pkeyopt rsa_keygen_bits:2048' ;;
	esac
	# shellcheck disable=SC2086 # words
	openssl genpkey -algorithm $options -out "$scratch/key.pem" 2>/dev/null
	data=${front}0500000009
	case=$(jq -cn --rawfile pem <(openssl pkey -in "$scratch/key.pem" -pubout) \
		--arg rp $rp --arg data "$data" --arg hash "$hash" \
		--arg sig "$(sign $algorithm "$data$hash")" '{ rp_id: $rp, pem: $pem,
			authenticator_data: $data, client_data_hash: $hash,
			signature: $sig, uv: true, counter: 8 }')
	judged "$algorithm of openssl" 0 verified accepted "$case"
	is "$algorithm: as the key says" "$(json '"\(.algorithm) \(.counter)"')" "$algorithm 9"
	judged "$algorithm with a counter that stands" 1 refused counter "$case" '.counter = 9'
	judged "$algorithm of a challenge alone" 0 verified accepted \
		"$case" 'del(.client_data_hash) | .challenge_text = "nonce"'
	judged "$algorithm of client data that are no JSON" 0 verified accepted \
		"$case" 'del(.client_data_hash) | .client_data_text = "nonce"'
	judged "$algorithm, and they hold no challenge" 1 refused foreign-challenge \
		"$case" 'del(.client_data_hash) | .client_data_text = "nonce" | .challenge = "00"'
	judged "$algorithm under the name of another" 3 broken bad-credential \
		"$case" --arg a $algorithm '.algorithm = (if $a == "es256" then "eddsa" else "es256" end)'
	judged "$algorithm in base64" 0 verified accepted "$case" \
		--arg s "$(jq -r .signature <<<"$case" | unhex | base64 -w0)" \
		'del(.signature) | .signature_base64 = $s'
	judged "$algorithm in base64url" 0 verified accepted "$case" \
		--arg s "$(jq -r .signature <<<"$case" | unhex | base64 -w0 | tr +/ -_ | tr -d =)" \
		'del(.signature) | .signature_base64url = $s'
done
# ... and the last one, by other names
judged 'an encoding for all members' 0 verified accepted "$case" '.encoding = "base64" |
	.client_data_hash_hex = .client_data_hash | .authenticator_data_hex = .authenticator_data |
	.signature_hex = .signature | del(.client_data_hash, .authenticator_data, .signature)'
judged 'a PEM with something before it' 3 broken bad-credential "$case" '.pem = "x\n" + .pem'
judged 'a PEM that is cut' 3 broken bad-credential "$case" '.pem |= .[:-30]'
judged 'half a PEM' 3 broken unsupported "$case" '.pem |= (.[:40] + .[44:])'
judged 'a raw key of the wrong length' 3 broken bad-credential \
	"$case" 'del(.pem) | .algorithm = "es256" | .public_key = "00"'
judged 'a COSE key that is none' 3 broken bad-credential "$case" 'del(.pem) | .cose_key = "a0"'
judged 'an algorithm that nobody has' 3 broken unsupported "$case" '.algorithm = "es512"'
judged 'a signature without end' 1 refused malformed "$case" '.signature = "00" * 600'
judged 'no signature' 1 refused malformed "$case" '.signature = ""'

# --- questions that are none ------------------------------------------------

asked 'no key' 'wants one of public_key' "$case" 'del(.pem)'
asked 'two keys' 'wants one of public_key' "$case" '.cose_key = "a0"'
asked 'a raw key without its algorithm' 'algorithm beside it' \
	"$case" 'del(.pem) | .public_key = "00"'
asked 'no relying party' 'wants rp_id' "$case" 'del(.rp_id)'
asked 'no signature at all' 'wants signature' "$case" 'del(.signature)'
asked 'no authenticator data' 'wants authenticator_data' "$case" 'del(.authenticator_data)'
asked 'nothing that was signed' 'or a challenge' "$case" 'del(.client_data_hash)'
asked 'two things that were signed' 'either client_data' "$case" '.client_data = "00"'
asked 'a hash that shows no challenge' 'to compare' "$case" '.challenge = "00"'
asked 'a hash that is none' 'wants 32 bytes' "$case" '.client_data_hash = "00"'
asked 'half a byte' 'is not in hex' "$case" '.signature += "0"'
asked 'no hex' 'is not in hex' "$case" '.signature = "zz"'
asked 'base64 without its padding' 'is not in base64' "$case" \
	'del(.signature) | .signature_base64 = "AA"'
asked 'a signature twice' 'is there twice' "$case" '.signature_base64 = "AA=="'
asked 'a signature that is a number' 'wants a text' "$case" '.signature = 12'
asked 'a counter that is none' 'counter' "$case" '.counter = -1'
asked 'a counter of 33 bits' 'counter' "$case" '.counter = 4294967296'
asked 'a demand that is no truth value' 'uv: wants true or false' "$case" '.uv = 1'
asked 'a member that nobody knows' 'unknown key' "$case" '.surprise = 1'
asked 'a member of the other kind' 'unknown key' "$case" '.roots = "/etc/roots.pem"'
asked 'an encoding that nobody knows' 'encoding' "$case" '.encoding = "base32"'
asked 'a case of no kind' 'type: wants' "$case" '.type = "login"'
asked 'a model that is none' 'wants models' "$(registration none-es256)" '.deny = "abc"'
asked 'no attestation' 'wants format' "$(registration none-es256)" 'del(.attestation_object)'
asked 'no JSON' 'not a line of JSON' '{'
asked 'no object' 'not a JSON object' '[]'
run test fido2
ends 'no case' 2 'either --case or --batch'
run test fido2 --case '{}' --batch
ends 'both' 2 'either --case or --batch'

# --- a batch ----------------------------------------------------------------

feed "$(jq -c '.id = 1' <<<"$case"; jq -c '.id = "b" | .counter = 9' <<<"$case")" \
	test fido2 --batch
is 'a batch answers every line' "$(json '"\(.id) \(.result)"' | xargs)" '1 verified b refused'
ends 'a batch with a refusal' 1
feed "$(jq -c '.id = 1' <<<"$case"; echo '{"id":2}')" test fido2 --batch
is 'a bad line is answered too' "$(json '"\(.id) \(.result)"' | xargs)" '1 verified 2 none'
ends 'a batch with a bad line' 2
feed "$case" test fido2 --batch
ends 'a batch that is all right' 0

# K04, P06: libfido2 would print what it reads, on stderr
FIDO_DEBUG=1 OPENSSL_CONF=/nonexistent run test fido2 --case "$case"
is 'K04 a hostile environment changes nothing' "$rc $(json .why) $err" '0 accepted '
: >"$library"
run test fido2 --case "$case"
is 'a library that is none is trouble' "$rc $(json .why)" '3 no-library'
finish
