#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea init and cardea check.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
rm -rf /etc/cardea /var/lib/cardea

run init --store-size 0
ends 'a store of no size is refused' 2 'store-size'
is 'and nothing is made' "$(stat -c %n /etc/cardea 2>&1 | grep -c 'No such')" 1
run init --store-size 4
ends 'init sets a host up' 0
like 'init says what it made' "$out" '^made +/etc/cardea/policy.conf'
like 'and until when Cardea looks on' "$out" "looks on until $(date -u -d '30 days' +%Y-%m-%d)"
is 'F11 folder and files have their modes' \
	"$(stat -c '%a %U %n' /etc/cardea /etc/cardea/* /var/lib/cardea /var/lib/cardea/* | paste -sd' ')" \
	'755 root /etc/cardea 644 root /etc/cardea/cardea.conf 644 root /etc/cardea/policy.conf 400 root /etc/cardea/seal.key 700 root /var/lib/cardea 600 root /var/lib/cardea/policy.prepared 700 root /var/lib/cardea/store'
like 'the store has the size that was asked for' \
	"$(cat /etc/cardea/cardea.conf)" '^  size_mb = 4;'
find /etc/cardea /var/lib/cardea -type f -exec sha256sum {} + | sort >"$scratch/before"
run init --store-size 9 --json
ends 'init again succeeds' 0
is 'and makes nothing' "$(json '[.files[].made] | any')" false
find /etc/cardea /var/lib/cardea -type f -exec sha256sum {} + | sort >"$scratch/after"
is 'and changes nothing' "$(cmp "$scratch/before" "$scratch/after" 2>&1)" ''

rm -rf /etc/cardea /var/lib/cardea
for _ in 1 2 3 4; do
	cardea init --store-size 4 >>"$scratch/four" 2>&1 &
done
for pid in $(jobs -p); do
	wait "$pid" || note "an init failed: $(cat "$scratch/four")"
done
is 'of four inits at once one makes each file' \
	"$(grep -cE '^made +/etc/cardea/(cardea|policy).conf' "$scratch/four")" 2
cardea list >/dev/null
is 'and the store opens' $? 0

rm /etc/cardea/policy.conf
ln -s /etc/passwd /etc/cardea/policy.conf
run init
ends 'F07 a link in place of the rules is refused' 3 'policy.conf'
is 'F07 and left alone' "$(readlink /etc/cardea/policy.conf)" /etc/passwd
rm /etc/cardea/policy.conf
run init
chmod 0777 /var/lib/cardea
run init
ends 'F11 a folder that others may write is refused' 3 'nobody else may write'
is 'F10 and its mode is not changed' "$(stat -c %a /var/lib/cardea)" 777
chmod 0700 /var/lib/cardea

# --- check ---------------------------------------------------------------

run check
ends 'check of what init made' 0
run check --json
like 'check tells the digest' "$(json .digest)" '^[0-9a-f]{64}$'
is 'check counts rules' "$(json .rules)" 2
is 'check alone installs nothing' "$(json .installed)" false

# rules FILE < TEXT: a file of rules to check
rules() {
	cat >"$scratch/$1"
	chmod 0600 "$scratch/$1"
}
rules bad <<'END'
rules = (
  { name = "a"; when = { user = "alice"; }; require = "totp"; surprise = 1; }
);
END
run check --policy "$scratch/bad"
ends 'an unknown key is an error' 1 "bad:2: .*surprise"
is 'in one line' "$(printf '%s\n' "$err" | wc -l)" 1
run check --policy "$scratch/bad" --json
is 'the error as JSON has the file' "$(json .error.file)" "$scratch/bad"
is 'and the line' "$(json .error.line)" 2
like 'and a reason' "$(json .error.reason)" .
before=$(sha256sum /var/lib/cardea/policy.prepared)
run check --install --policy "$scratch/bad" --policy-dir "$scratch/none"
ends 'a broken policy is not installed' 1
is 'the installed one stays' "$(sha256sum /var/lib/cardea/policy.prepared)" "$before"
run check --policy "$scratch/none"
ends 'V09 a missing file is an error' 1 'none'
mkfifo "$scratch/fifo"
cardea check --policy "$scratch/fifo" 2>"$scratch/err" &
sleep 1
kill -0 $! 2>/dev/null
is 'F06 a FIFO holds nobody' $? 1
wait $!
is 'F06 and is refused' $? 1
chmod 0666 "$scratch/bad"
run check --policy "$scratch/bad"
ends 'a file that others may write is refused' 1 'bad'
mkdir -m 0755 /etc/cardea/policy.d
cat >/etc/cardea/policy.d/10-deny.conf <<'END'
rules = ( { name = "leavers"; when = { user = "alice"; }; deny = "has left"; } );
END
run check --install --policy /etc/cardea/policy.conf
ends 'rules of policy.d are not dropped by the way' 2 'policy-dir'
is 'and the installed policy stays' "$(sha256sum /var/lib/cardea/policy.prepared)" "$before"
rm -r /etc/cardea/policy.d
run check --output "$scratch/x"
ends '--output without --install is refused' 2 'goes with --install'

