#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea-askpass --enroll: a ticket in, a registration out, after a yes.
. "$SRCDIR/tests/askpass/lib.sh"
need_expect

"$remote" ticket >"$scratch/ticket"
cat >"$scratch/enroll" <<END
#!/bin/sh
"$askpass" --enroll "\$@" >"$scratch/made"
echo "code \$?"
END
chmod +x "$scratch/enroll"

at_terminal "$scratch/enroll" "$scratch/ticket" <<'END'
expect "Go on? "
send "y\r"
END
like 'after a yes a credential is made' "$seen" '^code 0$'
is 'for this ticket' \
	"$("$remote" made "$(cat "$scratch/made")" | grep -v ^handle)" \
	'id=0123456789abcdef
rp_id=fleet.example
hash=right'
is 'in one line' "$(wc -l <"$scratch/made")" 1
like 'the person is told for whom' "$seen" '^ *to sign in as +alice$'
like 'and where' "$seen" '^ *at +bank.example$'
like 'and the relying party' "$seen" 'relying party fleet.example'
like 'and that the key keeps it' "$seen" 'kept in the key itself'
is 'by any key' "$(sed -n 's/^device=//p' "$scratch/log")" '(any)'

at_terminal "$scratch/enroll" --device /dev/hidraw9 "$scratch/ticket" <<'END'
expect "Go on? "
send "yes\r"
END
is 'or by the one that was named' \
	"$(sed -n 's/^device=//p' "$scratch/log")" /dev/hidraw9

at_terminal "$scratch/enroll" "$scratch/ticket" <<'END'
expect "Go on? "
send "\r"
END
like 'without a yes nothing is made' "$seen" '^code 1$'
is 'nothing printed' "$(cat "$scratch/made")" ''
is 'and no key asked' "$(cat "$scratch/log")" ''

at_terminal "$scratch/enroll" <<END
expect "press Enter:"
send "$(head -c 60 "$scratch/ticket")\r"
send "  $(tail -c +61 "$scratch/ticket")\r"
expect "Go on? "
send "y\r"
END
like 'a ticket may be pasted, broken into lines' "$seen" '^code 0$'

cat >"$scratch/piped" <<END
#!/bin/sh
fold -w 60 "$scratch/ticket" | "$scratch/enroll"
END
chmod +x "$scratch/piped"
at_terminal "$scratch/piped" <<'END'
expect "Go on? "
send "y\r"
END
like 'or come by a pipe; the person is asked at the terminal' "$seen" \
	'^code 0$'

FAKE_TOUCH=exists at_terminal "$scratch/enroll" "$scratch/ticket" <<'END'
expect "Go on? "
send "y\r"
END
like 'a key that has one already says so' "$seen" 'cardea-askpass: this key is enrolled there already'
like 'and that is a no' "$seen" '^code 1$'

# --- refused -----------------------------------------------------------------

head -c 100 "$scratch/ticket" >"$scratch/cut"
{
	cat "$scratch/ticket"
	echo AAAA
} >"$scratch/longer"
head -c 40000 /dev/zero | tr '\0' A >"$scratch/huge"
head -c 100 /dev/zero >"$scratch/zeros"
: >"$scratch/empty"
for bad in cut longer huge zeros empty; do
	setsid -w "$askpass" --enroll "$scratch/$bad" >"$scratch/out" \
		2>"$scratch/err" </dev/null
	is "K02 a ticket that is $bad" "$?:$(cat "$scratch/out")" 1:
	like 'the reason' "$(cat "$scratch/err")" \
		"^cardea-askpass: .*/$bad: is no ticket"
done
setsid -w "$askpass" --enroll "$scratch/nothing" >"$scratch/out" \
	2>"$scratch/err" </dev/null
is 'a file that is not there' "$?" 1
like 'the reason' "$(cat "$scratch/err")" 'cannot be opened: No such file'
setsid -w "$askpass" --enroll "$scratch/ticket" >"$scratch/out" \
	2>"$scratch/err" </dev/null
is 'without a terminal nobody can agree' "$?:$(cat "$scratch/out")" 1:
like 'the reason' "$(cat "$scratch/err")" 'no terminal to ask you'

# --- the rest of the command line --------------------------------------------

usage() {
	setsid -w "$askpass" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	is "usage: $*" "$?:$(cat "$scratch/out"):$(head -c 21 "$scratch/err")" \
		'2::usage: cardea-askpass'
}
usage
usage a b
usage --enroll --device
usage --enroll --devise x
usage --enroll a b
usage --enroll --device a b c
is 'the version' "$("$askpass" --version | cut -d' ' -f1)" cardea-askpass
like 'the help' "$("$askpass" --help)" '--enroll'
finish
