/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_cardea_totp: a one-time code or a recovery code.  Carries the verifier's
 * prompt to the person and the answer back; proves nothing itself, and its
 * success permits nothing: the gate does.
 */
#include "modules/arguments.h"
#include "modules/factor.h"

const struct cardea_module cardea_factor_module = {
	.name = "pam_cardea_totp",
	.line = CARDEA_LINE_TOTP,
	.factor = CARDEA_FACTOR_TOTP,
	.arguments = CARDEA_ARGUMENT_AFTER_PASSWORD,
	.accepts = CARDEA_FACTOR_ACCEPTS,
	.exchange = cardea_factor_verify,
};
