# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Completion of cardea(8) for bash.  One row a command, held against the
# command's own table by tests/cli/table.sh.

_cardea_options() {
	case $1 in
	init) echo --store-size ;;
	check) echo --install --users --config --policy --policy-dir --output ;;
	explain)
		echo --user --service --from --login-from --tty --ruser --caller \
			--group --host --at --have --outage --posture --country \
			--subdivision --asn --position --trait --listed \
			--not-listed --signal --not-signal --grant --txn --log \
			--facts --batch --verbose --source
		;;
	simulate) echo --policy --settings --since --log --verbose ;;
	report) echo --since --log ;;
	'enroll totp')
		echo --name --digits --algorithm --issuer --not-before \
			--not-after --qr --secret-stdin --code --period
		;;
	'enroll hotp')
		echo --name --digits --algorithm --issuer --not-before \
			--not-after --qr --secret-stdin --code --counter
		;;
	'enroll recovery') echo --count --yes ;;
	'enroll fido2')
		echo --name --rp-id --algorithm --resident --uv --device \
			--print-request --response-stdin
		;;
	'enroll sshkey') echo --name --uv ;;
	'import pam-u2f') echo --user --rp-id --app-id --whole ;;
	'import u2f-host') echo --user --app-id --name ;;
	'device add')
		echo --owner --tag --certificate --chain --ssh-key --ssh-cert \
			--san --fido2
		;;
	'device list') echo --state --tag --owner --expiring ;;
	'device identity')
		echo --certificate --chain --ssh-key --ssh-cert --san --fido2
		;;
	'device lock') echo --lost --retired --reason ;;
	'device remove') echo --yes ;;
	'device posture import') echo --content ;;
	'device show' | 'device tag' | 'device owner' | 'device unlock' | 'device posture') ;;
	list | disable | enable | help | version) ;;
	refresh) echo --only --timeout --dry-run ;;
	remove) echo --recovery --all --yes ;;
	history) echo --erase --yes ;;
	lock) echo --for --reason ;;
	unlock) echo --tries ;;
	grant) echo --rule --for --reason ;;
	grants) echo --all ;;
	approve) echo --as ;;
	revoke) ;;
	sessions) echo --end --reason --forget-host ;;
	watch) echo --once ;;
	log) echo --user --service --event --decision --since --color ;;
	'device enroll')
		echo --key --algorithm --pin-file --pin --tpm --pkcs11 --existing \
			--subject --san --host --out --ca --ca-dir --ca-pin-file \
			--ca-pin --days
		;;
	'device ca init')
		echo --key --algorithm --pin-file --pin --tpm --pkcs11 --subject \
			--days --ca-dir
		;;
	'device ca sign')
		echo --subject --san --days --out --ca-dir --ca-pin-file --ca-pin
		;;
	'device ca revoke') echo --ca-dir ;;
	'device ca crl') echo --days --out --ca-dir --ca-pin-file --ca-pin ;;
	'store import') echo --merge ;;
	'store migrate') echo --to --config --undo --yes ;;
	'store rotate-key') echo --begin --use --finish ;;
	'store init' | 'store status' | 'store verify' | 'store export') ;;
	posture) echo --root ;;
	'test totp' | 'test hotp')
		echo --uri --at --code --watermark --window --batch
		;;
	'test fido2') echo --case --batch ;;
	'test x509')
		echo --ca --intermediate --crl --ocsp --max-age --at --purpose \
			--san --policy --explicit-policy --inhibit-mapping \
			--inhibit-any --batch
		;;
	'test sshcert')
		echo --ca --krl --krl-key --max-age --principal --source --at \
			--signature --namespace --message --batch
		;;
	'test krl') echo --krl-key --batch ;;
	esac
	echo --json --help
}

