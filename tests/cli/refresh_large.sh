#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A large list (REFRESH_ENTRIES): fetched, judged and put in place in bounded time and
# memory, and a second time without being written.  The numbers are printed.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"

entries=${REFRESH_ENTRIES:-100000}
lend_helpers "$BUILDDIR/cli/fetch/cardea-fetch" \
	"$BUILDDIR/cli/revocation/cardea-revocation"
machine
store=/var/lib/cardea/revocation
mkdir "$scratch/www"

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$scratch/ca.key" \
	-out /etc/large.pem -days 3650 -subj /CN=large \
	-addext 'basicConstraints=critical,CA:true' \
	-addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null
chmod 0644 /etc/large.pem
mkdir "$scratch/db"
echo 01 >"$scratch/db/crlnumber"
# as openssl ca keeps it: revoked, until, since, serial
awk -v n="$entries" 'BEGIN {
	for (i = 1; i <= n; i++)
		printf "R\t400101000000Z\t250101000000Z\t%08X%08X\tunknown\t/CN=%d\n",
			1 + i % 50021, i, i
}' >"$scratch/db/index.txt"
cat >"$scratch/cnf" <<-END
	[ca]
	default_ca = it
	[it]
	policy = any
	new_certs_dir = $scratch/db
	serial = $scratch/db/crlnumber
	unique_subject = no
	database = $scratch/db/index.txt
	crlnumber = $scratch/db/crlnumber
	certificate = /etc/large.pem
	private_key = $scratch/ca.key
	default_md = sha256
	default_crl_days = 7
	crl_extensions = crl
	[any]
	commonName = supplied
	[crl]
	authorityKeyIdentifier = keyid
END
openssl ca -config "$scratch/cnf" -gencrl -out "$scratch/crl.pem" 2>/dev/null
openssl crl -in "$scratch/crl.pem" -outform DER -out "$scratch/www/crl"
note "the list has $(stat -c %s "$scratch/www/crl") bytes"
"$BUILDDIR/tests/rig/httpd" 8180 "$scratch/www" "$scratch/requests" &
cat >/etc/cardea/cardea.conf <<-'END'
	store: { size_mb = 4; };
	authorities: (
	  { name = "large"; kind = "x509"; trust = "/etc/large.pem";
	    lists = [ "http://localhost:8180/file/crl" ]; }
	);
END
chmod 0644 /etc/cardea/cardea.conf
cardea check --install >/dev/null

# timed ARGUMENT...: run, and how long and how large the command and what it
# started were
timed() {
	/usr/bin/env time -f '%e s, %M kB' -o "$scratch/time" \
		cardea "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	rc=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
	took=$(tail -1 "$scratch/time")
	note "$1: $took"
}
if ! env time -f %e true 2>/dev/null; then
	timed() {
		local begin
		begin=$(date +%s%N)
		run "$@"
		note "$1: $((($(date +%s%N) - begin) / 1000000)) ms"
	}
fi

timed refresh --json
ends "a list of $entries" 0
is 'all are counted' "$(json '.lists[0].entries')" "$entries"
note "its index has $(stat -c %s "$store/large.0.index") bytes"
timed refresh --json
is 'the same again' "$(json '.lists[0].outcome')" same
finish
