/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <unistd.h>

#include "base/secret.h"
#include "modules/connection.h"

/* All modules of a process share one space of keys, and during an upgrade two
 * versions of ours may share a handle: the number changes with the struct. */
#define DATA_KEY "cardea.connection.3"

void
cardea_connection_close(struct cardea_connection *connection)
{
	if (connection->fd >= 0 && connection->owner == getpid())
		(void)close(connection->fd);
	connection->fd = -1;
}

static void
free_connection(pam_handle_t *pamh, void *data, int error_status)
{
	struct cardea_connection *connection = data;

	(void)pamh;
	(void)error_status;
	if (connection == NULL)
		return;
	cardea_connection_close(connection);
	cardea_wipe(connection, sizeof(*connection));
	free(connection);
}

struct cardea_connection *
cardea_connection_get(pam_handle_t *pamh)
{
	struct cardea_connection *connection;
	const void *data = NULL;

	if (pam_get_data(pamh, DATA_KEY, &data) == PAM_SUCCESS && data != NULL)
		return (struct cardea_connection *)data;

	connection = calloc(1, sizeof(*connection));
	if (connection == NULL)
		return NULL;
	connection->fd = -1;
	if (pam_set_data(pamh, DATA_KEY, connection, free_connection) !=
	    PAM_SUCCESS) {
		free(connection);
		return NULL;
	}
	return connection;
}

bool
cardea_connection_is_open(
    const struct cardea_connection *connection, enum cardea_phase phase)
{
	return connection->fd >= 0 && connection->owner == getpid() &&
	    connection->phase == phase;
}
