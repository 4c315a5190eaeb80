/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <strings.h>

#include <openssl/objects.h>
#include <openssl/x509.h>

#include "cert/x509_constraint.h"
#include "cert/x509_name.h"
#include "cert/x509_room.h"

/* With CARDEA_CERT_NAMES_MAX names a certificate, the most comparisons of one
 * pair are 4096 (X08); a real one has a handful. */
#define SUBTREES_MAX 128

/* How a name stands to a subtree. */
enum relation {
	OTHER_FORM,
	OUTSIDE,
	PARTLY, /* a wildcard that reaches into it */
	INSIDE,
};

static bool
malformed(struct cardea_x509_fault *fault)
{
	return cardea_x509_fault_set(
	    fault, CARDEA_CERT_PROFILE, "has malformed name constraints");
}

static struct cardea_cert_bytes
bytes_of(const ASN1_STRING *string)
{
	struct cardea_cert_bytes bytes = { ASN1_STRING_get0_data(string),
		(size_t)ASN1_STRING_length(string) };

	return bytes;
}

/* Address and mask; the mask is that of a network (RFC 4632). */
static bool
is_network(const struct cardea_cert_bytes *network)
{
	size_t half = network->len / 2;
	bool ended = false;

	if (network->len != 8 && network->len != 32)
		return false;
	for (size_t i = 0; i < half * 8; i++) {
		bool set = (network->data[half + i / 8] >> (7 - i % 8) & 1) !=
		    0;

		if (set && ended)
			return false;
		ended = ended || !set;
	}
	return true;
}

static bool
is_base(const GENERAL_NAME *base)
{
	int type = 0;
	const void *value = GENERAL_NAME_get0_value(base, &type);
	struct cardea_cert_bytes bytes = { 0 };
	const char *text;
	size_t dot;

	if (type == GEN_DIRNAME)
		return true;
	if (type != GEN_DNS && type != GEN_EMAIL && type != GEN_URI &&
	    type != GEN_IPADD)
		return true; /* and no name of that form passes */
	bytes = bytes_of(value);
	text = (const char *)bytes.data;
	dot = bytes.len > 0 && text[0] == '.' ? 1 : 0;
	switch (type) {
	case GEN_IPADD:
		return is_network(&bytes);
	case GEN_DNS: /* no leading period; all names below nothing are all */
		return bytes.len == 0 ||
		    cardea_x509_host_holds(text, bytes.len, false);
	case GEN_EMAIL:
		if (bytes.len > 0 && memchr(text, '@', bytes.len) != NULL)
			return cardea_x509_mailbox_host(text, bytes.len) > 0;
		break;
	default:
		break;
	}
	return cardea_x509_host_holds(text + dot, bytes.len - dot, false);
}

static bool
subtrees_hold(
    const STACK_OF(GENERAL_SUBTREE) * trees, struct cardea_x509_fault *fault)
{
	int count = sk_GENERAL_SUBTREE_num(trees);

	if (trees == NULL)
		return true;
	if (count > SUBTREES_MAX)
		return cardea_x509_fault_set(fault, CARDEA_CERT_TOO_LARGE,
		    "has more than %d name constraints", SUBTREES_MAX);
	for (int i = 0; i < count; i++) {
		const GENERAL_SUBTREE *tree = sk_GENERAL_SUBTREE_value(
		    trees, i);

		/* "minimum MUST be zero, and maximum MUST be absent" */
		if (tree->minimum != NULL || tree->maximum != NULL ||
		    !is_base(tree->base))
			return malformed(fault);
	}
	return count > 0 || malformed(fault);
}

bool
cardea_x509_constraint_holds(
    const NAME_CONSTRAINTS *constraints, struct cardea_x509_fault *fault)
{
	if (constraints->permittedSubtrees == NULL &&
	    constraints->excludedSubtrees == NULL)
		return malformed(fault);
	return subtrees_hold(constraints->permittedSubtrees, fault) &&
	    subtrees_hold(constraints->excludedSubtrees, fault);
}

static bool
is_same(const char *one, const char *other, size_t len)
{
	return strncasecmp(one, other, len) == 0;
}

/* Is host the base, or below it? */
static bool
is_below(const char *host, size_t len, const char *base, size_t base_len)
{
	if (base_len == 0)
		return true;
	if (len < base_len || !is_same(host + len - base_len, base, base_len))
		return false;
	return len == base_len || host[len - base_len - 1] == '.';
}

