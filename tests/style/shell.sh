#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
set -u
cd "${SRCDIR:?}" || exit 1
. tests/style/tap.sh
if ! command -v shellcheck >/dev/null 2>&1; then
	echo '1..0 # SKIP shellcheck is not on this machine'
	exit 0
fi
for script in $(ls dev bootstrap .ci/run 2>/dev/null ; find tests -name "*.sh" | sort); do
	ok "$script is clean" "$(shellcheck -S warning -e SC1090,SC1091,SC2046,SC2086,SC2034,SC2154 "$script" 2>&1)"
done
done_testing
