# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# A cluster of etcd for tests: an authority, certificates, and nodes that can
# be started, stopped, killed, paused and awaited.  To be sourced:
#
#   . tests/rig/cluster.sh
#   cluster_make /tmp/fleet          three nodes on loopback, ports of their own
#   cluster_make /tmp/fleet ADDR...  or a node on each address, port 2379
#   cluster_up                       starts and awaits them all
#   cluster_host hosta               a client certificate, CN = etcd's user
#   cluster_auth                     root is a user, from now on roles count
#   cluster_down
#
# In DIR are then: pki/ca.crt, pki/NAME.crt and pki/NAME.key (PEM; keys 0600) for
# node1.., root, admin and every host that was made; data/N and log/N.
#
# A node in a network namespace: cluster_enter[N]='ip netns exec NAME', before it
# is started; and for the client, cluster_client='ip netns exec NAME'.
#
# Certificates hold from 2020 to 2049 whatever the clock says: etcd reads the
# machine's own, and what Cardea reads a test may have stopped somewhere.

declare -a cluster_enter=() cluster_pid=() cluster_address=()
declare -a cluster_port=() cluster_peer_port=()
cluster_client=''
cluster_flags='' # more options for every node
cluster_token=fleet # part of what tells one cluster from another

# --- certificates -----------------------------------------------------------

# cluster_authority DIR [NAME]: a new authority in DIR
cluster_authority() {
	local dir=$1 name=${2:-fleet}
	mkdir -p "$dir"
	: >"$dir/index"
	echo 01 >"$dir/serial"
	cat >"$dir/authority.conf" <<-END
		[ca]
		default_ca = only
		[only]
		dir = $dir
		database = $dir/index
		serial = $dir/serial
		new_certs_dir = $dir
		certificate = $dir/ca.crt
		private_key = $dir/ca.key
		default_md = sha256
		policy = any
		unique_subject = no
		[any]
		organizationName = optional
		commonName = optional
		[req]
		distinguished_name = req
		[authority]
		basicConstraints = critical, CA:TRUE
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
	END
	cluster_key "$dir/ca.key" || return
	openssl req -new -config "$dir/authority.conf" -key "$dir/ca.key" \
		-subj "/O=$name" -out "$dir/ca.csr" &&
		cluster_sign "$dir" ca authority '' -selfsign
}

# cluster_key FILE
cluster_key() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$1" &&
		chmod 0600 "$1"
}

# cluster_sign DIR NAME SECTION EXTENSIONS [OPTION...]: NAME.csr becomes NAME.crt
cluster_sign() {
	local dir=$1 name=$2 section=$3 extensions=$4
	shift 4
	cp "$dir/authority.conf" "$dir/$name.conf"
	printf '[leaf]\n%s\n' "$extensions" >>"$dir/$name.conf"
	openssl ca -batch -notext -config "$dir/$name.conf" -extensions "$section" \
		-startdate "${cluster_from:-20200101000000Z}" \
		-enddate "${cluster_until:-20491231000000Z}" \
		-in "$dir/$name.csr" -out "$dir/$name.crt" "$@" 2>"$dir/$name.log" || {
		cat "$dir/$name.log" >&2
		return 1
	}
}

# cluster_leaf DIR NAME SUBJECT EXTENSIONS: key and certificate NAME; dates by
# cluster_from and cluster_until ("20200101000000Z")
cluster_leaf() {
	local dir=$1 name=$2
	cluster_key "$dir/$name.key" || return
	openssl req -new -config "$dir/authority.conf" -key "$dir/$name.key" \
		-subj "$3" -out "$dir/$name.csr" &&
		cluster_sign "$dir" "$name" leaf "$4"
}

# cluster_server DIR NAME ALTERNATIVE-NAMES: of a node.  Without CN, and for
# clients too: a node's gateway dials the node itself with it.
cluster_server() {
	cluster_leaf "$1" "$2" "/O=$2" "subjectAltName = $3
extendedKeyUsage = serverAuth, clientAuth
keyUsage = digitalSignature
basicConstraints = CA:FALSE"
}

# cluster_host NAME [DIR]: of a client; NAME is the user in etcd
cluster_host() {
	cluster_leaf "${2:-$cluster_dir/pki}" "$1" "/CN=$1" \
		"extendedKeyUsage = clientAuth
keyUsage = digitalSignature
basicConstraints = CA:FALSE"
}

# --- the nodes --------------------------------------------------------------

# cluster_make DIR [ADDRESS...]: the certificates and where the nodes are to be
cluster_make() {
	cluster_dir=$1
	shift
	local n names
	cluster_pid=() cluster_address=() cluster_port=() cluster_peer_port=()
	if [ $# = 0 ]; then
		for n in 1 2 3; do
			cluster_address[n]=127.0.0.1
			cluster_port[n]=2379$n
			cluster_peer_port[n]=2380$n
		done
	fi
	for n in $(seq $#); do
		cluster_address[n]=${!n}
		cluster_port[n]=2379
		cluster_peer_port[n]=2380
	done
	mkdir -p "$cluster_dir/data" "$cluster_dir/log"
	chmod 0700 "$cluster_dir/data"
	cluster_authority "$cluster_dir/pki" || return
	for n in "${!cluster_address[@]}"; do
		names=IP:${cluster_address[n]},DNS:etcd$n.example
		cluster_server "$cluster_dir/pki" "node$n" "$names" || return
	done
	cluster_host root && cluster_host admin
}

# cluster_endpoint N [PORT]: as in cardea.conf; cluster_url N [PORT]
cluster_endpoint() {
	case ${cluster_address[$1]} in
	*:*) echo "[${cluster_address[$1]}]:${2:-${cluster_port[$1]}}" ;;
	*) echo "${cluster_address[$1]}:${2:-${cluster_port[$1]}}" ;;
	esac
}
cluster_url() {
	echo "https://$(cluster_endpoint "$@")"
}

