/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_cardea_fido2: a security key: in this machine, behind the person's
 * ssh-agent, or at the far end of ssh.  The verifier reaches and judges it;
 * this line waits, and carries cues, prompts and answers.  Its success permits
 * nothing: the gate does.
 */
#include "modules/arguments.h"
#include "modules/factor.h"

const struct cardea_module cardea_factor_module = {
	.name = "pam_cardea_fido2",
	.line = CARDEA_LINE_FIDO2,
	.factor = CARDEA_FACTOR_FIDO2,
	.arguments = CARDEA_ARGUMENT_AFTER_PASSWORD,
	.accepts = CARDEA_FACTOR_ACCEPTS,
	.exchange = cardea_factor_verify,
};
