#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea refresh: address lists, from text to what logins look up.  Whatever is
# wrong with one leaves what is in place as it was.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"

machine
store=/var/lib/cardea/lists
lists=/etc/cardea/lists
mkdir -p "$lists"
chmod 0755 "$lists"

# policy PATH...: zones by these lists, installed; sets $check
policy() {
	local path paths=''
	for path; do paths="$paths${paths:+, }\"$path\""; done
	if [ -n "$paths" ]; then
		echo "zones: { listed = { lists = [ $paths ]; lists_max_age = \"7d\"; }; };"
		echo 'rules = ( { name = "no"; when = { zone = "listed"; }; deny = "tests"; } );'
	else
		echo 'rules = ( { name = "no"; deny = "tests"; } );'
	fi >/etc/cardea/policy.conf
	chmod 0644 /etc/cardea/policy.conf
	printf '%s\n' 'store: { size_mb = 4; };' "${settings:-}" >/etc/cardea/cardea.conf
	chmod 0644 /etc/cardea/cardea.conf
	run check --install
	check=$err
	[ "$rc" = 0 ] || note "check: $err"
}
# list NAME: standard input, put in its place as one should
list() {
	cat >"$lists/.new"
	chmod 0644 "$lists/.new"
	mv "$lists/.new" "$lists/$1"
}
# id NAME: of the prepared form, as cardea-refresh(8) has it
id() {
	printf %s "$lists/$1" | sha256sum | cut -c1-16
}
# items FIELDS: of each address list
items() {
	json "[.address_lists[] | \"$1\"] | join(\",\")"
}
before() {
	held=$(cd "$store" && sha256sum ./* 2>/dev/null)
}
kept() {
	is "$1: what was in place is" "$(cd "$store" && sha256sum ./*)" "$held"
	is "$1: nothing is left behind" "$(find "$store" -name '.?*')" ''
}

# --- what is good -------------------------------------------------------------------

policy
run refresh --json
is 'a policy without lists prepares none' "$rc $(items '\(.source)')" '0 '
is 'and makes no folder' "$([ ! -e "$store" ] && echo none)" none

printf '192.0.2.0/24 # a\r\n192.0.2.128/25\r\n2001:db8::/32 until 2099-01-01\r\n' | list a.txt
printf '# expires: 2098-12-31\n198.51.100.1 - 198.51.100.9\n' | list b.txt
policy "$lists/a.txt" "$lists/b.txt"
like 'check --install tells of what was never prepared' "$check" \
	"$lists/a.txt: was never prepared: run cardea refresh"
is 'once for each' "$(grep -c 'never prepared' <<<"$check")" 2
run check
unlike 'check alone does not' "$err" 'never prepared'
run check --install --output "$scratch/elsewhere"
unlike 'nor for another place' "$err" 'never prepared'
run check --install --json
is 'as an object' "$(json '[.warnings[].file // "" | select(endswith(".txt"))] | join(",")')" "$lists/a.txt,$lists/b.txt"

run refresh --dry-run --json
is 'a dry run tells all' "$rc $(items '\(.outcome) \(.entries)')" '0 new 3,new 1'
is 'and writes nothing' "$(ls -A "$store")" ''
run refresh --json
ends 'two lists' 0
is 'entries are counted, ranges are what they come to' \
	"$(items '\(.source) \(.outcome) \(.entries) \(.ranges) \(.expires)')" \
	"$lists/a.txt new 3 2 null,$lists/b.txt new 1 1 2099-01-01T00:00:00Z"
is 'none failed' "$(json '"\(.fresh) \(.failed)"')" '2 0'
is 'they have their places' "$(ls "$store")" "$(printf '%s\n' "$(id a.txt)" "$(id b.txt)" | sort)"
is 'readable by all, writable by root' \
	"$(stat -c '%U %a' "$store" "$store"/* | sort | uniq -c | tr -s ' ')" \
	"$(printf ' 2 root 644\n 1 root 700')"
run check --install
unlike 'check has nothing to say now' "$err" "$lists"
run refresh
ends 'again' 0
like 'for people' "$out" "^$lists/a.txt: same, entries 3"
like 'with the end, if there is one' "$out" "b.txt: same, entries 1, until 2099-01-01T00:00:00Z"
run refresh --only "$lists/b.txt" --json
is 'one alone' "$(items '\(.source)')" "$lists/b.txt"
run refresh --only "$lists/c.txt"
ends 'one that the policy does not name' 2 'is called'
: >"$scratch/syslog"
printf '192.0.2.0/24\n' | list a.txt
run refresh --json
is 'what changed is prepared anew' "$(items '\(.outcome) \(.entries)')" 'new 1,same 1'
printf '192.0.2.0/24\n' | list a.txt
run refresh --json
is 'the same words, written again, are the same list' "$(items '\(.outcome)')" same,same
printf '# may be empty\n' | list a.txt
run refresh --json
is 'an empty one that says so' "$rc $(items '\(.outcome) \(.entries)')" '0 new 0,same 1'

# --- what is not ----------------------------------------------------------------------

printf '192.0.2.0/24\n' | list a.txt
run refresh
# refused NAME REASON: list a.txt, from standard input
refused() {
	before
	list a.txt
	: >"$scratch/syslog"
	run refresh --only "$lists/a.txt"
	ends "$1" 1 "$2"
	kept "$1"
	like "$1: the log has it" "$(cat "$scratch/syslog")" \
		"event=admin .*reason=.*refresh failed source[^ ]*$lists/a.txt"
}
refused 'C01 a name is not looked up' "a.txt:2: .*names are not looked up" <<<$'192.0.2.1\nlocalhost'
refused 'a prefix with bits behind it' "a.txt:1: the length does not fit" <<<'192.0.2.1/24'
refused 'a list that was cut' 'a.txt:1: .*may have been cut' < <(printf 192.0.2.1)
refused 'an empty list' 'a.txt: there is no entry' </dev/null
refused 'C10 a line too long' 'a.txt:2: .*longer than 1023' < <(
	echo '192.0.2.1'
	head -c 3000 /dev/zero | tr '\0' x
	echo
)
refused 'what is no text' 'a.txt:1: .*control character' <<<$'\x1f\x8b\x08'
run refresh --json
is 'the others are not kept from it' "$rc $(items '\(.outcome)')" '1 failed,same'
like 'as an object' "$(items '\(.reason)')" 'a.txt:1: .*,null'
is 'and counted' "$(json '"\(.fresh) \(.failed)"')" '1 1'

# unfit NAME REASON: the source is what it must not be
unfit() {
	before
	run refresh --only "$lists/a.txt"
	ends "$1" 1 "$2"
	kept "$1"
}
printf '192.0.2.0/24\n' | list a.txt
chmod 0666 "$lists/a.txt"
unfit 'a source that others may write' 'a.txt: has mode 0666'
chmod 0644 "$lists/a.txt"
chown alice "$lists/a.txt"
unfit "a source of somebody else's" 'a.txt: is owned by uid'
chown root "$lists/a.txt"
chmod 0777 "$lists"
unfit 'a source in a folder that others may write' 'a.txt: its directory'
chmod 0755 "$lists"
mv "$lists/a.txt" "$lists/kept"
unfit 'a source that is not there' 'a.txt: no such file'
ln -s kept "$lists/a.txt"
unfit 'a source that is a link' 'a.txt: is a symbolic link'
rm "$lists/a.txt"
mkfifo "$lists/a.txt"
unfit 'F06 a source that is a pipe' 'a.txt: is not a regular file'
rm "$lists/a.txt"
truncate -s 257M "$lists/a.txt"
unfit 'a source that is too large' 'a.txt:1: '
rm "$lists/a.txt"
mv "$lists/kept" "$lists/a.txt"
run refresh
ends 'once it is well again' 0

printf '# expires: 2020-01-01\n192.0.2.1\n' | list a.txt
run refresh --json
is 'one that has expired takes its place, and is no success' \
	"$rc $(items '\(.outcome) \(.reason)')" '1 stale has expired, by its own date,same null'

# --- what is in place -------------------------------------------------------------------

printf '192.0.2.0/24\n' | list a.txt
run refresh
good=$(sha256sum <"$store/$(id a.txt)")
printf x | dd of="$store/$(id a.txt)" bs=1 seek=170 conv=notrunc status=none
touch -d '2 hours ago' "$lists/a.txt"
run refresh --json
is 'what is damaged is made anew' "$rc $(items '\(.outcome) \(.entries)')" '0 same 1,same 1'
unlike 'and is well' "$(sha256sum <"$store/$(id a.txt)")" "^$good"
run check --install
unlike 'as check says' "$err" "$lists"
rm "$store/$(id b.txt)"
run refresh --json
is 'what is missing is made anew' "$(items '\(.outcome)')" same,new
echo x >"$store/notes"
echo x >"$store/0123456789abcdef"
policy "$lists/a.txt"
run refresh
is 'what the policy no longer names is taken away, and nothing else' \
	"$(ls "$store")" "$(printf '%s\n' 0123456789abcdef "$(id a.txt)" notes | sort)"

chmod 0777 "$store"
run refresh --json
is 'a folder that others may write is not used' "$rc $(items '\(.outcome) \(.reason)')" \
	"1 failed $store: is not root's own, or others may write to it"
chmod 0755 "$store"
exec 7<"$store"
flock 7
run refresh
ends 'two at once' 1 'another refresh is at work'
exec 7<&-
run refresh
ends 'and when it has ended' 0
# shellcheck disable=SC2034 # policy reads it
settings='lists: { path = "/var/lib/cardea/revocation"; };'
policy "$lists/a.txt"
run refresh
ends 'one folder for both kinds of lists serves' 0
is 'and holds both' "$(cd /var/lib/cardea/revocation && echo *)" "$(id a.txt) state"
finish
