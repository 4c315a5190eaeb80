# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The driver of fleets on a real cluster: what every driver must do, and what
# it says when servers die, hang, are full, are not who they should be, or come
# back as they were yesterday.
set -u
. "$SRCDIR/tests/e2e/tap.sh"
. "$SRCDIR/tests/rig/cluster.sh"

umask 0077
folder=/root/fleet
pki=$folder/pki
once=$RIGDIR/tests/rig/once
on_failure() {
	echo "said: ${said:-}"
	tail -n 3 "$folder"/log/* 2>/dev/null
}

# as NAME [DIR]: whose certificate is shown
as() {
	export FLEET_CERTIFICATE=${2:-$pki}/$1.crt FLEET_KEY=${2:-$pki}/$1.key
}
# new_host: nothing seen yet
new_host() {
	export FLEET_PATH=$folder/seen.$RANDOM$RANDOM
}
# ask LINE...: in one process; what it says is in $said, the last line's status in
# $status and its time in $took
ask() {
	said=$(printf '%s\n' "$@" | timeout 60 "$once/etcd_once" 2>&1)
	status=${said##*$'\n'}
	took=${status#* }
	took=${took%%:*}
	status=${status%% *}
}
# within NAME MS: the last line did not last longer
within() {
	if [ "$took" -le "$2" ]; then
		pass "$1"
	else
		fail "$1" "it took $took ms"
	fi
}
# version OWNER: of a record that is there
version() {
	printf 'get %s\n' "$1" | "$once/etcd_once" |
		sed -n 's/^OK [0-9]*: \([0-9]*\) .*/\1/p'
}
endpoints() {
	local n
	FLEET_ENDPOINTS=''
	for n in "$@"; do
		FLEET_ENDPOINTS="$FLEET_ENDPOINTS $(cluster_endpoint "$n")"
	done
	export FLEET_ENDPOINTS
}
others() {
	local n
	for n in 1 2 3; do
		[ "$n" = "$1" ] || echo "$n"
	done
}

# --- the cluster ------------------------------------------------------------

# a commit may hold all that belongs to a user
cluster_flags='--max-request-bytes 4194304'
cluster_make "$folder" && cluster_host hosta && cluster_host stranger &&
	cluster_host reader || {
	echo 'Bail out! no certificates'
	exit 1
}
cluster_up || {
	echo 'Bail out! no cluster'
	exit 1
}
ctl role add host >/dev/null
ctl role grant-permission --prefix=true host readwrite / >/dev/null
ctl role add reader >/dev/null
ctl role grant-permission --prefix=true reader read /cardea/ >/dev/null
cluster_user hosta host
cluster_user reader reader
cluster_auth
endpoints 1 2 3
export FLEET_TRUST=$pki/ca.crt
as hosta
new_host

# --- what every driver must do ----------------------------------------------

(cd "$folder" && CMOCKA_MESSAGE_OUTPUT=TAP timeout 250 \
	"$once/etcd_conformance") >"$RESULTS/conformance.tap" 2>&1
is 'R01 R03 the driver of fleets does what every driver must' \
	"$? $(grep -c '^ok' "$RESULTS/conformance.tap") $(grep -c '^not ok' "$RESULTS/conformance.tap")" \
	"0 $(grep -c 'cmocka_unit_test(' "$SRCDIR/tests/unit/store_conformance.c") 0"
for round in 1 2 3; do
	ask "race 40 raced$round" "get raced$round"
	like "R01 of 40 who write one record at once exactly one does ($round)" \
		"$said" '^OK [0-9]+:  OK=1 CONFLICT=39'
done

# --- members ----------------------------------------------------------------

ask members
is 'all members are shown' "$(grep -c 'reachable=1.*version=3.*term=1 revision=1 db=1 latency=1 reason=$' <<<"$said")" 3
is 'one of them leads' "$(grep -c ' leader=1' <<<"$said")" 1

# --- one server away --------------------------------------------------------

leader=$(cluster_leader)
# shellcheck disable=SC2046 # two numbers
endpoints "$leader" $(others "$leader")
follower=$(others "$leader" | head -1)
cluster_pause "$follower"
endpoints "$follower" "$leader"
ask 'put paused 0 one' 'get paused'
is 'a server that hangs costs one try' "$(head -1 <<<"$said" | cut -d' ' -f1) $status" 'OK OK'
within 'and the next call begins with who answered' 500
new_host
ask 'get paused'
within 'a new host waits for the one that hangs' 1900
ask 'get paused'
within 'and the next process knows better' 500
cluster_resume "$follower"

# the leader dies while commits go on
endpoints 1 2 3
coproc many {
	for n in $(seq 400); do echo "put during$n 0 x"; done |
		"$once/etcd_once"
}
exec 5<&"${many[0]}"
sleep 0.3
cluster_kill "$leader"
said=$(cat <&5)
is 'the leader dies: every commit is answered' "$(wc -l <<<"$said")" 400
good=$(grep -c '^OK' <<<"$said")
if [ "$good" -ge 399 ]; then
	pass 'and but for the one under way all are done'