rules lint <<'END'
zones: { office = { networks = [ "192.0.2.0/24" ]; }; };
rules = (
  { name = "inside"; when = { zone = "office"; }; require = "none"; reason = "trust"; },
  { name = "first"; when = { service = [ "sshd", "sudo" ]; }; require = "totp"; review = "2020-01-01"; },
  { name = "second"; when = { service = "sshd"; user = "alice"; }; require = "hotp"; },
  { name = "third"; when = { service = "su"; }; require = "totp"; mode = "observe"; observe_until = "2020-01-01"; },
  { name = "all"; require = "totp"; },
  { name = "last"; when = { service = "login"; }; deny = "no"; }
);
END
run check --policy "$scratch/lint" --json
is 'warnings do not fail' "$rc" 0
is 'lint warns of a place alone, dead rules and past days' \
	"$(json '.warnings[] | select(.line) | "\(.line) \(.key)"' | paste -sd,)" \
	'3 inside,4 first,5 second,6 third,8 last'
like 'a rule in the shadow names what hides it' \
	"$(json '.warnings[2].reason')" 'never reached: "first"'

rules users <<'END'
rules = ( { name = "only-sudo"; when = { service = "sudo"; user = "root"; }; require = "totp"; } );
END
useradd -m -s /bin/bash alice
run check --users --policy "$scratch/users" --json
is 'check --users names whom nobody covers' \
	"$(json '.uncovered[] | "\(.user) \(.service)"' | grep -E '^(root|alice) ' | sort | paste -sd,)" \
	'alice sshd,alice sudo,root sshd'
rules names <<'END'
rules = ( { name = "typo"; when = { user = [ "root", "alcie" ]; group = [ "sudo", "wheell" ]; }; require = "totp"; } );
END
run check --users --policy "$scratch/names" --json
is 'check --users names whom the host does not know' \
	"$(json '.unknown[] | "\(.kind) \(.name)"' | paste -sd,)" 'user alcie,group wheell'
run check --users --policy "$scratch/names"
like 'and warns of it' "$err" 'warning: a rule names group wheell, which this host does not know'

run check --install --policy "$scratch/users" --output "$scratch/image"
ends 'the prepared form can go elsewhere' 0
is 'and logins keep obeying the old one' \
	"$(sha256sum /var/lib/cardea/policy.prepared)" "$before"
cp "$scratch/users" /etc/cardea/policy.conf
run check --install --json
ends 'check --install' 0
is 'says that it did' "$(json .installed)" true
digest=$(json .digest)
run explain --user root --service sudo --json
is 'and logins obey it' "$(json .policy)" "$digest"

# --- what a stricter version will refuse --------------------------------------

# told NAME REGEX: check says no and why; logins do not notice
told() {
	run check
	ends "F09 $1: check tells before anything is installed" 1 "$2"
	run check --install
	ends "F09 $1: is not installed" 1 "$2"
	run explain --user root --service sudo --json
	is "F09 $1: logins go on by the old one" "$(json .policy)" "$digest"
}
good=$(cat /etc/cardea/policy.conf)
chmod 0664 /etc/cardea/policy.conf
told 'a mode that lets others write' 'policy.conf'
chmod 0644 /etc/cardea/policy.conf
chown alice /etc/cardea/cardea.conf
told 'settings of another owner' 'cardea.conf'
chown root /etc/cardea/cardea.conf
printf '%s\nold_option = true;\n' "$good" >/etc/cardea/policy.conf
told 'an option that is gone' 'old_option'
printf '%s' "$good" >/etc/cardea/policy.conf
run check
ends 'F09 no newline at the end is no fault' 0
is 'R05 nothing of the state can be written by others' \
	"$(find /etc/cardea /var/lib/cardea \( ! -user root -o -perm /022 \))" ''
finish
