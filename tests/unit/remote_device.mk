# SPDX-License-Identifier: BSD-2-Clause
# the certificate of a laptop, over ssh
unit_tests += tests/unit/device_conf tests/unit/pem tests/unit/remote_device
tests_unit_device_conf_LDADD = cli/askpass/libaskpass.la $(CLIENT_LIBS) \
	$(CMOCKA_LIBS)
tests_unit_remote_device_LDADD = lib/libdevproof.la $(TEST_LIBS)
