#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Things go wrong around a login by sudo: a killed verifier or host, no log, a
# full disk, damaged and foreign files.  Every time: no, within ten seconds,
# with a line that says why; nothing is lost, and the next login works.
# The short form kills at every 7th system call of the verifier and every 35th
# of sudo; ./dev soak at each and at every 5th.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = ( { name = "admins"; when = { service = "sudo"; }; require = "password + totp"; } );
END
step=7
[ "${LONG:-no}" = no ] || step=1
verifier=/usr/libexec/cardea/cardea-verify
state=/var/lib/cardea
prepared=$(find $state -maxdepth 1 -type f -name 'policy*' | head -1)
enrolled alice
printf '%s\n' 'alice ALL=(ALL:ALL) ALL' 'Defaults passwd_tries=1,!lecture' \
	>/etc/sudoers.d/e2e
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
chmod 0440 /etc/sudoers.d/e2e

# attempt: alice's sudo with what is in ASK_CODE; sets $got
attempt() {
	local start=${EPOCHREALTIME/./}
	as alice sudo -A id -un </dev/null
	took_ms=$(((${EPOCHREALTIME/./} - start) / 1000))
	got=no
	[ "$rc ${said##*[[:space:]]}" != '0 root' ] || got=yes
}

works() {
	fresh alice
	attempt
	is "  and the next good login works" $got yes
}

# trouble NAME REGEX: a good code is refused in time, and the log says why
trouble() {
	fresh alice
	attempt
	is "$1: refused" $got no
	if [ "$took_ms" -lt 10000 ]; then
		pass "  within ten seconds"
	else
		fail "  within ten seconds" "$took_ms ms"
	fi
	[ -z "${2:-}" ] || logged "  and the log says why" "$2" +
}

fresh alice
attempt
is 'all is well to begin with' $got yes

# --- kill -9 ----------------------------------------------------------------
# One good login is traced, and each of its system calls is a point at which to
# kill: "NAME K" is the K-th call of that name, as strace counts them.
# points_of EVERY TRACE...: each trace is one process
points_of() {
	local every=$1 trace
	shift
	for trace; do
		sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' "$trace" |
			awk '{ print $1, ++n[$1] }'
	done | sort -u | sed -n "1~${every}p"
}

both='' broken='' slow='' left='' refused=0 tried=0
# killed FIRST POINT: an attempt was cut short and got FIRST; the same code is
# then used or still good, never both, and the next login works
killed() {
	tried=$((tried + 1))
	[ "$1" = yes ] || refused=$((refused + 1))
	attempt
	[ "$1$got" != yesyes ] || both="$both $2"
	fresh alice
	attempt
	[ $got = yes ] || broken="$broken $2"
}
# killed_all NAME LEAST
killed_all() {
	note "$1: $tried points, $refused refused"
	is "kill -9 of $1: no code is good twice" "$both" ''
	is "kill -9 of $1: the next login always works" "$broken" ''
	is "kill -9 of $1: answered within ten seconds" "$slow" ''
	is "kill -9 of $1: no verifier stays behind" "$left" ''
	if [ $refused -ge "$2" ]; then
		pass "kill -9 of $1: there were points enough"
	else
		fail "kill -9 of $1: there were points enough" "$refused"
	fi
	both='' broken='' slow='' left='' refused=0 tried=0
}

mv $verifier $verifier.real
verifier_is() {
	printf '#!/bin/sh\nexec %s %s.real\n' "$1" $verifier >$verifier
	chmod 0755 $verifier
}
verifier_is 'strace -o /tmp/verifier.trace.$$'
fresh alice
attempt
is 'a traced verifier works' $got yes
while read -r call nth; do
	verifier_is "strace -qqq -o /dev/null -e inject=$call:signal=KILL:when=$nth"
	fresh alice
	attempt
	[ "$took_ms" -lt 10000 ] || slow="$slow $call:$nth"
	first=$got
	verifier_is ''
	killed "$first" "$call:$nth"
done < <(points_of "$step" /tmp/verifier.trace.*)
mv $verifier.real $verifier
killed_all 'the verifier' 10

cd /home/alice || exit
traced_sudo() {
	HOME=/home/alice timeout 30 strace -qqq -u alice "$@" \
		sudo -A id -un </dev/null 2>/dev/null
}
fresh alice
is 'a traced sudo works' "$(traced_sudo -o /tmp/sudo.trace)" root
while read -r call nth; do
	fresh alice
	mark
	first=no
	[ "$(traced_sudo -o /dev/null \
		-e "inject=$call:signal=KILL:when=$nth")" != root ] || first=yes
	for _ in $(seq 150); do
		pgrep -x cardea-verify >/dev/null || break
		sleep 0.02
	done
	! pgrep -x cardea-verify >/dev/null || left="$left $call:$nth"
	killed $first "$call:$nth"
done < <(points_of $((step * 5)) /tmp/sudo.trace)
killed_all 'the host' 10
cd /

# --- the verifier is not what it should be ----------------------------------
mv $verifier $verifier.real
trouble 'no verifier' 'cardea'
printf '#!/bin/sh\nexec sleep 60\n' >$verifier
chmod 0755 $verifier
trouble 'a verifier that says nothing' 'cardea'
printf '#!/bin/sh\nhead -c 3000 /dev/urandom >&3\n' >$verifier
trouble 'a verifier that talks nonsense' 'cardea'
printf '#!/bin/sh\nexit 0\n' >$verifier
trouble 'a verifier that ends at once' 'cardea'
chmod 0644 $verifier
trouble 'a verifier that cannot be run' 'cardea'
mv $verifier.real $verifier
works

