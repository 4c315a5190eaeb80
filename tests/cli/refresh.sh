#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea refresh: lists and answers from a server that is good, bad, slow or
# somebody else.  Whatever fails leaves what is in place as it was.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"

lend_helpers "$BUILDDIR/cli/fetch/cardea-fetch" \
	"$BUILDDIR/cli/revocation/cardea-revocation"
machine
store=/var/lib/cardea/revocation
pki=/etc/pki-of-tests
www=$scratch/www
mkdir -p "$pki" "$www"
chmod 0755 "$pki"
port=8180
at=http://localhost:$port

# --- an authority ---------------------------------------------------------------

# ca NAME: a key, a certificate, a data base
ca() {
	mkdir -p "$pki/$1.db"
	: >"$pki/$1.db/index.txt"
	echo 01 >"$pki/$1.db/serial"
	echo 01 >"$pki/$1.db/crlnumber"
	cat >"$pki/$1.cnf" <<-END
		[ca]
		default_ca = it
		[it]
		database = $pki/$1.db/index.txt
		serial = $pki/$1.db/serial
		crlnumber = $pki/$1.db/crlnumber
		new_certs_dir = $pki/$1.db
		certificate = $pki/$1.pem
		private_key = $pki/$1.key
		default_md = sha256
		default_days = 30
		default_crl_days = 2
		policy = any
		crl_extensions = crl
		unique_subject = no
		[any]
		commonName = supplied
		[crl]
		authorityKeyIdentifier = keyid
		[leaf]
		basicConstraints = critical, CA:false
		keyUsage = critical, digitalSignature
		extendedKeyUsage = clientAuth
		subjectAltName = DNS:laptop.example.org
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		[responder]
		basicConstraints = critical, CA:false
		keyUsage = critical, digitalSignature
		extendedKeyUsage = OCSPSigning
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		noCheck = ignored
	END
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$pki/$1.key" -out "$pki/$1.pem" -days 3650 \
		-subj "/CN=$1" -addext 'basicConstraints=critical,CA:true' \
		-addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null
}

# issue CA NAME EXTENSIONS: a certificate
issue() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$pki/$2.key" -out "$pki/$2.csr" -subj "/CN=$2" \
		2>/dev/null
	openssl ca -batch -notext -config "$pki/$1.cnf" -extensions "$3" \
		-in "$pki/$2.csr" -out "$pki/$2.pem" 2>/dev/null
}

# crl CA FILE [OPTION...]: its list of now
crl() {
	local ca=$1 file=$2
	shift 2
	openssl ca -config "$pki/$ca.cnf" -gencrl "$@" -out "$scratch/crl.pem" \
		2>/dev/null
	openssl crl -in "$scratch/crl.pem" -outform DER -out "$www/$file"
}

revoke() {
	openssl ca -config "$pki/$1.cnf" -revoke "$pki/$2.pem" 2>/dev/null
}

ca corp
ca other
issue corp laptop leaf
issue corp lost leaf
issue corp responder responder
revoke corp lost
crl corp first.crl
ssh-keygen -q -t ed25519 -N '' -f "$scratch/user"
ssh-keygen -q -t ed25519 -N '' -f "$scratch/sshca"
cp "$scratch/sshca.pub" "$pki/ssh.pub"
ssh-keygen -q -k -f "$pki/keys.krl" -z 5 "$scratch/user.pub"

# listens PORT: waits until somebody does.  Not by a connection: openssl ocsp
# would wait for what it says.
listens() {
	for _ in {1..200}; do
		! ss -Hltn "sport = :$1" | grep -q . || return
		sleep 0.05
	done
	note "nobody listens at $1"
}

