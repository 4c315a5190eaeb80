#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea test sshcert and test krl: verdict, reason, JSON and exit code; what
# ssh-keygen said of a thousand questions; what its own tests are made of.
. "${SRCDIR:?}/tests/cli/lib.sh"
oracle=$SRCDIR/tests/vectors/ssh-cert-oracle/oracle.json
set=$scratch/set
mkdir "$set"

# unpack FILTER: two texts a line, a file's name and its contents in base64
unpack() {
	while read -r name text; do
		base64 -d <<<"$text" >"$set/$name"
	done < <(jq -r "$1 | \"\(.[0]) \(.[1])\"" "$oracle")
}
unpack '.certificates[] | [.cert, (.line | @base64)]'
unpack '.certificates[] | [(.cert | sub("-cert"; "")), (.plain | @base64)]'
unpack '.certificates[] | [(.cert | sub("-cert.pub"; ".sig")), (.sig | @base64)]'
unpack '.cas | to_entries[] | [.key, (.value | @base64)]'
unpack '.krls | to_entries[] | [.key, .value]'
jq -j .data "$oracle" >"$set/data"
for trust in allowed_all allowed_one; do
	for ca in $(jq -r --arg t $trust '.trust[$t][]' "$oracle"); do
		cat "$set/$ca"
	done >"$set/$trust"
done

# judged NAME EXIT RESULT WHY ARGUMENT...
judged() {
	local name=$1 code=$2 wanted="$3 $4"
	shift 4
	run test sshcert "$@"
	is "$name" "$rc $(json '"\(.result) \(.why)"')" "$code $wanted"
	is "$name: nothing on stderr" "$err" ''
}
# asked NAME ERROR-REGEX ARGUMENT...: a bad question
asked() {
	local name=$1 why=$2
	shift 2
	run test sshcert "$@"
	ends "$name" 2 "$why"
	is "$name: JSON all the same" "$(json .why)" bad-question
}

# --- one certificate --------------------------------------------------------

plain=(--ca "$set/ca_ecdsa.pub" --at 2026-01-01 "$set/user00-cert.pub")
judged 'a certificate' 0 verified accepted "${plain[@]}"
is 'and what it says' "$(json '.certificate | "\(.key_id) \(.serial) \(.principals[0]) \(.valid_from) \(.valid_until)"')" \
	'user00 device 898485 4586 bob 2025-01-01T00:00:00Z 2035-01-01T00:00:00Z'
is 'its key and CA by their fingerprints' "$(json '.certificate | [.fingerprint, .ca] | map(startswith("SHA256:")) | all')" true
judged 'for its principal' 0 verified accepted --principal bob "${plain[@]}"
judged 'for another' 1 refused not-for-this-name --principal alice "${plain[@]}"
judged 'of a CA that is not trusted' 1 refused no-authority-vouches \
	--ca "$set/ca_rsa.pub" "$set/user00-cert.pub"
judged 'of one of two CAs' 0 verified accepted --ca "$set/ca_rsa.pub" "${plain[@]}"
judged 'S03 a host certificate' 1 refused wrong-purpose \
	--ca "$set/allowed_all" --at 2026-01-01 --principal alice "$set/user07-cert.pub"
judged 'S02 source-address, from there' 0 verified accepted \
	--ca "$set/allowed_all" --at 2026-01-01 --source 10.1.2.3 "$set/user11-cert.pub"
judged 'S02 source-address, from elsewhere' 1 refused source-not-allowed \
	--ca "$set/allowed_all" --at 2026-01-01 --source 192.0.2.7 "$set/user11-cert.pub"
judged 'S02 source-address, from who knows where' 1 refused source-not-allowed \
	--ca "$set/allowed_all" --at 2026-01-01 "$set/user11-cert.pub"
judged 'S02 force-command, which a login may not obey' 0 verified accepted \
	--ca "$set/allowed_all" --at 2026-01-01 "$set/user10-cert.pub"
is 'S02 and that is told' "$(json .certificate.force_command)" true
judged 'S01 a critical option that is not known' 1 refused critical-option \
	--ca "$set/allowed_all" --at 2026-01-01 "$set/user08-cert.pub"
