/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "modules/split.h"

size_t
cardea_split_code_len(const char *typed, size_t digits)
{
	size_t len = strlen(typed);

	if (digits == 0 || len <= digits)
		return 0;
	if (strspn(typed + len - digits, "0123456789") != digits)
		return 0;
	return digits;
}
