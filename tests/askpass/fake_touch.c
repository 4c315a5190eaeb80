/* SPDX-License-Identifier: BSD-2-Clause */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "key/touch.h"

/*
 * In place of the keys, for the tests of cardea-askpass: what happens is said
 * by FAKE_TOUCH, what was asked is written to FAKE_TOUCH_LOG.
 *   done, done:AUTHDATA-LENGTH, wait, broken, or the name of an end; pin before
 *   it asks for the PIN.
 */
static const struct {
	const char *name;
	enum cardea_touch_end end;
} ends[] = {
	{ "failed", CARDEA_TOUCH_FAILED },
	{ "done", CARDEA_TOUCH_DONE },
	{ "no-key", CARDEA_TOUCH_NO_KEY },
	{ "not-held", CARDEA_TOUCH_NOT_HELD },
	{ "refused", CARDEA_TOUCH_REFUSED },
	{ "timeout", CARDEA_TOUCH_TIMEOUT },
	{ "no-uv", CARDEA_TOUCH_NO_UV },
	{ "no-pin", CARDEA_TOUCH_NO_PIN },
	{ "wrong-pin", CARDEA_TOUCH_WRONG_PIN },
	{ "blocked", CARDEA_TOUCH_BLOCKED },
	{ "exists", CARDEA_TOUCH_EXISTS },
};

static const char *
command(void)
{
	const char *text = getenv("FAKE_TOUCH");

	return text == NULL ? "done" : text;
}

static void
note(const char *what, const char *text)
{
	const char *path = getenv("FAKE_TOUCH_LOG");
	FILE *log = path == NULL ? NULL : fopen(path, "a");

	if (log == NULL)
		return;
	fprintf(log, "%s=%s\n", what, text);
	fclose(log);
}

static enum cardea_touch_end
end_of(const char *name)
{
	size_t len = strcspn(name, ":");

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strlen(ends[i].name) == len &&
		    memcmp(ends[i].name, name, len) == 0)
			return ends[i].end;
	return CARDEA_TOUCH_FAILED;
}

/* A window needs its time to come up: not before the file FAKE_TOUCH_AFTER
 * is there. */
static void
wait_for_window(void)
{
	const char *path = getenv("FAKE_TOUCH_AFTER");

	for (int i = 0; path != NULL && i < 500; i++) {
		if (access(path, F_OK) == 0)
			return;
		poll(NULL, 0, 10);
	}
}

/* What each of the two calls does with the person. */
static enum cardea_touch_end
meet(const struct cardea_touch_person *person, int timeout_ms)
{
	struct pollfd hangup = { .fd = person->hangup_fd, .events = POLLIN };
	struct cardea_secret pin = { 0 };
	const char *what = command();

	if (strncmp(what, "pin", 3) != 0 && strncmp(what, "no-key", 6) != 0)
		person->tell(person->context, "Touch your security key.");
	wait_for_window();
	if (strcmp(what, "wait") == 0) {
		note("waits", "");
		if (poll(&hangup, 1, timeout_ms) == 0)
			return CARDEA_TOUCH_TIMEOUT;
		note("called-off", "");
		return CARDEA_TOUCH_CANCELLED;
	}
	if (strncmp(what, "pin", 3) == 0) {
		bool typed = person->ask_pin(
		    person->context, "PIN of the security key: ", &pin);

		note("pin", typed ? (const char *)pin.data : "(none)");
		cardea_secret_clear(&pin);
		if (!typed)
			return poll(&hangup, 1, 0) == 1 ? CARDEA_TOUCH_CANCELLED
							: CARDEA_TOUCH_NO_PIN;
		person->tell(person->context, "Touch your security key.");
		return CARDEA_TOUCH_DONE;
	}
	return end_of(what);
}

enum cardea_status
cardea_touch_assert(const char *helper, const struct cardea_touch *touch,
    const struct cardea_touch_person *person,
    struct cardea_touch_answer *ret_answer, struct cardea_diag *diag)
{
	const char *size = strchr(command(), ':');
	char number[16];

	note("helper", helper);
	snprintf(number, sizeof(number), "%zu", touch->handle_count);
	note("handles", number);
	snprintf(number, sizeof(number), "%d", touch->uv);
	note("uv", number);
	if (strcmp(command(), "broken") == 0)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "cardea-key cannot be started");
	ret_answer->end = meet(person, touch->timeout_ms);
	ret_answer->handle = touch->handle_count - 1;
	memcpy(ret_answer->assertion.client_hash, touch->client_hash, 32);
	ret_answer->assertion.auth_data_len = size == NULL
	    ? 37
	    : strtoul(size + 1, NULL, 10);
	/* instead of a signature, so that a server can tell what was signed */
	memcpy(ret_answer->assertion.auth_data, touch->client_hash, 32);
	ret_answer->assertion.signature_len = 72;
	memset(ret_answer->assertion.signature, 0x51, 72);
	return CARDEA_OK;
}

enum cardea_status
cardea_touch_make(const char *helper, const struct cardea_touch_wish *wish,
    const struct cardea_touch_person *person, enum cardea_touch_end *ret_end,
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	(void)diag;
	note("helper", helper);
	note("device", wish->device == NULL ? "(any)" : wish->device);
	*ret_end = meet(person, wish->timeout_ms);
	if (*ret_end != CARDEA_TOUCH_DONE)
		return CARDEA_OK;
	memset(ret_registration, 0, sizeof(*ret_registration));
	memcpy(ret_registration->client_hash, wish->client_hash, 32);
	snprintf(ret_registration->rp_id, sizeof(ret_registration->rp_id), "%s",
	    wish->rp_id);
	strcpy(ret_registration->format, "none");
	ret_registration->auth_data_len = 164;
	ret_registration->statement_len = 1;
	ret_registration->statement[0] = 0xa0;
	return CARDEA_OK;
}
