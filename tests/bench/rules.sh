# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by run.sh: an account phase that is decided by the last of so many rules,
# beside pam_access and pam_time with as many lines.
: "${out:?}" "${cold:?}"

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

for rules in 10 1000 10000; do
	policy "$rules"
	lines "$rules"
	for service in bench-rules bench-access bench-time; do
		measure "$rules" cold "$service" c "$cold" 1 0
	done
done