judged 'S04 a CA that signed with SHA-1' 1 refused weak-key-or-algorithm \
	--ca "$set/allowed_all" --at 2026-01-01 "$set/user15-cert.pub"
judged 'S07 a key id with a tab' 0 verified accepted \
	--ca "$set/allowed_all" --at 2026-01-01 "$set/user19-cert.pub"
is 'S07 is left out' "$(json .certificate.key_id)" ''
judged 'a plain key' 1 refused malformed --ca "$set/allowed_all" "$set/user00.pub"
echo 'ssh-ed25519-cert-v01@openssh.com AAAA' >"$scratch/bad"
judged 'S06 a damaged certificate' 1 refused malformed --ca "$set/allowed_all" "$scratch/bad"
is 'S06 of which nothing is told' "$(json .certificate)" null

signed=(--namespace cardea --message "$set/data" "${plain[@]}")
judged 'S08 with a signature by its key' 0 verified accepted --signature "$set/user00.sig" "${signed[@]}"
judged 'S08 by another' 1 refused no-proof-of-possession --signature "$set/user01.sig" "${signed[@]}"
judged 'S08 over something else' 1 refused wrong-signature --signature "$set/user00.sig" \
	--namespace cardea --message "$set/user00.sig" "${plain[@]}"
judged 'S08 in another namespace' 1 refused no-proof-of-possession --signature "$set/user00.sig" \
	--namespace file --message "$set/data" "${plain[@]}"
judged 'S02 force-command with a signature, which sshd alone can obey' 1 refused critical-option \
	--signature "$set/user10.sig" --namespace cardea --message "$set/data" \
	--ca "$set/allowed_all" --at 2026-01-01 "$set/user10-cert.pub"
judged 'S08 that is none' 1 refused no-proof-of-possession --signature "$set/data" "${signed[@]}"

judged 'S05 with a list that does not know it' 0 verified accepted \
	--krl "$set/serial_ca_rsa.krl" "${plain[@]}"
like 'S05 and how old that is' "$(json .certificate.revocation_as_of)" '^20[0-9-]*T'
judged 'S05 with one that does' 1 refused revoked --krl "$set/serial_ca_ecdsa.krl" "${plain[@]}"
judged 'S05 with one of two' 1 refused revoked --krl "$set/empty.krl" \
	--krl "$set/serial_ca_ecdsa.krl" "${plain[@]}"
judged 'S05 with one that is missing' 3 broken revocation-unknown --krl "$set/no.krl" "${plain[@]}"
judged 'S05 with one that is damaged' 3 broken revocation-unknown --krl "$set/damaged_cut05.krl" "${plain[@]}"
judged 'S05 with one that nobody signed' 3 broken revocation-unknown --krl "$set/empty.krl" \
	--krl-key "$set/ca_rsa.pub" "${plain[@]}"
judged 'S05 with one that is too old' 3 broken revocation-stale --krl "$set/empty.krl" \
	--max-age 1d --ca "$set/ca_ecdsa.pub" --at 2027-01-01 "$set/user00-cert.pub"

asked 'no certificate' 'wants a certificate' --ca "$set/ca_rsa.pub"
asked 'no CA' 'wants a certificate' "$set/user00-cert.pub"
asked 'a file that is not there' 'cert: .*No such file' --ca "$set/ca_rsa.pub" "$set/none"
asked 'a CA that is not there' 'No such file' --ca "$set/none" "$set/user00-cert.pub"
asked 'a time that is none' 'at: wants' --ca "$set/ca_rsa.pub" --at noon "$set/user00-cert.pub"
asked 'an age that is none' 'max-age: wants' --ca "$set/ca_rsa.pub" --max-age 5 "$set/user00-cert.pub"
asked 'half a signature' 'go together' --ca "$set/ca_rsa.pub" --namespace x "$set/user00-cert.pub"
run test sshcert --batch "$set/user00-cert.pub"
ends '--batch stands alone' 2 'stands alone'
run test krl "$set/empty.krl"
ends 'a list alone is no question' 2 'wants a KRL and a file'
run test krl --batch x
ends '--batch of lists stands alone' 2 'stands alone'
feed '{"cert":"x","cas":"y"}' test sshcert --batch
is 'an unknown member is told' "$rc $(json .reason)" '2 "cas": unknown key'

