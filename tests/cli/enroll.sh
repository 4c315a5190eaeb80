#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea enroll: by script and at a terminal; what is refused stores nothing.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine

tokens() {
	cardea list "${1:-alice}" --json | jq -r '.users[0].tokens | length'
}

# --- by script --------------------------------------------------------------

secret=$(secret_of)
steady
code=$(totp "$secret")
feed "$secret" enroll totp alice --secret-stdin --code "$code" --name phone --json
ends 'a script brings secret and code' 0
is 'and is told the token' "$(json '"\(.user) \(.factor) \(.name) \(.digits) \(.algorithm) \(.period_s)"')" \
	'alice totp phone 6 SHA1 30'
is 'R01 the first code is spent with it' "$(json .watermark)" "$(($(date +%s) / 30))"
like 'the log has one line about it' "$(cat "$scratch/syslog")" \
	'event=admin user=alice factor=totp credential=[0-9a-f]{16} detail="enroll name.*by'
unlike 'I14 neither secret nor code is logged' "$(cat "$scratch/syslog")" "$secret|$code"

# refused NAME EXIT ERROR-REGEX [ARGUMENT...]: with a secret on stdin
refused() {
	local name=$1 code=$2 why=$3 before
	shift 3
	before=$(cardea list --json | sha256sum)
	feed "$secret" enroll "$@"
	ends "$name" "$code" "$why"
	is "$name: one line" "$(printf '%s\n' "$err" | wc -l)" 1
	is "$name: nothing is stored" "$(cardea list --json | sha256sum)" "$before"
	unlike "$name: the secret is not shown" "$err$out" "$secret"
}
with="--secret-stdin --code 000000"
# shellcheck disable=SC2086 # words on purpose
{
	refused 'a wrong code' 1 'refused \(wrong\)' totp alice $with
	refused 'a code of the wrong shape' 1 'malformed' totp alice \
		--secret-stdin --code 12345x
	refused 'an unknown user' 1 'no such user' totp nobodyhere $with
	refused 'a name that is taken' 1 'of this name' totp alice \
		--secret-stdin --code "$(totp "$secret")" --name phone
	refused 'digits out of range' 2 'digits' totp alice $with --digits 9
	refused 'a period out of range' 2 'period' totp alice $with --period 10
	refused 'an unknown algorithm' 2 'algorithm' totp alice $with --algorithm MD5
	refused 'a period of a counter' 2 'unknown option' hotp alice $with --period 30
	refused 'an empty name' 2 'name' totp alice $with --name ''
	refused 'a name too long' 2 'name' totp alice $with --name "$(printf 'x%.0s' {1..64})"
	refused 'a bad day' 2 'not-before' totp alice $with --not-before tomorrow
	refused 'an end before the beginning' 2 'lies before' totp alice $with \
		--not-before 2030-01-02 --not-after 2030-01-01
	refused 'an unknown QR style' 2 'qr' totp alice $with --qr braille
	refused 'a code without its secret' 2 'only with --secret-stdin' totp alice \
		--code 000000
	refused 'no terminal and no code' 2 'not a terminal' totp alice --secret-stdin
	refused 'no terminal and nothing at all' 2 'not a terminal' totp alice
}
for bad in '' 'not base32!' 'AAAA' "$secret$secret$secret$secret$secret$secret$secret$secret$secret"; do
	feed "$bad" enroll totp alice --secret-stdin --code 000000
	ends "the secret \"${bad:0:12}\" is refused" 2
done
head -c 100000 /dev/zero >"$scratch/in"
cardea enroll totp alice --secret-stdin --code 000000 <"$scratch/in" 2>/dev/null
is 'a secret of NULs is refused' $? 2

# I01: names as strangers choose them
touch "$scratch/stamp"
for name in '../../etc/passwd' 'a/b' '%s%n' $'new\nline' $'\xff\xfe' -x '' \
	"$(printf 'x%.0s' {1..256})" "$(printf 'x%.0s' {1..100000})" $'\e[2J' '*'; do
	feed "$secret" enroll totp --secret-stdin --code 000000 -- "$name"
	ends "I01 the name $(printf '%q' "${name:0:20}") is refused" 1
	unlike 'I14 and not printed raw' "$err" $'[\e\xff]'
done
is 'I01 no file was made outside the store' \
	"$(find /etc /var /root /home -newer "$scratch/stamp" -type f ! -path '/var/lib/cardea/*' 2>/dev/null | head)" ''

secret2=$(secret_of)
steady
feed "$secret2" enroll totp bob --secret-stdin --algorithm SHA256 --digits 8 --period 60 \
	--code "$(oathtool -b --totp=SHA256 -d 8 -s 60 "$secret2")" --not-after 2040-12-31
ends 'eight digits of SHA-256' 0
is 'a day after --not-after counts whole' \
	"$(cardea list bob --json | jq -r '.users[0].tokens[0].not_after')" 2041-01-01T00:00:00Z

# --- hotp -------------------------------------------------------------------

hotp() {
	oathtool -b --hotp -c "$1" "$secret"
}
feed "$secret" enroll hotp alice --secret-stdin --code "$(hotp 0)" --json
ends 'a counter-based token' 0
is 'its first counter is spent' "$(json .watermark)" 0
feed "$secret" enroll hotp alice --secret-stdin --code "$(hotp 50)"
ends 'one code far ahead is not enough' 1 'refused'
feed "$secret" enroll hotp alice --secret-stdin --code "$(hotp 50)" --code "$(hotp 51)" --json
ends 'two codes in a row resynchronise' 0
is 'both are spent' "$(json .watermark)" 51
feed "$secret" enroll hotp alice --secret-stdin --counter 7 --code "$(hotp 7)" --json
is 'a counter to begin with' "$(json .watermark)" 7
is 'names are told apart' "$(cardea list alice --json | jq -r '[.users[0].tokens[].name] | sort | join(" ")')" \
	'hotp hotp-2 hotp-3 phone'

