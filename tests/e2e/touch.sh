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
like 'a credential is made' "$said" '^cue="Touch your security key." .*end=done format=packed statement=[0-9]+ kept=1'
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

printf '#!/bin/sh\nFIDO_DEBUG=1 exec %s 2>/root/noise\n' $helper >/root/helper
chmod 0755 /root/helper
once assert one helper=/root/helper device="$(key_device one)"
is 'K04 nor in the environment of cardea-key itself' \
	"$said $(cat /root/noise)" \
	'cue="Touch your security key." status=0 end=done handle=0 flags=01 data=37  '
said=$(timeout 10 "$RIGDIR/tests/rig/once/touch_once" assert one 0<&- 2>&-)
like 'K05 nobody else'\''s descriptor is touched, with these closed' "$said" 'end=done'

# traced ARGUMENT...: what cardea-key does of what has to do with rights, one
# line for each of its processes: the list of keys comes first
traced() {
	rm -f /root/trace.*
	strace -ff -o /root/trace -e trace=execve,openat,setresuid,capset,write \
		"$RIGDIR/tests/rig/once/touch_once" assert one "$@" \
		>/dev/null 2>&1
	local file
	for file in $(grep -l "execve(\"$helper" /root/trace.* | sort -V); do
		sed -n -e 's/^capset.*effective=\([^,]*\),.*/\1/p' \
			-e 's/^setresuid(65534.* = 0$/nobody/p' \
			-e 's/^openat.*"\/dev\/key-.*/open/p' \
			-e 's/^write([0-9]*, "\\0\\377\\377\\377\\377.*/first/p' \
			"$file" | uniq | paste -sd' '
	done
}
is 'K05 keys are looked for without capabilities, and read by nobody' \
	"$(traced)" $'0 open\nopen nobody 0 first 0'
is 'K05 a reader is opened with one right, which is then given up' \
	"$(traced device=/sys/class/nfc/nfc0)" 'nobody 1<<CAP_NET_ADMIN 0'
chmod 0775 /root/helper
once assert one helper=/root/helper
like 'F02 a helper that others can write is not started' "$said" \
	'status=-8 .*mode'
rm -f /root/helper

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

key_mode one wait
"$RIGDIR/tests/rig/once/touch_once" assert one timeout=1500 >/root/out 2>&1 &
waiter=$!
key_waiting one
pkill -STOP -x cardea-key
wait $waiter
like 'K09 one whose reader is stopped ends at the limit' "$(cat /root/out)" no-touch
left 'K09 a stopped reader'
key_touch one
sleep 0.3
flock "$(readlink -f "$(key_device one)")" sleep 0.5 &
sleep 0.1
ends 'K09 another program has the key: it is waited for' 'done'
wait $!

wrong=''
for code in $(seq 1 127); do
	key_mode one "error=$(printf '0x%02x' "$code")"
	once assert one timeout=4000
	[[ $said == *end=done* || $said != *end=* ]] && wrong="$wrong $code:$said"
done
is 'K09 no error code of CTAP is an answer, and each ends' "$wrong" ''
is 'K09 a key cannot say that the person has gone' \
	"$(key_mode one error=0x2d && once assert one && echo "$said")" \
	'status=0 end=not-held '
key_mode one error=0x2d@2
ends 'K09 nor while it is touched' refused
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
once make example.org two device="$(key_device two)" exclude=one
like 'a key that does not hold the excluded one makes one' "$said" 'end=done'
once make example.org three device="$(key_device two)" exclude=two
like 'a key that does makes none' "$said" '^cue=.*end=exists'
printf 'example.org %02046d\n' 0 >long
once assert long one two
like 'K06 a handle that is not like its own does not spoil the others' "$said" \
	'end=done handle=[12]'
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
once make example.org u2f2 resident=yes
like 'a U2F key cannot remember one' "$said" 'end=refused'
once make example.org u2f2 exclude=u2f
like 'a U2F key makes no second one' "$said" 'end=exists'
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

