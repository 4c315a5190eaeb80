#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Sessions that rest on certificates: they end when these are revoked, and not
# when these end by themselves.
. "$SRCDIR/tests/e2e/lib.sh"
. "$SRCDIR/tests/e2e/certs.sh"
. "$SRCDIR/tests/e2e/sessions.sh"

people='{ name = "People"; kind = "ssh"; trust = "/srv/ca/people.pub";
    lists = [ "/srv/ca/people.krl" ]; }'
machines='{ name = "Machines"; kind = "x509"; trust = "/srv/ca/Machines.pem";
    revocation = "crl"; lists = [ "/srv/ca/Machines.crl" ]; }'
host='device: { certificate = "/etc/cardea/host.pem"; key = "/etc/cardea/host.key"; };'
every='sessions: { interval = "1s"; };'
settings="authorities: ( $people, $machines ); $host $every"
# erin REQUIREMENT: the rules, with this one for her
erin() {
	cat <<-END
		rules = (
		  { name = "root-descends"; when = { caller = "root"; service = [ "su", "sudo", "cron" ]; };
		    require = "none"; reason = "tests"; },
		  { name = "machine"; when = { user = "dave"; }; require = "device(host)"; },
		  { name = "named"; when = { service = "sshd"; user = "frank"; };
		    require = "sshcert(ca=\"People\")"; },
		  { name = "both"; when = { service = "sshd"; user = "erin"; };
		    require = "$1"; },
		  { name = "certified"; when = { service = "sshd"; }; require = "sshcert"; }
		);
	END
}
machine < <(erin 'sshcert + device(host)')
sed -i 's/pam_cardea_decide.so$/pam_cardea_decide.so defer=session/' \
	/etc/pam.d/cardea-account
sed -i '/ignore=ignore/s/ defer=session//' /etc/pam.d/cardea-account
sed 's/cardea-auth$/cardea-auth-key/' "$SRCDIR/conf/pam.d/sudo" >/etc/pam.d/sudo
authority Machines
key_of desk
certify Machines desk
install -m 0600 $ca/desk.key /etc/cardea/host.key
install -m 0644 $ca/desk.pem /etc/cardea/host.pem
cd $ca || exit 1
ssh-keygen -q -t ed25519 -N '' -f people
ssh-keygen -q -t ed25519 -N '' -f others
: >empty
ssh-keygen -q -k -f people.krl empty
serial=0
# certificate AUTHORITY NAME [SSH-KEYGEN-OPTION...]: with the next serial
certificate() {
	local authority=$1 name=$2
	shift 2
	serial=$((serial + 1))
	quietly ssh-keygen -q -s "$authority" -I "$name at home" -z $serial \
		-n "$name" -V -1h:+1d "$@" "$name.pub"
}
for who in alice bob carol dave erin frank; do
	person $who
	ssh-keygen -q -t ed25519 -N '' -f $who
	install -d -o $who -m 0700 /home/$who/.ssh
	install -o $who -m 0600 $who.pub /home/$who/.ssh/authorized_keys
	[ $who = dave ] || certificate people $who
done
printf '%s\n' 'Defaults !lecture, timestamp_timeout=0' \
	'dave ALL=(ALL:ALL) ALL' >/etc/sudoers.d/e2e
install -m 0440 "$SRCDIR/conf/sudoers.d/cardea" /etc/sudoers.d/cardea
chmod 0440 /etc/sudoers.d/e2e
certificate people bob -V -1h:+5m
short=$serial
quietly cardea refresh
sshd_up "TrustedUserCAKeys $ca/people.pub" 'AuthenticationMethods publickey'
methods=publickey

