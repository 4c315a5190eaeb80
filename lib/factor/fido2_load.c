/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "base/library.h"
#include "factor/library/table.h"

enum cardea_status
cardea_fido2_library_load(
    const struct cardea_fido2_library **ret_library, struct cardea_diag *diag)
{
	static const void *loaded;
	enum cardea_status status = CARDEA_OK;

	_Static_assert(offsetof(struct cardea_fido2_library, version) == 0,
	    "the version begins the table");
	if (loaded == NULL)
		status = cardea_library_load(CARDEA_FIDO2_LIBRARY,
		    CARDEA_FIDO2_LIBRARY_SYMBOL, CARDEA_FIDO2_LIBRARY_VERSION,
		    &loaded, diag);
	if (status == CARDEA_OK)
		*ret_library = loaded;
	return status;
}
