#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea-askpass before OpenSSH's own client and server, which decide what
# arrives of a prompt and of an answer.  Keys and server are the rig's.
. "$SRCDIR/tests/e2e/lib.sh"

: >"$syslog"
log_from=0
start_logd
person alice
install -m 0755 "$RIGDIR/tests/askpass/cardea-askpass" /usr/local/bin/far-end
install -m 0755 "$RIGDIR/tests/rig/.libs/pam_remote.so" /usr/lib/pam_remote.so
export SSH_ASKPASS=/usr/local/bin/far-end FAKE_TOUCH_LOG=/tmp/touches
mkdir -m 0700 /run/user/0
unset XDG_RUNTIME_DIR DISPLAY WAYLAND_DISPLAY

# stack LINE...: the auth part of sshd's
stack() {
	printf 'auth %s\n' "$@" >/etc/pam.d/sshd
	printf '%s\n' 'account required pam_permit.so' \
		'session required pam_permit.so' >>/etc/pam.d/sshd
}
remote='echo in as $(id -un)'
stack 'required /usr/lib/pam_remote.so 127.0.0.1 boxhost bank.example'
sshd_up

lets_in 'a touch at the far end lets in' alice
like 'and the person was told for whom and where' "$said" \
	'^Sign in to 127.0.0.1 as alice\? Touch your security key.'
target=BoxHost lets_in 'by name, in whatever case it was typed' alice
lets_in 'by the name of its host key' alice -o HostKeyAlias=bank.example
target=::1 keeps_out 'a name that the server does not answer to' alice
keeps_out 'an alias that is another host' alice -o HostKeyAlias=evil.example
FAKE_TOUCH=done:1000 lets_in 'an answer in four parts' alice
is 'of which nothing is left' "$(ls /run/user/0)" ''
FAKE_TOUCH=refused keeps_out 'a key that says no' alice
lets_in 'and the next touch works' alice
SSH_ASKPASS=/bin/true keeps_out 'nobody answers' alice

stack 'required /usr/lib/pam_remote.so 127.0.0.1 greet'
lets_in 'a message that sshd glues in front of the prompt' alice

stack 'required pam_unix.so' 'required /usr/lib/pam_remote.so 127.0.0.1'
cat >/usr/local/bin/next <<'END'
#!/bin/sh
echo pw-alice
END
chmod 0755 /usr/local/bin/next
CARDEA_ASKPASS_NEXT=/usr/local/bin/next \
	lets_in 'a password goes to the next askpass, the challenge to the key' \
	alice

# The link that somebody was made to click chose the user.
stack 'required /usr/lib/pam_remote.so 127.0.0.1 bank.example'
keeps_out 'a user name that looks like the end of a prefix' \
	'alice@bank.example) x'
like 'is refused at the far end, by ssh or by us' "$said" \
	'second \(user@host\)|username contains invalid characters'
finish