static enum relation
relate_dns(
    const struct cardea_cert_bytes *name, const struct cardea_cert_bytes *base)
{
	const char *host = (const char *)name->data;
	const char *tree = (const char *)base->data, *dot;
	size_t len = name->len;

	if (len < 2 || host[0] != '*')
		return is_below(host, len, tree, base->len) ? INSIDE : OUTSIDE;
	host += 2;
	len -= 2;
	if (is_below(host, len, tree, base->len))
		return INSIDE;
	/* the base may be one of those that the wildcard stands for */
	dot = memchr(tree, '.', base->len);
	if (dot == NULL || base->len - (size_t)(dot + 1 - tree) != len)
		return OUTSIDE;
	return is_same(dot + 1, host, len) ? PARTLY : OUTSIDE;
}

/* ".example.com": all hosts below; "example.com": that host alone. */
static bool
host_is_in(const char *host, size_t len, const struct cardea_cert_bytes *base)
{
	const char *tree = (const char *)base->data;

	if (base->len > 0 && tree[0] == '.')
		return len > base->len &&
		    is_same(host + len - base->len, tree, base->len);
	return len == base->len && is_same(host, tree, len);
}

static enum relation
relate_email(
    const struct cardea_cert_bytes *name, const struct cardea_cert_bytes *base)
{
	const char *mailbox = (const char *)name->data;
	const char *tree = (const char *)base->data;
	size_t host = cardea_x509_mailbox_host(mailbox, name->len);
	size_t tree_host;

	if (host == 0)
		return PARTLY; /* the subject's, which nobody has looked at */
	if (memchr(tree, '@', base->len) == NULL)
		return host_is_in(mailbox + host, name->len - host, base)
		    ? INSIDE
		    : OUTSIDE;
	tree_host = cardea_x509_mailbox_host(tree, base->len);
	return name->len == base->len && host == tree_host &&
		memcmp(mailbox, tree, host) == 0 &&
		is_same(mailbox + host, tree + host, name->len - host)
	    ? INSIDE
	    : OUTSIDE;
}

static enum relation
relate_address(
    const struct cardea_cert_bytes *name, const struct cardea_cert_bytes *base)
{
	const unsigned char *mask = base->data + base->len / 2;

	if (name->len != base->len / 2)
		return OUTSIDE;
	for (size_t i = 0; i < name->len; i++) {
		if (((name->data[i] ^ base->data[i]) & mask[i]) != 0)
			return OUTSIDE;
	}
	return INSIDE;
}

/* The first count relative names of a name. */
static X509_NAME *
beginning(const X509_NAME *name, int count)
{
	X509_NAME *part = X509_NAME_new();
	int before = -1;

	for (int i = 0; part != NULL && i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		int set = X509_NAME_ENTRY_set(entry);

		if (set >= count)
			break;
		if (X509_NAME_add_entry(
			part, entry, -1, set == before ? -1 : 0) != 1) {
			X509_NAME_free(part);
			return NULL;
		}
		before = set;
	}
	return part;
}

static int
relative_count(const X509_NAME *name)
{
	int entries = X509_NAME_entry_count(name);

	return entries == 0
	    ? 0
	    : X509_NAME_ENTRY_set(X509_NAME_get_entry(name, entries - 1)) + 1;
}

/* PARTLY for want of memory: neither permitted nor clear of an exclusion. */
static enum relation
relate_directory(const X509_NAME *name, const X509_NAME *base)
{
	int count = relative_count(base);
	enum relation relation = PARTLY;
	X509_NAME *part;

	if (relative_count(name) < count)
		return OUTSIDE;
	part = beginning(name, count);
	if (part != NULL)
		relation = X509_NAME_cmp(part, base) == 0 ? INSIDE : OUTSIDE;
	X509_NAME_free(part);
	return relation;
}

static enum relation
relate(const GENERAL_NAME *name, const GENERAL_NAME *base)
{
	int type = 0, base_type = 0;
	const void *value = GENERAL_NAME_get0_value(name, &type);
	const void *base_value = GENERAL_NAME_get0_value(base, &base_type);
	struct cardea_cert_bytes bytes, base_bytes, host;

	if (type != base_type)
		return OTHER_FORM;
	if (type == GEN_DIRNAME)
		return relate_directory(value, base_value);
	if (type != GEN_DNS && type != GEN_EMAIL && type != GEN_URI &&
	    type != GEN_IPADD)
		return PARTLY; /* "process or reject": a form not processed */
	bytes = bytes_of(value);
	base_bytes = bytes_of(base_value);
	switch (type) {
	case GEN_DNS:
		return relate_dns(&bytes, &base_bytes);
	case GEN_EMAIL:
		return relate_email(&bytes, &base_bytes);
	case GEN_IPADD:
		return relate_address(&bytes, &base_bytes);
	default:
		/* a URI without a host's name: "MUST reject" */
		if (!cardea_x509_uri_host(&bytes, &host))
			return PARTLY;
		return host_is_in(
			   (const char *)host.data, host.len, &base_bytes)
		    ? INSIDE
		    : OUTSIDE;
	}
}

