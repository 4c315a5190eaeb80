#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Prints the results of tests/bench/run.sh as tables with ratios.
set -eu
results=$1
echo
echo 'One code, whole PAM transaction (authenticate), milliseconds'
printf '%-14s %-5s %3s %8s %8s %8s %8s %7s %8s\n' service mode w users p50 p95 p99 per_s 'x google'
jq -rs '
  [.[] | select(.service and .phases == "a" and (.touch or .device | not))] as $all
  | $all[]
  | . as $row
  | ([$all[] | select(.service == "bench-google" and .mode == $row.mode and .workers == $row.workers and .users == $row.users)][0].p50_us // null) as $base
  | [.service, .mode, .workers, .users, .p50_us / 1000, .p95_us / 1000, .p99_us / 1000, .per_s,
     (if $base then .p50_us / $base else 0 end), .failed] | @tsv' "$results" |
	while IFS=$'\t' read -r service mode workers users p50 p95 p99 per_s ratio failed; do
		printf '%-14s %-5s %3s %8s %8.2f %8.2f %8.2f %7.0f %8.2f' \
			"${service#bench-}" "$mode" "$workers" "$users" "$p50" "$p95" "$p99" "$per_s" "$ratio"
		if [ "$failed" -gt 0 ]; then printf '  %s refused' "$failed"; fi
		echo
	done
echo
echo 'Other rows'
jq -rs '
  .[] | select(.service and .phases != "a" and .phases != "c" and (.touch or .device | not))
  | "\(.service | ltrimstr("bench-")) \(.mode) phases=\(.phases) size=\(.users): p50 \(.p50_us / 1000) ms, refused \(.failed)"' "$results"
jq -rs '.[] | select(.syscalls) | "system calls of one cold transaction: \(.syscalls | tostring)"' "$results"
jq -rs '.[] | select(.syncs) | "syncs of one accepted code: \(.syncs.cardea)"' "$results"
echo
echo 'The last of so many rules or lines decides, cold, account, milliseconds (p50)'
jq -rs '
  [.[] | select(.phases == "c" and (.networks | not))] as $all
  | [$all[].users] | unique[] as $n
  | [$all[] | select(.users == $n)] as $row
  | "\($n): " + ([("bench-rules", "bench-access", "bench-time") as $s
      | $row[] | select(.service == $s)
      | "\($s | ltrimstr("bench-")) \(.p50_us / 1000)\(if .failed > 0 then " (\(.failed) refused)" else "" end)"] | join(", "))' "$results"
jq -rs '.[] | select(.networks) | "zone of \(.users) networks: rules \(.p50_us / 1000), refused \(.failed)"' "$results"
echo
echo 'Parts of one login, microseconds'
jq -rs '.[] | select(.part) | "\(.part): p50 \(.p50_us), p95 \(.p95_us)"' "$results"
echo
echo 'Revocation lists: making the index'
jq -rs '.[] | select(.list_bytes) | "\(.list) entries, \(.list_bytes / 1e6) MB: \(.build_ms) ms, index \(.index_bytes / 1e6) MB, peak of memory \(.peak_mb) MB"' "$results"
echo
echo 'One touch of one software key, cold, milliseconds'
jq -rs '
  [.[] | select(.touch)] as $all
  | ([$all[] | select(.service == "bench-u2f")][0].p50_us) as $base
  | $all[]
  | "\(.service | ltrimstr("bench-")): p50 \(.p50_us / 1000), p95 \(.p95_us / 1000), \((.p50_us / $base * 100 | round) / 100) x pam_u2f, refused \(.failed)"' "$results"
echo
echo 'This machine by its certificate (device(host), key in a file), milliseconds'
jq -rs '
  def median: sort | .[length / 2 | floor];
  [.[] | select(.device)] | group_by([.list, .service, .mode])[]
  | "\(.[0].service | ltrimstr("bench-")) \(.[0].mode)\(if .[0].list > 0 then ", list of \(.[0].list)" else "" end): p50 \(map(.p50_us) | median / 1000), p95 \(map(.p95_us) | median / 1000), refused \(map(.failed) | add)"' "$results"
jq -rs '.[] | select(.spent) | "\(.spent): \(.ms) ms, peak of memory \(.peak_mb) MB"' "$results"
echo
echo 'Ratios'
jq -rs '
  def p50(s; m; u): [.[] | select(.service == s and .mode == m and .workers == 1 and .users == u and .phases == "a")][0].p50_us;
  def line(name; a; b): if a and b and b > 0 then "\(name): \((a / b * 100 | round) / 100)" else empty end;
  def rules(s; n): [.[] | select(.service == s and .phases == "c" and .users == n and (.networks | not))][0].p50_us;
  def zone(n): [.[] | select(.networks and .users == n)][0].p50_us;
  def device(list; m): [.[] | select(.service == "bench-device" and .list == list and .mode == m) | .p50_us] | sort | .[length / 2 | floor];
  ([.[] | select(.service == "bench-cardea") | .users] | max) as $most
  | ([.[] | select(.service == "bench-device") | .list] | max) as $longest
  | ([.[] | select(.networks) | .users] | max) as $networks
  | line("cardea / google-authenticator, cold, 1 user"; p50("bench-cardea"; "cold"; 1); p50("bench-google"; "cold"; 1)),
    line("cardea \($most) users / 1 user, cold"; p50("bench-cardea"; "cold"; $most); p50("bench-cardea"; "cold"; 1)),
    line("pam_oath / cardea, cold, \($most) users"; p50("bench-oath"; "cold"; $most); p50("bench-cardea"; "cold"; $most)),
    line("device with a list of \($longest) / of 1000, cold"; device($longest; "cold"); device(1000; "cold")),
    line("device with a list of \($longest) / of 1000, warm"; device($longest; "warm"); device(1000; "warm")),
    line("cardea 10,000 rules / 10 rules, cold, account"; rules("bench-rules"; 10000); rules("bench-rules"; 10)),
    line("cardea 100,000 rules / 10 rules, cold, account"; rules("bench-rules"; 100000); rules("bench-rules"; 10)),
    line("cardea zone of \($networks) networks / of 10, cold, account"; zone($networks); zone(10)),
    line("pam_access 10,000 lines / cardea 10,000 rules, cold, account"; rules("bench-access"; 10000); rules("bench-rules"; 10000)),
    line("pam_time 10,000 lines / cardea 10,000 rules, cold, account"; rules("bench-time"; 10000); rules("bench-rules"; 10000))' "$results"
