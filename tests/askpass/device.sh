#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A challenge for this machine's certificate, as ssh brings it to
# cardea-askpass.
. "$SRCDIR/tests/askpass/lib.sh"
need_expect

prompt=$("$remote" device; echo x)
prompt=${prompt%x}
shows() {
	"$remote" device-answer "$@" || echo 'no answer'
}
more() {
	printf '%s[cardea-more1:%s] ' "$prefix" "$1"
}
# pem FILE SIZE...: as many certificates, which nobody here looks into
pem() {
	local file=$1 size
	shift
	for size; do
		echo '-----BEGIN CERTIFICATE-----'
		head -c "$size" /dev/zero | tr '\0' 'c' | base64
		echo '-----END CERTIFICATE-----'
	done >"$file"
}
# fingerprint SIZE
fingerprint() {
	printf 'SHA256:%s' "$(head -c "$1" /dev/zero | tr '\0' 'c' |
		sha256sum | cut -d' ' -f1 | xxd -r -p | base64 | tr -d =)"
}
export CARDEA_DEVICE_CONF=$scratch/device.conf
unset SSH_AUTH_SOCK
pem "$scratch/c.pem" 100
conf() {
	cat >"$CARDEA_DEVICE_CONF"
	chmod 0600 "$CARDEA_DEVICE_CONF"
}
key=/etc/device.key
plain() {
	conf <<-END
		certificate $scratch/c.pem
		key $key
	END
}
plain

# --- what is answered --------------------------------------------------------

far "$prefix$prompt"
is 'a challenge is answered' "$rc" 0
is 'X01 by certificate and a signature for whom and where the client said' \
	"$(shows "$out")" "no=0
user=alice
host=bank.example
certificates=1
fingerprint=$(fingerprint 100)
form=1
signature_len=72
signed=right"
is 'in one line of at most 500 characters' \
	"$(($(wc -l <"$scratch/out") == 1 && ${#out} <= 500))" 1
is 'the person reads which host sees it' "$err" \
	'Signing in to bank.example as alice: the certificate of this device (device) is shown there.'
is 'the key is asked once, without a PIN' "$(cat "$scratch/log")" "uri=$key
tpm=
module=
pin=(none)"

far "(Alice@BANK.example) $prompt"
is 'X01 the host is signed in lower case, the user as it is' \
	"$(shows "$out" | grep -E '^(user|host|signed)')" 'user=Alice
host=bank.example
signed=right'
far "${prefix}Downtime on Friday
$prompt"
is 'messages in front of the prompt do not matter' "$rc" 0

conf <<END
[work]
certificate $scratch/c.pem
key tpm:0x81000001
tpm swtpm:path=/x
[other]
certificate $scratch/c.pem
key $key
END
far "$prefix$prompt"
is 'the TPM is reached as the file says' "$(cat "$scratch/log")" \
	'uri=tpm:0x81000001
tpm=swtpm:path=/x
module=
pin=(none)'
like 'and the block is named' "$err" '\(work\)'
conf <<END
certificate $scratch/c.pem
key pkcs11:object=x
module /usr/lib/m.so
END
far "$prefix$prompt"
is 'and the token by its module' "$(sed -n 's/^module=//p' "$scratch/log")" \
	/usr/lib/m.so

# --- in parts ----------------------------------------------------------------

pem "$scratch/chain.pem" 700 600
pem "$scratch/leaf.pem" 800
conf <<END
certificate $scratch/leaf.pem
chain $scratch/chain.pem
key $key
END
FAKE_SIGN=done:256 far "$prefix$prompt" "$(more 2)" "$(more 3)" "$(more 4)" \
	"$(more 5)" "$(more 6)" "$(more 7)"
mapfile -t parts <"$scratch/out"
is 'a chain takes seven parts' "${#parts[@]}" 7
is 'which are one answer' "$(shows "${parts[@]}" |
	grep -E '^(certificates|fingerprint|signed)')" "certificates=3
fingerprint=$(fingerprint 800)
signed=right"
is 'each of at most 500 characters' \
	"$(awk 'length > 500' "$scratch/out" | wc -l)" 0
is 'and nothing is left' "$(find "$scratch/run" -mindepth 1 | wc -l)" 0

echo 'send fingerprint' >>"$CARDEA_DEVICE_CONF"
far "$prefix$prompt"
is 'a fingerprint is one part' "$(shows "$out" |
	grep -E '^(certificates|fingerprint|signed)')" "certificates=0
fingerprint=$(fingerprint 800)
signed=right"

cat "$scratch/leaf.pem" "$scratch/chain.pem" >"$scratch/full.pem"
conf <<END
certificate $scratch/full.pem
key $key
send fingerprint
END
far "$prefix$prompt"
is 'the chain may stand behind the certificate' \
	"$(shows "$out" | grep ^fingerprint)" "fingerprint=$(fingerprint 800)"

# --- which hosts -------------------------------------------------------------

