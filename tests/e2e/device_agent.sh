#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Devices behind the caller's ssh-agent: sudo here, and sudo on the far side of
# ssh -A, by a certificate of OpenSSH, by a key that the device table knows, and
# by the key of an X.509 certificate.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"
. "$SRCDIR/tests/e2e/certs.sh"

settings='authorities: (
  { name = "People"; kind = "ssh"; trust = "/srv/ca/people.pub";
    lists = [ "/srv/ca/people.krl" ]; },
  { name = "Example CA"; kind = "x509"; trust = "/srv/ca/Example CA.pem";
    lists = [ "/srv/ca/Example CA.crl" ]; } );'
machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "known"; when = { service = "sudo-key"; user = "bob"; };
    require = "device(agent, known)"; remember = "1h"; },
  { name = "both"; when = { service = "sudo-key"; user = "carol"; };
    require = "sshcert(agent) + device(agent)"; },
  { name = "host"; when = { service = "sudo-key"; user = "dave"; };
    require = "device(host)"; },
  { name = "key"; when = { service = "sudo-key"; user = "erin"; };
    require = "fido2(agent)"; },
  { name = "certified"; when = { service = "sudo-key"; };
    require = "sshcert(agent)"; },
  { name = "by-key"; when = { service = "sshd"; }; require = "sshkey | sshcert"; }
);
END
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sudo" >/etc/pam.d/sudo-key
for who in alice bob carol dave erin; do
	person $who
	echo "$who ALL=(ALL:ALL) ALL"
done >/etc/sudoers.d/e2e
printf '%s\n' 'Defaults !lecture, timestamp_timeout=0, passwd_tries=1' \
	'Defaults pam_service=sudo-key' >>/etc/sudoers.d/e2e
chmod 0440 /etc/sudoers.d/e2e
quietly visudo -cq
authority 'Example CA'
cd $ca || exit 1
for name in people strangers alice bob carol ed; do
	ssh-keygen -q -t ed25519 -N '' -f $name
done
ssh-keygen -q -t rsa -b 2048 -N '' -f rsa
: >empty
ssh-keygen -q -k -f people.krl empty
quietly cardea refresh

# certificate AUTHORITY NAME [SSH-KEYGEN-OPTION...]
certificate() {
	local authority=$1 name=$2
	shift 2
	rm -f "$name-cert.pub"
	quietly ssh-keygen -q -s "$authority" -I "$name at home" -z 7 \
		-n "$name" -V -1h:+1d "$@" "$name.pub"
}
# become USER: sudo with the agent of $SSH_AUTH_SOCK
become() {
	as "$1" env SSH_AUTH_SOCK="${SSH_AUTH_SOCK:-}" sudo -S id -un </dev/null
}
lets() {
	become "$2"
	is "$1" "$rc $(grep -c "^root\$" <<<"$said")" '0 1'
}
refuses() {
	become "$2"
	unlike "$1" "$rc $said" '^0|root$'
}
# holding USER FILE...: another agent
holding() {
	[ -z "${SSH_AGENT_PID:-}" ] || agent_gone
	agent_user=$1
	shift
	agent_with "$@"
}

# --- certificates -------------------------------------------------------------------
certificate people alice
holding alice alice
lets 'S08 sudo by a certificate behind the agent' alice
logged 'B12 the log names it' \
	'factor=sshcert result=verified .*reason=accepted .*by People, serial 7'
refuses "  not by another's agent" bob
certificate strangers alice
holding alice alice
refuses 'a certificate of an authority that is not ours: no' alice
logged '  it is not even asked to sign' \
	'factor=sshcert result=absent reason=no-enrolled-key'
