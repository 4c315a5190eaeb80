#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Answers in several parts: kept between one prompt of ssh and the next.
. "$SRCDIR/tests/askpass/lib.sh"

more() {
	printf '%s[cardea-more1:%s] ' "$prefix" "$1"
}
export FAKE_TOUCH=done:1000
kept() {
	find "$scratch/run" -mindepth 1 | wc -l
}
parts() {
	mapfile -t parts <"$scratch/out"
}

far "$prefix$prompt" "$(more 2)" "$(more 3)" "$(more 4)"
parts
is 'an answer of four parts' "$rc:${#parts[@]}" 0:4
is 'is one answer' "$(says "${parts[@]}" | tail -1)" auth_data_len=1000
is 'each has at most 500 characters' \
	"$(awk 'length > 500' "$scratch/out" | wc -l)" 0
is 'and nothing is left' "$(kept)" 0

far "$prefix$prompt" "$(more 3)" "$(more 3)" "$(more 2)"
parts
is 'a part is given out once' "${#parts[@]}" 3
is 'and what was not asked for is still there' "$(kept)" 1
find "$scratch/run" -type f -exec touch -d '-3 minutes' {} +
far "$prefix$prompt"
is 'until the next answer removes what is older than two minutes' "$(kept)" 3
rm -f "$scratch"/run/*

far "$prefix$prompt" "$prefix$prompt" "$(more 2)" "$(more 3)" "$(more 4)"
parts
is 'of two challenges the parts are those of the later' \
	"$(says "${parts[@]:1}" | tail -1)" auth_data_len=1000

far "$prefix$prompt"
like 'files are named after ssh' "$(ls "$scratch/run")" \
	'^cardea-askpass-[0-9]+-[0-9]+-2$'
is 'and belong to their maker alone' \
	"$(stat -c '%a %u' "$scratch"/run/* | sort -u)" "600 $(id -u)"
rm -f "$scratch"/run/*
far "$(more 2)"
is 'a part that was never made is not there' "$rc:$out" 1:
like 'and why' "$err" 'no such part'
far "[cardea-more1:2] "
is 'nor is one that is asked without a prefix' "$rc:$out" 1:

# --- what others may have put there ------------------------------------------

# spoiled NAME COMMAND: between challenge and "more" something happens; a
# program in the place of askpass runs it in the directory, $part the file.
spoiled() {
	cat >"$scratch/spoil" <<-END
		#!/bin/sh
		cd "$scratch/run" || exit 9
		part=\$(echo cardea-askpass-*-2)
		$2
	END
	chmod +x "$scratch/spoil"
	setsid -w "$scratch/bin/ssh" "$askpass" "$prefix$prompt" \
		"$scratch/spoil" x "$askpass" "$(more 2)" >"$scratch/out" \
		2>"$scratch/err" </dev/null
	rc=$?
	out=$(cat "$scratch/out")
	is "$1: no part" "$rc:$(grep -c ^cardea-key1 <<<"$out")" 1:1
	rm -rf "$scratch/run"
	mkdir -m 0700 "$scratch/run"
}
echo 'cardea-key1:1/1:BQ' >"$scratch/foreign"
chmod 0600 "$scratch/foreign"
spoiled 'a symbolic link' \
	"mv \"\$part\" x; ln -s x \"\$part\""
spoiled 'a link to a file outside' \
	"ln -sf '$scratch/foreign' \"\$part\""
spoiled 'a second name of another file' \
	"ln -f '$scratch/foreign' \"\$part\""
spoiled 'a file that others may read' "chmod 0644 \"\$part\""
spoiled 'a file older than two minutes' \
	"touch -d '-3 minutes' \"\$part\""
spoiled 'a file of tomorrow' "touch -d tomorrow \"\$part\""
spoiled 'an empty file' ": >\"\$part\""
spoiled 'a file that is too long' "head -c 501 /dev/zero >>\"\$part\""
spoiled 'a fifo' "rm \"\$part\"; mkfifo -m 0600 \"\$part\""
spoiled 'a directory' "rm \"\$part\"; mkdir -m 0700 \"\$part\""
spoiled 'a directory that others can enter' 'chmod 0755 .'
if [ "$(id -u)" = 0 ]; then
	spoiled "somebody else's file" "chown 65534 \"\$part\""
	spoiled "somebody else's directory" 'chown 65534 .'
fi

# --- no directory ------------------------------------------------------------

refused() {
	far "$prefix$prompt"
	is "$1: told to the server as failed" "$(says "$out" | head -1)" no=5
	like "$1: and to the person" "$err" "$2"
}
chmod 0750 "$scratch/run"
refused 'a directory of a group' 'not a directory of yours alone'
chmod 0700 "$scratch/run"
ln -s run "$scratch/link"
XDG_RUNTIME_DIR=$scratch/link refused 'a link to a directory' \
	'cannot be opened'
XDG_RUNTIME_DIR=$scratch/nothing refused 'no directory' 'cannot be opened'
is 'and nothing was written' "$(kept)" 0
FAKE_TOUCH='done' XDG_RUNTIME_DIR=$scratch/nothing far "$prefix$prompt"
is 'one part needs no directory' "$rc:$(says "$out" | head -1)" 0:no=0
finish
