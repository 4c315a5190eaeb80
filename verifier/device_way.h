/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_WAY_H
#define CARDEA_VERIFIER_DEVICE_WAY_H

#include "attempt.h"
#include "cert/cert.h"
#include "cert/devproof.h"
#include "device_want.h"
#include "store/ledger_device.h"

/*
 * What the ways to a device's key share.  A way brings a certificate or a plain
 * key and how possession was shown, or says why not; none of them judges.
 */

/* an SSH signature blob has its algorithm's name around the signature */
#define CARDEA_DEVICE_SIGNATURE_MAX (CARDEA_CERT_SIGNATURE_MAX + 64)

struct cardea_device_try {
	struct cardea_attempt *attempt;
	const struct cardea_requirement *rule; /* of a decoy: the one that it
						  follows; borrowed */
	struct cardea_requirement wanted;      /* what is left of it */
	bool invented; /* a decoy: judged like others, and noted nowhere else
			  than here, so that it goes on and ends like them */
	struct cardea_evidence_set imagined;
	enum cardea_device_way way;
	int64_t deadline_ms; /* cardea_channel_now_ms */

	/* CARDEA_DEVICE_SHOWN */
	enum cardea_cert_kind kind;
	enum cardea_cert_proof proof;
	struct cardea_device_chain chain; /* X.509: leaf first, then what the
		 holder sent along; SSH: the one blob */
	size_t message_len;
	unsigned char message[CARDEA_DEVPROOF_MAX];
	size_t signature_len;
	unsigned char signature[CARDEA_DEVICE_SIGNATURE_MAX];

	/* CARDEA_DEVICE_ENDED */
	enum cardea_result result;
	const char *why; /* constant text */
	char detail[CARDEA_CERT_DETAIL_MAX + 1];

	/* the agent way: what was asked already, so that a certificate that was
	 * refused leaves it to the next */
	size_t asked_count;
	char asked[CARDEA_AGENT_KEYS_MAX][CARDEA_CERT_FINGERPRINT_MAX + 1];
};

enum cardea_device_step {
	CARDEA_DEVICE_ENDED = 0, /* result and why */
	CARDEA_DEVICE_SHOWN,	 /* kind, proof, chain ...: to be judged */
	CARDEA_DEVICE_PASS,	 /* nothing here: the next way may be tried */
	CARDEA_DEVICE_GONE,	 /* nobody listens any more */
};

enum cardea_device_step cardea_device_by_host(struct cardea_device_try *try);
enum cardea_device_step cardea_device_by_agent(struct cardea_device_try *try);
enum cardea_device_step cardea_device_by_remote(struct cardea_device_try *try);

/* cardea_device_end: for a way's last line. */
enum cardea_device_step cardea_device_end(
    struct cardea_device_try *try, enum cardea_result result, const char *why);

/* cardea_device_left_ms: until the deadline, at least 1. */
int cardea_device_left_ms(const struct cardea_device_try *try);

/* cardea_device_show: one more certificate, or the one SSH blob, at the end of
 * try->chain. RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_device_show(
    struct cardea_device_try *try, const unsigned char *bytes, size_t len);

/* cardea_device_recall: try->chain from the device that is known by this
 * identity ("x509:SHA256:...", "x509-key:...", "ssh-key:SHA256:..."), whatever
 * its state, which is judged later with the rest.  MISSING: no such device, or
 * it keeps no certificate. */
CARDEA_MUST_USE enum cardea_status
cardea_device_recall(struct cardea_device_try *try, const char *identity);

/* cardea_device_show_key: a key of OpenSSH, try->kind and try->chain.  Where
 * the device has left an X.509 certificate of this key here, that is shown in
 * its place; where that cannot be known, nothing is. */
CARDEA_MUST_USE enum cardea_status
cardea_device_show_key(struct cardea_device_try *try,
    const struct cardea_cert_bytes *key, const char *fingerprint);

#endif
