#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# ssh logins by a touch of the key at the far end: Debian's sshd and ssh,
# keyboard-interactive, cardea-askpass.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/keys.sh"

settings='fido2: { rp_id = "example.org"; touch_timeout = "6s"; };
ssh_names = [ "127.0.0.1", "::1", "web1.example.org" ];'
all_rules='rules = (
  { name = "by-touch"; when = { service = "sshd"; user = "alice"; };
    require = "fido2"; },
  { name = "by-pin"; when = { service = "sshd"; user = "bob"; };
    require = "fido2(uv)"; },
  { name = "either"; when = { service = "sshd"; user = "carol"; };
    require = "password + (fido2 | totp)"; }
);'
machine <<<"$all_rules"
# one_rule REQUIREMENT: the same for everybody, strangers too
one_rule() {
	policy <<<'rules = ( { name = "one"; when = { service = "sshd"; }; require = "'"$1"'"; } );'
}
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sshd" >/etc/pam.d/sshd.key
cp /etc/pam.d/sshd /etc/pam.d/sshd.both
cp /etc/pam.d/sshd.key /etc/pam.d/sshd
person alice
person bob
person dave
enrolled carol
key_plug one
quietly cardea enroll fido2 alice --name laptop </dev/null
printf '%s\n' '127.0.0.1 web1.example.org evil.example' >>/etc/hosts
sshd_up
export XDG_RUNTIME_DIR=/run/user/0
install -d -m 0700 $XDG_RUNTIME_DIR

# The person's askpass is ours; what is not for it goes to the tests' own.
SSH_ASKPASS=$(command -v cardea-askpass)
export CARDEA_ASKPASS_NEXT=/usr/local/bin/askpass

lets_in 'ssh by a touch at the far end' alice
logged 'B12 the log names the credential' \
	'event=verification .*user=alice service=sshd phase=auth .*factor=fido2 result=verified credential=laptop'
decided 'one decision, by the rule' user=alice service=sshd phase=auth \
	rule=by-touch decision=permit
target=::1 lets_in 'by an address of the host' alice -o AddressFamily=inet6
target=web1.example.org lets_in 'by a name of the host' alice
target=WEB1.Example.org lets_in 'in any case' alice

# --- the host that was typed ------------------------------------------------------
target=evil.example keeps_out \
	'a signature for the host that the client typed is of no use to another' alice
logged '  and the log says for whom it was' \
	'factor=fido2 result=refused .*reason="signed for another host".*evil.example'
target=web1.example.org keeps_out 'nor one for an alias of the client'\''s own' \
	alice -o HostKeyAlias=evil.example
target=127.0.0.1 lets_in 'and then the right one works' alice

# --- the key says no -----------------------------------------------------------------
for mode in deny badsig noup foreignrp; do
	key_mode one $mode
	keeps_out "K01 a key in mode $mode lets nobody in" alice
	logged "  and the log says refused" 'factor=fido2 result=(refused|absent)'
	key_touch one
done
lets_in 'and then the next touch works' alice
key_mode one stuckctr
keeps_out 'K07 a counter that does not grow' alice
logged 'K07 somebody is told' 'event=alert .*credential=laptop reason=counter'
key_touch one
lets_in 'and then the next one works' alice

# --- an answer replayed ------------------------------------------------------------------
# Somebody who has seen everything answers with what was answered before.
# The parent of cardea-askpass must be ssh, so the recorder becomes it.
cat >/usr/local/bin/recorder-askpass <<'END'
#!/bin/bash
case $(cat /tmp/recorder) in
record) exec cardea-askpass "$1" > >(tee /tmp/recorded) ;;
*) cat /tmp/recorded ;;
esac
END
chmod 0755 /usr/local/bin/recorder-askpass
echo record >/tmp/recorder
SSH_ASKPASS=/usr/local/bin/recorder-askpass
lets_in 'an answer is recorded' alice
like '  in one part of at most 500 characters' \
	"$(head -1 /tmp/recorded)" '^cardea-key1:1/1:.{1,488}$'
echo replay >/tmp/recorder
keeps_out 'K03 an answer that was given before' alice
logged 'K03 and the log says so' 'factor=fido2 result=refused'
for junk in '' 'cardea-key1:1/1:' 'cardea-key1:1/9:AAAA' 'yes' \
	"$(printf 'cardea-key1:1/1:%0400d' 0)" "$(printf '%0600d' 0)"; do
	echo "$junk" >/tmp/recorded
	keeps_out "an answer like '${junk:0:24}'" alice
	logged '  is absence' 'factor=fido2 result=absent'
done
SSH_ASKPASS=$(command -v cardea-askpass)
lets_in 'and then the next good one works' alice

