# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by run.sh: an account phase that is decided by the last of so many rules,
# beside pam_access and pam_time with as many lines; then a zone of so many
# networks, in the policy itself.  The policies are kept for parts.c.
: "${out:?}" "${cold:?}" "${prepared:?}" "${rule_counts:?}" "${network_counts:?}"

stack bench-rules 'auth required pam_permit.so' 'account required pam_cardea_decide.so'
stack bench-access 'auth required pam_permit.so' \
	"account required pam_access.so accessfile=$out/access.conf nodefgroup"
stack bench-time 'auth required pam_permit.so' 'account required pam_time.so'

# pam_access by addresses: with names in the lines it asks for each of them, for
# minutes.
lines() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "- : bench0 : 10.1.$((i / 250)).$((i % 250))"
	done >"$out/access.conf"
	printf '%s\n' '+ : bench0 : ALL' '- : ALL : ALL' >>"$out/access.conf"
	for ((i = 0; i < $1; i++)); do
		echo "bench-time;*;nobody$i;Wd0900-1800"
	done >/etc/security/time.conf
	echo 'bench-time;*;bench0;Al0000-2400' >>/etc/security/time.conf
}

# networks COUNT: that many, apart from one another, none of which is anybody's
networks() {
	{
		echo 'zones: { listed = { networks = ['
		awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
			printf "%s\"%d.%d.%d.%d\"\n", i ? "," : "", 11 + int(i / 4194304), i / 16384 % 256, i / 64 % 256, i % 64 * 4 }'
		echo ']; }; };'
		echo 'rules = ( { name = "listed"; when = { zone = "listed"; }; deny = "listed"; },'
		echo '{ name = "rest"; when = { service = [ "bench-rules", "sshd" ]; }; require = "none"; reason = "bench"; } );'
	} >/etc/cardea/policy.conf
	cardea check --install >/dev/null 2>&1 || cardea check --install
}

for rules in $rule_counts; do
	policy "$rules"
	cp "$prepared" "$out/policies/$rules.policy"
	lines "$rules"
	for service in bench-rules bench-access bench-time; do
		measure "$rules" cold "$service" c "$cold" 1 0
	done
done
for count in $network_counts; do
	networks "$count"
	cp "$prepared" "$out/policies/$count.networks"
	measure "$count" cold bench-rules c "$cold" 1 0
	jq -c '. + {networks: true}' <<<"$(tail -n 1 "$results")" >"$out/last"
	sed -i '$d' "$results"
	cat "$out/last" >>"$results"
done
policy 10
