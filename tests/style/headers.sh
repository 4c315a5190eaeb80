#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each header compiles alone, in C and (public ones) in C++; the symbol map and
# the public headers name the same functions.
set -u
cd "${SRCDIR:?}" || exit 1
. tests/style/tap.sh
cc=${CC:-cc}
flags="-std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Wstrict-prototypes -Werror -Iinclude -Ilib -I. -I${BUILDDIR:?}/lib $(pkg-config --cflags p11-kit-1) -fsyntax-only -x c"
for header in $(find include lib modules verifier cli -name '*.h' | sort); do
	ok "$header stands alone" "$($cc $flags "$header" 2>&1)"
done

declared=$(cat include/cardea/*.h | tr '\n' ' ' | grep -oE 'cardea_[a-z0-9_]+\(' | tr -d '(' |
	grep -v '^cardea_store_visit$' | sort -u)
mapped=$(grep -oE '^	cardea_[a-z0-9_]+;' lib/libcardea.map | tr -d '\t;' | sort -u)
printf '%s\n' "$declared" >"${BUILDDIR:?}/declared.$$"
printf '%s\n' "$mapped" >"$BUILDDIR/mapped.$$"
ok 'every public function is exported' "$(comm -23 "$BUILDDIR/declared.$$" "$BUILDDIR/mapped.$$")"
ok 'nothing else is exported' "$(comm -13 "$BUILDDIR/declared.$$" "$BUILDDIR/mapped.$$")"
rm -f "$BUILDDIR/declared.$$" "$BUILDDIR/mapped.$$"
done_testing
