/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/objects.h>
#include <openssl/x509.h>

#include "cert/x509_policy.h"
#include "cert/x509_room.h"

#define PAIRS_MAX 256
#define PATH_MAX_LENGTH (CARDEA_CERT_CHAIN_MAX + 2)
#define ANY_POLICY "2.5.29.32.0"

/* What one certificate says of policies. */
struct saying {
	CERTIFICATEPOLICIES *policies;
	POLICY_MAPPINGS *mappings;
	POLICY_CONSTRAINTS *constraints;
	ASN1_INTEGER *inhibit_any;
	bool self_issued;
};

struct pair {
	const ASN1_OBJECT *root, *here; /* borrowed from sayings */
};

/* The variables of 6.1.2 */
struct state {
	size_t count;
	struct pair pairs[PAIRS_MAX];
	bool any; /* the node anyPolicy is there */
	bool overflow;
	int64_t explicit_policy, mapping, inhibit_any;
	struct saying sayings[PATH_MAX_LENGTH];
};

static bool
is_any(const ASN1_OBJECT *policy)
{
	return OBJ_obj2nid(policy) == NID_any_policy;
}

static bool
add_pair(struct state *state, const ASN1_OBJECT *root, const ASN1_OBJECT *here)
{
	for (size_t i = 0; i < state->count; i++) {
		if (OBJ_cmp(state->pairs[i].root, root) == 0 &&
		    OBJ_cmp(state->pairs[i].here, here) == 0)
			return true;
	}
	if (state->count == PAIRS_MAX) {
		state->overflow = true;
		return false;
	}
	state->pairs[state->count++] = (struct pair){ root, here };
	return true;
}

static void
saying_clear(struct saying *saying)
{
	CERTIFICATEPOLICIES_free(saying->policies);
	sk_POLICY_MAPPING_pop_free(saying->mappings, POLICY_MAPPING_free);
	POLICY_CONSTRAINTS_free(saying->constraints);
	ASN1_INTEGER_free(saying->inhibit_any);
}

static bool
saying_read(struct saying *saying, const X509 *certificate,
    struct cardea_x509_fault *fault)
{
	saying->policies = cardea_x509_extension(
	    certificate, NID_certificate_policies, NULL, fault);
	saying->mappings = cardea_x509_extension(
	    certificate, NID_policy_mappings, NULL, fault);
	saying->constraints = cardea_x509_extension(
	    certificate, NID_policy_constraints, NULL, fault);
	saying->inhibit_any = cardea_x509_extension(
	    certificate, NID_inhibit_any_policy, NULL, fault);
	saying->self_issued = X509_NAME_cmp(X509_get_subject_name(certificate),
				  X509_get_issuer_name(certificate)) == 0;
	return fault->why == CARDEA_CERT_WHY_NONE;
}

/* 4.2.1.5, 4.2.1.11 */
static bool
saying_holds(const struct saying *saying, struct cardea_x509_fault *fault)
{
	const POLICY_CONSTRAINTS *constraints = saying->constraints;

	if (constraints != NULL && constraints->requireExplicitPolicy == NULL &&
	    constraints->inhibitPolicyMapping == NULL)
		return cardea_x509_fault_set(
		    fault, CARDEA_CERT_PROFILE, "has empty policy constraints");
	if (saying->mappings != NULL &&
	    sk_POLICY_MAPPING_num(saying->mappings) == 0)
		return cardea_x509_fault_set(
		    fault, CARDEA_CERT_PROFILE, "has empty policy mappings");
	for (int i = 0; i < sk_POLICY_MAPPING_num(saying->mappings); i++) {
		const POLICY_MAPPING *mapping = sk_POLICY_MAPPING_value(
		    saying->mappings, i);

		if (is_any(mapping->issuerDomainPolicy) ||
		    is_any(mapping->subjectDomainPolicy))
			return cardea_x509_fault_set(fault, CARDEA_CERT_PROFILE,
			    "maps from or to any policy");
	}
	return true;
}

/* 6.1.3 (d) (1): a policy meets what is expected, or comes from anyPolicy. */
static void
meet(struct state *state, const struct state *before, const ASN1_OBJECT *policy)
{
	bool met = false;

	for (size_t i = 0; i < before->count; i++) {
		if (OBJ_cmp(before->pairs[i].here, policy) != 0)
			continue;
		met = true;
		if (!add_pair(state, before->pairs[i].root, policy))
			return;
	}
	if (!met && before->any)
		(void)add_pair(state, policy, policy);
}

