/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_REQUIREMENT_H
#define CARDEA_REQUIREMENT_H

#include <cardea/diag.h>
#include <cardea/evidence.h>
#include <cardea/limits.h>

/*
 * The requirement of a rule: a boolean expression over factors.
 *
 *   requirement = "none" | any
 *   any         = all { "|" all }
 *   all         = one { "+" one }            "+" binds tighter than "|"
 *   one         = factor [ "(" qualifier { "," qualifier } ")" ] | "(" any ")"
 *   qualifier   = key [ "=" ( word | "\"" text "\"" ) ]
 *
 * A key is of a-z 0-9 - _; a word besides of A-Z . : / @; a text holds no
 * control characters, \" and \\ stand for a quote and a backslash.  Blanks
 * separate, mean nothing.  "none" stands alone.  Unknown factors are refused.
 * a + (b + c) and a + b + c are one value.  A plain value, pure.
 */

enum cardea_node_kind {
	CARDEA_NODE_FALSE = 0, /* the zero requirement is met by nothing */
	CARDEA_NODE_FACTOR = 0x1e4b87d2,
	CARDEA_NODE_ALL = 0x27b1d84b,
	CARDEA_NODE_ANY = 0x588e71ac,
	CARDEA_NODE_TRUE = 0x63d42e35, /* far from the others (V26) */
};

struct cardea_node {
	enum cardea_node_kind kind;
	enum cardea_factor factor;		    /* FACTOR */
	unsigned char quality_first, quality_count; /* FACTOR: into qualities */
	unsigned char left, right; /* ALL, ANY: indexes of nodes */
};

struct cardea_requirement {
	unsigned char root;
	size_t node_count; /* 0: CARDEA_NODE_FALSE */
	struct cardea_node nodes[CARDEA_NODES_MAX];
	size_t quality_count;
	struct cardea_quality qualities[CARDEA_QUALIFIERS_MAX];
};

/* cardea_requirement_parse: CARDEA_E_SYNTAX with a diag that says what was
 * expected and where, CARDEA_E_RANGE beyond a ceiling. */
CARDEA_MUST_USE enum cardea_status cardea_requirement_parse(const char *text,
    struct cardea_requirement *ret_requirement, struct cardea_diag *diag);

/* cardea_requirement_format: canonical text without needless parentheses,
 * which parses back to an equal value.  The requirement that nothing meets is
 * written "never", which no policy may say. CARDEA_E_RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_requirement_format(
    const struct cardea_requirement *requirement, char *text, size_t size);

/* cardea_requirement_and: ret = a AND b. CARDEA_E_RANGE if it does not fit. */
CARDEA_MUST_USE enum cardea_status cardea_requirement_and(
    const struct cardea_requirement *a, const struct cardea_requirement *b,
    struct cardea_requirement *ret_requirement);

/* cardea_requirement_residual: what is still missing: every factor verified
 * is replaced by true, every factor refused, absent or broken by false, the
 * rest is simplified.  The root of the answer is TRUE (met), FALSE (can no
 * longer be met) or an expression over the factors that can still help. */
void cardea_requirement_residual(const struct cardea_requirement *requirement,
    const char *subject, const struct cardea_evidence_set *evidence,
    struct cardea_requirement *ret_residual);

/* cardea_requirement_missing: the requirement less what is verified, for
 * people and the log: factors that were refused, absent or broken are still
 * named.  TRUE if nothing is missing. */
void cardea_requirement_missing(const struct cardea_requirement *requirement,
    const char *subject, const struct cardea_evidence_set *evidence,
    struct cardea_requirement *ret_missing);

/* cardea_requirement_names: does the expression contain the factor? */
bool cardea_requirement_names(
    const struct cardea_requirement *requirement, enum cardea_factor factor);

enum cardea_node_kind
cardea_requirement_kind(const struct cardea_requirement *requirement);

#endif
