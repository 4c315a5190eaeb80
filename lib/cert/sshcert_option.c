/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/sshcert_option.h"

#define PREFIX_TEXT_MAX (CARDEA_ADDRESS_TEXT_MAX + 4) /* "/128" */

/* An option's data is a string in the string, and nothing behind it. */
static bool
take_text(
    struct cardea_sshwire_string data, struct cardea_sshwire_string *ret_text)
{
	struct cardea_sshwire_reader reader;

	cardea_sshwire_read(&reader, data.bytes, data.len);
	*ret_text = cardea_sshwire_get_string(&reader);
	return cardea_sshwire_all_read(&reader) == CARDEA_OK &&
	    memchr(ret_text->bytes, '\0', ret_text->len) == NULL;
}

static enum cardea_status
take_option(struct cardea_sshcert_options *options,
    struct cardea_sshwire_string name, struct cardea_sshwire_string data)
{
	struct cardea_sshwire_string command;

	if (cardea_sshwire_is(name, "verify-required")) {
		options->needs_uv = true;
		return data.len == 0 ? CARDEA_OK : CARDEA_E_SYNTAX;
	}
	if (cardea_sshwire_is(name, "force-command")) {
		options->forced = true;
		return take_text(data, &command) ? CARDEA_OK : CARDEA_E_SYNTAX;
	}
	if (cardea_sshwire_is(name, "source-address")) {
		options->has_sources = true;
		return take_text(data, &options->sources) ? CARDEA_OK
							  : CARDEA_E_SYNTAX;
	}
	return CARDEA_E_MISSING;
}

/* They give rights in a session of ssh and none here, so nobody obeys them; but
 * those that PROTOCOL.certkeys has are empty, and sshd takes no other. */
static bool
are_extensions(struct cardea_sshwire_string list)
{
	static const char *const flags[] = { "no-touch-required",
		"permit-X11-forwarding", "permit-agent-forwarding",
		"permit-port-forwarding", "permit-pty", "permit-user-rc" };
	struct cardea_sshwire_reader reader;

	cardea_sshwire_read(&reader, list.bytes, list.len);
	while (!reader.failed && reader.at < reader.len) {
		struct cardea_sshwire_string name, data;

		name = cardea_sshwire_get_string(&reader);
		data = cardea_sshwire_get_string(&reader);
		for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
			if (data.len > 0 && cardea_sshwire_is(name, flags[i]))
				return false;
		}
	}
	return !reader.failed;
}

enum cardea_status
cardea_sshcert_options(const struct cardea_sshcert *cert,
    struct cardea_sshcert_options *ret_options)
{
	struct cardea_sshcert_options options = { 0 };
	struct cardea_sshwire_reader reader;
	enum cardea_status status;

	cardea_sshwire_read(&reader, cert->critical.bytes, cert->critical.len);
	while (!reader.failed && reader.at < reader.len) {
		struct cardea_sshwire_string name, data;

		name = cardea_sshwire_get_string(&reader);
		data = cardea_sshwire_get_string(&reader);
		status = take_option(&options, name, data);
		if (status != CARDEA_OK)
			return status;
	}
	if (reader.failed || !are_extensions(cert->extensions))
		return CARDEA_E_SYNTAX;
	*ret_options = options;
	return CARDEA_OK;
}

static bool
is_ipv4(const struct cardea_address *address)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	return address->kind == CARDEA_ADDRESS_IP &&
	    memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

/* As in sshd, a list of IPv6 prefixes says nothing about IPv4 addresses, not
 * even "::/0". */
static enum cardea_status
match_prefix(struct cardea_sshwire_string entry,
    const struct cardea_address *address, bool *may)
{
	char text[PREFIX_TEXT_MAX + 1];
	struct cardea_prefix prefix;
	bool is_4;

	if (entry.len == 0 || entry.len > PREFIX_TEXT_MAX)
		return CARDEA_E_SYNTAX;
	memcpy(text, entry.bytes, entry.len);
	text[entry.len] = '\0';
	if (cardea_prefix_parse(text, &prefix) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	is_4 = strchr(text, ':') == NULL;
	if (is_4 == is_ipv4(address) &&
	    cardea_prefix_contains(&prefix, address))
		*may = true;
	return CARDEA_OK;
}

enum cardea_status
cardea_sshcert_from(const struct cardea_sshcert_options *options,
    const struct cardea_address *address, bool *ret_may)
{
	struct cardea_sshwire_string list = options->sources;
	enum cardea_status status = CARDEA_OK;
	bool may = !options->has_sources, more = options->has_sources;

	while (more && status == CARDEA_OK) {
		const unsigned char *comma = memchr(list.bytes, ',', list.len);
		struct cardea_sshwire_string entry = list;

		more = comma != NULL;
		if (more)
			entry.len = (size_t)(comma - list.bytes);
		status = match_prefix(entry, address, &may);
		list.bytes += entry.len + more;
		list.len -= entry.len + more;
	}
	if (status == CARDEA_OK)
		*ret_may = may;
	return status;
}
