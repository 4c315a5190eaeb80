#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# ssh logins by the certificate of the laptop at the far end: Debian's sshd and
# ssh, keyboard-interactive, cardea-askpass, cardea-sign.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"
. "$SRCDIR/tests/rig/tpm.sh"

settings='authorities: (
  { name = "Example CA"; kind = "x509"; trust = "/srv/ca/Example CA.pem";
    revocation = "crl"; lists = [ "/srv/ca/Example CA.crl" ]; } );
ssh_names = [ "127.0.0.1", "::1", "web1.example.org" ];
device: { certificate = "/etc/cardea/host.pem"; key = "/etc/cardea/host.key"; };'
# Parts of an answer wait in files that the kernel dates, so the clock is its.
monday=$(date +%s)
machine <<'END'
rules = (
  { name = "known"; when = { service = "sshd"; user = [ "alice", "stranger" ]; };
    require = "device(remote, known, state=active)"; },
  { name = "named"; when = { service = "sshd"; user = "bob"; };
    require = "device(remote, san=\"dns:*.example.org\", issuer=\"Example CA\")"; },
  { name = "tagged"; when = { service = "sshd"; user = "carol"; };
    require = "device(tag=desk)"; },
  { name = "ends"; when = { service = "sshd"; user = "erin"; };
    require = "device(host) + device(remote)"; },
  { name = "both"; when = { service = "sshd"; user = "dave"; };
    require = "password + device(remote)"; }
);
END
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sshd" >/etc/pam.d/sshd.key
cp /etc/pam.d/sshd /etc/pam.d/sshd.both
cp /etc/pam.d/sshd.key /etc/pam.d/sshd
for who in alice bob carol dave erin; do person $who; done
echo 0 >/etc/testclock
printf '%s\n' '127.0.0.1 web1.example.org evil.example' >>/etc/hosts
sshd_up
export XDG_RUNTIME_DIR=/run/user/0 CARDEA_DEVICE_CONF=/root/laptop/device.conf
install -d -m 0700 $XDG_RUNTIME_DIR /root/laptop
unset SSH_AUTH_SOCK
SSH_ASKPASS=$(command -v cardea-askpass)
export CARDEA_ASKPASS_NEXT=/usr/local/bin/askpass

# laptop CERTIFICATE KEY [LINE...]: what the far end has
laptop() {
	{
		printf '%s\n' "certificate $ca/$1.pem" "key $2"
		shift 2
		printf '%s\n' "$@"
	} >$CARDEA_DEVICE_CONF
}
authority 'Example CA'
authority 'Other CA'
for name in desk spare old stolen; do
	key_of $name
	certify 'Example CA' $name
done
key_of rsa rsa
key_of edwards ed25519
certify 'Example CA' rsa
certify 'Example CA' edwards
quietly cardea refresh
quietly cardea device add desk --certificate "$ca/desk.pem" --tag desk

# --- permitted -----------------------------------------------------------------
laptop desk "$ca/desk.key"
lets_in 'X01 ssh from an enrolled laptop' alice
logged 'B12 the log names the device' \
	'event=verification .*user=alice service=sshd phase=auth .*factor=device result=verified credential=desk'
decided 'one decision, by the rule' user=alice service=sshd phase=auth \
	rule=known decision=permit
like 'the person reads where the certificate goes' "$said" \
	'^Signing in to 127.0.0.1 as alice: the certificate of this device \(device\) is shown there'
lets_in 'by name and issuer of the certificate' bob
lets_in 'by a tag of the device' carol
target=web1.example.org lets_in 'by a name of the host' alice
target=WEB1.Example.org lets_in 'in any case' alice
install -m 0600 "$ca/edwards.key" /etc/cardea/host.key
install -m 0644 "$ca/edwards.pem" /etc/cardea/host.pem
lets_in 'the host at one end and the laptop at the other' erin
logged '  each is judged' 'factor=device result=verified' 2
laptop stolen "$ca/desk.key"
keeps_out '  and one does not stand for the other' erin
rm /etc/cardea/host.*
laptop desk "$ca/desk.key" 'send fingerprint'
lets_in 'by the fingerprint of a certificate that is enrolled' alice
laptop spare "$ca/spare.key" 'send fingerprint'
keeps_out '  but not of one that is not' bob
logged '  the log says so' \
	'factor=device result=refused .*reason="a certificate that is not enrolled"'
laptop spare "$ca/spare.key" "chain $ca/Example CA.pem"
lets_in 'with a chain, in several parts' bob
keeps_out 'a device that is not in the table is none for a rule that says known' alice
for kind in rsa edwards; do
	laptop $kind "$ca/$kind.key"
	lets_in "a key of $kind" bob
done

# --- without the key -----------------------------------------------------------
laptop desk "$ca/spare.key"
keeps_out 'X01 S08 a copied certificate without its key' alice
logged 'X01 and the log says why' \
	'factor=device result=refused .*reason=wrong-signature'
