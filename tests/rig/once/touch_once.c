/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * touch_once make RP FILE [OPTION...]: a credential of a key, kept in FILE
 * touch_once assert FILE... [OPTION...]: one of those is asked for a touch
 *
 *   helper=PATH     another program in place of cardea-key
 *   device=PATH     this key only
 *   uv=no|prefer|need   timeout=MS   pin=PIN
 *   hangup=MS       then it is called off
 *   exclude=FILE    make: not if the key holds that one
 *   resident=yes    make: one that the key remembers
 *
 * Prints one line: how it ended, cues and prompts, and what came back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "key/touch.h"

static const char *pin;
static int hangup_ms;

static void
tell(void *context, const char *text)
{
	(void)context;
	printf("cue=\"%s\" ", text);
	fflush(stdout);
}

static bool
ask_pin(void *context, const char *prompt, struct cardea_secret *ret_pin)
{
	(void)context;
	printf("prompt=\"%s\" ", prompt);
	fflush(stdout);
	return pin != NULL &&
	    cardea_secret_set(ret_pin, pin, strlen(pin)) == CARDEA_OK;
}

/* The writing end of a pipe that a child holds open for so long. */
static int
hang_up_later(void)
{
	int fds[2];

	if (hangup_ms == 0 || pipe(fds) != 0)
		return -1;
	if (fork() == 0) {
		close(fds[0]);
		usleep((useconds_t)hangup_ms * 1000);
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

struct options {
	const char *helper, *device, *exclude;
	bool resident;
	enum cardea_uv uv;
	int timeout_ms;
};

static bool
read_option(const char *word, struct options *options)
{
	if (strncmp(word, "helper=", 7) == 0)
		options->helper = word + 7;
	else if (strncmp(word, "device=", 7) == 0)
		options->device = word + 7;
	else if (strncmp(word, "timeout=", 8) == 0)
		options->timeout_ms = (int)strtol(word + 8, NULL, 10);
	else if (strncmp(word, "pin=", 4) == 0)
		pin = word + 4;
	else if (strncmp(word, "hangup=", 7) == 0)
		hangup_ms = (int)strtol(word + 7, NULL, 10);
	else if (strncmp(word, "exclude=", 8) == 0)
		options->exclude = word + 8;
	else if (strcmp(word, "resident=yes") == 0)
		options->resident = true;
	else if (strcmp(word, "uv=prefer") == 0)
		options->uv = CARDEA_UV_PREFER;
	else if (strcmp(word, "uv=need") == 0)
		options->uv = CARDEA_UV_NEED;
	else
		return strcmp(word, "uv=no") == 0;
	return true;
}

static unsigned char hash[CARDEA_FIDO2_HASH] =
    "thirty-two bytes of a challenge";

/* authenticator data of a new credential: rp id hash, flags, counter, AAGUID,
 * and the id with its length (WebAuthn, 6.1 and 6.5.1) */
static bool
keep_handle(const char *file, const char *rp_id,
    const struct cardea_fido2_registration *made)
{
	const unsigned char *data = made->auth_data;
	size_t len = (size_t)data[53] << 8 | data[54];
	char hex[2 * CARDEA_KEY_HANDLE_MAX + 1];
	FILE *stream;

	if (made->auth_data_len < 55 + len || len > CARDEA_KEY_HANDLE_MAX)
		return false;
	stream = fopen(file, "w");
	if (stream == NULL)
		return false;
	cardea_text_hex(hex, data + 55, len);
	fprintf(stream, "%s %s\n", rp_id, hex);
	return fclose(stream) == 0;
}

static struct {
	char rp_id[CARDEA_KEY_RP_MAX + 1];
	unsigned char bytes[CARDEA_KEY_HANDLE_MAX];
} kept[CARDEA_KEYS_MAX];

static bool
load_handle(const char *file, size_t at, struct cardea_touch_handle *handle)
{
	char hex[2 * CARDEA_KEY_HANDLE_MAX + 1] = "";
	FILE *stream = fopen(file, "r");
	bool good;

	if (stream == NULL)
		return false;
	good = fscanf(stream, "%255s %2046s", kept[at].rp_id, hex) == 2;
	(void)fclose(stream);
	handle->rp_id = kept[at].rp_id;
	handle->bytes = kept[at].bytes;
	handle->len = strlen(hex) / 2;
	return good &&
	    cardea_text_unhex(kept[at].bytes, handle->len, hex) == CARDEA_OK;
}

static int
make(char **words, const struct options *options)
{
	static struct cardea_fido2_registration made;
	static const unsigned char user_handle[CARDEA_KEY_USER_HANDLE] = "u";
	struct cardea_touch_person person = { tell, ask_pin, -1, NULL };
	struct cardea_touch_handle exclude = { .len = 0 };
	struct cardea_touch_wish wish = { .client_hash = hash,
		.rp_id = words[0],
		.user = "alice",
		.user_handle = user_handle,
		.algorithm = CARDEA_FIDO2_ES256,
		.resident = options->resident,
		.exclude = &exclude,
		.exclude_count = options->exclude != NULL,
		.uv = options->uv,
		.device = options->device,
		.timeout_ms = options->timeout_ms };
	enum cardea_touch_end end = CARDEA_TOUCH_FAILED;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	if (options->exclude != NULL &&
	    !load_handle(options->exclude, 0, &exclude))
		return 2;
	person.hangup_fd = hang_up_later();
	status = cardea_touch_make(
	    options->helper, &wish, &person, &end, &made, &diag);
	printf("status=%d end=%s ", (int)status, cardea_touch_end_text(end));
	if (status == CARDEA_OK && end == CARDEA_TOUCH_DONE)
		printf("format=%s statement=%zu kept=%d", made.format,
		    made.statement_len, keep_handle(words[1], words[0], &made));
	printf(" %s\n", diag.reason);
	return status == CARDEA_OK && end == CARDEA_TOUCH_DONE ? 0 : 1;
}

static int
assert_once(char **files, size_t count, const struct options *options)
{
	struct cardea_touch_handle handles[CARDEA_KEYS_MAX];
	struct cardea_touch_person person = { tell, ask_pin, -1, NULL };
	struct cardea_touch touch = { .client_hash = hash,
		.handle_count = count,
		.handles = handles,
		.uv = options->uv,
		.device = options->device,
		.timeout_ms = options->timeout_ms };
	static struct cardea_touch_answer answer;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	for (size_t i = 0; i < count; i++)
		if (!load_handle(files[i], i, &handles[i]))
			return 2;
	person.hangup_fd = hang_up_later();
	status = cardea_touch_assert(
	    options->helper, &touch, &person, &answer, &diag);
	printf(
	    "status=%d end=%s", (int)status, cardea_touch_end_text(answer.end));
	if (status == CARDEA_OK && answer.end == CARDEA_TOUCH_DONE)
		printf(" handle=%zu flags=%02x data=%zu", answer.handle,
		    answer.assertion.auth_data[32],
		    answer.assertion.auth_data_len);
	printf(" %s\n", diag.reason);
	return status == CARDEA_OK && answer.end == CARDEA_TOUCH_DONE ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct options options = { .helper = CARDEA_KEY_HELPER,
		.timeout_ms = 5000 };
	int words = 2;

	while (words < argc && strchr(argv[words], '=') == NULL)
		words++;
	for (int i = words; i < argc; i++)
		if (!read_option(argv[i], &options))
			return 2;
	if (words == 4 && strcmp(argv[1], "make") == 0)
		return make(argv + 2, &options);
	if (words > 2 && words < 2 + CARDEA_KEYS_MAX &&
	    strcmp(argv[1], "assert") == 0)
		return assert_once(argv + 2, (size_t)words - 2, &options);
	return 2;
}
