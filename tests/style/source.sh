#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What every source file keeps to: layers, banned calls, one file a library,
# licence, sizes.  Reads the tree only.
set -u
cd "${SRCDIR:?}" || exit 1
. tests/style/tap.sh

code='include lib modules verifier cli'
shipped=$(find $code -name '*.[ch]' | sort)

# Arrows go one way (HACKING, "the house"): a folder may include these.
layer()
{
	folder=$1
	shift
	allowed=$(printf '%s|' "$@")
	grep -n '^#include "' $(find "$folder" -name '*.[ch]' -path "$folder/*") /dev/null |
		grep -Ev "#include \"(${allowed%|})" | sed 's/:#include/: #include/'
}
ok 'base knows nothing of ours but base' "$(layer lib/base base/ config.h)"
ok 'factors know no store, log or policy' \
	"$(layer lib/factor base/ factor/ store/crypto.h config.h)"
ok 'facts know base, facts and digests' "$(layer lib/facts base/ facts/ store/crypto.h config.h)"
ok 'certificates know no store, log or PAM' \
	"$(layer lib/cert base/ cert/ helper/ store/crypto.h config.h)"
ok 'what signs knows certificates and helpers' \
	"$(layer lib/sign base/ cert/ helper/ sign/ config.h)"
ok 'what is refreshed knows certificates and helpers' \
	"$(layer lib/refresh base/ cert/ helper/ refresh/ config.h)"
ok 'helpers know base and helper' "$(layer lib/helper base/ helper/ config.h)"
ok 'wire knows base and wire' "$(layer lib/wire base/ wire/ config.h)"
ok 'policy knows no store but digests, and of facts the walls of time zones' \
	"$(layer lib/policy base/ policy/ facts/walltime.h store/crypto.h config.h)"
ok 'modules know wire, base and the log only' \
	"$(grep -nE '^#include ("|<cardea/)' modules/*.[ch] |
		grep -vE '#include ("(base|wire|modules)/|"config\.h"|<cardea/(status|limits|request|evidence|log)\.h>)')"
ok 'only modules know PAM' "$(grep -ln '#include <security/' $shipped | grep -v '^modules/')"
ok 'public headers include public headers only' \
	"$(grep -n '#include "' include/cardea/*.h)"

# Each outside library has one file that includes it.
for library in oath lmdb.h libconfig.h libical/ qrencode.h jansson.h protobuf-c; do
	found=$(grep -l "#include <.*$library" $shipped | grep -vc 'cli/json.h')
	ok "one file includes $library" "$([ "$found" -le 1 ] || grep -l "#include <.*$library" $shipped)"
done
# libcurl has two faces: what fetches for the command, and what a login asks the
# cluster by, in an object that no other host loads.
ok 'libcurl is included by transfer.c and by rpc.c alone' \
	"$(grep -l '#include <curl/' $shipped |
		grep -vxE 'cli/fetch/transfer.c|lib/store/library/rpc.c')"
# OpenSSL's ciphers have one file; its certificates two rooms, neither of which
# the verifier links: what judges them, and what holds a device's key.
ok 'OpenSSL is included by crypto.c, and by rooms that no login links' \
	"$(grep -l '#include <openssl/' $shipped | grep -vE '^lib/(store/crypto|factor/library/chain).c$|^(lib/(cert|sign)|verifier/sign)/')"
# libfido2 has two as well: one judges signatures, one talks to keys.
ok 'libfido2 is included by verify.c and, in cardea-key, by device.c alone' \
	"$(grep -lE '#include <fido[./]' $shipped |
		grep -vE '^(lib/factor/library/verify|verifier/key/device).c$')"
ok 'and what is loaded is known to its loader alone' \
	"$(grep -l '#include "factor/library/' $shipped | grep -vE '^lib/factor/(library/|fido2_load.c$)')"

banned='strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|sscanf|gets|localtime|gmtime|ctime|getenv|secure_getenv|system|popen|assert|abort|alloca|tmpnam|mktemp|rand|srand'
# An askpass is run by ssh for a person and is nobody else's host: its own
# settings, and the hint of ssh, come in the environment.
ok 'banned calls are not used' \
	"$(grep -nwE "($banned)[ ]?\(" $shipped |
		grep -v '^cli/askpass/\(device_place\|keep\|next\|other\)\.c:.* getenv(')"
ok 'libraries and modules never end the process' \
	"$(grep -nwE '(exit|_exit|err|errx)\(' $(find lib modules -name '*.c') |
		grep -vE 'lib/(wire/launch|helper/spawn).c')"
