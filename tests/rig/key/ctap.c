/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rig/key/command.h"
#include "rig/key/mangle.h"
#include "rig/key/mode.h"
#include "rig/key/softkey.h"
#include "rig/key/touch.h"

#define MESSAGE_SIZE 1200 /* as many keys have it */

enum info {
	INFO_VERSIONS = 0x01,
	INFO_AAGUID = 0x03,
	INFO_OPTIONS = 0x04,
	INFO_MESSAGE_SIZE = 0x05,
	INFO_PROTOCOLS = 0x06,
	INFO_ALGORITHMS = 0x0a,
};

/* --- getInfo ------------------------------------------------------------- */

static void
put_versions(struct writer *answer, const struct options *options)
{
	put_array(answer, 1u + !options->fido2_only + options->tokens);
	if (!options->fido2_only)
		put_text(answer, "U2F_V2");
	put_text(answer, "FIDO_2_0");
	if (options->tokens)
		put_text(answer, "FIDO_2_1");
}

static void
put_option(struct writer *answer, const char *name, bool value)
{
	put_text(answer, name);
	put_bool(answer, value);
}

static void
put_options(struct writer *answer, const struct softkey *softkey)
{
	const struct options *options = &softkey->options;
	put_map(answer, 4u + options->finger + options->tokens);
	put_option(answer, "rk", true);
	put_option(answer, "up", true);
	if (options->finger)
		put_option(answer, "uv", true);
	put_option(answer, "plat", false);
	put_option(answer, "clientPin", softkey->pin.record.is_set);
	if (options->tokens)
		put_option(answer, "pinUvAuthToken", true);
}

static void
put_algorithm(struct writer *answer, enum algorithm algorithm)
{
	put_map(answer, 2);
	put_text(answer, "alg");
	put_int(answer, algorithm);
	put_text(answer, "type");
	put_text(answer, "public-key");
}

static enum ctap_status
get_info(struct softkey *softkey, struct slice request, struct writer *answer)
{
	(void)request;
	put_map(answer, 6);
	put_int(answer, INFO_VERSIONS);
	put_versions(answer, &softkey->options);
	put_int(answer, INFO_AAGUID);
	put_bytes(answer, softkey->options.aaguid, AAGUID_LEN);
	put_int(answer, INFO_OPTIONS);
	put_options(answer, softkey);
	put_int(answer, INFO_MESSAGE_SIZE);
	put_int(answer, MESSAGE_SIZE);
	put_int(answer, INFO_PROTOCOLS);
	put_array(answer, 1);
	put_int(answer, 1);
	put_int(answer, INFO_ALGORITHMS);
	put_array(answer, 2);
	put_algorithm(answer, ES256);
	put_algorithm(answer, EDDSA);
	return CTAP_OK;
}

/* --- reset --------------------------------------------------------------- */

/* A new seed: no credential of before is ours any more. */
static enum ctap_status
reset(struct softkey *softkey, struct slice request, struct writer *answer)
{
	(void)request;
	(void)answer;
	enum ctap_status status = touch_wait(softkey, "reset");
	if (status != CTAP_OK)
		return status;
	pin_forget(&softkey->pin, &softkey->state);
	finger_unblock(softkey);
	residents_clear(&softkey->residents, &softkey->state);
	random_bytes(softkey->seed, sizeof softkey->seed);
	state_write(
	    &softkey->state, "seed", softkey->seed, sizeof softkey->seed);
	return CTAP_OK;
}

/* --- serving ------------------------------------------------------------- */

static const struct command {
	unsigned char code;
	const char *name;
	enum ctap_status (*run)(struct softkey *softkey, struct slice request,
	    struct writer *answer);
	bool has_request;
} commands[] = {
	{ 0x01, "makeCredential", make_credential, true },
	{ 0x02, "getAssertion", get_assertion, true },
	{ 0x04, "getInfo", get_info, false },
	{ 0x06, "clientPIN", pin_command, true },
	{ 0x07, "reset", reset, false },
	{ 0x08, "getNextAssertion", get_next_assertion, false },
};

static const struct command *
find_command(unsigned char code)
{
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (commands[i].code == code)
			return &commands[i];
	}
	return NULL;
}

static enum ctap_status
run_command(struct softkey *softkey, const struct command *command,
    struct slice request, struct writer *answer)
{
	struct slice rest = request;
	if (command->has_request && (!cbor_skip(&rest, NULL) || rest.len != 0))
		return CTAP_CBOR;
	/* without it nobody would ask for anything */
	if (command->run != get_info) {
		enum ctap_status status = mode_failure(&softkey->state);
		if (status != CTAP_OK)
			return status;
	}
	return command->run(softkey, request, answer);
}

/* The status before what the command has to say. */
static void
send_answer(struct softkey *softkey, const struct command *command,
    struct writer *answer)
{
	char kind[16];
	bool is_info = command->run == get_info;
	if (!is_info && answer->bytes[0] == CTAP_OK &&
	    mode_text(&softkey->state, "cbor", kind, sizeof kind))
		mangle(answer, kind);
	if (!is_info && mode_has(&softkey->state, "truncated"))
		hid_answer_part(
		    &softkey->hid, answer->bytes, answer->len + REPORT_LEN);
	else
		hid_answer(&softkey->hid, answer->bytes, answer->len);
}

void
ctap_serve(struct softkey *softkey)
{
	struct hid *hid = &softkey->hid;
	struct writer answer = { .bytes = NULL };
	const struct command *command = hid->len > 0
	    ? find_command(hid->message[0])
	    : NULL;
	if (command == NULL) {
		static const unsigned char unknown = CTAP_COMMAND;
		hid_answer(hid, &unknown, 1);
		return;
	}

	put_byte(&answer, CTAP_OK);
	struct slice request = { hid->message + 1, hid->len - 1 };
	enum ctap_status status = run_command(
	    softkey, command, request, &answer);
	if (status != CTAP_OK) {
		state_log(&softkey->state, "%s: status 0x%02x", command->name,
		    status);
		answer.len = 1;
		answer.bytes[0] = (unsigned char)status;
	}
	if (status != CTAP_ABORTED)
		send_answer(softkey, command, &answer);
	writer_clear(&answer);
}
