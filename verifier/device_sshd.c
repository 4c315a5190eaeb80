/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "device_judge.h"
#include "device_table.h"
#include "plan.h"
#include "wire/channel.h"

/*
 * What sshd has verified.  It has judged a certificate by its own settings; we
 * judge it again by ours, because it is ours that the rule is about.  Whoever
 * was let in by a revoked one is refused here, whatever sshd's own files say.
 */

_Static_assert(
    2 * CARDEA_SSHAUTH_KEYS_MAX * CARDEA_CERT_JUDGE_MS <= CARDEA_WAIT_MAX_MS,
    "the module waits for the judge of all that sshd may show");

static bool
is_wanted(const struct cardea_requirement *wanted, enum cardea_factor factor)
{
	return cardea_device_want_way(
	    wanted, factor, CARDEA_DEVICE_WAY_SSHD, false);
}

static void
begin(struct cardea_device_try *try)
{
	try->way = CARDEA_DEVICE_WAY_SSHD;
	try->proof = CARDEA_CERT_PROOF_SSHD;
	try->chain.count = 0;
	try->message_len = 0;
	try->detail[0] = '\0';
}

/* A certificate that is refused is a no, so that the gate does not wait for
 * another; a device may still be shown by another way. */
static void
note_refusal(
    struct cardea_device_try *try, const struct cardea_device_judged *judged)
{
	if (judged->verified != 0 ||
	    (judged->result != CARDEA_RESULT_REFUSED &&
		judged->result != CARDEA_RESULT_BROKEN) ||
	    !is_wanted(&try->wanted, CARDEA_FACTOR_SSHCERT))
		return;
	/* without it the factor is missing, which denies as well */
	(void)!cardea_attempt_note(
	    try->attempt, CARDEA_FACTOR_SSHCERT, judged->result, "");
}

static void
take_certificate(
    struct cardea_device_try *try, const struct cardea_sshauth_blob *blob)
{
	unsigned char bytes[CARDEA_CERT_MAX];
	struct cardea_device_judged judged;
	size_t len = 0;

	begin(try);
	try->kind = CARDEA_CERT_SSH;
	if (cardea_sshauth_decode(blob, bytes, sizeof(bytes), &len) !=
		CARDEA_OK ||
	    cardea_device_show(try, bytes, len) != CARDEA_OK)
		return;
	judged = cardea_device_judge(try);
	note_refusal(try, &judged);
}

/* A key that no device has is a key like others: nothing to be told. */
static void
take_key(struct cardea_device_try *try, const struct cardea_sshauth_key *key)
{
	unsigned char bytes[CARDEA_SSH_BLOB_MAX];
	struct cardea_cert_bytes blob = { bytes, 0 };
	struct cardea_device device;

	begin(try);
	if (cardea_device_look_up_by(try->attempt, "ssh-key:", key->fingerprint,
		&device, NULL) != CARDEA_OK ||
	    cardea_sshauth_decode(
		&key->blob, bytes, sizeof(bytes), &blob.len) != CARDEA_OK ||
	    cardea_device_show_key(try, &blob, key->fingerprint) != CARDEA_OK)
		return;
	if (try->kind == CARDEA_CERT_X509) { /* whose key it must be */
		if (blob.len > sizeof(try->message))
			return;
		memcpy(try->message, bytes, blob.len);
		try->message_len = blob.len;
	}
	(void)cardea_device_judge(try);
}

static void
take_all(struct cardea_device_try *try, const struct cardea_sshauth *sshauth)
{
	struct cardea_attempt *attempt = try->attempt;
	bool device = is_wanted(&try->wanted, CARDEA_FACTOR_DEVICE);
	size_t count = sshauth->certificate_count + sshauth->count;
	struct cardea_attempt_wait wait;

	wait = cardea_attempt_wait(
	    attempt, (uint32_t)count * CARDEA_CERT_JUDGE_MS);
	for (size_t i = 0; i < sshauth->certificate_count; i++)
		take_certificate(try, &sshauth->certificates[i]);
	for (size_t i = 0; device && i < sshauth->count; i++)
		take_key(try, &sshauth->keys[i]);
	cardea_attempt_waited(attempt, &wait);
}

void
cardea_device_note_sshd(
    struct cardea_attempt *attempt, const struct cardea_sshauth *sshauth)
{
	const struct cardea_requirement *rule = &attempt->selection.requirement;
	struct cardea_device_try *try;

	if (attempt->store == NULL ||
	    sshauth->certificate_count + sshauth->count == 0 ||
	    (!is_wanted(rule, CARDEA_FACTOR_DEVICE) &&
		!is_wanted(rule, CARDEA_FACTOR_SSHCERT)))
		return;
	try = calloc(1, sizeof(*try));
	if (try == NULL)
		return;
	try->attempt = attempt;
	try->rule = rule;
	try->wanted = *rule;
	take_all(try, sshauth);
	free(try);
}
