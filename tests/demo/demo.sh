#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The demonstration: real logins through Debian's own sshd, sudo and su, in a
# throw-away copy of this machine.  Started by ./dev demo; fails if any step
# does not show what it should.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"
. "$SRCDIR/tests/e2e/sessions.sh"
. "$SRCDIR/tests/rig/tpm.sh"

. "$SRCDIR/tests/demo/steps.sh"

# --- the machine ------------------------------------------------------------

printf '%sA copy of this machine, thrown away at the end: Cardea goes into it.%s\n' \
	"$bold" "$plain"
settings='places: { country = "/etc/cardea/city.mmdb"; };
fido2: { rp_id = "demo.example"; touch_timeout = "10s"; };
ssh_names = [ "127.0.0.1" ];
authorities: (
  { name = "Demo CA"; kind = "x509"; trust = "/var/lib/cardea/ca/root.pem";
    revocation = "crl"; lists = [ "/var/lib/cardea/ca/crl.pem" ]; } );
device: { certificate = "/etc/cardea/device.pem"; key = "tpm:/etc/cardea/device.tpm";
  tpm = "'$(tpm_at host)'"; };'
# Networks for documentation are nowhere; a made-up database puts two of them into
# Berlin and Sydney.
install -d -m 0755 /etc/cardea
"$RIGDIR/tests/rig/mmdb" /etc/cardea/city.mmdb Made-Up-City "$monday" <<'END'
192.0.2.0/24 country=DE lat=52.52 lon=13.405 accuracy=20
203.0.113.0/24 country=AU lat=-33.86 lon=151.21 accuracy=20
END
machine <"$SRCDIR/tests/demo/policy.conf"
groupadd staff 2>/dev/null
enrolled demo
usermod -a -G staff demo
enrolled friend
enrolled casey
printf '%s\n' 'demo ALL=(ALL:ALL) ALL' 'Defaults !lecture' >/etc/sudoers.d/demo
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
chmod 0440 /etc/sudoers.d/demo
ip addr add 192.0.2.10/32 dev lo
ip addr add 198.51.100.7/32 dev lo
ip addr add 203.0.113.5/32 dev lo
ssh-keygen -q -t ed25519 -N '' -f /root/key
install -d -o demo -g demo -m 700 /home/demo/.ssh
install -o demo -g demo -m 600 /root/key.pub /home/demo/.ssh/authorized_keys
sshd_up 'AuthenticationMethods publickey keyboard-interactive:pam'

says 'The policy:'
sed 's/^/   | /' "$SRCDIR/tests/demo/policy.conf"
says "It is $(date '+%A, %F %H:%M UTC'); user demo has a password and a code."

# --- ssh --------------------------------------------------------------------

step 'ssh from the office, password and code'
fresh demo
knock demo -b 192.0.2.10
expect PERMITTED 'result=verified' 'rule=office-hours .*decision=permit'

step 'the same code again'
knock demo -b 192.0.2.10
expect REFUSED 'result=refused' 'decision=deny'

step 'a wrong code'
fresh demo
ASK_CODE=000000
knock demo -b 192.0.2.10
expect REFUSED 'result=refused' 'decision=deny reason=factor-refused'

step 'a good code from a network that is not ours (198.51.100.7)'
fresh demo
knock demo -b 198.51.100.7
expect REFUSED 'rule=only-our-networks decision=deny reason=denied-by-rule'

step 'from the office, but at eight in the evening'
now=$moment
stand_at "$(date -u -d '2030-03-11 19:00' +%s)"
fresh demo
knock demo -b 192.0.2.10
expect REFUSED 'decision=deny reason=nothing-matched'
stand_at "$now"
later 60

step 'a public key alone: sshd skips auth, the gate in account does not'
methods=publickey
knock demo -b 192.0.2.10 -i /root/key
methods=keyboard-interactive
expect REFUSED 'phase=account .*decision=deny'

# --- where somebody usually is ---------------------------------------------

step 'ssh from Berlin, for the first time: a new country wants a code besides'
fresh casey
knock casey -b 192.0.2.10
expect PERMITTED 'rule=new-country decision=permit .*signals=".*first-seen-country'

