/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/settings.h"
#include "store/mark.h"
#include "unit/ledger_fixture.h"
#include "unit/scratch.h"

/* What the replaced clock shows: the last fixture's. */
static const struct ledger *present;

struct cardea_clock
cardea_clock_read(void)
{
	return present->clock;
}

void
cardea_clock_boot_id(char boot_id[37])
{
	memcpy(boot_id, present->boot_id, 37);
}

int
ledger_set_up(void **state)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));

	assert_non_null(ledger);
	present = ledger;
	strcpy(ledger->directory, "ledger-XXXXXX");
	scratch_make(ledger->directory);
	snprintf(
	    ledger->path, sizeof(ledger->path), "%s/db", ledger->directory);
	snprintf(ledger->key_path, sizeof(ledger->key_path), "%s/key",
	    ledger->directory);
	ledger->config = (struct cardea_store_config){
		.path = ledger->path,
		.seal_key_path = ledger->key_path,
		.size_mb = 1,
		.create = true,
	};
	ledger->clock = (struct cardea_clock){ .time_s = NOW,
		.monotonic_ms = UPTIME_MS,
		.plausible = true,
		.synchronised = true };
	memcpy(ledger->boot_id, BOOT_A, 37);
	ledger->settings = cardea_settings_default();
	strcpy(ledger->request.user, "alice");
	strcpy(ledger->request.pam_user, "alice");
	strcpy(ledger->request.service, "sshd");
	strcpy(ledger->request.login_session, "7");
	ledger->request.user_exists = true;
	ledger->request.caller_known = true;
	ledger_from(ledger, "192.0.2.1");
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
	*state = ledger;
	return 0;
}

int
ledger_tear_down(void **state)
{
	struct ledger *ledger = *state;

	cardea_store_close(ledger->store);
	scratch_remove(ledger->directory);
	free(ledger);
	return 0;
}

void
ledger_pass(struct ledger *ledger, int64_t seconds)
{
	ledger->clock.time_s += seconds;
	ledger->clock.monotonic_ms += seconds * 1000;
}

void
ledger_from(struct ledger *ledger, const char *address)
{
	ledger->request.source = cardea_address_parse(address);
	strcpy(ledger->request.rhost, address);
}

/* Twenty bytes that differ for each id. */
static void
set_key(struct cardea_otp_token *token, const char *id)
{
	char key[21];

	snprintf(key, sizeof(key), "%-20.20s", id);
	assert_int_equal(cardea_secret_set(&token->key, key, 20), CARDEA_OK);
}

static struct cardea_otp_token
fresh_token(const char *id, enum cardea_otp_kind kind)
{
	struct cardea_otp_token token = { .kind = kind,
		.digits = 6,
		.period_s = 30,
		.watermark = CARDEA_OTP_NO_WATERMARK,
		.sync_at = -1,
		.created_s = NOW };

	strcpy(token.id, id);
	set_key(&token, id);
	return token;
}

static void
put(struct ledger *ledger, const struct cardea_key *key,
    const struct cardea_value *value)
{
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.key = *key,
		.data = value->data,
		.len = value->len };
	struct cardea_value old = { 0 };

	if (cardea_store_get(ledger->store, key, &old, NULL) == CARDEA_OK)
		change.version = old.version;
	cardea_value_clear(&old);
	assert_int_equal(
	    cardea_store_commit(ledger->store, &change, 1, NULL), CARDEA_OK);
}

void
ledger_put_token(struct ledger *ledger, const char *user,
    const struct cardea_otp_token *token)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_TOKEN, user, token->id, &key),
	    CARDEA_OK);
	assert_int_equal(cardea_record_encode_token(token, &value), CARDEA_OK);
	put(ledger, &key, &value);
	cardea_value_clear(&value);
}

void
ledger_enrol(struct ledger *ledger, const char *user, const char *id,
    enum cardea_otp_kind kind)
{
	struct cardea_otp_token token = fresh_token(id, kind);

	ledger_put_token(ledger, user, &token);
	cardea_otp_token_clear(&token);
}

struct cardea_otp_token
ledger_token(struct ledger *ledger, const char *user, const char *id)
{
	struct cardea_otp_token token = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_mark mark;
	struct cardea_key key;

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_TOKEN, user, id, &key), CARDEA_OK);
	assert_int_equal(
	    cardea_store_get(ledger->store, &key, &value, NULL), CARDEA_OK);
	assert_int_equal(cardea_record_decode_token(&value, &token), CARDEA_OK);
	cardea_value_clear(&value);
	assert_int_equal(cardea_mark_read(ledger->store, CARDEA_KIND_TOKEN_MARK,
			     user, id, &mark, NULL),
	    CARDEA_OK);
	assert_int_equal(cardea_mark_lay_token(&mark.value, &token), CARDEA_OK);
	cardea_value_clear(&mark.value);
	cardea_secret_clear(&token.key);
	return token;
}

