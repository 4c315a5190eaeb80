/* SPDX-License-Identifier: BSD-2-Clause */
#include <cardea/limits.h>

#include "policy/reader.h"

/* The block "risk": what each signal adds to the score. */

enum cardea_status
cardea_read_risk(
    struct cardea_reader *reader, const struct cardea_setting *risk)
{
	uint32_t weights[CARDEA_SIGNAL_COUNT] = { 0 };
	enum cardea_status status = CARDEA_OK;
	size_t count = cardea_tree_count(risk);

	if (cardea_tree_kind(risk) != CARDEA_TREE_GROUP || count == 0)
		return cardea_reader_refuse(reader, risk,
		    "expected a block { ... } of signals and weights");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		const struct cardea_setting *item = cardea_tree_at(risk, i);
		enum cardea_signal signal = cardea_signal_parse(
		    cardea_tree_key(item));

		if (signal == CARDEA_SIGNAL_COUNT)
			return cardea_reader_refuse(
			    reader, item, "this is no signal");
		status = cardea_reader_number(
		    reader, item, 0, CARDEA_RISK_MAX, &weights[signal]);
	}
	if (status == CARDEA_OK && !cardea_build_risk(reader->build, weights))
		status = cardea_reader_refuse(
		    reader, risk, "weights were given already");
	return status;
}
