# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# Security keys for the suites, and the agent that uses them: sourced after
# lib.sh; plugged in after machine.  A key is tests/rig/softkey with a state folder and a device of its
# own, which every program of the box takes for a hidraw device plugged into USB
# (tests/rig/fakehid.c).
#
#   key_plug NAME [OPTION...]    plugs it in; the options are softkey's
#   key_unplug NAME              pulls it out; plugged in again it is the same
#   key_device NAME              its device
#   key_state NAME               its state folder: tests/rig/key/state.h
#   key_mode NAME WORDS          how it behaves: tests/rig/key/mode.h
#   key_waiting NAME             waits until it wants to be touched
#   key_touch NAME               touches it
#   key_finger NAME yes|no|blocked
#   key_log NAME                 what it did since key_forget NAME
#   with_pin PINS COMMAND...     a terminal where each question for a PIN gets
#                                the next word of PINS, the last again and again
#
#   sk_key NAME TYPE FILE [OPTION...]   a key pair by ssh-keygen on that key
#   agent_with FILE...           an ssh-agent of $agent_user (root) that holds
#                                them; sets SSH_AUTH_SOCK and SSH_AGENT_PID
#   agent_gone                   ends it

keys_listed=/etc/rig/keys
softkey=$RIGDIR/tests/rig/softkey

key_device() { echo "/dev/key-$1"; }
key_state() { echo "/var/lib/rig/$1"; }

# The first key makes the box one in which keys are looked for.
key_socket() {
	[ ! -e $keys_listed ] || return
	install -d /etc/rig /var/lib/rig
	: >$keys_listed
	install -D -m 0755 "$RIGDIR/tests/rig/.libs/fakehid.so" \
		/usr/lib/rig/fakehid.so
	{
		cat /etc/ld.so.preload 2>/dev/null
		echo /usr/lib/rig/fakehid.so
	} >/etc/ld.so.preload.new
	mv /etc/ld.so.preload.new /etc/ld.so.preload
}

key_plug() {
	local name=$1 state
	shift
	key_socket
	state=$(key_state "$name")
	quietly "$softkey" --pty "$(key_device "$name")" --dir "$state" "$@"
	until [ -s "$state/pid" ]; do sleep 0.01; done
	key_device "$name" >>$keys_listed
}

key_unplug() {
	local device
	device=$(key_device "$1")
	kill "$(cat "$(key_state "$1")/pid")" 2>/dev/null
	rm -f "$device"
	grep -vxF "$device" $keys_listed >$keys_listed.new
	mv $keys_listed.new $keys_listed
}

# key_write NAME FILE TEXT: in one step, and never twice the same file
key_write() {
	local file
	file=$(key_state "$1")/$2
	echo "$3" >"$file.new"
	mv "$file.new" "$file"
}
key_mode() {
	local name=$1
	shift
	quietly "$softkey" --check-mode "$*"
	key_write "$name" mode "$*"
}
key_touch() { key_mode "$1" approve; }
key_finger() { key_write "$1" finger "$2"; }

key_log() { cat "$(key_state "$1")/log" 2>/dev/null; }
key_forget() { rm -f "$(key_state "$1")/log"; }

key_waiting() {
	local try
	for try in $(seq 500); do
		! key_log "$1" | tail -1 | grep -q ': waiting$' || return 0
		sleep 0.02
	done
	note "nobody asked for a touch of $1 in $try looks"
	return 1
}

with_pin() {
	expect "$SRCDIR/tests/e2e/pin.exp" "$@"
}

# --- ssh-agent --------------------------------------------------------------

sk_key() {
	local name=$1 type=$2 file=$3
	shift 3
	quietly ssh-keygen -q -t "$type" -N '' -f "$file" \
		-O device="$(key_device "$name")" "$@"
}

# ssh-agent looks for the key by a program of its own, ssh-sk-helper, to which
# it passes nothing of an LD_PRELOAD: the box's /etc/ld.so.preload reaches it.
agent_with() {
	local user=${agent_user:-root} file
	eval "$(setpriv --reuid "$user" --regid "$user" --init-groups \
		ssh-agent -s)" >/dev/null
	for file in "$@"; do
		[ "$user" = root ] || chown "$user:" "$file"
		quietly setpriv --reuid "$user" --regid "$user" --init-groups \
			ssh-add -q "$file"
	done
}
agent_gone() {
	kill "$SSH_AGENT_PID"
	await_end "$SSH_AGENT_PID"
	unset SSH_AGENT_PID SSH_AUTH_SOCK
}
