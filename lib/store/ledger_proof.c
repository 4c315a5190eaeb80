/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "store/ledger.h"
#include "store/proofs.h"
#include "store/retry.h"
#include "store/sweep.h"

/* A proof counts for the person at the terminal where it was given, so it is
 * bound to all five: user, credential, login session, source and caller.
 * Without the caller whoever runs in the session as somebody else (sudo -u)
 * could su to the person who proved himself there. */
static bool
is_by_session(const struct cardea_request *request, uint32_t remember_s)
{
	return remember_s > 0 && request->login_session[0] != '\0' &&
	    request->caller_known &&
	    request->source.kind != CARDEA_ADDRESS_UNKNOWN;
}

/* Those that were given at a login stand with its record. */
static bool
is_by_record(const struct cardea_request *request, uint32_t remember_s)
{
	return remember_s > 0 && request->login_record[0] != '\0' &&
	    request->caller_known &&
	    request->login_source.kind != CARDEA_ADDRESS_UNKNOWN;
}

static bool
is_fresh(const struct cardea_evidence_set *set,
    const struct cardea_evidence *evidence, const char *user)
{
	return evidence->version == CARDEA_EVIDENCE_VERSION &&
	    evidence->result == CARDEA_RESULT_VERIFIED &&
	    !evidence->remembered && strcmp(evidence->subject, user) == 0 &&
	    strcmp(evidence->txn, set->txn) == 0 &&
	    evidence->quality_count <= CARDEA_QUALITIES_MAX;
}

/* One record for each of these: a later proof replaces the earlier one.  The
 * boot is among them, since two hosts of a fleet count their sessions each by
 * itself.  The parts are hashed, since they need not fit. */
static enum cardea_status
proof_key(const struct cardea_store *store, const char *user,
    const struct cardea_proof *proof, struct cardea_key *ret_key)
{
	char text[3 * CARDEA_CREDENTIAL_MAX + CARDEA_ADDRESS_TEXT_MAX +
	    sizeof(proof->boot_id) + 24];
	char mac[17];
	enum cardea_status status;

	status = cardea_text_print(text, sizeof(text),
	    "%s\n%s\n%s\n%s\n%lu\n%s", cardea_factor_text(proof->factor),
	    proof->credential, proof->login_session, proof->source,
	    (unsigned long)proof->caller_uid, proof->boot_id);
	if (status != CARDEA_OK)
		return status;
	cardea_store_mac(store, text, mac);
	return cardea_key_make(CARDEA_KIND_PROOF, user, mac, ret_key);
}

/* What it is bound to, beside user and credential. */
struct bond {
	const char *session; /* of audit, or the id of a login's record */
	const struct cardea_address *source;
	uid_t caller_uid;
};

static void
describe(const struct cardea_evidence *evidence, const struct bond *bond,
    const struct cardea_moment *now, struct cardea_proof *proof)
{
	*proof = (struct cardea_proof){ .factor = evidence->factor,
		.caller_uid = bond->caller_uid,
		.time_s = now->clock.time_s,
		.monotonic_ms = now->clock.monotonic_ms,
		.quality_count = evidence->quality_count };
	memcpy(
	    proof->credential, evidence->credential, sizeof(proof->credential));
	memcpy(proof->login_session, bond->session, strlen(bond->session) + 1);
	cardea_address_format(bond->source, proof->source);
	memcpy(proof->boot_id, now->boot_id, sizeof(proof->boot_id));
	memcpy(proof->qualities, evidence->qualities, sizeof(proof->qualities));
}

/* The certificate alone that it rests on, so that it can be asked about again
 * when the proof is. */
static enum cardea_status
copy_shown(const struct cardea_cert_shown *from, uint32_t number,
    struct cardea_cert_shown *to, uint32_t *ret_number)
{
	struct cardea_cert_shown_item item;
	enum cardea_status status;

	if (number == 0) {
		*ret_number = 0;
		return CARDEA_OK;
	}
	status = cardea_cert_shown_get(from, number, &item);
	return status == CARDEA_OK
	    ? cardea_cert_shown_add(to, &item, ret_number)
	    : status;
}

/* The version that a commit must name; 0 if there is no such record. */
static enum cardea_status
read_version(struct cardea_store *store, const struct cardea_key *key,
    uint64_t *ret_version, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_store_get(store, key, &value, diag);
	if (status == CARDEA_E_MISSING) {
		*ret_version = 0;
		return CARDEA_OK;
	}
	if (status == CARDEA_OK)
		*ret_version = value.version;
	cardea_value_clear(&value);
	return status;
}

