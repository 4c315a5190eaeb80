# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# What the end-to-end suites share: a machine with Cardea on it, people, a
# clock that stands still, a syslog to read, and somebody who logs in.
#
# Every suite runs as root in a box of its own (tests/rig/box.sh) with
#   SRCDIR    the source tree
#   BUILDDIR  the build tree, whose folder stage/ is an installed Cardea
#   RIGDIR    the build tree whose rig programs to use (never sanitized)
#   RESULTS   where artefacts go
#   SANITIZED yes, if the build has the sanitizers
set -u
. "$SRCDIR/tests/e2e/tap.sh"

syslog=/tmp/syslog
prompts=/tmp/prompts
# A Monday at ten in the morning, UTC; the future, so that no clock of a
# build machine can be ahead of it.
monday=$(date -u -d '2030-03-11 10:00' +%s)
export ASK_PASSWORD='' ASK_CODE='' ASK_LOG=$prompts
export SSH_ASKPASS=/usr/local/bin/askpass SSH_ASKPASS_REQUIRE=force
export SUDO_ASKPASS=/usr/local/bin/askpass
export LC_ALL=C TZ=UTC0

on_failure() {
	echo "said: ${said:-}"
	echo "the log since then:"
	tail -n +$((log_from + 1)) "$syslog" | tail -15
}

# --- the machine ------------------------------------------------------------

# machine: installs what was built, with the shipped stacks, the tests' own
# settings, and the policy on standard input.
machine() {
	machine_parts
	settings
	rules
	quietly cardea init
	quietly cardea check --install
}

