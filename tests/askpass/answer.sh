#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A challenge, as ssh brings it to cardea-askpass.
. "$SRCDIR/tests/askpass/lib.sh"
need_expect

# --- what is answered --------------------------------------------------------

far "$prefix$prompt"
is 'a challenge is answered' "$rc" 0
is 'by a proof for whom and where the client said' "$(says "$out")" \
	'no=0
handle=1
user=alice
host=bank.example
auth_data_len=37'
is 'in one line of at most 500 characters' \
	"$(($(wc -l <"$scratch/out") == 1 && ${#out} <= 500))" 1
like 'without a terminal the question stands on stderr' "$err" \
	'^Sign in to bank.example as alice\? Touch your security key.$'
is 'K09 the keys are read by the program beside this one' \
	"$(sed -n 's/^helper=//p' "$scratch/log" | xargs basename)" cardea-key
is 'all handles are tried, by the rule for PIN of the server' \
	"$(grep -E '^(handles|uv)=' "$scratch/log")" 'handles=2
uv=1'

far "(Alice@BANK.example) $prompt"
is 'the host goes back in lower case, the user as it is' \
	"$(says "$out" | grep -E '^(user|host)')" 'user=Alice
host=bank.example'

far "${prefix}Downtime on Friday
$prompt"
is 'messages in front of the prompt do not matter' "$rc" 0

# --- why there is no proof ---------------------------------------------------

no() {
	FAKE_TOUCH=$1 far "$prefix$prompt"
	is "$1 is told to the server" "$(says "$out" | sed -n 's/^no=//p')" "$2"
	is "$1 is an answer" "$rc" 0
	like "$1 is told to the person" "$err" "cardea-askpass: .*$3"
}
no no-key 1 'no security key is plugged in'
no not-held 1 'enrolled there'
no refused 2 'refused'
no timeout 3 'nobody touched'
no no-uv 4 'the key has none'
no no-pin 2 'the PIN is needed'
no wrong-pin 2 'the PIN was wrong'
no blocked 4 'is blocked'
no failed 5 'the security key failed'
no broken 5 'cardea-key cannot be started'
FAKE_TOUCH=pin far "$prefix$prompt"
is 'nobody to ask for a PIN is told to the server' \
	"$(says "$out" | sed -n 's/^no=//p')" 2

# --- what is not answered ----------------------------------------------------

silent() {
	is "$1: nothing is said" "$rc:$out" '1:'
	like "$1: and why" "$err" "^cardea-askpass: $2"
	is "$1: no key was asked" "$(cat "$scratch/log")" ''
}
far "(alice@evil) (alice@bank.example) $prompt"
silent 'a second prefix' 'this prompt: .*second'
far "(alice@bank.example) x@evil) $prompt"
silent 'a user name that ends the prefix' 'this prompt: .*second'
far "$prompt"
silent 'no prefix' 'this prompt: '
far "$prefix${prompt}x"
silent 'a prompt with more behind it' 'this prompt: '

for version in 'OpenSSH_8.4p1 Debian' 'OpenSSH_7.9p1' 'Dropbear v2022.83' '' \
	'OpenSSH_for_Windows_9.5p1'; do
	echo "$version" >"$scratch/bin/version"
	far "$prefix$prompt"
	silent "ssh is '$version'" 'this ssh does not say whom it is connected to'
done
echo hang >"$scratch/bin/version"
start=$SECONDS
far "$prefix$prompt"
silent 'ssh never tells its version' 'this ssh does not say'
is 'and that takes no longer than it must' "$((SECONDS - start < 6))" 1
is 'and leaves no process' \
	"$(readlink /proc/[0-9]*/exe | grep -cxF "$scratch/bin/ssh")" 0

for version in OpenSSH_8.5p1 'OpenSSH_9.7, LibreSSL 3.9' OpenSSH_10.0p2; do
	echo "$version" >"$scratch/bin/version"
	far "$prefix$prompt"
	is "ssh is '$version': an answer" "$rc" 0
done

cp "$scratch/bin/ssh" "$scratch/bin/sshd"
setsid -w "$scratch/bin/sshd" "$askpass" "$prefix$prompt" >"$scratch/out" \
	2>"$scratch/err" </dev/null
is 'a program of another name is not ssh' \
	"$?:$(cat "$scratch/out"):$(cat "$scratch/err")" \
	'1::cardea-askpass: this was not started by ssh'

cat >"$scratch/wrapper" <<END
#!/bin/sh
"$askpass" "\$1"
exit \$?
END
chmod +x "$scratch/wrapper"
setsid -w "$scratch/bin/ssh" "$scratch/wrapper" "$prefix$prompt" \
	>"$scratch/out" 2>"$scratch/err" </dev/null
