/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "cert/der.h"
#include "cert/x509_constraint.h"
#include "cert/x509_key.h"
#include "cert/x509_name.h"
#include "cert/x509_profile.h"
#include "cert/x509_room.h"

#define PATH_LENGTH_MAX 255
#define ANY_PURPOSE "2.5.29.37.0"

/* What stands in one certificate, decoded. */
struct view {
	const X509 *certificate;
	BASIC_CONSTRAINTS *basic;
	ASN1_BIT_STRING *usage;
	EXTENDED_KEY_USAGE *purposes;
	GENERAL_NAMES *names, *issuer_names;
	NAME_CONSTRAINTS *constraints;
	AUTHORITY_KEYID *authority_key;
	ASN1_OCTET_STRING *subject_key;
	CERTIFICATEPOLICIES *policies;
	bool basic_critical, names_critical, policies_critical;
	bool path_only; /* CARDEA_X509_ANY */
};

enum wish { EITHER, CRITICAL, PLAIN };

/* Those that are processed, and whether they are marked as the RFC says. */
static const struct rule {
	int nid;
	enum wish wish;
} rules[] = {
	{ NID_basic_constraints, EITHER },
	{ NID_key_usage, EITHER },
	{ NID_ext_key_usage, EITHER },
	{ NID_subject_alt_name, EITHER },
	{ NID_certificate_policies, EITHER },
	{ NID_policy_mappings, EITHER },
	{ NID_crl_distribution_points, EITHER },
	{ NID_name_constraints, CRITICAL },
	{ NID_policy_constraints, CRITICAL },
	{ NID_inhibit_any_policy, CRITICAL },
	{ NID_authority_key_identifier, PLAIN },
	{ NID_subject_key_identifier, PLAIN },
	{ NID_issuer_alt_name, PLAIN },
	{ NID_freshest_crl, PLAIN },
	{ NID_info_access, PLAIN },
	{ NID_sinfo_access, PLAIN },
};

static bool
outside(struct cardea_x509_fault *fault, const char *what)
{
	return cardea_x509_fault_set(fault, CARDEA_CERT_PROFILE, "%s", what);
}

/* 4.2.1.11: "Conforming CAs MUST mark this extension as critical", which is
 * said to those who issue; validation as such (6.1) does not care. */
static bool
is_marked(const struct view *view, const struct rule *rule, bool critical)
{
	return rule->wish == EITHER || critical == (rule->wish == CRITICAL) ||
	    (view->path_only && rule->nid == NID_policy_constraints);
}

/* Also those of which nothing is used, like where to ask for more: what cannot
 * be read was written by nobody who cares. */
static bool
can_be_read(X509_EXTENSION *extension)
{
	const X509V3_EXT_METHOD *method = X509V3_EXT_get(extension);
	void *value = X509V3_EXT_d2i(extension);

	if (value == NULL || method == NULL)
		return false;
	if (method->it != NULL)
		ASN1_item_free(value, ASN1_ITEM_ptr(method->it));
	else
		method->ext_free(value);
	return true;
}

static bool
extension_holds(const struct view *view, X509_EXTENSION *extension,
    struct cardea_x509_fault *fault)
{
	int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
	bool critical = X509_EXTENSION_get_critical(extension) != 0;
	const ASN1_STRING *value = X509_EXTENSION_get_data(extension);
	const struct cardea_cert_bytes bytes = { ASN1_STRING_get0_data(value),
		(size_t)ASN1_STRING_length(value) };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].nid != nid)
			continue;
		if (!cardea_der_is_one(&bytes))
			return cardea_x509_fault_set(fault,
			    CARDEA_CERT_MALFORMED, "extension %s is not DER",
			    OBJ_nid2sn(nid));
		if (!can_be_read(extension))
			return cardea_x509_fault_set(fault,
			    CARDEA_CERT_MALFORMED, "extension %s is malformed",
			    OBJ_nid2sn(nid));
		if (is_marked(view, &rules[i], critical))
			return true;
		return cardea_x509_fault_set(fault, CARDEA_CERT_PROFILE,
		    "extension %s must %sbe critical", OBJ_nid2sn(nid),
		    critical ? "not " : "");
	}
	return !critical ||
	    outside(fault, "has a critical extension that is not known");
}