else
	fail 'and but for the one under way all are done' \
		"$good: $(grep -v '^OK' <<<"$said" | head -3)"
fi
slowest=$(cut -d' ' -f2 <<<"$said" | tr -d : | sort -n | tail -1)
if [ "$slowest" -le 2500 ]; then
	pass 'the longest gap is that of an election'
else
	fail 'the longest gap is that of an election' "$slowest ms"
fi
said=$(printf 'get during%s\n' $(seq 400) | "$once/etcd_once")
is 'what was said to be done is there' \
	"$([ "$(grep -c '^OK' <<<"$said")" -ge "$good" ] && echo yes)" yes
ask members
is 'the dead one is shown to be' "$(grep -c 'reachable=0' <<<"$said")" 1

# --- two servers away -------------------------------------------------------

survivor=$(others "$leader" | tail -1)
before=$(version paused)
# shellcheck disable=SC2046
cluster_kill $(others "$leader" | head -1)
sleep 1.2
for line in 'get paused' 'put lost 0 text' "put paused $before text" \
	"drop paused $before" "check paused $before" 'list'; do
	ask "$line"
	is "two of three dead: ${line%% *} is no OK" "$status" TIMEOUT
	within "and says so in time" 4500
done
ask 'get paused' 'get paused' 'put lost2 0 x' 'get paused'
is 'after one call without an answer the others are short' "$status" TIMEOUT
within 'within one try' 1300
begun=$(date +%s%3N)
# shellcheck disable=SC2046 # lines of one word
ask $(printf 'list\n%.0s' $(seq 10))
took=$(($(date +%s%3N) - begun))
within 'ten calls of one process end before the module does' 7500
endpoints "$leader"
ask 'put lost3 0 x'
is 'nobody is there: nothing was sent' "$status" IO
within 'and it is known at once' 300
endpoints 1 2 3
ask members
is 'members are told without a majority' "$(grep -c 'reachable=1' <<<"$said")" 1
like 'and that it has no leader' "$(grep 'reachable=1' <<<"$said")" 'has_leader=0'
cluster_up
said=$(printf 'get during%s\n' $(seq 400) | "$once/etcd_once")
is 'all three are back: nothing is lost' \
	"$([ "$(grep -c '^OK' <<<"$said")" -ge "$good" ] && echo yes)" yes
ask 'get paused'
is '  and the next call is answered' "$status" OK

# --- who we are, and who they are -------------------------------------------

# refused NAME REASON: the record is not shown, as unsafe, and why
refused() {
	ask "${line:-get paused}"
	like "$1" "$said" "^UNSAFE [0-9]+: .*($2)"
}
as reader
ask 'get paused'
is 'a role that may read reads' "$status" OK
line="put paused $(version paused) x" refused \
	'a role that may only read does not write' 'permission denied'
as stranger
refused 'a certificate that is nobody in the cluster has no role' \
	'permission denied|user name not found'
cluster_authority "$folder/foreign" foreign
cluster_host hosta "$folder/foreign"
as hosta "$folder/foreign"
refused 'a certificate of another authority' 'alert'
cluster_from=20200101000000Z cluster_until=20200102000000Z \
	cluster_leaf "$pki" expired /CN=hosta 'extendedKeyUsage = clientAuth'
as expired
refused 'a certificate that has expired' 'alert'
as nobody
ask 'get paused'
is 'no certificate at all' "$status" MISSING
as hosta
chmod 0640 "$pki/hosta.key"
refused 'X06 a key that others may read' 'mode 0640|group'
chmod 0600 "$pki/hosta.key"
chmod 0666 "$pki/ca.crt"
refused 'X06 an authority that others may write' 'writable|mode'
chmod 0600 "$pki/ca.crt"
FLEET_TRUST=$folder/foreign/ca.crt refused \
	'X06 servers of another authority' 'certificate'
FLEET_ENDPOINTS="wrong.example=$(cluster_endpoint 1)" refused \
	'X06 a server with another name' 'does not match|matches target'
FLEET_ENDPOINTS="etcd1.example=$(cluster_endpoint 1)" ask 'get paused'
is '  and with its own' "$status" OK
FLEET_ENDPOINTS="wrong.example=$(cluster_endpoint 1) $(cluster_endpoint 2)" \
	ask 'get paused'
is '  one wrong server does not keep us from the others' "$status" OK

# a host's certificate is no server's, whoever shows it
openssl s_server -accept 127.0.0.1:24000 -cert "$pki/hosta.crt" \
	-key "$pki/hosta.key" -alpn h2 -quiet >/dev/null 2>&1 </dev/null &
server=$!
sleep 0.3
FLEET_ENDPOINTS='hosta=127.0.0.1:24000' refused \
	"X06 a host's certificate is no server's" 'certificate'
