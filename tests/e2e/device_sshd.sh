#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# OpenSSH's certificates and keys as sshd shows them: judged again by our own
# authorities, lists and device table, whatever sshd itself believes.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"

settings='authorities: (
  { name = "People"; kind = "ssh"; trust = "/srv/ca/people.pub";
    lists = [ "/srv/ca/people.krl" ]; },
  { name = "Hours"; kind = "ssh"; trust = "/srv/ca/hours.pub";
    revocation = "none"; } );'
machine <<'END'
rules = (
  { name = "known"; when = { service = "sshd"; user = "bob"; };
    require = "device(sshd, known)"; },
  { name = "two"; when = { service = "sshd"; user = "carol"; };
    require = "password + sshcert(sshd)"; },
  { name = "words"; when = { service = "sshd"; user = "dave"; };
    require = "sshcert(ca=\"Hours\", principal=\"%u\", key_id=\"dave at home\", max_age=8h)"; },
  { name = "both"; when = { service = "sshd"; user = "erin"; };
    require = "sshcert + device(id=laptop)"; },
  { name = "key"; when = { service = "sshd"; user = "frank"; };
    require = "sshkey"; },
  { name = "certified"; when = { service = "sshd"; };
    require = "sshcert"; }
);
END
sed -i 's/pam_cardea_decide.so$/pam_cardea_decide.so defer=session/' \
	/etc/pam.d/cardea-account
sed -i '/ignore=ignore/s/ defer=session//' /etc/pam.d/cardea-account
cd $ca || exit 1
for name in people hours strangers; do
	ssh-keygen -q -t ed25519 -N '' -f $name
done
: >empty
ssh-keygen -q -k -f people.krl empty
for who in alice bob carol dave erin frank; do
	person $who
	ssh-keygen -q -t ed25519 -N '' -f $who
	install -d -o $who -m 0700 /home/$who/.ssh
	install -o $who -m 0600 $who.pub /home/$who/.ssh/authorized_keys
done

# certificate AUTHORITY NAME [SSH-KEYGEN-OPTION...]: NAME-cert.pub, for a day
# unless options say otherwise
certificate() {
	local authority=$1 name=$2
	shift 2
	quietly ssh-keygen -q -s "$authority" -I "$name at home" -z 7 \
		-n "$name" -V -1h:+1d "$@" "$name.pub"
}
# sshd's own settings let in more than Cardea's do: what is refused below is
# refused by Cardea
cat people.pub hours.pub strangers.pub >all.pub
printf '%s\n' alice bob carol dave erin anybody >principals
certified_up() { # certified_up METHODS
	sshd_up "TrustedUserCAKeys $ca/all.pub" \
		"AuthorizedPrincipalsFile $ca/principals" "AuthenticationMethods $1"
	methods=${1%:pam}
}
certified_up publickey
# by NAME USER, not_by NAME USER: with the user's key, and with his certificate
# where he has one: ssh itself would show the plain key first
by() {
	lets_in "$1" "$2" -i "$ca/$2" $(algorithms "$2")
}
not_by() {
	keeps_out "$1" "$2" -i "$ca/$2" $(algorithms "$2")
}
algorithms() {
	[ ! -e "$ca/$1-cert.pub" ] ||
		echo -o PubkeyAcceptedAlgorithms=ssh-ed25519-cert-v01@openssh.com
}

# --- certificates ------------------------------------------------------------------
certificate people alice
not_by 'S05 without the list of revoked ones: no' alice
logged 'S05 and the log says why' \
	'event=verification .*factor=sshcert result=broken .*reason=revocation-unknown'
quietly cardea refresh
by 'S08 a certificate that sshd verified' alice
decided '  judged in session, where sshd shows it' user=alice service=sshd phase=session \
	rule=certified decision=permit
logged 'B12 the log names it' \
	'factor=sshcert result=verified .*phase=session|phase=session .*factor=sshcert result=verified .*reason=accepted .*by People, serial 7'
