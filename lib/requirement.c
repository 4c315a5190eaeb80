/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/requirement.h>

#include "requirement_node.h"

/*
 * The canonical shape: children stand before their parents, so that an index
 * only ever points backwards and no walk can run in a circle; chains lean to
 * the left, so that one expression has one value and one text.
 */

static bool
is_pair(enum cardea_node_kind kind)
{
	return kind == CARDEA_NODE_ALL || kind == CARDEA_NODE_ANY;
}

/* node_at: the node, or the one nothing meets where the value is damaged. */
static const struct cardea_node *
node_at(const struct cardea_requirement *requirement, size_t index)
{
	static const struct cardea_node nothing = { .kind = CARDEA_NODE_FALSE };
	const struct cardea_node *node;

	if (index >= requirement->node_count || index >= CARDEA_NODES_MAX)
		return &nothing;
	node = &requirement->nodes[index];
	if (is_pair(node->kind) &&
	    (node->left >= index || node->right >= index))
		return &nothing;
	if (node->kind == CARDEA_NODE_FACTOR &&
	    (size_t)node->quality_first + node->quality_count >
		CARDEA_QUALIFIERS_MAX)
		return &nothing;
	return node;
}

void
cardea_requirement_become(
    struct cardea_requirement *requirement, enum cardea_node_kind kind)
{
	memset(requirement, 0, sizeof(*requirement));
	requirement->node_count = 1;
	requirement->nodes[0].kind = kind;
}

/* --- building -------------------------------------------------------- */

static bool
add_node(struct cardea_requirement *out, const struct cardea_node *node,
    size_t *ret_index)
{
	if (out->node_count >= CARDEA_NODES_MAX)
		return false;
	out->nodes[out->node_count] = *node;
	*ret_index = out->node_count;
	out->root = (unsigned char)out->node_count;
	out->node_count++;
	return true;
}

bool
cardea_requirement_add_pair(struct cardea_requirement *out,
    enum cardea_node_kind kind, size_t left, size_t right, size_t *ret_index)
{
	struct cardea_node node = { .kind = kind,
		.left = (unsigned char)left,
		.right = (unsigned char)right };

	return add_node(out, &node, ret_index);
}

bool
cardea_requirement_add_factor(struct cardea_requirement *out,
    enum cardea_factor factor, const struct cardea_quality *qualities,
    size_t count, size_t *ret_index)
{
	struct cardea_node node = { .kind = CARDEA_NODE_FACTOR,
		.factor = factor,
		.quality_first = (unsigned char)out->quality_count,
		.quality_count = (unsigned char)count };

	if (count > CARDEA_QUALIFIERS_MAX - out->quality_count)
		return false;
	if (!add_node(out, &node, ret_index))
		return false;
	for (size_t i = 0; i < count; i++)
		out->qualities[out->quality_count + i] = qualities[i];
	out->quality_count += count;
	return true;
}

/* append: joins in's subtree to what stands at left; a chain of the same kind
 * is taken apart, so that a + (b + c) becomes (a + b) + c. */
static bool
append(struct cardea_requirement *out, enum cardea_node_kind kind, size_t left,
    const struct cardea_requirement *in, size_t index, size_t *ret_index)
{
	const struct cardea_node *node = node_at(in, index);
	size_t right;

	if (node->kind == kind)
		return append(out, kind, left, in, node->left, &left) &&
		    append(out, kind, left, in, node->right, ret_index);
	return cardea_requirement_copy(out, in, index, &right) &&
	    cardea_requirement_add_pair(out, kind, left, right, ret_index);
}

bool
cardea_requirement_copy(struct cardea_requirement *out,
    const struct cardea_requirement *in, size_t index, size_t *ret_index)
{
	const struct cardea_node *node = node_at(in, index);
	size_t left;

	if (is_pair(node->kind))
		return cardea_requirement_copy(out, in, node->left, &left) &&
		    append(out, node->kind, left, in, node->right, ret_index);
	if (node->kind == CARDEA_NODE_FACTOR)
		return cardea_requirement_add_factor(out, node->factor,
		    in->qualities + node->quality_first, node->quality_count,
		    ret_index);
	return add_node(out, node, ret_index);
}

/* --- value to text --------------------------------------------------- */

