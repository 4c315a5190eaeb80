#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The table of commands against the manual, the completion and itself.
. "${SRCDIR:?}/tests/cli/lib.sh"

run help --json
table=$out
ends 'help --json succeeds' 0
names=$(printf '%s' "$table" | jq -r '.commands[].name')
unlike 'the table has commands' "$names" '^$'

# the manual as text, without its markup
manual=$(sed -e 's/^\.[A-Za-z]* //' -e 's/"//g' "$SRCDIR/man/cardea.8")
. "$SRCDIR/cli/cardea.bash"

# page_of NAME: a group of commands may have a manual of its own
page_of() {
	local page
	for page in "$SRCDIR/man/cardea-${1%% *}".8 \
		"$SRCDIR/man/cardea-${1%% *}"-*.8 "$SRCDIR/man/cardea.8"; do
		grep -qsE "(Cm|Nm cardea) $1" "$page" && break
	done
	echo "$page"
}
# shellcheck disable=SC2086 # a name is one word or more
while read -r name; do
	options=$(printf '%s' "$table" |
		jq -r --arg n "$name" '.commands[] | select(.name == $n) | .options[].name')
	page=$(page_of "$name")
	like "${page##*/} has $name" "$(grep -E "^\.(It|It Xo) .*Cm (.*\| )?$name|^\.It Cm $name|^\.(Nm|Ss) cardea $name" "$page" | head -1)" .
	help=$(cardea help $name)
	for option in $options; do
		like "${page##*/} has --$option of $name" "$(grep -oE "Fl -$option\b" "$page" | head -1)" .
		like "help $name tells --$option" "$help" "  --$option\b"
	done
	is "completion offers the options of $name and no others" \
		"$(_cardea_options "$name" | tr ' ' '\n' | sort | paste -sd' ')" \
		"$(printf '%s\n' "$options" json help | sed -n 's/./--&/p' | sort | paste -sd' ')"
	for option in $options; do
		_cardea_values "--$option" '' >/dev/null || {
			value=$(printf '%s' "$table" | jq -r --arg o "$option" \
				'[.commands[].options[] | select(.name == $o) | .value // ""] | first')
			is "completion knows that --$option takes a value" "$value" ''
		}
	done
	run $name --help
	ends "$name --help succeeds" 0
	like "$name --help begins with usage" "$out" "^usage: cardea $name"
	run $name --no-such-option
	ends "$name refuses an unknown option" 2 'unknown option'
	is "$name says so in one line" "$(printf '%s\n' "$err" | wc -l)" 1
	run $name --json --no-such-option
	is "$name tells it in JSON too" \
		"$(json '.error.reason | test("unknown option")')" true
	run $name --json=x
	ends "$name refuses a value where none belongs" 2 'takes no value'
done <<<"$names"

# and the other way round: nothing in the manual that the command does not know
known=$(printf '%s' "$table" | jq -r '[.commands[].options[].name, .common[].name] | unique | .[]')
while read -r option; do
	[ "$option" = - ] ||
		like "--$option of the manual exists" "$known" "^$option\$"
done < <(grep -ohE 'Fl -[a-z0-9-]+' "$SRCDIR/man/cardea.8" "$SRCDIR"/man/cardea-device*.8 | cut -c5- | sort -u)
like 'the manual has a text' "$manual" 'EXIT STATUS'

COMP_WORDS=(cardea enr) COMP_CWORD=1
_cardea
is 'completion ends a verb' "${COMPREPLY[*]}" enroll
COMP_WORDS=(cardea enroll '') COMP_CWORD=2
_cardea
is 'completion offers the kinds' "${COMPREPLY[*]}" 'totp hotp recovery fido2 sshkey'
COMP_WORDS=(cardea enroll totp --algorithm SHA2) COMP_CWORD=4
_cardea
is 'completion ends a value' "${COMPREPLY[*]}" SHA256
COMP_WORDS=(cardea device posture im) COMP_CWORD=3
_cardea
is 'completion ends the third word of a command' "${COMPREPLY[*]}" import
COMP_WORDS=(cardea device list --state l) COMP_CWORD=4
_cardea
is 'and the states of devices' "${COMPREPLY[*]}" 'locked lost'
COMP_WORDS=(cardea enroll fido2 --algorithm ed) COMP_CWORD=4
_cardea
is 'and one that another command has too' "${COMPREPLY[*]}" eddsa

run
ends 'no command is refused' 2 'no command given'
run frobnicate
ends 'an unknown command is refused' 2 'unknown command: frobnicate'
run enroll
ends 'half a command is refused' 2 'one of these is wanted'
like 'and what it could be is listed' "$err" 'enroll recovery'
run version extra
ends 'one word too many is refused' 2 'one word too many'
run lock
ends 'one word too few is refused' 2 'wants USER'
run log --since 0 --since 1
ends 'an option given twice is refused' 2 'given twice'
run log --since
ends 'an option without its value is refused' 2 'wants a value'
run help frobnicate
ends 'help of an unknown command is refused' 2 'unknown command'
run $'\e[31mx\a'
unlike 'I14 control characters come back escaped' "$err" $'\e'
run --version
like '--version works' "$out" '^cardea [0-9]'
run version --json
is 'version as JSON' "$(json .version)" "$(cardea version | cut -d' ' -f2)"
cardea version >/dev/full 2>"$scratch/err"
is 'a full disk behind standard output is trouble' $? 3

# P07: with standard descriptors closed nothing lands on them
cardea version <&- >/dev/null 2>&-
is 'P07 closed descriptors do no harm' $? 0

if [ "$(id -u)" = 0 ]; then
	for verb in init 'list' 'lock nobody' 'unlock nobody' 'remove nobody --all' \
		'disable nobody x' 'enable nobody x' \
		'grant nobody' grants 'approve x' 'revoke x' \
		'enroll totp nobody' 'enroll recovery nobody' 'enroll fido2 nobody' \
		'device list' 'device add x' 'device remove x --yes' \
		'device posture import x' 'enroll sshkey nobody' 'import pam-u2f x' 'import u2f-host x'; do
		# shellcheck disable=SC2086
		err=$(setpriv --reuid 65534 --clear-groups cardea $verb 2>&1)
		rc=$?
		ends "${verb%% *} is for root only" 3 'needs root'
	done
fi
finish
