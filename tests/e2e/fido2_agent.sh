#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Security keys behind the caller's ssh-agent: sudo here, and sudo on the far side
# of ssh -A; and the key by which sshd itself let somebody in.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"

settings='fido2: { rp_id = "example.org"; touch_timeout = "6s"; };'
machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "far-sudo"; when = { service = "sudo-key"; user = "alice"; };
    require = "fido2(agent)"; },
  { name = "far-pin"; when = { service = "sudo-key"; user = "bob"; };
    require = "fido2(agent, uv)"; },
  { name = "su"; when = { service = "su"; user = "bob"; };
    require = "password + fido2"; },
  { name = "by-key"; when = { service = "sshd"; user = [ "alice", "mallory" ]; };
    require = "fido2(sshd)"; },
  { name = "touched"; when = { service = "sshd"; user = "bob"; };
    require = "fido2(touch)"; }
);
END
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sudo" >/etc/pam.d/sudo-key
for who in alice bob mallory; do
	person $who
	echo "$who ALL=(ALL:ALL) ALL"
done >/etc/sudoers.d/e2e
printf '%s\n' 'Defaults !lecture, timestamp_timeout=0, passwd_tries=1' \
	'Defaults pam_service=sudo-key' \
	>>/etc/sudoers.d/e2e
chmod 0440 /etc/sudoers.d/e2e
quietly visudo -cq
key_plug one
install -d -m 0755 /srv/keys
cd /srv/keys || exit 1
sk_key one ed25519-sk alice_key
sk_key one ecdsa-sk ecdsa_key
sk_key one ed25519-sk quiet_key -O no-touch-required
sk_key one ed25519-sk foreign_key
ssh-keygen -q -t ed25519 -N '' -f plain_key
quietly cardea enroll sshkey alice alice_key.pub --name laptop
said=$(cardea enroll sshkey alice plain_key.pub 2>&1)
is 'a plain key is no security key' $? 1
like '  which is said' "$said" 'security key'

# become USER: sudo with the agent of $SSH_AUTH_SOCK
become() {
	local user=$1
	shift
	as "$user" env SSH_AUTH_SOCK="${SSH_AUTH_SOCK:-}" "$@" sudo -S id -un \
		</dev/null
}
refused() {
	unlike "$1" "$rc $said" '^0|root$'
}

# --- sudo here ----------------------------------------------------------------
agent_user=alice
agent_with foreign_key plain_key alice_key
key_forget one
become alice
is 'H5 sudo by a touch of the key behind the agent' "$rc $(grep -c "root\$" <<<"$said")" \
	'0 1'
like '  the person is told to touch' "$said" '[Tt]ouch'
logged 'B12 the log names the key' \
	'event=verification .*factor=fido2 result=verified credential=laptop'
unlike 'keys that are not enrolled are not asked' \
	"$(key_log one | grep -c touched)" '^[2-9]'
become alice
is '  and again' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
key_mode one deny
become alice
refused 'a refused touch: no'
logged '  and the log says so' 'factor=fido2 result=refused'
key_mode one badsig
become alice
refused 'a bad signature: no'
key_touch one
become alice
key_mode one stuckctr
become alice
refused 'K07 a counter that does not grow: no'
logged 'K07 and somebody is told' 'event=alert .*credential=laptop reason=counter'
key_mode one wait
start=$(uptime_ms)
become alice
took=$(($(uptime_ms) - start))
refused 'K09 a touch that never comes: no'
like 'K09 at the limit' "$took" '^([67][0-9]{3})$'
key_touch one
sleep 0.5
become alice
is 'and then the next touch works' "$rc $(grep -c "root\$" <<<"$said")" '0 1'
agent_gone

become alice
refused 'without an agent: no'
logged '  which is absence' 'factor=fido2 result=absent'
agent_with foreign_key
become alice
refused 'an agent without an enrolled key: no'
logged '  which is absence' 'factor=fido2 result=absent'
agent_gone

# --- keys that hold back ----------------------------------------------------------
quietly cardea enroll sshkey alice quiet_key.pub --name quiet
agent_with quiet_key
become alice
refused 'H6 a key that signs without a touch: no'
logged 'H6 and the log says so' \
	'factor=fido2 result=refused credential=quiet reason="?(no touch|no presence|not touched|no-presence)'
