/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Enrols users for the bench, in every format that is measured.
 *
 *   fill store COUNT   the installed policy's store: bench0..3 and COUNT others
 *   fill oath COUNT    pam_oath's users file, on standard output; the
 *                      measured users stand last
 *   fill google USER   google-authenticator's file of one user
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/paths.h"
#include "base/text.h"
#include "bench/keys.h"
#include "factor/otpauth.h"
#include "store/record.h"
#include "store/setup.h"

#define MEASURED 4
#define BATCH 8

static enum cardea_status
make_token(const char *user, struct cardea_value *ret_value)
{
	struct cardea_otp_token token = { .kind = CARDEA_OTP_HOTP,
		.digits = 6,
		.watermark = CARDEA_OTP_NO_WATERMARK,
		.sync_at = -1,
		.created_s = 1 };
	unsigned char key[BENCH_KEY_LEN];
	enum cardea_status status;

	bench_key(user, key);
	status = cardea_text_copy(token.id, sizeof(token.id), "bench");
	if (status == CARDEA_OK)
		status = cardea_text_copy(token.name, sizeof(token.name), "b");
	if (status == CARDEA_OK)
		status = cardea_secret_set(&token.key, key, sizeof(key));
	if (status == CARDEA_OK)
		status = cardea_record_encode_token(&token, ret_value);
	cardea_otp_token_clear(&token);
	return status;
}

static void
user_name(char name[32], size_t index, size_t count)
{
	if (index < count)
		snprintf(name, 32, "user%07zu", index);
	else
		snprintf(name, 32, "bench%zu", index - count);
}

static enum cardea_status
fill_batch(struct cardea_store *store, size_t first, size_t last, size_t count)
{
	struct cardea_change changes[BATCH] = { 0 };
	struct cardea_value values[BATCH] = { 0 };
	enum cardea_status status = CARDEA_OK;
	char name[32];
	size_t used = 0;

	for (size_t i = first; i < last && status == CARDEA_OK; i++, used++) {
		user_name(name, i, count);
		status = make_token(name, &values[used]);
		if (status == CARDEA_OK)
			status = cardea_key_make(CARDEA_KIND_TOKEN, name,
			    "bench", &changes[used].key);
		changes[used].kind = CARDEA_CHANGE_PUT;
		changes[used].data = values[used].data;
		changes[used].len = values[used].len;
	}
	if (status == CARDEA_OK)
		status = cardea_store_commit(store, changes, used, NULL);
	for (size_t i = 0; i < used; i++)
		cardea_value_clear(&values[i]);
	return status;
}

static int
fill_store(size_t count)
{
	struct cardea_diag diag = { 0 };
	struct cardea_policy *policy = NULL;
	struct cardea_store_setup setup;
	struct cardea_store *store = NULL;
	enum cardea_status status;
	char text[512];

	status = cardea_policy_load(CARDEA_PATH_POLICY, &policy, &diag);
	if (status == CARDEA_OK) {
		cardea_store_setup(cardea_policy_settings(policy),
		    CARDEA_STORE_AS_ADMIN, &setup);
		status = cardea_store_open(&setup.config, &store, &diag);
	}
	for (size_t i = 0; i < count + MEASURED && status == CARDEA_OK;
	     i += BATCH) {
		size_t last = i + BATCH;

		if (last > count + MEASURED)
			last = count + MEASURED;
		status = fill_batch(store, i, last, count);
	}
	if (status != CARDEA_OK) {
		cardea_diag_format(&diag, text, sizeof(text));
		fprintf(
		    stderr, "fill: %s: %s\n", text, cardea_status_text(status));
	}
	cardea_store_close(store);
	cardea_policy_free(policy);
	return status == CARDEA_OK ? 0 : 1;
}

static int
fill_oath(size_t count)
{
	unsigned char key[BENCH_KEY_LEN];
	char name[32], hex[2 * BENCH_KEY_LEN + 1];

	for (size_t i = 0; i < count + MEASURED; i++) {
		user_name(name, i, count);
		bench_key(name, key);
		cardea_text_hex(hex, key, sizeof(key));
		printf("HOTP %s - %s\n", name, hex);
	}
	return 0;
}

static int
fill_google(const char *user)
{
	unsigned char key[BENCH_KEY_LEN];
	char text[64];

	bench_key(user, key);
	if (cardea_base32_encode(key, sizeof(key), text, sizeof(text)) !=
	    CARDEA_OK)
		return 1;
	/* counter 1 is the next one that its HOTP mode accepts */
	printf("%s\n\" HOTP_COUNTER 1\n\" WINDOW_SIZE 3\n", text);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	if (strcmp(argv[1], "store") == 0)
		return fill_store(strtoul(argv[2], NULL, 10));
	if (strcmp(argv[1], "oath") == 0)
		return fill_oath(strtoul(argv[2], NULL, 10));
	if (strcmp(argv[1], "google") == 0)
		return fill_google(argv[2]);
	return 2;
}
