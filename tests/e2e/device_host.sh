#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# This machine's own certificate: sudo on a device that is known, and on one that
# is not, or no more.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"

settings='authorities: (
  { name = "Example CA"; kind = "x509"; trust = "/srv/ca/Example CA.pem";
    revocation = "crl"; lists = [ "/srv/ca/Example CA.crl" ]; } );
device: { certificate = "/etc/cardea/host.pem"; key = "/etc/cardea/host.key"; };'
machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "known"; when = { service = "sudo-key"; user = "bob"; };
    require = "device(host, known, state=active)"; },
  { name = "name"; when = { service = "sudo-key"; user = "carol"; };
    require = "device(san=\"dns:*.example.org\", issuer=\"Example CA\", eku=clientAuth, max_age=30d)"; },
  { name = "tagged"; when = { service = "sudo-key"; user = "dave"; };
    require = "device(tag=desk)"; },
  { name = "either"; when = { service = "sudo-key"; user = "erin"; };
    require = "device(host)"; when_outage = { revocation-stale = "totp"; }; },
  { name = "host"; when = { service = "sudo-key"; };
    require = "device(host)"; }
);
END
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sudo" >/etc/pam.d/sudo-key
enrolled erin
for who in alice bob carol dave erin; do
	id $who >/dev/null 2>&1 || person $who
	echo "$who ALL=(ALL:ALL) ALL"
done >/etc/sudoers.d/e2e
printf '%s\n' 'Defaults !lecture, timestamp_timeout=0, passwd_tries=1' \
	'Defaults pam_service=sudo-key' >>/etc/sudoers.d/e2e
chmod 0440 /etc/sudoers.d/e2e
quietly visudo -cq

# stand KEY CERTIFICATE: what this machine has
stand() {
	install -m 0600 "$ca/$1.key" /etc/cardea/host.key
	install -m 0644 "$ca/$2.pem" /etc/cardea/host.pem
}
become() {
	as "$1" sudo -S id -un </dev/null
}
lets() {
	become "$2"
	is "$1" "$rc $(grep -c "^root\$" <<<"$said")" '0 1'
}
refuses() {
	become "$2"
	unlike "$1" "$rc $said" '^0|root$'
}

authority 'Example CA'
authority 'Other CA'
for name in desk spare old rsa edwards stolen; do key_of $name; done
key_of rsa rsa
key_of edwards ed25519
certify 'Example CA' desk
certify 'Example CA' spare
certify 'Example CA' rsa
certify 'Example CA' edwards
certify 'Example CA' old 1

# --- before anything was refreshed -----------------------------------------------
stand desk desk
refuses 'X03 without a list of revoked ones nobody is let in' alice
logged 'X03 and the log says why' \
	'event=verification .*factor=device result=broken .*reason=revocation-unknown'
later 30
as erin sudo -S id -un < <(code erin)
is 'an outage with a name asks what its clause says' \
	"$rc $(grep -c "root\$" <<<"$said")" '0 1'
decided '  and the log says so' user=erin phase=auth rule=either decision=permit
quietly cardea refresh
later 30
as erin sudo -S id -un < <(code erin)
is '  and not when it is over' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
logged '  when the device is asked' 'factor=device result=verified'
lets 'X01 sudo on a machine whose key has signed' alice
logged 'B12 the log names the certificate' \
	"event=verification .*factor=device result=verified credential=\\Q$(fingerprint desk)\\E reason=accepted"
decided '  and the decision' user=alice service=sudo-key phase=auth \
	rule=host decision=permit
lets 'a name, an issuer, a purpose and an age, as the rule has them' carol
refuses 'a rule that wants a device of the table' bob
logged '  misses it' 'event=decision .*user=bob .*decision=deny.* missing=.*known'

for kind in rsa edwards; do
	stand $kind $kind
	lets "a key of $kind" alice
done

# --- certificates without their key, and others -------------------------------------
stand spare desk
refuses 'X01 S08 a copied certificate beside another key: no' alice
logged 'X01 and the log says why' 'factor=device result=refused .*reason=wrong-signature'
certify 'Other CA' stolen
stand stolen stolen
refuses 'X01 a certificate of an authority that is not ours: no' alice
logged '  and the log says why' 'factor=device result=refused .*reason=no-authority-vouches'
certify 'Example CA' stolen 365 serverAuth
stand stolen stolen
refuses 'X04 a certificate for servers: no' alice
logged '  and the log says why' 'factor=device result=refused .*reason=wrong-purpose'
stand desk desk
chmod 0644 /etc/cardea/host.key
refuses 'a key that others may read: no' alice
logged '  and the log says why' 'factor=device result=broken' +
rm /etc/cardea/host.key
refuses 'a key that is not there: no' alice
logged '  and the log says why' 'factor=device result=broken' +
stand desk desk
cat "$ca/desk.key" >>/etc/cardea/host.pem
refuses 'a file of certificates with a key in it: no' alice
logged '  and the log says why' 'factor=device result=broken .*not a certificate'
stand desk desk
lets 'and then the right ones again' alice

# --- the table ------------------------------------------------------------------------
quietly cardea device add desk --certificate "$ca/desk.pem" --tag desk
lets 'a device of the table' bob
logged '  goes by its name' 'factor=device result=verified credential=desk'
lets 'by its tag' dave
like 'when and by whom it was seen' "$(cardea device show desk)" 'dave'
quietly cardea device lock desk --reason tests
refuses 'a locked device: no, whatever its certificate says' alice
logged '  and the log says why' \
	'factor=device result=refused credential=desk reason="device locked"'
refuses '  for nobody' bob
quietly cardea device unlock desk
lets 'an unlocked one again' bob
quietly cardea device lock desk --lost --reason tests
refuses 'a lost one: no' bob
logged '  and the log says why' 'reason="device lost"'
quietly cardea device unlock desk
quietly cardea device remove desk --yes
quietly cardea device add desk --certificate "$ca/desk.pem" --owner carol
refuses "another's device: no" alice
logged '  and the log says why' "reason=\"not this user's device\""
lets '  but for its owner' carol

# --- dates and revocation ---------------------------------------------------------------
stand old old
lets 'a certificate on its last day' alice
later 86400
refuses 'X09 and after it' alice
logged '  the log says why' 'factor=device result=refused .*reason=expired'
stand spare spare
lets 'another one' alice
revoke 'Example CA' spare
lets 'one that was revoked, until the next refresh' alice
quietly cardea refresh
refuses 'and not after it' alice
logged '  the log says why' 'factor=device result=refused .*reason=revoked'
stand rsa rsa
lets 'others go on' alice
later $((31 * 86400))
refuses 'X03 with a list beyond its date nobody is let in' alice
logged '  the log says why' 'factor=device result=broken .*reason=revocation-stale'
crl 'Example CA'
quietly cardea refresh
lets '  until there is a new one' alice
stand desk desk
refuses 'a certificate older than the rule has it' carol
finish
