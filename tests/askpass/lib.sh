# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# What the suites of cardea-askpass share: a scratch directory with a program
# named ssh in it, a runtime directory, and a program whose keys are FAKE_TOUCH.
set -u
if [ -z "${BASH_VERSION:-}" ]; then
	exec bash "$SRCDIR/tests/askpass/${0##*/}"
fi
. "$SRCDIR/tests/e2e/tap.sh"
export LC_ALL=C.UTF-8
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
askpass=$BUILDDIR/tests/askpass/cardea-askpass
remote=$BUILDDIR/tests/askpass/remote
mkdir -m 0700 "$scratch/run" "$scratch/bin"
cp "$BUILDDIR/tests/askpass/ssh" "$scratch/bin/ssh"
echo 'OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.19' >"$scratch/bin/version"
export XDG_RUNTIME_DIR=$scratch/run FAKE_TOUCH_LOG=$scratch/log
unset DISPLAY WAYLAND_DISPLAY SSH_ASKPASS_PROMPT CARDEA_ASKPASS_NEXT FAKE_TOUCH
prefix='(alice@bank.example) '
prompt=$("$remote" prompt; echo x)
prompt=${prompt%x}

# far PROMPT...: as ssh asks, with no terminal anywhere. Sets out, err, rc.
far() {
	local arguments=() text
	for text in "$@"; do
		arguments+=("$askpass" "$text")
	done
	: >"$scratch/log"
	setsid -w "$scratch/bin/ssh" "${arguments[@]}" >"$scratch/out" \
		2>"$scratch/err" </dev/null
	rc=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

# at_terminal PROGRAM...: the same with a terminal, whose other end does what
# the expect script on stdin says; what was seen goes to $scratch/seen.
at_terminal() {
	: >"$scratch/log"
	cat >"$scratch/script"
	cat >"$scratch/expect" <<-END
		log_user 1
		set timeout 10
		spawn -noecho {*}\$argv
		source $scratch/script
		expect eof
		catch wait result
		exit [lindex \$result 3]
	END
	expect "$scratch/expect" "$@" >"$scratch/seen" 2>&1 </dev/null
	rc=$?
	seen=$(tr -d '\r' <"$scratch/seen")
}
need_expect() {
	command -v expect >/dev/null && return
	echo '1..0 # SKIP expect is not on this machine'
	exit 0
}

# eventually COMMAND...: within five seconds
eventually() {
	for _ in {1..250}; do
		"$@" && return 0
		sleep 0.02
	done
	return 1
}

# says PART...: what the verifier reads of them
says() {
	"$remote" answer "$@" || echo 'no answer'
}
