#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Who may write what in the cluster of a fleet, as roles of etcd.  May be run
# again at any time; run it again after an upgrade, which may know new kinds.
#
#   roles.sh setup              the roles cardea-host and cardea-admin
#   roles.sh host NAME...       these certificates (CN) are hosts
#   roles.sh admin NAME...      these are administrators
#   roles.sh remove NAME...     these are nobody any more
#   roles.sh auth               from now on roles count; NAME root is needed
#   roles.sh kinds              what it knows, a line each
#
# etcdctl finds the cluster by its own variables, ETCDCTL_ENDPOINTS,
# ETCDCTL_CACERT, ETCDCTL_CERT and ETCDCTL_KEY: those of etcd's root.  Users have
# no password: a certificate with the name as its CN is all.
#
# A host reads everything, for it judges logins, and everything is sealed.  It
# writes what logins leave behind, and neither enrolments nor locks nor grants.
# Whoever steals its certificate alone can take such records away: a spent code is
# good again, refusals are forgotten.  With the host's key file as well he reads
# every secret and can write what other hosts take for their own logins' proofs:
# remove the user, turn the key, enrol codes anew (cardea-fleet(7)).
set -eu
: "${CARDEA_PREFIX:=/cardea/}"
export ETCDCTL_API=3

by_admins='schema token recovery credential ticket roster lock device device-of
	device-chain grant grant-count'
by_hosts='token-mark recovery-mark credential-mark device-mark grant-mark tries
	known proof session history observe'

# A key is prefix, kind, a NUL, and names; no argument can hold a NUL, so a role
# is for all from the kind itself up to kind and a byte 1.  No other kind lies
# between: what goes on after the kind is at least a dash.
end=$(printf '\001')

grant() {
	etcdctl role grant-permission "$1" "$2" "$CARDEA_PREFIX$3" \
		"$CARDEA_PREFIX$3$end" >/dev/null
}

has() {
	etcdctl "$1" list | grep -qxF "$2"
}

setup() {
	for role in cardea-host cardea-admin; do
		has role "$role" || etcdctl role add "$role" >/dev/null
	done
	for kind in $by_admins; do
		grant cardea-host read "$kind"
		grant cardea-admin readwrite "$kind"
	done
	for kind in $by_hosts; do
		grant cardea-host readwrite "$kind"
		grant cardea-admin readwrite "$kind"
	done
}

# users ROLE NAME...
users() {
	role=$1
	shift
	for name in "$@"; do
		has user "$name" || etcdctl user add "$name" --no-password >/dev/null
		etcdctl user grant-role "$name" "$role" >/dev/null
	done
}

case ${1:-} in
setup) setup ;;
host | admin)
	role=cardea-$1
	shift
	users "$role" "$@"
	;;
remove)
	shift
	for name in "$@"; do
		! has user "$name" || etcdctl user delete "$name" >/dev/null
	done
	;;
auth)
	users root root
	etcdctl auth enable >/dev/null
	;;
kinds)
	for kind in $by_admins; do echo "$kind admin"; done
	for kind in $by_hosts; do echo "$kind host"; done
	;;
*)
	sed -n '4,15s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
