/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/device.h"
#include "cli/device_authority.h"

/*
 * `cardea device enroll`: on the device itself, so that its key never is
 * anywhere else: makes the key, and a request for whoever certifies it.  Where
 * the small authority of this host is to do that, it does so at once.
 */

#define HOST_KEY CARDEA_SYSCONFDIR "/device.key"
#define HOST_REQUEST CARDEA_SYSCONFDIR "/device.csr"
#define HOST_CERTIFICATE CARDEA_SYSCONFDIR "/device.pem"
#define DAYS 90
#define DAYS_MAX 825

struct enrolment {
	struct cardea_call *call;
	struct cardea_device_key key;
	enum cardea_sign_algorithm algorithm;
	const char *uri;
	const char *out; /* NULL: standard output */
	bool by_authority;
	uint64_t days;
	char subject[CARDEA_CERT_NAME_MAX + 1];
	size_t name_count;
	struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX];
};

static const struct cardea_option enroll_options[] = {
	CARDEA_DEVICE_KEY_OPTIONS,
	{ "existing", NULL, "the key exists: ask for a certificate again",
	    false },
	{ "subject", "NAME", "CN=laptop-7,O=Example (CN=this host's name)",
	    false },
	{ "san", "NAME",
	    "dns:..., email:..., uri:... or ip:... (dns:this host's name)",
	    true },
	{ "host", NULL, "for this host's own use, in the usual places", false },
	{ "out", "FILE", "where request or certificate goes (standard output)",
	    false },
	{ "ca", NULL, "certified at once by this host's small authority",
	    false },
	{ "ca-dir", "DIR", "the same, by the authority there", false },
	{ "ca-pin-file", "FILE", "the PIN of the authority's key", false },
	{ "ca-pin", NULL, "ask for it", false },
	{ "days", "N", "how long the certificate holds (90)", false },
	{ NULL, NULL, NULL, false },
};

/* --- the call ------------------------------------------------------------ */

/* What this host calls itself; a name that is none is left to the person. */
static enum cardea_status
default_names(struct enrolment *enrolment, struct cardea_diag *diag)
{
	const char *subject = cardea_call_text(enrolment->call, "subject");
	enum cardea_status status = CARDEA_OK;
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) != 0 || host[0] == '\0')
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "this host has no name");
	if (subject != NULL)
		status = cardea_text_copy(
		    enrolment->subject, sizeof(enrolment->subject), subject);
	else
		status = cardea_text_print(enrolment->subject,
		    sizeof(enrolment->subject), "CN=%s", host);
	if (status == CARDEA_OK && enrolment->name_count == 0) {
		status = cardea_text_print(enrolment->names[0].text,
		    sizeof(enrolment->names[0].text), "dns:%s", host);
		enrolment->name_count = 1;
	}
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "--subject: the name is too long");
	return CARDEA_OK;
}

static enum cardea_status
choose_places(struct enrolment *enrolment, struct cardea_diag *diag)
{
	struct cardea_call *call = enrolment->call;
	bool is_host = cardea_call_has(call, "host");

	enrolment->by_authority = cardea_call_has(call, "ca") ||
	    cardea_call_has(call, "ca-dir");
	enrolment->uri = cardea_call_text(call, "key");
	enrolment->out = cardea_call_text(call, "out");
	if (is_host && enrolment->uri == NULL)
		enrolment->uri = HOST_KEY;
	if (is_host && enrolment->out == NULL)
		enrolment->out = enrolment->by_authority ? HOST_CERTIFICATE
							 : HOST_REQUEST;
	if (enrolment->uri == NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--key or --host: where shall the key be?");
	if (!enrolment->by_authority &&
	    (cardea_call_has(call, "days") || cardea_call_has(call, "ca-pin") ||
		cardea_call_has(call, "ca-pin-file")))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--days, --ca-pin, --ca-pin-file: with --ca or --ca-dir "
		    "only");
	if (cardea_call_has(call, "existing") &&
	    cardea_call_has(call, "algorithm"))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--existing: the key is as it is, without --algorithm");
	return CARDEA_OK;
}

static enum cardea_status
read_call(struct enrolment *enrolment, struct cardea_diag *diag)
{
	static const uint64_t bounds[2] = { 1, DAYS_MAX };
	struct cardea_call *call = enrolment->call;
	enum cardea_status status;

	enrolment->days = DAYS;
	status = choose_places(enrolment, diag);
	if (status == CARDEA_OK)
		status = cardea_device_key_algorithm(
		    call, &enrolment->algorithm, diag);
	if (status == CARDEA_OK)
		status = cardea_device_key_names(
		    call, enrolment->names, &enrolment->name_count, diag);
	if (status == CARDEA_OK)
		status = cardea_call_number(
		    call, "days", bounds, &enrolment->days, diag);
	if (status == CARDEA_OK)
		status = default_names(enrolment, diag);
	if (status == CARDEA_OK)
		status = cardea_ca_check(enrolment->subject, enrolment->names,
		    enrolment->name_count, diag);
	return status;
}

