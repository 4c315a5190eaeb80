# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# A fleet in a box: three nodes of etcd and two hosts, hosta and hostb, that are
# machines of their own as far as Cardea can see: network, processes, host name,
# boot, /run, /etc/cardea, /var/lib/cardea and syslog.  People, stacks and sshd's
# settings are the box's.  To be sourced after tests/e2e/lib.sh:
#
#   fleet_make                the cluster, its roles, and both hosts
#   at hosta                  knock, as, cardea, logged ... are about that host
#   on hosta COMMAND...       a command there
#   fleet_cut hosta 1         that host and node 1 on an island of their own
#   fleet_heal
#   fleet_driver=lmdb         before fleet_make: hosts with stores of their own
#
# Two networks: 10.9.0.0/24 between nodes and hosts, which can be cut, and
# 203.0.113.0/24, by which people reach the hosts.  The box itself is on both.
. "$SRCDIR/tests/rig/cluster.sh"

fleet=${fleet:-/fleet}
declare -A fleet_init=() fleet_outer=() fleet_sshd=()
declare -A fleet_address=([hosta]=203.0.113.11 [hostb]=203.0.113.12)
declare -A fleet_inner=([hosta]=10.9.0.11 [hostb]=10.9.0.12)
fleet_secret=$(openssl rand -hex 32)
here='' enter=''

# --- networks -----------------------------------------------------------------

fleet_networks() {
	local bridge
	for bridge in inner island people; do
		ip link add $bridge type bridge
		ip link set $bridge up
	done
	ip address add 10.9.0.254/24 dev inner
	ip address add 203.0.113.1/24 dev people
	install -d /run/netns
}

# fleet_join NAME INTERFACE BRIDGE ADDRESS: the far end is in namespace NAME
fleet_join() {
	ip link add "$1-$2" type veth peer name "$2" netns "$1"
	ip link set "$1-$2" master "$3" up
	ip -n "$1" address add "$4/24" dev "$2"
	ip -n "$1" link set "$2" up
}

fleet_cut() {
	local what
	for what; do
		ip link set "$(fleet_port "$what")" master island
	done
}
fleet_heal() {
	local what
	for what in hosta hostb "${!cluster_address[@]}"; do
		ip link set "$(fleet_port "$what")" master inner
	done
}
fleet_port() {
	case $1 in
	host*) echo "$1-in" ;;
	*) echo "node$1-in" ;;
	esac
}

# --- the cluster --------------------------------------------------------------

fleet_cluster() {
	local n
	install -d -m 0755 $fleet
	for n in 1 2 3; do
		ip netns add "node$n"
		ip -n "node$n" link set lo up
		fleet_join "node$n" in inner "10.9.0.$n"
		cluster_enter[n]="ip netns exec node$n"
	done
	# not in a subshell: it says where all is
	cluster_make $fleet/cluster 10.9.0.1 10.9.0.2 10.9.0.3 >/dev/null 2>&1 ||
		quietly false
	cluster_flags="${fleet_nodes:---heartbeat-interval 50 --election-timeout 500}"
	cluster_start 1 2 3
	quietly cluster_await 1 2 3
	quietly fleet_roles setup
	quietly fleet_roles admin admin
	quietly fleet_roles auth
}

# fleet_roles WORD...: conf/etcd/roles.sh, as the administrator of etcd runs it
fleet_roles() {
	local pki=$fleet/cluster/pki
	ETCDCTL_ENDPOINTS=$(cluster_urls) ETCDCTL_CACERT=$pki/ca.crt \
		ETCDCTL_CERT=$pki/root.crt ETCDCTL_KEY=$pki/root.key \
		"$SRCDIR/conf/etcd/roles.sh" "$@"
}

# --- the hosts ----------------------------------------------------------------

# The first process of a host: it makes the place and stays.
fleet_first() {
	local name=$1 place=$fleet/$1
	hostname "$name"
	mount -t proc -o nosuid,nodev,noexec proc /proc
	mount --bind "$place/boot_id" /proc/sys/kernel/random/boot_id
	mount -t tmpfs -o mode=0755,nosuid,nodev run /run
	install -d -m 0755 /run/sshd /run/user
	mount --bind "$place/etc" /etc/cardea
	mount --bind "$place/state" /var/lib/cardea
	"$RIGDIR/tests/rig/logd" "$place/log" "$place/syslog" &
	until [ -S "$place/log" ]; do sleep 0.02; done
	mount --bind "$place/log" /dev/log
	: >"$place/ready"
	# What loses its parent is ours, and is waited for.
	while :; do
		sleep 3600 &
		wait $!
	done
}

# fleet_host NAME: with a certificate of its own; not yet initialised
fleet_host() {
	local name=$1 place=$fleet/$1 try
	install -d -m 0755 $place $place/etc /etc/cardea
	install -d -m 0700 $place/state /var/lib/cardea
	: >"$place/syslog"
	cat /proc/sys/kernel/random/uuid >"$place/boot_id"
	ip netns add "$name"
	ip -n "$name" link set lo up
	fleet_join "$name" in inner "${fleet_inner[$name]}"
	fleet_join "$name" out people "${fleet_address[$name]}"
	echo "${fleet_address[$name]} $name" >>/etc/hosts
	export -f fleet_first
	export fleet
	nsenter --net="/run/netns/$name" unshare --mount --uts --ipc --pid \
		--fork --propagation private \
		bash -c 'fleet_first "$1"' fleet "$name" </dev/null >/dev/null 2>&1 &
	fleet_outer[$name]=$!
	for try in $(seq 250); do
		[ ! -e "$place/ready" ] || break
		sleep 0.02
	done
	fleet_init[$name]=$(pgrep -P "${fleet_outer[$name]}")
	[ -n "${fleet_init[$name]}" ] || note "$name did not start ($try)"
	cluster_host "$name" && quietly fleet_roles host "$name"
	fleet_certificate "$name" "$name"
}

