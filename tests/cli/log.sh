#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cardea log: which lines are ours, how they look, what is filtered.
. "${SRCDIR:?}/tests/cli/lib.sh"

permit='event=decision txn=aa user=alice service=sshd phase=auth rhost=192.0.2.7 rule=staff decision=permit reason=requirement-met policy=0123456789ab took_ms=5'
deny='event=decision txn=bb user=bob service=sudo phase=auth rule=staff decision=deny reason=factor-missing missing=totp took_ms=7'
verified='event=verification txn=aa user=alice service=sshd phase=auth factor=totp result=verified credential=phone took_ms=3'
cat >"$scratch/log" <<END
2026-11-23T10:00:00.123456+01:00 host cardea[12]: $verified
2026-11-23T10:00:01+01:00 host cardea[12]: $permit
Nov 23 10:00:02 host cardea[13]: $deny
Nov  3 10:00:02 host sshd[1]: cardea[13]: $deny
2026-11-23T10:00:03Z host sshd[1]: Invalid user cardea[1]: $permit
2026-11-23T10:00:03Z host cardea: {"event":"admin","user":"carol","detail":"lock by=root"}
2026-11-23T10:00:03Z host cardeax[1]: $deny
2026-11-23T10:00:03Z host cardea[x]: $deny
short
END
run log "$scratch/log"
ends 'a log is read' 0
is 'four lines are ours' "$(printf '%s\n' "$out" | wc -l)" 4
like 'a permit is told' "$out" 'permit  alice  sshd/auth  from 192.0.2.7  rule staff  requirement-met  5 ms'
like 'a verification is told' "$out" 'verified  alice .*factor totp  credential phone'
like 'JSON lines are read too' "$out" 'admin  carol  lock by=root'
unlike 'no colour into a pipe' "$out" $'\e'
is 'V21 words inside another program'"'"'s line are not ours' \
	"$(printf '%s\n' "$out" | grep -c 'deny')" 1

run log --color always "$scratch/log"
like 'colour if wanted' "$out" $'\e\\[32mpermit'
like 'a denial is red' "$out" $'\e\\[31mdeny'
run log --user alice "$scratch/log"
is 'filter by user' "$(printf '%s\n' "$out" | wc -l)" 2
run log --user alice --user bob "$scratch/log"
is 'a filter given twice means either' "$(printf '%s\n' "$out" | wc -l)" 3
run log --service sudo "$scratch/log"
like 'filter by service' "$out" 'deny  bob'
run log --event verification "$scratch/log"
is 'filter by event' "$(printf '%s\n' "$out" | wc -l)" 1
run log --decision deny --user alice "$scratch/log"
is 'two filters mean both' "$out" ''
run log --since 2026-11-23T09:30:00Z "$scratch/log"
unlike 'since leaves out what is older' "$out" permit
like 'since keeps what is later' "$out" carol
run log --json "$scratch/log"
is 'JSON is one object a line' "$(printf '%s\n' "$out" | jq -r .user | xargs)" \
	'alice alice bob carol'
is 'JSON tells the time in UTC' "$(printf '%s\n' "$out" | head -1 | jq -r .time)" \
	2026-11-23T09:00:00Z
is 'JSON tells the host' "$(printf '%s\n' "$out" | head -1 | jq -r .host)" host
is 'JSON has numbers as numbers' \
	"$(printf '%s\n' "$out" | head -1 | jq '.took_ms + 1')" 4

feed "$permit" log
like 'a bare message is read from standard input' "$out" '^permit  alice'
feed '2026-11-23T10:00:03Z host cardea[1]: event=decision rubbish' log
ends 'a damaged line of ours is told of, not shown' 0 '1 lines of cardea could not be read'
is 'nothing of it is shown' "$out" ''
feed '2026-11-23T10:00:03Z h cardea[1]: event=error user="a\x1b[2J\x0a" detail="\xff"' log
unlike 'I14 what a name holds stays escaped' "$out" $'\e'
like 'I14 and can be seen' "$out" '\\x1b\[2J\\x0a'
head -c 200000 /dev/zero | tr '\0' 'a' >"$scratch/long"
printf '\n2026-11-23T10:00:01Z host cardea[12]: %s\n' "$permit" >>"$scratch/long"
run log "$scratch/long"
like 'a line too long hides nothing behind it' "$out" 'permit  alice'
run log "$scratch/none"
ends 'a missing file is trouble' 3 'No such file'
run log "$scratch"
ends 'a folder is trouble' 3
run log --since yesterday "$scratch/log"
ends 'a time that is none is refused' 2 'since'
run log --color blue "$scratch/log"
ends 'a colour that is none is refused' 2 'color'
finish
