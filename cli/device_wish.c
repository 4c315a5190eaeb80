/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cert/sshcert.h"
#include "cert/x509.h"
#include "cli/device_wish.h"
#include "cli/input.h"
#include "cli/roster.h"

static enum cardea_status
wish_for(struct cardea_device_wish *wish, const char *kind, const char *rest,
    struct cardea_diag *diag)
{
	struct cardea_device_identity identity;
	char text[CARDEA_DEVICE_IDENTITY_MAX + 1];
	enum cardea_status status;

	status = cardea_text_print(text, sizeof(text), "%s%s", kind, rest);
	if (status == CARDEA_OK)
		status = cardea_device_parse_identity(text, &identity, diag);
	if (status != CARDEA_OK)
		return status;
	/* the key of a certificate may be given as an SSH key too */
	for (size_t i = 0; i < wish->count; i++) {
		if (strcmp(wish->identities[i].text, identity.text) == 0)
			return CARDEA_OK;
	}
	if (wish->count == CARDEA_DEVICE_IDENTITIES_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "a device has at most %d identities",
		    CARDEA_DEVICE_IDENTITIES_MAX);
	wish->identities[wish->count++] = identity;
	return CARDEA_OK;
}

/* ---- identities as text ---- */

static const struct cardea_authority *
find_authority(const struct cardea_settings *settings, const char *name,
    size_t len, enum cardea_authority_kind kind)
{
	for (size_t i = 0; i < settings->authority_count; i++) {
		const struct cardea_authority *authority =
		    &settings->authorities[i];

		if (authority->kind == kind && strlen(authority->name) == len &&
		    memcmp(authority->name, name, len) == 0)
			return authority;
	}
	return NULL;
}

/* A typing error here would be a device that is never known. */
static enum cardea_exit
check_authority(struct cardea_admin *admin, const char *text)
{
	const char *rest = strchr(text, ':') + 1;
	size_t len = strcspn(rest, "/");
	enum cardea_authority_kind kind;

	if (strncmp(text, "x509-name:", 10) == 0)
		kind = CARDEA_AUTHORITY_X509;
	else if (strncmp(text, "ssh-cert:", 9) == 0)
		kind = CARDEA_AUTHORITY_SSH;
	else
		return CARDEA_EXIT_OK;
	if (find_authority(admin->settings, rest, len, kind) != NULL)
		return CARDEA_EXIT_OK;
	return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
	    "\"%.*s\" is no %s authority of the installed settings", (int)len,
	    rest, kind == CARDEA_AUTHORITY_X509 ? "X.509" : "SSH");
}

/* The key's id takes the place of its name: names may be given anew. */
static enum cardea_exit
find_key(struct cardea_admin *admin, struct cardea_device_identity *identity)
{
	const char *user = identity->text + strlen("fido2:");
	char *slash = strrchr(identity->text, '/');
	char owner[CARDEA_NAME_MAX + 1] = "";
	struct cardea_roster roster = { 0 };
	struct cardea_roster_entry entry = { .id = "" };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	size_t at;

	memcpy(owner, user, (size_t)(slash - user));
	status = cardea_roster_read(admin->store, owner, &roster, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	at = cardea_roster_find(&roster, slash + 1);
	if (at < cardea_roster_count(&roster))
		entry = cardea_roster_entry(&roster, at);
	if (entry.is_key)
		status = cardea_text_print(identity->text,
		    sizeof(identity->text), "fido2:%s/%s", owner, entry.id);
	cardea_roster_clear(&roster);
	if (!entry.is_key)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "%s has no such security key", owner);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	return CARDEA_EXIT_OK;
}

enum cardea_exit
cardea_device_wish_identity(struct cardea_admin *admin, const char *text,
    struct cardea_device_identity *ret_identity)
{
	struct cardea_device_identity identity;
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;

