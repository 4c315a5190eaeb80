/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include <openssl/bio.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "cert/x509_name.h"

#define LABEL_MAX 63
#define HOST_MAX 253

static bool
is_host_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-';
}

static bool
is_label(const char *label, size_t len)
{
	if (len == 0 || len > LABEL_MAX || label[0] == '-' ||
	    label[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_host_octet(label[i]))
			return false;
	}
	return true;
}

bool
cardea_x509_host_holds(const char *host, size_t len, bool wildcard)
{
	size_t begin = 0;

	if (wildcard && len > 2 && host[0] == '*' && host[1] == '.')
		begin = 2;
	if (len == 0 || len > HOST_MAX)
		return false;
	for (size_t i = begin; i <= len; i++) {
		if (i < len && host[i] != '.')
			continue;
		if (!is_label(host + begin, i - begin))
			return false;
		begin = i + 1;
	}
	return true;
}

/* RFC 5321, 4.1.2: a dot-string; quoted ones have no use in certificates, and
 * readers differ about them. */
static bool
is_local_part(const char *text, size_t len)
{
	static const char others[] = "!#$%&'*+-/=?^_`{|}~.";

	if (len == 0 || len > 64 || text[0] == '.' || text[len - 1] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\0' ||
		    (!is_host_octet(text[i]) &&
			strchr(others, text[i]) == NULL))
			return false;
		if (i > 0 && text[i] == '.' && text[i - 1] == '.')
			return false;
	}
	return true;
}

size_t
cardea_x509_mailbox_host(const char *mailbox, size_t len)
{
	const char *at = memchr(mailbox, '@', len);
	size_t host;

	if (at == NULL)
		return 0;
	host = (size_t)(at - mailbox) + 1;
	return is_local_part(mailbox, host - 1) &&
		cardea_x509_host_holds(mailbox + host, len - host, false)
	    ? host
	    : 0;
}

/* RFC 3986, 3.1 */
static size_t
scheme_length(const struct cardea_cert_bytes *uri)
{
	size_t i = 0;

	while (i < uri->len &&
	    (is_host_octet((char)uri->data[i]) || uri->data[i] == '+' ||
		uri->data[i] == '.'))
		i++;
	return i > 0 && i < uri->len && uri->data[i] == ':' &&
		((uri->data[0] | 0x20U) >= 'a' && (uri->data[0] | 0x20U) <= 'z')
	    ? i
	    : 0;
}

bool
cardea_x509_uri_host(
    const struct cardea_cert_bytes *uri, struct cardea_cert_bytes *ret_host)
{
	const char *text = (const char *)uri->data;
	size_t begin = scheme_length(uri), end, port;
	const char *at;

	if (begin == 0 || uri->len - begin < 4 ||
	    memcmp(text + begin, "://", 3) != 0)
		return false;
	begin += 3;
	for (end = begin; end < uri->len; end++) {
		if (text[end] == '/' || text[end] == '?' || text[end] == '#')
			break;
	}
	at = memrchr(text + begin, '@', end - begin);
	if (at != NULL)
		begin = (size_t)(at - text) + 1;
	for (port = begin; port < end && text[port] != ':'; port++)
		continue;
	if (!cardea_x509_host_holds(text + begin, port - begin, false))
		return false;
	/* an address is no host name: its last label would be all digits */
	for (end = port; end > begin && text[end - 1] != '.'; end--)
		continue;
	if (text[end] >= '0' && text[end] <= '9')
		return false;
	ret_host->data = uri->data + begin;
	ret_host->len = port - begin;
	return true;
}

static bool
is_uri(const struct cardea_cert_bytes *uri)
{
	for (size_t i = 0; i < uri->len; i++) {
		if (uri->data[i] <= 0x20 || uri->data[i] >= 0x7f)
			return false;
	}
	/* an absolute one, of which something is left */
	return scheme_length(uri) > 0 && scheme_length(uri) + 1 < uri->len;
}

static struct cardea_cert_bytes
string_bytes(const ASN1_STRING *string)
{
	struct cardea_cert_bytes bytes = { ASN1_STRING_get0_data(string),
		(size_t)ASN1_STRING_length(string) };

	return bytes;
}