agent_gone
agent_user=alice agent_with
echo "bastion $(cut -d' ' -f1,2 plain_key.pub)" >hosts
install -o alice -m 0600 alice_key /home/alice/bound_key
install -o alice -m 0644 alice_key.pub /home/alice/bound_key.pub
install -o alice -m 0644 hosts /home/alice/hosts
quietly setpriv --reuid alice --regid alice --init-groups \
	ssh-add -q -H /home/alice/hosts -h bastion /home/alice/bound_key
become alice
refused 'H9 a key bound to other destinations: no'
logged 'H9 the agent would not sign with it' 'factor=fido2 result=refused'
agent_gone

# --- whose agent ------------------------------------------------------------------
agent_user=mallory agent_with alice_key
chmod 0755 "$(dirname "$SSH_AUTH_SOCK")"
chmod 0777 "$SSH_AUTH_SOCK"
become alice
refused 'an agent of somebody else is not asked, though it holds the key'
logged '  and the log says whose it is not' 'factor=fido2 result=absent'
ln -s "$SSH_AUTH_SOCK" /tmp/link
SSH_AUTH_SOCK=/tmp/link become alice
refused '  nor through a link'
agent_gone
rm -f /tmp/link
become alice SSH_AUTH_SOCK=relative/agent
refused 'a relative path: no'
become alice SSH_AUTH_SOCK="$(printf '/%0200d' 0)"
refused 'a path that no socket can have: no'
become alice SSH_AUTH_SOCK=/etc/passwd
refused 'a file: no'

# --- uv, su -----------------------------------------------------------------------
key_plug pin --fido2-only
with_pin '1234 1234' fido2-token -S "$(key_device pin)" >/dev/null
sk_key one ecdsa-sk bob_key
quietly cardea enroll sshkey bob bob_key.pub --name soft
agent_user=bob agent_with bob_key
become bob
refused 'H6 a touch is not enough where the rule says uv'
logged 'H6 and the log says so' 'factor=fido2 result=refused credential=soft'
agent_gone
agent_user=alice agent_with bob_key
as alice env SSH_AUTH_SOCK="$SSH_AUTH_SOCK" su bob -c 'id -un' < <(echo pw-bob)
is 'su: the key of the one to become, in the agent of the one who calls' \
	"$rc $(grep -c "bob\$" <<<"$said")" '0 1'
agent_gone

# --- the far side of ssh --------------------------------------------------------------
sshd_up 'AuthenticationMethods publickey'
for who in alice bob mallory; do
	install -d -o $who -m 0700 /home/$who/.ssh
done
install -o alice -m 0600 alice_key.pub /home/alice/.ssh/authorized_keys
install -o bob -m 0600 bob_key.pub /home/bob/.ssh/authorized_keys
install -o mallory -m 0600 foreign_key.pub /home/mallory/.ssh/authorized_keys
sed -i 's/pam_cardea_decide.so$/pam_cardea_decide.so defer=session/' \
	/etc/pam.d/cardea-account
sed -i '/ignore=ignore/s/ defer=session//' /etc/pam.d/cardea-account
agent_user=root agent_with alice_key bob_key foreign_key
methods=publickey
lets_in 'H1 a security key that sshd verified counts where it is enrolled' alice
decided 'H1 judged in session, where sshd shows it' user=alice service=sshd \
	phase=session rule=by-key decision=permit
logged '  the log names it' \
	'factor=fido2 result=verified credential=laptop reason="verified by sshd"' +
keeps_out 'one that is not enrolled does not' mallory
keeps_out 'where a touch is demanded sshd'\''s word is not enough' bob
decided '  the touch is missing' user=bob service=sshd decision=deny

remote='SUDO_ASKPASS=/bin/false sudo -S id -un </dev/null; echo in as $(id -un)'
knock alice -A -o PreferredAuthentications=publickey
like 'H5 sudo on the far side of ssh, by a touch at home' "$said" '^root$'
decided 'H5 one decision' user=alice service=sudo-key phase=auth rule=far-sudo \
	decision=permit
knock alice -o ForwardAgent=no -o PreferredAuthentications=publickey
unlike 'without the forwarded agent: no' "$said" '^root$'
agent_gone
sshd_down
finish
