#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# su and su -: password and code of the target; root descends unasked.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = (
  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
    require = "none"; reason = "tests"; },
  { name = "becoming"; when = { service = "su"; }; require = "password + totp"; }
);
END
enrolled alice
enrolled bob

fresh bob
as alice su bob -c 'id -un' < <(printf '%s\n' "$ASK_PASSWORD" "$ASK_CODE")
is 'su with the target'\''s password and code' "$rc ${said##*[[:space:]]}" '0 bob'
decided 'the decision is about the target' user=bob service=su phase=auth \
	rule=becoming decision=permit
as alice su bob -c 'id -un' < <(printf '%s\n' "$ASK_PASSWORD" "$ASK_CODE")
unlike 'R01 the same code again: no' "$rc ${said##*[[:space:]]}" '^0|bob$'

fresh bob
as alice su - bob -c 'id -un; pwd' < <(printf '%s\n' "$ASK_PASSWORD" "$ASK_CODE")
is 'su - likewise' "$rc ${said##*[[:space:]]}" '0 /home/bob'
decided 'service su-l is covered by the class su' user=bob service=su-l \
	phase=auth rule=becoming decision=permit

fresh bob
as alice su bob -c 'id -un' < <(printf '%s\n' "$ASK_PASSWORD" 000000)
unlike 'a wrong code: no' "$rc ${said##*[[:space:]]}" '^0|bob$'
decided 'and it is logged' user=bob service=su decision=deny
fresh bob
as alice su bob -c 'id -un' < <(printf '%s\n' wrong "$ASK_CODE")
unlike 'a wrong password: no' "$rc ${said##*[[:space:]]}" '^0|bob$'
as alice su bob -c 'id -un' < <(printf '%s\n' "$ASK_PASSWORD" "$ASK_CODE")
is 'which has not spent the code' "$rc ${said##*[[:space:]]}" '0 bob'

# --- what a caller makes of himself -----------------------------------------
# Not in the box of the sanitizers: with one preloaded into every program the
# loop below did not end there, for a reason that is not known yet.
if [ "${SANITIZED:-no}" = no ]; then
	# A verifier that holds the store's lock must not be slowed or stopped by him.
	group=/sys/fs/cgroup/box-su
	state=/var/lib/cardea/store
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	mkdir -p $group
	mkfifo /tmp/answers /tmp/never
	exec 7<>/tmp/answers
	(
		echo $BASHPID >$group/cgroup.procs
		as alice nice -n 19 ionice -c 3 taskset -c 0 su bob -c true
	) <&7 &
	caller=$!
	# With the shell's own means: hundreds of short programs in a row are more than
	# a sanitizer preloaded into each of them bears.
	with_store_open() {
		local name fd
		for verifier in /proc/[0-9]*; do
			{ read -r name <"$verifier/comm"; } 2>/dev/null || continue
			[ "$name" = cardea-verify ] || continue
			verifier=${verifier#/proc/}
			for fd in "/proc/$verifier"/fd/*; do
				[[ ! $fd -ef $state ]] || return 0
			done
		done
		return 1
	}
	until with_store_open; do
		read -rt 0.02 _ <>/tmp/never || :
	done
	is 'the verifier of a nice, idle caller is neither' \
		"$(ps -o ni= -p "$verifier" | tr -d ' ') $(ionice -p "$verifier")" \
		'0 none: prio 0'
	is 'nor does it sit on the one processor that he chose' \
		"$(taskset -p "$verifier" | sed 's/.*: //')" \
		"$(taskset -p $$ | sed 's/.*: //')"
	is 'nor in a control group that he could freeze' \
		"$(sed -n 's/^0:://p' "/proc/$verifier/cgroup")" /
	echo 1 >$group/cgroup.freeze
	fresh alice
	as bob su alice -c 'id -un' < <(printf '%s\n' "$ASK_PASSWORD" "$ASK_CODE")
	is 'and while he is frozen, others get in' "$rc ${said##*[[:space:]]}" '0 alice'
	echo 0 >$group/cgroup.freeze
	printf 'x\n\n' >&7
	wait "$caller"
	rmdir $group
fi

mark
: >"$prompts"
said=$(su bob -c 'id -un' </dev/null 2>&1)
is 'root: su -c asks nothing' "$? $said" '0 bob'
decided 'the policy permits it by rule root-descends' user=bob service=su \
	phase=auth rule=root-descends decision=permit
mark
said=$(su - bob -c 'id -un' </dev/null 2>&1)
is 'root: su - asks nothing' "$? $said" '0 bob'

# Without that rule root is asked for a code like everybody else.
policy <<'END'
rules = ( { name = "becoming"; when = { service = "su"; }; require = "totp"; } );
END
fresh bob
mark
said=$(su bob -c 'id -un' < <(printf '%s\n' "$ASK_CODE") 2>&1)
is 'the policy has the last word: a code is asked of root' \
	"${said##*[[:space:]]}" bob
mark
said=$(su bob -c 'id -un' < <(printf '%s\n' 000000) 2>&1)
unlike 'and a wrong one is refused' "$? ${said##*[[:space:]]}" '^0|bob$'
finish
