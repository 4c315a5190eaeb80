#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# ./dev bench fleet: what a login and a commit cost with a store of the host's own
# and with a cluster of three nodes, side by side, all of it on the real disk and
# on the cores of one machine: nodes, hosts and whoever measures share them.
#
# The floor: bare puts of as many bytes over one kept connection a client, and
# `etcdctl check perf`, which is etcd's own and the only one that Debian has (its
# `benchmark` is not packaged).
#
#   BUILD=dir tests/bench/fleet.sh [quick]
set -eu
: "${BUILD:?}"
here_is=$(readlink -f "$(dirname "$0")")
export SRCDIR=${here_is%/tests/bench} BUILDDIR=$BUILD RIGDIR=$BUILD
set +eu
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/rig/fleet.sh"
out=$BUILD/bench
rm -rf "$out"
mkdir -p "$out"
chmod 755 "$out"
fleet=$out/fleet
results=$out/results.jsonl
: >"$results"
cold=100 seconds=10 load=l
[ "${1:-}" != quick ] || cold=20 seconds=3 load=''

# As etcd's defaults are: a bench is no place for short time-outs.
fleet_nodes='--quota-backend-bytes 2147483648'
rules_of_all='rules = (
  { name = "codes"; when = { service = "bench-cardea"; }; require = "hotp"; } );'
fleet_make <<<"$rules_of_all"
# the clock of this machine, from here on
: >/etc/ld.so.preload
rm -f /etc/testclock
printf '%s\n' 'auth required pam_cardea_context.so' 'auth required pam_cardea_totp.so' \
	'auth required pam_cardea_decide.so' 'account required pam_cardea_decide.so' \
	>/etc/pam.d/bench-cardea
for who in bench0 bench1 bench2 bench3; do id "$who" >/dev/null 2>&1 || useradd -M "$who"; done

# The box itself: a host with a store of its own.
install -d -m 0700 "$out/alone"
printf '%s\n' 'fail_delay = "0s";' "store: { path = \"$out/alone\"; };" \
	>/etc/cardea/cardea.conf
chmod 0644 /etc/cardea/cardea.conf
rules <<<"$rules_of_all"
quietly command cardea init
quietly command cardea check --install

# on_engine ENGINE COMMAND...
on_engine() {
	case $1 in
	lmdb) "${@:2}" ;;
	etcd) on hosta "${@:2}" ;;
	esac
}
measured() { # ENGINE COMMAND...
	on_engine "$@" | jq -c --arg engine "$1" '. + {engine: $engine}' >>"$results"
}
for engine in lmdb etcd; do
	on_engine $engine "$BUILD/tests/bench/fill" store 0
	measured $engine "$BUILD/tests/bench/pamhost" run cold bench-cardea a $cold 1 0
	for clients in 1 8 64; do
		measured $engine "$BUILD/tests/bench/commits" $clients $seconds
	done
done
leader=$(cluster_leader)
pki=$fleet/cluster/pki
for clients in 1 8 64; do
	"$BUILD/tests/bench/commits" $clients $seconds "$(cluster_url "$leader")" \
		"$pki/ca.crt" "$pki/root.crt" "$pki/root.key" |
		jq -c '. + {engine: "bare puts"}' >>"$results"
done

echo
echo 'One code, cold, whole PAM transaction (authenticate), milliseconds'
jq -rs '.[] | select(.service) |
	"\(.engine): p50 \(.p50_us / 1000), p95 \(.p95_us / 1000), refused \(.failed)"' "$results"
echo
echo 'Commits, one after another a client, connections and store kept open'
jq -rs '.[] | select(.clients) |
	"\(.engine), \(.clients) clients: \(.commits_per_s) /s, p50 \(.p50_us / 1000) ms, p95 \(.p95_us / 1000) ms, failed \(.failed)"' "$results"
if [ -n "$load" ]; then
	echo
	echo "etcdctl check perf --load=$load (500 clients)"
	ctl --command-timeout=90s check perf --load=$load --auto-compact 2>&1 |
		tr '\r' '\n' | grep -aE '^(PASS|FAIL)' | sed 's/^[A-Z]*: //'
fi
jq -s . "$results" >"$BUILD/bench-fleet.json"
echo
echo 'written: bench-fleet.json in the build folder'