laptop desk "$ca/spare.key" 'send fingerprint'
keeps_out 'X01 nor by its fingerprint' alice
laptop desk /root/laptop/nothing.key
keeps_out 'X01 nor with no key at all' alice
logged '  the far end says why' \
	"factor=device result=absent .*reason=\"far end: the certificate's key"
like '  and the person reads it' "$said" \
	'cardea-askpass: .*device.conf:1: device: there is no such key'
certify 'Other CA' stolen
laptop stolen "$ca/stolen.key"
keeps_out 'X01 a certificate of an authority that is not ours' bob
logged '  and the log says why' 'result=refused .*reason=no-authority-vouches'
certify 'Example CA' stolen 365 serverAuth
keeps_out 'X04 a certificate for servers' bob
logged '  and the log says why' 'result=refused .*reason=wrong-purpose'

# --- for another host ------------------------------------------------------------
laptop desk "$ca/desk.key"
target=evil.example keeps_out \
	'a signature for the host that the client typed is of no use to another' alice
logged '  and the log says for whom it was' \
	'factor=device result=refused .*reason="signed for another host".*evil.example'
target=web1.example.org keeps_out 'nor one for an alias of the client'\''s own' \
	alice -o HostKeyAlias=evil.example
laptop desk "$ca/desk.key" 'hosts *.example.org'
keeps_out 'a host that is not to know is shown nothing' alice
logged '  and is told so' 'reason="far end: no certificate for this host"'
target=web1.example.org lets_in 'and one that is, is' alice

# --- an answer replayed ------------------------------------------------------------
# Somebody who has seen everything answers with what was answered before.
# The parent of cardea-askpass must be ssh, so the recorder becomes it.
laptop desk "$ca/desk.key"
cat >/usr/local/bin/recorder-askpass <<'END'
#!/bin/bash
part=$(sed -n 's/.*\[cardea-more1:\([0-9]*\)\].*/\1/p' <<<"$1")
case $(cat /tmp/recorder) in
record) exec cardea-askpass "$1" > >(tee /tmp/recorded.${part:-1}) ;;
*) cat /tmp/recorded.${part:-1} ;;
esac
END
chmod 0755 /usr/local/bin/recorder-askpass
echo record >/tmp/recorder
SSH_ASKPASS=/usr/local/bin/recorder-askpass
lets_in 'an answer is recorded' alice
like '  in parts of at most 500 characters' \
	"$(head -1 /tmp/recorded.1)" '^cardea-device1:1/[0-9]+:.{1,476}$'
echo replay >/tmp/recorder
keeps_out 'K03 X01 an answer that was given before' alice
logged 'K03 and the log says so' 'factor=device result=refused .*reason=wrong-signature'
keeps_out "K03 nor as somebody else's" bob
logged '  for it names its user' 'reason="signed for another user"'
for junk in '' 'cardea-device1:1/1:' 'cardea-device1:1/9:AAAA' 'yes' \
	'cardea-key1:1/1:BQ' "$(printf 'cardea-device1:1/1:%0400d' 0)" \
	"$(printf '%0600d' 0)"; do
	echo "$junk" >/tmp/recorded.1
	keeps_out "an answer like '${junk:0:24}'" alice
	logged '  is absence' 'factor=device result=absent'
done
SSH_ASKPASS=$(command -v cardea-askpass)
lets_in 'and then the next good one works' alice

# --- nobody at the far end, and everybody sees the same ------------------------------
SSH_ASKPASS=/usr/local/bin/askpass
shape() {
	prompted | sed 's/cardea-device1:[A-Za-z0-9_-]*/CHALLENGE/g'
}
keeps_out 'without the helper: no' alice
known=$(shape)
length=$(prompted | wc -c)
like '  the question says what it is' "$(prompted)" '^Device: cardea-askpass'
logged '  the log says that nobody answered' \
	'factor=device result=absent .*reason="nobody answered"'
like '  and the person what to do' "$said" 'Is cardea-askpass the SSH_ASKPASS'
for who in bob carol stranger; do
	keeps_out "P17 $who does not get in" $who
	is "P17 $who sees the same question" "$(shape)" "$known"
	is '  of the same length' "$(prompted | wc -c)" "$length"
done
quietly cardea lock alice
keeps_out 'P17 alice, locked' alice
is '  sees the same question' "$(shape)" "$known"
quietly cardea unlock alice

# --- the table, and revocation --------------------------------------------------------
SSH_ASKPASS=$(command -v cardea-askpass)
quietly cardea device lock desk --reason tests
keeps_out 'a locked device' alice
logged '  and the log says why' \
	'factor=device result=refused credential=desk reason="device locked"'