step 'an hour later, from Berlin again: the password will do'
later 3600
fresh casey
knock casey -b 192.0.2.10
says "${dim}asked: $(prompted)$plain"
expect PERMITTED 'rule=known-country decision=permit'

step 'ten minutes later from Sydney: nobody is in two places'
later 600
fresh casey
knock casey -b 203.0.113.5
expect REFUSED 'rule=two-places-at-once decision=deny .*impossible-travel\(160[0-9]{2} km'

step 'two days later from Sydney: another country, stepped up'
later $((2 * 86400))
fresh casey
knock casey -b 203.0.113.5
expect PERMITTED 'rule=new-country decision=permit .*signals=".*first-seen-country\(AU, seen DE\)'

# --- sudo and su ------------------------------------------------------------

step 'sudo: password and code'
fresh demo
as demo sudo -A sh -c 'echo in as $(id -un)' </dev/null
expect PERMITTED 'service=sudo .*rule=become-root .*decision=permit'

step 'su to friend: the password and the code of friend'
fresh friend
as demo su friend -c 'echo in as $(id -un)' \
	< <(printf '%s\n' "$ASK_PASSWORD" "$ASK_CODE")
expect PERMITTED 'user=friend service=su .*decision=permit'

step 'root becomes friend: by rule, unasked'
said=$(su friend -c 'echo in as $(id -un)' </dev/null 2>&1)
expect PERMITTED 'rule=root-descends .*decision=permit'

# --- security keys ----------------------------------------------------------

# A software key stands in for the hardware: it speaks CTAP, and libfido2 takes it
# for a USB device.
key_plug blue
person robin
echo 'robin ALL=(ALL:ALL) ALL' >/etc/sudoers.d/robin
echo 'Defaults:robin pam_service=sudo-key' >>/etc/sudoers.d/robin
chmod 0440 /etc/sudoers.d/robin
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sudo" >/etc/pam.d/sudo-key
quietly cardea enroll fido2 robin --name blue </dev/null

step 'sudo by a touch of the key in this machine, and nothing typed'
as robin sudo -S sh -c 'echo in as $(id -un)' </dev/null
expect PERMITTED 'factor=fido2 result=verified credential=blue' \
	'rule=touch-to-become-root decision=permit'

step 'the same, and the key says no'
key_mode blue deny
as robin sudo -S sh -c 'echo in as $(id -un)' </dev/null
key_touch blue
expect REFUSED 'factor=fido2 result=refused' 'decision=deny'

# From here on the key is in robin's laptop, at the far end of ssh.
install -d -m 0700 /run/user/0
export XDG_RUNTIME_DIR=/run/user/0 CARDEA_ASKPASS_NEXT=/usr/local/bin/askpass
SSH_ASKPASS=/usr/bin/cardea-askpass
ASK_PASSWORD=pw-robin

step 'ssh: the password, and a touch of the key in the laptop'
knock robin -b 192.0.2.10
expect PERMITTED 'factor=fido2 result=verified credential=blue' \
	'rule=touch-to-enter decision=permit'

step 'the same, and the key says no'
key_mode blue deny
knock robin -b 192.0.2.10
key_touch blue
expect REFUSED 'factor=fido2 result=(refused|absent)' 'decision=deny'

step 'somebody in the middle: robin meant to log in to evil.example'
echo '127.0.0.1 evil.example' >>/etc/hosts
target=evil.example
knock robin -b 192.0.2.10
unset target
expect REFUSED 'result=refused .*reason="signed for another host"' \
	'decision=deny'

step 'an answer that was given before is given again'
cat >/usr/local/bin/replay <<'END'
#!/bin/bash
case $1 in
*cardea-key1:*)
	[ ! -s /tmp/answer ] || exec cat /tmp/answer
	exec cardea-askpass "$1" > >(tee /tmp/answer)
	;;
esac
exec /usr/local/bin/askpass "$1"
END
chmod 0755 /usr/local/bin/replay
SSH_ASKPASS=/usr/local/bin/replay
knock robin -b 192.0.2.10
says "${dim}once: ${said##*$'\n'}$plain"
[[ $said == *'in as'* ]] || says "${red}the first one was not let in$plain"
knock robin -b 192.0.2.10
expect REFUSED 'factor=fido2 result=refused' 'decision=deny'
SSH_ASKPASS=/usr/bin/cardea-askpass