# --- the log ----------------------------------------------------------------
# Without sudo, whose own syslog(3) waits for ever: a stack of ours alone.
policy <<'END'
rules = (
  { name = "admins"; when = { service = "sudo"; }; require = "password + totp"; },
  { name = "bare"; when = { service = "bare"; }; require = "totp"; }
);
END
printf 'auth required pam_cardea_%s.so\n' context totp decide >/etc/pam.d/bare
bare() {
	local start=${EPOCHREALTIME/./}
	printf '%s\n' "$ASK_CODE" |
		timeout 60 pamtester bare alice authenticate >/dev/null 2>&1
	rc=$?
	took_ms=$(((${EPOCHREALTIME/./} - start) / 1000))
}
fresh alice
bare
is 'a bare stack works' $rc 0
mv /dev/log /dev/log.away
fresh alice
bare
is 'without /dev/log the verdict is the same: a good code' $rc 0
bare
unlike 'without /dev/log the verdict is the same: a spent code' $rc '^0$'
mv /dev/log.away /dev/log
kill -STOP "$logd"
for i in $(seq 30); do
	logger -t filler "$i" &
	fillers="${fillers:-} $!"
done
sleep 0.3
fresh alice
bare
is 'with a stuck /dev/log a good code is accepted' $rc 0
if [ $took_ms -lt 10000 ]; then
	pass 'within ten seconds'
else
	fail 'within ten seconds' "$took_ms ms"
fi
bare
unlike 'with a stuck /dev/log a spent code is not' $rc '^0$'
kill -CONT "$logd"
# shellcheck disable=SC2086 # pids
wait ${fillers:-}
works

# --- files ------------------------------------------------------------------
copy=$(mktemp -d)
cp -a $state "$copy/state"
restore() {
	rm -rf "${state:?}"
	cp -a "$copy/state" $state
	# The copy is older than what was spent since.
	later 86400
}

# foul FILE NAME: every way in which one file can be wrong
foul() {
	local file=$1 name=$2
	cp -a "$file" "$copy/kept"
	back() {
		rm -rf "$file"
		cp -a "$copy/kept" "$file"
	}
	rm "$file"
	trouble "F06 $name is missing" 'cardea'
	back
	chown alice "$file"
	trouble "$name belongs to somebody else" 'cardea'
	back
	chmod 0666 "$file"
	trouble "$name can be written by everybody" 'cardea'
	back
	mv "$file" "$file.real"
	ln -s "$file.real" "$file"
	trouble "F07 $name is a link" 'cardea'
	rm -f "$file" "$file.real"
	back
	rm "$file"
	mkfifo -m 0600 "$file"
	trouble "F06 $name is a FIFO" 'cardea'
	back
	rm "$file"
	mkdir -m 0700 "$file"
	trouble "F06 $name is a directory" 'cardea'
	back
	: >"$file"
	trouble "$name is empty" 'cardea'
	back
	head -c 40 /dev/urandom >"$file"
	trouble "$name is nonsense" 'cardea'
	back
	works
}
foul "$prepared" 'the prepared policy'
foul /etc/cardea/seal.key 'the sealing key'

database=$(find $state -type f -size +100k | head -1)
cp -a "$database" "$copy/kept"
chown alice "$database"
trouble 'the store belongs to somebody else' 'cardea'
chown root "$database"
size=$(stat -c %s "$database")
dd if=/dev/urandom of="$database" bs=4096 seek=2 count=200 conv=notrunc \
	2>/dev/null
trouble 'the store is overwritten' 'cardea'
cp -a "$copy/kept" "$database"
truncate -s 8192 "$database"
trouble 'the store is cut' 'cardea'
rm "$database"
trouble 'V06 the store is gone' 'cardea'
cp -a "$copy/kept" "$database"
is 'nothing is lost: the token is still there' \
	"$(cardea list alice 2>&1 | grep -c totp)" 1
works

# --- a broken source --------------------------------------------------------
echo 'rules = ( { name = "oops"; when = ' >>/etc/cardea/policy.conf
works
said=$(cardea check 2>&1)
like 'cardea check names the file and the line' "$said" \
	'policy\.conf:[0-9]+'
before=$(sha256sum "$prepared")
cardea check --install >/dev/null 2>&1
is 'V09 and a broken policy is not installed' "$(sha256sum "$prepared")" \
	"$before"

# --- a full disk ------------------------------------------------------------
rm -rf "$copy/full"
cp -a $state "$copy/full"
mount -t tmpfs -o size=$((size + 2097152)),mode=0700 full $state
cp -a "$copy/full/." $state/
dd if=/dev/zero of=$state/filler bs=4096 2>/dev/null
fresh alice
attempt
if [ $got = yes ]; then
	pass 'F12 on a full disk the preallocated store still spends a code'
	attempt
	is 'F12 and does not take it twice' $got no
else
	pass 'F12 on a full disk: refused'
	logged 'F12 and the log says why' 'cardea' +
fi
rm $state/filler
is 'F12 nothing is lost' "$(cardea list alice 2>&1 | grep -c totp)" 1
works
umount $state
finish
