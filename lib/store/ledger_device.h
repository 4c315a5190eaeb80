/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LEDGER_DEVICE_H
#define CARDEA_STORE_LEDGER_DEVICE_H

#include <cardea/address.h>
#include <cardea/evidence.h>
#include <cardea/store.h>

#include "base/clock.h"

/*
 * The device table.  A certificate is a fact, the device is the subject: one
 * device may show itself by an X.509 certificate, by SSH keys and certificates
 * and by security keys, and whatever it shows, it is this device: its owners,
 * its state, its tags.
 */

/* Far apart (V26); the zero value is no state that lets anybody in. */
enum cardea_device_state {
	CARDEA_DEVICE_NONE = 0,
	CARDEA_DEVICE_ACTIVE = 0x4b1d72e6,
	CARDEA_DEVICE_LOCKED = 0x13a8cd59,
	CARDEA_DEVICE_LOST = 0x25f46b3a,
	CARDEA_DEVICE_RETIRED = 0x78c2916d,
};

/*
 * By what a device is known, as one line of text:
 *
 *   x509-key:HEX          SHA-256 of its public key: outlives renewals
 *   x509:SHA256:...       this certificate alone
 *   x509-name:AUTHORITY/dns:NAME   a name below an authority of the settings
 *   ssh-key:SHA256:...    an SSH key, certified or not
 *   ssh-cert:AUTHORITY/KEYID       certificates of that key id
 *   fido2:USER/ID         an enrolled security key
 */
struct cardea_device_identity {
	char text[CARDEA_DEVICE_IDENTITY_MAX + 1];
};

struct cardea_device_fact { /* what a manager said of it */
	char name[CARDEA_POSTURE_NAME_MAX + 1];
	char value[CARDEA_POSTURE_VALUE_MAX + 1];
};

struct cardea_device {
	char id[CARDEA_CREDENTIAL_MAX + 1]; /* a-z A-Z 0-9 . _ - */
	enum cardea_device_state state;
	char state_by[CARDEA_NAME_MAX + 1];
	char state_reason[CARDEA_TEXT_MAX + 1];
	int64_t state_s;
	size_t owner_count; /* 0: everybody's */
	char owners[CARDEA_DEVICE_OWNERS_MAX][CARDEA_NAME_MAX + 1];
	size_t tag_count;
	char tags[CARDEA_DEVICE_TAGS_MAX][CARDEA_DEVICE_TAG_MAX + 1];
	size_t identity_count;
	struct cardea_device_identity identities[CARDEA_DEVICE_IDENTITIES_MAX];
	int64_t created_s;
	int64_t seen_s; /* 0: never */
	char seen_user[CARDEA_NAME_MAX + 1];
	char seen_source[CARDEA_ADDRESS_TEXT_MAX + 1];
	int64_t expires_s; /* of the certificate seen or enrolled last; 0 */
	int64_t posture_s; /* date of the statement; 0: none */
	int64_t posture_ends_s; /* its own end; 0: by its age alone */
	char posture_signer[CARDEA_CERT_NAME_MAX + 1];
	size_t fact_count;
	struct cardea_device_fact facts[CARDEA_POSTURE_FACTS_MAX];
	uint64_t version; /* as read; 0: not in the store yet */
};

const char *cardea_device_state_text(enum cardea_device_state state);
enum cardea_device_state cardea_device_state_parse(const char *text);

/* cardea_device_owned: may this user come by it? */
bool cardea_device_owned(const struct cardea_device *device, const char *user);

bool cardea_device_tagged(const struct cardea_device *device, const char *tag);

/* cardea_device_is_name: 1 to CARDEA_CREDENTIAL_MAX of a-z A-Z 0-9 . _ -, not
 * beginning with a dash; ids, tags. */
bool cardea_device_is_name(const char *text);

/* cardea_device_parse_identity: SYNTAX or RANGE unless it has one of the forms
 * above. Host names come out in lower case, since they are no others then. */
CARDEA_MUST_USE enum cardea_status
cardea_device_parse_identity(const char *text,
    struct cardea_device_identity *ret_identity, struct cardea_diag *diag);

/* cardea_device_index_of: index of an identity; identity_count if it has it
 * not. */
size_t cardea_device_index_of(
    const struct cardea_device *device, const char *identity);

/* cardea_ledger_device: MISSING; CORRUPT, VERSION for a record that cannot be
 * read. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_device(struct cardea_store *store, const char *id,
    struct cardea_device *ret_device, struct cardea_diag *diag);

/* cardea_ledger_device_of: the device that is known by one of these; what has
 * no form of an identity is nobody's.  MISSING: none is.  UNSAFE: they name
 * different devices. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_device_of(
    struct cardea_store *store, const struct cardea_device_identity *identities,
    size_t count, struct cardea_device *ret_device, struct cardea_diag *diag);

/* cardea_ledger_put_device: makes it, or puts it in the place of what it was
 * read as (version; 0: there must be none), with its identities, in one commit.
 * CONFLICT: somebody else changed it, or an identity is another device's (the
 * diag names it).  SYNTAX, RANGE: not what a device may be. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_put_device(struct cardea_store *store,
    const struct cardea_device *device, struct cardea_diag *diag);

/* cardea_ledger_change_device: reads, calls change, puts; again, from reading
 * on, where somebody else was faster, until the deadline.  change says false to
 * leave it as it is, and may be called several times.  CONFLICT: an identity is
 * another device's. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_change_device(struct cardea_store *store, const char *id,
    bool (*change)(struct cardea_device *device, void *context), void *context,
    struct cardea_diag *diag);

/* cardea_ledger_remove_device: with its identities and its chain, in one
 * commit; a damaged record too. MISSING. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_remove_device(
    struct cardea_store *store, const char *id, struct cardea_diag *diag);

/* cardea_ledger_list_devices: in the order of their ids, until each says
 * false; a damaged record is given as NULL with its id. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_list_devices(struct cardea_store *store,
    bool (*each)(
	const char *id, const struct cardea_device *device, void *context),
    void *context, struct cardea_diag *diag);

/* What a device's way in left here: certificate and chain, so that the far end
 * sends only a signature. DER, leaf first. */
#define CARDEA_DEVICE_CHAIN_BYTES 49152
struct cardea_device_chain {
	size_t count; /* 0: none is kept */
	size_t lens[CARDEA_CERT_CHAIN_MAX + 1];
	unsigned char der[CARDEA_DEVICE_CHAIN_BYTES]; /* one after another */
};

/* cardea_ledger_device_chain: MISSING where none is kept. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_device_chain(struct cardea_store *store, const char *id,
    struct cardea_device_chain *ret_chain, struct cardea_diag *diag);

/* cardea_ledger_put_device_chain: in the place of the one before; count 0: none
 * is kept from now on. MISSING: there is no such device. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_put_device_chain(struct cardea_store *store, const char *id,
    const struct cardea_device_chain *chain, struct cardea_diag *diag);

/* cardea_ledger_saw_device: when, by whom, from where; durable before its
 * evidence counts, together with one more look at its state: *ret_active is
 * false if it was locked or removed meanwhile, or is not the user's any more.
 * expires_s 0 leaves what is known of its certificate. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_saw_device(
    struct cardea_store *store, const char *id, const char *user,
    const char *source, int64_t expires_s, const struct cardea_clock *clock,
    bool *ret_active, struct cardea_diag *diag);

#endif
