# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # names of run.sh, which reads this
#
# A machine that proves itself by its certificate: the whole transaction and its
# parts, and what the length of a revocation list does to it.
made=/srv/bench # what it trusts lies where nobody else may write
revoked=/var/lib/cardea/revocation
rounds=3
device_lists="1 1000 100000 1000000"
if [ "${1:-}" = quick ]; then rounds=1 device_lists="1 1000 100000"; fi

install -d -m 0755 $made
# shellcheck disable=SC2086 # a list of numbers
"$BUILD/tests/bench/lists" --make $made $device_lists
: >$made/list.crl
cat >>/etc/cardea/cardea.conf <<-END
	authorities: ( { name = "bench"; kind = "x509"; trust = "$made/root.pem";
	  revocation = "crl"; lists = [ "$made/list.crl" ]; } );
	device: { certificate = "$made/host.pem"; key = "$made/host.key"; };
END
stack bench-device 'auth required pam_cardea_context.so' 'auth required pam_cardea_device.so' \
	'auth required pam_cardea_decide.so' 'account required pam_cardea_decide.so'
fresh_store 1
for entries in $device_lists; do
	rm -rf $revoked
	mv "$made/$entries.crl" $made/list.crl
	"$BUILD/tests/bench/device" spend "refresh of $entries entries" \
		cardea refresh >>"$results"
	cp -a $revoked "$out/revocation.$entries"
done

prove() { # LIST MODE SERVICE COUNT
	"$host" run "$2" "$3" a "$4" 1 0 |
		jq -c --argjson list "$1" '. + {device: true, list: $list}' >>"$results"
}
# one after the other and again, for a machine that is busy is so unevenly
for ((round = 0; round < rounds; round++)); do
	prove 0 cold bench-empty "$cold"
	prove 0 warm bench-empty "$warm"
	for entries in $device_lists; do
		rm -rf $revoked
		cp -a "$out/revocation.$entries" $revoked
		prove "$entries" cold bench-device "$cold"
		prove "$entries" warm bench-device "$cold"
	done
done
"$BUILD/tests/bench/device" parts $made "$out/revocation.1/bench.0.index" >>"$results"
rm -rf $made "$out"/revocation.*