struct writer {
	char *text;
	size_t size;
	size_t len;
	bool failed;
};

static void
put(struct writer *writer, const char *bytes, size_t len)
{
	if (writer->failed || len >= writer->size - writer->len) {
		writer->failed = true;
		return;
	}
	memcpy(writer->text + writer->len, bytes, len);
	writer->len += len;
}

static void
put_text(struct writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

static void
put_quality(struct writer *writer, const struct cardea_quality *quality)
{
	const char *value = quality->value;

	put_text(writer, quality->key);
	if (value[0] == '\0')
		return;
	put_text(writer, "=");
	if (value[strspn(value, CARDEA_WORD_CHARS)] == '\0') {
		put_text(writer, value);
		return;
	}
	put_text(writer, "\"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			put_text(writer, "\\");
		put(writer, value, 1);
	}
	put_text(writer, "\"");
}

static void
put_factor(struct writer *writer, const struct cardea_requirement *requirement,
    const struct cardea_node *node)
{
	put_text(writer, cardea_factor_text(node->factor));
	for (unsigned int i = 0; i < node->quality_count; i++) {
		put_text(writer, i == 0 ? "(" : ", ");
		put_quality(
		    writer, &requirement->qualities[node->quality_first + i]);
	}
	if (node->quality_count > 0)
		put_text(writer, ")");
}

static void
put_node(struct writer *writer, const struct cardea_requirement *requirement,
    size_t index, enum cardea_node_kind around)
{
	const struct cardea_node *node = node_at(requirement, index);
	bool wrap = node->kind == CARDEA_NODE_ANY && around == CARDEA_NODE_ALL;

	switch (node->kind) {
	case CARDEA_NODE_FALSE:
		put_text(writer, "never");
		return;
	case CARDEA_NODE_TRUE:
		put_text(writer, "none");
		return;
	case CARDEA_NODE_FACTOR:
		put_factor(writer, requirement, node);
		return;
	case CARDEA_NODE_ALL:
	case CARDEA_NODE_ANY:
		break;
	}
	if (wrap)
		put_text(writer, "(");
	put_node(writer, requirement, node->left, node->kind);
	put_text(writer, node->kind == CARDEA_NODE_ALL ? " + " : " | ");
	put_node(writer, requirement, node->right, node->kind);
	if (wrap)
		put_text(writer, ")");
}

enum cardea_status
cardea_requirement_format(
    const struct cardea_requirement *requirement, char *text, size_t size)
{
	char line[CARDEA_REQUIREMENT_MAX + 1];
	struct writer writer = { .text = line, .size = sizeof(line) };

	put_node(&writer, requirement, requirement->root, CARDEA_NODE_ANY);
	if (writer.failed || writer.len >= size)
		return CARDEA_E_RANGE;
	memcpy(text, line, writer.len);
	text[writer.len] = '\0';
	return CARDEA_OK;
}

/* --- algebra --------------------------------------------------------- */

enum cardea_node_kind
cardea_requirement_kind(const struct cardea_requirement *requirement)
{
	return node_at(requirement, requirement->root)->kind;
}

bool
cardea_requirement_names(
    const struct cardea_requirement *requirement, enum cardea_factor factor)
{
	for (size_t i = 0; i < requirement->node_count; i++) {
		const struct cardea_node *node = node_at(requirement, i);

		if (node->kind == CARDEA_NODE_FACTOR && node->factor == factor)
			return true;
	}
	return false;
}

enum cardea_status
cardea_requirement_and(const struct cardea_requirement *a,
    const struct cardea_requirement *b,
    struct cardea_requirement *ret_requirement)
{
	enum cardea_node_kind a_kind = cardea_requirement_kind(a);
	enum cardea_node_kind b_kind = cardea_requirement_kind(b);
	struct cardea_requirement both = { 0 };
	size_t root;

	if (a_kind == CARDEA_NODE_FALSE || b_kind == CARDEA_NODE_FALSE) {
		cardea_requirement_become(&both, CARDEA_NODE_FALSE);
	} else if (a_kind == CARDEA_NODE_TRUE) {
		both = *b;
	} else if (b_kind == CARDEA_NODE_TRUE) {
		both = *a;
	} else if (!cardea_requirement_copy(&both, a, a->root, &root) ||
	    !append(&both, CARDEA_NODE_ALL, root, b, b->root, &root)) {
		return CARDEA_E_RANGE;
	}
	*ret_requirement = both;
	return CARDEA_OK;
}

/* What an expression is simplified to, and by which evidence. */
struct reduction {
	const struct cardea_requirement *in;
	const char *subject;
	const struct cardea_evidence_set *evidence;
	bool forgiving; /* keep factors that failed: what was lacking */
	struct cardea_requirement out;
};

static enum cardea_node_kind
reduce_factor(struct reduction *reduction, const struct cardea_node *node,
    size_t *ret_index)
{
	const struct cardea_quality *demanded = reduction->in->qualities +
	    node->quality_first;
	enum cardea_result result = cardea_evidence_result(reduction->evidence,
	    reduction->subject, node->factor, demanded, node->quality_count);

	if (result == CARDEA_RESULT_VERIFIED)
		return CARDEA_NODE_TRUE;
	if (result != CARDEA_RESULT_NONE && !reduction->forgiving)
		return CARDEA_NODE_FALSE;
	if (!cardea_requirement_add_factor(&reduction->out, node->factor,
		demanded, node->quality_count, ret_index))
		return CARDEA_NODE_FALSE;
	return CARDEA_NODE_FACTOR;
}

/* reduce: TRUE, FALSE, or the kind of the node left at ret_index.  Nodes of
 * a branch that turned out void are given back. */
static enum cardea_node_kind
reduce(struct reduction *reduction, size_t index, size_t *ret_index)
{
	const struct cardea_node *node = node_at(reduction->in, index);
	struct cardea_requirement *out = &reduction->out;
	size_t nodes = out->node_count, qualities = out->quality_count;
	enum cardea_node_kind left, right, absorbing, neutral;
	size_t left_at = 0, right_at = 0;

	if (node->kind == CARDEA_NODE_FACTOR)
		return reduce_factor(reduction, node, ret_index);
	if (!is_pair(node->kind))
		return node->kind == CARDEA_NODE_TRUE ? CARDEA_NODE_TRUE
						      : CARDEA_NODE_FALSE;
	absorbing = node->kind == CARDEA_NODE_ALL ? CARDEA_NODE_FALSE
						  : CARDEA_NODE_TRUE;
	neutral = node->kind == CARDEA_NODE_ALL ? CARDEA_NODE_TRUE
						: CARDEA_NODE_FALSE;
	left = reduce(reduction, node->left, &left_at);
	right = reduce(reduction, node->right, &right_at);
	if (left == absorbing || right == absorbing) {
		out->node_count = nodes;
		out->quality_count = qualities;
		return absorbing;
	}
	if (left == neutral) {
		*ret_index = right_at;
		return right;
	}
	if (right == neutral) {
		*ret_index = left_at;
		return left;
	}
	if (!cardea_requirement_add_pair(
		out, node->kind, left_at, right_at, ret_index))
		return CARDEA_NODE_FALSE;
	return node->kind;
}

static void
simplify(struct reduction *reduction, struct cardea_requirement *ret_rest)
{
	struct cardea_requirement rest = { 0 };
	size_t root = 0;
	enum cardea_node_kind kind = reduce(
	    reduction, reduction->in->root, &root);

	if (kind == CARDEA_NODE_TRUE || kind == CARDEA_NODE_FALSE)
		cardea_requirement_become(&rest, kind);
	else if (!cardea_requirement_copy(&rest, &reduction->out, root, &root))
		cardea_requirement_become(&rest, CARDEA_NODE_FALSE);
	*ret_rest = rest;
}

void
cardea_requirement_residual(const struct cardea_requirement *requirement,
    const char *subject, const struct cardea_evidence_set *evidence,
    struct cardea_requirement *ret_residual)
{
	struct reduction reduction = {
		.in = requirement, .subject = subject, .evidence = evidence
	};

	simplify(&reduction, ret_residual);
}

void
cardea_requirement_missing(const struct cardea_requirement *requirement,
    const char *subject, const struct cardea_evidence_set *evidence,
    struct cardea_requirement *ret_missing)
{
	struct reduction reduction = { .in = requirement,
		.subject = subject,
		.evidence = evidence,
		.forgiving = true };

	simplify(&reduction, ret_missing);
}
