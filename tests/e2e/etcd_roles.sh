#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What the cluster itself holds a host to (conf/etcd/roles.sh): a stolen
# certificate of a host neither enrols nor unlocks nor grants.
set -u
. "$SRCDIR/tests/e2e/tap.sh"
. "$SRCDIR/tests/rig/cluster.sh"

umask 0077
folder=/root/fleet
roles=$SRCDIR/conf/etcd/roles.sh
on_failure() {
	tail -n 3 "$folder"/log/* 2>/dev/null
}

cluster_make "$folder" && cluster_host hosta && cluster_host stranger || {
	echo 'Bail out! no certificates'
	exit 1
}
cluster_up || {
	echo 'Bail out! no cluster'
	exit 1
}
export ETCDCTL_ENDPOINTS ETCDCTL_CACERT=$folder/pki/ca.crt
ETCDCTL_ENDPOINTS=$(cluster_urls)
# as NAME COMMAND...
as() {
	local name=$1
	shift
	ETCDCTL_API=3 ETCDCTL_CERT=$folder/pki/$name.crt \
		ETCDCTL_KEY=$folder/pki/$name.key "$@"
}
# may NAME COMMAND...: yes, no, or what went wrong
may() {
	local out
	if out=$(as "$@" 2>&1); then
		echo yes
	elif grep -q 'permission denied' <<<"$out"; then
		echo no
	else
		echo "$out"
	fi
}

is 'it can be run again' "$(
	for _ in 1 2; do
		as root "$roles" setup && as root "$roles" host hosta &&
			as root "$roles" admin admin
	done 2>&1
)" ''
as root "$roles" auth
kinds=$(as root "$roles" kinds)
like 'it knows what it is about' "$kinds" '^token admin$'

# By one key that is in the range: the kind alone, for no argument holds the NUL
# that a store puts behind it.
may_put() {
	may "$1" etcdctl put "/cardea/$2" x
}
may_delete() {
	may "$1" etcdctl del "/cardea/$2"
}
may_read() {
	may "$1" etcdctl get "/cardea/$2"
}
while read -r kind writer; do
	want=no
	[ "$writer" = admin ] || want=yes
	is "a host: $kind: read yes, write $want" \
		"$(may_read hosta "$kind") $(may_put hosta "$kind") $(may_delete hosta "$kind")" \
		"yes $want $want"
	is "an administrator: $kind: all" \
		"$(may_read admin "$kind") $(may_put admin "$kind") $(may_delete admin "$kind")" \
		'yes yes yes'
	is "a stranger: $kind: nothing" \
		"$(may_read stranger "$kind" | tail -1 | grep -c yes) $(may_put stranger "$kind" | grep -c yes)" '0 0'
done <<<"$kinds"
is 'a kind that there is not: nobody' "$(may_put hosta nonsense) $(may_put admin nonsense)" 'no no'
is 'nor what lies beside the prefix' "$(may_put hosta '') $(may hosta etcdctl put /other x)" 'no no'
is 'a range over kinds is no way around' \
	"$(may hosta etcdctl del /cardea/lock /cardea/proof) $(may hosta etcdctl del --prefix /cardea/)" 'no no'
is 'who is removed twice is removed' \
	"$(for _ in 1 2; do as root "$roles" remove hosta || echo no; done 2>&1)" ''
is 'one that was removed is nobody' "$(may_read hosta token | grep -c yes)" 0
cluster_down
finish
