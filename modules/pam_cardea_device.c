/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_cardea_device: the machine at which the person sits, or this one, by its
 * certificate and a fresh signature of its key.  The verifier reaches the key
 * and has the certificate judged; this line waits, and carries cues, prompts
 * and answers.  Its success permits nothing: the gate does.
 */
#include "modules/arguments.h"
#include "modules/factor.h"

const struct cardea_module cardea_factor_module = {
	.name = "pam_cardea_device",
	.line = CARDEA_LINE_DEVICE,
	.factor = CARDEA_FACTOR_DEVICE,
	.arguments = CARDEA_ARGUMENT_AFTER_PASSWORD,
	.accepts = CARDEA_FACTOR_ACCEPTS,
	.exchange = cardea_factor_verify,
};
