# SPDX-License-Identifier: BSD-2-Clause
unit_tests += tests/unit/login tests/unit/logind
