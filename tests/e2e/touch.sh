#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea-key and its caller, by touch_once: every way in which a key can answer,
# refuse, hang, lie and go, and what is left afterwards: nothing.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"

"$SRCDIR/tests/rig/install.sh" "$BUILDDIR/stage"
: >"$syslog"
log_from=0
cd /root || exit 1
helper=/usr/libexec/cardea/cardea-key

once() {
	said=$(timeout 30 "$RIGDIR/tests/rig/once/touch_once" "$@" 2>&1)
	rc=$?
}
# ends NAME END [ARGUMENT...]: an assertion by "one" ends so
ends() {
	local name=$1 end=$2
	shift 2
	once assert one "$@"
	like "$name" "$said" "end=$end "
	left "$name"
}
left() {
	! pgrep -x cardea-key >/dev/null ||
		fail "  $1: a process is left" "$(pgrep -lx cardea-key)"
}

key_plug one
once make example.org one
like 'a credential is made' "$said" '^cue="Touch your security key." .*end=done format=packed kept=1'
ends 'it answers' 'done handle=0 flags=01 data=37'
once assert one device="$(key_device one)"
like 'the key of a given device answers' "$said" 'end=done'
once assert one device=/dev/null
like 'a device that is no key: none' "$said" 'end=(failed|refused|no-key)'
once assert one device=/etc/passwd
like 'a file is no device' "$said" 'end=no-key'
once assert one device=/nowhere
like 'a path that is not there: none' "$said" 'end=no-key'

# --- who reads a key (K05) -----------------------------------------------------
key_mode one wait
exec 7</etc/shadow
"$RIGDIR/tests/rig/once/touch_once" assert one timeout=3000 >/root/out 2>&1 &
waiter=$!
key_waiting one
reader=$(pgrep -x cardea-key)
is 'K05 the reader has no user but nobody' \
	"$(awk '/^Uid/ { print $2, $3, $4, $5 }' "/proc/$reader/status")" \
	'65534 65534 65534 65534'
is 'K05 no group but nogroup' \
	"$(awk '/^Gid/ { print $2, $3, $4, $5 }' "/proc/$reader/status") $(
		awk '/^Groups/ { print NF }' "/proc/$reader/status")" \
	'65534 65534 65534 65534 1'
is 'K05 no capability, and can gain none' \
	"$(awk '/^Cap(Eff|Prm)|^NoNewPrivs/ { print $2 }' "/proc/$reader/status" | paste -sd' ')" \
	'0000000000000000 0000000000000000 1'
is 'K05 no descriptor but its own' \
	"$(for fd in "/proc/$reader/fd"/*; do readlink "$fd"; done | sed 's/:.*//; s,/pts/.*,/pts,' | sort | paste -sd' ')" \
	'/dev/null /dev/null /dev/null /dev/pts socket'
is 'K04 no environment' "$(tr -d '\0' <"/proc/$reader/environ" | wc -c)" 0
kill -9 $waiter
for try in $(seq 100); do
	pgrep -x cardea-key >/dev/null || break
	sleep 0.02
done
unlike 'K05 it ends with its caller' "$(pgrep -x cardea-key)" . "$try"
exec 7<&-
sleep 0.2
key_touch one
ends 'and the key is free again' 'done'

FIDO_DEBUG=1 once assert one
is 'K04 FIDO_DEBUG makes nobody print' \
	"$said" 'cue="Touch your security key." status=0 end=done handle=0 flags=01 data=37 '
said=$(timeout 10 "$RIGDIR/tests/rig/once/touch_once" assert one 0<&- 2>&1)
like 'P07 with standard input closed' "$said" 'end=done'

# --- what a key may do -------------------------------------------------------------
# What libfido2 lets pass is for the judge of signatures to find.
for mode in deny foreigncred truncated cbor=empty cbor=cut cbor=more cbor=notmap \
	cbor=deep cbor=long cbor=junk cbor=type cbor=double; do
	key_mode one "$mode"
	once assert one timeout=1500
	if [ "$mode" = cbor=more ]; then
		like "a key in mode $mode" "$said" 'end='
	else
		unlike "a key in mode $mode gives no answer" "$said" 'end=done|^$'
	fi
	left "$mode"
done
for mode in badsig noup foreignrp trailing=4 flags=0x41; do
	key_mode one "$mode"
	ends "a key in mode $mode is heard, and left to the judge" 'done'
done
key_touch one
ends 'K09 a touch that is there in time' 'done'
key_mode one wait
ends 'K09 one that never comes ends at the limit' no-touch timeout=1000
like 'K09 the key stopped blinking' "$(key_log one | tail -2)" cancelled
ends 'K09 called off by whoever waited' cancelled timeout=8000 hangup=300
like 'K09 the key stopped blinking' "$(key_log one | tail -2)" cancelled
key_mode one endless
ends 'K09 a key that always asks for more time' no-touch timeout=1500
key_touch one
sleep 0.3
ends '  and then the next touch works' 'done'

wrong=''
for code in $(seq 1 127); do
	key_mode one "error=$(printf '0x%02x' "$code")"
	once assert one timeout=4000
	[[ $said == *end=done* || $said != *end=* ]] && wrong="$wrong $code:$said"
done
is 'K09 no error code of CTAP is an answer, and each ends' "$wrong" ''
key_touch one
for what in unplug hang; do
	wrong=''
	for n in $(seq 1 6); do
		key_mode one "$what=$n"
		once assert one timeout=1500
		[[ $said == *end=* && $said != *end=done* ]] ||
			[ "$n" -gt 4 ] || wrong="$wrong $n:$said"
		pgrep -x cardea-key >/dev/null && wrong="$wrong $n:left"
		key_unplug one
		sleep 0.05
		key_plug one
		key_touch one
	done
	is "K09 $what at each message ends in a no, and leaves nothing" "$wrong" ''
