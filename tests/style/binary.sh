#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the finished files show: exports, needed libraries, hardening (C5, P14).
set -u
cd "${BUILDDIR:?}" || exit 1
. "${SRCDIR:?}/tests/style/tap.sh"
if nm -D lib/.libs/libcardea.so | grep -q __asan; then
	echo '1..0 # SKIP a sanitizer build is not what is shipped'
	exit 0
fi
real() { if [ -f "$(dirname "$1")/.libs/$(basename "$1")" ]; then echo "$(dirname "$1")/.libs/$(basename "$1")"; else echo "$1"; fi; }
fido2=lib/factor/.libs/fido2.so
etcd=lib/store/.libs/etcd.so
modules=$(ls modules/.libs/pam_cardea_*.so)
programs="$(real verifier/cardea-verify) $(real cli/cardea) $(real cli/askpass/cardea-askpass)"
key=$(real verifier/key/cardea-key) # which is there to speak with keys
ok 'there are five modules' "$([ "$(echo "$modules" | wc -l)" -eq 5 ] || echo "$modules")"
sign=$(real verifier/sign/cardea-sign)
for module in $modules; do
	name=$(basename "$module")
	ok "P08 $name exports pam_sm_ functions only" \
		"$(nm -D --defined-only "$module" | awk '{ print $3 }' | grep -v '^pam_sm_')"
	ok "P14 $name needs libpam and libc only" \
		"$(readelf -d "$module" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -vE '^(libpam\.so\.0|libc\.so\.6)$')"
	ok "V10 $name has its authentication entry point" \
		"$(nm -D --defined-only "$module" | grep -q ' pam_sm_authenticate$' || echo missing)"
done
ok 'libcardea exports cardea_ functions only' \
	"$(nm -D --defined-only lib/.libs/libcardea.so | awk '$2 != "A" { print $3 }' | sed 's/@.*//' | grep -v '^cardea_')"
ok 'what is loaded for security keys exports its table only' \
	"$(nm -D --defined-only $fido2 | awk '{ print $3 }' | grep -v '^cardea_fido2_library$')"
ok 'what is loaded for security keys has its table' \
	"$(nm -D --defined-only $fido2 | grep -q ' cardea_fido2_library$' || echo missing)"
ok 'what is loaded for fleets exports its table only' \
	"$(nm -D --defined-only $etcd | awk '{ print $3 }' | grep -vx cardea_etcd_library)"
ok 'what is loaded for fleets has its table' \
	"$(nm -D --defined-only $etcd | grep -q ' cardea_etcd_library$' || echo missing)"
for file in $modules $programs lib/.libs/libcardea.so; do
	ok "$(basename "$file") does without libcurl until a cluster is configured" \
		"$(readelf -d "$file" | grep -E 'NEEDED.*lib(curl|protobuf|nghttp)')"
done
for file in $programs lib/.libs/libcardea.so; do
	ok "$(basename "$file") does without libfido2 until a rule asks for it" \
		"$(readelf -d "$file" | grep -E 'NEEDED.*lib(fido2|cbor)')"
done
for file in $modules $programs $key $sign lib/.libs/libcardea.so $fido2 $etcd; do
	name=$(basename "$file")
	dynamic=$(readelf -d "$file")
	ok "C5 $name binds everything at start" "$(echo "$dynamic" | grep -qE 'BIND_NOW|FLAGS.*NOW' || echo 'no BIND_NOW')"
	ok "C5 $name has no library path of its own" \
		"$(case $file in *.so) echo "$dynamic" | grep -E 'RPATH|RUNPATH' ;; esac)"
	ok "C5 $name has relro and no executable stack" \
		"$(readelf -lW "$file" | awk '/GNU_RELRO/ { relro = 1 } /GNU_STACK/ && /E / && / RWE/ { print "executable stack" }
			END { if (!relro) print "no relro" }')"
	ok "C5 $name has no segment both writable and executable" \
		"$(readelf -lW "$file" | awk '$1 == "LOAD" && /RWE/')"
	ok "C5 $name is protected against smashed stacks" \
		"$(nm -D "$file" | grep -q __stack_chk_fail || echo 'no stack protector')"
done
done_testing
