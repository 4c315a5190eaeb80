#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The clock is set back and forth; no code is ever good twice (R07, R09), and
# hours are those of the moment at which a login began (C09).
. "$SRCDIR/tests/e2e/lib.sh"

settings='tries = 100; user_tries = 100;'
machine <<'END'
hours: {
  open = { also = "2030-03-11 12:00/2030-03-11 13:00"; timezone = "Etc/UTC"; };
  freeze = { also = "2030-03-11 12:30/2030-03-12"; except = "2030-03-11 12:45/2030-03-11 12:46";
             timezone = "Etc/UTC"; };
};
rules = (
  { name = "admins"; when = { service = "sudo"; }; require = "password + totp"; },
  { name = "frozen"; when = { service = "window"; hours = "freeze"; user = "bob"; };
    deny = "nothing is changed now"; },
  { name = "opened"; when = { service = "window"; hours = "open"; }; require = "totp"; }
);
END
enrolled alice
echo 'alice ALL=(ALL:ALL) ALL' >/etc/sudoers.d/e2e
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
printf 'Defaults passwd_tries=1,!lecture\n' >>/etc/sudoers.d/e2e
chmod 0440 /etc/sudoers.d/e2e

# --- hours, and steps of the clock between the phases of one login -----------

enrolled bob
for who in carol dave erin frank; do enrolled $who; done
printf '%s\n' 'auth required pam_cardea_context.so' \
	'auth required pam_cardea_totp.so' 'auth required pam_cardea_decide.so' \
	'account required pam_exec.so quiet /usr/local/bin/step account' \
	'account required pam_cardea_context.so' \
	'account required pam_cardea_decide.so' \
	'session required pam_exec.so quiet /usr/local/bin/step session' \
	'session required pam_cardea_decide.so' >/etc/pam.d/window
cat >/usr/local/bin/step <<'END'
#!/bin/sh
[ ! -e "/tmp/step.$1" ] || [ "$PAM_TYPE" = close_session ] ||
	cat "/tmp/step.$1" >/etc/testclock
END
chmod 0755 /usr/local/bin/step

# at NAME yes|no USER CLOCK [ACCOUNT [SESSION]]: a login that begins at CLOCK
# (of the first day), with the clock set elsewhere before the later phases
at() {
	local name=$1 want=$2 user=$3 got=no
	rm -f /tmp/step.*
	stand_at "$(date -u -d "2030-03-11 $4" +%s)"
	[ -z "${5:-}" ] || date -u -d "2030-03-11 $5" +@%s >/tmp/step.account
	[ -z "${6:-}" ] || date -u -d "2030-03-11 $6" +@%s >/tmp/step.session
	mark
	said=$(code "$user" | timeout 60 pamtester -I rhost=198.51.100.7 window \
		"$user" authenticate acct_mgmt open_session close_session 2>&1)
	rc=$?
	[ "$rc" != 0 ] || got=yes
	is "$name" "$got" "$want"
}

at 'C09 before the window: no' no carol 11:59:30
at 'C09 in its first second' yes carol 12:00:00
at 'C09 it ends after auth: the login goes on as it began' yes carol 12:59:30 13:00:00
decided '  and the session under the same rule' phase=session rule=opened decision=permit
at 'C09 a new one does not' no carol 13:00:00
at 'C09 it ends after account: likewise' yes dave 12:59:00 12:59:00 13:30:00
at 'C09 outside when it began, inside afterwards: no' no carol 11:58:00 12:10:00
at 'C09 the clock is set back into the window: a new login is inside' yes erin 12:58:00
at 'C09 the clock is set a day back after auth' yes erin 12:58:30 '12:58:30 1 day ago'
at 'C09 the freeze begins after auth: the login goes on as it began' yes bob 12:29:30 12:30:00 12:30:30
at 'C09 a new one is denied' no bob 12:31:00
logged '  by the freeze' 'cardea.*rule=frozen' +
at 'C09 in the period that is excepted' yes bob 12:45:00
at 'C09 and its end is exclusive' no bob 12:46:00

# --- hours on a clock that nobody vouches for ---------------------------------

settings='tries = 100; user_tries = 100; clock: { require_synchronised = true; };'
settings
quietly cardea check --install
echo yes >/etc/testsync
at 'R09 synchronised: hours hold' yes frank 12:20:00
echo no >/etc/testsync
at 'R09 C02 not synchronised: no hours let anybody in' no frank 12:21:00
at 'R09 C02 nor keep a freeze away' no bob 12:10:00
logged '  which denies' 'cardea.*rule=frozen' +
rm /etc/testsync
settings='tries = 100; user_tries = 100;'
settings
quietly cardea check --install

# --- codes ----------------------------------------------------------------------

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
