/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_BUILD_INDEX_H
#define CARDEA_POLICY_BUILD_INDEX_H

#include "policy/build.h"

/* cardea_build_index: files the rules (index.h), which are all there. Failures
 * stick in the build. */
void cardea_build_index(struct cardea_build *build);

#endif
