#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What a laptop gets: built alone, with the libraries of a touch and no others;
# and the same five files out of a whole build.
if [ -z "${BASH_VERSION:-}" ]; then
	exec bash "$SRCDIR/tests/askpass/${0##*/}"
fi
set -u
. "$SRCDIR/tests/e2e/tap.sh"
if [ -f "$SRCDIR/config.status" ]; then
	echo '1..0 # SKIP the source tree is configured itself'
	exit 0
fi
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
scratch=$(mktemp -d "$BUILDDIR/client.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# only the descriptions of these libraries can be found
mkdir "$scratch/pc" "$scratch/tree"
for library in libcrypto libfido2 p11-kit-1; do
	for folder in $(pkg-config --variable pc_path pkg-config | tr ':' ' '); do
		[ ! -f "$folder/$library.pc" ] ||
			ln -sf "$folder/$library.pc" "$scratch/pc/"
	done
done
cd "$scratch/tree" || exit 1
PKG_CONFIG_LIBDIR=$scratch/pc PKG_CONFIG_PATH='' "$SRCDIR/configure" -q \
	--enable-client-only --prefix=/usr >"$scratch/log" 2>&1
is 'the client is configured without the rest of the libraries' "$?" 0
make >>"$scratch/log" 2>&1
is 'and built' "$?" 0
make install-client DESTDIR="$scratch/small" >>"$scratch/log" 2>&1
is 'and installed' "$?" 0
make install DESTDIR="$scratch/all" >>"$scratch/log" 2>&1
make -C "$BUILDDIR" prefix=/usr libexecdir=/usr/libexec mandir=/usr/share/man \
	install-client DESTDIR="$scratch/whole" >>"$scratch/log" 2>&1
is 'and out of a whole build' "$?" 0
on_failure() {
	tail -20 "$scratch/log"
}

listed() {
	(cd "$scratch/$1" && find . -type f -printf '%m %p\n' | sort -k2)
}
wanted='755 ./usr/bin/cardea-askpass
755 ./usr/libexec/cardea/cardea-key
755 ./usr/libexec/cardea/cardea-sign
644 ./usr/share/man/man1/cardea-askpass.1
644 ./usr/share/man/man5/cardea-device.conf.5'
is 'these five files are a laptop' "$(listed small)" "$wanted"
is 'a client-only tree installs no other' "$(listed all)" "$wanted"
is 'nor does install-client of a whole one' "$(listed whole)" "$wanted"

for program in bin/cardea-askpass libexec/cardea/cardea-key \
	libexec/cardea/cardea-sign; do
	is "${program##*/} needs no library but those of a touch" \
		"$(readelf -d "$scratch/small/usr/$program" |
			sed -n 's/.*NEEDED.*\[\(.*\)\.so.*/\1/p' |
			grep -vxE 'libc|libcrypto|libfido2|ld-linux.*')" ''
done
is 'it runs' "$("$scratch/small/usr/bin/cardea-askpass" --version |
	cut -d' ' -f1)" cardea-askpass
like 'and looks for its helper where that was installed' \
	"$(strings "$scratch/small/usr/bin/cardea-askpass")" \
	'^/usr/libexec/cardea/cardea-key$'
like 'each of them' \
	"$(strings "$scratch/small/usr/bin/cardea-askpass")" \
	'^/usr/libexec/cardea/cardea-sign$'
finish
