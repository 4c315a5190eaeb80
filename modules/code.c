/* SPDX-License-Identifier: BSD-2-Clause */
#include <security/pam_modules.h>

#include "modules/code.h"

int
cardea_code(uint32_t outcome)
{
	switch (outcome) {
	case CARDEA_OUTCOME_VERIFIED:
	case CARDEA_OUTCOME_PERMITTED:
	case CARDEA_OUTCOME_IDLE:
	/* The shipped stacks part here: success leads to lines where only the
	 * gate's success passes and its PAM_IGNORE denies; PAM_IGNORE leads to
	 * those of looking on (V11). */
	case CARDEA_OUTCOME_BEGUN:
		return PAM_SUCCESS;
	/* Nothing else may ever be ignored: an ignored line and any success
	 * beside it let the person in (V01, V03). */
	case CARDEA_OUTCOME_NOT_NEEDED:
	case CARDEA_OUTCOME_OBSERVED:
		return PAM_IGNORE;
	case CARDEA_OUTCOME_REFUSED:
		return PAM_AUTH_ERR;
	case CARDEA_OUTCOME_DENIED:
		return PAM_PERM_DENIED;
	case CARDEA_OUTCOME_EXHAUSTED:
		return PAM_MAXTRIES;
	case CARDEA_OUTCOME_MISUSED:
		return PAM_SYSTEM_ERR;
	case CARDEA_OUTCOME_BROKEN:
	default:
		return PAM_AUTHINFO_UNAVAIL;
	}
}
