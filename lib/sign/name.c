/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "sign/name.h"

#define PARTS_MAX 16

/* --- subjects ------------------------------------------------------------ */

struct part {
	char type[32];
	char value[CARDEA_CERT_NAME_MAX + 1];
};

/* "TYPE=VALUE" up to a comma; a backslash takes what follows as it is, a byte
 * in two hex digits or a character with a meaning (RFC 4514, 2.4). */
static bool
read_part(const char **at, struct part *part)
{
	size_t type_len = strcspn(*at, "=,\\"), len = 0;
	const char *from = *at;

	if (from[type_len] != '=' || type_len == 0 ||
	    type_len >= sizeof(part->type))
		return false;
	memcpy(part->type, from, type_len);
	part->type[type_len] = '\0';
	from += type_len + 1;
	while (*from != '\0' && *from != ',') {
		unsigned char byte = (unsigned char)*from++;
		char hex[3] = "";

		if (byte == '\\' && *from != '\0')
			strncpy(hex, from, 2);
		if (byte == '\\' && strchr(",=+<>#;\\\" ", *from) != NULL &&
		    *from != '\0')
			byte = (unsigned char)*from++;
		else if (byte == '\\' &&
		    cardea_text_unhex(&byte, 1, hex) == CARDEA_OK)
			from += 2;
		else if (strchr("\\\"+<>;", byte) != NULL)
			return false;
		if (byte < 0x20 || byte == 0x7f ||
		    len + 1 >= sizeof(part->value))
			return false;
		part->value[len++] = (char)byte;
	}
	part->value[len] = '\0';
	*at = from;
	return len > 0;
}

static bool
read_parts(const char *text, struct part *parts, size_t *ret_count)
{
	size_t count = 0;

	while (*text != '\0') {
		if (count == PARTS_MAX || !read_part(&text, &parts[count]))
			return false;
		count++;
		if (*text == ',' && *++text == '\0')
			return false;
		text += strspn(text, " ");
	}
	*ret_count = count;
	return true;
}

enum cardea_status
cardea_name_subject(
    const char *text, X509_NAME **ret_name, struct cardea_diag *diag)
{
	struct part parts[PARTS_MAX];
	X509_NAME *name;
	size_t count = 0;

	if (!read_parts(text, parts, &count))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "\"%s\" is not a name like CN=laptop-7,O=Example", text);
	name = X509_NAME_new();
	if (name == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "a name");
	/* the text has the most specific part first, the encoding last */
	while (count > 0) {
		const struct part *part = &parts[--count];

		if (X509_NAME_add_entry_by_txt(name, part->type, MBSTRING_UTF8,
			(const unsigned char *)part->value, -1, -1, 0) == 1)
			continue;
		X509_NAME_free(name);
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "%s=%s is no part of a name", part->type, part->value);
	}
	*ret_name = name; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_name_format(const X509_NAME *name, char *text, size_t size)
{
	enum cardea_status status = CARDEA_E_MEMORY;
	BIO *out = BIO_new(BIO_s_mem());
	char *bytes = NULL;
	long len;

	if (out != NULL &&
	    X509_NAME_print_ex(out, name, 0,
		XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = BIO_get_mem_data(out, &bytes);
		status = len >= 0 && (size_t)len < size ? CARDEA_OK
							: CARDEA_E_RANGE;
		if (status == CARDEA_OK && len > 0)
			memcpy(text, bytes, (size_t)len);
		if (status == CARDEA_OK)
			text[len] = '\0';
	}
	BIO_free(out);
	return status;
}

/* --- alternative names --------------------------------------------------- */

enum kind {
	KIND_DNS,
	KIND_EMAIL,
	KIND_URI,
	KIND_IP,
	KIND_COUNT,
};

static const struct {
	const char *prefix;
	int type;
} kinds[KIND_COUNT] = {
	[KIND_DNS] = { "dns:", GEN_DNS },
	[KIND_EMAIL] = { "email:", GEN_EMAIL },
	[KIND_URI] = { "uri:", GEN_URI },
	[KIND_IP] = { "ip:", GEN_IPADD },
};

static bool
is_made_of(const char *text, const char *allowed)
{
	return text[0] != '\0' && text[strspn(text, allowed)] == '\0';
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* Labels of 1 to 63 letters, digits and hyphens (RFC 1034, 3.5), and the
 * underscore that hosts are called by all the same. */
static bool
is_dns(const char *text)
{
	size_t len = 0;

	if (!is_made_of(text, LETTERS DIGITS "-_.") || strlen(text) > 253)
		return false;
	for (;; text++) {
		if (*text == '.' || *text == '\0') {
			if (len == 0 || len > 63 || text[-1] == '-')
				return false;
			if (*text == '\0')
				return true;
			len = 0;
		} else if (len++ == 0 && *text == '-') {
			return false;
		}
	}
}

static bool
is_email(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && at != text && is_dns(at + 1) &&
	    strcspn(text, " \"(),:;<>[\\]") == strlen(text);
}

/* RFC 3986, 3: a scheme, and a rest of which it has no other byte */
static bool
is_uri(const char *text)
{
	size_t scheme = strcspn(text, ":");

	return scheme > 0 && text[scheme] == ':' && text[scheme + 1] != '\0' &&
	    strspn(text, LETTERS DIGITS "+-.") == scheme &&
	    is_made_of(text, LETTERS DIGITS "-._~:/?#[]@!$&'()*+,;=%");
}

static size_t
read_ip(const char *text, unsigned char bytes[16])
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

static bool
is_of_kind(enum kind kind, const char *value)
{
	unsigned char bytes[16];

	switch (kind) {
	case KIND_DNS:
		return is_dns(value);
	case KIND_EMAIL:
		return is_email(value);
	case KIND_URI:
		return is_uri(value);
	case KIND_IP:
		return read_ip(value, bytes) > 0;
	case KIND_COUNT:
		break;
	}
	return false;
}

static enum kind
read_kind(const char *text, const char **ret_value)
{
	for (unsigned int i = 0; i < KIND_COUNT; i++) {
		size_t len = strlen(kinds[i].prefix);

		if (strncmp(text, kinds[i].prefix, len) == 0) {
			*ret_value = text + len;
			return (enum kind)i;
		}
	}
	return KIND_COUNT;
}

enum cardea_status
cardea_name_check(const char *text, struct cardea_diag *diag)
{
	const char *value = NULL;
	enum kind kind = read_kind(text, &value);

	if (kind == KIND_COUNT)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "\"%s\" does not begin with dns:, email:, uri: or ip:",
		    text);
	if (strlen(text) > CARDEA_CERT_NAME_MAX || !is_of_kind(kind, value))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "\"%s\" is no such name", text);
	return CARDEA_OK;
}

