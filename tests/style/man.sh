#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manuals: clean by mandoc's lint, and complete: every module argument,
# module, subcommand and log field has its place.
set -u
cd "${SRCDIR:?}" || exit 1
. tests/style/tap.sh
if ! command -v mandoc >/dev/null 2>&1; then
	echo '1..0 # SKIP mandoc is not on this machine'
	exit 0
fi
for page in man/*.[1-9]; do
	ok "$page is clean" "$(mandoc -T lint -W warning "$page" 2>&1)"
done
for page in cardea.8 cardea-askpass.1 cardea.conf.5 cardea-policy.5 cardea-log.5 cardea-verify.8 \
	pam_cardea_context.8 pam_cardea_totp.8 pam_cardea_device.8 pam_cardea_fido2.8 pam_cardea_decide.8; do
	ok "there is a $page" "$([ -f "man/$page" ] || echo missing)"
done
# What a page of a module promises is in the module, and the other way round.
for argument in $(grep -ohE '"(after=|defer=|split=)[a-z]*' modules/*.c | tr -d '"' | sort -u); do
	ok "V25 module argument $argument is in a manual" \
		"$(grep -lqF "Cm $argument" man/pam_cardea_*.8 || echo missing)"
done
for argument in $(sed -n 's/^\.It Cm \([a-z]*=[a-z]*\).*/\1/p' man/pam_cardea_*.8 | sort -u); do
	ok "V25 module argument $argument of a manual is in a module" \
		"$(grep -qF "\"$argument\"" modules/*.c || echo missing)"
done
for code in $(grep -ohE 'return PAM_[A-Z_]+' modules/code.c | cut -d' ' -f2 | sort -u); do
	ok "V25 what modules return, $code, is in a manual" \
		"$(grep -lq "^.It Dv $code" man/pam_cardea_*.8 || echo missing)"
done
for code in $(sed -n 's/^\.It Dv \(PAM_[A-Z_]*\).*/\1/p' man/pam_cardea_*.8 | sort -u); do
	ok "V25 $code of a manual is what some module returns" \
		"$(grep -qw "return $code" modules/code.c || echo 'nothing returns it')"
done
for field in $(sed -n '/^struct cardea_event {/,/^};/s/.*const char \*\([a-z]*\);.*/\1/p' include/cardea/log.h); do
	ok "V25 log field $field is in cardea-log(5)" "$(grep -qw "$field" man/cardea-log.5 || echo missing)"
done
# every key the policy compiler knows, as it stands in its tables
for key in $(grep -hoE '\{ "[a-z_]+",' lib/policy/source*.c 2>/dev/null | tr -d '{ ",' | sort -u); do
	ok "V25 configuration key $key is in a manual" \
		"$(grep -qw -- "$key" man/cardea.conf.5 man/cardea-policy.5 || echo missing)"
done
done_testing
