#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# F08: installing and enrolling, cut by kill -9 at every system call that opens
# or changes a file.  What was there before is there, or all of the new; the
# next try works.  A half-written file can stay behind under a name of its own,
# which no later one picks and nobody reads.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
if ! strace -o /dev/null true 2>/dev/null; then
	echo '1..0 # SKIP nothing can be traced here'
	exit 0
fi
machine
state=/var/lib/cardea
program=$BUILDDIR/cli/.libs/cardea
calls='openat|write|pwrite64|pwritev|fsync|fdatasync|msync|ftruncate|fallocate'
calls="$calls|fchmod|fchown|rename|renameat|renameat2|unlink|unlinkat|flock|fcntl"

# points TRACE: "CALL N" for each of them, as strace counts; not while the
# program is still being loaded
points() {
	grep -E "^($calls)\(" "$1" |
		awk -F'(' '{ ++n[$1] } !/\.so/ { print $1, n[$1] }'
}
# cut POINT ARGUMENT...: the command, killed there; standard input as given
cut() {
	local call=${1% *} nth=${1#* }
	shift
	{
		strace -qqq -o /dev/null \
			-e "inject=$call:signal=KILL:when=$nth" "$program" "$@"
	} >/dev/null 2>&1
}
digest() {
	cardea explain --user root --service sudo --json 2>/dev/null |
		jq -r .policy
}
# look_for_remains POINT: files that were not there before
look_for_remains() {
	local file
	for file in $(find $state /etc/cardea | sort | comm -13 "$scratch/files" -); do
		case $(stat -c '%a %U %n' "$file") in
		"600 root $state/.policy.prepared."????????????????) ;;
		*) left="$left $1:$file" ;;
		esac
		rm "$file"
	done
}
# settled NAME LEAST: what the loops found
settled() {
	is "F08 $1: old or new, never between" "$between" ''
	is "F08 $1: the next try works" "$stuck" ''
	is "F08 $1: what the dead leave behind is hidden and closed" "$left" ''
	if [ "$tried" -ge "$2" ]; then
		pass "F08 $1: cut at $tried points"
	else
		fail "F08 $1: cut at too few points" "$tried"
	fi
	between='' stuck='' left='' tried=0
}
between='' stuck='' left='' tried=0

# --- installing -------------------------------------------------------------

policy() {
	printf '%s\n' 'rules = (' \
		'{ when = { caller = "root"; }; require = "none"; reason = "root";' \
		'  name = "root"; },' \
		'{ name = "'"$1"'"; require = "totp"; } );' \
		>/etc/cardea/policy.conf
}
policy one
cardea check --install >/dev/null
old=$(digest)
find $state /etc/cardea | sort >"$scratch/files"
policy two
strace -o "$scratch/trace" "$program" check --install >/dev/null
new=$(digest)
unlike 'two policies differ' "$old" "$new"
while read -r point; do
	tried=$((tried + 1))
	policy one
	cardea check --install >/dev/null || stuck="$stuck $point"
	policy two
	cut "$point" check --install
	case $(digest) in
	"$old" | "$new") ;;
	*) between="$between $point" ;;
	esac
	cardea check --install >/dev/null || stuck="$stuck $point"
	[ "$(digest)" = "$new" ] || stuck="$stuck $point"
	look_for_remains "$point"
done < <(points "$scratch/trace")
settled 'check --install' 20

# --- enrolling --------------------------------------------------------------

secret=$(secret_of)
printf '%s\n' "$secret" >"$scratch/secret"
enroll=(enroll hotp alice --secret-stdin --name fob
	--code "$(oathtool -b --hotp "$secret")")
tokens() {
	cardea list alice --json | jq -r '.users[0].tokens | length'
}
strace -o "$scratch/trace" "$program" "${enroll[@]}" \
	<"$scratch/secret" >/dev/null
is 'a traced enrolment works' "$(tokens)" 1
find $state /etc/cardea | sort >"$scratch/files"
while read -r point; do
	tried=$((tried + 1))
	[ "$(tokens)" = 0 ] || cardea remove alice --all --yes >/dev/null
	cut "$point" "${enroll[@]}" <"$scratch/secret"
	case $(tokens) in
	1) ;;
	0) cardea "${enroll[@]}" <"$scratch/secret" >/dev/null ||
		stuck="$stuck $point" ;;
	*) between="$between $point" ;;
	esac
	[ "$(tokens)" = 1 ] || stuck="$stuck $point"
	look_for_remains "$point"
done < <(points "$scratch/trace")
settled 'enroll' 20
finish
