#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A device's own key in a file, a TPM and a token: made, asked to sign, and every
# way in which it does not; and the small authority.  cardea-sign as installed,
# OpenSSL's own command as the judge.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/rig/tpm.sh"

"$SRCDIR/tests/rig/install.sh" "$BUILDDIR/stage"
install -d /etc/rig /var/lib/rig /etc/cardea /var/lib/cardea
install -d -m 0700 /root/keys
cd /root/keys || exit 1
: >"$syslog"
log_from=0
unset SSH_ASKPASS SUDO_ASKPASS
umask 022
sign_once=$RIGDIR/tests/rig/once/sign_once
hang=$(realpath "$RIGDIR/tests/rig/.libs/hang_pkcs11.so")
install -m 0755 "$hang" /usr/lib/hang_pkcs11.so
hang=/usr/lib/hang_pkcs11.so
echo 'a challenge' >challenge
tpm_up one
tpm_up two
token_up dev 5678
token_up other 1111

# once COMMAND...: sets $said and $rc
once() {
	said=$("$sign_once" "$@" 2>&1)
	rc=$?
}
# done_by NAME COMMAND...; not_done NAME REASON COMMAND...
done_by() {
	local name=$1
	shift
	once "$@"
	like "$name" "$rc $said" '^0 status=0 why="done"'
}
not_done() {
	local name=$1 reason=$2
	shift 2
	once "$@"
	like "$name" "$rc $said" "^1 status=0 why=\"$reason\""
}
wrong_pin='a PIN or password is wrong or missing'
no_key='there is no such key'
unsafe='the key is not kept safe'
foreign='the key belongs to another TPM'
unreachable='the TPM or token cannot be reached'
unsupported='a kind of key that is not used'
late='no answer in time'

# judged ALGORITHM: OpenSSL's word on ./signature by ./public
judged() {
	case $1 in
	ed25519)
		openssl pkeyutl -verify -pubin -keyform DER -inkey public -rawin \
			-in challenge -sigfile signature 2>&1 | grep -o Verified
		;;
	p384) openssl dgst -sha384 -keyform DER -verify public -signature signature challenge ;;
	*) openssl dgst -sha256 -keyform DER -verify public -signature signature challenge ;;
	esac | cut -d' ' -f1
}

# --- every kind of key, wherever it can be -----------------------------------

for algorithm in p256 p384 rsa2048 rsa3072 ed25519; do
	for place in file tpm token; do
		case $place in
		file) uri=file:$PWD/$algorithm.key options=() ;;
		tpm) uri=tpm:$PWD/$algorithm.tpm options=(tpm="$(tpm_at one)") ;;
		token)
			uri="pkcs11:token=dev;object=$algorithm"
			options=(module="$softhsm" pin=5678)
			;;
		esac
		if [ $algorithm = ed25519 ] && [ $place != file ]; then
			not_done "Ed25519 in a $place is not offered" "$unsupported" \
				make "$uri" $algorithm "${options[@]}"
			continue
		fi
		done_by "$algorithm in a $place is made" make "$uri" $algorithm \
			"${options[@]}" public=made
		done_by '  signs' sign "$uri" challenge "${options[@]}" \
			signature=signature public=public
		is '  and OpenSSL verifies it' "$(judged $algorithm)" Verified
		is '  by the public key that was given' "$(cmp made public 2>&1)" ''
		echo 'another' >challenge
		unlike '  for nothing else' "$(judged $algorithm 2>&1)" '^Verified'
		echo 'a challenge' >challenge
		done_by '  asks for a certificate' request "$uri" \
			'CN=laptop-7,O=Example' "${options[@]}" san=dns:laptop-7.example \
			san=ip:192.0.2.7 pem=request
		like '  as OpenSSL reads it' "$(openssl req -in request -noout -verify \
			-subject -nameopt RFC2253 2>&1)" \
			'verify OK.*|subject=CN=laptop-7,O=Example'
		like '  with its names' "$(openssl req -in request -noout -text)" \
			'DNS:laptop-7.example, IP Address:192.0.2.7'
	done
done
is 'a key file is its owner'\''s alone' "$(stat -c %a p256.key p256.tpm | paste -sd' ')" '600 600'
like 'a TPM'\''s key file is wrapped' "$(head -1 p256.tpm)" 'BEGIN TSS2 PRIVATE KEY'
like 'a key on a token cannot be taken out' "$(pkcs11-tool --module $softhsm \
	--login --pin 5678 --token-label dev --list-objects --type privkey 2>&1)" \
	'Access: +sensitive, always sensitive, never extractable'