# fleet_certificate HOST NAME [DIR]: from now on the host shows itself as NAME
fleet_certificate() {
	local pki=${3:-$fleet/cluster/pki} etc=$fleet/$1/etc
	install -m 0644 "$pki/$2.crt" "$etc/host.pem"
	install -m 0600 "$pki/$2.key" "$etc/host.key"
	install -m 0644 $fleet/cluster/pki/ca.crt "$etc/cluster.pem"
}
# fleet_admin HOST: an administrator works there; fleet_no_admin HOST: no longer
fleet_admin() {
	install -m 0644 $fleet/cluster/pki/admin.crt "$fleet/$1/etc/admin.pem"
	install -m 0600 $fleet/cluster/pki/admin.key "$fleet/$1/etc/admin.key"
}
fleet_no_admin() {
	rm -f "$fleet/$1/etc/admin.pem" "$fleet/$1/etc/admin.key"
}

fleet_settings() {
	cat <<-END
		fail_delay = "0s";
		store: { driver = "${fleet_driver:-etcd}"; };
		etcd: { endpoints = [ "10.9.0.1:2379", "10.9.0.2:2379", "10.9.0.3:2379" ];
		  trust = "/etc/cardea/cluster.pem";
		  certificate = "/etc/cardea/host.pem"; key = "/etc/cardea/host.key";
		  admin_certificate = "/etc/cardea/admin.pem";
		  admin_key = "/etc/cardea/admin.key"; ${fleet_etcd:-} };
		${settings:-}
	END
}

# on HOST COMMAND...
on() {
	local pid=${fleet_init[$1]}
	shift
	nsenter -t "$pid" -m -u -i -n -p -r -w -- "$@"
}

# at HOST: what follows is about it
at() {
	here=$1
	syslog=$fleet/$1/syslog
	target=${fleet_address[$1]}
	enter="nsenter -t ${fleet_init[$1]} -m -u -i -n -p -r -w --"
	mark
}

# cardea: the command, of the host that this is about
cardea() {
	on "$here" cardea "$@"
}

# fleet_policy: standard input is obeyed on both hosts
fleet_policy() {
	local name was=$here
	cat >$fleet/policy.conf
	for name in hosta hostb; do
		install -m 0644 $fleet/policy.conf "$fleet/$name/etc/"
		at $name
		quietly cardea check --install
	done
	[ -z "$was" ] || at "$was"
}

# fleet_make: all of it, with the policy on standard input; $fleet_etcd and
# $settings may have lines for cardea.conf
fleet_make() {
	local name
	cat >$fleet.conf
	machine_parts
	fleet_networks
	fleet_cluster
	sshd_settings "${fleet_sshd_lines[@]}"
	for name in hosta hostb; do
		fleet_host $name
		fleet_admin $name
		fleet_settings >"$fleet/$name/etc/cardea.conf"
		echo "$fleet_secret" >"$fleet/$name/etc/seal.key"
		chmod 0400 "$fleet/$name/etc/seal.key"
		on $name /usr/sbin/sshd -D &
		fleet_sshd[$name]=$!
	done
	fleet_policy <$fleet.conf
	at hosta
	quietly cardea init
	at hostb
	quietly cardea init
	for name in hosta hostb; do
		target=${fleet_address[$name]}
		sshd_answers
	done
	at hosta
}
fleet_sshd_lines=()

# fleet_stacks: what the suites log in by beside ssh: everybody's sudo, and the
# shortest stack there is
fleet_stacks() {
	printf 'auth required pam_cardea_%s.so\n' context totp decide \
		>/etc/pam.d/bare
	printf '%s\n' 'ALL ALL=(ALL:ALL) ALL' \
		'Defaults passwd_tries=1,!lecture,timestamp_timeout=0' \
		>/etc/sudoers.d/fleet
	chmod 0440 /etc/sudoers.d/fleet
	install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
}
# bare USER: with $ASK_CODE, at the host that this is about
bare() {
	on "$here" pamtester bare "$1" authenticate <<<"$ASK_CODE" \
		>/dev/null 2>&1
}

# --- what a host can show without the cluster ---------------------------------

# The settings of hosts with a key of their own, by an authority of the box's;
# fleet_devices makes them, after tests/e2e/certs.sh was sourced.  Service
# sudo-key asks for it.
fleet_device_settings='authorities: (
  { name = "Fleet"; kind = "x509"; trust = "/srv/ca/Fleet.pem";
    revocation = "crl"; lists = [ "/srv/ca/Fleet.crl" ]; } );
device: { certificate = "/etc/cardea/device.pem"; key = "/etc/cardea/device.key"; };'
fleet_devices() {
	local name was=$here
	sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sudo" \
		>/etc/pam.d/sudo-key
	authority Fleet
	for name in hosta hostb; do
		key_of $name
		certify Fleet $name
		install -m 0600 "$ca/$name.key" $fleet/$name/etc/device.key
		install -m 0644 "$ca/$name.pem" $fleet/$name/etc/device.pem
		at $name
		quietly cardea refresh
	done
	at "$was"
}
# by_key USER...: their sudo is service sudo-key
by_key() {
	printf 'Defaults:%s pam_service=sudo-key\n' "$@" >/etc/sudoers.d/key
	chmod 0440 /etc/sudoers.d/key
}
