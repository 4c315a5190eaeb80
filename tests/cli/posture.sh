#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `cardea posture`, and rules that ask for this machine's health: of folders
# that stand for a machine, and of this copy, whose firewall is switched.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"

m=$scratch/machine
mkdir -p "$m/etc" "$m/sys/firmware" "$m/sys/module" "$m/run"
printf 'ID=debian\nVERSION_ID="12"\n' >"$m/etc/os-release"
run posture --root "$m" --json
is 'a folder is read as a machine' \
	"$rc $(json '.os + " " + .["os-version"] + " " + .["secure-boot"] + " " +
		.["reboot-needed"] + " " + .firewall')" '0 debian 12 no unknown unknown'
touch "$m/run/reboot-required"
run posture --root "$m"
like 'for people it is a list' "$out" 'reboot-needed  *yes'
run posture --root "$scratch/nowhere" --json
is 'what is not there is unknown, and no trouble' \
	"$rc $(json '[.[] | select(. == "unknown")] | length')" '0 10'
run posture extra
is 'an operand is refused' "$rc" 2

firewall()
{
	run posture --json
	json .firewall
}
is 'a machine without chains has no firewall' "$(firewall)" no
nft 'add table inet t; add chain inet t out { type filter hook output priority 0; }'
is 'a chain for what goes out is none' "$(firewall)" no
nft 'add chain inet t in { type filter hook input priority 0; }'
is 'a chain for what comes in is one' "$(firewall)" yes

cardea init --json >/dev/null 2>&1
mkdir -p /etc/cardea
cat >/etc/cardea/policy.conf <<'EOF'
rules = (
  { name = "sick"; when = { posture = [ "not-firewall", "reboot-needed" ]; };
    deny = "this machine is not healthy"; },
  { name = "well"; require = "password"; }
);
EOF
run explain --source --user root --service sshd --posture firewall \
	--posture not-reboot-needed --json
is 'a healthy machine goes on' "$(json .rule)" well
run explain --source --user root --service sshd --posture not-firewall --json
is 'a sick one is denied by its rule' "$(json .rule)" sick
run explain --source --user root --service sshd --posture tidy
is 'a fact that is none is refused' "$rc" 2
nft 'delete table inet t'
run explain --source --user root --service sshd --posture not-reboot-needed \
	--json
is 'without --posture this machine counts' "$(json .rule)" sick
finish