static enum cardea_status
put_proof(struct cardea_store *store, const char *user,
    const struct cardea_proof *proof, struct cardea_changes *changes,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	uint64_t version = 0;
	enum cardea_status status;

	status = proof_key(store, user, proof, &key);
	/* the same credential twice in one transaction is one proof */
	if (status == CARDEA_OK && cardea_changes_has(changes, &key))
		return CARDEA_OK;
	if (status == CARDEA_OK)
		status = read_version(store, &key, &version, diag);
	if (status == CARDEA_OK)
		status = cardea_record_encode_proof(proof, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(changes, &key, version, &value);
}

static enum cardea_status
put_fresh(struct cardea_store *store, const char *user,
    const struct cardea_evidence_set *set,
    const struct cardea_cert_shown *shown, const struct bond *bond,
    const struct cardea_moment *now, struct cardea_changes *changes,
    struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; status == CARDEA_OK && i < set->count; i++) {
		const struct cardea_evidence *item = &set->items[i];
		struct cardea_proof proof;
		uint32_t number;

		if (!is_fresh(set, item, user))
			continue;
		describe(item, bond, now, &proof);
		status = copy_shown(shown, item->shown, &proof.shown, &number);
		if (status == CARDEA_OK)
			status = put_proof(store, user, &proof, changes, diag);
	}
	return status;
}

/* A record's id has 32 hex digits and no audit session has, so that neither can
 * be taken for the other. */
enum cardea_status
cardea_proofs_put_login(struct cardea_store *store,
    const struct cardea_session_opening *opening,
    struct cardea_changes *changes, struct cardea_diag *diag)
{
	const struct cardea_session *session = opening->session;
	struct cardea_moment now = cardea_moment_of(opening->clock);
	const struct bond bond = {
		.session = session->id,
		.source = &session->request.login_source,
		.caller_uid = opening->owner_uid,
	};

	if (!opening->remember || !now.clock.plausible ||
	    bond.source->kind == CARDEA_ADDRESS_UNKNOWN)
		return CARDEA_OK;
	return put_fresh(store, session->user, &session->evidence,
	    &session->shown, &bond, &now, changes, diag);
}

/* Of one user's proofs those go that a question says so of. */
struct drop_walk {
	bool (*goes)(const struct cardea_proof *proof, const void *context);
	const void *context;
	bool strict; /* one that is damaged is trouble; else it is passed by */
	struct cardea_changes *changes;
	enum cardea_status status;
};

static bool
drop_proof(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct drop_walk *walk = context;
	struct cardea_proof proof;
	enum cardea_status status = cardea_record_decode_proof(value, &proof);

	if (status != CARDEA_OK && walk->strict)
		walk->status = status;
	/* those of the same key as a new one are replaced anyway */
	if (status == CARDEA_OK && !cardea_changes_has(walk->changes, key) &&
	    walk->goes(&proof, walk->context))
		walk->status = cardea_changes_delete(
		    walk->changes, key, value->version);
	return walk->status == CARDEA_OK &&
	    cardea_changes_room(walk->changes) > 0;
}

static enum cardea_status
drop_proofs(struct cardea_store *store, const char *user,
    struct drop_walk *walk, struct cardea_diag *diag)
{
	struct cardea_key prefix;
	enum cardea_status status;

	if (cardea_changes_room(walk->changes) == 0)
		return CARDEA_OK;
	status = cardea_key_make(CARDEA_KIND_PROOF, user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, drop_proof, walk, diag);
	return status == CARDEA_OK ? walk->status : status;
}

static bool
is_of_session(const struct cardea_proof *proof, const void *session)
{
	return strcmp(proof->login_session, session) == 0;
}

/* What is damaged is for the command to report, and counts nowhere. */
enum cardea_status
cardea_proofs_drop_login(struct cardea_store *store, const char *user,
    const char *record, struct cardea_changes *changes,
    struct cardea_diag *diag)
{
	struct drop_walk walk = {
		.goes = is_of_session, .context = record, .changes = changes
	};

	return drop_proofs(store, user, &walk, diag);
}

static bool
is_over(const struct cardea_proof *proof, const void *now)
{
	return cardea_proof_is_over(proof, now);
}

static enum cardea_status
drop_all_ended(struct cardea_store *store, const char *user,
    const struct cardea_moment *now, struct cardea_changes *changes,
    struct cardea_diag *diag)
{
	struct drop_walk walk = { .goes = is_over,
		.context = now,
		.strict = true,
		.changes = changes };

	return drop_proofs(store, user, &walk, diag);
}

/* What others left behind; tidying is worth no failure. */
static void
sweep(struct cardea_store *store, const struct cardea_moment *now,
    struct cardea_changes *changes)
{
	size_t sure = changes->count;

	if (cardea_sweep(store, now, changes, NULL) != CARDEA_OK)
		changes->count = sure; /* deletions hold no value to free */
}

struct remembering {
	struct cardea_store *store;
	const struct cardea_request *request;
	const struct cardea_moment *now;
	const struct cardea_evidence_set *evidence;
	const struct cardea_cert_shown *shown;
};

