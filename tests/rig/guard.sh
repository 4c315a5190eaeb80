#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# guard.sh SUITE: runs a suite inside its box; whatever the sanitizers had to
# say in any program of the box fails it.
rm -f /tmp/asan.[0-9]*
bash "$1"
status=$?
for report in /tmp/asan.[0-9]*; do
	[ -e "$report" ] || continue
	status=1
	echo "not ok 0 - the sanitizers complained: $report"
	sed 's/^/# /' "$report" | head -40
done
exit "$status"