step 'sudo on the far side of ssh, by the key behind the forwarded agent'
sk_key blue ed25519-sk /root/laptop_key
quietly cardea enroll sshkey robin /root/laptop_key.pub --name laptop
agent_with /root/laptop_key
remote='sudo -S sh -c "echo in as \$(id -un)" </dev/null'
knock robin -A -b 192.0.2.10
unset remote
agent_gone
expect PERMITTED 'service=sudo-key .*factor=fido2 result=verified credential=laptop' \
	'service=sudo-key .*decision=permit'
SSH_ASKPASS=/usr/local/bin/askpass

# --- devices ----------------------------------------------------------------

# A small authority of our own certifies a laptop, whose key is a file, and this
# machine, whose key never leaves its TPM, here one made of software.
person taylor
echo 'taylor ALL=(ALL:ALL) ALL' >/etc/sudoers.d/taylor
echo 'Defaults:taylor pam_service=sudo-key' >>/etc/sudoers.d/taylor
chmod 0440 /etc/sudoers.d/taylor
quietly cardea device ca init --subject CN=Demo
install -d -m 0700 /root/laptop
quietly cardea device enroll --key /root/laptop/key --subject CN=laptop-7 \
	--san dns:laptop-7.demo.example --ca --out /root/laptop/certificate
quietly cardea device ca crl
quietly cardea refresh
quietly cardea device add laptop-7 --certificate /root/laptop/certificate \
	--owner taylor
export CARDEA_DEVICE_CONF=/root/laptop/conf
printf '%s\n' 'certificate /root/laptop/certificate' 'key /root/laptop/key' \
	'send fingerprint' >$CARDEA_DEVICE_CONF
SSH_ASKPASS=/usr/bin/cardea-askpass
ASK_PASSWORD=pw-taylor

step 'ssh: the password, and the certificate of an enrolled laptop'
knock taylor -b 192.0.2.10
expect PERMITTED 'factor=device result=verified credential=laptop-7' \
	'rule=laptop-to-enter decision=permit'

step 'a copy of the certificate, without its key'
quietly cardea device enroll --key /root/laptop/other --subject CN=x \
	--san dns:x.example --out /root/laptop/other.csr
sed -i 's,^key .*,key /root/laptop/other,' $CARDEA_DEVICE_CONF
knock taylor -b 192.0.2.10
sed -i 's,^key .*,key /root/laptop/key,' $CARDEA_DEVICE_CONF
expect REFUSED 'factor=device result=refused .*reason=(wrong-signature|"a certificate that is not enrolled")' \
	'decision=deny'

step 'the laptop is lost, and its device locked'
quietly cardea device lock laptop-7 --lost --reason 'left in a train'
knock taylor -b 192.0.2.10
expect REFUSED 'factor=device result=refused credential=laptop-7 reason="device lost"' \
	'decision=deny'

step 'it is found again, but its certificate was revoked meanwhile'
quietly cardea device unlock laptop-7
quietly cardea device ca revoke /root/laptop/certificate
quietly cardea device ca crl
knock taylor -b 192.0.2.10
says "${dim}before the list is here: ${said##*$'\n'}$plain"
quietly cardea refresh
knock taylor -b 192.0.2.10
expect REFUSED 'factor=device result=refused .*reason=revoked' 'decision=deny'
SSH_ASKPASS=/usr/local/bin/askpass

step 'sudo on a machine whose own key is in its TPM'
tpm_up host
quietly cardea device enroll --host --key tpm:/etc/cardea/device.tpm \
	--tpm "$(tpm_at host)" --ca
as taylor sudo -S sh -c 'echo in as $(id -un)' </dev/null
expect PERMITTED 'factor=device result=verified' \
	'rule=this-machine-to-become-root decision=permit'

