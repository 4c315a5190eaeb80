#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The shipped stacks, without Cardea: each of its lines in turn says every PAM
# code, or its module is missing, while the others say what they say when all
# is well (V03, V11, V14, V27).  Whatever is not exactly right must deny.
# Writes the whole table to $RESULTS/stacks.txt.
set -u
here=$(dirname "$0")
# shellcheck source=tests/e2e/tap.sh
. "$here/tap.sh"

# Linux-PAM's return codes by number (_pam_types.h).
codes=(SUCCESS OPEN_ERR SYMBOL_ERR SERVICE_ERR SYSTEM_ERR BUF_ERR PERM_DENIED
	AUTH_ERR CRED_INSUFFICIENT AUTHINFO_UNAVAIL USER_UNKNOWN MAXTRIES
	NEW_AUTHTOK_REQD ACCT_EXPIRED SESSION_ERR CRED_UNAVAIL CRED_EXPIRED
	CRED_ERR NO_MODULE_DATA CONV_ERR AUTHTOK_ERR AUTHTOK_RECOVERY_ERR
	AUTHTOK_LOCK_BUSY AUTHTOK_DISABLE_AGING TRY_AGAIN IGNORE ABORT
	AUTHTOK_EXPIRED MODULE_UNKNOWN BAD_ITEM CONV_AGAIN INCOMPLETE missing)
ok=0
ignored=25
missing=$((${#codes[@]} - 1))

table=${RESULTS:-/tmp}/stacks.txt
say=/lib/pam_say.so
cp "$BUILDDIR/tests/rig/.libs/pam_say.so" $say
useradd -m alice
usermod -p "$(openssl passwd -6 -salt ab right)" alice

# build SERVICE NORMAL LINE CODE: writes /etc/pam.d/trial.  Cardea's lines say
# NORMAL, but the one on LINE (counted over all files) says CODE.
build() {
	flatten "$1" | awk -v normal="$2" -v line="$3" -v code="$4" \
		-v missing="$missing" -v say="$say" '
		/pam_cardea_/ {
			told = ++n == line ? code : normal
			ask = /totp/ ? " ask" : ""
			module = told == missing ? "/no/such.so" : say
			sub(/pam_cardea_.*/, module " " told ask)
		}
		{ print }' >/etc/pam.d/trial
}

# flatten SERVICE: one file, with @include and include resolved.
flatten() {
	local line
	while IFS= read -r line; do
		case $line in
		'#'* | '') ;;
		@include\ cardea-*) flatten "${line#@include }" ;;
		auth*include*su) flatten su | grep ^auth ;;
		account*include*su) flatten su | grep -E '^(account|@.*account)' ;;
		session*include*su) flatten su | grep -E '^(session|@.*session)' ;;
		password*) ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$SRCDIR/conf/pam.d/$1"
}

# try PASSWORD OPERATION: does the trial stack let alice through?  The real
# user is alice, as under su; with the password "root" it is root.
try() {
	local who=alice
	[ "$1" != root ] || who=root
	printf '%s\n123456\n' "$1" | timeout 20 setpriv --ruid $who \
		pamtester trial alice "$2" >/dev/null 2>&1
}

# the_lines SERVICE TYPE: Cardea's line numbers of that type
the_lines() {
	flatten "$1" | awk -v type="$2" '/pam_cardea_/ { n++
		if ($1 == type) print n }'
}

# is_good SERVICE LINE CODE: may this line say this code when the others say
# SUCCESS?  A factor may say that it is not needed.
is_good() {
	[ "$3" = $ok ] && return
	[ "$3" = $ignored ] &&
		flatten "$1" | grep pam_cardea_ | sed -n "$2p" | grep -Eq "totp|fido2|device"
}

# reached SERVICE LINE WHEN: is the line on the way that the stack takes when
# all say SUCCESS and the password is right, or wrong?
reached() {
	local text
	text=$(flatten "$1" | grep pam_cardea_ | sed -n "$2p")
	case $text in
	account*ignore=ignore*decide*) false ;;
	account* | session* | auth*context*) true ;;
	auth*ignore=ignore*decide*) false ;;
	*) case $3 in
		right | none) [ "$2" -le 5 ] ;;
		wrong | root) [ "$2" -gt 5 ] ;;
		esac ;;
	esac
}

operation_of() {
	case $1 in
	auth) echo authenticate ;;
	account) echo acct_mgmt ;;
	session) echo open_session ;;
	esac
}

# sweep SERVICE TYPE PASSWORD: every line x every code; one test each line
sweep() {
	local line code cell row wrong
	for line in $(the_lines "$1" "$2"); do
		reached "$1" "$line" "$3" || continue
		row='' wrong=''
		for code in "${!codes[@]}"; do
			build "$1" $ok "$line" "$code"
			cell=deny
			! try "$3" "$(operation_of "$2")" || cell=PERMIT
			row="$row ${codes[$code]}=$cell"
			if is_good "$1" "$line" "$code"; then
				[ $cell = PERMIT ] || wrong="$wrong ${codes[$code]}"
			elif [ "$2:$code" = "session:$ignored" ]; then
				: # looking on: auth and account have enforced
			else
				[ $cell = deny ] || wrong="$wrong ${codes[$code]}"
			fi
		done
		echo "$1 $2 line $line, $3 password:$row" >>"$table"
		is "V11 V27 $1: $2 line $line with the $3 password denies all but its own good code" \
			"$wrong" ''
	done
}

: >"$table"

# the auth part that asks for no password
sweep cardea-auth-key auth none
build cardea-auth-key $ignored 0 0
try right authenticate
is 'cardea-auth-key: looking on, the right password is enough' $? 0
try wrong authenticate
is 'V01 cardea-auth-key: looking on, the wrong password is not' $? 1

for service in sshd sudo sudo-i su su-l login; do
	cp "$SRCDIR/conf/pam.d/$service" /etc/pam.d/
	sweep $service auth right
	sweep $service auth wrong
	sweep $service account right
	sweep $service session right

	build $service $ignored 0 0
	try right authenticate
	is "$service: looking on, the right password is enough" $? 0
	try wrong authenticate
	is "V01 $service: looking on, the wrong password is not" $? 1
	try right acct_mgmt
	is "$service: looking on, account permits" $? 0
	try right open_session
	is "$service: looking on, the session opens" $? 0

	case $service in su | su-l)
		try root authenticate
		is "$service: looking on, root needs no password" $? 0
		sweep $service auth root
		build $service $ignored 0 0
		;;
	esac

	echo 'auth	required	pam_deny.so' >>/etc/pam.d/trial
	try right authenticate
	is "$service: what stands after the stack still runs (looking on)" $? 1
	for password in right wrong; do
		build $service $ok 0 0
		echo 'auth	required	pam_deny.so' >>/etc/pam.d/trial
		try $password authenticate
		is "$service: what stands after the stack still runs ($password password)" \
			$? 1
	done
done
finish