/* 6.1.3 (d), (e) */
static void
narrow(struct state *state, const struct saying *saying, bool any_counts)
{
	struct state before = *state;
	bool says_any = false;

	state->count = 0;
	for (int i = 0; i < sk_POLICYINFO_num(saying->policies); i++) {
		const ASN1_OBJECT *policy =
		    sk_POLICYINFO_value(saying->policies, i)->policyid;

		if (is_any(policy))
			says_any = true;
		else
			meet(state, &before, policy);
	}
	state->any = before.any && says_any && any_counts;
	for (size_t i = 0; says_any && any_counts && i < before.count; i++)
		(void)add_pair(
		    state, before.pairs[i].root, before.pairs[i].here);
}

static bool
is_expected(const struct state *state, const ASN1_OBJECT *policy)
{
	for (size_t i = 0; i < state->count; i++) {
		if (OBJ_cmp(state->pairs[i].here, policy) == 0)
			return true;
	}
	return false;
}

static void
map_one(struct state *state, const struct state *before,
    const POLICY_MAPPING *mapping)
{
	const ASN1_OBJECT *from = mapping->issuerDomainPolicy;

	if (before->any && !is_expected(before, from)) {
		(void)add_pair(state, from, mapping->subjectDomainPolicy);
		return;
	}
	for (size_t i = 0; i < before->count; i++) {
		if (OBJ_cmp(before->pairs[i].here, from) == 0)
			(void)add_pair(state, before->pairs[i].root,
			    mapping->subjectDomainPolicy);
	}
}

static bool
is_mapped(const POLICY_MAPPINGS *mappings, const ASN1_OBJECT *policy)
{
	for (int i = 0; i < sk_POLICY_MAPPING_num(mappings); i++) {
		if (OBJ_cmp(sk_POLICY_MAPPING_value(mappings, i)
				->issuerDomainPolicy,
			policy) == 0)
			return true;
	}
	return false;
}

/* 6.1.4 (b) */
static void
map_policies(struct state *state, const struct saying *saying)
{
	struct state before = *state;

	if (saying->mappings == NULL)
		return;
	state->count = 0;
	for (size_t i = 0; i < before.count; i++) {
		if (!is_mapped(saying->mappings, before.pairs[i].here))
			(void)add_pair(
			    state, before.pairs[i].root, before.pairs[i].here);
	}
	for (int i = 0;
	     state->mapping > 0 && i < sk_POLICY_MAPPING_num(saying->mappings);
	     i++)
		map_one(state, &before,
		    sk_POLICY_MAPPING_value(saying->mappings, i));
}

/* A count that is no small number lowers nothing; false for a negative one. */
static bool
lower(int64_t *variable, const ASN1_INTEGER *count)
{
	int64_t value = 0;

	if (count == NULL)
		return true;
	if (ASN1_STRING_type(count) == V_ASN1_NEG_INTEGER)
		return false;
	if (ASN1_INTEGER_get_int64(&value, count) == 1 && value < *variable)
		*variable = value;
	return true;
}

/* 6.1.4 (h) to (j) */
static bool
count_down(struct state *state, const struct saying *saying, bool counts)
{
	const POLICY_CONSTRAINTS *constraints = saying->constraints;

	if (counts && !saying->self_issued) {
		state->explicit_policy -= state->explicit_policy > 0;
		state->mapping -= state->mapping > 0;
		state->inhibit_any -= state->inhibit_any > 0;
	}
	return (constraints == NULL ||
		   (lower(&state->explicit_policy,
			constraints->requireExplicitPolicy) &&
		       lower(&state->mapping,
			   constraints->inhibitPolicyMapping))) &&
	    lower(&state->inhibit_any, saying->inhibit_any);
}

static bool
is_wanted(
    const ASN1_OBJECT *policy, const struct cardea_cert_question *question)
{
	char text[CARDEA_CERT_OID_MAX + 1];
	int len = OBJ_obj2txt(text, sizeof(text), policy, 1);

	if (question->policies == NULL)
		return true;
	for (size_t i = 0; i < question->policy_count; i++) {
		if (strcmp(question->policies[i], ANY_POLICY) == 0 ||
		    (len > 0 && (size_t)len < sizeof(text) &&
			strcmp(question->policies[i], text) == 0))
			return true;
	}
	return false;
}