/* --- key, request, certificate ------------------------------------------- */

static enum cardea_exit
ask_for_request(struct enrolment *enrolment, char **ret_pem)
{
	struct cardea_sign_answer answer = { .why = CARDEA_SIGN_WHY_NONE };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_sign_request(&enrolment->key.key, enrolment->subject,
	    enrolment->names, enrolment->name_count, CARDEA_DEVICE_SIGN_MS,
	    ret_pem, &answer, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(enrolment->call, status, &diag);
	if (answer.why != CARDEA_SIGN_DONE)
		return cardea_device_key_refuse(enrolment->call, &answer);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
certify(struct enrolment *enrolment, struct cardea_device_authority *authority,
    const char *request)
{
	const struct cardea_ca_wish wish = {
		.now_s = cardea_clock_read().time_s,
		.days = (uint32_t)enrolment->days,
	};
	struct cardea_ca_made made = { .pem = NULL };
	enum cardea_exit code;

	code = cardea_device_authority_issue(
	    enrolment->call, authority, request, &wish, &made);
	if (code == CARDEA_EXIT_OK)
		code = cardea_device_write(
		    enrolment->call, enrolment->out, "certificate", made.pem);
	if (code == CARDEA_EXIT_OK && enrolment->out != NULL)
		cardea_device_authority_tell(enrolment->call, &made);
	free(made.pem);
	return code;
}

static void
say_setting(struct cardea_call *call, const char *name, const char *value)
{
	if (value != NULL)
		cardea_call_say(call, "    %s = \"%s\";", name, value);
}

/* What remains to be done by hand. */
static void
tell(const struct enrolment *enrolment)
{
	struct cardea_call *call = enrolment->call;
	struct cardea_json *json = &call->out;

	cardea_json_text(json, "key", enrolment->uri);
	if (enrolment->out == NULL)
		return;
	cardea_call_say(call, "%s is in %s.",
	    enrolment->by_authority ? "The certificate" : "The request",
	    enrolment->out);
	if (!cardea_call_has(call, "host"))
		return;
	cardea_call_say(call, "In cardea.conf:");
	cardea_call_say(call, "  device: {");
	say_setting(call, "certificate", HOST_CERTIFICATE);
	say_setting(call, "key", enrolment->uri);
	say_setting(call, "pin_file", cardea_call_text(call, "pin-file"));
	say_setting(call, "tpm", cardea_call_text(call, "tpm"));
	say_setting(call, "pkcs11", cardea_call_text(call, "pkcs11"));
	cardea_call_say(call, "  };");
}

/* Whatever can be refused without the key is refused before there is one. */
static enum cardea_exit
enroll(struct enrolment *enrolment, struct cardea_device_authority *authority)
{
	struct cardea_call *call = enrolment->call;
	enum cardea_exit code;
	char *request = NULL;

	code = cardea_device_key_read(call, enrolment->uri,
	    !cardea_call_has(call, "existing"), &enrolment->key);
	if (code == CARDEA_EXIT_OK && enrolment->by_authority)
		code = cardea_device_authority_open(call, authority);
	if (code == CARDEA_EXIT_OK && !cardea_call_has(call, "existing"))
		code = cardea_device_key_make(
		    call, &enrolment->key, enrolment->algorithm);
	if (code == CARDEA_EXIT_OK)
		code = ask_for_request(enrolment, &request);
	if (code == CARDEA_EXIT_OK && enrolment->by_authority)
		code = certify(enrolment, authority, request);
	else if (code == CARDEA_EXIT_OK)
		code = cardea_device_write(
		    call, enrolment->out, "request", request);
	if (code == CARDEA_EXIT_OK)
		tell(enrolment);
	free(request);
	return code;
}

static enum cardea_exit
run_enroll(struct cardea_call *call)
{
	struct enrolment enrolment = { .call = call };
	struct cardea_device_authority authority = { .record.lock_fd = -1 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;

	if (read_call(&enrolment, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	code = enroll(&enrolment, &authority);
	cardea_device_authority_close(&authority);
	cardea_device_key_clear(&enrolment.key);
	return code;
}

const struct cardea_command cardea_verb_device_enroll = {
	"device enroll",
	"",
	0,
	0,
	"make a key for this device, and a request or certificate",
	false,
	enroll_options,
	run_enroll,
};
