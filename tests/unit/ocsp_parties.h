/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_OCSP_PARTIES_H
#define TESTS_UNIT_OCSP_PARTIES_H

#include "unit/revoker.h"

/* Who issues, who is asked about, and who answers. */

extern const unsigned char kept_zeros[CARDEA_OCSP_MAX];
extern struct party root, other, twin, leaf, second, responder;

#define RESPONDER_EXTENSIONS                                                   \
	{                                                                      \
		"keyUsage=critical,digitalSignature",                          \
		    "extendedKeyUsage=OCSPSigning", "noCheck=ignored"          \
	}

struct party make_responder(struct party_make make);

int make_parties(void **state);

int drop_parties(void **state);

#endif