kill $server
wait $server 2>/dev/null

# users and roles change while somebody asks
(for n in $(seq 15); do
	ctl role grant-permission --prefix=true host readwrite "/other$n/"
done) >/dev/null 2>&1 &
said=$(for n in $(seq 200); do echo "put roles$n 0 x"; done |
	"$once/etcd_once")
wait $!
is 'commits go on while roles change' "$(grep -c '^OK' <<<"$said")" 200

# --- nothing from around us -------------------------------------------------

mkdir -p /root/home
echo 'machine 127.0.0.1 login a password b' >/root/home/.netrc
export HOME=/root/home https_proxy=http://127.0.0.1:1 \
	ALL_PROXY=socks5://127.0.0.1:1 SSLKEYLOGFILE=/root/home/keys
FLEET_ENDPOINTS="etcd1.example=$(cluster_endpoint 1)" \
	strace -f -o "$RESULTS/strace" "$once/etcd_once" <<<'get paused' \
	>"$RESULTS/said"
unset https_proxy ALL_PROXY SSLKEYLOGFILE
like 'X06 proxies of the environment are not used' "$(cat "$RESULTS/said")" '^OK'
is 'X06 nor are its other wishes' "$(ls -A /root/home)" .netrc
is 'no name is looked up' \
	"$(grep -E 'htons\(53\)|resolv.conf|/etc/hosts|nscd|nsswitch' "$RESULTS/strace")" ''
is 'no authority of the machine is read' \
	"$(grep -E '/etc/ssl/certs|netrc' "$RESULTS/strace" | grep -v ENOENT)" ''
is 'P04 no thread is made' "$(grep -E '^[0-9]+ +(clone|clone3|fork|vfork)\(' "$RESULTS/strace")" ''
is 'P04 no signal is handled' \
	"$(grep -E 'rt_sigaction\(.*sa_handler=0x' "$RESULTS/strace")" ''
is 'one server is asked, at its address' \
	"$(grep -c 'connect(.*AF_INET' "$RESULTS/strace")" 1

# --- compaction, size, time -------------------------------------------------

old=$(version paused)
ask "put paused $old new"
new=$(version paused)
ctl compact "$new" >/dev/null
ask "put paused $old newer"
is 'R03 a version that was compacted away conflicts as ever' "$status" CONFLICT
ask 'list'
is 'and a list is whole' "$(grep -o ' during[0-9]*' <<<"$said" | sort -u | wc -l)" \
	"$(ctl get --prefix --keys-only /cardea/token | grep -ac during)"

ask 'big large 32'
is 'all records of a user, of the largest size, are one commit' "$status" OK
ctl_at 1 snapshot save "$folder/yesterday" >/dev/null 2>&1
ask 'put today 0 x' 'put today2 0 x'
is 'records are made after the snapshot' "$status" OK
cluster_down
cluster_flags=''
cluster_restore "$folder/yesterday" 1 2 3
cluster_up
ask 'get today'
like 'R01 a cluster that was put back is of another time' "$said" \
	'^CORRUPT [0-9]+: .*of another time: revision'
ask 'put today 0 again'
like 'R01 and nothing is written to it' "$said" \
	'^TIMEOUT [0-9]+: .*of another time'
mv "$FLEET_PATH/cluster" "$FLEET_PATH/kept"
ask 'get today2'
is 'who has seen nothing takes it as it is' "$status" MISSING
sed 's/^\(cardea-cluster 1 \)..../\1eeee/' "$FLEET_PATH/kept" >"$FLEET_PATH/cluster"
ask 'get paused'
like 'another cluster is of another time too' "$said" \
	'^CORRUPT [0-9]+: .*of another time: cluster'
echo nonsense >"$FLEET_PATH/cluster"
ask 'get paused'
like 'what is kept of the cluster must be readable' "$said" '^CORRUPT'
: >"$FLEET_PATH/cluster"
ask 'get paused'
is 'but a crash may have emptied it' "$status" OK
ask 'big larger 32'
like 'a cluster that takes less says so' "$said" '^RANGE [0-9]+: .*too large|larger than'
cluster_down

# a cluster that is full
cluster_flags='--quota-backend-bytes 300000'
cluster_wipe 1 2 3
new_host
cluster_up
cluster_auth 2>/dev/null
ctl_as=root
said=$(for n in $(seq 12); do
	echo "big full$n. 1"
	sleep 0.12 # it looks at its size ten times a second
done |
	FLEET_CERTIFICATE=$pki/root.crt FLEET_KEY=$pki/root.key "$once/etcd_once")
like 'a cluster without space is full' "$said" 'FULL [0-9]+: .*space exceeded'
as root
ask 'get full1.0'
is 'and can be read' "$status" OK
ask members
like 'and its members complain' "$said" 'reachable=1.*reason=.*NOSPACE'
cluster_down
finish
