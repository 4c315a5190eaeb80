#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Debian's login on a terminal.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = (
  { name = "console"; when = { service = "login"; }; require = "password + (totp | recovery)"; }
);
END
enrolled alice

# enter NAME PASSWORD CODE; sets $said and $rc
enter() {
	mark
	said=$(timeout --foreground 40 expect "$SRCDIR/tests/e2e/login.exp" \
		"$@" </dev/null 2>&1 | tr -d '\r' |
		sed 's/\x1b\[[?0-9;]*[a-zA-Z]//g')
	rc=$?
}

fresh alice
enter alice "$ASK_PASSWORD" "$ASK_CODE"
like 'password and code let in' "$said" '^alice$'
decided 'the decision is logged, with the terminal' user=alice service=login \
	phase=auth tty='[^ ]+' rule=console decision=permit
logged 'the session is opened and closed under the gate' \
	'event=decision.* service=login phase=session.*decision=permit' +

enter alice "$ASK_PASSWORD" "$ASK_CODE"
unlike 'R01 the same code again does not' "$said" '^alice$'
fresh alice
enter alice "$ASK_PASSWORD" 000000
unlike 'a wrong code does not' "$said" '^alice$'
decided 'and is logged' user=alice service=login decision=deny
enter nobody-here wrong 123456
unlike 'V16 nor does a name that nobody has' "$said" '[$] $'
like 'P17 who is asked for the code all the same' "$said" '[Cc]ode'

fresh alice
enter alice "$ASK_PASSWORD" "$ASK_CODE"
like 'and then the good login works' "$said" '^alice$'
finish
