#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The agent way with OpenSSH's own ssh-agent, ssh and sshd: what the verifier
# gets out of it, and what it refuses to touch (tests/rig/once/agent_once.c).
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"
on_failure() {
	echo "said: ${said:-}"
	key_log one | tail -8
}
# the keys are alice's and root's in turn
install -d -m 0755 /keys
cd /keys || exit 1
for who in alice bob; do person $who; done
uid=$(id -u alice)

# ask SECONDS SOCKET KEY...: sets $said and $took, which is in seconds
ask() {
	local start=$EPOCHREALTIME
	said=$("$RIGDIR/tests/rig/once/agent_once" "$uid" "$@" 2>&1)
	took=$((${EPOCHREALTIME/./} - ${start/./}))
	took=$((took / 1000000))
}
# signed NAME FILE [FLAGS]: that key did, rightly, and the person was told once
signed() {
	like "$1" "$said" \
		"^done $2 flags=${3:-01} counter=[0-9]+ signature=right told=1\$"
}

key_plug one
sk_key one ed25519-sk ed
sk_key one ecdsa-sk ec -O application=ssh:cardea
sk_key one ed25519-sk other
sk_key one ed25519-sk untouched -O no-touch-required
quietly ssh-keygen -q -t ed25519 -N '' -f plain
quietly ssh-keygen -q -t rsa -N '' -f rsa

# What ssh-add and the agent ask their owner: a password, and may they?
printf '%s\n' '#!/bin/sh' 'echo yes' >askpass
chmod 0755 askpass
SSH_ASKPASS=$PWD/askpass

# --- keys that sign ---------------------------------------------------------

