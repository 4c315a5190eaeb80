#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# box.sh COMMAND [ARGUMENT...]: runs COMMAND as root in a throw-away copy of
# this machine.  Root, processes, network (loopback only), /dev and with it
# /dev/log, /run and the host name are its own.  Whatever COMMAND writes and
# every process it leaves behind is gone when it ends; two boxes never meet.
#
#   BOX_ROOT=/dir     start from that folder instead of this machine's root
#   BOX_BIND="/a /b"  these folders are the real ones inside, too
#   BOX_NET=host      share the machine's network
#
# Needs root.  Exit status 125 means that the box could not be made.
set -eu

sorry() {
	echo "box: $*" >&2
	exit 125
}

# The first pass: leave the machine's namespaces, then run ourselves again.
if [ "${BOX_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || sorry "needs root"
	net=--net
	[ "${BOX_NET:-}" != host ] || net=
	export BOX_INSIDE=yes
	# shellcheck disable=SC2086 # $net is one option or none
	exec unshare --mount --pid --fork --kill-child $net --uts --ipc \
		--propagation private "$(readlink -f "$0")" "$@"
fi
unset BOX_INSIDE

# The mounts are private to us: they go when the last process goes.
mount -t tmpfs -o size=50%,mode=0755 box /mnt || sorry "cannot mount tmpfs"
mkdir /mnt/upper /mnt/work /mnt/root
root=/mnt/root
mount -t overlay -o \
	"lowerdir=${BOX_ROOT:-/},upperdir=/mnt/upper,workdir=/mnt/work" \
	box "$root" || sorry "cannot mount an overlay of ${BOX_ROOT:-/}"
for dir in ${BOX_BIND:-}; do
	mkdir -p "$root$dir"
	mount --bind "$dir" "$root$dir" || sorry "cannot bind $dir"
done

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
if [ "${BOX_NET:-}" != host ]; then
	mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
fi
mount -t tmpfs -o mode=0755,nosuid dev "$root/dev"
for node in null:3 zero:5 full:7 random:8 urandom:9; do
	mknod -m 0666 "$root/dev/${node%:*}" c 1 "${node#*:}"
done
mknod -m 0666 "$root/dev/tty" c 5 0
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 \
	devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"
mount -t tmpfs -o mode=0755,nosuid,nodev run "$root/run"
mkdir -m 0755 "$root/run/sshd" "$root/run/user"
mkdir -m 1777 "$root/run/lock"

if [ "${BOX_NET:-}" != host ]; then
	ip link set lo up
	hostname boxhost
	printf '127.0.0.1 localhost boxhost\n::1 localhost\n' \
		>"$root/etc/hosts"
fi
cd /
exec chroot "$root" "$@"
