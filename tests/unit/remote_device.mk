# SPDX-License-Identifier: BSD-2-Clause
# the certificate of a laptop, over ssh
unit_tests += tests/unit/device_conf tests/unit/pem \
	tests/unit/remote_device tests/unit/remote_device_answer
tests_unit_device_conf_LDADD = cli/askpass/libaskpass.la $(CLIENT_LIBS) \
	$(CMOCKA_LIBS)
remote_device_fixture = tests/unit/remote_device_fixture.c \
	tests/unit/remote_device_fixture.h
tests_unit_remote_device_SOURCES = tests/unit/remote_device.c \
	$(remote_device_fixture)
tests_unit_remote_device_LDADD = lib/libdevproof.la $(TEST_LIBS)
tests_unit_remote_device_answer_SOURCES = tests/unit/remote_device_answer.c \
	$(remote_device_fixture)
tests_unit_remote_device_answer_LDADD = lib/libdevproof.la $(TEST_LIBS)
