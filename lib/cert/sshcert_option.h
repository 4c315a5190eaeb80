/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SSHCERT_OPTION_H
#define CARDEA_CERT_SSHCERT_OPTION_H

#include <cardea/address.h>

#include "cert/sshcert_form.h"

/*
 * Critical options: each is obeyed, or the certificate is refused (S01, S02).
 * Extensions that are not known are ignored.
 */
struct cardea_sshcert_options {
	bool needs_uv; /* verify-required */
	bool forced;   /* force-command */
	bool has_sources;
	struct cardea_sshwire_string sources; /* source-address */
};

/* cardea_sshcert_options: MISSING for one that is not known, SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_sshcert_options(const struct cardea_sshcert *cert,
    struct cardea_sshcert_options *ret_options);

/* cardea_sshcert_from: may somebody from this address use it?  SYNTAX for a
 * list that is malformed anywhere, like sshd's; an address that is not known is
 * on no list. */
CARDEA_MUST_USE enum cardea_status
cardea_sshcert_from(const struct cardea_sshcert_options *options,
    const struct cardea_address *address, bool *ret_may);

#endif
