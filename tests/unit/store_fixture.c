/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/lmdb.h"
#include "unit/scratch.h"
#include "unit/store_fixture.h"

int
fixture_make(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	snprintf(
	    fixture->directory, sizeof(fixture->directory), "store-XXXXXX");
	scratch_make(fixture->directory);
	snprintf(
	    fixture->path, sizeof(fixture->path), "%s/db", fixture->directory);
	snprintf(fixture->key_path, sizeof(fixture->key_path), "%s/key",
	    fixture->directory);
	snprintf(fixture->state_path, sizeof(fixture->state_path), "%s/%s",
	    fixture->path, CARDEA_LMDB_STATE);
	snprintf(fixture->turn_path, sizeof(fixture->turn_path), "%s/%s",
	    fixture->path, CARDEA_LMDB_TURN);
	fixture->conformance.driver = &cardea_lmdb;
	fixture->conformance.config = (struct cardea_store_config){
		.path = fixture->path,
		.seal_key_path = fixture->key_path,
		.size_mb = 1,
		.create = true,
	};
	*state = fixture;
	return 0;
}

int
fixture_remove(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->directory);
	free(fixture);
	return 0;
}

enum cardea_status
fixture_try(const struct fixture *fixture, struct cardea_diag *diag)
{
	struct cardea_store_config config = fixture->conformance.config;
	struct cardea_store *store = NULL;
	enum cardea_status status;

	memset(diag, 0, sizeof(*diag));
	config.create = false;
	status = cardea_store_open(&config, &store, diag);
	if (status == CARDEA_OK)
		cardea_store_close(store);
	else
		assert_null(store);
	return status;
}
