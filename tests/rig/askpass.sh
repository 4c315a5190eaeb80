#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The person at the keyboard: SSH_ASKPASS and SUDO_ASKPASS of the tests.
# Notes each prompt in $ASK_LOG and answers by what is asked, $ASK_CODE to the
# n-th question for a code being its n-th word.
[ -z "${ASK_LOG:-}" ] || printf '%s\n' "$1" >>"$ASK_LOG"
case $1 in
*[Cc]ode*)
	if [ -n "${ASK_LOG:-}" ]; then
		n=$(grep -c '[Cc]ode' "$ASK_LOG")
	else
		n=1
	fi
	# shellcheck disable=SC2086 # split on purpose
	set -- ${ASK_CODE:-}
	[ "$n" -le $# ] || n=$#
	[ "$n" -lt 1 ] || shift $((n - 1))
	printf '%s\n' "${1:-}"
	;;
*PIN*) printf '%s\n' "${ASK_PIN:-}" ;;
*[Pp]assword*) printf '%s\n' "${ASK_PASSWORD:-}" ;;
*) exit 1 ;;
esac
