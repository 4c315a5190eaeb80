#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# V25: the table of faults in SECURITY and the tests that bear their ids.
set -u
cd "${SRCDIR:?}" || exit 1
. tests/style/tap.sh

# ids of the faults that the table is about
ids()
{
	for range in V:27 I:16 F:12 R:12 P:20 C:12 K:09 S:08 X:09; do
		seq -f "${range%:*}%02g" 1 "${range#*:}"
	done
}
# rows: "ID rest" of the table
rows()
{
	grep -E '^[VIFRPCKSX][0-9]{2} ' SECURITY
}
# bearing ID FILE: a test of that file bears the id; that it is run the compiler
# sees to, who knows of no static function without a use
bearing()
{
	case $2 in
	*.c) grep -qE "^([A-Z][0-9]+_)*$1_[A-Za-z0-9_]+\((void \*\*state\))?$" "$2" ;;
	*) grep -qE "['\"]([A-Z][0-9]+ )*$1 " "$2" ;;
	esac
}

ok 'V25 every fault stands in SECURITY once, and nothing else' \
	"$(rows | cut -d' ' -f1 | sort >"${BUILDDIR:?}/told.$$"
		ids | sort | diff - "$BUILDDIR/told.$$")"
rm -f "$BUILDDIR/told.$$"
for id in $(ids); do
	files=$(rows | grep "^$id " | grep -v ' later: ' | grep -oE '[a-z0-9]+/[a-z_0-9]+\.(c|sh)')
	ok "V25 $id has its tests" \
		"$(rows | grep "^$id " | grep -qE ' later: [a-zA-Z]|/[a-z_0-9]+\.(c|sh)$' || echo 'no test is named'
		for file in $files; do
			[ -f "tests/$file" ] || echo "there is no tests/$file"
			bearing "$id" "tests/$file" || echo "tests/$file has no test that bears $id"
		done)"
done
ok 'V25 no test bears an id that the table does not know' \
	"$(grep -rhoE '\b([VIFRPCKSX][0-9]{2}_)+' tests --include='*.c' | tr _ '\n' | grep . | sort -u |
		while read -r id; do rows | grep -q "^$id " || echo "$id"; done)"
ok 'V25 what is not guarded yet is no part of this version' \
	"$(rows | grep ' later: ' | grep -vE '^R11 ')"
done_testing
