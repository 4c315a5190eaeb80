#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The rig itself: what other people's programs think of our security key.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"
on_failure() {
	echo "said: ${said:-}"
	key_log one | tail -8
}
cd /root || exit 1
one=$(key_device one)

# --- libfido2's tools as second opinion -------------------------------------

# wish: what fido2-cred wants to read
wish() {
	openssl rand -base64 32
	printf '%s\n' pam.test alice
	openssl rand -base64 16
}
# make ALGORITHM [OPTION...]: a credential, its attestation verified by libfido2
make() {
	local algorithm=$1
	shift
	rm -f made verified
	wish | fido2-cred -M "$@" -o made "$one" "$algorithm" &&
		fido2-cred -V -i made -o verified "$algorithm" &&
		tail -n +2 verified >public.pem
}
# question: what fido2-assert wants to read
question() {
	openssl rand -base64 32
	echo pam.test
	head -1 verified
}
# ask [OPTION...]: an assertion; check ALGORITHM [OPTION...]: verified.  Both say
# what libfido2 says, or "good".  ask_pin PINS [OPTION...] is with a PIN.
ask() {
	rm -f asserted
	question >question
	fido2-assert -G -i question -o asserted "$@" "$one" 2>&1
}
ask_pin() {
	local pins=$1
	shift
	rm -f asserted
	question >question
	with_pin "$pins" fido2-assert -G -i question -o asserted "$@" "$one"
}
check() {
	local algorithm=$1
	shift
	fido2-assert -V "$@" -i asserted public.pem "$algorithm" 2>&1 &&
		echo good
}
# assert ALGORITHM: both, a touch being demanded
assert() {
	said=$(ask && check "$1" -p)
	said=${said##*: }
}

# --- looking for keys -------------------------------------------------------

key_plug one
key_plug two --maker Other --aaguid 00112233445566778899aabbccddeeff
is 'two keys are plugged in' "$(fido2-token -L | cut -d: -f1 | paste -sd' ')" \
	"$one $(key_device two)"
is 'somebody without rights and without an environment finds them, too' \
	"$(setpriv --reuid nobody --clear-groups env -i /usr/bin/fido2-token -L | wc -l)" 2
like 'and talks to them' \
	"$(setpriv --reuid nobody --clear-groups fido2-token -I "$(key_device two)")" \
	'aaguid: 00112233445566778899aabbccddeeff'
key_unplug two
is 'one is pulled out' "$(fido2-token -L | cut -d: -f1)" "$one"
is 'programs that look for no key are not disturbed' \
	"$(true 2>&1; stty -a <"$one" 2>&1 >/dev/null; ls /dev/null 2>&1)" /dev/null
like 'it has no PIN, and eight tries' "$(fido2-token -I "$one" | paste -sd' ')" \
	'options: rk, up, noplat, noclientPin.*pin retries: 8'

# --- credentials ------------------------------------------------------------

for attestation in self x5c u2f; do
	key_unplug one
	key_plug one --att $attestation
	said=$(make es256 2>&1)
	is "ES256, attestation $attestation: libfido2 believes it" "$? $said" '0 '
	assert es256
	is '  and the assertion' "$said" good
done
key_unplug one
key_plug one --att x5c
said=$(make eddsa 2>&1)
is 'EdDSA: libfido2 believes the attestation' "$? $said" '0 '
assert eddsa
is '  and the assertion' "$said" good
said=$(make eddsa -r 2>&1 && make eddsa -r 2>&1)
is 'two resident ones' "$? $said" '0 '
{
	openssl rand -base64 32
	echo pam.test
} >question
is '  are found without being listed, one after the other' \
	"$(fido2-assert -G -r -i question "$one" | wc -l)" 10

state=$(key_state one)
is 'the certificate of the attestation leads to the root' \
	"$(openssl verify -x509_strict -CAfile "$state/attestation-root.pem" \
		"$state/attestation.pem")" "$state/attestation.pem: OK"
like '  and says which model it is for' \
	"$(openssl x509 -noout -text -in "$state/attestation.pem" | paste -sd' ')" \
	'OU = Authenticator Attestation.*CA:FALSE.*1\.3\.6\.1\.4\.1\.45724\.1\.1\.4'
unlike '  another maker has another root' \
	"$(openssl verify -CAfile "$(key_state two)/attestation-root.pem" \
		"$state/attestation.pem" 2>&1)" OK

# --- PIN --------------------------------------------------------------------

make es256
said=$(with_pin 1234 fido2-token -S "$one")
is 'a PIN is set' "$?" 0
said=$(with_pin '1234 567890' fido2-token -C "$one")
is '  and changed' "$?" 0
said=$(ask_pin 1234 -v)
like '  the old one is wrong' "$said" 'PIN_INVALID'
like '  which costs a try' "$(fido2-token -I "$one")" 'pin retries: 7'
said=$(ask_pin 567890 -v -p)
is '  the right one lets in' "$? $(check es256 -p -v)" '0 good'
like '  and gives the tries back' "$(fido2-token -I "$one")" 'pin retries: 8'
said=$(ask)
is 'without it' "$? $(check es256 -p)" '0 good'
said=$(check es256 -p -v)
is '  nobody is verified' "${said##*: }" FIDO_ERR_INVALID_PARAM
key_mode one nouv
said=$(ask_pin 567890 -v)
said=$(check es256 -v)
is 'nouv: the flag is missing though the PIN was given' "${said##*: }" \
	FIDO_ERR_INVALID_PARAM
is '  and nothing else is wrong' "$(check es256 -p)" good
key_mode one approve
for try in 1 2 3; do
	said=$(ask_pin 0000 -v)
done
like 'three wrong ones in a row: not before it is plugged in again' "$said" \
	PIN_AUTH_BLOCKED
key_unplug one
key_plug one
said=$(ask_pin 567890 -v)
is '  and then again' "$? $(check es256 -v)" '0 good'
said=$(fido2-token -R "$one" && ask)
like 'a reset makes it forget PIN and credentials' "$said" NO_CREDENTIALS

# --- fingerprint ------------------------------------------------------------

# With CTAP 2.0 the finger is asked for by each command, with 2.1 for a token.
while read -r unknown blocked options; do
	key_unplug one
	rm -r "$state"
	# shellcheck disable=SC2086 # words
	key_plug one $options
	make es256
	said=$(ask -t uv=true)
	is "$options: a known finger" "$? $(check es256 -p -v)" '0 good'
	said=$(with_pin 1234 fido2-token -S "$one")
	key_finger one no
	said=$(ask -t uv=true)
	is '  an unknown one' "${said##*: }" "$unknown"
	like '  which costs a try' "$(fido2-token -I "$one")" 'uv retries: 2'
	key_finger one blocked
	said=$(ask -t uv=true)
	is '  a blocked sensor' "${said##*: }" "$blocked"
	said=$(ask_pin 1234 -v -p)
	is '  the PIN instead' "$? $(check es256 -p -v)" '0 good'
	like '  which gives the tries back' "$(fido2-token -I "$one")" \
		'uv retries: 3'
done <<'END'
FIDO_ERR_PIN_REQUIRED FIDO_ERR_PIN_REQUIRED --finger
FIDO_ERR_UV_INVALID FIDO_ERR_UV_BLOCKED --finger --tokens
END

# --- U2F --------------------------------------------------------------------

key_unplug one
rm -r "$state"
key_plug one --u2f-only
unlike 'a key of U2F alone has no CTAP2' "$(fido2-token -I "$one" 2>&1)" aaguid
said=$(make es256 2>&1)
is '  registers' "$? $said" '0 '
assert es256
is '  and authenticates' "$said" good
key_mode one wait
ask &
until key_log one | grep -q 'word=6985'; do sleep 0.02; done
key_touch one
wait $!
is '  after a touch that came late' "$(check es256 -p)" good
key_mode one badsig
assert es256
is '  badsig' "$said" FIDO_ERR_INVALID_SIG
key_mode one noup
assert es256
is '  noup' "$said" FIDO_ERR_INVALID_PARAM

# --- faults -----------------------------------------------------------------

key_unplug one
rm -r "$state"
key_plug one --touch-timeout 200
make es256
while read -r words result; do
	key_mode one "$words"
	assert es256
	is "$words: $result" "$said" "$result"
done <<'END'
deny FIDO_ERR_OPERATION_DENIED
wait FIDO_ERR_USER_ACTION_TIMEOUT
badsig FIDO_ERR_INVALID_SIG
noup FIDO_ERR_INVALID_PARAM
foreignrp FIDO_ERR_INVALID_PARAM
error=0x01 FIDO_ERR_INVALID_COMMAND
error=0x7f FIDO_ERR_ERR_OTHER
error=0x36@1 FIDO_ERR_PIN_REQUIRED
error=0x36@2 good
cbor=empty FIDO_ERR_RX_NOT_CBOR
cbor=cut FIDO_ERR_RX_NOT_CBOR
cbor=junk FIDO_ERR_RX_NOT_CBOR
cbor=notmap FIDO_ERR_RX_INVALID_CBOR
cbor=order FIDO_ERR_RX_INVALID_CBOR
cbor=double FIDO_ERR_RX_INVALID_CBOR
cbor=type FIDO_ERR_RX_INVALID_CBOR
cbor=long FIDO_ERR_RX_NOT_CBOR
cbor=deep FIDO_ERR_RX_INVALID_CBOR
cbor=indefinite FIDO_ERR_RX_INVALID_CBOR
cbor=more good
trailing=3 good
foreigncred good
flags=0x40 good
approve good
END

# What libfido2 lets pass is in what it hands over.
# authdata: what the key signed about itself: flags and counter, in hex
authdata() {
	sed -n 3p asserted | base64 -d | od -An -v -tx1 | tr -d ' \n'
}
# after the CBOR head of two bytes: hash (64 digits), flags, counter, the rest
key_mode one trailing=3
assert es256
is 'trailing=3: there they are' "$(authdata | cut -c 79-)" 000000
key_mode one flags=0x40
assert es256
is 'flags=0x40: attested data that is not there' "$(authdata | cut -c 69-70)" 41
assert es256
first=$(authdata | cut -c 71-78)
assert es256
is 'the counter grows' $((0x$(authdata | cut -c 71-78))) $((0x$first + 1))
key_mode one stuckctr
assert es256
first=$(authdata | cut -c 71-78)
assert es256
is 'stuckctr: it does not' "$(authdata | cut -c 71-78)" "$first"
key_mode one zeroctr
assert es256
is 'zeroctr: it is zero' "$(authdata | cut -c 71-78)" 00000000
key_unplug one
key_plug one --backup held
assert es256
is 'a credential with a backup says so' "$(authdata | cut -c 69-70)" 19

# Those that do not end by themselves: the client does, and the next one has its
# way.
for words in endless truncated hang=1 hang=3; do
	key_mode one "$words"
	said=$(timeout 0.4 fido2-assert -G -i question "$one" 2>&1)
	is "$words: no end" $? 124
	key_mode one approve
	assert es256
	is '  and then' "$said" good
done
for message in 1 2 3; do
	key_mode one unplug=$message
	said=$(ask)
	like "unplug=$message: gone" "$? $said" '^1.*FIDO_ERR_[RT]X'
	is '  not to be found any more' "$(fido2-token -L)" ''
	key_unplug one
	key_plug one
done
key_mode one wait
ask &
key_waiting one
key_touch one
wait $!
is 'a touch that comes late' "$? $(check es256 -p)" '0 good'
like 'who leads a session does not get the key for a terminal' \
	"$(setsid -w sh -c "exec 3<>$one; exec 4<>/dev/tty" 2>&1)" \
	'/dev/tty: No such device'
printf half >"$one"
sleep 0.3 # only a little later is half a report forgotten
assert es256
is 'who writes half a report and goes does not disturb others' "$said" good
unlike 'a mode that does not exist is no mode' \
	"$("$softkey" --check-mode 'approve nouvv'; echo $?)" '^0'

# --- Debian's pam_u2f -------------------------------------------------------

key_unplug one
key_plug one --att x5c
pamu2fcfg -u alice -o pam://box -i pam://box >/etc/u2f_keys
echo 'auth required pam_u2f.so authfile=/etc/u2f_keys origin=pam://box appid=pam://box' \
	>/etc/pam.d/softkey
person alice
login() {
	said=$(timeout 20 pamtester softkey alice authenticate 2>&1)
	rc=$?
}
login
is 'pam_u2f lets the key in' "$rc" 0
for words in deny badsig noup; do
	key_mode one $words
	login
	is "  $words: not" "$rc" 1
done
key_mode one approve
key_unplug one
key_plug two
login
is '  and no other key' "$rc" 1
key_plug one
login
is '  unless the right one is there, too' "$rc" 0

# --- OpenSSH ----------------------------------------------------------------

for type in ed25519-sk ecdsa-sk; do
	sk_key one $type "$type"
	agent_with $type
	rm $type # what signs is the agent
	echo "somebody $(cat $type.pub)" >signers
	echo words >words
	rm -f words.sig
	said=$(ssh-keygen -Y sign -n test -f $type.pub words 2>&1)
	is "$type: the agent signs with the key" "$(ssh-keygen -Y verify -n test \
		-I somebody -f signers -s words.sig <words 2>&1 | cut -c 1-4)" Good
	key_mode one deny
	rm -f words.sig
	said=$(ssh-keygen -Y sign -n test -f $type.pub words 2>&1)
	unlike '  and not when it says no' "$?" '^0'
	key_mode one approve
	agent_gone
done

# The agent of somebody without rights, in a folder of his own.
cd ~alice || exit 1
sk_key one ed25519-sk key
agent_user=alice
agent_with key
said=$(setpriv --reuid alice --regid alice --init-groups \
	ssh-keygen -Y sign -n test -f key.pub <<<words 2>&1)
like 'an agent of somebody without rights signs, too' "$said" 'BEGIN SSH SIGNATURE'
agent_gone
finish
