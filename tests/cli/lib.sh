# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# What the suites of the command share.  A suite that says "box" before it
# reads this file runs as root in a throw-away copy of the machine
# (tests/rig/box.sh); the others touch nothing and need no root.
set -u
if [ "${suite_needs:-}" = box ] && [ "${CLI_BOX:-}" != yes ]; then
	if [ "$(id -u)" != 0 ]; then
		echo '1..0 # SKIP needs root for a copy of the machine'
		exit 0
	fi
	export CLI_BOX=yes
	BOX_BIND="$SRCDIR $BUILDDIR" exec "$SRCDIR/tests/rig/box.sh" \
		bash "$SRCDIR/tests/cli/${0##*/}"
elif [ -z "${BASH_VERSION:-}" ]; then
	exec bash "$SRCDIR/tests/cli/${0##*/}"
fi
. "$SRCDIR/tests/e2e/tap.sh"
export PATH="$BUILDDIR/cli/.libs:$PATH" LD_LIBRARY_PATH="$BUILDDIR/lib/.libs"
export LC_ALL=C.UTF-8 TZ=UTC0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# run ARGUMENT...: the command, with nothing on standard input.  Sets out, err
# and rc.
run() {
	cardea "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	rc=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

# feed TEXT ARGUMENT...: the same with a text on standard input
feed() {
	local text=$1
	shift
	printf '%s\n' "$text" >"$scratch/in"
	cardea "$@" >"$scratch/out" 2>"$scratch/err" <"$scratch/in"
	rc=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

# ends NAME CODE [ERROR-REGEX]: exit code, and exactly one line on stderr
ends() {
	is "$1" "$rc" "$2"
	[ $# -lt 3 ] || like "$1: the reason" "$err" "$3"
}

# lend FILE PATH: FILE stands at PATH, in this box alone: a folder below the
# build tree is the real one, and other suites look there at the same time
lend() {
	mkdir -p "${2%/*}"
	mount -t tmpfs -o mode=0755 box "${2%/*}"
	install -m 0755 "$1" "$2"
}

# lend_helpers FILE...: programs of ours beside the command, at the place that it
# looks for them at, which is another one in every build; sets libexec
lend_helpers() {
	libexec=$(grep -aoE '/[[:print:]]*/cardea-fetch' "$(command -v cardea)" | head -1)
	libexec=${libexec%/*}
	mkdir -p "$libexec"
	mount -t tmpfs -o mode=0755 box "$libexec"
	install -m 0755 "$@" "$libexec"
}

# json FILTER: of what was printed; empty if that is not one JSON value
json() {
	printf '%s' "$out" | jq -r "$1" 2>&1
}

# machine: Cardea set up, a log, two people
machine() {
	"$BUILDDIR/tests/rig/logd" /dev/log "$scratch/syslog" &
	for _ in {1..250}; do
		[ ! -S /dev/log ] || break
		sleep 0.02
	done
	useradd -m -s /bin/bash alice
	useradd -m -s /bin/bash bob
	cardea init --store-size 4 >/dev/null && return
	echo 'Bail out! the machine could not be set up'
	exit 1
}

secret_of() {
	head -c 20 /dev/urandom | base32 -w0
}
totp() {
	oathtool -b --totp "$1"
}
# steady: waits out the last seconds of a time step, so that a code made now is
# good for what follows at once
steady() {
	local left=$((30 - $(date +%s) % 30))
	[ "$left" -gt 3 ] || sleep "$left"
}
# settle: waits for all that runs in the background but the log
settle() {
	local pid
	for pid in $(jobs -p | tail -n +2); do
		wait "$pid"
	done 2>/dev/null
}
