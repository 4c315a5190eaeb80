#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea-askpass with a key: a ticket, the credential made of it, proofs by it,
# and what is left when it is called off: nothing, and a key that does not blink.
# The laptop's three files are all of Cardea here.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"

: >"$syslog"
log_from=0
quietly make -C "$BUILDDIR" prefix=/usr libexecdir=/usr/libexec \
	mandir=/usr/share/man install-client
remote=$RIGDIR/tests/askpass/remote
install -D "$RIGDIR/tests/askpass/ssh" /root/bin/ssh
echo OpenSSH_9.2p1 >/root/bin/version
unset XDG_RUNTIME_DIR DISPLAY WAYLAND_DISPLAY
cd /root || exit 1
key_plug one

# terminal COMMAND...: at a terminal, as the expect script on stdin does it
terminal() {
	{
		echo 'set timeout 20'
		echo 'spawn -noecho {*}$argv'
		cat
		echo 'expect eof'
	} >script
	said=$(expect script "$@" 2>&1 | tr -d '\r')
	answer=$(grep -o 'cardea-key[a-z0-9-]*:.*' <<<"$said")
}
ssh_asks() {
	terminal /root/bin/ssh /usr/bin/cardea-askpass \
		"(alice@bank.example) $1"
}
says() {
	"$remote" answer "$answer" | sed -n "s/^$1=//p"
}
left() {
	eventually_none cardea-key || fail "$1: no cardea-key is left"
	eventually_none cardea-askpass || fail "$1: no cardea-askpass is left"
}
eventually_one() {
	for _ in {1..100}; do
		! pgrep -x "$1" >/dev/null || return 0
		sleep 0.02
	done
	note "there is no $1"
}
eventually_none() {
	for _ in {1..100}; do
		pgrep -x "$1" >/dev/null || return 0
		sleep 0.02
	done
	return 1
}

# --- enrolment ---------------------------------------------------------------

# the ticket demands a PIN
"$remote" ticket >ticket
terminal cardea-askpass --enroll ticket <<'END'
expect "Go on? "
send "y\r"
END
is 'a key without a PIN makes no credential that needs one' "$answer" ''
like 'and that is told' "$said" 'a PIN or fingerprint is needed'
with_pin 1234 fido2-token -S "$(key_device one)" >/dev/null
terminal cardea-askpass --enroll ticket <<'END'
expect "Go on? "
send "y\r"
expect "PIN of the security key (8 tries left): "
send "1234\r"
END
made=$("$remote" made "$answer")
is 'a credential is made for the ticket' "$(grep -v ^handle <<<"$made")" \
	'id=0123456789abcdef
rp_id=fleet.example
hash=right'
handle=$(sed -n 's/^handle=//p' <<<"$made")
like 'after the cue' "$said" '^Touch your security key.$'
terminal cardea-askpass --enroll --device "$(key_device one)" ticket <<'END'
expect "Go on? "
send "y\r"
expect "PIN of the security key (8 tries left): "
send "1234\r"
END
is 'by the device that was named' \
	"$("$remote" made "$answer" | sed -n 's/^hash=//p')" right

# --- proofs ------------------------------------------------------------------

prompt=$("$remote" prompt "$handle" 0; echo x)
prompt=${prompt%x}
ssh_asks "$prompt" <<<''
is 'a touch is a proof' "$(says no)" 0
like 'and the person was told for whom and where' "$said" \
	'^Sign in to bank.example as alice\? Touch your security key.$'
key_mode one deny
ssh_asks "$prompt" <<<''
is 'a key that says no' "$(says no)" 2
like 'is told to the person' "$said" 'the security key refused'
key_touch one
ssh_asks "$("$remote" prompt; echo x)" <<<''
is 'a challenge that was changed is not answered' "$answer" ''
foreign=$("$remote" prompt; echo x)
ssh_asks "${foreign%x}" <<<''
is 'a key that was not enrolled there' "$(says no)" 1
key_unplug one
ssh_asks "$prompt" <<<''
is 'no key' "$(says no)" 1
like 'is told to the person as well' "$said" 'no security key is plugged in'
key_plug one
ssh_asks "$prompt" <<<''
is 'and plugged in again it answers' "$(says no)" 0

# --- called off --------------------------------------------------------------

key_mode one wait
key_forget one
ssh_asks "$prompt" <<'END'
expect "Touch your security key."
exec timeout 10 sh -c {until grep -q ": waiting$" /var/lib/rig/one/log
do sleep 0.02; done}
send "\003"
END
is 'K09 Ctrl-C: no answer' "$answer" ''
left 'K09 Ctrl-C'
like 'K09 Ctrl-C: the key stopped blinking' "$(key_log one | tail -2)" cancelled

for signal in TERM HUP INT; do
	key_forget one
	setsid /root/bin/ssh /usr/bin/cardea-askpass \
		"(alice@bank.example) $prompt" >out 2>&1 </dev/null &
	ssh=$!
	key_waiting one
	pkill "-$signal" -x cardea-askpass
	wait "$ssh"
	is "K09 SIG$signal: no answer" "$(grep -c cardea-key1 out)" 0
	left "K09 SIG$signal"
	like "K09 SIG$signal: the key stopped blinking" \
		"$(key_log one | tail -2)" cancelled
done
key_forget one
setsid /root/bin/ssh /usr/bin/cardea-askpass \
	"(alice@bank.example) $prompt" >out 2>&1 </dev/null &
ssh=$!
key_waiting one
kill -KILL "$ssh"
wait "$ssh" 2>/dev/null
left 'K09 ssh is killed'
like 'K09 ssh is killed: the key stopped blinking' \
	"$(key_log one | tail -2)" cancelled
key_touch one

# --- PIN ---------------------------------------------------------------------

prompt=$("$remote" prompt "$handle" 2; echo x)
prompt=${prompt%x}
ssh_asks "$prompt" <<'END'
expect "PIN of the security key (8 tries left): "
send "1234\r"
END
is 'a PIN and a touch are a proof' "$(says no)" 0
unlike 'the PIN is not shown' "$said" 1234
ssh_asks "$prompt" <<'END'
expect "PIN of the security key (8 tries left): "
send "\r"
END
is 'no PIN is no proof' "$(says no)" 2
for uv in 1 2; do
	key_forget one
	asked=$("$remote" prompt "$handle" $uv; echo x)
	ssh_asks "${asked%x}" <<-'END'
		expect "PIN of the security key (8 tries left): "
		send "\003"
	END
	is "K09 Ctrl-C instead of a PIN ($uv): no answer" "$answer" ''
	unlike '  nor a word of complaint' "$said" 'cardea-askpass:'
	left '  and'
	unlike '  and the key never blinked' "$(key_log one)" ': waiting$'
done
setsid -w /root/bin/ssh /usr/bin/cardea-askpass \
	"(alice@bank.example) $prompt" >out 2>err </dev/null
answer=$(cat out)
is 'nobody to ask for the PIN: no proof' "$(says no)" 2
left 'in the end'

# --- a list of keys that does not come ---------------------------------------

printf '#!/bin/sh\nexec sleep 60\n' >/usr/libexec/cardea/cardea-key
setsid /root/bin/ssh /usr/bin/cardea-askpass \
	"(alice@bank.example) $prompt" >out 2>&1 </dev/null &
ssh=$!
eventually_one sleep
since=$(uptime_ms)
pkill -TERM -x cardea-askpass
wait "$ssh"
is 'K09 called off before any key was found: not a word' "$(cat out)" ''
is 'K09 nor is the list waited for' $((($(uptime_ms) - since) / 2000)) 0
finish
