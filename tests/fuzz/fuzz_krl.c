/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/krl.h"
#include "cert/sshcert_form.h"

/*
 * A revocation list of a stranger (S06), asked for a key and for a certificate
 * that stand in front of it: a list opens whole or not at all, and opens twice
 * alike.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
ask(const struct cardea_krl *krl, const struct cardea_cert_bytes *blob)
{
	bool revoked = true, again = false;
	enum cardea_status status = cardea_krl_revokes(krl, blob, &revoked);

	must(status == CARDEA_OK || status == CARDEA_E_SYNTAX);
	if (status != CARDEA_OK)
		return;
	must(cardea_krl_revokes(krl, blob, &again) == CARDEA_OK);
	must(again == revoked);
}

/* Length of a blob in two bytes, the blob, the list. */
int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	struct cardea_cert_bytes blob = { bytes + 2, 0 }, list;
	struct cardea_krl_info info = { .version = 0 };
	struct cardea_diag diag = { .line = 0 };
	struct cardea_krl *krl = NULL;

	if (len < 2)
		return 0;
	blob.len = (size_t)bytes[0] << 8 | bytes[1];
	if (blob.len > len - 2)
		blob.len = len - 2;
	list.data = bytes + 2 + blob.len;
	list.len = len - 2 - blob.len;
	if (cardea_krl_open(&list, NULL, &krl, &info, &diag) == CARDEA_OK) {
		must(krl != NULL && !info.is_signed);
		/* a bit is the least that an entry takes */
		must(info.entries <= list.len * 8);
		ask(krl, &blob);
		must(cardea_krl_close(krl) == NULL);
		krl = NULL;
		must(cardea_krl_open(&list, &blob, &krl, &info, NULL) ==
			CARDEA_E_UNSAFE ||
		    info.is_signed);
		(void)cardea_krl_close(krl);
	} else {
		must(krl == NULL && info.version == 0);
		must(diag.reason[0] != '\0');
	}
	return 0;
}
