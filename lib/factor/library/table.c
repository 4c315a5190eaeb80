/* SPDX-License-Identifier: BSD-2-Clause */
#include "factor/library/table.h"
#include "factor/library/attest.h"
#include "factor/library/chain.h"
#include "factor/library/verify.h"

static enum cardea_status
verify(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion)
{
	enum cardea_status status;

	cardea_chain_enter();
	status = cardea_verify_assertion(credential, assertion);
	cardea_chain_leave();
	return status;
}

static enum cardea_status
attest(const struct cardea_fido2_registration *registration,
    const char *roots_path, struct cardea_attestation *ret_attestation,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	cardea_chain_enter();
	status = cardea_attest(registration, roots_path, ret_attestation, diag);
	cardea_chain_leave();
	return status;
}

const struct cardea_fido2_library cardea_fido2_library = {
	.version = CARDEA_FIDO2_LIBRARY_VERSION,
	.verify = verify,
	.attest = attest,
	.has_algorithm = cardea_verify_has,
};
