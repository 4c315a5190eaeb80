# SPDX-License-Identifier: BSD-2-Clause
# the policy's words for circumstances
unit_tests += tests/unit/match_zone tests/unit/match_zone_model
unit_tests += tests/unit/source_zones
unit_tests += tests/unit/uses
EXTRA_DIST += tests/unit/circumstances.h
