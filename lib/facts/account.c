/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/account.h"

/* A name service that answers ERANGE for ever (P16) ends here. */
#define ENTRY_FIRST 4096
#define ENTRY_MAX (1024 * 1024)
#define GROUPS_FIRST 64
#define GROUPS_MAX 65536

/* glibc gives 0 and no entry when every service has answered "no such name";
 * an errno says that one of them could not answer, whatever its number. */
static enum cardea_status
status_of(int error)
{
	if (error == 0)
		return CARDEA_E_MISSING;
	return error == ENOMEM ? CARDEA_E_MEMORY : CARDEA_E_IO;
}

/* A buffer twice the size of the last one, until there is a ceiling. */
static bool
grow(char **buffer, size_t *size)
{
	size_t wanted = *size == 0 ? ENTRY_FIRST : *size * 2;
	char *larger;

	if (wanted > ENTRY_MAX)
		return false;
	larger = realloc(*buffer, wanted);
	if (larger == NULL)
		return false;
	*buffer = larger;
	*size = wanted;
	return true;
}

/* name NULL: by uid */
static enum cardea_status
ask_passwd(const char *name, uid_t uid, struct cardea_account *ret_account)
{
	struct passwd entry, *found = NULL;
	struct cardea_account account = { .name = "" };
	enum cardea_status status;
	char *buffer = NULL;
	size_t size = 0;
	int error;

	do {
		if (!grow(&buffer, &size)) {
			status = CARDEA_E_RANGE;
			goto out;
		}
		found = NULL;
		error = name != NULL
		    ? getpwnam_r(name, &entry, buffer, size, &found)
		    : getpwuid_r(uid, &entry, buffer, size, &found);
	} while (error == ERANGE);

	if (found == NULL) {
		status = status_of(error);
		goto out;
	}
	status = cardea_text_copy(
	    account.name, sizeof(account.name), entry.pw_name);
	if (status != CARDEA_OK)
		goto out;
	account.uid = entry.pw_uid;
	account.gid = entry.pw_gid;
	*ret_account = account;
out:
	free(buffer);
	return status;
}

enum cardea_status
cardea_account_find(const char *name, struct cardea_account *ret_account,
    struct cardea_diag *diag)
{
	struct cardea_account account;
	enum cardea_status status;

	if (name[0] == '\0')
		return CARDEA_E_MISSING;
	status = ask_passwd(name, 0, &account);
	if (status == CARDEA_OK && strcmp(account.name, name) != 0)
		status = CARDEA_E_MISSING;
	if (status == CARDEA_OK)
		*ret_account = account;
	else if (status != CARDEA_E_MISSING)
		cardea_diag_set(
		    diag, status, "the user could not be looked up");
	return status;
}

enum cardea_status
cardea_account_of(
    uid_t uid, struct cardea_account *ret_account, struct cardea_diag *diag)
{
	enum cardea_status status = ask_passwd(NULL, uid, ret_account);

	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		cardea_diag_set(
		    diag, status, "the caller could not be looked up");
	return status;
}

static enum cardea_status
list_groups(
    const struct cardea_account *account, gid_t **ret_ids, size_t *ret_count)
{
	int room = GROUPS_FIRST, count;
	gid_t *ids = NULL, *larger;

	for (;;) {
		larger = realloc(ids, (size_t)room * sizeof(*ids));
		if (larger == NULL) {
			free(ids);
			return CARDEA_E_MEMORY;
		}
		ids = larger;
		count = room;
		if (getgrouplist(account->name, account->gid, ids, &count) >= 0)
			break;
		if (count <= room || count > GROUPS_MAX) {
			free(ids);
			return CARDEA_E_RANGE;
		}
		room = count;
	}
	*ret_ids = ids; /* moved */
	*ret_count = (size_t)count;
	return CARDEA_OK;
}

/* *buffer and *size grow as needed and serve the next call too. A gid without
 * a name is in no rule, since rules hold names. */
static enum cardea_status
group_name(gid_t gid, char **buffer, size_t *size, const char **ret_name)
{
	struct group entry, *found = NULL;
	int error;

	if (*size == 0 && !grow(buffer, size))
		return CARDEA_E_MEMORY;
	for (;;) {
		found = NULL;
		error = getgrgid_r(gid, &entry, *buffer, *size, &found);
		if (error == EINTR)
			continue;
		if (error != ERANGE)
			break;
		if (!grow(buffer, size))
			return CARDEA_E_RANGE;
	}
	if (found == NULL)
		return status_of(error);
	*ret_name = entry.gr_name;
	return CARDEA_OK;
}

enum cardea_status
cardea_account_groups(const struct cardea_account *account,
    cardea_account_wanted *wanted, const void *context,
    struct cardea_request *request, struct cardea_diag *diag)
{
	enum cardea_status status;
	const char *name = NULL;
	char *buffer = NULL;
	size_t size = 0, count = 0, i;
	gid_t *ids = NULL;

	status = list_groups(account, &ids, &count);
	for (i = 0; i < count && status == CARDEA_OK; i++) {
		status = group_name(ids[i], &buffer, &size, &name);
		if (status == CARDEA_OK && wanted(name, context))
			status = cardea_request_add_group(request, name);
		else if (status == CARDEA_E_MISSING)
			status = CARDEA_OK;
	}
	if (status == CARDEA_OK)
		request->groups_known = true;
	else
		cardea_diag_set(
		    diag, status, "the groups could not be looked up");
	free(buffer);
	free(ids);
	return status;
}
