/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/krl_scene.h"
#include "unit/test.h"

struct sshmaker_key *ca, *other_ca, *leaf;
struct sshmaker_bytes krl, part, section, blob;

int
make_keys(void **state)
{
	(void)state;
	ca = sshmaker_key(CARDEA_SSHPUBLIC_ED25519, 0);
	other_ca = sshmaker_key(CARDEA_SSHPUBLIC_P256, 0);
	leaf = sshmaker_key(CARDEA_SSHPUBLIC_RSA, 2048);
	return 0;
}

int
free_keys(void **state)
{
	(void)state;
	sshmaker_key_free(ca);
	sshmaker_key_free(other_ca);
	sshmaker_key_free(leaf);
	return 0;
}

enum cardea_status
open_krl(struct cardea_krl **ret_krl, struct cardea_krl_info *ret_info)
{
	const struct cardea_cert_bytes bytes = sshmaker_lend(&krl);
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_krl_open(&bytes, NULL, ret_krl, ret_info, &diag);
	assert_int_equal(status == CARDEA_OK, diag.reason[0] == '\0');
	return status;
}

enum answer
ask_blob(const struct sshmaker_bytes *of)
{
	const struct cardea_cert_bytes lent = sshmaker_lend(of);
	struct cardea_krl_info info;
	struct cardea_krl *list = NULL;
	bool revoked = false;

	if (open_krl(&list, &info) != CARDEA_OK) {
		assert_null(list);
		return NO_LIST;
	}
	assert_int_equal(cardea_krl_revokes(list, &lent, &revoked), CARDEA_OK);
	assert_null(cardea_krl_close(list));
	return revoked ? REVOKED : FREE;
}

enum answer
ask(uint64_t serial, const char *key_id)
{
	struct sshmaker_cert cert;

	sshmaker_begin(&cert, leaf, ca);
	cert.serial = serial;
	cert.key_id = key_id;
	sshmaker_end(&cert, &blob);
	return ask_blob(&blob);
}

void
begin(const struct sshmaker_key *of)
{
	sshmaker_krl(&krl, 1400);
	part.len = section.len = 0;
	if (of != NULL)
		sshmaker_put_bytes(&part, &of->blob);
	else
		sshmaker_put_u32(&part, 0);
	sshmaker_put_text(&part, "reserved");
}

void
end(unsigned int type)
{
	sshmaker_section(&part, type, &section);
	section.len = 0;
	sshmaker_section(&krl, CERTIFICATES, &part);
}