void
ledger_code(const char *id, int64_t counter, char code[9])
{
	struct cardea_otp_token token = fresh_token(id, CARDEA_OTP_TOTP);

	assert_int_equal(cardea_otp_code(&token, counter, code), CARDEA_OK);
	cardea_otp_token_clear(&token);
}

void
ledger_put_key(struct ledger *ledger, const char *user,
    const struct cardea_fido2_credential *credential)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_CREDENTIAL, user, credential->id, &key),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_record_encode_credential(credential, &value), CARDEA_OK);
	put(ledger, &key, &value);
	cardea_value_clear(&value);
}

struct cardea_fido2_credential
ledger_enrol_key(
    struct ledger *ledger, const char *user, const char *id, uint32_t counter)
{
	struct cardea_fido2_credential credential = { .kind = CARDEA_FIDO2_CTAP,
		.algorithm = CARDEA_FIDO2_ES256,
		.public_len = 64,
		.handle_len = 32,
		.rp_id = "example.org",
		.counter = counter,
		.created_s = NOW };

	strcpy(credential.id, id);
	snprintf((char *)credential.public_key, 64, "public %s", id);
	snprintf((char *)credential.handle, 32, "handle %s", id);
	ledger_put_key(ledger, user, &credential);
	return credential;
}

struct cardea_fido2_credential
ledger_key(struct ledger *ledger, const char *user, const char *id)
{
	struct cardea_fido2_credential credential = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_mark mark;
	struct cardea_key key;

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_CREDENTIAL, user, id, &key), CARDEA_OK);
	assert_int_equal(
	    cardea_store_get(ledger->store, &key, &value, NULL), CARDEA_OK);
	assert_int_equal(
	    cardea_record_decode_credential(&value, &credential), CARDEA_OK);
	cardea_value_clear(&value);
	assert_int_equal(
	    cardea_mark_read(ledger->store, CARDEA_KIND_CREDENTIAL_MARK, user,
		id, &mark, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_mark_lay_credential(&mark.value, &credential), CARDEA_OK);
	cardea_value_clear(&mark.value);
	return credential;
}

struct cardea_spend
ledger_spend(struct ledger *ledger, const char *answer)
{
	struct cardea_diag diag = { 0 };
	struct cardea_spend spend;

	memset(&spend, 0xee, sizeof(spend));
	if (cardea_ledger_spend_code(ledger->store, &ledger->settings,
		&ledger->request, &ledger->clock, CODES, answer, &spend,
		&diag) != CARDEA_OK)
		fail_msg("not spent: %s", diag.reason);
	return spend;
}

struct cardea_spend
ledger_show(struct ledger *ledger, const char *id, int64_t counter)
{
	char code[9];

	ledger_code(id, counter, code);
	return ledger_spend(ledger, code);
}

uint32_t
ledger_tries(struct ledger *ledger, const char *user, const char *source)
{
	struct cardea_value value = { 0 };
	struct cardea_tries tries = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_TRIES, user, source, &key), CARDEA_OK);
	status = cardea_store_get(ledger->store, &key, &value, NULL);
	if (status == CARDEA_E_MISSING)
		return 0;
	assert_int_equal(status, CARDEA_OK);
	assert_int_equal(cardea_record_decode_tries(&value, &tries), CARDEA_OK);
	cardea_value_clear(&value);
	assert_true(tries.count > 0);
	return tries.count;
}

static bool
count_one(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	size_t *count = context;

	(void)key;
	(void)value;
	++*count;
	return true;
}

size_t
ledger_count(struct ledger *ledger, const char *kind, const char *owner)
{
	struct cardea_key prefix;
	size_t count = 0;

	assert_int_equal(
	    cardea_key_make(kind, owner, NULL, &prefix), CARDEA_OK);
	assert_int_equal(
	    cardea_store_list(ledger->store, &prefix, count_one, &count, NULL),
	    CARDEA_OK);
	return count;
}

void
ledger_put_bytes(struct ledger *ledger, const char *kind, const char *owner,
    const char *id, const char *bytes)
{
	struct cardea_value value = { .data = (unsigned char *)strdup(bytes),
		.len = strlen(bytes) };
	struct cardea_key key;

	assert_non_null(value.data);
	assert_int_equal(cardea_key_make(kind, owner, id, &key), CARDEA_OK);
	put(ledger, &key, &value);
	cardea_value_clear(&value);
}
