/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/keywish.h"

enum cardea_exit
cardea_key_wish_fulfil(struct cardea_admin *admin,
    const struct cardea_key_wish *wish,
    const struct cardea_fido2_registration *registration,
    const struct cardea_roster_ticket *ticket)
{
	struct cardea_attestation_rules rules = cardea_key_rules(
	    admin->settings, wish->need_uv);
	struct cardea_attestation attestation = { 0 };
	struct cardea_key_new key = { .user = wish->user,
		.name = wish->name,
		.library = wish->library,
		.ticket = ticket };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_attestation_judge(
	    wish->library, registration, &rules, &attestation, &diag);
	/* WebAuthn level 2, 7.1, step 16 */
	if (status == CARDEA_OK &&
	    attestation.credential.algorithm != wish->algorithm)
		status = cardea_diag_set(&diag, CARDEA_E_CORRUPT,
		    "the key made a credential of another algorithm");
	if (status != CARDEA_OK)
		return cardea_key_refuse(admin->call, status, &diag);
	key.credential = attestation.credential;
	key.credential.resident = wish->resident;
	key.credential.demands_uv = wish->need_uv;
	key.attestation = cardea_attestation_text(attestation.kind);
	return cardea_key_enroll(admin, &key);
}
