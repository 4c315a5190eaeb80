/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/ledger.h"
#include "store/ledger_key.h"

/* In evidence a credential goes by its name, or by its id if it has none. */
static bool
is_called(const char *credential, const char *name, const char *id)
{
	return strcmp(name[0] != '\0' ? name : id, credential) == 0;
}

struct walk {
	const char *credential;
	bool stands;
	enum cardea_status status;
};

static bool
visit_token(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	struct cardea_otp_token token = { 0 };

	(void)key;
	walk->status = cardea_record_decode_token(value, &token);
	if (walk->status == CARDEA_OK && !token.disabled &&
	    is_called(walk->credential, token.name, token.id))
		walk->stands = true;
	cardea_otp_token_clear(&token);
	return walk->status == CARDEA_OK;
}

static enum cardea_status
look_at_tokens(struct cardea_store *store, const char *user, struct walk *walk,
    struct cardea_diag *diag)
{
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_TOKEN, user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, visit_token, walk, diag);
	return status == CARDEA_OK ? walk->status : status;
}

static enum cardea_status
look_at_keys(struct cardea_store *store, const char *user, struct walk *walk,
    struct cardea_diag *diag)
{
	struct cardea_key_set *set = calloc(1, sizeof(*set));
	enum cardea_status status;

	if (set == NULL)
		return CARDEA_E_MEMORY;
	status = cardea_ledger_keys(store, user, set, diag);
	for (size_t i = 0; status == CARDEA_OK && i < set->count; i++) {
		if (!set->items[i].disabled &&
		    is_called(
			walk->credential, set->items[i].name, set->items[i].id))
			walk->stands = true;
	}
	free(set);
	return status;
}

enum cardea_status
cardea_ledger_credential(struct cardea_store *store, const char *user,
    enum cardea_factor factor, const char *credential, bool *ret_stands,
    struct cardea_diag *diag)
{
	struct walk walk = { .credential = credential };
	enum cardea_status status = CARDEA_OK;

	switch (factor) {
	case CARDEA_FACTOR_TOTP:
	case CARDEA_FACTOR_HOTP:
		status = look_at_tokens(store, user, &walk, diag);
		break;
	case CARDEA_FACTOR_FIDO2:
		status = look_at_keys(store, user, &walk, diag);
		break;
	case CARDEA_FACTOR_NONE:
	case CARDEA_FACTOR_PASSWORD:
	case CARDEA_FACTOR_RECOVERY:
	case CARDEA_FACTOR_DEVICE:
	case CARDEA_FACTOR_SSHKEY:
	case CARDEA_FACTOR_SSHCERT:
	case CARDEA_FACTOR_COUNT:
		walk.stands = true;
		break;
	}
	if (status == CARDEA_OK)
		*ret_stands = walk.stands;
	return status;
}
