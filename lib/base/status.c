/* SPDX-License-Identifier: BSD-2-Clause */
#include <cardea/status.h>

const char *
cardea_status_text(enum cardea_status status)
{
	switch (status) {
	case CARDEA_OK:
		return "ok";
	case CARDEA_E_INTERNAL:
		return "internal error";
	case CARDEA_E_MEMORY:
		return "out of memory";
	case CARDEA_E_IO:
		return "input or output failed";
	case CARDEA_E_FULL:
		return "no space left";
	case CARDEA_E_TIMEOUT:
		return "timed out";
	case CARDEA_E_CLOSED:
		return "the other end has gone";
	case CARDEA_E_MISSING:
		return "not there";
	case CARDEA_E_UNSAFE:
		return "unsafe owner, mode or kind";
	case CARDEA_E_SYNTAX:
		return "malformed";
	case CARDEA_E_RANGE:
		return "out of range";
	case CARDEA_E_CORRUPT:
		return "corrupt";
	case CARDEA_E_VERSION:
		return "unknown version";
	case CARDEA_E_CONFLICT:
		return "changed meanwhile";
	}
	return "unknown status";
}