# --- files ---------------------------------------------------------------------

for mode in 0640 0604 0660 0601; do
	chmod $mode p256.key
	not_done "a key file of mode $mode is refused" "$unsafe" \
		sign "$PWD/p256.key" challenge
	like '  and it says why' "$said" "has mode $mode"
done
chmod 0600 p256.key
chown nobody p256.key
not_done 'one of somebody else'\''s' "$unsafe" sign "$PWD/p256.key" challenge
chown root p256.key
ln -s p256.key link.key
not_done 'a link to one' "$unsafe" sign "$PWD/link.key" challenge
done_by 'and then the file itself' sign "$PWD/p256.key" challenge
not_done 'one that is not there' "$no_key" sign "$PWD/none.key" challenge

openssl genpkey -algorithm EC -pkeyopt group:P-256 -aes-256-cbc \
	-pass pass:sesame -out sealed.key 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out plain.key
openssl genrsa -aes128 -traditional -passout pass:sesame -out old.key 2048 2>/dev/null
chmod 0600 ./*.key
for file in sealed old; do
	done_by "OpenSSL's $file key with its password" \
		sign "$PWD/$file.key" challenge pin=sesame
	not_done '  with another one' "$wrong_pin" \
		sign "$PWD/$file.key" challenge pin=sesame1
	not_done '  with none' "$wrong_pin" sign "$PWD/$file.key" challenge
done
done_by 'an EC key of openssl ecparam' sign "$PWD/plain.key" challenge \
	signature=signature public=public
is '  verified' "$(judged p256)" Verified
done_by 'a key is made with a password' make "$PWD/mine.key" p256 pin=sesame
like '  and it is encrypted' "$(head -1 mine.key)" 'BEGIN ENCRYPTED PRIVATE KEY'
is '  as OpenSSL reads it' "$(openssl pkey -in mine.key -passin pass:sesame -noout; echo $?)" 0
not_done 'no key file is overwritten' failed make "$PWD/mine.key" p256
done_by '  and it still signs' sign "$PWD/mine.key" challenge pin=sesame
ssh-keygen -q -t ed25519 -N '' -f ssh.key
not_done 'a key in the format of OpenSSH' "$unsupported" sign "$PWD/ssh.key" challenge

# --- TPM -----------------------------------------------------------------------

one=tpm=$(tpm_at one) two=tpm=$(tpm_at two)
not_done 'S08 a TPM'\''s key file copied to another machine' "$foreign" \
	sign "tpm:$PWD/p256.tpm" challenge "$two"
not_done '  an RSA one, too' "$foreign" sign "tpm:$PWD/rsa2048.tpm" challenge "$two"
done_by '  while its own TPM takes it' sign "tpm:$PWD/p256.tpm" challenge "$one"
tpm_down one
not_done 'no TPM' "$unreachable" sign "tpm:$PWD/p256.tpm" challenge "$one"
not_done 'no TPM where one is by default' "$unreachable" \
	sign "tpm:$PWD/p256.tpm" challenge
tpm_up one
done_by 'and after a reboot it signs again' sign "tpm:$PWD/p256.tpm" challenge "$one"
not_done 'a plain key is not carried into the TPM' "$unsupported" \
	sign "tpm:$PWD/p256.key" challenge "$one"
not_done 'nor a TPM'\''s taken for a file' "$unsupported" \
	sign "file:$PWD/p256.tpm" challenge "$one"
chmod 0644 p256.tpm
not_done 'a TPM'\''s key file that others may read' "$unsafe" \
	sign "tpm:$PWD/p256.tpm" challenge "$one"
chmod 0600 p256.tpm
not_done 'a TCTI that would run a command' "$unsupported" \
	sign "tpm:$PWD/p256.tpm" challenge 'tpm=cmd:touch /root/keys/ran'
is '  runs none' "$(ls ran 2>/dev/null)" ''
tpm_object one 0x81000100
tpm_object one 0x81000101 secret
done_by 'a persistent key' sign tpm:0x81000100 challenge "$one" \
	signature=signature public=public
is '  verified' "$(judged p256)" Verified
done_by 'one with a password' sign tpm:0x81000101 challenge "$one" pin=secret
not_done '  with another one' "$wrong_pin" sign tpm:0x81000101 challenge "$one" pin=wrong
not_done 'a handle that is not there' "$no_key" sign tpm:0x81000102 challenge "$one"
not_done 'a handle that is none' "$no_key" sign 'tpm:0x81000100?pass' challenge "$one"
done_by 'a key file with a password' make "tpm:$PWD/secret.tpm" p256 "$one" pin=secret
done_by '  signs with it' sign "tpm:$PWD/secret.tpm" challenge "$one" pin=secret
not_done '  not without it, which costs no try' "$wrong_pin" \
	sign "tpm:$PWD/secret.tpm" challenge "$one"
for try in 1 2 3 4; do
	once sign "tpm:$PWD/secret.tpm" challenge "$one" pin="wrong$try"
done
not_done 'after too many wrong ones the TPM locks itself' 'the PIN is locked' \
	sign "tpm:$PWD/secret.tpm" challenge "$one" pin=secret
is 'nothing stays behind in the TPM' \
	"$(TPM2TOOLS_TCTI=$(tpm_at one) tpm2_getcap handles-transient)" ''

# --- tokens ----------------------------------------------------------------------

soft=module=$softhsm
not_done 'a wrong PIN' "$wrong_pin" sign 'pkcs11:token=dev;object=p256' challenge $soft pin=0000
not_done 'no PIN' "$wrong_pin" sign 'pkcs11:token=dev;object=p256' challenge $soft
not_done 'a token that is not there' "$no_key" sign 'pkcs11:token=none;object=p256' challenge $soft pin=5678
not_done 'a key that is not on it' "$no_key" sign 'pkcs11:token=dev;object=none' challenge $soft pin=5678
not_done 'a name that two tokens fit' "$no_key" sign 'pkcs11:object=p256' challenge $soft pin=5678
not_done 'a name that several keys fit' "$no_key" sign 'pkcs11:token=dev' challenge $soft pin=5678
not_done 'no module' "$unreachable" sign 'pkcs11:token=dev;object=p256' challenge pin=5678
not_done 'one that is not there' "$unreachable" sign 'pkcs11:token=dev;object=p256' challenge module=/usr/lib/none.so pin=5678
not_done 'one that is none' "$unreachable" sign 'pkcs11:token=dev;object=p256' challenge module=/usr/lib/os-release pin=5678
install -m 0777 /usr/lib/hang_pkcs11.so loose.so
not_done 'one that others can write' "$unsafe" sign 'pkcs11:object=x' challenge module="$PWD/loose.so" pin=5678
done_by 'one that the name of the key names' sign \
	"pkcs11:token=dev;object=p256?module-path=$softhsm" challenge pin=5678
not_done 'a PIN in the name of the key' "$no_key" sign \
	"pkcs11:token=dev;object=p256?pin-value=5678" challenge $soft
unlike '  which is not repeated' "$said" 5678
not_done 'no key on a token is overwritten' failed \
	make 'pkcs11:token=dev;object=p256' p256 $soft pin=5678
done_by 'a key on the other token' make 'pkcs11:token=other;object=p256;id=%01%02' p256 $soft pin=1111
done_by '  by its id' sign 'pkcs11:token=other;id=%01%02' challenge $soft pin=1111
openssl dgst -sha256 -binary -out digest challenge
quietly pkcs11-tool --module $softhsm --login --pin 1111 --token-label other \
	--sign -m ECDSA --id 0102 --input-file digest \
	--signature-format openssl --output-file signature
once sign 'pkcs11:token=other;id=%01%02' challenge $soft pin=1111 public=public
is '  by another program, too' "$(judged p256)" Verified
not_done '  by another id' "$no_key" sign 'pkcs11:token=other;id=%01%03' challenge $soft pin=1111
mv /var/lib/softhsm/tokens /var/lib/softhsm/away
mkdir /var/lib/softhsm/tokens
not_done 'all tokens pulled out' "$unreachable" sign 'pkcs11:token=dev;object=p256' challenge $soft pin=5678
rm -r /var/lib/softhsm/tokens
mv /var/lib/softhsm/away /var/lib/softhsm/tokens
done_by 'and then it is back' sign 'pkcs11:token=dev;object=p256' challenge $soft pin=5678

# --- a module that hangs ----------------------------------------------------------

# left: what is still running of it
left() {
	ps -eo args | grep -E '[c]ardea-sign|^[c]ardea$|[s]leep 98765'
}
for way in hang fork; do
	echo $way >/etc/rig/hang
	start=$(uptime_ms)
	not_done "a module that hangs ($way) has an end" "$late" \
		sign 'pkcs11:object=x' challenge module=$hang pin=1 timeout=600
	like '  in time' $(($(uptime_ms) - start)) '^([6-9][0-9]{2}|1[0-9]{3})$'
	sleep 0.1
	is '  and leaves nothing behind' "$(left)" ''
done
echo crash >/etc/rig/hang
not_done 'one that crashes' failed sign 'pkcs11:object=x' challenge module=$hang pin=1
is '  leaves no core' "$(ls core* /core* 2>/dev/null)" ''
echo hang >/etc/rig/hang
"$sign_once" sign 'pkcs11:object=x' challenge module=$hang pin=1 timeout=60000 >/dev/null &
until [ -n "$(left)" ]; do sleep 0.02; done
helper=$(pgrep -x cardea-sign)
is 'it has no terminal and leads its own group' \
	"$(ps -o pgid=,tty= -p "$helper" | xargs)" "$helper ?"
is '  cannot gain rights' "$(grep NoNewPrivs "/proc/$helper/status" | xargs)" 'NoNewPrivs: 1'
is '  is no argument' "$(tr '\0' ' ' <"/proc/$helper/cmdline")" 'cardea '
is '  was given no environment' "$(tr '\0' ' ' <"/proc/$helper/environ")" ''
kill -9 $!
wait $! 2>/dev/null
for try in $(seq 50); do [ -n "$(left)" ] || break; sleep 0.02; done
is "whoever asks is killed: so is it (after $try looks)" "$(left)" ''

# --- by somebody without rights ----------------------------------------------------

person alice
install -d -o alice -g alice -m 0700 /home/alice/keys
setpriv --reuid alice --regid alice --init-groups "$sign_once" make \
	/home/alice/keys/key p256 >/dev/null
said=$(setpriv --reuid alice --regid alice --init-groups "$sign_once" sign \
	/home/alice/keys/key /etc/passwd 2>&1)
like 'alice'\''s own key signs for alice' "$said" 'why="done"'
cp p256.key /home/alice/keys/roots
said=$(setpriv --reuid alice --regid alice --init-groups "$sign_once" sign \
	/home/alice/keys/roots /etc/passwd 2>&1)
like '  and root'\''s is not read for her' "$said" 'why="(failed|the key is not kept safe)"'

# --- cardea device enroll -------------------------------------------------------------

# command WORDS...: sets $said and $rc
command_of() {
	said=$(cardea "$@" 2>&1 </dev/null)
	rc=$?
}
command_of device enroll --key "$PWD/d1.key" --subject 'CN=d1' --san dns:d1.example --out d1.csr
is 'a key and a request' "$rc $said" '0 The request is in d1.csr.'
like '  hold together' "$(openssl req -in d1.csr -noout -verify 2>&1)" 'verify OK'
command_of device enroll --key "$PWD/d1.key" --out d1.csr
like 'a key is made once' "$rc $said" '^3 .*no key is overwritten'
command_of device enroll --key "$PWD/d1.key" --existing --out d1b.csr
is '  and asks again' "$rc" 0
is '  with the same key' "$(openssl req -in d1b.csr -noout -pubkey)" "$(openssl req -in d1.csr -noout -pubkey)"
for wrong in '--san dns:*.example' '--san laptop' '--subject laptop' '--algorithm md5' \
	'--existing --algorithm p256' '--days 3' '--pin --pin-file x' '--pin'; do
	# shellcheck disable=SC2086 # words
	command_of device enroll --key "$PWD/none.key" $wrong
	like "X04 $wrong is refused" "$rc $said" '^2 '
	is '  before there is a key' "$(ls none.key 2>/dev/null)" ''
done
command_of device enroll
like 'a key has to be somewhere' "$rc $said" '^2 .*--key or --host'
printf '5678\n' >pin
command_of device enroll --key 'pkcs11:token=dev;object=d2' --pkcs11 $softhsm --pin-file pin --san dns:d2.example
like 'a PIN file that others may read' "$rc $said" '^3 .*has mode 0644'
chmod 0600 pin
command_of device enroll --key 'pkcs11:token=dev;object=d2' --pkcs11 $softhsm --pin-file pin --san dns:d2.example --out d2.csr
is 'a key on a token' "$rc $said" '0 The request is in d2.csr.'
printf 'a\nb\n' >pin2
chmod 0600 pin2
command_of device enroll --key "$PWD/none.key" --pin-file pin2
like 'a PIN is one line' "$rc $said" 'not one line'
command_of device enroll --key 'pkcs11:token=dev;object=d9' --pkcs11 $softhsm
like 'a token and nobody to ask for its PIN' "$rc $said" "^1 .*$wrong_pin"
command_of device enroll --key 'pkcs11:object=d9' --pkcs11 $hang --pin-file pin --existing
like 'a token that hangs' "$rc $said" "^3 .*$late"
command_of device enroll --key "tpm:$PWD/d3.tpm" --tpm "$(tpm_at two)" --san dns:d3.example --out d3.csr
is 'a key in a TPM' "$rc $said" '0 The request is in d3.csr.'

# --- cardea device ca ------------------------------------------------------------------

command_of device ca sign d1.csr
like 'without an authority' "$rc $said" '^3 .*there is no authority'
command_of device ca init --subject 'CN=Devices,O=Example'
is 'an authority' "$rc" 0
command_of device ca init
like '  is made once' "$rc $said" '^1 .*authority already'
ca=/var/lib/cardea/ca
is '  its folder and key are root'\''s alone' "$(stat -c %a $ca $ca/root.key $ca/record | paste -sd' ')" '700 600 600'
# strict FILE...: OpenSSL's strictest judgement
strict() {
	openssl verify -x509_strict -purpose sslclient -CAfile $ca/root.pem "$@" 2>&1
}
for n in 1 2 3; do
	command_of device ca sign d$n.csr --days 30 --out d$n.pem
	is "d$n is certified" "$rc" 0
	is '  as OpenSSL takes it' "$(strict d$n.pem)" "d$n.pem: OK"
done
text=$(openssl x509 -in d1.pem -noout -text)
like 'X04 version 3' "$text" 'Version: 3'
like 'X04 with names' "$text" 'DNS:d1.example'
like 'X04 for clients' "$text" 'TLS Web Client Authentication'
like 'X04 no authority itself' "$text" 'CA:FALSE'
like 'X04 a serial of 16 random bytes' "$(openssl x509 -in d1.pem -noout -serial)" '^serial=[4-7][0-9A-F]{31}$'
like 'the root ends there' "$(openssl x509 -in $ca/root.pem -noout -text)" 'CA:TRUE, pathlen:0'
like '  and does nothing else' "$(openssl x509 -in $ca/root.pem -noout -ext keyUsage)" 'Certificate Sign, CRL Sign$'
sed 5s/./Z/ d1.csr >bent.csr
command_of device ca sign bent.csr
like 'X01 a request that its key did not sign' "$rc $said" '^1 .*(signature does not hold|no request)'
openssl req -newkey rsa:1024 -nodes -keyout /dev/null -subj /CN=w -addext subjectAltName=DNS:w -out weak.csr 2>/dev/null
command_of device ca sign weak.csr
like 'X04 a weak key' "$rc $said" '^1 .*kind of key'
openssl req -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=w -out bare.csr 2>/dev/null
command_of device ca sign bare.csr
like 'X04 no names' "$rc $said" '^1 .*no alternative names'
command_of device ca sign bare.csr --san dns:w.example --out w.pem
is '  but by the authority'\''s word' "$rc $(strict w.pem)" '0 w.pem: OK'
openssl req -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=w -out bold.csr \
	-addext subjectAltName=DNS:w -addext basicConstraints=critical,CA:TRUE \
	-addext keyUsage=keyCertSign -addext extendedKeyUsage=anyExtendedKeyUsage 2>/dev/null
command_of device ca sign bold.csr --out bold.pem
text=$(openssl x509 -in bold.pem -noout -text)
like 'X04 what a request wants to be it does not become' "$text" 'CA:FALSE'
unlike '  nor to sign others' "$text" 'Certificate Sign|Any Extended'
openssl req -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=w -addext 'subjectAltName=DNS:*.example' -out wild.csr 2>/dev/null
command_of device ca sign wild.csr
like 'X04 a name that is many machines' "$rc $said" '^1 .*no such name'
command_of device ca sign d1.csr --days 826
like 'a life too long' "$rc $said" '^2 '

# listed FILE: OpenSSL's word on it, by the last list
listed() {
	cat $ca/root.pem $ca/crl.pem >both.pem
	openssl verify -x509_strict -crl_check -CAfile both.pem "$1" 2>&1 | tail -1
}
command_of device ca crl
is 'an empty list' "$rc $(listed d1.pem)" '0 d1.pem: OK'
command_of device ca revoke d1.pem
is 'one is revoked by its file' "$rc" 0
command_of device ca revoke "$(openssl x509 -in d2.pem -noout -serial | cut -d= -f2 | tr A-F a-f)"
is 'another by its serial' "$rc" 0
for wrong in abcd $ca/root.pem; do
	command_of device ca revoke $wrong
	like "what was never issued ($wrong)" "$rc $said" '^1 '
done
openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj '/O=Example/CN=Devices' -out false.pem 2>/dev/null
command_of device ca revoke false.pem
like 'a certificate of another by the same name' "$rc $said" '^1 .*not a certificate of this authority'
command_of device ca crl --days 2
like 'both are on the next list' "$rc $said" '^0 List 2, 2 revoked'
like '  by OpenSSL, too' "$(listed d1.pem) $(listed d2.pem)" 'd1.pem: verification failed.*d2.pem: verification failed'
is '  and the third is not' "$(listed d3.pem)" 'd3.pem: OK'
like '  which has a number and an end' "$(openssl crl -in $ca/crl.pem -noout -crlnumber -nextupdate | paste -sd' ')" 'crlNumber=0x0?2 nextUpdate='
chmod 0644 $ca/record
command_of device ca crl
like 'a record that others may read' "$rc $said" '^3 .*has mode 0644'
chmod 0600 $ca/record
mv $ca/root.key $ca/root.key.away
cp p256.key $ca/root.key
command_of device ca sign d3.csr --out x.pem
like 'another key in place of the root'\''s' "$rc $said" '^3 .*not the root'
is '  certifies nothing' "$(ls x.pem 2>/dev/null)" ''
mv $ca/root.key.away $ca/root.key

command_of device enroll --host --ca
is 'this host: key and certificate at once' "$rc" 0
is '  where the settings look for them' "$(stat -c '%n %a' /etc/cardea/device.* | paste -sd' ')" \
	'/etc/cardea/device.key 600 /etc/cardea/device.pem 644'
is '  which belong together' "$(openssl pkey -in /etc/cardea/device.key -pubout)" "$(openssl x509 -in /etc/cardea/device.pem -noout -pubkey)"
is '  and hold' "$(strict /etc/cardea/device.pem)" '/etc/cardea/device.pem: OK'
like '  the settings are told' "$said" 'certificate = "/etc/cardea/device.pem"'

for place in tpm token; do
	case $place in
	tpm) how=(--key "tpm:$PWD/ca.tpm" --tpm "$(tpm_at two)") ;;
	token) how=(--key 'pkcs11:token=other;object=ca' --pkcs11 "$softhsm" --pin-file "$PWD/pin3") ;;
	esac
	echo 1111 >pin3
	chmod 0600 pin3
	command_of device ca init --ca-dir "/root/ca-$place" "${how[@]}"
	is "an authority whose key is in a $place" "$rc" 0
	command_of device ca sign d1.csr --ca-dir "/root/ca-$place" --out e.pem
	is '  certifies' "$rc $(openssl verify -x509_strict -CAfile "/root/ca-$place/root.pem" e.pem)" '0 e.pem: OK'
	command_of device ca crl --ca-dir "/root/ca-$place" --out e.crl
	like '  and lists' "$(openssl crl -in e.crl -CAfile "/root/ca-$place/root.pem" -noout 2>&1)" 'verify OK'
done

# several at once: none forgets what another has issued
for n in 1 2 3 4 5 6; do
	cardea device ca sign d3.csr --out "many$n.pem" >/dev/null 2>&1 &
	pids[n]=$!
done
wait "${pids[@]}"
for n in 1 2 3 4 5 6; do
	command_of device ca revoke many$n.pem
	is "six at once: number $n is on record" "$rc" 0
done
unlike 'no PIN was ever logged' "$(cat "$syslog")" '5678|1111'
finish
