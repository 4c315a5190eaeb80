# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# An X.509 authority and an OpenSSH one of the tests' own, made with openssl and
# ssh-keygen in $ca: nothing of Cardea's makes what Cardea judges.
ca=/srv/ca
# Cardea reads what is in it, so nobody else may have put it there
install -d -m 0755 $ca

# authority NAME: $ca/NAME.key and NAME.pem, and an empty list of revoked ones
authority() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$ca/$1.key"
	openssl req -x509 -new -key "$ca/$1.key" -sha256 -days 3650 \
		-subj "/O=Example/CN=$1" -out "$ca/$1.pem" \
		-addext 'basicConstraints=critical,CA:TRUE' \
		-addext 'keyUsage=critical,keyCertSign,cRLSign' \
		-addext 'subjectKeyIdentifier=hash'
	: >"$ca/$1.index"
	echo 01 >"$ca/$1.number"
	cat >"$ca/$1.conf" <<-END
		[ca]
		default_ca = it
		[it]
		database = $ca/$1.index
		crlnumber = $ca/$1.number
		certificate = $ca/$1.pem
		private_key = $ca/$1.key
		default_md = sha256
		default_crl_days = ${crl_days:-30}
		unique_subject = no
		[of_a_list]
		authorityKeyIdentifier = keyid
	END
	crl "$1"
}

# crl AUTHORITY: its list of revoked ones, now
crl() {
	openssl ca -config "$ca/$1.conf" -gencrl -crlexts of_a_list \
		-out "$ca/$1.crl" 2>/dev/null
}

# revoke AUTHORITY NAME: into its list
revoke() {
	openssl ca -config "$ca/$1.conf" -revoke "$ca/$2.pem" 2>/dev/null
	crl "$1"
}

# key_of NAME [ALGORITHM]: $ca/NAME.key
key_of() {
	case ${2:-ec} in
	ec) openssl ecparam -name prime256v1 -genkey -noout -out "$ca/$1.key.ec" &&
		openssl pkcs8 -topk8 -nocrypt -in "$ca/$1.key.ec" -out "$ca/$1.key" ;;
	rsa) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 \
		-out "$ca/$1.key" 2>/dev/null ;;
	ed25519) openssl genpkey -algorithm ED25519 -out "$ca/$1.key" ;;
	esac
	chmod 0600 "$ca/$1.key"
}

# certify AUTHORITY NAME [DAYS] [PURPOSE]: $ca/NAME.pem for $ca/NAME.key
certify() {
	openssl req -new -key "$ca/$2.key" -subj "/O=Example/CN=$2" \
		-out "$ca/$2.csr"
	certify_request "$@"
}

# certify_request AUTHORITY NAME [DAYS] [PURPOSE]: the same for $ca/NAME.csr
certify_request() {
	cat >"$ca/ext" <<-END
		basicConstraints = critical,CA:FALSE
		keyUsage = critical,digitalSignature
		extendedKeyUsage = ${4:-clientAuth}
		subjectAltName = DNS:$2.example.org
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
	END
	openssl x509 -req -in "$ca/$2.csr" -CA "$ca/$1.pem" -CAkey "$ca/$1.key" \
		-set_serial "0x$(openssl rand -hex 8 | sed s/^./4/)" -days "${3:-365}" \
		-sha256 -extfile "$ca/ext" -out "$ca/$2.pem" 2>/dev/null
}

# fingerprint NAME: of its certificate, as Cardea writes it
fingerprint() {
	printf 'SHA256:%s' "$(openssl x509 -in "$ca/$1.pem" -outform DER |
		openssl dgst -sha256 -binary | base64 | tr -d '=')"
}