# The values of an option of a verb; nothing for those that only the person
# knows.
_cardea_values() {
	case $1 in
	--user | --caller | --ruser | --owner | --as) compgen -u -- "$2" ;;
	--group) compgen -g -- "$2" ;;
	--config | --policy | --output | --device | --pin-file | --ca-pin-file | \
		--out | --pkcs11 | --key | --certificate | --chain | --ssh-key | \
		--content | --krl | --krl-key | --signature | --message) compgen -f -- "$2" ;;
	--state) compgen -W 'active locked lost retired' -- "$2" ;;
	--source) [[ ${3:-} = *sshcert ]] ;; # a flag elsewhere
	--policy-dir | --root | --ca-dir) compgen -d -- "$2" ;;
	--digits) compgen -W '6 7 8' -- "$2" ;;
	--algorithm)
		case ${3:-} in
		*fido2) compgen -W 'es256 eddsa es384 rs256' -- "$2" ;;
		device*) compgen -W 'p256 p384 ed25519 rsa2048 rsa3072' -- "$2" ;;
		*) compgen -W 'SHA1 SHA256 SHA512' -- "$2" ;;
		esac
		;;
	--log | --settings | --listed | --not-listed) compgen -f -- "$2" ;;
	--trait)
		compgen -W 'anonymous vpn hosting public-proxy residential-proxy
			tor-exit none' -- "$2"
		;;
	--signal | --not-signal)
		compgen -W 'first-seen-network first-seen-country impossible-travel
			unusual-hour recent-failures many-sessions dormant-account
			clock-unsynchronised stale-database' -- "$2"
		;;
	--ca | --intermediate | --crl | --ocsp) compgen -f -- "$2" ;;
	--purpose) compgen -W 'clientAuth serverAuth any' -- "$2" ;;
	--to) compgen -W 'lmdb etcd' -- "$2" ;;
	--qr) compgen -W 'utf8 ansi none' -- "$2" ;;
	--color) compgen -W 'auto always never' -- "$2" ;;
	--decision) compgen -W 'permit deny' -- "$2" ;;
	--event)
		compgen -W 'verification decision lock alert error admin session' -- "$2"
		;;
	--service) compgen -W 'sshd sudo su login' -- "$2" ;;
	--outage)
		compgen -W 'store-unwritable cluster revocation-stale' -- "$2"
		;;
	--name | --issuer | --not-before | --not-after | --code | --period | \
		--counter | --count | --for | --reason | --forget-host | --since | --uri | --at | \
		--watermark | --window | --only | --timeout | --case | --from | --tty | \
		--host | --have | --store-size | --rp-id | --app-id | --posture | --san | \
		--max-age | --subject | --days | --tpm | --tag | --ssh-cert | --fido2 | \
		--expiring | --principal | --namespace | --rule | \
		--login-from | --country | --subdivision | --asn | --position | --grant | \
		--txn | --end) ;;
	*) return 1 ;;
	esac
	return 0
}

_cardea_operands() {
	case $1 in
	enroll) compgen -W 'totp hotp recovery fido2 sshkey' -- "$2" ;;
	import) compgen -W 'pam-u2f u2f-host' -- "$2" ;;
	device)
		compgen -W 'add list show tag owner identity lock unlock remove posture
			enroll ca' -- "$2"
		;;
	'device posture') compgen -W 'import' -- "$2" ;;
	'device ca') compgen -W 'init sign revoke crl' -- "$2" ;;
	'device ca '* | 'device posture import') compgen -f -- "$2" ;;
	store)
		compgen -W 'init status verify export import migrate rotate-key mirror' -- "$2"
		;;
	'store export' | 'store import') compgen -f -- "$2" ;;
	test) compgen -W 'totp hotp fido2 x509 sshcert krl' -- "$2" ;;
	'enroll '* | list | remove | disable | enable | history | lock | unlock | grant | grants) compgen -u -- "$2" ;;
	log | 'import '* | 'test x509' | 'test sshcert' | 'test krl') compgen -f -- "$2" ;;
	esac
}

_cardea() {
	local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]}
	local verbs='init check explain enroll device import list remove disable enable history lock
		unlock grant grants approve revoke sessions watch log posture refresh
		simulate report store test help version'

	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ] || { [ "$verb" = help ] && [ "$COMP_CWORD" = 2 ]; }; then
		mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$word")
		return
	fi
	case $verb in
	enroll | device | import | store | test)
		[ "$COMP_CWORD" -gt 2 ] && verb+=" ${COMP_WORDS[2]}"
		case $COMP_CWORD,$verb,${COMP_WORDS[3]:-} in
		3,*) ;;
		*,'device ca',* | *,'device posture',import)
			verb+=" ${COMP_WORDS[3]}"
			;;
		esac
		;;
	esac
	case $word in
	-*)
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_cardea_options "$verb")" -- "$word")
		return
		;;
	esac
	if _cardea_values "${COMP_WORDS[COMP_CWORD - 1]}" "$word" "$verb" >/dev/null; then
		mapfile -t COMPREPLY < <(_cardea_values \
			"${COMP_WORDS[COMP_CWORD - 1]}" "$word" "$verb")
		return
	fi
	mapfile -t COMPREPLY < <(_cardea_operands "$verb" "$word")
}

complete -F _cardea cardea
