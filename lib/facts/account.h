/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_ACCOUNT_H
#define CARDEA_FACTS_ACCOUNT_H

#include <stdbool.h>
#include <sys/types.h>

#include <cardea/diag.h>
#include <cardea/limits.h>
#include <cardea/request.h>

/*
 * Accounts as the name service knows them.  A name service may be slow, lie
 * or fail: "not there" and "could not be asked" are different answers, and
 * only the first one is CARDEA_E_MISSING.  Every call asks the name service
 * anew, perhaps over a network: look a person up once.
 */
struct cardea_account {
	char name[CARDEA_NAME_MAX + 1];
	uid_t uid;
	gid_t gid;
};

/* cardea_account_find: MISSING if no account has exactly this name (a name
 * service that folds case answers with another one: that is another name, and
 * counters are kept by name). IO, MEMORY. */
CARDEA_MUST_USE enum cardea_status cardea_account_find(const char *name,
    struct cardea_account *ret_account, struct cardea_diag *diag);

/* cardea_account_of: the account of a uid; the first, where several share it.
 */
CARDEA_MUST_USE enum cardea_status cardea_account_of(
    uid_t uid, struct cardea_account *ret_account, struct cardea_diag *diag);

/* cardea_account_groups: adds to the request the groups of the account that
 * wanted() says matter, and then sets groups_known.  On failure groups are
 * left unknown: a list cut short would let a rule against a group pass. */
typedef bool cardea_account_wanted(const char *group, const void *context);

CARDEA_MUST_USE enum cardea_status
cardea_account_groups(const struct cardea_account *account,
    cardea_account_wanted *wanted, const void *context,
    struct cardea_request *request, struct cardea_diag *diag);

#endif