# --- the oracle --------------------------------------------------------------

# answers NAME QUESTIONS: all of them in one process
answers() {
	LC_ALL=C cardea test "$1" --batch <"$2"
}
# Where we say another thing than ssh-keygen -Y verify, and why: sshd refuses
# each of these three, or should (vectors/ssh-cert-oracle, SOURCE).
cat >"$scratch/known" <<'END'
critical-unknown critical-option
sha1-ca-signature weak-key-or-algorithm
verify-required critical-option
END
questions='.verify[] | {
	cert: ($set + "/" + .[0]), ca: ($set + "/" + .[1]), principal: .[2],
	at: (.[3] | strptime("%Y%m%d%H%M%SZ") | mktime | tostring), source: "10.1.2.3" }'
proof='. + { signature: (.cert | sub("-cert.pub"; ".sig")), namespace: "cardea", message: ($set + "/data") }'
jq -c --arg set "$set" "$questions" "$oracle" >"$scratch/verify"
jq -c --arg set "$set" "$questions | $proof" "$oracle" >"$scratch/signed"
# differing ANSWERS: how many lines say accept where we do not, by variant; and
# the other way round
differing() {
	jq -nr --slurpfile o "$oracle" --slurpfile a "$1" '
		($o[0].certificates | map({ (.cert): .variant }) | add) as $variant |
		[$o[0].verify, $a] | transpose[] |
		select(.[0][4] != (.[1].result == "verified")) |
		if .[0][4] then "\($variant[.[0][0]]) \(.[1].why)" else "FALSE ACCEPT \(.[0])" end' | sort | uniq -c | sed 's/^ *[0-9]* //'
}
answers sshcert "$scratch/verify" >"$scratch/answers"
is 'the oracle: 1920 answers' "$(wc -l <"$scratch/answers")" 1920
is 'S04 the oracle: nothing is accepted that ssh-keygen refuses, and what we refuse is argued' \
	"$(differing "$scratch/answers")" "$(cat "$scratch/known")"
answers sshcert "$scratch/signed" >"$scratch/answers"
is 'S08 the oracle with its signatures: the same' "$(differing "$scratch/answers")" "$(cat "$scratch/known")"
sed 's/"data"/"user00.sig"/; s,/data",/user00.sig",' "$scratch/signed" >"$scratch/forged"
is 'S08 and over another message none holds' \
	"$(answers sshcert "$scratch/forged" | jq -r .result | sort | uniq -c | tr -s ' ')" ' 1920 refused'

jq -c --arg set "$set" '.krl_query[] | { krl: ($set + "/" + .[0]), key: ($set + "/" + .[1]) }' "$oracle" >"$scratch/queries"
is 'S05 the oracle: 704 questions to lists, answered alike' \
	"$(answers krl "$scratch/queries" | jq -nr --slurpfile o "$oracle" '
		[$o[0].krl_query, [inputs]] | transpose[] |
		select({ ok: 0, revoked: 1, error: 255 }[.[1].result] != .[0][2]) | tostring')" ''
# a flipped bit among the flags, of which none is known, is damage for us
jq -c --arg set "$set" '.krl_damaged[] | { krl: ($set + "/" + .[0]), key: ($set + "/" + .[1]) }' "$oracle" >"$scratch/queries"
is 'S05 the oracle: damaged lists, answered alike or not at all' \
	"$(answers krl "$scratch/queries" | jq -nr --slurpfile o "$oracle" '
		[$o[0].krl_damaged, [inputs]] | transpose[] | select(.[1].result != .[0][2]) |
		"\(.[0][2]) \(.[1].result) \(.[1].reason)"' | sort -u)" \
	'ok error flags that are not known
revoked error flags that are not known'

finish