# --- two at once, and too many ------------------------------------------------

for i in 1 2 3 4 5 6 7 8; do
	cardea enroll hotp alice --secret-stdin --code "$(hotp 0)" --name same \
		<<<"$secret" >/dev/null 2>&1 &
done
settle
is 'of eight at once with one name one wins' \
	"$(cardea list alice --json | jq -r '[.users[0].tokens[] | select(.name == "same")] | length')" 1
for i in 1 2 3 4 5 6 7 8; do
	cardea enroll hotp alice --secret-stdin --code "$(hotp 0)" --name "n$i" \
		<<<"$secret" >/dev/null 2>&1 &
done
settle
is 'however many come, a user has eight tokens at most' "$(tokens)" 8
feed "$secret" enroll hotp alice --secret-stdin --code "$(hotp 0)"
ends 'the ninth is refused' 1 'has 8 tokens'

# --- recovery codes -----------------------------------------------------------

run enroll recovery alice --count 0
ends 'no codes at all are refused' 2 'count'
run enroll recovery alice --count 3
ends 'recovery codes' 0
is 'three of them' "$(grep -cE '^  ([0-9A-Z]{4}-){3}[0-9A-Z]{4}$' <<<"$out")" 3
run enroll recovery alice
ends 'codes that are still good are not replaced unasked' 2 'give --yes'
is 'and stay' "$(cardea list alice --json | jq '.users[0].recovery_left')" 3
cardea enroll recovery alice --yes >/dev/full 2>"$scratch/err"
is 'codes that nobody could read are trouble' $? 3
is 'and the old ones stay' "$(cardea list alice --json | jq '.users[0].recovery_left')" 3
cardea enroll recovery alice --yes --json >/dev/full 2>"$scratch/err"
is 'as JSON too' $? 3
is 'the old ones stay then as well' "$(cardea list alice --json | jq '.users[0].recovery_left')" 3
run enroll recovery alice --yes --json
is 'ten new ones' "$(json '.codes | unique | length')" 10
unlike 'codes are not logged' "$(cat "$scratch/syslog")" "$(json '.codes[0]')"
run enroll recovery nobodyhere
ends 'codes for nobody are refused' 1 'no such user'

# --- at a terminal --------------------------------------------------------------

# talk SCRIPT: what expect(1) says to it; prints the terminal, and "exit N"
talk() {
	expect -c "set timeout 10; log_user 1; $1
		expect eof; set r [wait]
		if {[lindex \$r 2] == 0 && [llength \$r] == 4} {
			puts \"exit [lindex \$r 3]\" } else { puts \"killed\" }" 2>&1
}
# shellcheck disable=SC2016 # Tcl's variables
ask='spawn cardea enroll totp bob --issuer "My Host" --name fresh
	expect -re {secret=([A-Z2-7]+)}; set s $expect_out(1,string)
	expect "Code shown by the app:"'
shown=$(talk "$ask; send 12345\\r; expect refused; expect app:
	send [exec oathtool -b --totp \$s]\\r")
like 'a person confirms the first code' "$shown" 'exit 0'
like 'after a typing error' "$shown" 'refused: malformed'
like 'and sees a QR code' "$shown" '█▀▀▀▀▀█'
like 'and the URI' "$shown" 'otpauth://totp/My%20Host:bob\?secret='
is 'it is stored' "$(cardea list bob --json | jq '[.users[0].tokens[] | select(.name == "fresh")] | length')" 1
shown=$(talk "${ask/fresh/other}; send 000000\\r; expect app:; send 000000\\r
	expect app:; send 000000\\r")
like 'three wrong codes are a no' "$shown" 'exit 1'
shown=$(talk "${ask/fresh/other}; send \\003")
like 'Ctrl-C ends it' "$shown" killed
shown=$(talk "${ask/fresh/other}; send \\004")
like 'so does the end of input' "$shown" 'exit 1'
is 'nothing of these is stored' "$(tokens bob)" 2
shown=$(LC_ALL=C talk "$ask; send \\003")
unlike 'no UTF-8 where the terminal has none' "$shown" '█'
like 'but colours' "$shown" $'\e\\[40m  '
shown=$(talk "${ask/--issuer/--qr none --issuer}; send \\003")
unlike 'no QR code if not wanted' "$shown" $'\e\\[40m|█'
shown=$(talk 'spawn cardea enroll recovery alice; expect "y/N]"; send n\r')
like 'a person may say no to new codes' "$shown" 'exit 1'
is 'and keeps the old ones' "$(cardea list alice --json | jq '.users[0].recovery_left')" 10
shown=$(talk 'spawn cardea enroll recovery alice --count 4; expect "y/N]"; send y\r')
like 'or yes' "$shown" 'exit 0'
is 'and has new ones' "$(cardea list alice --json | jq '.users[0].recovery_left')" 4

# kill -9 at any moment: a token is there whole or not at all
before=$(tokens bob)
for delay in 0.001 0.003 0.005 0.01 0.02 0.04; do
	cardea enroll hotp bob --secret-stdin --code "$(hotp 0)" --name "k$delay" \
		<<<"$secret" >/dev/null 2>&1 &
	sleep "$delay"
	kill -9 $! 2>/dev/null
done
settle
run list bob --json
ends 'after kill -9 the store can be read' 0
like 'and holds whole tokens only' "$(json '.users[0].tokens | length')" '^[2-8]$'
finish