# machine_parts: all of that but Cardea's settings and state
machine_parts() {
	"$SRCDIR/tests/rig/install.sh" "$BUILDDIR/stage"
	install -m 0755 "$SRCDIR/tests/rig/askpass.sh" /usr/local/bin/askpass
	install -D -m 0755 "$RIGDIR/tests/rig/.libs/testclock.so" \
		/usr/lib/rig/testclock.so
	: >"$syslog"
	: >"$prompts"
	chmod 0666 "$prompts"
	log_from=0
	start_logd
	preload
	stand_at "$monday"

	local service
	for service in "$SRCDIR"/conf/pam.d/*; do
		install -m 0644 "$service" /etc/pam.d/
	done
	install -d -m 0755 /etc/cardea
}

# The tests' cardea.conf: no waiting after a refusal, a small store; a suite
# may put lines of its own into $settings.
settings() {
	printf '%s\n' 'fail_delay = "0s";' 'store: { size_mb = 8; };' \
		"${settings:-}" >/etc/cardea/cardea.conf
	chmod 0644 /etc/cardea/cardea.conf
}

# rules: writes standard input as the policy (not yet installed)
rules() {
	cat >/etc/cardea/policy.conf
	chmod 0644 /etc/cardea/policy.conf
}

# policy: standard input becomes the policy that is obeyed
policy() {
	rules
	quietly cardea check --install
}

# quietly COMMAND...: ends the suite if it fails
quietly() {
	local out
	out=$("$@" 2>&1) && return
	note "$* failed: $out"
	echo 'Bail out! the machine could not be prepared'
	exit 1
}

start_logd() {
	"$RIGDIR/tests/rig/logd" /dev/log "$syslog" &
	logd=$!
	until [ -S /dev/log ]; do sleep 0.02; done
}

# Programs of the box get the tests' clock, and the sanitizers' runtime where
# the modules need it.
preload() {
	local list='' lib
	if [ "${SANITIZED:-}" = yes ]; then
		cp "$RIGDIR/tests/rig/.libs/sanitizer.so" \
			/usr/lib/rig/libasan.so.first
		list=/usr/lib/rig/libasan.so.first
		# libasan looks for crypt() once, before pam_unix brings it.
		for lib in libasan.so libubsan.so libcrypt.so.1; do
			list="$list $(realpath "$(gcc -print-file-name=$lib)")"
		done
	fi
	echo "$list /usr/lib/rig/testclock.so" >/etc/ld.so.preload
}

# --- time -------------------------------------------------------------------

# stand_at SECONDS: the clock stands still there; later SECONDS: moves it on
stand_at() {
	moment=$1
	echo "@$moment" >/etc/testclock.new
	mv /etc/testclock.new /etc/testclock
}
later() {
	stand_at $((moment + $1))
}

# uptime_ms: a clock that no test stops
uptime_ms() {
	awk '{ print int($1 * 1000) }' /proc/uptime
}

# --- people -----------------------------------------------------------------

declare -A secret_of

# person NAME [PASSWORD]: with a password ("pw-NAME"), without a code
person() {
	id "$1" >/dev/null 2>&1 || useradd -m -s /bin/bash "$1"
	usermod -p "$(openssl passwd -6 -salt ab "${2:-pw-$1}")" "$1"
}

# enrolled NAME: a person with a one-time code
enrolled() {
	person "$1"
	secret_of[$1]=$(openssl rand -hex 20)
	enroll "$1" "${secret_of[$1]}"
}

# enroll NAME HEX: as an administrator brings in a key that exists already;
# its first code is spent by that
enroll() {
	local key
	key=$(oathtool --totp -v "$2" | sed -n 's/^Base32 secret: //p')
	later 30
	quietly cardea enroll totp "$1" --secret-stdin --code "$(code "$1")" \
		<<<"$key"
}

# code NAME: the code of this moment; code_of HEX: a key's.  A code is good once, so take it with
# fresh: half a minute later.
code() {
	code_of "${secret_of[$1]}"
}
code_of() {
	oathtool --totp --now "$(date -u -d "@$moment" '+%F %T UTC')" "$1"
}
fresh() {
	later 30
	ASK_PASSWORD=pw-$1
	ASK_CODE=$(code "$1")
}

# --- ssh --------------------------------------------------------------------

# sshd_up [LINE...]: Debian's sshd on port 22, with lines of sshd_config
sshd_up() {
	sshd_settings "$@"
	/usr/sbin/sshd -D &
	sshd=$!
	sshd_answers
}
sshd_settings() {
	ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/box_key <<<y >/dev/null
	printf '%s\n' "$@" >/etc/ssh/sshd_config
	cat >>/etc/ssh/sshd_config <<-'END'
		Port 22
		HostKey /etc/ssh/box_key
		PidFile none
		UsePAM yes
		UseDNS no
		LogLevel VERBOSE
		MaxStartups 1000
		PasswordAuthentication no
		KbdInteractiveAuthentication yes
		AuthenticationMethods keyboard-interactive:pam
		Subsystem sftp internal-sftp
	END
	echo "* $(cut -d' ' -f1,2 /etc/ssh/box_key.pub)" >/root/known_hosts
}
sshd_answers() {
	local try
	for try in $(seq 200); do
		# shellcheck disable=SC2188 # opening it is all
		(exec 3<>"/dev/tcp/${target:-127.0.0.1}/22") 2>/dev/null && return
		sleep 0.02
	done
	note "sshd does not answer after $try tries"
}
# await_end PID: one that is about to go still takes a caller
await_end() {
	local try
	for try in $(seq 1000); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.01
	done
	note "process $1 is still there after $try looks"
}
sshd_down() {
	kill "$sshd"
	wait "$sshd" 2>/dev/null
}

# knock USER [SSH-OPTION...]: one login; sets $said and $rc.  $target and
# $remote may be set before.
knock() {
	local user=$1
	shift
	mark
	: >"$prompts"
	said=$(timeout 60 ssh -F /dev/null -o ConnectTimeout=10 \
		-o UserKnownHostsFile=/root/known_hosts \
		-o NumberOfPasswordPrompts=1 \
		-o PreferredAuthentications="${methods:-keyboard-interactive}" \
		"$@" "$user@${target:-127.0.0.1}" \
		"${remote:-echo in as \$(id -un)}" </dev/null 2>&1)
	rc=$?
}

# lets_in NAME USER [OPTION...], keeps_out NAME USER [OPTION...]
lets_in() {
	local name=$1
	shift
	knock "$@"
	is "$name" "$rc ${said##*$'\n'}" "0 in as $1"
}
keeps_out() {
	local name=$1
	shift
	knock "$@"
	if [ "$rc" -ne 0 ] && [[ $said != *'in as'* ]]; then
		pass "$name"
	else
		fail "$name" "rc $rc, said '$said'"
	fi
}

# still_works NAME: the next good login works
still_works() {
	fresh "$1"
	lets_in "  and then $1's next good login works" "$1"
}

# --- sudo and su ------------------------------------------------------------

# as USER COMMAND...: with nothing of root's environment; sets $said and $rc.
# Standard input is the caller's.  $enter leads to another machine.
as() {
	local user=$1
	shift
	mark
	# shellcheck disable=SC2086 # a list of words
	said=$(timeout "${limit:-60}" ${enter:-} setpriv --reuid "$user" --regid "$user" \
		--init-groups env -i PATH="$PATH" HOME="/home/$user" LC_ALL=C \
		SUDO_ASKPASS="$SUDO_ASKPASS" ASK_LOG="$ASK_LOG" \
		ASK_PASSWORD="$ASK_PASSWORD" ASK_CODE="$ASK_CODE" \
		"$@" 2>&1)
	rc=$?
}

# --- the log ----------------------------------------------------------------

mark() {
	log_from=$(wc -l <"$syslog")
}

# new_log: what was logged since the mark
new_log() {
	tail -n +$((log_from + 1)) "$syslog"
}

# logged NAME PERL-REGEX [COUNT]: so many lines since the mark match (1; + for at
# least one).  A datagram may still be on its way: wait for it.
logged() {
	local want=${3:-1} found i
	for i in $(seq 50); do
		found=$(new_log | grep -Pc -- "$2")
		[ "$found" = 0 ] || break
		[ "$want" != 0 ] || break
		sleep 0.02
	done
	if [ "$want" = + ] && [ "$found" -gt 0 ]; then
		pass "$1"
	else
		is "$1" "$found" "$want"
	fi
	: "$i"
}

# decided NAME FIELDS...: exactly one decision since the mark has all these
# fields, in the order of the log
decided() {
	local name=$1 regex='cardea.*event=decision' field
	shift
	for field in "$@"; do
		regex="$regex.* $field(?= |\$)"
	done
	logged "$name" "$regex"
}

# prompted: the questions of the last login, one line
prompted() {
	sed 's/^([^)]*) //' "$prompts" | paste -sd'|'
}
