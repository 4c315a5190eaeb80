#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `cardea store` on the store of one host: what it tells, what it refuses, an
# export that comes back as it was, a key that changes while nothing is lost.
suite_needs=box
. "${SRCDIR:?}/tests/cli/lib.sh"
machine
state=/var/lib/cardea
key=$(find /etc/cardea $state -maxdepth 2 -name '*key*' -type f | head -1)

secret=$(secret_of)
feed "$secret" enroll hotp alice --secret-stdin --name fob \
	--code "$(oathtool -b --hotp "$secret")"
is 'a token to keep' "$rc" 0
run lock bob --reason 'on leave'
ssh-keygen -q -t ed25519 -N '' -f "$scratch/id"
run device add laptop --owner alice --ssh-key "$scratch/id.pub"
is 'a device to keep' "$rc" 0

# all: every record as the command shows it
all() {
	cardea list --json | jq -S .
	cardea device list --json | jq -S .
}
all >"$scratch/before"

# --- init, status, verify -----------------------------------------------------

run store init
ends 'init where there is a store' 0
like 'it is left' "$out" 'present /var/lib/cardea/store'
run store status --json
ends 'status' 0
is 'the engine' "$(json .engine)" lmdb
is 'healthy' "$(json .healthy)" true
is 'in use' "$(json .state)" 'in use'
is 'one token' "$(json .kinds.token)" 1
is 'one lock' "$(json .kinds.lock)" 1
is 'one key' "$(json '.keys | length')" 1
is 'which seals' "$(json '.keys[0].role')" 'in use'
is 'nothing under another one' "$(json .stale)" 0
run store verify
ends 'verify' 0
like 'all good' "$out" '[0-9]+ records, 0 bad'

# --- export and import ----------------------------------------------------------

run store export "$scratch/export"
ends 'an export' 0
is 'closed to others' "$(stat -c '%a %U' "$scratch/export")" '600 root'
is 'no name of a user in it' \
	"$(grep -acE 'alice|laptop|fob|token' "$scratch/export")" 0
run store export "$scratch/export"
ends 'never over a file' 1 'is there already'
is 'nothing is left of that' "$(find "$scratch" -name 'export.*')" ''
cardea store export - >"$scratch/stdout"
is 'to standard output' "$(head -c 19 "$scratch/stdout")" 'CARDEA STORE EXPORT'
run store import "$scratch/export"
ends 'not into a store with records' 1 'holds records'

# fresh: an empty store under the same key
fresh() {
	rm -rf $state/store
	cardea store init >/dev/null
}
fresh
is 'an empty store' "$(cardea store status --json | jq '.records')" 1
size=$(stat -c %s "$scratch/export")
refused=''
for at in 0 20 60 100 $((size / 2)) $((size - 40)) $((size - 1)); do
	cp "$scratch/export" "$scratch/bad"
	chmod 600 "$scratch/bad"
	printf '\xaa' | dd of="$scratch/bad" bs=1 seek="$at" conv=notrunc status=none
	cardea store import "$scratch/bad" >/dev/null 2>&1
	[ $? = 1 ] || refused="$refused altered:$at"
	[ "$at" = 0 ] || head -c "$at" "$scratch/export" >"$scratch/bad"
	cardea store import "$scratch/bad" >/dev/null 2>&1
	[ $? = 1 ] || refused="$refused cut:$at"
done
{ cat "$scratch/export"; printf x; } >"$scratch/bad"
cardea store import "$scratch/bad" >/dev/null 2>&1
[ $? = 1 ] || refused="$refused longer"
is 'cut, altered and lengthened exports are refused' "$refused" ''
is 'before anything was written' \
	"$(cardea store status --json | jq '.records')" 1
run store import "$scratch/export"
ends 'the export comes back' 0
all >"$scratch/after"
is 'as it was' "$(diff "$scratch/before" "$scratch/after")" ''
run store verify
ends 'and is good' 0

