# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The Test Anything Protocol in a few functions; sourced by the suites.

tap_count=0
tap_failed=0

# pass NAME; fail NAME [WHY]
pass() {
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s\n' "$tap_count" "$1"
}
fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$1"
	[ -z "${2:-}" ] || note "$2"
	! declare -F on_failure >/dev/null || on_failure 2>&1 | sed 's/^/# /'
}
note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# is NAME GOT WANTED; like NAME GOT EXTENDED-REGEX; unlike the other way round
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got '$2', wanted '$3'"
	fi
}
like() {
	if printf '%s' "$2" | grep -Eq -- "$3"; then
		pass "$1"
	else
		fail "$1" "got '$2', wanted something like '$3'"
	fi
}
unlike() {
	if printf '%s' "$2" | grep -Eq -- "$3"; then
		fail "$1" "got '$2', wanted nothing like '$3'"
	else
		pass "$1"
	fi
}

# finish: the plan comes last; the exit status tells whether all went well.
finish() {
	printf '1..%d\n' "$tap_count"
	[ "$tap_failed" = 0 ] && [ "$tap_count" -gt 0 ]
}