	if (cardea_device_parse_identity(text, &identity, &diag) != CARDEA_OK)
		return cardea_call_fail(admin->call, CARDEA_EXIT_USAGE, &diag);
	code = check_authority(admin, identity.text);
	if (code == CARDEA_EXIT_OK && strncmp(identity.text, "fido2:", 6) == 0)
		code = find_key(admin, &identity);
	if (code == CARDEA_EXIT_OK)
		*ret_identity = identity;
	return code;
}

static enum cardea_exit
read_named(struct cardea_admin *admin, const char *option, const char *kind,
    struct cardea_device_wish *wish)
{
	char text[CARDEA_DEVICE_IDENTITY_MAX + 1];
	struct cardea_device_identity identity;
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	const char *value;
	size_t at = 0;

	while ((value = cardea_call_next(admin->call, option, &at)) != NULL) {
		if (cardea_text_print(
			text, sizeof(text), "%s%s", kind, value) != CARDEA_OK)
			return cardea_call_refuse(admin->call,
			    CARDEA_EXIT_USAGE, "--%s: longer than %d bytes",
			    option, CARDEA_DEVICE_IDENTITY_MAX);
		code = cardea_device_wish_identity(admin, text, &identity);
		if (code != CARDEA_EXIT_OK)
			return code;
		if (wish_for(wish, identity.text, "", &diag) != CARDEA_OK)
			return cardea_call_fail(
			    admin->call, CARDEA_EXIT_NO, &diag);
	}
	return CARDEA_EXIT_OK;
}

/* ---- OpenSSH's keys in files ---- */

static enum cardea_status
read_ssh_line(
    const char *line, struct cardea_device_wish *wish, struct cardea_diag *diag)
{
	unsigned char blob[CARDEA_CERT_MAX];
	struct cardea_cert_bytes bytes = { .data = blob };
	struct cardea_cert_identity identity;
	enum cardea_status status;

	status = cardea_sshcert_line(
	    line, blob, sizeof(blob), &bytes.len, diag);
	if (status == CARDEA_OK)
		status = cardea_sshcert_describe(&bytes, &identity, diag);
	if (status == CARDEA_OK)
		status = wish_for(wish, "ssh-key:", identity.fingerprint, diag);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "not a public key of OpenSSH");
	return CARDEA_OK;
}

static enum cardea_status
read_ssh_file(
    const char *path, struct cardea_device_wish *wish, struct cardea_diag *diag)
{
	char *text = NULL, *rest, *line;
	size_t len, before = wish->count;
	unsigned int number = 0;
	enum cardea_status status;

	status = cardea_input_read(
	    path, CARDEA_CERT_FILE_MAX, &text, &len, diag);
	if (status == CARDEA_OK && strlen(text) != len)
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "holds a NUL byte");
	rest = text;
	while (status == CARDEA_OK && (line = strsep(&rest, "\n")) != NULL) {
		number++;
		if (line[0] == '\0' || line[0] == '#')
			continue;
		status = read_ssh_line(line, wish, diag);
		if (status != CARDEA_OK)
			cardea_diag_place(diag, path, number, NULL);
	}
	if (status == CARDEA_OK && wish->count == before)
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "no public key of OpenSSH in it");
	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	free(text);
	return status;
}

/* ---- X.509 certificates in files ---- */

static enum cardea_status
keep_der(struct cardea_device_chain *chain, const struct cardea_cert_bytes *der)
{
	size_t used = 0;

	for (size_t i = 0; i < chain->count; i++)
		used += chain->lens[i];
	if (chain->count > CARDEA_CERT_CHAIN_MAX ||
	    der->len > CARDEA_CERT_MAX || der->len > sizeof(chain->der) - used)
		return CARDEA_E_RANGE;
	memcpy(chain->der + used, der->data, der->len);
	chain->lens[chain->count++] = der->len;
	return CARDEA_OK;
}

/* Certificates of a file, PEM or one in DER, at the end of the chain. */
static enum cardea_status
read_chain(const char *path, struct cardea_device_chain *chain,
    struct cardea_diag *diag)
{
	struct cardea_cert_bytes items[CARDEA_CERT_CHAIN_MAX + 1];
	struct cardea_cert_bytes file;
	unsigned char *heap = NULL;
	char *text = NULL;
	size_t len, count = 1;
	enum cardea_status status;

