# SPDX-License-Identifier: BSD-2-Clause
# Unit tests are TAP programs made with cmocka; TEST_LIBS holds every archive.
TEST_LIBS = lib/libsource.la lib/libwire.la lib/librecord.la lib/libfactor.la lib/libfacts.la \
	lib/libcore.la lib/libbase.la \
	$(CONFIG_LIBS) $(ICAL_LIBS) $(OATH_LIBS) $(LMDB_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)

TEST_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	SRCDIR='$(abs_top_srcdir)'; export SRCDIR; BUILDDIR='$(abs_top_builddir)'; export BUILDDIR;