conf <<END
[a]
certificate $scratch/c.pem
key /a.key
hosts *.example.org
[b]
certificate $scratch/c.pem
key /b.key
hosts bank.example
END
far "$prefix$prompt"
is 'the block for the host is taken' "$(grep ^uri "$scratch/log")" uri=/b.key
far "(alice@web.Example.ORG) $prompt"
is 'in any case' "$(grep ^uri "$scratch/log")" uri=/a.key
far "(alice@evil.example) $prompt"
is 'a host for which there is none is told so' "$(shows "$out")" no=1
is 'and no key is asked' "$(cat "$scratch/log")" ''
like 'the person reads why' "$err" \
	'device.conf: no certificate is for evil.example'
unlike 'and no certificate is announced' "$err" 'is shown there'

conf <<END
[a]
certificate $scratch/c.pem
key /a.key
[b]
certificate $scratch/c.pem
key /b.key
END
FAKE_SIGN='/a.key=7' far "$prefix$prompt"
is 'without its token the next block is tried' \
	"$(shows "$out" | grep -E '^(no|signed)')" 'no=0
signed=right'
is 'once each' "$(grep ^uri "$scratch/log")" 'uri=/a.key
uri=/b.key'
FAKE_SIGN='/a.key=4' far "$prefix$prompt"
is 'after a wrong PIN it is not' "$(shows "$out"):$(grep -c ^uri "$scratch/log")" \
	no=4:1

# --- why there is no proof ---------------------------------------------------

plain
no() {
	FAKE_SIGN=$1 far "$prefix$prompt"
	is "$2 is told to the server" "$(shows "$out")" "no=$3"
	is '  and is an answer' "$rc" 0
	like '  and told to the person, with its place' "$err" \
		"cardea-askpass: .*device.conf:1: device: .*$4"
}
no 2 'no such key' 2 'why 2'
no 3 'an unsafe key' 2 'why 3'
no 4 'a missing PIN' 4 'why 4'
no 5 'a locked PIN' 3 'why 5'
no 6 "another TPM's key" 2 'why 6'
no 7 'a token that is not there' 2 'why 7'
no 8 'a token that hangs' 5 'why 8'
no 9 'a kind of key that is not used' 2 'why 9'
no 10 'a failure' 6 'why 10'
no broken 'trouble with the helper' 6 'cardea-sign cannot be started'

# no MESSAGE: what is set up here does not hold
set_up() {
	far "$prefix$prompt"
	is "$1: told to the server" "$(shows "$out")" "no=$2"
	like '  and to the person' "$err" "cardea-askpass: $3"
	is '  no key is asked' "$(cat "$scratch/log")" ''
}
conf <<END
certificate $scratch/c.pem
key $key
pin 1234
END
set_up 'a mistake in the file' 6 '/.*device.conf:3: pin: is not known here'
unlike '  without what stands behind it' "$err" 1234
plain
chmod 0666 "$CARDEA_DEVICE_CONF"
set_up 'a file that others can write' 6 '/.*device.conf: '
rm "$CARDEA_DEVICE_CONF"
set_up 'no file' 1 '/.*device.conf: '
CARDEA_DEVICE_CONF=device.conf set_up 'a file by a relative path' 6 \
	'CARDEA_DEVICE_CONF is no absolute path'
conf <<END
certificate $scratch/nothing.pem
key $key
END
set_up 'no certificate' 6 '.*device.conf:1: device: .*/nothing.pem: '
echo 'certificate' >"$scratch/none.pem"
pem "$scratch/seven.pem" 9 9 9 9 9 9 9
{
	echo '-----BEGIN PRIVATE KEY-----'
	echo 'AAAA'
	echo '-----END PRIVATE KEY-----'
} >"$scratch/private.pem"
pem "$scratch/huge.pem" 16000
pem "$scratch/cut.pem" 100
sed -i '$d' "$scratch/cut.pem"
for bad in none:'no certificate in PEM' seven:'too many certificates' \
	private:'not a certificate' huge:'too large' cut:'without an end'; do
	conf <<-END
		certificate $scratch/${bad%%:*}.pem
		chain $scratch/${bad%%:*}.pem
		key $key
	END
	set_up "X07 a file of certificates that is ${bad%%:*}" 6 \
		".*${bad%%:*}.pem: .*${bad#*:}"
done

# --- the PIN -----------------------------------------------------------------

plain
export FAKE_SIGN_PIN=s3cret
at_terminal "$scratch/bin/ssh" "$askpass" "$prefix$prompt" <<'EXPECT'
expect "PIN or passphrase of the device key (device): "
send "s3cret\r"
EXPECT
is 'a PIN is asked at the terminal where the key wants one' \
	"$(sed -n 's/^pin=//p' "$scratch/log")" '(none)
s3cret'
unlike 'and is not shown' "$seen" s3cret
like 'the host is named before' "$seen" \
	'^Signing in to bank.example as alice: the certificate of this device \(device\) is shown there\.$'
