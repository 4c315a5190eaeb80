/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LIBRARY_MEMBERS_H
#define CARDEA_STORE_LIBRARY_MEMBERS_H

#include "store/driver.h"

/* cardea_members: as struct cardea_driver has it. */
CARDEA_MUST_USE enum cardea_status
cardea_members(const struct cardea_store_config *config,
    cardea_member_visit *visit, void *context, struct cardea_diag *diag);

#endif