	status = cardea_input_read(
	    path, CARDEA_CERT_FILE_MAX, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	file = (struct cardea_cert_bytes){ (unsigned char *)text, len };
	items[0] = file;
	/* a SEQUENCE in DER begins so, and no text does */
	if (len == 0 || file.data[0] != 0x30)
		status = cardea_x509_pem(&file, CARDEA_CERT_CHAIN_MAX + 1,
		    items, &count, &heap, diag);
	for (size_t i = 0; status == CARDEA_OK && i < count; i++)
		status = keep_der(chain, &items[i]);
	if (status == CARDEA_E_RANGE)
		(void)cardea_diag_set(diag, status,
		    "more than %d certificates, or more than %d bytes",
		    CARDEA_CERT_CHAIN_MAX + 1, CARDEA_DEVICE_CHAIN_BYTES);
	if (status == CARDEA_OK && count == 0)
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "no certificate in it");
	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	free(heap);
	free(text);
	return status;
}

/* The key is what the device is known by, so that a certificate may be renewed;
 * it may come from behind an agent as an SSH key, so it is known as that too.
 */
static enum cardea_status
know_certificate(
    const char *path, struct cardea_device_wish *wish, struct cardea_diag *diag)
{
	const struct cardea_cert_bytes leaf = { wish->chain.der,
		wish->chain.lens[0] };
	struct cardea_cert_identity identity;
	char hex[2 * sizeof(identity.key_hash) + 1];
	enum cardea_status status;

	status = cardea_x509_describe(&leaf, &identity, diag);
	if (status == CARDEA_OK) {
		cardea_text_hex(
		    hex, identity.key_hash, sizeof(identity.key_hash));
		status = wish_for(wish, "x509-key:", hex, diag);
	}
	if (status == CARDEA_OK && identity.ssh_fingerprint[0] != '\0')
		status = wish_for(
		    wish, "ssh-key:", identity.ssh_fingerprint, diag);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, path, 0, NULL);
		return cardea_diag_set(
		    diag, status, "not a certificate of a device");
	}
	wish->expires_s = identity.not_after_s;
	return CARDEA_OK;
}

static enum cardea_status
read_certificate(const struct cardea_call *call,
    struct cardea_device_wish *wish, struct cardea_diag *diag)
{
	const char *path = cardea_call_text(call, "certificate");
	const char *chain = cardea_call_text(call, "chain");
	enum cardea_status status;

	if (path == NULL && chain != NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "--chain goes with --certificate");
	if (path == NULL)
		return CARDEA_OK;
	status = read_chain(path, &wish->chain, diag);
	if (status == CARDEA_OK)
		status = know_certificate(path, wish, diag);
	if (status == CARDEA_OK && chain != NULL)
		status = read_chain(chain, &wish->chain, diag);
	return status;
}

/* What a file says is a clear no; that it cannot be read is trouble. */
static enum cardea_exit
fail_file(struct cardea_call *call, enum cardea_status status,
    const struct cardea_diag *diag)
{
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_call_fail(call, CARDEA_EXIT_NO, diag);
	return cardea_call_trouble(call, status, diag);
}

enum cardea_exit
cardea_device_wish_read(
    struct cardea_admin *admin, struct cardea_device_wish *wish)
{
	struct cardea_call *call = admin->call;
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;
	const char *path;
	size_t at = 0;

	status = read_certificate(call, wish, &diag);
	while (status == CARDEA_OK &&
	    (path = cardea_call_next(call, "ssh-key", &at)) != NULL)
		status = read_ssh_file(path, wish, &diag);
	if (status != CARDEA_OK)
		return fail_file(call, status, &diag);
	code = read_named(admin, "ssh-cert", "ssh-cert:", wish);
	if (code == CARDEA_EXIT_OK)
		code = read_named(admin, "san", "x509-name:", wish);
	if (code == CARDEA_EXIT_OK)
		code = read_named(admin, "fido2", "fido2:", wish);
	return code;
}