static void
put_policy(const ASN1_OBJECT *policy, struct cardea_cert_identity *identity)
{
	char text[CARDEA_CERT_OID_MAX + 1];
	int len = OBJ_obj2txt(text, sizeof(text), policy, 1);

	if (len <= 0 || (size_t)len >= sizeof(text) ||
	    identity->policy_count == CARDEA_CERT_OIDS_MAX)
		return; /* unnamed, it meets no condition */
	for (size_t i = 0; i < identity->policy_count; i++) {
		if (strcmp(identity->policies[i].text, text) == 0)
			return;
	}
	memcpy(identity->policies[identity->policy_count++].text, text,
	    (size_t)len + 1);
}

/* 6.1.5 (g); false if no policy is left. */
static bool
wrap_up(const struct state *state, const struct cardea_cert_question *question,
    struct cardea_cert_identity *identity)
{
	bool left = state->any &&
	    (question->policies == NULL || question->policy_count > 0);

	for (size_t i = 0; i < state->count; i++) {
		if (!is_wanted(state->pairs[i].root, question))
			continue;
		left = true;
		put_policy(state->pairs[i].root, identity);
	}
	return left;
}

static bool
refuse_policy(struct cardea_x509_fault *fault, const char *what)
{
	return cardea_x509_fault_set(fault, CARDEA_CERT_CONSTRAINT, "%s", what);
}

/* One certificate, at places 1 (below the anchor) to n (the leaf); the anchor
 * itself, place 0, counts nothing down, and says nothing by its silence. */
static bool
step(struct state *state, const struct saying *saying, int place, int last,
    struct cardea_x509_fault *fault)
{
	bool any_counts = state->inhibit_any > 0 ||
	    (place < last && saying->self_issued);

	if (!saying_holds(saying, fault))
		return false;
	if (place > 0 || saying->policies != NULL)
		narrow(state, saying, any_counts);
	if (place > 0 && state->explicit_policy == 0 && state->count == 0 &&
	    !state->any)
		return refuse_policy(fault, "no policy holds on the path");
	if (place == last) {
		state->explicit_policy -= state->explicit_policy > 0;
		/* 6.1.5 (b): zero alone matters here */
		if (saying->constraints != NULL &&
		    saying->constraints->requireExplicitPolicy != NULL &&
		    ASN1_INTEGER_get(
			saying->constraints->requireExplicitPolicy) == 0)
			state->explicit_policy = 0;
		return true;
	}
	map_policies(state, saying);
	if (!count_down(state, saying, place > 0))
		return cardea_x509_fault_set(fault, CARDEA_CERT_MALFORMED,
		    "has malformed policy constraints");
	return !state->overflow ||
	    cardea_x509_fault_set(
		fault, CARDEA_CERT_TOO_LARGE, "has too many policies");
}

static bool
walk(struct state *state, const STACK_OF(X509) * path,
    const struct cardea_cert_question *question,
    struct cardea_cert_identity *identity, struct cardea_x509_fault *fault)
{
	int last = sk_X509_num(path) - 1;

	if (last < 1 || last >= PATH_MAX_LENGTH)
		return cardea_x509_fault_set(
		    fault, CARDEA_CERT_FAILED, "a path of impossible length");
	state->any = true;
	state->explicit_policy = question->explicit_policy ? 0 : last + 1;
	state->mapping = question->inhibit_mapping ? 0 : last + 1;
	state->inhibit_any = question->inhibit_any ? 0 : last + 1;
	for (int place = 0; place <= last; place++) {
		struct saying *saying = &state->sayings[place];

		if (!saying_read(
			saying, sk_X509_value(path, last - place), fault) ||
		    !step(state, saying, place, last, fault))
			return false;
	}
	if (state->overflow)
		return cardea_x509_fault_set(
		    fault, CARDEA_CERT_TOO_LARGE, "has too many policies");
	return wrap_up(state, question, identity) ||
	    state->explicit_policy > 0 ||
	    refuse_policy(fault, "none of the policies wanted holds");
}

bool
cardea_x509_policies_hold(const STACK_OF(X509) * path,
    const struct cardea_cert_question *question,
    struct cardea_cert_identity *identity, struct cardea_x509_fault *fault)
{
	struct state state = { 0 };
	bool holds;

	identity->policy_count = 0;
	holds = walk(&state, path, question, identity, fault);
	for (size_t i = 0; i < PATH_MAX_LENGTH; i++)
		saying_clear(&state.sayings[i]);
	if (!holds)
		identity->policy_count = 0;
	return holds;
}
