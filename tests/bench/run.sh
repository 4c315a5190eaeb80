#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The bench, run by ./dev bench inside a box with Cardea installed.  State lies
# on the real disk below $BUILD/bench, because a box's own files lie in memory
# and a sync there costs nothing.
#
#   BUILD=dir tests/bench/run.sh [quick | rules | fleet [quick]]
set -eu
: "${BUILD:?}"
here=$(readlink -f "$(dirname "$0")")
if [ "${1:-}" = fleet ]; then
	exec "$here/fleet.sh" "${2:-}"
fi
out=$BUILD/bench
host=$BUILD/tests/bench/pamhost
cold=100 warm=300
sizes="1 1000 100000"
prepared=/var/lib/cardea/policy.prepared
rule_counts='10 1000 10000 100000' network_counts='10 100000 1000000'
if [ "${1:-}" = quick ]; then
	cold=20 warm=40 sizes="1 1000" rule_counts='10 1000 10000' network_counts='10 100000'
fi

rm -rf "$out"
mkdir -p "$out/state" "$out/google" "$out/policies"
chmod 700 "$out" "$out/state" "$out/google"
results=$out/results.jsonl
: >"$results"
"$BUILD/tests/rig/logd" /dev/log /dev/null &
logd=$!
trap 'kill $logd' EXIT
for user in bench0 bench1 bench2 bench3; do id "$user" >/dev/null 2>&1 || useradd -M "$user"; done
mkdir -p /var/lib/cardea
mount --bind "$out/state" /var/lib/cardea
mkdir -p /etc/cardea
chmod 755 /etc/cardea
echo 'fail_delay = "0s";' >/etc/cardea/cardea.conf
chmod 644 /etc/cardea/cardea.conf

stack() { printf '%s\n' "${@:2}" >"/etc/pam.d/$1"; }
permit='account required pam_permit.so'
stack bench-empty 'auth required pam_permit.so' "$permit"
stack bench-cardea 'auth required pam_cardea_context.so' 'auth required pam_cardea_totp.so' \
	'auth required pam_cardea_decide.so' 'account required pam_cardea_decide.so'
stack bench-oath "auth required pam_oath.so usersfile=$out/users.oath window=3 digits=6" "$permit"
stack bench-google "auth required pam_google_authenticator.so secret=$out/google/\${USER} user=root" "$permit"

# policy COUNT: rules that do not match, then those that do
policy() {
	{
		echo 'rules = ('
		for ((i = 4; i < $1; i++)); do
			echo "  { name = \"other$i\"; when = { user = \"nobody$i\"; service = [ \"sshd\", \"sudo\" ]; }; require = \"password + totp\"; },"
		done
		echo '  { name = "devices"; when = { service = "bench-device"; }; require = "device(host)"; },'
		echo '  { name = "keys"; when = { service = "bench-key"; }; require = "fido2"; },'
		echo '  { name = "codes"; when = { service = "bench-cardea"; }; require = "hotp"; },'
		echo '  { name = "rules"; when = { service = "bench-rules"; user = "bench0"; }; require = "none"; reason = "bench"; }'
		echo ');'
	} >/etc/cardea/policy.conf
	chmod 644 /etc/cardea/policy.conf
	cardea check --install >/dev/null 2>&1 || cardea check --install
}

