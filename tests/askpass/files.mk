# SPDX-License-Identifier: BSD-2-Clause
# cardea-askpass from outside: the program with no keys behind it, before a
# process that is named ssh.
check_PROGRAMS += tests/askpass/cardea-askpass tests/askpass/ssh \
	tests/askpass/remote
tests_askpass_cardea_askpass_SOURCES = cli/askpass/main.c \
	tests/askpass/fake_sign.c tests/askpass/fake_touch.c
tests_askpass_cardea_askpass_LDADD = cli/askpass/libaskpass.la $(CLIENT_LIBS)
tests_askpass_ssh_LDADD =
tests_askpass_remote_LDADD = lib/libremote.la lib/libdevproof.la \
	lib/libprimitive.la \
	lib/libbase.la $(CRYPTO_LIBS)

askpass_tests = tests/askpass/answer.sh tests/askpass/device.sh tests/askpass/other.sh \
	tests/askpass/parts.sh tests/askpass/enroll.sh
# what builds a tree of its own, and so runs none of this one
apart_tests = tests/askpass/client.sh
TESTS += $(askpass_tests) $(apart_tests)
EXTRA_DIST += $(askpass_tests) $(apart_tests) tests/askpass/lib.sh
