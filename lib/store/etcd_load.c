/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "base/library.h"
#include "store/etcd.h"

enum cardea_status
cardea_etcd_load(
    const struct cardea_driver **ret_driver, struct cardea_diag *diag)
{
	static const struct cardea_etcd_library *library;
	enum cardea_status status = CARDEA_OK;
	const void *loaded = library;

	_Static_assert(offsetof(struct cardea_etcd_library, version) == 0,
	    "the version begins the table");
	if (loaded == NULL)
		status = cardea_library_load(CARDEA_ETCD_LIBRARY,
		    CARDEA_ETCD_LIBRARY_SYMBOL, CARDEA_ETCD_LIBRARY_VERSION,
		    &loaded, diag);
	if (status != CARDEA_OK)
		return status;
	library = loaded;
	*ret_driver = library->driver;
	return CARDEA_OK;
}