is 'a script may stand between ssh and us' "$?" 0

# --- at a terminal -----------------------------------------------------------

at_terminal "$scratch/bin/ssh" "$askpass" "$prefix$prompt" <<'END'
END
like 'the question stands on the terminal' "$seen" \
	'^Sign in to bank.example as alice\? Touch your security key.$'
is 'and the answer comes all the same' "$rc" 0

FAKE_TOUCH=pin at_terminal "$scratch/bin/ssh" "$askpass" "$prefix$prompt" <<'END'
expect "PIN of the security key: "
send "12345678\r"
END
like 'before a PIN is asked it is said for what' "$seen" \
	'^Sign in to bank.example as alice\? PIN of the security key: $'
like 'and not said again' "$seen" '^Touch your security key.$'
is 'the PIN is asked at the terminal' \
	"$(sed -n 's/^pin=//p' "$scratch/log")" 12345678
unlike 'and it is not shown' "$seen" 12345678
is 'and the key is satisfied' "$rc" 0

FAKE_TOUCH=pin at_terminal "$scratch/bin/ssh" "$askpass" "$prefix$prompt" <<END
expect "PIN of the security key: "
send "$(printf '9%.0s' {1..64})\r"
END
is 'a PIN longer than any key takes is none' \
	"$(sed -n 's/^pin=//p' "$scratch/log")" '(none)'

cat >"$scratch/seethrough" <<END
#!/bin/sh
trap : INT
"$scratch/bin/ssh" "$askpass" "$prefix$prompt"
for try in \$(seq 100); do # we end after ssh, which the signal killed
	! stty -a | grep -q -- ' echo ' || break
	sleep 0.02
done
stty -a | grep -o -- '-\?echo\>'
END
chmod +x "$scratch/seethrough"
FAKE_TOUCH=pin at_terminal "$scratch/seethrough" <<'END'
expect "PIN of the security key: "
send "\003"
END
like 'after Ctrl-C in the middle of the PIN the echo is back' "$seen" '^echo$'
is 'and no PIN was taken' "$(sed -n 's/^pin=//p' "$scratch/log")" '(none)'

# The shell has the terminal back before we have come to our senses.
cat >"$scratch/shell" <<END
#!/bin/sh
set -m
trap : INT
"$scratch/bin/ssh" "$askpass" "$prefix$prompt"
[ "\$1" = stopped ] || pkill -CONT -f "^$askpass "
for try in \$(seq 100); do
	pgrep -f "^$askpass " >/dev/null || break
	sleep 0.02
done
stty -a | grep -o -- '-\?echo\>'
END
chmod +x "$scratch/shell"
FAKE_TOUCH=pin at_terminal "$scratch/shell" killed <<END
expect "PIN of the security key: "
exec pkill -STOP -f "^$askpass "
send "\003"
END
like 'however slow we are after Ctrl-C, the echo is back' "$seen" '^echo$'
FAKE_TOUCH=pin at_terminal "$scratch/shell" stopped <<'END'
expect "PIN of the security key: "
send "\032"
END
like 'after Ctrl-Z in the middle of the PIN the echo is back' "$seen" '^echo$'

# --- being called off --------------------------------------------------------

waits() {
	grep -q '^waits' "$scratch/log"
}
called_off() {
	grep -q '^called-off' "$scratch/log"
}
: >"$scratch/log"
FAKE_TOUCH='wait' setsid "$scratch/bin/ssh" "$askpass" "$prefix$prompt" \
	>"$scratch/out" 2>&1 </dev/null &
ssh=$!
eventually waits || note 'it never waited'
for child in $(pgrep -P "$ssh") $(pgrep -f "^$askpass "); do
	asking=$child
done
kill -KILL "$ssh"
wait "$ssh" 2>/dev/null
is 'K09 when ssh is killed the touch is called off' \
	"$(eventually called_off && echo yes)" yes
is 'and the process ends' \
	"$(eventually eval '! kill -0 "$asking" 2>/dev/null' && echo yes)" yes

for signal in INT TERM HUP QUIT TSTP; do
	: >"$scratch/log"
	FAKE_TOUCH='wait' setsid "$scratch/bin/ssh" "$askpass" \
		"$prefix$prompt" >"$scratch/out" 2>&1 </dev/null &
	ssh=$!
	eventually waits || note 'it never waited'
	pkill "-$signal" -P "$ssh"
	wait "$ssh"
	is "SIG$signal: no answer" "$?" 1
	is "SIG$signal: the touch is called off" \
		"$(called_off && echo yes)" yes
	unlike "SIG$signal: and nothing is said" "$(cat "$scratch/out")" \
		cardea-key1
done
finish
