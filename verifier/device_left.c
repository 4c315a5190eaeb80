/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/text.h"
#include "device_ssh.h"
#include "device_table.h"
#include "device_way.h"
#include "report.h"

/* The certificates that a device has left here. */

enum cardea_status
cardea_device_recall(struct cardea_device_try *try, const char *identity)
{
	struct cardea_attempt *attempt = try->attempt;
	struct cardea_device *device = malloc(sizeof(*device));
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = CARDEA_E_MEMORY;

	if (device != NULL)
		status = cardea_device_look_up_by(
		    attempt, "", identity, device, &diag);
	if (status == CARDEA_OK)
		status = cardea_ledger_device_chain(
		    attempt->store, device->id, &try->chain, &diag);
	if (status == CARDEA_OK && try->chain.count == 0)
		status = CARDEA_E_MISSING;
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "store", &diag);
	free(device);
	return status;
}

/* A key of an X.509 certificate stands and falls with it: trouble on the way to
 * the certificate does not make the key a plain one, which nobody can revoke.
 */
enum cardea_status
cardea_device_show_key(struct cardea_device_try *try,
    const struct cardea_cert_bytes *key, const char *fingerprint)
{
	char identity[CARDEA_DEVICE_IDENTITY_MAX + 1];
	struct cardea_cert_bytes leaf;
	enum cardea_status status;

	status = cardea_text_print(
	    identity, sizeof(identity), "ssh-key:%s", fingerprint);
	if (status == CARDEA_OK)
		status = cardea_device_recall(try, identity);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	if (status == CARDEA_OK) {
		leaf.data = try->chain.der;
		leaf.len = try->chain.lens[0];
		try->kind = CARDEA_CERT_X509;
		if (cardea_device_ssh_is_in(key, &leaf))
			return CARDEA_OK;
	}
	try->kind = CARDEA_CERT_SSH_KEY;
	try->chain.count = 0;
	return cardea_device_show(try, key->data, key->len);
}
