# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What a demonstration is told in; sourced by them.

bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
wrong=0
number=0
summary=()

# step TITLE: begins one; says WORDS: what happens in it
step() {
	title=$1
	number=$((number + 1))
	printf '\n%s%d. %s%s\n' "$bold" $number "$1" "$plain"
	mark
}
says() {
	printf '   %s\n' "$*"
}

# expect PERMITTED|REFUSED [REGEX...]: how the last login went, and what must be
# in the log; then shows the log.
expect() {
	local want=$1 got=REFUSED regex ok=yes
	shift
	[[ $said != *'in as'* ]] || got=PERMITTED
	[ "$got" = "$want" ] || ok="no: $got"
	for regex; do
		for _ in $(seq 50); do
			new_log | grep -Pq "$regex" && continue 2
			sleep 0.02
		done
		ok="no: nothing in the log like $regex"
	done
	says "${dim}it said: ${said##*$'\n'}$plain"
	show_log
	tell "$ok" "$want"
}
tell() {
	if [ "$1" = yes ]; then
		says "${green}as it should be: $2$plain"
		summary+=("${green}ok${plain}    $title")
	else
		says "${red}NOT as it should be ($1)$plain"
		summary+=("${red}WRONG${plain} $title")
		wrong=$((wrong + 1))
	fi
}

# The lines of ours since the step began, as an administrator reads them.
show_log() {
	new_log | grep 'cardea\[' |
		sed "s/^uid=[0-9]* pid=[0-9]* <[0-9]*>/$(date '+%b %e %T') ${here:-boxhost} /" |
		cardea log --color always | sed 's/^/   | /'
}

# in_short LOG...: what every step showed; ends with 1 if one was wrong
in_short() {
	printf '\n%sIn short%s\n' "$bold" "$plain"
	printf '   %s\n' "${summary[@]}"
	printf '   %d of %d steps as they should be.\n' $((number - wrong)) $number
	printf '   %d lines of Cardea in the log, one an event.\n' \
		"$(cat "$@" | grep -c 'cardea\[')"
	if [ $wrong != 0 ]; then
		printf '%s%d steps did not show what they should%s\n' \
			"$red" $wrong "$plain"
		exit 1
	fi
}