static void
close_view(struct view *view)
{
	BASIC_CONSTRAINTS_free(view->basic);
	ASN1_BIT_STRING_free(view->usage);
	EXTENDED_KEY_USAGE_free(view->purposes);
	GENERAL_NAMES_free(view->names);
	GENERAL_NAMES_free(view->issuer_names);
	NAME_CONSTRAINTS_free(view->constraints);
	AUTHORITY_KEYID_free(view->authority_key);
	ASN1_OCTET_STRING_free(view->subject_key);
	CERTIFICATEPOLICIES_free(view->policies);
}

static bool
open_view(struct view *view, struct cardea_x509_fault *fault)
{
	const X509 *from = view->certificate;

	for (int i = 0; i < X509_get_ext_count(view->certificate); i++) {
		if (!extension_holds(
			view, X509_get_ext(view->certificate, i), fault))
			return false;
	}
	view->basic = cardea_x509_extension(
	    from, NID_basic_constraints, &view->basic_critical, fault);
	view->usage = cardea_x509_extension(from, NID_key_usage, NULL, fault);
	view->purposes = cardea_x509_extension(
	    from, NID_ext_key_usage, NULL, fault);
	view->names = cardea_x509_extension(
	    from, NID_subject_alt_name, &view->names_critical, fault);
	view->issuer_names = cardea_x509_extension(
	    from, NID_issuer_alt_name, NULL, fault);
	view->constraints = cardea_x509_extension(
	    from, NID_name_constraints, NULL, fault);
	view->authority_key = cardea_x509_extension(
	    from, NID_authority_key_identifier, NULL, fault);
	view->subject_key = cardea_x509_extension(
	    from, NID_subject_key_identifier, NULL, fault);
	view->policies = cardea_x509_extension(
	    from, NID_certificate_policies, &view->policies_critical, fault);
	return fault->why == CARDEA_CERT_WHY_NONE;
}

/* Bit 0 is digitalSignature, bit 5 keyCertSign (4.2.1.3). */
static bool
may(const struct view *view, int bit)
{
	return view->usage != NULL &&
	    ASN1_BIT_STRING_get_bit(view->usage, bit) == 1;
}

enum { DIGITAL_SIGNATURE = 0, KEY_CERT_SIGN = 5 };

static bool
usage_holds(const struct view *view, struct cardea_x509_fault *fault)
{
	const unsigned char *octets;
	bool any = false;

	if (view->usage == NULL)
		return true;
	octets = ASN1_STRING_get0_data(view->usage);
	for (int i = 0; i < ASN1_STRING_length(view->usage); i++)
		any = any || octets[i] != 0;
	return any || outside(fault, "its key may be used for nothing");
}

static bool
basic_holds(const struct view *view, struct cardea_x509_fault *fault)
{
	int64_t length = 0;

	if (view->basic == NULL || view->basic->pathlen == NULL)
		return true;
	if (ASN1_INTEGER_get_int64(&length, view->basic->pathlen) != 1 ||
	    length < 0 || length > PATH_LENGTH_MAX)
		return cardea_x509_fault_set(fault, CARDEA_CERT_MALFORMED,
		    "has an impossible path length");
	return (view->basic->ca != 0 && may(view, KEY_CERT_SIGN)) ||
	    outside(fault, "has a path length, and is no authority");
}

/* 4.2.1.1: the key's identifier "MUST be included"; the issuer's name and
 * serial number go together. */
static bool
authority_key_holds(const struct view *view, struct cardea_x509_fault *fault)
{
	const AUTHORITY_KEYID *key = view->authority_key;

	return key == NULL ||
	    (key->keyid != NULL &&
		(key->issuer == NULL) == (key->serial == NULL)) ||
	    outside(fault, "its authority key identifier is half there");
}