# I08: one place starts the verifier, one what reads keys for it, and callers name a
# constant path.  What
# an askpass starts for its person, ssh -V and another askpass, has its own.
ok 'I08 the verifier is started in one place, and nothing else anywhere' \
	"$(grep -nwE '(exec(l|le|lp|v|ve|vp|vpe|veat)|fexecve|posix_spawnp?|v?fork|SYS_exec[a-z]*)' $(find $code -name '*.c') |
		grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/?\*|.*/\* )' |
		grep -v -e '^lib/wire/launch.c:.*(void)execve(path, arguments, environment);' \
			-e '^cli/askpass/child.c:.*(void)execve(call->path, call->arguments, call->environment);' \
			-e '^cli/askpass/child.c:.*pid = fork();' \
			-e '^lib/helper/spawn.c:.*(void)execve(path, arguments, environment);' \
			-e '^lib/helper/spawn.c:.*pid = high < 0 ? -1 : fork();')"
ok 'I08 and by a path that is a constant' \
	"$(grep -n 'cardea_launch(' modules/*.c | grep -v 'cardea_launch(CARDEA_VERIFIER, '
		grep -nA1 -E 'cardea_touch_(assert|make)\($' $(find verifier cli -name '*.c') |
			grep -E '\.c-' | grep -v 'CARDEA_KEY_HELPER,')"
ok 'P04 what lives in a host sets no handler, no timer, and jumps nowhere' \
	"$(grep -nwE '(signal|sigaction|sigaltstack|alarm|setitimer|timer_create|(sig)?(set|long)jmp)\(' $(find lib modules -name '*.c' -not -path 'lib/helper/*'))"
ok 'F01 modules open no file' \
	"$(grep -nwE '(f?open|openat|freopen|creat|openlog|closelog)\(' modules/*.c)"
ok 'F04 nothing that lives in a host changes its ids' \
	"$(grep -nE 'set(res|re|e|fs)?[ug]id|setgroups|initgroups' $(find lib modules -name '*.c') |
		grep -vE '^lib/(wire/launch|helper/confine).c:')"
ok 'nothing is built differently for tests' \
	"$(grep -nE '#if.*(^|[^A-Z])(TEST|DEBUG)' $shipped)"
ok 'no struct is hidden behind a typedef' "$(grep -nE '^typedef struct' $shipped)"
ok 'every file names its licence' \
	"$(git ls-files 2>/dev/null | grep -E '\.(c|h|sh|mk)$' |
		while read -r f; do head -3 "$f" | grep -q SPDX || echo "$f"; done)"
ok 'nothing is left to do' "$(grep -nE 'TODO|FIXME|XXX' $shipped | grep -v XXXXXX)"

# Who writes a kind of record is said by the sources and held to by etcd.
kind_value()
{
	cat lib/store/*.h | sed -n "/^#define $1[[:space:]]/{s/\\\\\$//;/\"/!{N};s/^[^\"]*\"\([^\"]*\)\".*/\1/p;q}"
}
in_sources=$(sed -n 's/^	{ \(CARDEA_KIND_[A-Z_]*\), CARDEA_KIND_BY_\([A-Z]*\),.*/\1 \2/p' lib/store/kinds.c |
	while read -r macro writer; do
		echo "$(kind_value "$macro") $(echo "$writer" | tr A-Z a-z)"
	done | sort)
ok "etcd's roles know each kind and who writes it" \
	"$(conf/etcd/roles.sh kinds | sort | grep -vxF "$in_sources"; echo "$in_sources" | grep -vxF "$(conf/etcd/roles.sh kinds)")"
ok 'each kind that is named anywhere is in the table' \
	"$(grep -ohE '^#define CARDEA_KIND_[A-Z_]+' lib/store/*.h | awk '{ print $2 }' |
		grep -vxE 'CARDEA_KIND_(TXN|MIRROR)' |
		while read -r macro; do grep -qE "$macro," lib/store/kinds.c || echo "$macro"; done)"

ok 'and none has a name in one file alone' \
	"$(grep -nE '^#define [A-Z_]*KIND[A-Z_]*[[:space:]]+("|\\)' $(find lib verifier cli -name '*.c'))"

# Rooms grown past comfort; a function longer than a screen.
ok 'no source file, of tests or not, is longer than 600 lines' \
	"$(wc -l $shipped $(find tests -name '*.[ch]' | sort) |
		awk '$2 != "total" && $1 > 600 { print $1, $2 }')"
if command -v ctags >/dev/null 2>&1 && ctags --version | grep -q Universal; then
	ok 'no function is longer than 70 lines' \
		"$(ctags -x --_xformat='%{input}:%{line} %{end} %N' --fields=+ne --kinds-C=f $shipped |
			awk '{ split($1, a, ":"); n = $2 - a[2] + 1; if (n > 70) print n, $1, $3 }')"
	ok 'nine functions in ten fit in 50 lines' \
		"$(ctags -x --_xformat='%{input}:%{line} %{end} %N' --fields=+ne --kinds-C=f $shipped |
			awk '{ split($1, a, ":"); if ($2 - a[2] + 1 > 50) long++; all++ }
				END { if (long * 10 > all) print long " of " all }')"
fi
done_testing
