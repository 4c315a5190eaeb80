/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "factor/library/table.h"
#include "unit/attestation_fixture.h"
#include "unit/scratch.h"
#include "unit/test.h"

struct cardea_clock now = { .time_s = 1782000000, .plausible = true };

struct cardea_clock
cardea_clock_read(void)
{
	return now;
}

char folder[] = "attestation.XXXXXX";
char roots[64], other_roots[64];
struct softkey key;
struct softcert root, leaf, other_root;

int
begin(void **state)
{
	const struct softcert_make authority = { .common_name = "root",
		.unit = "Roots",
		.constraints = "critical,CA:TRUE" };

	(void)state;
	scratch_make(folder);
	assert_int_equal(chmod(folder, 0755), 0);
	snprintf(roots, sizeof(roots), "%s/roots.pem", folder);
	snprintf(other_roots, sizeof(other_roots), "%s/other.pem", folder);
	key = softkey_new(CARDEA_FIDO2_ES256);
	root = softcert_new(&authority);
	other_root = softcert_new(&authority);
	leaf = softcert_new(&(struct softcert_make){ .issuer = &root });
	softcert_write(
	    roots, (const struct softcert *const[]){ &other_root, &root }, 2);
	softcert_write(
	    other_roots, (const struct softcert *const[]){ &other_root }, 1);
	return 0;
}

int
end(void **state)
{
	(void)state;
	softkey_free(&key);
	softcert_free(&root);
	softcert_free(&leaf);
	softcert_free(&other_root);
	scratch_remove(folder);
	return 0;
}

enum cardea_status
judge_by(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules,
    struct cardea_attestation *ret_attestation, struct cardea_diag *diag)
{
	struct cardea_attestation attestation, untouched;
	enum cardea_status status;

	memset(&attestation, 0x5a, sizeof(attestation));
	untouched = attestation;
	*diag = (struct cardea_diag){ 0 };
	status = cardea_attestation_judge(
	    &cardea_fido2_library, registration, rules, &attestation, diag);
	assert_int_equal(status == CARDEA_OK, diag->reason[0] == '\0');
	if (status != CARDEA_OK)
		assert_memory_equal(
		    &attestation, &untouched, sizeof(attestation));
	else if (ret_attestation != NULL)
		*ret_attestation = attestation;
	return status;
}

struct cardea_attestation
accepted(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules)
{
	struct cardea_attestation attestation = { 0 };
	struct cardea_diag diag;

	if (judge_by(registration, rules, &attestation, &diag) != CARDEA_OK)
		fail_msg("%s", diag.reason);
	return attestation;
}

void
refused(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules, enum cardea_status status,
    const char *reason)
{
	struct cardea_diag diag;

	assert_int_equal(judge_by(registration, rules, NULL, &diag), status);
	if (strstr(diag.reason, reason) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", reason, diag.reason);
}

const struct cardea_attestation_rules no_rules;
const struct cardea_attestation_rules with_roots = { .roots_path = roots };
const struct cardea_attestation_rules chain_needed = { .need_chain = true,
	.roots_path = roots };

struct cardea_fido2_registration
signed_by(const struct softcert *cert)
{
	return softkey_register(
	    &key, &(struct softkey_make){ .chain = { cert } });
}
