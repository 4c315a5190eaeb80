/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "facts/login.h"

void
cardea_ancestry_read(pid_t pid, struct cardea_ancestry *ret_ancestry)
{
	struct cardea_process process;
	size_t count = 0;

	while (pid > 1 && count < CARDEA_LOGIN_DEPTH_MAX &&
	    cardea_process_read(pid, &process, NULL) == CARDEA_OK) {
		/* a parent is older; a younger one has only its number */
		if (count > 0 &&
		    process.start > ret_ancestry->items[count - 1].start)
			break;
		ret_ancestry->items[count].pid = process.pid;
		ret_ancestry->items[count++].start = process.start;
		pid = process.parent;
	}
	ret_ancestry->count = count;
}

size_t
cardea_ancestry_find(
    const struct cardea_ancestry *ancestry, pid_t pid, uint64_t start)
{
	size_t i = 0;

	while (i < ancestry->count &&
	    (ancestry->items[i].pid != pid ||
		ancestry->items[i].start != start))
		i++;
	return i;
}

static bool
is_of_parent(pid_t pid, const char *session)
{
	char parents[CARDEA_CREDENTIAL_MAX + 1];
	struct cardea_process process;

	if (cardea_process_read(pid, &process, NULL) != CARDEA_OK ||
	    cardea_process_session(process.parent, parents, NULL) != CARDEA_OK)
		return true;
	return strcmp(parents, session) == 0;
}

void
cardea_login_led(pid_t pid, const char *before, bool joins,
    char ret_session[CARDEA_CREDENTIAL_MAX + 1])
{
	char now[CARDEA_CREDENTIAL_MAX + 1];

	ret_session[0] = '\0';
	if (cardea_process_session(pid, now, NULL) != CARDEA_OK)
		return;
	if (strcmp(now, before) == 0 && (joins || is_of_parent(pid, now)))
		return;
	memcpy(ret_session, now, sizeof(now));
}