# --- several keys with a PIN --------------------------------------------------------------
prompts_of() { grep -o 'prompt=' <<<"$said" | wc -l; }
key_plug three
key_plug four
for name in three four; do
	with_pin '1234 1234' fido2-token -S "$(key_device $name)" >/dev/null
	once make example.org $name device="$(key_device $name)" pin=1234
done
once assert three four uv=need pin=1234
like 'B3 of two keys one PIN is asked for, by name' "$said" \
	'^prompt="PIN of Cardea software key \(8 tries left\): " cue=.*end=done'
is '  and no other' "$(prompts_of)" 1
once assert three four uv=need
like 'B3 who types nothing is asked for the other one' "$said" 'end=no-pin'
is '  and for no third' "$(prompts_of)" 2
once assert three four uv=need pin=9999
like 'B3 a wrong PIN is not typed into the other key as well' "$said" 'end=wrong-pin'
is '  of which nobody asked' "$(prompts_of)" 1
once assert four uv=need pin=1234
like 'B3 the key that holds nothing is not asked about' "$said" 'end=done'
is '  although it was found first' "$(prompts_of)" 1
key_unplug three
key_mode four error=0x2e@1
once assert four uv=need pin=1234
like 'B3 what hides until the user is verified is found by PIN' "$said" \
	'prompt=.*end=done .*flags=05'
key_mode four error=0x2e@1
once assert four
like '  and not where nobody is to be verified' "$said" '^status=0 end=not-held'
key_mode four error=0x36@2
once assert four pin=1234
like 'B3 a key that always wants its PIN gets it' "$said" 'prompt=.*end=done .*flags=05'
key_mode four error=0x36
once assert four uv=need pin=1234
like 'B3 and one that never has enough' "$said" 'end=(no-pin|failed)'
is '  asks once' "$(prompts_of)" 1
key_unplug four

key_plug finger --finger
key_finger finger yes
once make example.org finger uv=need
once assert finger uv=need
like 'B3 a finger, and nothing is asked' "$said" \
	'^cue="Touch the sensor of your security key." .*end=done .*flags=05'
key_finger finger no
once assert finger uv=need
like 'B3 another finger, and there is nothing else' "$said" 'end=refused'
with_pin '1234 1234' fido2-token -S "$(key_device finger)" >/dev/null
once assert finger uv=need pin=1234
like 'B3 where the sensor knows no finger, the PIN in the same pass' "$said" \
	'^cue="Touch the sensor.*prompt="PIN of .*cue="Touch your security key." .*end=done .*flags=05'
key_unplug finger
# the second byte of that file: tests/rig/key/pin.h
printf '\001' | dd of="$(key_state finger)/pin" bs=1 seek=1 conv=notrunc status=none
rm -f "$(key_state finger)/finger-tries"
key_plug finger --finger
once assert finger uv=need
like 'B3 and the last try is told there as well' "$said" \
	'^cue="Touch the sensor.*prompt="This is the last try: .*end=no-pin'
once assert finger uv=need pin=1234
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

# CTAP 2.1: the finger unlocks a token, and another one is another try
again='cue="The sensor did not know this finger. Touch it again."'
key_plug token --finger --tokens
once make example.org token uv=need
key_finger token no
once assert token uv=need
like 'B3 another finger, and another, and then there is nothing else' "$said" \
	"^cue=\"Touch the sensor[^=]*\" $again status=0 end=pin-blocked"
rm -f "$(key_state token)/finger-tries"
with_pin '1234 1234' fido2-token -S "$(key_device token)" >/dev/null
once assert token uv=need pin=1234
like 'B3 and where there is a PIN, the PIN' "$said" \
	"$again prompt=\"PIN of .*cue=\"Touch your security key.\" .*end=done .*flags=05"
key_finger token yes
once assert token uv=need
like 'B3 which the sensor needs no more' "$said" '^cue="Touch the sensor[^=]* status=0 end=done'
key_unplug token

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
