# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The driver of fleets before a server that has a good certificate and nothing
# else: whatever it says, nothing is permitted by it, and nobody waits longer
# than he was told to.
set -u
. "$SRCDIR/tests/e2e/tap.sh"
. "$SRCDIR/tests/rig/cluster.sh"

umask 0077
folder=/root/fleet
pki=$folder/pki
cluster_make "$folder" && cluster_host hosta || {
	echo 'Bail out! no certificates'
	exit 1
}
export FLEET_TRUST=$pki/ca.crt FLEET_CERTIFICATE=$pki/hosta.crt \
	FLEET_KEY=$pki/hosta.key FLEET_TRY_MS=400 FLEET_DEADLINE_MS=900
declare -a fake=()

# serve PORT MODE...: a server that answers so
serve() {
	local port=$1 line
	shift
	exec 7< <(exec "$RIGDIR/tests/rig/fake_etcd" "$port" "$pki/node1.crt" \
		"$pki/node1.key" "$@")
	fake+=($!)
	read -r line <&7
	exec 7<&-
	: "$line"
}
leave() {
	kill "${fake[@]}" 2>/dev/null
	fake=()
}
# ask LINE...: as in etcd_store.sh, by a host that has seen nothing
ask() {
	FLEET_PATH=$folder/seen.$RANDOM$RANDOM
	export FLEET_PATH
	said=$(printf '%s\n' "$@" | timeout 20 "$RIGDIR/tests/rig/once/etcd_once" 2>&1)
	status=${said##*$'\n'}
	took=${status#* }
	took=${took%%:*}
	status=${status%% *}
}
# refused STATUS REASON LINE MODE...: by the two servers of that kind there are
refused() {
	local wanted=$1 reason=$2 line=$3
	shift 3
	serve 24001 "$@"
	serve 24002 "$@"
	export FLEET_ENDPOINTS='127.0.0.1:24001 127.0.0.1:24002'
	ask "$line"
	leave
	like "$* (${line%% *}): $wanted, $reason" "$said" \
		"^$wanted [0-9]+: .*($reason)"
	if [ "${took:-9999}" -gt 1300 ]; then
		fail "  $* ends in time" "$took ms"
	fi
}

# the server itself is no reason
serve 24001 good
export FLEET_ENDPOINTS=127.0.0.1:24001
ask 'get alice' 'put alice 90 x' 'check alice 90'
is 'the server can be good' "$(sed 's/ [0-9]*: */ /' <<<"$said" | tr '\n' '|')" \
	'OK 90 value|OK |OK |'
leave
serve 24001 missing
ask 'get alice'
is '  and have nothing' "$status" MISSING
leave

# --- answers to a read ------------------------------------------------------

while read -r mode wanted reason; do
	refused "$wanted" "$reason" 'get alice' "$mode"
done <<'END'
no-head CORRUPT does not say whose
no-member CORRUPT does not say whose
no-revision CORRUPT does not say whose
wrong-key CORRUPT not asked for
foreign-key CORRUPT not asked for
short-key CORRUPT not asked for
two-records CORRUPT more or less than one
more CORRUPT more or less than one
of-the-future CORRUPT of no time
of-no-time CORRUPT of no time
large-record CORRUPT too large
garbage CORRUPT malformed
truncated CORRUPT cut off
oversized RANGE more than
flood CORRUPT after its end
duplicate CORRUPT after its end
compressed VERSION compressed
no-body CORRUPT cut off
no-trailer CORRUPT no ending
odd-status CORRUPT no ending
two-statuses CORRUPT two endings
redirect CORRUPT status 302
error-500 CORRUPT status 500
html CORRUPT not one of gRPC
http1 (CORRUPT|UNSAFE) not one of gRPC|ends the connection
endless-head (CORRUPT|TIMEOUT|UNSAFE) head|HTTP|Empty|ends the connection
denied UNSAFE permission denied
silent TIMEOUT no answer within
drip TIMEOUT no answer within
cut UNSAFE ends the connection at once
reset UNSAFE ends the connection at once
goaway UNSAFE ends the connection at once
junk UNSAFE ends the connection at once
END
while read -r mode wanted reason; do
	refused "$wanted" "$reason" 'list' "$mode"
done <<'END'
no-head CORRUPT does not say whose
foreign-key CORRUPT not asked for
wrong-key CORRUPT not asked for
short-key CORRUPT not asked for
unordered CORRUPT not in order
of-the-future CORRUPT of no time
oversized RANGE more than
END

# seen LINES MODE...: what was said to the last line, by one server
seen() {
	local lines=$1
	shift
	serve 24001 "$@"
	export FLEET_ENDPOINTS=127.0.0.1:24001
	# shellcheck disable=SC2086 # lines, one after the other
	IFS='|' && ask $lines
	unset IFS
	leave
}
seen 'get alice|get alice' good older
like 'R01 an older revision than the one before' "$said" \
	'CORRUPT [0-9]+: .*of another time: revision 50'
seen 'get alice|get alice' good other-cluster
like 'another cluster than the one before' "$said" \
	'CORRUPT [0-9]+: .*of another time: cluster'

# --- answers to a commit: what was sent may have been done ------------------

for mode in no-parts wrong-parts extra-parts lost-bare no-head truncated \
	no-trailer garbage oversized compressed silent cut reset goaway; do
	refused TIMEOUT 'not known whether' 'put alice 90 x' "$mode"
done
refused TIMEOUT 'older than what it made' 'put alice 100 x' stale-commit
seen 'get alice|put alice 90 x' good stale-commit
like 'R01 a commit that is no newer than what was seen' "$said" \
	'TIMEOUT [0-9]+: .*of another time'
refused CONFLICT '' 'put alice 90 x' lost
refused UNSAFE 'permission denied' 'put alice 90 x' denied

# cut after it was sent, and then
seen 'put alice 90 mine' cut ours
is 'R11 cut off, and our own bytes are there: it was done' "$status" OK
seen 'put alice 90 mine' cut lost
like "R11 cut off, and another's are there: it is not known" "$said" \
	'^TIMEOUT [0-9]+: .*not known whether'
seen 'put alice 90 mine' cut good
is 'R11 cut off, and done by the second try' "$status" OK
seen 'put alice 90 mine' cut denied
like 'R11 cut off, and then refused: it is not known' "$said" \
	'^TIMEOUT [0-9]+: .*not known whether'
seen 'both alice 90 mine bob 80' cut ours
is 'R11 the same with a check beside it' "$status" OK
seen 'drop alice 90' cut lost
like 'R11 what was taken away leaves nothing to know it by' "$said" '^TIMEOUT'
seen 'check alice 90' cut lost
is 'a check may be asked again' "$status" CONFLICT
# a connection that was kept and then cut: libcurl must not send it again
seen 'get alice|put alice 90 mine' good cut lost
like 'R11 what was sent on a kept connection is not sent again unknown to us' \
	"$said" 'TIMEOUT [0-9]+: .*not known whether'

# --- one bad server beside a good one ---------------------------------------

for mode in garbage wrong-key silent redirect junk truncated; do
	serve 24001 "$mode"
	serve 24002 good
	export FLEET_ENDPOINTS='127.0.0.1:24001 127.0.0.1:24002'
	ask 'get alice'
	is "$mode, and beside it a good one: the good one counts" "$status" OK
	leave
done
FLEET_ENDPOINTS='127.0.0.1:24001 127.0.0.1:24002' ask 'get alice' 'get alice'
is 'nobody there' "$status" IO
finish
