/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_JUDGE_H
#define CARDEA_VERIFIER_DEVICE_JUDGE_H

#include "device_way.h"

/*
 * What was shown is judged (cert/ask.h), looked up in the device table, kept
 * there, noted as evidence, and told to the log: in this order, so that what
 * counts is durable, and what is logged is what counted.
 */

/* What came of one. */
struct cardea_device_judged {
	enum cardea_result result;
	unsigned int verified; /* factors, by bit */
};

/* cardea_device_judge: try->result and try->why as well.  A decoy costs the
 * same time, and nothing is kept, noted or told. */
struct cardea_device_judged cardea_device_judge(struct cardea_device_try *try);

#endif
