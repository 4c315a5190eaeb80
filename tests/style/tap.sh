# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Sourced by the style tests: ok NAME LIST says "ok" when LIST is empty, else
# prints LIST as comments; done_testing closes the plan.
tap_count=0
tap_failed=0

ok()
{
	tap_count=$((tap_count + 1))
	if [ -z "$2" ]; then
		echo "ok $tap_count - $1"
		return
	fi
	tap_failed=$((tap_failed + 1))
	printf '%s\n' "$2" | sed 's/^/# /'
	echo "not ok $tap_count - $1"
}

done_testing()
{
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
}