fresh_store() { # USERS
	rm -rf "${out:?}"/state/*
	cardea init >/dev/null
	policy 10
	"$BUILD/tests/bench/fill" store "$1"
	"$BUILD/tests/bench/fill" oath "$1" >"$out/users.oath"
	chmod 600 "$out/users.oath"
	for user in bench0 bench1 bench2 bench3; do
		"$BUILD/tests/bench/fill" google "$user" >"$out/google/$user"
		chmod 600 "$out/google/$user"
	done
}

measure() { # USERS MODE SERVICE PHASES COUNT WORKERS COUNTER
	"$host" run "$2" "$3" "$4" "$5" "$6" "$7" |
		jq -c --arg users "$1" --arg phases "$4" '. + {users: ($users | tonumber), phases: $phases}' >>"$results"
}

# rules: that alone
if [ "${1:-}" = rules ]; then
	fresh_store 1
	# shellcheck source=tests/bench/rules.sh
	. "$here/rules.sh"
	"$BUILD/tests/bench/parts" /usr/libexec/cardea/cardea-verify "$out" "$out/policies" >>"$results"
	"$here/table.sh" "$results"
	exit 0
fi

for users in $sizes; do
	fresh_store "$users"
	for service in bench-empty bench-cardea bench-oath bench-google; do
		counter=0
		[ "$service" = bench-google ] && counter=1
		for workers in 1 2; do
			measure "$users" cold "$service" a "$cold" "$workers" "$counter"
			counter=$((counter + cold))
			measure "$users" warm "$service" a "$warm" "$workers" "$counter"
			counter=$((counter + warm))
			# the second worker starts where the first one is
			if [ "$workers" = 1 ]; then
				fresh_store "$users"
				counter=0
				[ "$service" = bench-google ] && counter=1
			fi
		done
	done
done
fresh_store 1
measure 1 cold bench-cardea ac "$cold" 1 0

syscalls() { # SERVICE CODE
	strace -f -qq -o "$out/strace" "$host" once "$1" bench0 a "$2" || true
	grep -c '(' "$out/strace"
}
code() { # COUNTER: the next HOTP code of bench0
	oathtool --hotp --counter="$1" "$(awk '$2 == "bench0" { print $4 }' "$out/users.oath")"
}
fresh_store 1
jq -nc --argjson cardea "$(syscalls bench-cardea "$(code 0)")" \
	--argjson oath "$(syscalls bench-oath "$(code 0)")" \
	--argjson google "$(syscalls bench-google "$(code 1)")" \
	'{syscalls: {cardea: $cardea, oath: $oath, google: $google}}' >>"$results"
fresh_store 1
syscalls bench-cardea "$(code 0)" >/dev/null
jq -nc --argjson syncs "$(grep -cE '(fsync|fdatasync|msync)\(' "$out/strace" || true)" '{syncs: {cardea: $syncs}}' >>"$results"

# shellcheck source=tests/bench/rules.sh
. "$here/rules.sh"

"$BUILD/tests/bench/parts" /usr/libexec/cardea/cardea-verify "$out" "$out/policies" >>"$results"
# Revocation lists: their indexes made and looked up
mkdir -p "$out/lists"
lists='1000 100000 1000000'
[ "${1:-}" != quick ] || lists='1000 100000'
# shellcheck disable=SC2086 # a list of numbers
"$BUILD/tests/bench/lists" "$out/lists" $lists >>"$results"
# shellcheck source=tests/bench/netlists.sh
. "$here/netlists.sh"
# One touch of one key, through one enrolment that both modules read.  The key is
# software: what it takes for itself is the same for both.
key=/dev/key-bench
"$BUILD/tests/rig/softkey" --pty $key --dir "$out/key" --att x5c
until [ -s "$out/key/pid" ]; do sleep 0.01; done
trap 'kill $logd "$(cat "$out/key/pid")"' EXIT
mkdir -p /etc/rig
echo $key >/etc/rig/keys
install -D -m 0755 "$BUILD/tests/rig/.libs/fakehid.so" /usr/lib/rig/fakehid.so
echo /usr/lib/rig/fakehid.so >/etc/ld.so.preload
pamu2fcfg -u bench0 -o pam://bench -i pam://bench >"$out/u2f_keys"
stack bench-key 'auth required pam_cardea_context.so' 'auth required pam_cardea_fido2.so' \
	'auth required pam_cardea_decide.so' 'account required pam_cardea_decide.so'
stack bench-u2f "auth required pam_u2f.so authfile=$out/u2f_keys origin=pam://bench appid=pam://bench" "$permit"
fresh_store 1
cardea import pam-u2f "$out/u2f_keys" --rp-id pam://bench --whole >/dev/null
for service in bench-key bench-u2f; do
	"$host" run cold $service a "$cold" 1 0 | jq -c '. + {touch: true}' >>"$results"
done

# shellcheck source=tests/bench/device.sh
. "$here/device.sh"

"$here/table.sh" "$results"
jq -s '.' "$results" >"$BUILD/bench.json"
echo
echo "written: bench.json in the build folder"