static bool
qualifiers_known(const POLICYINFO *policy)
{
	for (int i = 0; i < sk_POLICYQUALINFO_num(policy->qualifiers); i++) {
		int nid = OBJ_obj2nid(
		    sk_POLICYQUALINFO_value(policy->qualifiers, i)->pqualid);

		if (nid != NID_id_qt_cps && nid != NID_id_qt_unotice)
			return false;
	}
	return true;
}

static bool
policies_hold(const struct view *view, struct cardea_x509_fault *fault)
{
	int count = sk_POLICYINFO_num(view->policies);

	if (view->policies != NULL && count == 0)
		return outside(fault, "has an empty list of policies");
	for (int i = 0; i < count; i++) {
		const POLICYINFO *policy = sk_POLICYINFO_value(
		    view->policies, i);

		if (policy->qualifiers != NULL &&
		    sk_POLICYQUALINFO_num(policy->qualifiers) == 0)
			return outside(fault, "has a malformed policy");
		/* "or MUST reject the certificate" (4.2.1.4) */
		if (view->policies_critical && !qualifiers_known(policy))
			return outside(
			    fault, "has a policy qualifier that is not known");
		for (int j = 0; j < i; j++) {
			if (OBJ_cmp(policy->policyid,
				sk_POLICYINFO_value(view->policies, j)
				    ->policyid) == 0)
				return outside(fault, "has a policy twice");
		}
	}
	return true;
}

static bool
names_hold(const struct view *view, struct cardea_x509_fault *fault)
{
	if (view->names != NULL && !cardea_x509_names_hold(view->names, fault))
		return false;
	if (view->issuer_names != NULL &&
	    !cardea_x509_names_hold(view->issuer_names, fault))
		return false;
	if (X509_NAME_entry_count(X509_get_subject_name(view->certificate)) > 0)
		return true;
	/* 4.2.1.6 */
	return (view->names != NULL && view->names_critical) ||
	    outside(fault, "has an empty subject, and no critical other name");
}

/* What holds for every certificate of a path. */
static bool
all_holds(const struct view *view, struct cardea_x509_fault *fault)
{
	X509 *certificate = (X509 *)(uintptr_t)view->certificate;

	if (view->purposes != NULL && sk_ASN1_OBJECT_num(view->purposes) <= 0)
		return outside(fault, "has an empty list of purposes");
	if (!usage_holds(view, fault) || !basic_holds(view, fault) ||
	    !authority_key_holds(view, fault) || !policies_hold(view, fault) ||
	    !names_hold(view, fault) ||
	    !cardea_x509_key_holds(view->certificate, fault))
		return false;
	/* and what OpenSSL's own reading of the extensions finds */
	return (X509_get_extension_flags(certificate) & EXFLAG_INVALID) == 0 ||
	    cardea_x509_fault_set(
		fault, CARDEA_CERT_MALFORMED, "has malformed extensions");
}

static bool
is_self_issued(const X509 *certificate)
{
	return X509_NAME_cmp(X509_get_subject_name(certificate),
		   X509_get_issuer_name(certificate)) == 0;
}

/* 4.2.1.1: "MUST be included in all certificates", to make paths findable. */
static bool
names_its_key(const struct view *view, struct cardea_x509_fault *fault)
{
	return (view->authority_key != NULL &&
		   view->authority_key->keyid != NULL) ||
	    outside(fault, "does not name its issuer's key");
}

static bool
lists_purpose(const struct view *view, const char *purpose)
{
	char text[CARDEA_CERT_OID_MAX + 1];

	for (int i = 0; i < sk_ASN1_OBJECT_num(view->purposes); i++) {
		int len = OBJ_obj2txt(text, sizeof(text),
		    sk_ASN1_OBJECT_value(view->purposes, i), 1);

		if (len > 0 && (size_t)len < sizeof(text) &&
		    strcmp(text, purpose) == 0)
			return true;
	}
	return false;
}