static bool
name_passes(const GENERAL_NAME *name, const NAME_CONSTRAINTS *constraints)
{
	bool constrained = false, permitted = false;
	enum relation relation;

	for (int i = 0;
	     i < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); i++) {
		relation = relate(name,
		    sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, i)
			->base);
		constrained = constrained || relation != OTHER_FORM;
		permitted = permitted || relation == INSIDE;
	}
	if (constrained && !permitted)
		return false;
	for (int i = 0;
	     i < sk_GENERAL_SUBTREE_num(constraints->excludedSubtrees); i++) {
		relation = relate(name,
		    sk_GENERAL_SUBTREE_value(constraints->excludedSubtrees, i)
			->base);
		if (relation == PARTLY || relation == INSIDE)
			return false;
	}
	return true;
}

/* A general name around what the caller keeps. */
static bool
loan_passes(int type, void *value, const NAME_CONSTRAINTS *constraints)
{
	GENERAL_NAME *loan = GENERAL_NAME_new();
	bool passes;

	if (loan == NULL)
		return false;
	loan->type = type;
	loan->d.ptr = value;
	passes = name_passes(loan, constraints);
	loan->d.ptr = NULL;
	loan->type = -1;
	GENERAL_NAME_free(loan);
	return passes;
}

/* The subject is a directory name, and its addresses of mail are mailboxes
 * ("legacy", 4.2.1.10). */
static bool
subject_passes(const X509 *certificate, const NAME_CONSTRAINTS *constraints)
{
	X509_NAME *subject = X509_get_subject_name(certificate);
	int at = -1;

	if (X509_NAME_entry_count(subject) > 0 &&
	    !loan_passes(GEN_DIRNAME, subject, constraints))
		return false;
	while ((at = X509_NAME_get_index_by_NID(
		    subject, NID_pkcs9_emailAddress, at)) >= 0) {
		ASN1_STRING *value = X509_NAME_ENTRY_get_data(
		    X509_NAME_get_entry(subject, at));

		if (!loan_passes(GEN_EMAIL, value, constraints))
			return false;
	}
	return true;
}

static bool
certificate_passes(const X509 *certificate, const NAME_CONSTRAINTS *constraints)
{
	struct cardea_x509_fault fault = { 0 };
	GENERAL_NAMES *names = cardea_x509_extension(
	    certificate, NID_subject_alt_name, NULL, &fault);
	bool passes = fault.why == CARDEA_CERT_WHY_NONE &&
	    subject_passes(certificate, constraints);

	for (int i = 0; passes && i < sk_GENERAL_NAME_num(names); i++)
		passes = name_passes(
		    sk_GENERAL_NAME_value(names, i), constraints);
	GENERAL_NAMES_free(names);
	return passes;
}

/* "not applied to self-issued certificates, unless it is the final one" */
static bool
is_exempt(X509 *certificate, int at)
{
	return at > 0 &&
	    X509_NAME_cmp(X509_get_subject_name(certificate),
		X509_get_issuer_name(certificate)) == 0;
}

static bool
below_passes(const STACK_OF(X509) * path, int from,
    const NAME_CONSTRAINTS *constraints, struct cardea_x509_fault *fault)
{
	for (int at = from - 1; at >= 0; at--) {
		X509 *certificate = sk_X509_value(path, at);

		if (!is_exempt(certificate, at) &&
		    !certificate_passes(certificate, constraints))
			return cardea_x509_fault_set(fault,
			    CARDEA_CERT_CONSTRAINT,
			    "certificate %d has a name that certificate %d "
			    "does not allow",
			    at, from);
	}
	return true;
}

bool
cardea_x509_constraints_hold(
    const STACK_OF(X509) * path, struct cardea_x509_fault *fault)
{
	bool hold = true;

	for (int from = sk_X509_num(path) - 1; hold && from > 0; from--) {
		NAME_CONSTRAINTS *constraints = cardea_x509_extension(
		    sk_X509_value(path, from), NID_name_constraints, NULL,
		    fault);

		hold = fault->why == CARDEA_CERT_WHY_NONE;
		if (constraints != NULL)
			hold = below_passes(path, from, constraints, fault);
		NAME_CONSTRAINTS_free(constraints);
	}
	return hold;
}