# authorities TEXT: as the settings; TEXT stands in "corp"
authorities() {
	cat >/etc/cardea/cardea.conf <<-END
		store: { size_mb = 4; };
		${settings:-}
		authorities: (
		  { name = "corp"; kind = "x509"; trust = "$pki/corp.pem"; $1 }
		  ${2:-}
		);
	END
	chmod 0644 /etc/cardea/cardea.conf
	cardea check --install >"$scratch/check" 2>&1 ||
		note "check: $(cat "$scratch/check")"
}
lists() {
	authorities "lists = [ \"$1\" ];"
}
ssh_authority() {
	echo ", { name = \"deploy ca\"; kind = \"ssh\"; trust = \"$pki/ssh.pub\"; lists = [ \"$pki/keys.krl\" ]; principals = [ \"%u\" ]; }"
}

"$BUILDDIR/tests/rig/httpd" $port "$www" "$scratch/requests" &
listens $port

# before, kept NAME: nothing in the folder changed, nor is anything left there
before() {
	held=$(cd "$store" && sha256sum ./*.index ./*.krl ./*.ocsp 2>/dev/null)
}
kept() {
	is "$1: what was in place is" \
		"$(cd "$store" && sha256sum ./*.index ./*.krl ./*.ocsp 2>/dev/null)" \
		"$held"
	is "$1: nothing is left behind" "$(find "$store" -name '.?*')" ''
}
# fails NAME SOURCE REASON
fails() {
	lists "$2"
	before
	run refresh --timeout "${limit:-3s}"
	ends "$1" 1 "$3"
	kept "$1"
}

# --- what is good -------------------------------------------------------------------

authorities "lists = [ \"$at/file/first.crl\" ];" "$(ssh_authority)"
run refresh --dry-run
ends 'a dry run' 0
is 'writes nothing' "$(ls "$store")" ''
run refresh --json
ends 'a list and a KRL' 0
is 'both are new' "$(json '[.lists[] | "\(.authority) \(.outcome) \(.entries)"] | join(",")')" \
	'corp new 1,deploy ca new 1'
is 'none failed' "$(json '"\(.fresh) \(.failed)"')" '2 0'
is 'they have their places' "$(cd "$store" && echo *)" \
	'corp.0.index deploy+ca.0.krl state'
is 'readable by all, writable by root' \
	"$(stat -c '%U %a' "$store/corp.0.index" "$store/deploy+ca.0.krl" "$store/state" | sort -u)" \
	'root 644'
is 'the KRL is as it was' "$(cmp "$pki/keys.krl" "$store/deploy+ca.0.krl" && echo same)" same
like 'the log has a summary' "$(cat "$scratch/syslog")" \
	'event=admin detail="refresh fresh.*2 failed.*0 by'
run refresh
ends 'the same again' 0
like 'is said to be' "$out" 'corp: http.*: same, number 0*1, entries 1'
run refresh --only 'deploy ca' --json
is 'one authority alone' "$(json '[.lists[].authority] | join(",")')" 'deploy ca'
run refresh --only nobody
ends 'an authority that there is not' 2 'is called'
run refresh --timeout 5
ends 'a time without a unit' 2 'wants a time'
crl corp second.crl
lists "$at/file/second.crl"
run refresh --json
is 'a newer list takes the place' "$(json '.lists[0] | "\(.outcome) \(.number)"')" 'new 02'
cp "$scratch/crl.pem" "$www/second.pem"
lists "$at/bare/second.pem"
run refresh --json
ends 'in PEM, and without a length' 0
is 'it is the same' "$(json '.lists[0].outcome')" same
lists "$at/hop/2/second.crl"
run refresh
ends 'led on three times' 0
install -m 0644 "$www/second.crl" "$pki/local.crl"
lists "$pki/local.crl"
run refresh
ends 'from a file' 0

# --- what is not ----------------------------------------------------------------------

crl other foreign.crl
fails 'X03 a list of another authority' "$at/file/foreign.crl" 'signed|issuer'
fails 'an older list' "$at/file/first.crl" 'is older than the one in place'
head -c 200 "$www/second.crl" >"$www/half.crl"
fails 'half a list' "$at/file/half.crl" 'corp: http'
fails 'a transfer that is cut' "$at/cut/second.crl" 'remaining|cut|closed'
fails 'no list at all' "$at/garbage" 'corp: http'
fails 'one that is not there' "$at/file/none" '404'
fails 'one that is led on four times' "$at/hop/3/second.crl" 'led on'
printf 'ftp://localhost/x' >"$www/away"
fails 'X06 one that is led to another protocol' "$at/away" 'no address of http'
printf 'file:///etc/passwd' >"$www/away"
fails 'X06 one that is led to a file' "$at/away" 'no address of http'
printf 'http://somebody@localhost:%s/file/second.crl' $port >"$www/away"
fails 'one that is led on as somebody' "$at/away" 'no address of http'
fails 'one larger than all' "$at/huge" 'larger than'
fails 'a host that there is not' 'http://nowhere.invalid/x' 'nowhere.invalid'
fails 'a port that nobody hears' 'http://localhost:1/x' 'onnect'
begin=$(date +%s)
fails 'a server that stalls' "$at/stall/second.crl" 'took too long|imed out|too slow'
fails 'a server that drips' "$at/drip/second.crl" 'took too long|imed out'
is 'they end in time' "$(($(date +%s) - begin < 15))" 1
cp "$pki/local.crl" "$pki/loose.crl"
chmod 0666 "$pki/loose.crl"
fails 'a file that others can write' "$pki/loose.crl" 'writable'
fails 'a file that is a folder' "$pki/corp.db" 'corp'
crl corp old.crl -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
fails 'a list with an older date, whatever its number' "$at/file/old.crl" 'older'
# By way of another list of the same authority an older one comes back.
two() {
	authorities "intermediates = \"$pki/other.pem\"; lists = [ \"$at/file/$1\" ];"
}
cp "$www/second.crl" "$www/slot.crl"
two slot.crl
run refresh
ends 'X03 a list from a source of its own' 0
crl other slot.crl -crl_lastupdate 20250101000000Z -crl_nextupdate 21000101000000Z
before
run refresh
ends 'X03 an older list of another issuer, from the same source' 1 'another list'
kept 'X03 an older list of another issuer, from the same source'
crl other slot.crl
run refresh
ends 'X03 a newer one' 0
cp "$www/second.crl" "$www/slot.crl"
before
run refresh
ends 'X03 back to what was in place before it' 1 'another list'
kept 'X03 back to what was in place before it'
two second.crl
run refresh --json
is 'but the settings may name another source' \
	"$(json '.lists[0] | "\(.outcome) \(.number)"')" 'new 02'
crl corp tomorrow.crl -crl_lastupdate "$(date -u -d 'now + 1 day' +%Y%m%d%H%M%SZ)"
fails 'a list of tomorrow' "$at/file/tomorrow.crl" 'dated after now'
like 'each failure is logged, with source and reason' \
	"$(grep -c 'refresh failed source' "$scratch/syslog")" '^[12][0-9]$'

limit=
lists "$at/endless"
before
run refresh --timeout 60s
ends 'one without an end' 1 'larger than 268435456'
kept 'one without an end'

# --- KRLs ------------------------------------------------------------------------

ssh-keygen -q -k -f "$scratch/older.krl" -z 4 "$scratch/user.pub"
cp "$pki/keys.krl" "$scratch/good.krl"
krl() {
	install -m 0644 "$2" "$pki/keys.krl"
	before
	run refresh --only 'deploy ca'
	ends "$1" 1 "$3"
	kept "$1"
}
authorities "revocation = \"none\";" "$(ssh_authority)"
krl 'S05 an older KRL' "$scratch/older.krl" 'older than the one in place'
head -c 60 "$scratch/good.krl" >"$scratch/half.krl"
krl 'S05 half a KRL' "$scratch/half.krl" 'deploy ca'
: >"$scratch/empty.krl"
krl 'S05 an empty KRL' "$scratch/empty.krl" 'deploy ca'
# One without a date is as old as our copy, and that is when we last saw it.
cp "$scratch/good.krl" "$pki/keys.krl"
head -c 8 /dev/zero | dd of="$pki/keys.krl" bs=1 seek=20 conv=notrunc status=none
rm "$store/deploy+ca.0.krl"
run refresh --only 'deploy ca'
touch -d '3 days ago' "$store/deploy+ca.0.krl"
run refresh --only 'deploy ca' --json
is 'a KRL without a date, the same again' "$(json '.lists[0].outcome')" same
is 'is as old as this, and no older' \
	"$(($(date +%s) - $(stat -c %Y "$store/deploy+ca.0.krl") < 600))" 1

# --- https ---------------------------------------------------------------------------

# tls NAME CA: a certificate for a host
tls() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$pki/$1.key" -out "$pki/$1.csr" -subj "/CN=x" 2>/dev/null
	printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$1" \
		>"$scratch/ext"
	openssl x509 -req -in "$pki/$1.csr" -CA "$pki/$2.pem" \
		-CAkey "$pki/$2.key" -days 10 -extfile "$scratch/ext" \
		-out "$pki/$1.pem" 2>/dev/null
}
# secure PORT NAME: a server with that certificate
secure() {
	(cd "$www" && exec openssl s_server -quiet -WWW -accept "$1" \
		-cert "$pki/$2.pem" -key "$pki/$2.key" >/dev/null 2>&1) &
	listens "$1"
}
ca web
tls localhost web
tls elsewhere.example.org web
secure 8443 localhost
secure 8444 elsewhere.example.org
crl corp third.crl
sleep 61 &
sleeper=$!
settings="revocation: { https_trust = \"$pki/web.pem\"; };"
lists 'https://localhost:8443/third.crl'
run refresh --json
ends 'X06 https from whom it should be' 0
is 'X06 and the list is new' "$(json '.lists[0].outcome')" new
fails 'X06 a certificate for another host' 'https://localhost:8444/third.crl' \
	'host name|subject name|SSL'
settings="revocation: { https_trust = \"$pki/other.pem\"; };"
fails 'X06 a certificate of another authority' \
	'https://localhost:8443/third.crl' 'certificate|SSL'
settings=
fails "X06 a certificate that the system does not trust" \
	'https://localhost:8443/third.crl' 'certificate|SSL'
export https_proxy=http://localhost:1 http_proxy=http://localhost:1 \
	ALL_PROXY=http://localhost:1 SSL_CERT_FILE=$pki/web.pem \
	CURL_CA_BUNDLE=$pki/web.pem
fails 'X06 nor does the environment make it trusted' \
	'https://localhost:8443/third.crl' 'certificate|SSL'
settings="revocation: { https_trust = \"$pki/web.pem\"; };"
lists "$at/file/third.crl"
run refresh
ends 'X06 no proxy comes from the environment' 0
unset https_proxy http_proxy ALL_PROXY SSL_CERT_FILE CURL_CA_BUNDLE
# from https to http: s_server -HTTP says what the file says
printf 'HTTP/1.0 302 Found\r\nLocation: %s/file/third.crl\r\n\r\n' "$at" \
	>"$www/down"
(cd "$www" && exec openssl s_server -quiet -HTTP -accept 8445 \
	-cert "$pki/localhost.pem" -key "$pki/localhost.key" >/dev/null 2>&1) &
listens 8445
fails 'X06 no way leads from https to http' 'https://localhost:8445/down' \
	'from https to http'
settings=

# --- OCSP ------------------------------------------------------------------------------

# responder [OPTION...]: of the real thing
responder() {
	if [ -n "${ocsp:-}" ]; then
		kill "$ocsp"
		wait "$ocsp" 2>/dev/null
	fi
	openssl ocsp -port 8181 -index "$pki/corp.db/index.txt" \
		-CA "$pki/corp.pem" -rsigner "$pki/responder.pem" \
		-rkey "$pki/responder.key" "$@" >/dev/null 2>&1 &
	ocsp=$!
	listens 8181
}
host_is() {
	settings="device: { certificate = \"$pki/$1.pem\"; key = \"$pki/$1.key\"; };"
	authorities "ocsp = \"${2:-http://localhost:8181/}\"; revocation = \"ocsp\";"
}
responder -nmin 60
host_is laptop
run refresh --json
ends 'an OCSP answer about this host' 0
is 'it is good' "$(json '.lists[0] | "\(.outcome) \(.answer)"')" 'new good'
is 'and has an end' "$(json '.lists[0].next_update != null')" true
answer=corp.$(openssl x509 -in "$pki/laptop.pem" -outform DER |
	sha256sum | cut -d' ' -f1).ocsp
is 'it has its place' "$(ls "$store"/*.ocsp)" "$store/$answer"
host_is lost
run refresh --json
ends 'an answer that it is revoked is kept' 0
is 'and told' "$(json '.lists[0].answer')" revoked
settings=
authorities 'ocsp = "http://localhost:8181/"; revocation = "ocsp";'
run device add notebook --certificate "$pki/laptop.pem"
ends 'a device with a certificate' 0
run device add gone --certificate "$pki/lost.pem"
run refresh --json
ends 'each device of the table is asked about' 0
is 'with what is true of each' "$(json '[.lists[].answer] | sort | join(",")')" \
	'good,revoked'
host_is laptop "$at/file/third.crl"
before
run refresh --timeout 3s
ends 'what is no answer' 1 'OCSP'
kept 'what is no answer'
issue other impostor responder
host_is laptop
responder -nmin 60 -rsigner "$pki/impostor.pem" -rkey "$pki/impostor.key"
before
run refresh --timeout 3s
ends 'X02 an answer of another authority' 1 'OCSP'
kept 'X02 an answer of another authority'
kill "$ocsp"
cardea device remove notebook --yes >/dev/null
cardea device remove gone --yes >/dev/null
settings="device: { certificate = \"$pki/other.pem\"; key = \"$pki/other.key\"; };"
authorities "ocsp = \"http://localhost:8181/\"; revocation = \"ocsp\";"
run refresh --json
ends 'a certificate of somebody else is not asked about' 0
is 'nor told' "$(json '.lists | length')" 0
host_is laptop
mv "$libexec/cardea-revocation" "$libexec/away"
before
run refresh
ends 'X07 without the one who reads it nothing is read' 1 'no such file'
kept 'X07 without the one who reads it nothing is read'
mv "$libexec/away" "$libexec/cardea-revocation"

# --- at the same time -----------------------------------------------------------------

# Whoever opens the file sees one list or the other, whole.
settings=
lists "$at/file/third.crl"
run refresh
crl corp fourth.crl
sha256sum <"$store/corp.0.index" >"$scratch/old"
while [ ! -e "$scratch/enough" ]; do
	sha256sum <"$store/corp.0.index"
done >"$scratch/seen" 2>&1 &
watcher=$!
lists "$at/file/fourth.crl"
run refresh
ends 'a list that is replaced while it is read' 0
sleep 0.1
: >"$scratch/enough"
wait "$watcher"
sha256sum <"$store/corp.0.index" >"$scratch/new"
is 'is seen as the old or the new one' \
	"$(sort -u "$scratch/seen" | grep -vcxF -f "$scratch/old" -f "$scratch/new")" 0
exec 9<"$store"
flock 9
run refresh
ends 'two at once' 3 'another refresh is at work'
exec 9<&-
touch "$store/.new"
run refresh
ends 'what one that was killed left' 0
is 'is not left any longer' "$(find "$store" -name '.?*')" ''
# what is too old is kept all the same, and told
wait "$sleeper"
authorities "lists = [ \"$at/file/third.crl\" ]; max_age = \"60s\";"
rm "$store/corp.0.index"
run refresh --json
ends 'a list that is older than it may be' 1
is 'is kept all the same' "$(json '.lists[0].outcome') $(ls "$store"/*.index)" \
	"stale $store/corp.0.index"

finish
