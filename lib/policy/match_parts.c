/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/match_parts.h"

#define SEARCH_FROM 8 /* longer lists of values are searched by halves */

enum cardea_truth
cardea_match_damaged(struct cardea_match *match)
{
	match->damaged = true;
	return CARDEA_MAYBE;
}

enum cardea_truth
cardea_match_truth(bool holds)
{
	return holds ? CARDEA_TRUE : CARDEA_FALSE;
}

enum cardea_truth
cardea_match_negate(enum cardea_truth truth)
{
	return (enum cardea_truth)(CARDEA_TRUE - truth);
}

bool
cardea_match_holds(const uint32_t *values, uint32_t count, uint32_t value)
{
	uint32_t low = 0, high = count;

	if (value == 0)
		return false;
	while (high - low > SEARCH_FROM) {
		uint32_t middle = low + (high - low) / 2;

		if (values[middle] <= value)
			low = middle;
		else
			high = middle;
	}
	for (uint32_t i = low; i < high; i++) {
		if (values[i] == value)
			return true;
	}
	return false;
}

enum cardea_truth
cardea_match_known(enum cardea_known fact)
{
	switch (fact) {
	case CARDEA_YES:
		return CARDEA_TRUE;
	case CARDEA_NO:
		return CARDEA_FALSE;
	case CARDEA_UNKNOWN:
		break;
	}
	return CARDEA_MAYBE;
}
