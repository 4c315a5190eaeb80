/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "cli/watch.h"

static bool
add(const struct cardea_session *session, void *context)
{
	struct cardea_watch_list *list = context;
	struct cardea_session *copy;

	if (list->ours && strcmp(session->host, list->host) != 0)
		return true;
	copy = malloc(sizeof(*copy));
	if (copy != NULL && list->count == list->cap) {
		size_t cap = list->cap == 0 ? 64 : list->cap * 2;
		struct cardea_session **items = reallocarray(
		    list->items, cap, sizeof(struct cardea_session *));

		if (items == NULL) {
			free(copy);
			copy = NULL;
		} else {
			list->items = items;
			list->cap = cap;
		}
	}
	list->complete = copy != NULL;
	if (copy == NULL)
		return false;
	*copy = *session;
	list->items[list->count++] = copy;
	return true;
}

static enum cardea_status
name_host(const struct cardea_settings *settings, char *name, size_t size)
{
	struct utsname system;

	if (settings->host[0] != '\0')
		return cardea_text_copy(name, size, settings->host);
	if (uname(&system) != 0)
		return CARDEA_E_IO;
	return cardea_text_copy(name, size, system.nodename);
}

enum cardea_status
cardea_watch_read(struct cardea_admin *admin, bool ours,
    struct cardea_watch_list *ret_list, struct cardea_diag *diag)
{
	struct cardea_watch_list list = { .complete = true, .ours = ours };
	enum cardea_status status;

	cardea_clock_boot_id(list.boot_id);
	status = name_host(admin->settings, list.host, sizeof(list.host));
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "this host's name cannot be told");
	status = cardea_ledger_list_sessions(
	    admin->store, "", add, &list, diag);
	if (status == CARDEA_OK && !list.complete)
		status = CARDEA_E_MEMORY;
	/* what is damaged hides nothing but itself */
	if (status == CARDEA_E_CORRUPT || status == CARDEA_E_VERSION) {
		list.complete = false;
		status = CARDEA_OK;
	}
	if (status != CARDEA_OK) {
		cardea_watch_clear(&list);
		return status;
	}
	*ret_list = list;
	return CARDEA_OK;
}

void
cardea_watch_clear(struct cardea_watch_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	list->items = NULL;
	list->count = list->cap = 0;
}

bool
cardea_watch_is_here(
    const struct cardea_watch_list *list, const struct cardea_session *session)
{
	return strcmp(session->host, list->host) == 0 &&
	    list->boot_id[0] != '\0' &&
	    strcmp(session->boot_id, list->boot_id) == 0;
}

const struct cardea_session *
cardea_watch_find(const struct cardea_watch_list *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i]->id, id) == 0)
			return list->items[i];
	}
	return NULL;
}