static bool
wrong_purpose(struct cardea_x509_fault *fault, const char *what)
{
	return cardea_x509_fault_set(fault, CARDEA_CERT_PURPOSE, "%s", what);
}

/* A device's key proves who the device is by signing, for a purpose that the
 * certificate says, under a name that it says. */
static bool
device_holds(const struct view *view, const char *purpose,
    struct cardea_x509_fault *fault)
{
	if (view->basic != NULL && view->basic->ca != 0)
		return outside(fault, "is an authority's, not a device's");
	if (view->usage != NULL && !may(view, DIGITAL_SIGNATURE))
		return outside(fault, "its key may not sign");
	if (view->purposes == NULL)
		return wrong_purpose(fault, "says no purpose");
	if (lists_purpose(view, ANY_PURPOSE))
		return wrong_purpose(fault, "is for any purpose at all");
	if (purpose != NULL && !lists_purpose(view, purpose))
		return wrong_purpose(fault, "is not for this purpose");
	return view->names != NULL ||
	    outside(fault, "has no subject alternative name");
}

static bool
leaf_holds(const struct view *view, const char *purpose,
    struct cardea_x509_fault *fault)
{
	bool is_authority = view->basic != NULL && view->basic->ca != 0;

	if (!all_holds(view, fault) ||
	    !cardea_x509_algorithm_holds(view->certificate, fault))
		return false;
	if (!is_self_issued(view->certificate) && !names_its_key(view, fault))
		return false;
	if (!is_authority && may(view, KEY_CERT_SIGN))
		return outside(
		    fault, "may sign certificates, and is no authority");
	/* 4.2.1.10: "MUST be used only in a CA certificate" */
	if (!is_authority && view->constraints != NULL)
		return outside(fault, "constrains names, and is no authority");
	return view->path_only || device_holds(view, purpose, fault);
}

static bool
issuer_holds(const struct view *view, bool is_anchor, const char *purpose,
    struct cardea_x509_fault *fault)
{
	const X509_NAME *subject = X509_get_subject_name(view->certificate);

	if (!all_holds(view, fault))
		return false;
	if (view->basic == NULL || view->basic->ca == 0 ||
	    !view->basic_critical)
		return outside(fault, "is not marked as an authority's");
	if (!may(view, KEY_CERT_SIGN))
		return outside(fault, "may not sign certificates");
	if (X509_NAME_entry_count(subject) == 0)
		return outside(fault, "is an authority's without a name");
	if (view->subject_key == NULL)
		return outside(fault,
		    "is an authority's without a key "
		    "identifier");
	if (view->constraints != NULL &&
	    !cardea_x509_constraint_holds(view->constraints, fault))
		return false;
	if (!view->path_only && view->purposes != NULL &&
	    !lists_purpose(view, purpose) && !lists_purpose(view, ANY_PURPOSE))
		return wrong_purpose(
		    fault, "is not for issuing to this purpose");
	if (is_anchor)
		return true;
	return names_its_key(view, fault) &&
	    cardea_x509_algorithm_holds(view->certificate, fault);
}

bool
cardea_x509_leaf_holds(
    const X509 *leaf, const char *purpose, struct cardea_x509_fault *fault)
{
	struct view view = {
		.certificate = leaf,
		.path_only = purpose != NULL &&
		    strcmp(purpose, CARDEA_X509_ANY) == 0,
	};
	bool holds = open_view(&view, fault) &&
	    leaf_holds(&view, purpose, fault);

	close_view(&view);
	return holds;
}

bool
cardea_x509_issuer_holds(const X509 *issuer, bool is_anchor,
    const char *purpose, struct cardea_x509_fault *fault)
{
	struct view view = {
		.certificate = issuer,
		.path_only = strcmp(purpose, CARDEA_X509_ANY) == 0,
	};
	bool holds = open_view(&view, fault) &&
	    issuer_holds(&view, is_anchor, purpose, fault);

	close_view(&view);
	return holds;
}
