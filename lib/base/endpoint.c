/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <string.h>

#include "base/endpoint.h"
#include "base/text.h"

static enum cardea_status
copy_part(char *to, size_t size, const char *from, size_t len)
{
	if (len == 0 || len >= size)
		return CARDEA_E_SYNTAX;
	memcpy(to, from, len);
	to[len] = '\0';
	return CARDEA_OK;
}

/* A name as certificates have it; it becomes part of a URL. */
static bool
is_host_name(const char *name)
{
	return name[0] != '-' && name[0] != '.' &&
	    name[strspn(name,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")] == '\0';
}

static enum cardea_status
parse_address(const char *text, size_t len, struct cardea_endpoint *endpoint)
{
	bool bracketed = len > 2 && text[0] == '[' && text[len - 1] == ']';
	unsigned char bytes[16];
	enum cardea_status status;

	status = bracketed ? copy_part(endpoint->address,
				 sizeof(endpoint->address), text + 1, len - 2)
			   : copy_part(endpoint->address,
				 sizeof(endpoint->address), text, len);
	if (status == CARDEA_OK &&
	    inet_pton(
		bracketed ? AF_INET6 : AF_INET, endpoint->address, bytes) != 1)
		status = CARDEA_E_SYNTAX;
	return status;
}

enum cardea_status
cardea_endpoint_parse(const char *text, struct cardea_endpoint *ret_endpoint)
{
	struct cardea_endpoint endpoint = { .port = 0 };
	const char *equals = strchr(text, '=');
	const char *address = equals != NULL ? equals + 1 : text;
	const char *colon = strrchr(address, ':');
	enum cardea_status status;
	uint64_t port = 0;

	if (colon == NULL)
		return CARDEA_E_SYNTAX;
	status = parse_address(address, (size_t)(colon - address), &endpoint);
	if (status == CARDEA_OK)
		status = equals != NULL
		    ? copy_part(endpoint.name, sizeof(endpoint.name), text,
			  (size_t)(equals - text))
		    : cardea_text_copy(endpoint.name, sizeof(endpoint.name),
			  endpoint.address);
	if (status == CARDEA_OK && equals != NULL &&
	    !is_host_name(endpoint.name))
		status = CARDEA_E_SYNTAX;
	if (status == CARDEA_OK)
		status = cardea_text_number(colon + 1, 1, UINT16_MAX, &port);
	if (status != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	endpoint.port = (uint16_t)port;
	*ret_endpoint = endpoint;
	return CARDEA_OK;
}
