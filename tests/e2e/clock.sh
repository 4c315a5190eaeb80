#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The clock is set back and forth; no code is ever good twice (R07, R09).
. "$SRCDIR/tests/e2e/lib.sh"

settings='tries = 100; user_tries = 100;'
machine <<'END'
rules = ( { name = "admins"; when = { service = "sudo"; }; require = "password + totp"; } );
END
enrolled alice
echo 'alice ALL=(ALL:ALL) ALL' >/etc/sudoers.d/e2e
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
printf 'Defaults passwd_tries=1,!lecture\n' >>/etc/sudoers.d/e2e
chmod 0440 /etc/sudoers.d/e2e

# offer NAME yes|no CODE: does sudo take it now?
offer() {
	ASK_PASSWORD=pw-alice ASK_CODE=$3
	as alice sudo -A id -un </dev/null
	local got=no
	[ "$rc ${said##*[[:space:]]}" != '0 root' ] || got=yes
	is "$1" $got "$2"
}

spent=()
# spend NAME: the code of this moment is good, once
spend() {
	local now
	now=$(code alice)
	offer "$1" yes "$now"
	offer "  but not again" no "$now"
	spent+=("$now")
}
# nothing_returns NAME: no code that was ever spent, nor this moment's, is good
nothing_returns() {
	local old good=''
	for old in "${spent[@]}" "$(code alice)"; do
		ASK_PASSWORD=pw-alice ASK_CODE=$old
		as alice sudo -A id -un </dev/null
		[ "$rc" != 0 ] || good="$good $old"
	done
	is "$1" "$good" ''
}

start=$((monday + 86400 * 30))
stand_at $start
spend 'R07 a fresh code is good'
stand_at $((start - 90))
nothing_returns 'R07 90 seconds back: nothing is good'
stand_at $((start - 86400))
nothing_returns 'R07 a day back: nothing is good'
stand_at $start
nothing_returns 'R07 back at the start: nothing is good'
stand_at 1000
nothing_returns 'R09 in 1970: nothing is good'
logged 'R09 and the clock is named' 'cardea.*(clock|time)' +
stand_at $((start + 30))
spend 'R07 the next moment: a fresh code is good'
stand_at $((start + 86400 * 400))
spend 'R07 400 days on: a fresh code is good'
stand_at $((start + 60))
nothing_returns 'R07 and back: nothing is good before the mark'
stand_at $((start + 86400 * 399))
nothing_returns 'R07 a day before the mark: nothing is good'
stand_at $((start + 86400 * 400 + 60))
spend 'R07 when time has passed the mark, a fresh code is good'
stand_at $((1 << 31))
spend 'R07 in January 2038, too'
finish
