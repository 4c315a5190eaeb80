#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# P17: where rules of one service ask for different things, what a client is
# asked tells neither whether its password was right nor whether the name is
# somebody's: through the real sshd, keyboard-interactive, every prompt kept.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = (
  { name = "ops"; when = { service = "sshd"; group = "ops"; };
    require = "password + fido2(remote)"; },
  { name = "staff"; when = { service = "sshd"; group = "staff"; };
    require = "password + totp"; },
  { name = "both"; when = { service = "sshd"; group = "both"; };
    require = "password + fido2(remote) + totp"; },
  { name = "out"; when = { service = "sshd"; group = "out"; }; deny = "no"; },
  { name = "root-descends"; when = { caller = "root"; service = "su"; };
    require = "none"; reason = "tests"; }
);
END
for group in ops staff both out; do
	groupadd -f "$group"
	for number in 1 2; do
		person "$group$number" right
		usermod -a -G "$group" "$group$number"
	done
done
sshd_up

# prompts_of USER PASSWORD: the questions that a client sees, in their order
prompts_of() {
	: >"$ASK_LOG"
	ASK_PASSWORD=$2 ASK_CODE=000000 timeout 30 ssh -F /dev/null \
		-o UserKnownHostsFile=/root/known_hosts \
		-o NumberOfPasswordPrompts=1 \
		-o PreferredAuthentications=keyboard-interactive \
		-l "$1" 127.0.0.1 true </dev/null >/dev/null 2>&1
	grep -oE 'Password|One-time code|Security key' "$ASK_LOG" | tr '\n' ' '
}

is 'a code is asked of those whose rule wants one' \
	"$(prompts_of staff1 right)" 'Password One-time code '
is 'a key of those whose rule wants that' \
	"$(prompts_of ops1 right)" 'Password Security key '
is 'both of those whose rule wants both' \
	"$(prompts_of both1 right)" 'Password Security key One-time code '
for name in staff1 staff2 ops1 ops2 both1 both2 out1 out2; do
	right=$(prompts_of $name right)
	is "P17 $name is asked the same after a wrong password" \
		"$(prompts_of $name wrong)" "$right"
	like "P17 $name is asked like somebody whose rule is met" \
		"$right" '^Password (Security key |One-time code |Security key One-time code )$'
done

# Unknown names, each always the same, together like the people above: of forty
# names none is asked one of the three things once in a million runs.
kinds=''
for number in {1..40}; do
	asked=$(prompts_of "nobody$number" right)
	kinds+="$asked"$'\n'
	[ "$number" -gt 5 ] ||
		is "P17 the unknown nobody$number is always asked the same" \
			"$(prompts_of "nobody$number" wrong)" "$asked"
done
is 'P17 unknown names look like all kinds of people, and like nothing else' \
	"$(sort -u <<<"$kinds" | sed '/^$/d')" \
	'Password One-time code 
Password Security key 
Password Security key One-time code '
finish
