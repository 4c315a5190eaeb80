# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# Logins that stay, and do what they are told: for suites about sessions.

# held USER NAME [OPTION...]: a login by ssh that stays; let_go NAME ends it
held() {
	local user=$1 name=$2 fd
	shift 2
	rm -f "/tmp/$name"
	mkfifo "/tmp/$name"
	ASK_PASSWORD=pw-$user
	[ -z "${secret_of[$user]:-}" ] || fresh "$user"
	: >"/tmp/$name.out"
	ssh -F /dev/null -o UserKnownHostsFile=/root/known_hosts \
		-o PreferredAuthentications="${methods:-keyboard-interactive}" \
		-o NumberOfPasswordPrompts=1 "$@" \
		"$user@${target:-127.0.0.1}" 'echo ready; bash' <"/tmp/$name" \
		>>"/tmp/$name.out" 2>&1 &
	declare -g "pid_$name=$!"
	exec {fd}>"/tmp/$name"
	declare -g "fd_$name=$fd"
	wait_for "$name" ready
}
wait_for() {
	local try
	for try in $(seq 250); do
		grep -q -- "$2" "/tmp/$1.out" && return
		sleep 0.02
	done
	note "$1 does not say $2 after $try tries: $(cat "/tmp/$1.out")"
}
# tell_session NAME COMMAND: sets $said
tell_session() {
	local fd="fd_$1"
	: >"/tmp/$1.out"
	mark
	printf '%s\n' "{ $2
	} 2>&1; echo over" >&"${!fd}"
	wait_for "$1" over
	said=$(cat "/tmp/$1.out")
}
let_go() {
	local name="fd_$1" pid="pid_$1" fd
	fd=${!name}
	exec {fd}>&-
	wait "${!pid}" 2>/dev/null
}
# comes_to NAME WANT COMMAND...: what it says is WANT, or soon is: sshd closes a
# session for PAM after its client has heard that it is over
comes_to() {
	local name=$1 want=$2 got try
	shift 2
	for try in $(seq 250); do
		got=$("$@")
		[ "$got" != "$want" ] || break
		sleep 0.02
	done
	is "$name" "$got" "$want"
	: "$try"
}
# of_service NAME: how many sessions are open by it
of_service() {
	cardea sessions --json | jq --arg it "$1" '[.sessions[] | select(.service == $it)] | length'
}
# lives NAME: yes or no
lives() {
	local pid="pid_$1"
	if kill -0 "${!pid}" 2>/dev/null; then echo yes; else echo no; fi
}
# ends NAME: waits for the client of a session that should be over
ends() {
	local try
	for try in $(seq 100); do
		[ "$(lives "$1")" = yes ] || break
		sleep 0.02
	done
	lives "$1"
	: "$try"
}
