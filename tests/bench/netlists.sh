# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # names of run.sh, which reads this
#
# Address lists: preparing them, looking an address up, and what a list adds to
# a login, which comes from an address that stands in none.
sources=/srv/bench-lists
list_sizes="10 100000 1000000"
if [ "${1:-}" = quick ]; then list_sizes="10 100000"; fi
install -d -m 0755 $sources
stack bench-list 'auth required pam_permit.so' 'account required pam_cardea_decide.so'
cp /etc/cardea/policy.conf "$out/policy.conf"

# zone TEXT: a policy whose first rule denies by a zone that is this
zone() {
	cat >/etc/cardea/policy.conf <<-END
		zones: { blocked = { $1 }; };
		rules = (
		  { name = "blocked"; when = { zone = "blocked"; }; deny = "blocked"; },
		  { name = "rest"; when = { service = "bench-list"; }; require = "none"; reason = "bench"; }
		);
	END
	cardea check --install >/dev/null 2>&1 || cardea check --install
}
zone 'networks = [ "203.0.113.0/24" ];'
measure 0 cold bench-list c "$cold" 1 0
for entries in $list_sizes; do
	awk -v n="$entries" 'BEGIN {
		srand(7)
		for (i = 0; i < n; i++)
			printf "%d.%d.%d.%d\n", 1 + int(rand() * 190), int(rand() * 256),
				int(rand() * 256), int(rand() * 256)
	}' >$sources/list.txt
	zone "lists = [ \"$sources/list.txt\" ];"
	sleep 1 # what was written in this second is read twice
	"$BUILD/tests/bench/device" spend "refresh of $entries addresses" \
		cardea refresh >>"$results"
	"$BUILD/tests/bench/device" spend "refresh of $entries addresses, unchanged" \
		cardea refresh >>"$results"
	"$BUILD/tests/bench/netlists" "$prepared" "$entries" >>"$results"
	measure "$entries" cold bench-list c "$cold" 1 0
done
mv "$out/policy.conf" /etc/cardea/policy.conf
cardea check --install >/dev/null 2>&1
rm -rf $sources