step 'the same certificate and key file on a machine with another TPM'
tpm_down host
mv /var/lib/rig/tpm-host /var/lib/rig/tpm-first
tpm_up host
as taylor sudo -S sh -c 'echo in as $(id -un)' </dev/null
expect REFUSED 'factor=device result=refused .*reason="the key belongs to another TPM"' 'decision=deny'
tpm_down host

# --- a session, from its beginning to its end ---------------------------------

# kim's session stays open for a while; what was touched at its beginning counts
# in it, for as long as the rule says.
person kim
echo 'kim ALL=(ALL:ALL) ALL' >/etc/sudoers.d/kim
echo 'Defaults:kim pam_service=sudo-key' >>/etc/sudoers.d/kim
chmod 0440 /etc/sudoers.d/kim
key_plug green
quietly cardea enroll fido2 kim --name green </dev/null
SSH_ASKPASS=/usr/bin/cardea-askpass
# shellcheck disable=SC2016 # root's shell is to expand it
in_as_root='sudo -S sh -c "echo in as \$(id -un)" </dev/null'

step 'sudo right after ssh without a new touch'
held kim laptop -b 192.0.2.10
tell_session laptop "$in_as_root"
! new_log | grep -q 'factor=fido2' || says "${red}it was touched again$plain"
expect PERMITTED 'user=kim service=sudo-key .*rule=one-touch-to-do-both decision=permit'

step 'and after a quarter of an hour it asks again'
later 901
tell_session laptop "$in_as_root"
expect PERMITTED 'user=kim service=sudo-key .*factor=fido2 result=verified credential=green' \
	'user=kim service=sudo-key .*rule=one-touch-to-do-both decision=permit'
let_go laptop
key_unplug green
SSH_ASKPASS=/usr/local/bin/askpass

step 'a session ended when its window closes'
enrolled sam
now=$moment
stand_at "$(date -u -d '2030-03-18 17:58' +%s)"
held sam evening -b 192.0.2.10
says "${dim}sam is in; the rule lets him be until six$plain"
stand_at "$(date -u -d '2030-03-18 18:00' +%s)"
cardea watch --once | sed 's/^/   | /'
said="the session is open: $(ends evening)"
expect REFUSED 'event=session .*user=sam .*rule=till-six reason=nothing-matched detail="ended:'
[[ $said == *no ]] || wrong=$((wrong + 1))
stand_at "$now"

# --- looking on, explaining -------------------------------------------------

step 'a rule that only looks on: friend would be denied, and is let in'
fresh friend
knock friend -b 192.0.2.10
expect PERMITTED 'event=observe .*rule=friends-no-more observe=would-deny' \
	'user=friend .*rule=office-hours .*decision=permit'

step 'cardea explain: why was that network refused?'
said=$(cardea explain --user demo --service sshd --from 198.51.100.7 2>&1)
rc=$?
sed 's/^/   | /' <<<"$said"
ok=yes
[[ $said == *only-our-networks* ]] || ok='no: the rule is not named'
tell "$ok" 'the same function, the same rule'

# --- the end ----------------------------------------------------------------

in_short "$syslog"
[ "${STAY:-no}" = yes ] || exit 0

# --- to try it by hand ------------------------------------------------------

# From here on the clock runs, from where the demonstration stopped.
later 60
cat >/usr/local/bin/code <<END
#!/bin/sh
# code [USER]: the one-time code of this moment
case \${1:-demo} in
demo) exec oathtool --totp ${secret_of[demo]} ;;
friend) exec oathtool --totp ${secret_of[friend]} ;;
esac
END
chmod 0755 /usr/local/bin/code
rm -f /etc/testclock
echo $((moment - $(date +%s))) >/etc/testclock
cp /root/known_hosts /etc/ssh/ssh_known_hosts
unset SSH_ASKPASS SSH_ASKPASS_REQUIRE SUDO_ASKPASS
cp "$SRCDIR/tests/demo/try.txt" /root/try.txt
cat /root/try.txt
if [ -t 0 ]; then
	PS1='cardea-demo# ' exec bash --norc -i
fi
says 'No terminal here: this stays until it is interrupted.'
# The first process of a box takes no signal that it does not handle.
trap 'exit 0' INT TERM
sleep infinity &
wait $!