certificate people alice -n bob
holding alice alice
refuses "S07 somebody else's principal: no" alice
logged '  and the log says why' 'factor=sshcert result=refused .*reason=not-for-this-name'
certificate people alice -V -2h:-1h
holding alice alice
refuses 'S03 one that has ended: no' alice
logged '  and the log says why' 'factor=sshcert result=refused .*reason=expired'
certificate people alice -O source-address=127.0.0.0/8
holding alice alice
refuses 'S02 one for an address, where there is none: no' alice
logged '  and the log says why' 'factor=sshcert result=refused .*reason=source-not-allowed'
certificate people alice -O force-command=true
holding alice alice
refuses 'S02 one for a command, which only sshd can enforce: no' alice
logged '  and the log says why' 'factor=sshcert result=refused .*reason=critical-option'
mv alice-cert.pub /tmp/
holding alice alice
refuses 'S08 the key without its certificate: no' alice
quietly ssh-keygen -q -s people -I 'rsa at home' -n alice -V -1h:+1d rsa.pub
holding alice rsa
lets 'S04 a certificate of an RSA key, by SHA-2' alice
certificate people alice -V -1h:+1d
holding alice alice
ssh-keygen -q -k -f people.krl alice.pub
quietly cardea refresh
refuses 'S05 a revoked key: no' alice
logged '  and the log says why' 'factor=sshcert result=refused .*reason=revoked'
holding alice alice rsa
lets 'a certificate that is refused leaves it to the next' alice
logged '  both are told' 'event=verification .*factor=sshcert result=(refused|verified)' 2
ssh-keygen -q -k -f people.krl empty
quietly cardea refresh

# --- devices --------------------------------------------------------------------------
holding bob bob
refuses 'a key that no device has: no' bob
logged '  it is not asked to sign' 'factor=device result=absent reason=no-enrolled-key'
quietly cardea device add bobs --ssh-key bob.pub --owner bob
lets 'the key of a device' bob
logged '  goes by its name' 'factor=device result=verified credential=bobs'
quietly cardea device lock bobs --reason tests
refuses 'of a locked device: no' bob
logged '  and the log says why' \
	'factor=device result=refused credential=bobs reason="device locked"'
certificate people carol
holding carol carol
refuses 'a certificate that no device has, where one is wanted too' carol
quietly cardea device add carols --ssh-key carol.pub
lets '  and that one has' carol
logged '  proves both' 'factor=(sshcert|device) result=verified credential=carols' 2

# --- the keys of X.509 certificates ------------------------------------------------------
for kind in ec rsa; do
	name=desk-$kind
	key_of $name $kind
	certify 'Example CA' $name
	quietly cardea device add $name --certificate $name.pem --owner bob
	holding bob $name.key
	lets "the key ($kind) of a device's certificate, in the agent" bob
	logged '  goes by its device' "factor=device result=verified credential=$name"
done
revoke 'Example CA' desk-rsa
quietly cardea refresh
refuses 'stands and falls with the certificate' bob
logged '  and the log says why' 'factor=device result=refused .*reason=revoked'
holding bob desk-ec.key
lets '  others go on' bob
agent_gone
refuses 'without an agent: no' bob
logged '  which is absence' 'factor=device result=absent reason="no ssh agent"'

# --- security keys of a device ---------------------------------------------------------
key_plug one
sk_key one ed25519-sk erin_key
quietly cardea enroll sshkey erin erin_key.pub --name blue
holding erin erin_key
lets 'a security key' erin
quietly cardea device add erins --fido2 erin/blue
lets '  that belongs to a device' erin
quietly cardea device lock erins --lost --reason tests
refuses '  falls with it' erin
logged '  and the log says why' \
	'factor=fido2 result=refused credential=blue reason="device lost"'
agent_gone

# --- this host -----------------------------------------------------------------------------
refuses 'a host without a certificate is no device' dave
logged '  and the log says why' \
	'factor=device result=absent reason="this machine has no certificate"'

# --- the far side of ssh --------------------------------------------------------------------
sshd_up 'AuthenticationMethods publickey'
install -d -o alice -m 0700 /home/alice/.ssh
install -o alice -m 0600 alice.pub /home/alice/.ssh/authorized_keys
sed -i 's/pam_cardea_decide.so$/pam_cardea_decide.so defer=session/' \
	/etc/pam.d/cardea-account
sed -i '/ignore=ignore/s/ defer=session//' /etc/pam.d/cardea-account
certificate people alice
holding root alice
methods=publickey
remote='SUDO_ASKPASS=/bin/false sudo -S id -un </dev/null; echo in as $(id -un)'
knock alice -A
like 'S08 sudo on the far side of ssh, by the certificate at home' "$said" '^root$'
decided '  one decision' user=alice service=sudo-key phase=auth rule=certified \
	decision=permit
knock alice -o ForwardAgent=no
unlike 'without the forwarded agent: no' "$said" '^root$'
agent_gone
sshd_down
finish
