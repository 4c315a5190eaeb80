/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_FACTOR_H
#define CARDEA_MODULES_FACTOR_H

#include "modules/run.h"

/*
 * What the factors' modules are beside their names: the entry points of
 * factor.c, and an exchange that says which factor to verify.  A module defines
 * this one, and nothing else.
 */
extern const struct cardea_module cardea_factor_module;

/* cardea_factor_verify: .exchange of a factor's module. */
enum cardea_outcome cardea_factor_verify(struct cardea_call *call);

/* Its kinds of yes. */
#define CARDEA_FACTOR_ACCEPTS                                                  \
	{                                                                      \
		CARDEA_OUTCOME_VERIFIED, CARDEA_OUTCOME_NOT_NEEDED,            \
		    CARDEA_OUTCOME_OBSERVED                                    \
	}

#endif