# --- nobody at the far end ------------------------------------------------------------
SSH_ASKPASS=/usr/local/bin/askpass
keeps_out 'without the helper: no' alice
like '  the question says what it is' "$(prompted)" '^Security key'
logged '  the log says that nobody answered' \
	'factor=fido2 result=absent .*reason="nobody answered"'
SSH_ASKPASS=$(command -v cardea-askpass)
key_unplug one
keeps_out 'without the key: no' alice
logged '  the far end says why' 'factor=fido2 result=absent .*reason="far end'
key_plug one
key_mode one wait
start=$(uptime_ms)
keeps_out 'K09 a touch that never comes' alice
like 'K09 has an end' $(($(uptime_ms) - start)) '^([0-9]{1,4}|[1-6][0-9]{4}|7[0-5][0-9]{3})$'
key_touch one
sleep 0.3
lets_in 'and then the next touch works' alice

# --- everybody sees the same -----------------------------------------------------------
SSH_ASKPASS=/usr/local/bin/askpass
one_rule fido2
shape() {
	prompted | sed 's/cardea-key1:[A-Za-z0-9_-]*/CHALLENGE/g'
}
keeps_out 'x' alice
known=$(shape)
length=$(prompted | wc -c)
for who in dave stranger; do
	keeps_out "P17 $who, who has no key, does not get in" $who
	is "P17 $who sees the same question" "$(shape)" "$known"
	is '  of the same length' "$(prompted | wc -c)" "$length"
done
quietly cardea lock alice
keeps_out 'P17 alice, locked' alice
is '  sees the same question' "$(shape)" "$known"
quietly cardea unlock alice
policy <<<"$all_rules"

# --- PIN -----------------------------------------------------------------------------
SSH_ASKPASS=$(command -v cardea-askpass)
key_unplug one
key_plug pin --fido2-only
with_pin '1234 1234' fido2-token -S "$(key_device pin)" >/dev/null
said=$(with_pin 1234 cardea enroll fido2 bob --name pin --uv 2>&1)
is 'a key is enrolled with its PIN' $? 0
export ASK_PIN=1234
lets_in 'B3 touch and PIN at the far end' bob
export ASK_PIN=9999
keeps_out 'B3 a wrong PIN' bob
export ASK_PIN=1234
lets_in '  and then the right one' bob
key_unplug pin

# --- password first, or a code instead -----------------------------------------------------
cp /etc/pam.d/sshd.both /etc/pam.d/sshd
key_plug one
quietly cardea enroll fido2 carol --name hers </dev/null
ASK_PASSWORD=pw-carol ASK_CODE=000000
lets_in 'the password, then a touch' carol
ASK_PASSWORD=wrong
keeps_out 'V18 a wrong password, then a touch' carol
unlike '  which is not judged' "$(new_log)" 'factor=fido2 result=verified'
key_unplug one
fresh carol
lets_in 'without the key the code is asked for' carol

# asked: what the last challenge was for, without its nonce
asked() {
	prompted | sed -n 's/.*cardea-key1:\([A-Za-z0-9_-]*\)\].*/\1===/p' |
		tr '_-' '/+' | base64 -di 2>/dev/null | tail -c +37 |
		od -An -v -tx1 | tr -d ' \n'
}
SSH_ASKPASS=/usr/local/bin/askpass
ASK_CODE=000000 ASK_PASSWORD=pw-carol
keeps_out 'the right password alone' carol
right=$(asked) questions=$(shape)
like '  is asked for a key' "$right" '^[0-9a-f]{100}'
ASK_PASSWORD=wrong
keeps_out 'and a wrong one' carol
is 'P17 the challenge does not tell whether the password was right' \
	"$(asked)" "$right"
is 'P17 nor do the questions' "$(shape)" "$questions"
quietly cardea lock carol
keeps_out 'P17 nor does a lock show' carol
is '  in the challenge' "$(asked)" "$right"
quietly cardea unlock carol
one_rule 'password + (fido2 | totp)'
keeps_out 'P17 an unknown name' nobody-at-all
is '  has as many questions' "$(shape)" "$questions"

# --- what only sshd could show ----------------------------------------------------------
cat >/etc/cardea/policy.conf <<'END'
rules = (
  { name = "ops"; when = { service = "sshd"; user = "carol"; };
    require = "password + fido2(sshd)"; }
);
END
quietly cardea check --install
for ASK_PASSWORD in pw-carol wrong; do
	keeps_out "P17 password $ASK_PASSWORD, and no login by key" carol
	is '  no question that nobody could answer' "$(shape)" 'Password: '
done
finish
