/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * softkey: a FIDO authenticator without hardware, for tests.  See softkey.h for
 * the way of a request, state.h and mode.h for how a test commands it.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig/key/authdata.h"
#include "rig/key/mode.h"
#include "rig/key/need.h"
#include "rig/key/softkey.h"

static const char usage_text[] =
    "usage: softkey --pty LINK | --socket PATH  --dir STATE [OPTION...]\n"
    "       softkey --check-mode WORDS\n"
    "\n"
    "--att self|x5c|u2f|none  how new credentials are attested (self)\n"
    "--u2f-only, --fido2-only\n"
    "--finger                 there is a fingerprint sensor (file finger)\n"
    "--tokens                 CTAP 2.1: PIN and finger unlock tokens\n"
    "--touch-timeout MS       a touch that does not come (30000)\n"
    "--aaguid HEX             the model, 32 digits\n"
    "--cert-aaguid HEX        another one in the certificate\n"
    "--maker NAME             whose attestation root (Softkey)\n"
    "--backup eligible|held   flag BE, or BE and BS\n"
    "--foreground             no daemon\n";

static _Noreturn void
usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

/* --- options ------------------------------------------------------------- */

struct start {
	const char *pty, *socket, *folder;
	bool foreground;
};

static const struct options standard = {
	.attestation = ATTESTATION_SELF,
	.touch_timeout_ms = 30000,
	.maker = "Softkey",
	.aaguid = "softkey-test-one",
	.certificate_aaguid = "softkey-test-one",
};

/* The place of a word in a list that ends with NULL. */
static int
choose(const char *word, const char *const *list)
{
	for (int i = 0; list[i] != NULL; i++) {
		if (strcmp(word, list[i]) == 0)
			return i;
	}
	usage();
}

static void
read_hex(const char *text, unsigned char ret_bytes[AAGUID_LEN])
{
	for (int i = 0; i < AAGUID_LEN; i++) {
		char digits[3] = "";
		char *end;
		memcpy(digits, text, strnlen(text, 2));
		ret_bytes[i] = (unsigned char)strtoul(digits, &end, 16);
		if (end != digits + 2)
			usage();
		text += 2;
	}
	if (*text != '\0')
		usage();
}

static const struct option names[] = {
	{ "pty", required_argument, NULL, 'p' },
	{ "socket", required_argument, NULL, 's' },
	{ "dir", required_argument, NULL, 'd' },
	{ "check-mode", required_argument, NULL, 'w' },
	{ "att", required_argument, NULL, 'a' },
	{ "u2f-only", no_argument, NULL, 'u' },
	{ "fido2-only", no_argument, NULL, 'f' },
	{ "finger", no_argument, NULL, 'v' },
	{ "tokens", no_argument, NULL, 'k' },
	{ "touch-timeout", required_argument, NULL, 't' },
	{ "aaguid", required_argument, NULL, 'g' },
	{ "cert-aaguid", required_argument, NULL, 'c' },
	{ "maker", required_argument, NULL, 'm' },
	{ "backup", required_argument, NULL, 'b' },
	{ "foreground", no_argument, NULL, 'n' },
	{ NULL, 0, NULL, 0 },
};

static void
take_start(int name, struct start *start)
{
	switch (name) {
	case 'p':
		start->pty = optarg;
		break;
	case 's':
		start->socket = optarg;
		break;
	case 'd':
		start->folder = optarg;
		break;
	case 'n':
		start->foreground = true;
		break;
	case 'w':
		exit(mode_is_known(optarg) ? 0 : 1);
	default:
		usage();
	}
}

/* Values that are a word, a number or a name. */
static bool
take_value(int name, struct options *options)
{
	static const char *const attestations[] = { "self", "x5c", "u2f",
		"none", NULL };
	static const char *const backups[] = { "eligible", "held", NULL };
	switch (name) {
	case 'a':
		options->attestation = (enum attestation)choose(
		    optarg, attestations);
		return true;
	case 't':
		options->touch_timeout_ms = (int)strtol(optarg, NULL, 10);
		return true;
	case 'g':
		read_hex(optarg, options->aaguid);
		read_hex(optarg, options->certificate_aaguid);
		return true;
	case 'c':
		read_hex(optarg, options->certificate_aaguid);
		return true;
	case 'm':
		options->maker = optarg;
		return true;
	case 'b':
		options->backup = choose(optarg, backups) == 0
		    ? FLAG_BACKUP_ELIGIBLE
		    : FLAG_BACKUP_ELIGIBLE | FLAG_BACKED_UP;
		return true;
	default:
		return false;
	}
}