static GENERAL_NAME *
make_name(const char *text)
{
	const char *value = NULL;
	enum kind kind = read_kind(text, &value);
	unsigned char bytes[16];
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_STRING *string = kind == KIND_IP
	    ? (ASN1_STRING *)ASN1_OCTET_STRING_new()
	    : (ASN1_STRING *)ASN1_IA5STRING_new();
	bool good;

	good = name != NULL && string != NULL &&
	    (kind == KIND_IP
		    ? ASN1_STRING_set(string, bytes, (int)read_ip(value, bytes))
		    : ASN1_STRING_set(string, value, -1)) == 1;
	if (!good) {
		GENERAL_NAME_free(name);
		ASN1_STRING_free(string);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, kinds[kind].type, string);
	return name;
}

enum cardea_status
cardea_name_list(const struct cardea_cert_name *names, size_t count,
    GENERAL_NAMES **ret_list, struct cardea_diag *diag)
{
	GENERAL_NAMES *list = sk_GENERAL_NAME_new_null();
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		GENERAL_NAME *name;

		status = cardea_name_check(names[i].text, diag);
		if (status != CARDEA_OK)
			break;
		name = make_name(names[i].text);
		if (list == NULL || name == NULL ||
		    sk_GENERAL_NAME_push(list, name) <= 0) {
			GENERAL_NAME_free(name);
			status = cardea_diag_set(
			    diag, CARDEA_E_MEMORY, "a list of names");
		}
	}
	if (status != CARDEA_OK) {
		sk_GENERAL_NAME_pop_free(list, GENERAL_NAME_free);
		return status;
	}
	*ret_list = list; /* moved */
	return CARDEA_OK;
}

static enum cardea_status
format_name(const GENERAL_NAME *name, char *text, size_t size)
{
	int type = 0;
	const ASN1_STRING *string = GENERAL_NAME_get0_value(name, &type);
	char value[CARDEA_CERT_NAME_MAX + 1];
	const unsigned char *bytes;
	size_t len;
	unsigned int i = 0;

	while (i < KIND_COUNT && kinds[i].type != type)
		i++;
	if (i == KIND_COUNT)
		return CARDEA_E_SYNTAX;
	bytes = ASN1_STRING_get0_data(string);
	len = (size_t)ASN1_STRING_length(string);
	if (i == KIND_IP) {
		if ((len != 4 && len != 16) ||
		    inet_ntop(len == 4 ? AF_INET : AF_INET6, bytes, value,
			sizeof(value)) == NULL)
			return CARDEA_E_SYNTAX;
	} else {
		/* a NUL inside would make two readers see two names (I15) */
		if (len >= sizeof(value) || memchr(bytes, 0, len) != NULL)
			return CARDEA_E_SYNTAX;
		memcpy(value, bytes, len);
		value[len] = '\0';
	}
	return cardea_text_print(text, size, "%s%s", kinds[i].prefix, value);
}

enum cardea_status
cardea_name_unlist(const GENERAL_NAMES *list,
    struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX], size_t *ret_count,
    struct cardea_diag *diag)
{
	int count = sk_GENERAL_NAME_num(list);

	if (count > CARDEA_CERT_NAMES_MAX)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "more than %d names", CARDEA_CERT_NAMES_MAX);
	for (int i = 0; i < count; i++) {
		enum cardea_status status = format_name(
		    sk_GENERAL_NAME_value(list, i), names[i].text,
		    sizeof(names[i].text));

		if (status != CARDEA_OK)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "an alternative name is not dns, email, uri or ip");
		status = cardea_name_check(names[i].text, diag);
		if (status != CARDEA_OK)
			return status;
	}
	*ret_count = count > 0 ? (size_t)count : 0;
	return CARDEA_OK;
}
