#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Public keys: sshd does not run auth for them, so the gate stands in account
# and session as well (V22).
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = (
  { name = "staff"; when = { service = "sshd"; }; require = "password + totp"; }
);
END
enrolled alice
key=/root/key
ssh-keygen -q -t ed25519 -N '' -f $key
install -d -o alice -g alice -m 700 /home/alice/.ssh
install -o alice -g alice -m 600 $key.pub /home/alice/.ssh/authorized_keys

# --- the key alone ----------------------------------------------------------
sshd_up 'AuthenticationMethods publickey keyboard-interactive:pam'
methods=publickey
fresh alice
keeps_out 'V22 a public key alone does not let in' alice -i $key
decided 'the gate in account says so' user=alice service=sshd phase=account \
	rule=staff decision=deny
is 'nobody was asked anything' "$(prompted)" ''

knock alice -i $key -N
like 'nor with -N (no command)' "$rc" '^(255|254)$'
remote='' knock alice -i $key -T
unlike 'nor for a shell' "$rc" '^0$'
said=$(echo 'ls /' | timeout 20 sftp -b - -F /dev/null -i $key \
	-o UserKnownHostsFile=/root/known_hosts \
	-o PreferredAuthentications=publickey alice@127.0.0.1 2>&1)
unlike 'nor for sftp' "$?:$said" '^0:'
knock alice -i $key -N -R 2345:127.0.0.1:22 -o ExitOnForwardFailure=yes
unlike 'nor for a tunnel back' "$rc" '^0$'
is 'the tunnel is not there' \
	"$( (exec 3<>/dev/tcp/127.0.0.1/2345) 2>/dev/null && echo open)" ''
knock alice -i $key -W 127.0.0.1:22
unlike 'nor for a tunnel through' "$said" 'SSH-2.0'

methods=keyboard-interactive
still_works alice
sshd_down

# --- key and code -----------------------------------------------------------
sshd_up 'AuthenticationMethods publickey,keyboard-interactive:pam'
methods=publickey,keyboard-interactive
fresh alice
lets_in 'a key, then password and code let in' alice -i $key
decided 'and auth has decided' user=alice phase=auth decision=permit
keeps_out 'R01 the same code again does not, key or no key' alice -i $key
fresh alice
ASK_CODE=000000
keeps_out 'a key and a wrong code do not' alice -i $key
fresh alice
methods=keyboard-interactive keeps_out 'password and code without the key do not' alice
fresh alice
lets_in 'all three again do' alice -i $key
finish