static bool
name_holds(const GENERAL_NAME *name)
{
	int type = 0;
	const void *value = GENERAL_NAME_get0_value(name, &type);
	struct cardea_cert_bytes bytes = { 0 };

	if (type == GEN_DNS || type == GEN_EMAIL || type == GEN_URI ||
	    type == GEN_IPADD)
		bytes = string_bytes(value);
	switch (type) {
	case GEN_DNS:
		return cardea_x509_host_holds(
		    (const char *)bytes.data, bytes.len, true);
	case GEN_EMAIL:
		return cardea_x509_mailbox_host(
			   (const char *)bytes.data, bytes.len) > 0;
	case GEN_URI:
		return is_uri(&bytes);
	case GEN_IPADD:
		return bytes.len == 4 || bytes.len == 16;
	case GEN_DIRNAME:
		return X509_NAME_entry_count(value) > 0;
	default:
		return true;
	}
}

bool
cardea_x509_names_hold(
    const GENERAL_NAMES *names, struct cardea_x509_fault *fault)
{
	int count = sk_GENERAL_NAME_num(names);

	if (count <= 0)
		return cardea_x509_fault_set(fault, CARDEA_CERT_MALFORMED,
		    "has an empty list of alternative names");
	if (count > CARDEA_CERT_NAMES_MAX)
		return cardea_x509_fault_set(fault, CARDEA_CERT_TOO_LARGE,
		    "has more than %d alternative names",
		    CARDEA_CERT_NAMES_MAX);
	for (int i = 0; i < count; i++) {
		if (!name_holds(sk_GENERAL_NAME_value(names, i)))
			return cardea_x509_fault_set(fault,
			    CARDEA_CERT_MALFORMED,
			    "alternative name %d is malformed", i + 1);
	}
	return true;
}

/* The length of a character of UTF-8 that may be shown; 0 for none.  Nothing
 * overlong, no surrogate, no control (C0, DEL, C1), none that turns the
 * direction of writing. */