# cluster_urls: all clients' URLs, with commas
cluster_urls() {
	local n list=''
	for n in "${!cluster_address[@]}"; do
		list=$list,$(cluster_url "$n")
	done
	echo "${list#,}"
}

# cluster_start N...: those that do not run, with what they kept
cluster_start() {
	local n pki=$cluster_dir/pki
	for n in "$@"; do
		[ -z "${cluster_pid[n]:-}" ] || continue # it runs
		# shellcheck disable=SC2086 # lists of words
		${cluster_enter[n]:-} etcd --name "node$n" \
			--data-dir "$cluster_dir/data/$n" \
			--logger zap --log-level error \
			--listen-client-urls "$(cluster_url "$n")" \
			--advertise-client-urls "$(cluster_url "$n")" \
			--listen-peer-urls "$(cluster_peer "$n")" \
			--initial-advertise-peer-urls "$(cluster_peer "$n")" \
			--initial-cluster "$(cluster_members)" \
			--initial-cluster-token "$cluster_token" \
			--client-cert-auth --trusted-ca-file "$pki/ca.crt" \
			--cert-file "$pki/node$n.crt" --key-file "$pki/node$n.key" \
			--peer-client-cert-auth --peer-trusted-ca-file "$pki/ca.crt" \
			--peer-cert-file "$pki/node$n.crt" \
			--peer-key-file "$pki/node$n.key" \
			$cluster_flags >>"$cluster_dir/log/$n" 2>&1 </dev/null &
		cluster_pid[n]=$!
	done
}
cluster_peer() {
	cluster_url "$1" "${cluster_peer_port[$1]}"
}
cluster_members() {
	local n list=''
	for n in "${!cluster_address[@]}"; do
		list=$list,node$n=$(cluster_peer "$n")
	done
	echo "${list#,}"
}

# Signals go to the nodes that run; killed and stopped ones are waited for.
cluster_signal() {
	local signal=$1 n
	shift
	for n in "$@"; do
		[ -z "${cluster_pid[n]:-}" ] ||
			kill -s "$signal" "${cluster_pid[n]}" 2>/dev/null
	done
}
cluster_gone() {
	local n
	for n in "$@"; do
		[ -z "${cluster_pid[n]:-}" ] || wait "${cluster_pid[n]}" 2>/dev/null
		cluster_pid[n]=''
	done
}
cluster_stop() {
	cluster_signal CONT "$@"
	cluster_signal TERM "$@"
	cluster_gone "$@"
}
cluster_kill() {
	cluster_signal KILL "$@"
	cluster_gone "$@"
}
cluster_pause() {
	cluster_signal STOP "$@"
}
cluster_resume() {
	cluster_signal CONT "$@"
}

# cluster_await N...: until each answers a read that asked the majority
cluster_await() {
	local n try
	for n in "$@"; do
		for try in $(seq 200); do
			ctl_at "$n" --command-timeout=1s endpoint health \
				>/dev/null 2>&1 && continue 2
			sleep 0.05
		done
		echo "cluster: node $n does not answer after $try tries" >&2
		return 1
	done
}

cluster_up() {
	cluster_start "${!cluster_address[@]}"
	cluster_await "${!cluster_address[@]}"
}
cluster_down() {
	cluster_kill "${!cluster_pid[@]}"
}

# cluster_leader: its number
cluster_leader() {
	local n
	for n in "${!cluster_address[@]}"; do
		[ -n "${cluster_pid[n]:-}" ] || continue
		if ctl_at "$n" --command-timeout=1s endpoint status -w simple \
			2>/dev/null | awk -F', ' '$5 == "true" { found = 1 }
				END { exit !found }'; then
			echo "$n"
			return
		fi
	done
	return 1
}

# cluster_wipe N...: what a stopped node kept; cluster_restore SNAPSHOT N...: it
# keeps what the snapshot has instead
cluster_wipe() {
	local n
	for n in "$@"; do
		rm -rf "${cluster_dir:?}/data/$n"
	done
}
cluster_restore() {
	local snapshot=$1 n
	shift
	cluster_wipe "$@"
	for n in "$@"; do
		ETCDCTL_API=3 etcdctl snapshot restore "$snapshot" --name "node$n" \
			--data-dir "$cluster_dir/data/$n" \
			--initial-cluster "$(cluster_members)" \
			--initial-cluster-token "$cluster_token" \
			--initial-advertise-peer-urls "$(cluster_peer "$n")" \
			>>"$cluster_dir/log/$n" 2>&1 || return
	done
}

# --- its administrator ------------------------------------------------------

# ctl ARGUMENT...: etcdctl by root ($ctl_as: another) at every node; ctl_at N
# ARGUMENT...: at one
ctl() {
	ctl_to "$(cluster_urls)" "$@"
}
ctl_at() {
	local n=$1
	shift
	ctl_to "$(cluster_url "$n")" "$@"
}
ctl_to() {
	local urls=$1 pki=$cluster_dir/pki
	shift
	# shellcheck disable=SC2086 # a list of words
	ETCDCTL_API=3 $cluster_client etcdctl --endpoints "$urls" \
		--cacert "$pki/ca.crt" --cert "$pki/${ctl_as:-root}.crt" \
		--key "$pki/${ctl_as:-root}.key" "$@"
}

# cluster_user NAME ROLE; a user without a password: its certificate is all
cluster_user() {
	ctl user add "$1" --no-password >/dev/null &&
		ctl user grant-role "$1" "$2" >/dev/null
}

# cluster_auth: from now on everybody needs a role
cluster_auth() {
	cluster_user root root && ctl auth enable >/dev/null
}