done
ends '  and then the next touch works' 'done'

# --- several keys -----------------------------------------------------------------
key_plug two
once make example.org two device="$(key_device two)"
key_forget one
once assert two
like 'B7 of two keys the second holds it' "$said" 'end=done handle=0'
unlike 'B7 the first was not asked for a touch' "$(key_log one)" touched
key_mode one wait
key_mode two wait
(key_waiting one && key_waiting two && key_touch two) &
once assert one two
wait $!
like 'B7 both hold one: the first touch wins' "$said" 'end=done handle=1'
like 'B7 the other stops blinking' "$(key_log one | tail -2)" cancelled
key_touch one
once assert two device="$(key_device one)"
like 'a key that does not hold it' "$said" 'end=not-held'
key_unplug one
key_unplug two
once assert one
like 'no key at all' "$said" 'end=no-key'
key_plug u2f --u2f-only
once make example.org u2f
like 'a U2F key makes one' "$said" 'end=done format=fido-u2f'
once assert u2f
like '  and answers' "$said" 'end=done handle=0 flags=01 data=37'
key_mode u2f wait
once assert u2f timeout=1500
like 'K09 a U2F key that nobody touches ends too' "$said" 'end=no-touch'
key_unplug u2f

# --- PIN and finger ------------------------------------------------------------------
key_plug pin --fido2-only
once make example.org pin uv=need
like 'B3 without a PIN set none can be had' "$said" 'end=no-uv'
with_pin '1234 1234' fido2-token -S "$(key_device pin)" >/dev/null
once make example.org pin uv=need pin=1234
like 'B3 with it, one is made' "$said" \
	'prompt="PIN of the security key \(8 tries left\): " .*end=done'
once assert pin uv=need pin=1234
like 'B3 PIN and touch' "$said" 'end=done handle=0 flags=05'
once assert pin uv=need
like 'B3 nobody to ask' "$said" 'end=no-pin'
once assert pin uv=need pin=1
like 'B3 what no PIN can be costs no try' "$said" 'end=no-pin'
once assert pin uv=prefer pin=1234
like 'B3 preferred, and given' "$said" 'end=done .*flags=05'
once assert pin uv=prefer
like 'B3 preferred, and not given' "$said" 'end=done .*flags=01'
once assert pin
like 'B3 not asked for' "$said" '^cue=.*end=done .*flags=01'
once assert pin uv=need pin=9999
like 'B3 a wrong PIN' "$said" 'end=wrong-pin'
once assert pin uv=need pin=1234
like 'B3 the tries left are told' "$said" 'PIN of the security key \(7 tries left\): '
like 'B3 and the right one' "$said" 'end=done'
for try in 1 2 3 4 5 6 7; do
	once assert pin uv=need pin=9999
	[ $((try % 3)) != 0 ] || { # it wants to be pulled out in between
		key_unplug pin
		key_plug pin --fido2-only
	}
done
once assert pin uv=need
like 'B3 the last try is never spent without saying so' "$said" \
	'prompt="This is the last try: a wrong PIN blocks the key'
once assert pin uv=need pin=9999
like 'B3 spent' "$said" 'end=(wrong-pin|pin-blocked)'
once assert pin uv=need pin=1234
like 'B3 now not even the right one' "$said" 'end=(pin-blocked|no-pin|no-uv)'
key_unplug pin

key_plug finger --finger
key_finger finger yes
once make example.org finger uv=need
once assert finger uv=need
like 'B3 a finger, and nothing is asked' "$said" \
	'^cue="Touch the sensor of your security key." .*end=done .*flags=05'
with_pin '1234 1234' fido2-token -S "$(key_device finger)" >/dev/null
key_finger finger blocked
once assert finger uv=need pin=1234
like 'B3 where the sensor has given up, the PIN in the same pass' "$said" \
	'^cue="Touch the sensor.*prompt="PIN of .*end=done .*flags=05'
for try in 1 2 3 4 5 6 7; do
	once assert finger uv=need pin=9999
	[ $((try % 3)) != 0 ] || { # it wants to be pulled out in between
		key_unplug finger
		key_plug finger --finger
		key_finger finger blocked
	}
done
once assert finger uv=need
like 'B3 nor is the last try of the PIN that stands in for a finger' "$said" \
	'prompt="This is the last try: a wrong PIN blocks the key'
key_unplug finger

# --- a helper in trouble ----------------------------------------------------------------
key_plug one
for kind in missing crashing silent babbling; do
	case $kind in
	missing) rm -f /root/helper ;;
	crashing) printf '#!/bin/sh\nkill -9 $$\n' >/root/helper ;;
	silent) printf '#!/bin/sh\nexec sleep 60\n' >/root/helper ;;
	babbling) printf '#!/bin/sh\nyes | head -c 9000 >&3; exec sleep 60\n' >/root/helper ;;
	esac
	chmod 0755 /root/helper 2>/dev/null
	once assert one helper=/root/helper device="$(key_device one)" timeout=1500
	unlike "V04 a $kind helper is no answer" "$said" 'end=done'
	unlike '  and is not waited for' "$rc" 124
	unlike '  nor left' "$(pgrep -fx 'sleep 60')" .
done
(
	ulimit -v 60000
	exec "$RIGDIR/tests/rig/once/touch_once" assert one >/root/out 2>&1
)
unlike 'with little memory: an answer or a no, no crash' $? '1[0-9][0-9]'
is 'the helper itself is root'\''s' "$(stat -c '%U %a' $helper)" 'root 755'
ends 'and at the end all is well' 'done'
finish
