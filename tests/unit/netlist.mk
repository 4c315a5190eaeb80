# SPDX-License-Identifier: BSD-2-Clause
# address lists
netlist_fixture = tests/unit/netlist_fixture.c tests/unit/netlist_fixture.h \
	tests/unit/scratch.c tests/unit/scratch.h
unit_tests += tests/unit/netlist tests/unit/netlist_gather tests/unit/netlist_large \
	tests/unit/netlist_model tests/unit/netlist_text
tests_unit_netlist_SOURCES = tests/unit/netlist.c $(netlist_fixture)
tests_unit_netlist_large_SOURCES = tests/unit/netlist_large.c \
	$(netlist_fixture)
tests_unit_netlist_model_SOURCES = tests/unit/netlist_model.c \
	$(netlist_fixture)
tests_unit_netlist_text_SOURCES = tests/unit/netlist_text.c $(netlist_fixture)
tests_unit_netlist_gather_SOURCES = tests/unit/netlist_gather.c \
	tests/unit/policies.h $(netlist_fixture)