# --- merging: what was spent stays spent ------------------------------------------

run store import --merge "$scratch/export"
ends 'merging what is there already' 0
like 'changes nothing' "$out" ' 0 written'
before=$(all | sha256sum)
run lock alice --reason later
run unlock bob
run store import --merge "$scratch/export"
ends 'a lock of the export is back' 0
is 'and one of the store stays' \
	"$(cardea store status --json | jq '.kinds.lock')" 2
run unlock alice
is 'the rest is what it was' "$(all | sha256sum)" "$before"

# --- the key ------------------------------------------------------------------------

first=$(head -1 "$key")
run store rotate-key --use
ends 'no next key yet' 1 'no next key'
run store rotate-key --begin --use
ends 'one step at a time' 2
run store rotate-key --begin
ends 'begin' 0
is 'the first key is still the first' "$(head -1 "$key")" "$first"
is 'names derive from it' "$(sed -n 's/^names //p' "$key")" "$first"
run store rotate-key --begin
ends 'begin again' 0
is 'adds nothing' "$(grep -c '^next ' "$key")" 1
run store rotate-key --finish
ends 'nothing to finish yet' 0
run store rotate-key --use
ends 'use' 0
unlike 'another key is first' "$(head -1 "$key")" "$first"
is 'the old one opens' "$(sed -n 's/^old //p' "$key")" "$first"
run store status --json
is 'records are still under it' "$(json '.stale > 0')" true
all >"$scratch/after"
is 'all can be read' "$(diff "$scratch/before" "$scratch/after")" ''
run store rotate-key --finish
ends 'finish' 0
is 'the old key is gone' "$(grep -c '^old ' "$key")" 0
is 'the key file is closed' "$(stat -c '%a %U' "$key")" '400 root'
run store status --json
is 'no record is under it' "$(json .stale)" 0
all >"$scratch/after"
is 'nothing is lost' "$(diff "$scratch/before" "$scratch/after")" ''
run store verify
ends 'all good' 0
run store import --merge "$scratch/export"
ends 'an export under a key that is gone' 1 'which the key file has not'
second=$(head -1 "$key")
run store rotate-key
ends 'all steps at once' 0
unlike 'a third key' "$(head -1 "$key")" "$second"
is 'names as ever' "$(sed -n 's/^names //p' "$key")" "$first"
run store verify
ends 'all good again' 0

# a record that nobody can open keeps the old keys
cp -a $state/store "$scratch/kept"
cp -a "$key" "$scratch/key"
run store rotate-key --begin
run store rotate-key --use
sed -i '/^old /d' "$key"
run store rotate-key --finish
unlike 'a key that is needed is gone: trouble' "$rc" 0
run store verify
unlike 'and told' "$rc" 0
rm -rf $state/store
cp -a "$scratch/kept" $state/store
cat "$scratch/key" >"$key" 2>/dev/null || cp -a "$scratch/key" "$key"
run store verify
ends 'back' 0

# a damaged key file is named with its line
printf '%s\nold zz\n' "$second" >"$scratch/broken"
cp -a "$key" "$scratch/key"
cat "$scratch/broken" >"$key"
run list
ends 'a broken key file' 3 ':2: .*64 hex digits'
cat "$scratch/key" >"$key"

# --- moving: what can be said without a cluster --------------------------------------

run store migrate
ends 'where to' 2 '--to'
run store migrate --to lmdb --yes
ends 'it is there already' 1 'say that the store is in lmdb'
run store migrate --to etcd
ends 'asks first' 2 'yes'
run store migrate --to etcd --yes
ends 'no cluster' 3 'no cluster'

# --- one line in the log for each ---------------------------------------------------

for verb in 'store export' 'store import' 'store import merged' 'added' \
	'in use' 'alone'; do
	if grep -q "event=admin.*$verb" "$scratch/syslog"; then
		pass "logged: $verb"
	else
		fail "logged: $verb"
	fi
done
finish
