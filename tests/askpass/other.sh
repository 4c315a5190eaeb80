#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Prompts that are not ours, with and without another askpass and a terminal;
# and that askpass as our window.
. "$SRCDIR/tests/askpass/lib.sh"
need_expect

cat >"$scratch/next" <<'END'
#!/bin/sh
{
	echo "prompt=$1"
	echo "hint=${SSH_ASKPASS_PROMPT-unset}"
} >>"$FAKE_TOUCH_LOG"
case ${SSH_ASKPASS_PROMPT-}:$1 in
none:*)
	echo $$ >>"$FAKE_TOUCH_LOG.windows"
	exec sleep 600
	;;
*PIN*) echo "${FAKE_PIN-1234}" ;;
*) echo secret ;;
esac
exit "${FAKE_CODE-0}"
END
chmod +x "$scratch/next"
next=$scratch/next
logged() {
	sed -n "s/^$1=//p" "$scratch/log"
}

# --- handed on ---------------------------------------------------------------

export CARDEA_ASKPASS_NEXT=$next
far 'Password: '
is 'a password prompt goes to the next askpass' "$rc:$out" 0:secret
is 'as it is' "$(logged prompt)" 'Password: '
is 'and without a hint that was not there' "$(logged hint)" unset
FAKE_CODE=3 far "${prefix}Password: "
is 'its exit code is ours' "$rc" 3
SSH_ASKPASS_PROMPT=confirm far 'Allow use of key?'
is 'the hint of ssh stays' "$(logged hint)" confirm
far "$(printf 'a\033[2Jb\nc')"
is 'not a byte of the prompt changes' "$(logged prompt)" "$(printf 'a\033[2Jb')"

# --- as a window -------------------------------------------------------------

windows_ended() {
	local pid
	while read -r pid; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done <"$scratch/log.windows"
}
far_window() {
	rm -f "$scratch/log.windows"
	FAKE_TOUCH_AFTER=$scratch/log.windows far "$@"
}
far_window "$prefix$prompt"
is 'without a terminal the question is a window' "$rc:$(logged prompt)" \
	'0:Sign in to bank.example as alice? Touch your security key.'
is 'of which nothing is asked' "$(logged hint)" none
is 'and which goes when the key was touched' \
	"$(windows_ended && echo gone)" gone

far "(al	ice@bank.example) $prompt" # a tabulator is a control character
is 'a name with a control character is not shown to anybody' \
	"$rc:$(logged prompt)" 1:
far_window "$(printf '(alice@\342\200\256knab) ')$prompt"
is 'I14 a mark that turns the direction of writing is shown as what it is' \
	"$(logged prompt)" \
	'Sign in to \xe2\x80\xaeknab as alice? Touch your security key.'

FAKE_TOUCH=pin far "$prefix$prompt"
is 'the PIN is asked by a window' "$rc:$(logged pin)" 0:1234
is 'which says for what' "$(logged prompt | head -1)" \
	'Sign in to bank.example as alice? PIN of the security key: '
is 'as a question' "$(logged hint | head -1)" unset
is 'and no window is left' "$(eventually windows_ended && echo gone)" gone
FAKE_TOUCH=pin FAKE_CODE=1 far "$prefix$prompt"
is 'a PIN window that was closed is no PIN' "$(logged pin)" '(none)'
FAKE_TOUCH=pin FAKE_PIN='' far "$prefix$prompt"
is 'an empty PIN is none' "$(logged pin)" '(none)'
FAKE_TOUCH=pin FAKE_PIN=$(printf '9%.0s' {1..64}) far "$prefix$prompt"
is 'a PIN longer than any key takes is none' "$(logged pin)" '(none)'

rm -f "$scratch/log.windows"
: >"$scratch/log"
FAKE_TOUCH_AFTER=$scratch/log.windows FAKE_TOUCH='wait' \
	setsid "$scratch/bin/ssh" "$askpass" "$prefix$prompt" \
	>/dev/null 2>&1 </dev/null &
ssh=$!
eventually grep -q '^waits' "$scratch/log"
pkill -KILL -P "$ssh"
wait "$ssh"
is 'a window does not outlive us, however we end' \
	"$(eventually windows_ended && echo gone)" gone

# --- nobody to hand it on to -------------------------------------------------

for chosen in '' "$askpass" "$scratch/nothing" next; do
	CARDEA_ASKPASS_NEXT=$chosen far 'Password: '
	is "next askpass '${chosen##*/}', no terminal: no answer" "$rc:$out" 1:
	like 'and why' "$err" 'no other askpass, and no terminal'
done
unset CARDEA_ASKPASS_NEXT
far 'Password: '
is 'no display, no terminal: no answer' "$rc:$out" 1:

# --- at a terminal -----------------------------------------------------------

export CARDEA_ASKPASS_NEXT=
keep=$scratch/keep
cat >"$scratch/ask" <<END
#!/bin/sh
"$scratch/bin/ssh" "$askpass" "\$1" >"$keep"
echo "code \$?"
stty -a | grep -o -- '-\?echo\>'
END
chmod +x "$scratch/ask"

at_terminal "$scratch/ask" 'Password: ' <<'END'
expect "Password: "
send "correct horse\r"
END
is 'a password is asked at the terminal' "$(cat "$keep")" 'correct horse'
unlike 'and not shown' "$seen" horse
like 'and the echo is back' "$seen" '^echo$'

at_terminal "$scratch/ask" 'Password: ' <<'END'
expect "Password: "
send "\r"
END
is 'an empty answer is an answer' "$(wc -c <"$keep")$(tail -2 <<<"$seen" |
	head -1)" '1code 0'

at_terminal "$scratch/ask" 'Password: ' <<END
expect "Password: "
send "$(printf 'x%.0s' {1..1024})\r"
END
is 'more than ssh would read is refused, not cut' "$(wc -c <"$keep")" 0
like 'and that is a no' "$seen" '^code 1$'

at_terminal "$scratch/ask" "$(printf 'first\nsec\033[2Jond: ')" <<'END'
expect "ond: "
send "x\r"
END
like 'I14 what could move the terminal is shown as hex' "$seen" \
	'^sec\\x1b\[2Jond: '
like 'and lines stay lines' "$seen" '^first$'

SSH_ASKPASS_PROMPT=confirm at_terminal "$scratch/ask" 'Allow? ' <<'END'
expect "Allow? "
send "yes\r"
END
is 'a permission is given by "yes"' "$(cat "$keep")" yes
like 'and its exit code' "$seen" '^code 0$'
SSH_ASKPASS_PROMPT=confirm at_terminal "$scratch/ask" 'Allow? ' <<'END'
expect "Allow? "
send "\r"
END
like 'and by nothing else' "$seen" '^code 1$'
SSH_ASKPASS_PROMPT=none at_terminal "$scratch/ask" 'Touch the key' <<'END'
END
like 'a notice is shown' "$seen" '^Touch the key$'
like 'and over' "$seen" '^code 0$'

cat >"$scratch/background" <<END
#!/bin/bash
set -m
"$scratch/bin/ssh" "$askpass" 'Password: ' >"$keep" 2>"$keep.err" &
wait \$!
echo "code \$?"
END
chmod +x "$scratch/background"
at_terminal "$scratch/background" <<'END'
END
like 'in the background nobody is asked, and nothing stops' "$seen" '^code 1$'
finish
