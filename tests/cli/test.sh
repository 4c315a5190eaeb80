#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea test totp|hotp: verdict, reason, JSON and exit code.
. "${SRCDIR:?}/tests/cli/lib.sh"

# the secret of RFC 4226 and RFC 6238
key=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
totp="otpauth://totp/x:a?secret=$key&digits=8"
hotp="otpauth://hotp/x:a?secret=$key&counter=0"

# judged NAME EXIT RESULT WHY COUNTER ARGUMENT...
judged() {
	local name=$1 code=$2 wanted="$3 $4 $5"
	shift 5
	run test "$@"
	is "$name" "$rc $(json '"\(.result) \(.why) \(.counter)"')" "$code $wanted"
}

judged 'the first value of RFC 6238' 0 verified accepted 1 \
	totp --uri "$totp" --at 59 --code 94287082
judged 'a time in ISO 8601' 0 verified accepted 1 \
	totp --uri "$totp" --at 1970-01-01T00:00:59Z --code 94287082
judged 'a time with an offset' 0 verified accepted 37037036 \
	totp --uri "$totp" --at 2005-03-18T02:58:29+01:00 --code 07081804
judged 'options in any order' 0 verified accepted 1 \
	totp --code=94287082 --at=59 --uri "$totp"
judged 'a wrong code' 1 refused wrong -1 \
	totp --uri "$totp" --at 59 --code 94287083
judged 'R07 a code at the watermark' 1 refused replayed 1 \
	totp --uri "$totp" --at 59 --code 94287082 --watermark 1
judged 'a watermark below the code' 0 verified accepted 1 \
	totp --uri "$totp" --at 59 --code 94287082 --watermark 0
judged 'no watermark by -1' 0 verified accepted 1 \
	totp --uri "$totp" --at 59 --code 94287082 --watermark -1
judged 'the last step with a window of 1' 0 verified accepted 1 \
	totp --uri "$totp" --at 60 --code 94287082
judged 'the last step with a window of 0' 1 refused wrong -1 \
	totp --uri "$totp" --at 60 --code 94287082 --window 0
for code in '' 9428708 942870822 ' 94287082' 94287082x '٩٤٢٨٧٠٨٢' +4287082; do
	judged "I15 \"$code\" is no code" 1 refused malformed -1 \
		totp --uri "$totp" --at 59 --code "$code"
done
judged 'R09 a time before 1970' 3 broken bad-time -1 \
	totp --uri "$totp" --at -100 --code 94287082

judged 'the first value of RFC 4226' 0 verified accepted 0 \
	hotp --uri "$hotp" --code 755224
judged 'a counter within the window' 0 verified accepted 3 \
	hotp --uri "$hotp" --code 969429
judged 'a counter beyond the window' 1 refused wrong -1 \
	hotp --uri "$hotp" --code 000000 --window 2
judged 'a counter that is spent' 1 refused replayed 0 \
	hotp --uri "$hotp" --code 755224 --watermark 0

# asked NAME ERROR-REGEX ARGUMENT...: a bad question
asked() {
	local name=$1 why=$2
	shift 2
	run test "$@"
	ends "$name" 2 "$why"
	is "$name: JSON all the same" "$(json .why)" bad-question
}
asked 'no code' 'wants a uri and a code' totp --uri "$totp"
asked 'no URI' 'wants a uri and a code' totp --code 1
asked 'a token of the other kind' 'other kind' hotp --uri "$totp" --code 123456
asked 'a short key' 'shorter than 16 bytes' \
	totp --uri 'otpauth://totp/x?secret=AAAA' --code 123456
asked 'no key' 'secret' totp --uri 'otpauth://totp/x' --code 123456
asked 'no URI at all' '.' totp --uri rubbish --code 123456
asked 'a time that is none' 'wants seconds' totp --uri "$totp" --at noon --code 1
asked 'a day that is none' 'wants seconds' \
	totp --uri "$totp" --at 2026-02-30 --code 1
asked 'a time without an offset' 'wants seconds' \
	totp --uri "$totp" --at 2026-02-20T10:00 --code 1
asked 'a watermark that is none' 'watermark' \
	totp --uri "$totp" --code 1 --watermark -2
asked 'a window too wide' 'window' totp --uri "$totp" --code 1 --window 11
unlike 'the secret is in no error' "$err$out" "$key"

feed "{\"id\":\"a\",\"uri\":\"$totp\",\"at\":59,\"code\":\"94287082\"}
{\"id\":2,\"uri\":\"$totp\",\"at\":\"59\",\"code\":\"94287083\",\"watermark\":\"-1\"}
{\"id\":\"c\",\"uri\":\"$totp\",\"at\":59,\"code\":\"94287082\",\"watermark\":1,\"window\":2}" \
	test totp --batch
is 'a batch answers every line' "$(json '"\(.id) \(.result)"' | xargs)" \
	'a verified 2 refused c refused'
ends 'a batch with a refusal' 1
feed "{\"uri\":\"$totp\",\"at\":59,\"code\":\"94287082\"}" test totp --batch
ends 'a batch that is all right' 0
for line in '[]' '{' '{"uri":true}' '{"uri":"a","uri":"b"}' '{"surprise":"x"}' \
	'"x"' '{"uri":1.5}'; do
	feed "$line" test totp --batch
	ends "a batch line like $line" 2
	is "a batch line like $line is answered" "$(json .why)" bad-question
done
feed "{\"uri\":\"$totp\",\"code\":94287082}" test totp --batch
ends 'a code must be text: a number loses its zeros' 2
feed '' test totp --batch --code 123456
ends 'batch stands alone' 2 'stands alone'
head -c 20000 /dev/zero | tr '\0' x >"$scratch/long"
cardea test totp --batch <"$scratch/long" >/dev/null 2>"$scratch/err"
is 'a line without end is trouble' $? 3
finish
