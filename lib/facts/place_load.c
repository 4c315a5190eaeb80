/* SPDX-License-Identifier: BSD-2-Clause */
#include <dlfcn.h>
#include <unistd.h>

#include "base/file.h"
#include "facts/library/table.h"

static enum cardea_status
fail(struct cardea_diag *diag, enum cardea_status status, const char *reason)
{
	cardea_diag_place(diag, CARDEA_PLACE_LIBRARY, 0, NULL);
	return cardea_diag_set(diag, status, "%s", reason);
}

/* Only root may have put it there: it runs with all our rights. */
static enum cardea_status
check_file(struct cardea_diag *diag)
{
	enum cardea_status status;
	int fd;

	status = cardea_file_open(
	    CARDEA_PLACE_LIBRARY, CARDEA_FILE_CONFIG, &fd, diag);
	if (status == CARDEA_OK)
		close(fd);
	return status;
}

enum cardea_status
cardea_place_library_load(
    const struct cardea_place_library **ret_library, struct cardea_diag *diag)
{
	static const struct cardea_place_library *loaded;
	const struct cardea_place_library *library;
	enum cardea_status status;
	void *object;

	if (loaded != NULL) {
		*ret_library = loaded;
		return CARDEA_OK;
	}
	status = check_file(diag);
	if (status != CARDEA_OK)
		return status;
	object = dlopen(CARDEA_PLACE_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (object == NULL)
		return fail(diag, CARDEA_E_IO, dlerror());
	library = dlsym(object, CARDEA_PLACE_LIBRARY_SYMBOL);
	if (library == NULL ||
	    library->version != CARDEA_PLACE_LIBRARY_VERSION) {
		dlclose(object);
		return fail(diag, CARDEA_E_VERSION,
		    "is not the library of this version");
	}
	loaded = library;
	*ret_library = library;
	return CARDEA_OK;
}
