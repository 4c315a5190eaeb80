#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# One enrolment, read by Debian's pam_u2f and by us: the same verdict on the same
# key, whatever the key does.  U2F keys, and registrations by libu2f-host.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"

settings='fido2: { rp_id = "example.org"; touch_timeout = "5s"; };'
machine <<'END'
rules = (
  { name = "ours"; when = { service = "ours"; }; require = "fido2"; }
);
END
person alice
person bob
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sudo" >/etc/pam.d/ours
printf '%s\n' 'auth required pam_u2f.so authfile=/etc/u2f_keys origin=pam://host appid=pam://host' \
	'account required pam_permit.so' >/etc/pam.d/peer
: >/etc/u2f_keys

# verdict SERVICE: yes or no, for alice
verdict() {
	timeout 30 pamtester "$1" alice authenticate </dev/null >/tmp/said 2>&1 &&
		echo yes || echo no
}
# both NAME WANTED: the two agree, and on this
both() {
	is "$1" "peer $(verdict peer) ours $(verdict ours)" "peer $2 ours $2"
}
enrol() { # alice's key by pamu2fcfg, imported
	pamu2fcfg -u alice -o pam://host -i pam://host >/etc/u2f_keys \
		2>/dev/null </dev/null
	echo >>/etc/u2f_keys # pamu2fcfg ends no line
	quietly cardea import pam-u2f /etc/u2f_keys --rp-id pam://host
}

key_plug one --att x5c
enrol
both 'a touch' yes
for mode in 'deny no' 'badsig no' 'noup no' 'foreignrp no' 'approve yes'; do
	# shellcheck disable=SC2086 # two words
	set -- $mode
	key_mode one "$1"
	both "K01 a key in mode $1" "$2"
done
key_mode one stuckctr
is 'K07 a counter that does not grow: the peer does not look' \
	"peer $(verdict peer) ours $(verdict ours)" 'peer yes ours no'
key_touch one
key_unplug one
both 'no key' no
key_plug other
both 'another key' no
key_plug one --att x5c
both 'the right one of two' yes
key_unplug other
key_unplug one

quietly cardea remove alice --all --yes
key_plug u2f --u2f-only --att x5c
enrol
both 'a key that knows U2F only' yes
key_mode u2f badsig
both '  with a bad signature' no
key_touch u2f
both '  and good again' yes
said=$(cardea import pam-u2f /etc/u2f_keys --rp-id pam://host 2>&1)
like 'imported twice it is enrolled once' \
	"$(cardea list alice --json | jq '.users[0].keys | length')" '^1$'
quietly cardea remove alice --all --yes

# A file that is wrong anywhere gives nothing at all.
printf '%s\n' 'bob:AAAA,BBBB,es256,+presence' >>/etc/u2f_keys
said=$(cardea import pam-u2f /etc/u2f_keys --rp-id pam://host 2>&1)
is 'K02 a file with a bad line is refused whole' $? 1
like '  and the line is named' "$said" '/etc/u2f_keys:2'
is '  nothing was enrolled' "$(cardea list alice --json | jq -c '[.users[].keys[]?]')" '[]'
is 'and so nobody gets in' "$(verdict ours)" no

# A key that libu2f-host has registered.
challenge='{"challenge":"MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI","version":"U2F_V2","appId":"http://demo.example"}'
if command -v u2f-host >/dev/null; then
	u2f-host -a register -o http://demo.example <<<"$challenge" \
		>/root/registered 2>/dev/null
	quietly cardea import u2f-host /root/registered --user alice \
		--app-id http://demo.example
	is 'a registration by libu2f-host, imported, and a touch' \
		"$(verdict ours)" yes
	key_mode u2f badsig
	is '  with a bad signature' "$(verdict ours)" no
	key_touch u2f
fi
finish