quietly cardea device unlock desk
lets_in 'an unlocked one again' alice
revoke 'Example CA' desk
lets_in 'one that was revoked, until the next refresh' alice
quietly cardea refresh
keeps_out 'and not after it' alice
logged '  the log says why' 'factor=device result=refused .*reason=revoked'
laptop rsa "$ca/rsa.key"
lets_in 'others go on' bob

# --- keys in a TPM, in a token, and in an agent ----------------------------------------
sign_once=$RIGDIR/tests/rig/once/sign_once
install -d /var/lib/rig
tpm_up one
tpm_up two
quietly "$sign_once" make tpm:/root/laptop/tpm.key p256 tpm="$(tpm_at one)"
quietly "$sign_once" request tpm:/root/laptop/tpm.key CN=tpm \
	tpm="$(tpm_at one)" pem="$ca/tpm.csr"
certify_request 'Example CA' tpm
laptop tpm tpm:/root/laptop/tpm.key "tpm $(tpm_at one)"
lets_in "a key in the laptop's TPM" bob
laptop tpm tpm:/root/laptop/tpm.key "tpm $(tpm_at two)"
keeps_out 'its file before another TPM' bob
logged '  the far end says why' "reason=\"far end: the certificate's key"
like '  and the person reads it' "$said" 'the key belongs to another TPM'
tpm_down one
laptop tpm tpm:/root/laptop/tpm.key "tpm $(tpm_at one)"
start=$(uptime_ms)
keeps_out 'a TPM that cannot be reached' bob
like '  in time' $(($(uptime_ms) - start)) '^([0-9]{1,4}|1[0-9]{4})$'

token_up laptop 5678
uri='pkcs11:token=laptop;object=device'
quietly "$sign_once" make "$uri" p256 module="$softhsm" pin=5678
quietly "$sign_once" request "$uri" CN=token module="$softhsm" pin=5678 \
	pem="$ca/token.csr"
certify_request 'Example CA' token
echo 5678 >/root/laptop/pin
chmod 0600 /root/laptop/pin
laptop token "$uri" "module $softhsm" 'pin-file /root/laptop/pin'
lets_in 'a key on a token, its PIN in a file' bob
laptop token "$uri" "module $softhsm"
ASK_PIN=5678 lets_in 'its PIN asked for' bob
ASK_PIN=9999 keeps_out 'a wrong PIN' bob
logged '  the far end says why' 'result=refused .*reason="far end: wrong PIN'
echo 9999 >/root/laptop/pin
laptop token "$uri" "module $softhsm" 'pin-file /root/laptop/pin'
keeps_out 'a wrong PIN in a file' bob
hang=/usr/lib/hang_pkcs11.so
install -m 0755 "$(realpath "$RIGDIR/tests/rig/.libs/hang_pkcs11.so")" $hang
laptop token "$uri" "module $hang"
start=$(uptime_ms)
keeps_out 'a token that hangs' bob
like '  has an end' $(($(uptime_ms) - start)) '^([0-9]{1,4}|1[0-9]{4})$'
logged '  the far end says why' 'reason="far end: '

key_of held
certify 'Example CA' held
laptop held agent
keeps_out 'no agent' bob
eval "$(ssh-agent -a /root/laptop/agent)" >/dev/null
keeps_out 'an agent without the key' bob
quietly ssh-add -q "$ca/held.key"
rm "$ca/held.key"
lets_in "a key in the person's agent" bob
ssh-add -q "$ca/spare.key" 2>/dev/null
laptop spare agent
lets_in 'the one that the certificate names, of several' bob
laptop desk agent
keeps_out 'X01 and no other in its place' bob
quietly cardea device add spare --certificate "$ca/spare.pem"
laptop spare agent 'send fingerprint'
lets_in 'by its fingerprint alone, where it is enrolled' alice
quietly ssh-add -qD
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 \
	-out "$ca/held.key" 2>/dev/null
chmod 0600 "$ca/held.key"
certify 'Example CA' held
quietly ssh-add -q "$ca/held.key"
laptop held agent
lets_in 'S04 an RSA key of the agent signs with SHA-2' bob
kill "$SSH_AGENT_PID"
unset SSH_AUTH_SOCK SSH_AGENT_PID

# --- password first -----------------------------------------------------------------------
cp /etc/pam.d/sshd.both /etc/pam.d/sshd
laptop rsa "$ca/rsa.key"
ASK_PASSWORD=pw-dave
lets_in 'the password, then the device' dave
ASK_PASSWORD=wrong
keeps_out 'V18 a wrong password, then the device' dave
unlike '  which is not judged' "$(new_log)" 'factor=device result=verified'
SSH_ASKPASS=/usr/local/bin/askpass
keeps_out 'a wrong password' dave
questions=$(shape)
ASK_PASSWORD=pw-dave
keeps_out 'the right password alone' dave
is 'P17 the questions do not tell whether the password was right' \
	"$(shape)" "$questions"
finish