like 'and the key is satisfied' "$seen" '^cardea-device1:1/1:'
at_terminal "$scratch/bin/ssh" "$askpass" "$prefix$prompt" <<'EXPECT'
expect "PIN or passphrase of the device key (device): "
send "wrong\r"
EXPECT
is 'a wrong one is tried once' "$(sed -n 's/^pin=//p' "$scratch/log")" '(none)
wrong'
is 'and told' "$(shows "$(grep ^cardea-device1 <<<"$seen")")" no=4
far "$prefix$prompt"
is 'nobody to ask' "$(shows "$out")" no=4

echo s3cret >"$scratch/pin"
chmod 0600 "$scratch/pin"
echo "pin-file $scratch/pin" >>"$CARDEA_DEVICE_CONF"
far "$prefix$prompt"
is 'a PIN of a file' "$(shows "$out" | grep ^signed):$(sed -n 's/^pin=//p' \
	"$scratch/log")" signed=right:s3cret
echo other >"$scratch/pin"
far "$prefix$prompt"
is 'a wrong one is tried once, and nobody asked' \
	"$(shows "$out"):$(sed -n 's/^pin=//p' "$scratch/log")" no=4:other
printf 'a\nb\n' >"$scratch/pin"
set_up 'a PIN of two lines' 6 '.*/pin: is not one line'
chmod 0644 "$scratch/pin"
set_up 'a PIN that others may read' 6 '.*device.conf:1: device: '
unset FAKE_SIGN_PIN

# --- an agent ----------------------------------------------------------------

lend() {
	conf <<-END
		certificate $scratch/agent.pem
		key agent
	END
}
certify() {
	openssl genpkey -quiet "${@:2}" -out "$scratch/$1.key" 2>/dev/null ||
		openssl genpkey "${@:2}" -out "$scratch/$1.key" 2>/dev/null
	chmod 0600 "$scratch/$1.key"
	openssl req -x509 -new -key "$scratch/$1.key" -subj "/CN=$1" -days 9 \
		-out "$scratch/$1.pem" 2>/dev/null
}
if command -v ssh-agent openssl >/dev/null; then
	lend
	certify agent -algorithm EC -pkeyopt ec_paramgen_curve:P-256
	far "$prefix$prompt"
	is 'no agent is told' "$(shows "$out")" no=2
	like 'and why' "$err" 'there is no ssh-agent'
	SSH_AUTH_SOCK=$scratch/nobody far "$prefix$prompt"
	is 'nobody at the socket neither' "$(shows "$out")" no=2
	eval "$(ssh-agent -a "$scratch/agent")" >/dev/null
	trap 'kill "$SSH_AGENT_PID"; rm -rf "$scratch"' EXIT
	far "$prefix$prompt"
	is 'an agent without keys' "$(shows "$out")" no=2
	like 'and why' "$err" 'holds no key of the certificate'
	certify another -algorithm EC -pkeyopt ec_paramgen_curve:P-256
	ssh-add -q "$scratch/another.key"
	far "$prefix$prompt"
	is "X01 somebody else's key does not sign" "$(shows "$out")" no=2
	for kind in 'EC -pkeyopt ec_paramgen_curve:P-256' \
		'EC -pkeyopt ec_paramgen_curve:P-384' \
		'RSA -pkeyopt rsa_keygen_bits:2048'; do
		# shellcheck disable=SC2086 # words of an option
		certify agent -algorithm $kind
		ssh-add -q "$scratch/agent.key"
		far "$prefix$prompt" "$(more 2)" "$(more 3)" "$(more 4)"
		mapfile -t parts < <(grep . "$scratch/out")
		is "the agent signs by its ${kind##*:} key" \
			"$(shows "${parts[@]}" | grep -E '^(no|form)')" 'no=0
form=2'
	done
	ssh-add -qD 2>/dev/null
	ssh-add -qc "$scratch/agent.key" 2>/dev/null
	SSH_ASKPASS=/bin/false far "$prefix$prompt"
	is 'a key that wants a word first and gets none' "$(shows "$out")" no=3
	like 'and why' "$err" 'the ssh-agent will not sign'
else
	note 'no ssh-agent or openssl on this machine'
fi
unset SSH_AUTH_SOCK

# --- what is not answered ----------------------------------------------------

plain
silent() {
	is "$1: nothing is said" "$rc:$out" '1:'
	like "$1: and why" "$err" "^cardea-askpass: $2"
	is "$1: no key was asked" "$(cat "$scratch/log")" ''
}
far "(alice@evil) (alice@bank.example) $prompt"
silent 'a second prefix' 'this prompt: .*second'
far "(alice@bank.example) x@evil) $prompt"
silent 'a user name that ends the prefix' 'this prompt: .*second'
far "$prompt"
silent 'no prefix' 'this prompt: '
far "$prefix${prompt}x"
silent 'a prompt with more behind it' 'this prompt: '
far "$prefix$prompt$("$remote" prompt)"
silent 'two questions in one' 'this prompt: '
echo 'OpenSSH_8.4p1 Debian' >"$scratch/bin/version"
far "$prefix$prompt"
silent 'an ssh that does not say where' 'this ssh does not say'
finish
