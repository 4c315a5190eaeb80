/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_REQUIREMENT_NODE_H
#define CARDEA_REQUIREMENT_NODE_H

#include <cardea/requirement.h>

/*
 * How a requirement is built, for requirement.c and its parser.  Each returns
 * false, with the value in an unfinished state, when it does not fit.
 */

#define CARDEA_KEY_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-_"
#define CARDEA_WORD_CHARS CARDEA_KEY_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZ.:/@"

/* cardea_requirement_become: the one node TRUE or FALSE */
void cardea_requirement_become(
    struct cardea_requirement *requirement, enum cardea_node_kind kind);

CARDEA_MUST_USE bool cardea_requirement_add_factor(
    struct cardea_requirement *out, enum cardea_factor factor,
    const struct cardea_quality *qualities, size_t count, size_t *ret_index);

CARDEA_MUST_USE bool cardea_requirement_add_pair(struct cardea_requirement *out,
    enum cardea_node_kind kind, size_t left, size_t right, size_t *ret_index);

/* cardea_requirement_copy: in's subtree, in the canonical shape */
CARDEA_MUST_USE bool cardea_requirement_copy(struct cardea_requirement *out,
    const struct cardea_requirement *in, size_t index, size_t *ret_index);

#endif