/* The proofs in, the ended ones of this user out, in one commit. */
static enum cardea_status
remember_once(void *context, struct cardea_diag *diag)
{
	const struct remembering *call = context;
	const struct cardea_evidence_set *set = call->evidence;
	const char *user = call->request->user;
	const struct bond bond = {
		.session = call->request->login_session,
		.source = &call->request->source,
		.caller_uid = call->request->caller_uid,
	};
	struct cardea_changes changes = { 0 };
	enum cardea_status status;

	status = put_fresh(call->store, user, set, call->shown, &bond,
	    call->now, &changes, diag);
	if (status == CARDEA_OK && changes.count > 0)
		status = drop_all_ended(
		    call->store, user, call->now, &changes, diag);
	if (status == CARDEA_OK && changes.count > 0) {
		sweep(call->store, call->now, &changes);
		status = cardea_store_commit(
		    call->store, changes.items, changes.count, diag);
	}
	cardea_changes_clear(&changes);
	return status;
}

enum cardea_status
cardea_ledger_remember(struct cardea_store *store,
    const struct cardea_request *request, const struct cardea_clock *clock,
    const struct cardea_evidence_set *evidence,
    const struct cardea_cert_shown *shown, uint32_t remember_s,
    struct cardea_diag *diag)
{
	struct cardea_moment now = cardea_moment_of(clock);
	struct remembering call = { store, request, &now, evidence, shown };

	if (!is_by_session(request, remember_s) || !clock->plausible)
		return CARDEA_OK;
	return cardea_retry(remember_once, &call, diag);
}

struct recall_walk {
	const struct cardea_request *request;
	const struct cardea_moment *now;
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];	/* "": not by session */
	char login_source[CARDEA_ADDRESS_TEXT_MAX + 1]; /* "": not by record */
	uint32_t remember_s;
	struct cardea_evidence_set found;
	struct cardea_cert_shown shown;
	enum cardea_status status;
};

static bool
is_bound_to(
    const struct cardea_proof *proof, const char *session, const char *source)
{
	return source[0] != '\0' &&
	    strcmp(proof->login_session, session) == 0 &&
	    strcmp(proof->source, source) == 0;
}

/* Both clocks must agree: the wall clock may have been set, the monotonic one
 * begins anew at each boot. */
static bool
still_counts(const struct recall_walk *walk, const struct cardea_proof *proof)
{
	int64_t age_s = walk->now->clock.time_s - proof->time_s;
	int64_t age_ms = walk->now->clock.monotonic_ms - proof->monotonic_ms;

	return cardea_moment_is_same_boot(walk->now, proof->boot_id) &&
	    age_s >= 0 && age_s <= walk->remember_s && age_ms >= 0 &&
	    age_ms <= (int64_t)walk->remember_s * 1000 &&
	    proof->caller_uid == walk->request->caller_uid &&
	    (is_bound_to(proof, walk->request->login_session, walk->source) ||
		is_bound_to(
		    proof, walk->request->login_record, walk->login_source));
}

static bool
recall_proof(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct recall_walk *walk = context;
	struct cardea_evidence evidence = {
		.version = CARDEA_EVIDENCE_VERSION
	};
	struct cardea_proof proof;

	(void)key;
	walk->status = cardea_record_decode_proof(value, &proof);
	if (walk->status != CARDEA_OK)
		return false;
	if (!still_counts(walk, &proof))
		return true;
	evidence.factor = proof.factor;
	evidence.result = CARDEA_RESULT_VERIFIED;
	evidence.remembered = true;
	evidence.time_s = proof.time_s;
	evidence.quality_count = proof.quality_count;
	memcpy(evidence.subject, walk->request->user, sizeof(evidence.subject));
	memcpy(evidence.txn, walk->found.txn, sizeof(evidence.txn));
	memcpy(
	    evidence.credential, proof.credential, sizeof(evidence.credential));
	memcpy(evidence.qualities, proof.qualities, sizeof(evidence.qualities));
	/* full: what is left out can only be asked for again */
	if (copy_shown(&proof.shown, proof.shown.len > 0, &walk->shown,
		&evidence.shown) != CARDEA_OK)
		return true;
	return cardea_evidence_add(&walk->found, &evidence) == CARDEA_OK;
}

enum cardea_status
cardea_ledger_recall(struct cardea_store *store,
    const struct cardea_request *request, const struct cardea_clock *clock,
    uint32_t remember_s, struct cardea_evidence_set *evidence,
    struct cardea_cert_shown *shown, struct cardea_diag *diag)
{
	struct cardea_moment now = cardea_moment_of(clock);
	struct recall_walk walk = {
		.request = request,
		.now = &now,
		.remember_s = remember_s,
		.found = *evidence,
		.shown = *shown,
	};
	struct cardea_key prefix;
	enum cardea_status status;

	if (is_by_session(request, remember_s))
		cardea_address_format(&request->source, walk.source);
	if (is_by_record(request, remember_s))
		cardea_address_format(
		    &request->login_source, walk.login_source);
	if ((walk.source[0] == '\0' && walk.login_source[0] == '\0') ||
	    !clock->plausible)
		return CARDEA_OK;
	status = cardea_key_make(
	    CARDEA_KIND_PROOF, request->user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, recall_proof, &walk, diag);
	if (status == CARDEA_OK)
		status = walk.status;
	if (status == CARDEA_OK) {
		*evidence = walk.found;
		*shown = walk.shown;
	}
	return status;
}