rm alice-cert.pub
not_by 'S08 the key without its certificate: no' alice
decided '  a certificate is missing' user=alice phase=session rule=certified decision=deny
certificate strangers alice
not_by 'a certificate of an authority that sshd trusts and we do not: no' alice
logged '  and the log says why' 'factor=sshcert result=refused .*reason=no-authority-vouches'
certificate people alice -n bob
not_by "S07 somebody else's principal: no, though sshd takes it" alice
logged '  and the log says why' 'factor=sshcert result=refused .*reason=not-for-this-name'
certificate people alice -O source-address=127.0.0.0/8
by 'S02 from an address that it allows' alice
certificate people alice -O force-command='echo in as alice'
by 'S02 with a command that sshd enforces' alice
certificate people alice -V -1h:+1d -z 8
by 'before it is revoked' alice
ssh-keygen -q -k -f people.krl -u -s people.pub - <<<'serial: 8'
by '  and until the next refresh' alice
quietly cardea refresh
not_by 'S05 a revoked one after it: no' alice
logged '  and the log says why' 'factor=sshcert result=refused .*reason=revoked'
certificate people alice
by 'a new one' alice
printf 'damaged' >>"/var/lib/cardea/revocation/People.0.krl"
not_by 'S05 with a damaged list nobody is let in' alice
logged '  and the log says why' 'factor=sshcert result=broken .*reason=revocation-unknown'
quietly cardea refresh

# --- what rules say -----------------------------------------------------------------
certificate hours dave
by 'authority, principal, key id and age as the rule has them' dave
later $((9 * 3600))
not_by 'S03 one that is older than the rule has it' dave
later -$((9 * 3600))
certificate people dave
not_by 'one of another authority than the rule has it' dave
sshd_down
certified_up publickey,keyboard-interactive:pam
ASK_PASSWORD=pw-carol
certificate people carol
by 'a certificate and a password' carol
decided '  judged in auth' user=carol phase=auth rule=two decision=permit
logged '  the certificate once, and not again in each phase' \
	'event=verification .*factor=sshcert'
ASK_PASSWORD=wrong
not_by '  and not without the password' carol
ASK_PASSWORD=pw-carol
certificate strangers carol
not_by '  nor with one that is not ours' carol
sshd_down
certified_up publickey

# --- devices ---------------------------------------------------------------------------
not_by 'a key that no device has' bob
quietly cardea device add bobs --ssh-key bob.pub
by 'the key of a device' bob
logged '  goes by its name' 'factor=device result=verified credential=bobs'
quietly cardea device lock bobs --reason tests
not_by 'of a locked device: no' bob
logged '  and the log says why' \
	'factor=device result=refused credential=bobs reason="device locked"'
by 'a key where the rule wants no more' frank
quietly cardea device add franks --ssh-key frank.pub
by '  that is a device' frank
quietly cardea device lock franks --lost --reason tests
not_by '  opens nothing when that is lost, whatever the rule calls it' frank
logged '  and the log says why' \
	'factor=sshkey result=refused .*reason="device lost"'
certificate people erin
not_by 'a certificate alone, where the rule wants its device too' erin
quietly cardea device add laptop --ssh-cert 'People/erin at home' --owner erin
by 'a certificate that is a device, by its key id' erin
logged '  proves both' 'factor=(sshcert|device) result=verified credential=laptop' 2
quietly cardea device lock laptop --lost --reason tests
not_by 'a lost one: no' erin
logged '  and the log says why' 'result=refused credential=laptop reason="device lost"' +

# --- dates ------------------------------------------------------------------------------
sshd_down
certified_up publickey,keyboard-interactive:pam
ASK_PASSWORD=pw-carol
certificate people carol -V -1d:+20d
by 'S03 a certificate that ends in twenty days' carol
unlike '  is not warned of' "$(prompted)" 'ends on'
later $((10 * 86400))
quietly cardea refresh
by '  ten days later' carol
like '  the person is told the day' "$(prompted)" 'certificate of this device ends on 2030-03-31'
certificate people carol -V -1h:+4h
by 'one that lives for hours' carol
unlike '  is not warned of, ever' "$(prompted)" 'ends on'
later $((4 * 3600))
not_by 'S03 at its end it has ended, to the second' carol
logged '  and the log says why' 'factor=sshcert result=refused .*reason=expired' 0
finish