# in_by NAME USER: a login that stays, by certificate where there is one
in_by() {
	local algorithm=ssh-ed25519
	[ ! -e "$ca/$2-cert.pub" ] || algorithm=ssh-ed25519-cert-v01@openssh.com
	held "$2" "$1" -i "$ca/$2" -o PubkeyAcceptedAlgorithms=$algorithm
}
# with no more rights than the service has
rights=$(sed -n 's/^CapabilityBoundingSet=//p' "$SRCDIR/conf/systemd/cardea-watch.service.in" |
	tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
round() {
	mark
	said=$(setpriv --no-new-privs --bounding-set="-all,$rights" \
		cardea watch --once --json 2>&1)
	rc=$?
}
# did NAME FIELDS: what the last round counted
did() {
	is "$1" "$rc $(jq -c '[.sessions, .ended, .unsure]' <<<"$said")" "$2"
}
# revoke_serial SERIAL: in the list of People, as `cardea refresh` fetches it
revoke_serial() {
	ssh-keygen -q -k -f $ca/people.krl -u -s $ca/people.pub - <<<"serial: $1"
}

# --- revoked -------------------------------------------------------------------------
in_by one alice
in_by two bob
in_by three carol
round
did 'three sessions by certificates, all in order' '0 [3,0,0]'
revoke_serial 1
round
did 'S05 one is revoked: until the next refresh nobody knows' '0 [3,0,0]'
quietly cardea refresh
like 'S05 then it is listed as one to be ended' "$(cardea sessions)" \
	'to be ended: its certificate was revoked'
round
did 'S05 and its session ends' '0 [3,1,0]'
logged 'S05 one line says whose and why' \
	'event=session txn=[0-9a-f]{32} user=alice service=sshd .*rule=certified reason=revoked detail="ended: its certificate was revoked"'
is '  the login is gone' "$(ends one)" no
is '  and no other' "$(lives two) $(lives three)" 'yes yes'

# --- ended by itself ------------------------------------------------------------------
later 900
round
did 'a certificate that has ended meanwhile ends nothing' '0 [2,0,0]'
revoke_serial "$short"
quietly cardea refresh
round
did 'S05 one that was revoked after its end does' '0 [2,1,0]'
logged '  for that reason' 'user=bob .*reason=revoked'
is '  indeed' "$(ends two)" no

# --- what cannot be known ---------------------------------------------------------------
printf damaged >>/var/lib/cardea/revocation/People.0.krl
round
did 'S05 a damaged list ends nobody' '0 [1,0,1]'
logged '  though the log says that it is not known' \
	'user=carol .*reason=not-known detail="whether its certificate was revoked is not known"'
round
logged '  once' 'reason=not-known' 0
mv $ca/people.pub $ca/elsewhere
round
did 'nor does an authority that cannot be read' '0 [1,0,1]'
mv $ca/elsewhere $ca/people.pub
quietly cardea refresh
round
did 'it is known again' '0 [1,0,0]'
is '  and all that time the session was open' "$(lives three)" yes

# --- the machine's own -------------------------------------------------------------------
in_by four dave
tell_session four 'sudo -A sleep 1000 >/dev/null 2>&1 &'
comes_to 'a login and sudo by the certificate of the machine' 1 of_service sudo
round
did '  in order, both' '0 [3,0,0]'
in_by five erin
policy < <(erin 'sshcert | device(host)')
round
did 'and one by two certificates' '0 [4,0,0]'
revoke Machines desk
quietly cardea refresh
round
# the end of the login may be that of sudo in it before that comes to its turn
like 'X03 the one is revoked: those end that rest on it' "$said" '"ended":[12],.*"unsure":0'
logged '  for that reason' 'user=dave service=(sshd|sudo) .*rule=machine reason=revoked' +
is '  indeed' "$(ends four) $(cardea sessions --json | jq -r '[.sessions[].user] | sort | join(" ")')" \
	'no carol erin'
is 'the other is enough for the rule of now: that one stays' "$(lives five)" yes

# --- authorities of now ---------------------------------------------------------------------
# ruled REQUIREMENT: frank's rule
ruled() {
	erin 'sshcert + device(host)' | sed "s/require = \"sshcert(ca=.*/require = \"$1\"; },/"
}
in_by six frank
round
did 'a rule that names its authority' '0 [3,0,0]'
settings="authorities: ( ${people/People/Somebody}, $machines ); $host $every"
settings
policy < <(ruled sshcert)
quietly cardea refresh
round
did 'the authority has another name, and the rule asks for none: its session stays' '0 [3,1,0]'
logged '  and that goes that wants the certificate of the machine' 'user=erin .*reason=revoked'
policy < <(ruled 'sshcert(ca=\\"Somebody\\")')
round
did '  as it does where the rule asks for the new one' '0 [2,0,0]'
policy < <(ruled 'sshcert(ca=\\"Machines\\")')
round
did 'where it asks for another one its session ends' '0 [2,1,0]'
logged '  by the policy of now' 'user=frank .*reason=factor-missing detail="ended: by the policy of now'
is '  those of others stay' "$(lives three)" yes
: >$ca/people.pub
round
did 'a file that is being written ends nobody' '0 [1,0,1]'
ssh-keygen -y -f $ca/people >$ca/people.pub
settings="authorities: ( ${people/people.pub/others.pub}, $machines ); $host $every"
settings
policy < <(erin 'sshcert')
quietly cardea refresh
round
did 'an authority that knows its key no more: its session ends' '0 [1,1,0]'
is '  indeed' "$(ends three)" no

# Two authorities with one key, of which one alone is for this user.
cp people.pub staff.pub
two="{ name = \"Guests\"; kind = \"ssh\"; trust = \"/srv/ca/people.pub\";
    principals = [ \"guest-%u\" ]; revocation = \"none\"; },
  ${people/people.pub/staff.pub}"
settings="authorities: ( $two, $machines ); $host $every"
settings
quietly cardea check --install
quietly cardea refresh
certificate people alice
in_by nine alice
printf damaged >>/var/lib/cardea/revocation/People.0.krl
round
did 'S05 the no of the one is none where the other is in trouble: its list' '0 [1,0,1]'
quietly cardea refresh
echo 'ssh-ed2551' >>staff.pub
round
did '  a line of what it trusts' '0 [1,0,1]'
mv staff.pub elsewhere
round
did '  all of it' '0 [1,0,1]'
cp people.pub staff.pub
round
did '  and without trouble all is well' '0 [1,0,0]'
revoke_serial $serial
quietly cardea refresh
round
did '  until it is revoked' '0 [1,1,0]'
is '  indeed' "$(ends nine)" no
settings="authorities: ( $people, $machines ); $host $every"
settings
key_of desk
certify Machines desk
install -m 0600 $ca/desk.key /etc/cardea/host.key
install -m 0644 $ca/desk.pem /etc/cardea/host.pem
policy < <(erin 'sshcert(ca=\"People\") + device(host, ca=\"Machines\")')
quietly cardea refresh

# --- a device with two certificates -----------------------------------------------------------
certificate people erin
quietly cardea device add laptop --ssh-cert 'People/erin at home' --certificate $ca/desk.pem
in_by ten erin
round
did 'each certificate is asked of its own authority' '0 [1,0,0]'
policy < <(erin 'device(host)')
revoke_serial $serial
quietly cardea refresh
round
did 'the one is revoked, and the rule wants the other' '0 [1,0,0]'
revoke Machines desk
quietly cardea refresh
round
did 'then the other' '0 [1,1,0]'
is '  indeed' "$(ends ten)" no
quietly cardea device remove laptop --yes

# --- more than can be kept ----------------------------------------------------------------------
key_of desk
certify Machines desk
install -m 0600 $ca/desk.key /etc/cardea/host.key
for i in 1 2 3; do
	openssl req -x509 -newkey rsa:2048 -nodes -keyout /tmp/junk.key -days 100 \
		-subj "/CN=junk$i" -out /tmp/junk$i.pem 2>/dev/null \
		-addext "nsComment=$(head -c 5400 /dev/zero | tr '\0' x)"
done
cat $ca/desk.pem /tmp/junk[123].pem >/etc/cardea/host.pem
in_by eleven dave
round
did 'who sends along what is too much is let in' '0 [1,0,0]'
revoke Machines desk
quietly cardea refresh
round
did 'S05 and ends like others' '0 [1,1,0]'
is '  indeed' "$(ends eleven)" no

# --- what is remembered -------------------------------------------------------------------------
key_of desk
certify Machines desk
install -m 0600 $ca/desk.key /etc/cardea/host.key
install -m 0644 $ca/desk.pem /etc/cardea/host.pem
policy < <(erin sshcert | sed 's/{ name = "machine".*/{ name = "again"; when = { service = "sudo"; user = "carol"; }; require = "device(host)"; remember = "15m"; },/')
echo 'carol ALL=(ALL:ALL) ALL' >>/etc/sudoers.d/e2e
certificate people carol
in_by twelve carol
tell_session twelve 'sudo -A id -un'
like 'sudo by the certificate of the machine' "$said" '^root$'
mv /etc/cardea/host.key /etc/cardea/elsewhere
tell_session twelve 'sudo -A id -un'
like '  is remembered' "$said" '^root$'
tell_session twelve 'sudo -A sleep 1000 >/dev/null 2>&1 &'
comes_to '  for one that stays, too' 1 of_service sudo
revoke Machines desk
quietly cardea refresh
tell_session twelve 'sudo -A id -un'
unlike 'S05 revoked, it is remembered no more' "$said" '^root$'
round
did '  and what rests on it ends' '0 [2,1,0]'
logged '  for that reason' 'user=carol service=sudo .*rule=again reason=revoked'
is '  alone' "$(lives twelve)" yes
let_go twelve
comes_to '  until it is closed' 0 of_service sshd

# --- a service that runs on -------------------------------------------------------------------
# how often cardea-cert is started, beside what logins ask it
judge=/usr/libexec/cardea/cardea-cert
settings="authorities: ( $people, $machines ); $host $every"
settings
policy < <(erin 'sshcert')
quietly cardea refresh
for who in alice carol; do certificate people $who; done
in_by seven alice
in_by eight carol
mv $judge $judge.real
printf '#!/bin/sh\necho >>/tmp/asked\nexec %s.real\n' $judge >$judge
chmod 0755 $judge
: >/tmp/asked
# asked: by how many questions
asked() { wc -l </tmp/asked; }
cardea watch >/tmp/service 2>&1 &
service=$!
comes_to 'a service asks about each certificate' 2 asked
sleep 3.2
is '  and not again in each round' "$(asked)" 2
revoke_serial 99
quietly cardea refresh
comes_to '  but by new lists' 4 asked
mark
revoke_serial $((serial - 1))
quietly cardea refresh
is 'S05 one is revoked: its session ends' "$(ends seven)" no
logged '  for that reason' 'user=alice .*reason=revoked'
is '  and the other stays' "$(lives eight)" yes
before=$(asked)
later 901
sleep 1.5
is 'after a quarter of an hour it asks once more' "$(($(asked) - before))" 1
kill $service
mv $judge.real $judge
sshd_down
finish