static bool
take_switch(int name, struct options *options)
{
	switch (name) {
	case 'u':
		options->u2f_only = true;
		return true;
	case 'f':
		options->fido2_only = true;
		return true;
	case 'v':
		options->finger = true;
		return true;
	case 'k':
		options->tokens = true;
		return true;
	default:
		return false;
	}
}

static void
read_arguments(
    int argc, char **argv, struct start *ret_start, struct options *ret_options)
{
	int name;
	*ret_start = (struct start){ .pty = NULL };
	*ret_options = standard;
	while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (!take_value(name, ret_options) &&
		    !take_switch(name, ret_options))
			take_start(name, ret_start);
	}
	if (optind != argc || ret_start->folder == NULL ||
	    (ret_start->pty == NULL) == (ret_start->socket == NULL) ||
	    (ret_options->u2f_only && ret_options->fido2_only))
		usage();
}

/* --- coming up ----------------------------------------------------------- */

static void
write_pem(const struct state *state, const char *name, const struct writer *pem)
{
	state_write(state, name, pem->bytes, pem->len);
}

static void
load(struct softkey *softkey, const char *folder)
{
	struct state *state = &softkey->state;
	state_open(state, folder);
	if (state_read(state, "seed", softkey->seed, sizeof softkey->seed) !=
	    sizeof softkey->seed) {
		random_bytes(softkey->seed, sizeof softkey->seed);
		state_write(state, "seed", softkey->seed, sizeof softkey->seed);
	}
	pin_load(&softkey->pin, state);
	residents_load(&softkey->residents, state);
	certificates_make(softkey->options.maker,
	    softkey->options.certificate_aaguid, &softkey->certificates);
	write_pem(
	    state, "attestation-root.pem", &softkey->certificates.root_pem);
	write_pem(state, "attestation.pem", &softkey->certificates.batch_pem);
}

static unsigned int
capabilities(const struct options *options)
{
	if (options->u2f_only)
		return HID_CAN_WINK;
	if (options->fido2_only)
		return HID_CAN_WINK | HID_CAN_CBOR | HID_CANNOT_MSG;
	return HID_CAN_WINK | HID_CAN_CBOR;
}

static void
plug_in(struct softkey *softkey, const struct start *start)
{
	struct hid *hid = &softkey->hid;
	hid->capabilities = capabilities(&softkey->options);
	if (start->pty != NULL)
		transport_open_pty(&hid->transport, start->pty);
	else
		transport_open_socket(&hid->transport, start->socket);
	if (start->foreground)
		(void)setsid(); /* fails for the leader of a job, no matter */
	else
		need(daemon(1, 0) == 0, "a process in the background");
	transport_own(&hid->transport);
	state_write_number(&softkey->state, "pid", (uint32_t)getpid());
}

/* --- serving ------------------------------------------------------------- */

static void
serve(struct softkey *softkey)
{
	struct hid *hid = &softkey->hid;
	switch (hid->command) {
	case HID_INIT:
		hid_answer_init(hid);
		break;
	case HID_PING:
		hid_answer(hid, hid->message, hid->len);
		break;
	case HID_WINK:
		hid_answer(hid, NULL, 0);
		break;
	case HID_CANCEL: /* of nothing: it has no answer */
		break;
	case HID_MSG:
		if (softkey->options.fido2_only)
			hid_refuse(hid, HID_ERROR_COMMAND);
		else
			u2f_serve(softkey);
		break;
	case HID_CBOR:
		if (softkey->options.u2f_only)
			hid_refuse(hid, HID_ERROR_COMMAND);
		else
			ctap_serve(softkey);
		break;
	default:
		hid_refuse(hid, HID_ERROR_COMMAND);
	}
}

/* What becomes of a message before it is heard; true if it is heard. */
static bool
hears(struct softkey *softkey)
{
	struct state *state = &softkey->state;
	long number;
	state_refresh(state);
	state->messages++;
	if (mode_number(state, "unplug", &number) &&
	    number == state->messages) {
		state_log(state, "unplugged");
		transport_remove(&softkey->hid.transport);
		exit(0);
	}
	if (!mode_number(state, "hang", &number) || state->messages < number)
		return true;
	if (state->messages == number)
		state_log(state, "hangs");
	return false;
}

int
main(int argc, char **argv)
{
	static struct softkey softkey;
	struct start start;
	read_arguments(argc, argv, &start, &softkey.options);
	load(&softkey, start.folder);
	plug_in(&softkey, &start);
	for (;;) {
		hid_receive(&softkey.hid);
		if (hears(&softkey))
			serve(&softkey);
	}
}
