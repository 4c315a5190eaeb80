/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_SURVEY_H
#define CARDEA_STORE_SURVEY_H

#include <cardea/store.h>

/*
 * Every record of a store as it stands there, the damaged ones too: for who
 * looks after a store, where cardea_store_list is for who relies on one.
 */
struct cardea_survey_row {
	enum cardea_status status; /* of opening it */
	/* its own key; of one that does not open, the key it stands under */
	const struct cardea_key *key;
	const struct cardea_value *value; /* NULL if it does not open */
	const char *reason;		  /* why not; "" if it does */
	uint64_t version;
	size_t stored_len; /* of key and sealed value */
	bool current;	   /* sealed under the key that seals now */
};

/* The row is valid during the call; false stops. */
typedef bool
cardea_survey_visit(const struct cardea_survey_row *row, void *context);

/* cardea_store_survey: those of one kind, in an order of the engine's own. */
CARDEA_MUST_USE enum cardea_status
cardea_store_survey(struct cardea_store *store, const char *kind,
    cardea_survey_visit *visit, void *context, struct cardea_diag *diag);

#endif