static size_t
character(const unsigned char *text, size_t len)
{
	uint32_t code = text[0];
	size_t octets = 1;

	if (code < 0x80)
		return code >= 0x20 && code != 0x7f ? 1 : 0;
	if (code >= 0xc2 && code <= 0xdf)
		octets = 2;
	else if (code >= 0xe0 && code <= 0xef)
		octets = 3;
	else if (code >= 0xf0 && code <= 0xf4)
		octets = 4;
	if (octets == 1 || octets > len)
		return 0;
	code &= 0x7fU >> octets;
	for (size_t i = 1; i < octets; i++) {
		if ((text[i] & 0xc0U) != 0x80U)
			return 0;
		code = code << 6 | (text[i] & 0x3fU);
	}
	if (code < 0xa0 || (octets == 3 && code < 0x800) ||
	    (octets == 4 && (code < 0x10000 || code > 0x10ffff)) ||
	    (code >= 0xd800 && code <= 0xdfff) ||
	    (code >= 0x200b && code <= 0x200f) ||
	    (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0xfeff)
		return 0;
	return octets;
}

/* Copies what can be shown whole; "" otherwise. */
static bool
show(char text[CARDEA_CERT_NAME_MAX + 1], const char *head,
    const unsigned char *bytes, size_t len)
{
	size_t head_len = strlen(head), octets;

	text[0] = '\0';
	if (len == 0 || head_len + len > CARDEA_CERT_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i += octets) {
		octets = character(bytes + i, len - i);
		if (octets == 0)
			return false;
	}
	memcpy(text, head, head_len);
	memcpy(text + head_len, bytes, len);
	text[head_len + len] = '\0';
	return true;
}

static bool
show_directory(char text[CARDEA_CERT_NAME_MAX + 1], const char *head,
    const X509_NAME *name)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *data = NULL;
	bool shown = false;
	long len;

	text[0] = '\0';
	if (memory == NULL)
		return false;
	if (X509_NAME_print_ex(memory, name, 0,
		XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = BIO_get_mem_data(memory, &data);
		shown = len > 0 &&
		    show(text, head, (const unsigned char *)data, (size_t)len);
	}
	BIO_free(memory);
	return shown;
}

void
cardea_x509_name_text(
    const X509_NAME *name, char text[CARDEA_CERT_NAME_MAX + 1])
{
	(void)show_directory(text, "", name);
}

void
cardea_x509_common_name(
    const X509_NAME *name, char text[CARDEA_CERT_NAME_MAX + 1])
{
	unsigned char *utf8 = NULL;
	int at = -1, last = -1, len;

	text[0] = '\0';
	while ((at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0)
		last = at;
	if (last < 0)
		return;
	len = ASN1_STRING_to_UTF8(
	    &utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	if (len > 0)
		(void)show(text, "", utf8, (size_t)len);
	OPENSSL_free(utf8);
}

static bool
show_address(
    char text[CARDEA_CERT_NAME_MAX + 1], const struct cardea_cert_bytes *bytes)
{
	char address[INET6_ADDRSTRLEN];
	int family = bytes->len == 4 ? AF_INET : AF_INET6;

	return (bytes->len == 4 || bytes->len == 16) &&
	    inet_ntop(family, bytes->data, address, sizeof(address)) != NULL &&
	    show(text, "ip:", (const unsigned char *)address, strlen(address));
}

static bool
show_upn(char text[CARDEA_CERT_NAME_MAX + 1], const GENERAL_NAME *name)
{
	struct cardea_cert_bytes bytes;
	ASN1_OBJECT *oid = NULL;
	ASN1_TYPE *value = NULL;

	if (GENERAL_NAME_get0_otherName(name, &oid, &value) != 1 ||
	    OBJ_obj2nid(oid) != NID_ms_upn || value == NULL ||
	    value->type != V_ASN1_UTF8STRING)
		return false;
	bytes = string_bytes(value->value.utf8string);
	return show(text, "upn:", bytes.data, bytes.len);
}

bool
cardea_x509_general_text(
    const GENERAL_NAME *name, struct cardea_cert_name *ret_name)
{
	int type = 0;
	const void *value = GENERAL_NAME_get0_value(name, &type);
	struct cardea_cert_bytes bytes;

	switch (type) {
	case GEN_OTHERNAME:
		return show_upn(ret_name->text, name);
	case GEN_DIRNAME:
		return show_directory(ret_name->text, "dirname:", value);
	case GEN_DNS:
	case GEN_EMAIL:
	case GEN_URI:
	case GEN_IPADD:
		bytes = string_bytes(value);
		break;
	default:
		return false;
	}
	if (type == GEN_IPADD)
		return show_address(ret_name->text, &bytes);
	return show(ret_name->text,
	    type == GEN_DNS	  ? "dns:"
		: type == GEN_URI ? "uri:"
				  : "email:",
	    bytes.data, bytes.len);
}

/* A wildcard is the whole first label, stands for one label, and never for
 * what is right below a top-level domain. */
static bool
host_matches(const char *pattern, const char *host)
{
	const char *rest;

	if (strncmp(pattern, "*.", 2) != 0)
		return strcasecmp(pattern, host) == 0;
	rest = strchr(host, '.');
	return rest != NULL && rest != host &&
	    strchr(pattern + 2, '.') != NULL &&
	    strcasecmp(pattern + 1, rest) == 0;
}

static bool
mailbox_matches(const char *mailbox, const char *wanted)
{
	size_t host = cardea_x509_mailbox_host(mailbox, strlen(mailbox));

	return host > 0 && strncmp(mailbox, wanted, host) == 0 &&
	    strcasecmp(mailbox + host, wanted + host) == 0;
}

/* Addresses have several spellings; they compare as numbers. */
static bool
address_matches(const char *address, const char *wanted)
{
	unsigned char one[16] = { 0 }, other[16] = { 0 };
	int family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;

	return inet_pton(family, address, one) == 1 &&
	    inet_pton(family, wanted, other) == 1 &&
	    memcmp(one, other, sizeof(one)) == 0;
}

bool
cardea_x509_is_for(const GENERAL_NAMES *names, const char *wanted)
{
	const char *colon = strchr(wanted, ':');
	size_t head = colon == NULL ? 0 : (size_t)(colon - wanted) + 1;

	for (int i = 0; head > 0 && i < sk_GENERAL_NAME_num(names); i++) {
		struct cardea_cert_name name;
		const char *value = name.text + head, *other = wanted + head;
		bool matches;

		if (!cardea_x509_general_text(
			sk_GENERAL_NAME_value(names, i), &name) ||
		    strncmp(name.text, wanted, head) != 0)
			continue;
		if (strncmp(wanted, "dns:", head) == 0)
			matches = host_matches(value, other);
		else if (strncmp(wanted, "email:", head) == 0)
			matches = mailbox_matches(value, other);
		else if (strncmp(wanted, "ip:", head) == 0)
			matches = address_matches(value, other);
		else
			matches = strcmp(value, other) == 0;
		if (matches)
			return true;
	}
	return false;
}
