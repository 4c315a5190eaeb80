#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# P17 at the line of devices: whoever has somebody's agent in his hand, and not
# his password, hears from the agent nothing about the password that he tries.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"

settings='authorities: (
  { name = "People"; kind = "ssh"; trust = "/srv/ca/people.pub";
    revocation = "none"; },
  { name = "Example CA"; kind = "x509"; trust = "/srv/ca/Example CA.pem";
    revocation = "none"; } );
device: { certificate = "/etc/cardea/host.pem"; key = "/etc/cardea/host.key"; };'
machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "certified"; when = { service = "sudo"; user = "alice"; };
    require = "password + sshcert(agent) + totp"; },
  { name = "any"; when = { service = "sudo"; user = "bob"; };
    require = "password + device + totp"; },
  { name = "named"; when = { service = "sudo"; user = "carol"; };
    require = "password + device(san=\"dns:*.elsewhere.org\") + totp"; },
  { name = "both"; when = { service = "sudo"; user = "dave"; };
    require = "password + device(host) + device(agent) + totp"; }
);
END
for who in alice bob carol dave; do
	enrolled $who
	echo "$who ALL=(ALL:ALL) ALL"
done >/etc/sudoers.d/e2e
echo 'Defaults !lecture, timestamp_timeout=0, passwd_tries=1' >>/etc/sudoers.d/e2e
chmod 0440 /etc/sudoers.d/e2e
quietly visudo -cq
authority 'Example CA'
cd $ca || exit 1
key_of desk
certify 'Example CA' desk
install -m 0600 desk.key /etc/cardea/host.key
install -m 0644 desk.pem /etc/cardea/host.pem
for name in people one two three; do
	ssh-keygen -q -t ed25519 -N '' -f $name
done
for name in one two three; do
	quietly ssh-keygen -q -s people -I "$name" -n nobody -V -1h:+1d $name.pub
done

# An agent that keeps count of what it is asked to sign.
asked=/tmp/asked
cat >/usr/local/bin/count <<-END
	#!/bin/sh
	echo asked >>$asked
END
chmod 0755 /usr/local/bin/count
# holding USER FILE...
holding() {
	local user=$1 file
	shift
	eval "$(setpriv --reuid "$user" --regid "$user" --init-groups \
		env DISPLAY=none SSH_ASKPASS=/usr/local/bin/count ssh-agent -s)" \
		>/dev/null
	for file in "$@"; do
		chown "$user:" "$file"
		quietly setpriv --reuid "$user" --regid "$user" --init-groups \
			ssh-add -q -c "$file"
	done
}
# try USER PASSWORD: how often the agent was asked, and what sudo asked
try() {
	: >$asked
	chmod 0666 $asked
	as "$1" env SSH_AUTH_SOCK="$SSH_AUTH_SOCK" sudo -S id -un \
		< <(printf '%s\n' "$2" 000000)
	unlike "  $1 is not let in" "$rc $said" '^0|root$'
	count=$(wc -l <$asked)
}
# alike NAME USER TIMES
alike() {
	try "$2" "pw-$2"
	is "$1" "$count" "$3"
	try "$2" wrong
	is "P17 $1, after a wrong password as well" "$count" "$3"
	quietly cardea lock "$2" --reason tests
	try "$2" "pw-$2"
	is "P17 $1, for somebody who is locked as well" "$count" "$3"
	quietly cardea unlock "$2"
	kill "$SSH_AGENT_PID"
}

holding alice one two three
alike 'a certificate that is refused leaves it to the next' alice 3
quietly cardea device add three --ssh-key three.pub
holding bob three
alike 'where this machine is a device already, no agent is asked' bob 0
holding carol three
alike '  but where it is not the one that is wanted' carol 2
holding dave one three
alike '  or where an agent is wanted too' dave 3
finish
