#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The quick start, by the commands that README has, on a machine that has never
# seen Cardea: looking on first, then in earnest.
. "$SRCDIR/tests/e2e/lib.sh"

"$SRCDIR/tests/rig/install.sh" "$BUILDDIR/stage"
install -m 0755 "$SRCDIR/tests/rig/askpass.sh" /usr/local/bin/askpass
install -D "$RIGDIR/tests/rig/.libs/testclock.so" /usr/lib/rig/testclock.so
: >"$syslog"
: >"$prompts"
chmod 0666 "$prompts"
start_logd
preload
stand_at "$monday"
mark
rm -rf /etc/cardea /var/lib/cardea

# commands WORD...: the lines of README that begin with these words
commands() {
	sed -n "s/^  \\($*[^ ]*\\( [^ ]\\+\\)*\\).*/\\1/p" "$SRCDIR/README"
}
said=$(bash -euxc "$(commands 'cardea init')" 2>&1)
is 'README: cardea init' $? 0
note "$said"
enrolled alice
echo 'alice ALL=(ALL:ALL) ALL' >/etc/sudoers.d/e2e
chmod 0440 /etc/sudoers.d/e2e
copies=$(commands install; commands cp)
is 'README has three commands to copy' "$(wc -l <<<"$copies")" 3
said=$(bash -euxc "$copies" 2>&1)
is 'README: they work' $? 0
visudo -cq
is 'README: sudo takes its files' $? 0

fresh alice
ASK_CODE=none
as alice sudo -A id -un </dev/null
is 'looking on: the password is enough' "$rc ${said##*[[:space:]]}" '0 root'
logged 'looking on: the log has what would have been' \
	'event=decision.* user=alice .*phase=auth .*observe=would-' +
ASK_PASSWORD=wrong
as alice sudo -A id -un </dev/null
unlike 'looking on: a wrong password is not' "$rc" '^0$'

sed -i '/^observe/d' /etc/cardea/cardea.conf
said=$(bash -euxc "$(commands 'cardea check')" 2>&1)
is 'README: cardea check, cardea check --install' $? 0
said=$(bash -euxc "$(commands 'cardea explain')" 2>&1)
like 'README: cardea explain' "$said" 'password \+ totp'
fresh alice
ASK_CODE=none
as alice sudo -A id -un </dev/null
unlike 'in earnest: the password is not enough' "$rc" '^0$'
fresh alice
as alice sudo -A id -un </dev/null
is 'in earnest: password and code are' "$rc ${said##*[[:space:]]}" '0 root'
sed 's/^uid=[0-9]* pid=[0-9]* <[0-9]*>/Mar 11 10:00:00 host /' "$syslog" \
	>/var/log/auth.log
said=$(bash -euc "$(commands 'cardea log')" 2>&1)
like 'README: cardea log' "$said" 'permit.*alice.*sudo'
finish
