/* SPDX-License-Identifier: BSD-2-Clause */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/library.h"

static enum cardea_status
fail(const char *path, struct cardea_diag *diag, enum cardea_status status,
    const char *reason)
{
	cardea_diag_place(diag, path, 0, NULL);
	return cardea_diag_set(diag, status, "%s", reason);
}

static enum cardea_status
check_file(const char *path, struct cardea_diag *diag)
{
	enum cardea_status status;
	int fd;

	status = cardea_file_open(path, CARDEA_FILE_CONFIG, &fd, diag);
	if (status == CARDEA_OK)
		close(fd);
	return status;
}

enum cardea_status
cardea_library_load(const char *path, const char *symbol, uint32_t version,
    const void **ret_table, struct cardea_diag *diag)
{
	enum cardea_status status = check_file(path, diag);
	const void *table;
	uint32_t found = 0;
	void *object;

	if (status != CARDEA_OK)
		return status;
	object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (object == NULL)
		return fail(path, diag, CARDEA_E_IO, dlerror());
	table = dlsym(object, symbol);
	if (table != NULL)
		memcpy(&found, table, sizeof(found));
	if (table == NULL || found != version) {
		dlclose(object);
		return fail(path, diag, CARDEA_E_VERSION,
		    "is not the library of this version");
	}
	*ret_table = table;
	return CARDEA_OK;
}
