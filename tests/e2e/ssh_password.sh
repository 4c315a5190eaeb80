#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# sshd's password method gives the one string that was typed to every
# question: split=authtok takes the code off its end.
. "$SRCDIR/tests/e2e/lib.sh"

machine <<'END'
rules = (
  { name = "staff"; when = { service = "sshd"; }; require = "password + totp"; }
);
END
enrolled alice
sed -i 's/pam_cardea_context.so/& split=authtok/' /etc/pam.d/cardea-auth
sshd_up 'AuthenticationMethods password' 'PasswordAuthentication yes'
methods=password

fresh alice
word=$ASK_PASSWORD
ASK_PASSWORD=$word$ASK_CODE
lets_in 'password and code in one string let in' alice
is 'one question only' "$(prompted | grep -o 'assword' | wc -l)" 1
decided 'the decision is logged' user=alice service=sshd phase=auth \
	rule=staff decision=permit
keeps_out 'R01 the same string again does not' alice

fresh alice
ASK_PASSWORD=${word}000000
keeps_out 'a wrong code does not' alice
decided 'and is refused as a code' user=alice decision=deny
still=$(code alice)
ASK_PASSWORD=wrong$still
keeps_out 'a wrong password with the right code does not' alice
ASK_PASSWORD=$word$still
lets_in 'which has not spent the code' alice

fresh alice
keeps_out 'the password alone does not' alice
ASK_PASSWORD=$ASK_CODE
keeps_out 'the code alone does not' alice
ASK_PASSWORD=''
keeps_out 'nothing does not' alice

fresh alice
ASK_PASSWORD=$word$ASK_CODE
lets_in 'after all that the right string still does' alice

# Without split=authtok the answer to the second question is the password.
sed -i 's/ split=authtok//' /etc/pam.d/cardea-auth
fresh alice
ASK_PASSWORD=$word
keeps_out 'without split the password is no answer to the second question' \
	alice
logged 'and is not counted as a wrong code' 'result=refused' 0
finish
