# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/posture
tests_unit_posture_SOURCES = tests/unit/posture.c tests/unit/scratch.c \
	tests/unit/scratch.h