export agent_user=alice
agent_with ed
ask 10 "$SSH_AUTH_SOCK" ed.pub
signed 'an ed25519-sk key in the agent signs' ed.pub
ask 10 "$SSH_AUTH_SOCK" ec.pub ed.pub
signed 'whichever is enrolled besides' ed.pub
first=${said#*counter=}
ask 10 "$SSH_AUTH_SOCK" ed.pub
second=${said#*counter=}
is 'K07 its counter grows' "$((${second%% *} > ${first%% *}))" 1
ask 10 "$SSH_AUTH_SOCK" other.pub
is 'a key that the agent does not hold' "$said" \
	'no-enrolled-key told=0: the ssh agent holds no enrolled key'
ask 10 "$SSH_AUTH_SOCK"
is 'nor does anybody who enrolled none' "${said%%:*}" 'no-enrolled-key told=0'
agent_gone

agent_with plain rsa other ec
ask 10 "$SSH_AUTH_SOCK" ed.pub ec.pub
signed 'K06 an ecdsa-sk key behind keys of other types' ec.pub
agent_gone

agent_with untouched
ask 10 "$SSH_AUTH_SOCK" untouched.pub
signed 'K01 no-touch-required: signed, and the flags say without a touch' \
	untouched.pub 00
agent_gone

# --- and keys that do not ---------------------------------------------------

agent_with ed ec
key_mode one deny
ask 10 "$SSH_AUTH_SOCK" ed.pub ec.pub
is 'a touch refused, by both keys' "$said" \
	'refused told=1: the ssh agent refused to sign'
key_mode one approve
ask 10 "$SSH_AUTH_SOCK" ed.pub ec.pub
signed '  and then the next one signs' ed.pub

key_mode one badsig
ask 10 "$SSH_AUTH_SOCK" ed.pub
like 'a wrong signature of the key is told as it is' "$said" 'signature=wrong told=1$'
key_mode one wait
ask 1 "$SSH_AUTH_SOCK" ed.pub
is 'K09 a touch that never comes ends at the limit' "$took $said" \
	'1 timeout told=1: the ssh agent did not answer in time'
key_touch one
ask 10 "$SSH_AUTH_SOCK" ed.pub
signed '  and then the next one signs' ed.pub
key_unplug one
ask 20 "$SSH_AUTH_SOCK" ed.pub
is 'K09 a key pulled out' "$said" \
	'refused told=1: the ssh agent refused to sign'
key_plug one

kill -STOP "$SSH_AGENT_PID"
ask 1 "$SSH_AUTH_SOCK" ed.pub
is 'K09 an agent that never answers ends at the limit' "$took $said" \
	'1 timeout told=0: the ssh agent did not answer in time'
kill -CONT "$SSH_AGENT_PID"
quietly ssh-add -x
ask 10 "$SSH_AUTH_SOCK" ed.pub
is 'an agent that is locked' "${said%%:*}" 'no-enrolled-key told=0'
agent_gone

# constrained OPTION...: an agent of alice's that holds ed so
constrained() {
	agent_with
	quietly setpriv --reuid alice --regid alice --init-groups \
		env HOME=/home/alice ssh-add -q "$@" ed
}
constrained -c
ask 10 "$SSH_AUTH_SOCK" ed.pub
signed 'ssh-add -c: the owner confirms' ed.pub
agent_gone
SSH_ASKPASS=/bin/false constrained -c
ask 10 "$SSH_AUTH_SOCK" ed.pub
is '  and if he does not' "$said" \
	'refused told=1: the ssh agent refused to sign'
agent_gone
install -d -o alice -g alice /home/alice/.ssh
echo "boxhost $(cut -d' ' -f1,2 plain.pub)" >/home/alice/.ssh/known_hosts
constrained -h boxhost
ask 10 "$SSH_AUTH_SOCK" ed.pub
is 'ssh-add -h: a key for ssh to some hosts is not for us' "$said" \
	'refused told=1: the ssh agent refused to sign'
agent_gone

# --- sockets that are not the caller's --------------------------------------

agent_with ed
alices=$SSH_AUTH_SOCK alices_pid=$SSH_AGENT_PID
agent_user=bob
agent_with other
chmod 0777 "$SSH_AUTH_SOCK" "${SSH_AUTH_SOCK%/*}"
ask 10 "$SSH_AUTH_SOCK" other.pub
is "F04 bob's agent is not alice's, however open it is" "$said" \
	'foreign-agent told=0: the socket belongs to another user'
chown alice "$SSH_AUTH_SOCK"
ask 10 "$SSH_AUTH_SOCK" other.pub
is '  nor if the file is given to her' "$said" \
	'foreign-agent told=0: another user listens on the socket'
agent_gone
agent_user=root
agent_with other
ask 10 "$SSH_AUTH_SOCK" other.pub
is "F04 she has no way to root's" "$said" \
	'no-agent told=0: Permission denied'
chmod 0777 "$SSH_AUTH_SOCK" "${SSH_AUTH_SOCK%/*}"
ask 10 "$SSH_AUTH_SOCK" other.pub
is '  and none if there were one' "${said%%:*}" 'foreign-agent told=0'
agent_gone

ln -s "$alices" /tmp/link
ask 10 /tmp/link ed.pub
is 'F07 a symbolic link is not followed' "$said" \
	'foreign-agent told=0: a symbolic link'
ask 10 "$alices/../nothing" ed.pub
is 'no socket there' "${said%%:*}" 'no-agent told=0'
ask 10 agent.1 ed.pub
is 'no absolute path' "$said" 'no-agent told=0: not an absolute path'
ask 10 '' ed.pub
is 'no path' "$said" 'no-agent told=0: no ssh agent is named'
ask 10 "$alices" ed.pub
signed "and alice's own works all the while" ed.pub
kill "$alices_pid"
await_end "$alices_pid"
ask 10 "$alices" ed.pub
is 'an agent that has gone' "${said%%:*}" 'no-agent told=0'

# --- through ssh ------------------------------------------------------------

# The laptop is root's here; alice is who he is on the far side.
agent_with ed plain
install -m 0600 -o alice plain.pub /home/alice/.ssh/authorized_keys
sshd_up 'UsePAM no' 'AuthenticationMethods publickey'
coproc far {
	ssh -A -F /dev/null -o UserKnownHostsFile=/root/known_hosts \
		-o IdentityFile=/keys/plain alice@127.0.0.1 \
		'echo $SSH_AUTH_SOCK; read -r line; rm -f "$SSH_AUTH_SOCK"' 2>&1
}
read -r -t 20 socket <&"${far[0]}"
ask 10 "$socket" ed.pub
signed "a forwarded agent signs: the key is at the laptop" ed.pub
uid=$(id -u bob) ask 10 "$socket" ed.pub
is '  for alice, not for bob' "$said" 'no-agent told=0: Permission denied'
key_mode one deny
ask 10 "$socket" ed.pub
is '  and refuses when the person does' "$said" \
	'refused told=1: the ssh agent refused to sign'
key_mode one wait
ask 1 "$socket" ed.pub
is 'K09 and at the limit the wait ends' "$took ${said%%:*}" '1 timeout told=1'
key_touch one
ask 10 "$socket" ed.pub
signed '  and then the next one signs' ed.pub
echo >&"${far[1]}"
wait "$far_PID"
ask 10 "$socket" ed.pub
is 'after the ssh there is none' "${said%%:*}" 'no-agent told=0'
sshd_down
agent_gone
key_unplug one
finish
