#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Names that are no names, through the real sshd (I01, I02, I06, I14): denied,
# one line each in the log, and no file touched outside the store.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = (
  { name = "staff"; when = { service = "sshd"; }; require = "password + totp"; }
);
END
enrolled alice
sshd_up

# What of the disk could be touched by a name used as a path.
fingerprint() {
	find /etc /var /root /home /usr/libexec -xdev \
		-not -path '/var/lib/cardea/*' -not -path '/tmp/*' \
		-not -path '/var/log/*' \
		-newer /tmp/stamp -type f 2>/dev/null | sort
}

declare -A names=(
	[parent]='../../etc/passwd'
	[slash]='/etc/shadow'
	[dots]='..'
	[percent]='%s%n%x'
	[newline]=$'alice\nevent=decision decision=permit'
	[escape]=$'\e[31malice\e[0m'
	[high]=$'\xff\xfe'
	[option]='-x'
	[quote]='al"ice\'
	[equals]='alice service=sshd decision=permit'
	[space]=' alice'
	[star]='*'
	[long255]=$(printf '%0255d' 7)
	[long256]=$(printf '%0256d' 7)
	[long5000]=$(printf '%05000d' 7)
)
touch /tmp/stamp
sleep 0.01
for which in "${!names[@]}"; do
	ASK_PASSWORD=pw ASK_CODE=123456
	name=${names[$which]}
	mark
	said=$(timeout 30 ssh -F /dev/null -o ConnectTimeout=10 \
		-o UserKnownHostsFile=/root/known_hosts \
		-o NumberOfPasswordPrompts=1 \
		-o PreferredAuthentications=keyboard-interactive \
		-l "$name" 127.0.0.1 'echo in' </dev/null 2>&1)
	unlike "I01 name '$which' does not get in" "$?:$said" '^0:|^in$'
	unlike "I14 name '$which' permits nothing in the log" \
		"$(new_log | grep 'cardea\[')" '(^| )decision=permit'
	is "I14 name '$which': every line of ours begins with its event" \
		"$(new_log | grep 'cardea\[' |
			grep -vc 'cardea\[[0-9]*\]: event=')" 0
done
is 'I01 no file outside the store was touched' "$(fingerprint)" ''
still_works alice
finish
