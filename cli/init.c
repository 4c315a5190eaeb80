/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/paths.h"
#include "cli/admin.h"
#include "cli/moment.h"
#include "cli/template.h"
#include "cli/verbs.h"
#include "policy/source.h"
#include "store/setup.h"

/*
 * `cardea init`: makes what is missing and touches nothing that is there, so
 * it may be run again at any time.  A new host begins by looking on: the
 * starting policy is observed for a month and refuses nobody.
 */

#define OBSERVE_DAYS 30

static const struct cardea_option init_options[] = {
	{ "store-size", "MIB", "space kept free for the store (64)", false },
	{ NULL, NULL, NULL, false },
};

struct setup {
	struct cardea_call *call;
	struct cardea_clock clock;
	uint64_t size_mb; /* 0: as the template says */
	void *image;
	size_t len;
	struct cardea_policy *policy;
};

static void
tell(struct setup *setup, const char *path, bool made)
{
	struct cardea_json *json = &setup->call->out;

	cardea_call_say(
	    setup->call, "%s %s", made ? "made   " : "present", path);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "path", path);
	cardea_json_bool(json, "made", made);
	cardea_json_shut(json);
}

/* An existing folder keeps its mode (F10), but must be safe to work in. */
static enum cardea_status
make_folder(struct setup *setup, const char *path, mode_t mode,
    struct cardea_diag *diag)
{
	bool made = mkdir(path, S_IRWXU) == 0;
	struct stat st;

	cardea_diag_place(diag, path, 0, NULL);
	if (!made && errno != EEXIST)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "mkdir: %s", strerror(errno));
	if (lstat(path, &st) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "%s", strerror(errno));
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "must be a folder of root that nobody else may write");
	if (made && chmod(path, mode) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "chmod: %s", strerror(errno));
	tell(setup, path, made);
	*diag = (struct cardea_diag){ 0 };
	return CARDEA_OK;
}

/* Whatever lies there stays, if only a dangling link. */
static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || errno != ENOENT;
}

/* Never over what is there, though another init be at work at this moment. */
static enum cardea_status
make_file(struct setup *setup, const char *path, const char *text,
    struct cardea_diag *diag)
{
	enum cardea_status status = cardea_file_create(
	    path, text, strlen(text), 0644, diag);

	if (status == CARDEA_E_CONFLICT)
		*diag = (struct cardea_diag){ 0 };
	else if (status != CARDEA_OK)
		return status;
	tell(setup, path, status == CARDEA_OK);
	return CARDEA_OK;
}

static enum cardea_status
make_settings(struct setup *setup, struct cardea_diag *diag)
{
	char day[CARDEA_MOMENT_TEXT_MAX + 1];
	bool present = is_there(CARDEA_PATH_SETTINGS);
	enum cardea_status status;
	char *text = NULL;

	cardea_moment_format(
	    setup->clock.time_s + OBSERVE_DAYS * INT64_C(86400), day);
	day[10] = '\0';
	status = cardea_template_settings(day, setup->size_mb, &text);
	if (status == CARDEA_OK)
		status = make_file(setup, CARDEA_PATH_SETTINGS, text, diag);
	free(text);
	if (status == CARDEA_OK && !present)
		cardea_call_say(setup->call,
		    "        Cardea looks on until %s, and enforces from then "
		    "on",
		    day);
	return status;
}

static enum cardea_status
make_rules(struct setup *setup, struct cardea_diag *diag)
{
	return make_file(
	    setup, CARDEA_PATH_RULES, cardea_template_rules(), diag);
}

/* The settings say where key and store are. */
static enum cardea_status
read_policy(struct setup *setup, struct cardea_diag *diag)
{
	const struct cardea_source_paths paths = cardea_source_default();
	enum cardea_status status;

	status = cardea_source_compile(
	    &paths, &setup->image, &setup->len, diag);
	if (status != CARDEA_OK)
		return status;
	return cardea_policy_open(
	    setup->image, setup->len, &setup->policy, diag);
}

static enum cardea_status
make_store(struct setup *setup, struct cardea_diag *diag)
{
	const struct cardea_settings *settings = cardea_policy_settings(
	    setup->policy);
	struct cardea_store_setup made;
	bool store_there = is_there(settings->store_path);
	bool key_there = is_there(settings->seal_key_path);
	struct cardea_store *store = NULL;
	enum cardea_status status;

	cardea_store_setup(settings, CARDEA_STORE_AS_ADMIN, &made);
	made.config.create = true;
	if (setup->size_mb != 0)
		made.config.size_mb = (uint32_t)setup->size_mb;
	status = cardea_store_open(&made.config, &store, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_store_close(store);
	tell(setup, settings->seal_key_path, !key_there);
	tell(setup, settings->store_path, !store_there);
	return CARDEA_OK;
}

/* Only where logins obey nothing yet: later changes are installed on purpose,
 * by `cardea check --install`. */
static enum cardea_status
install_first(struct setup *setup, struct cardea_diag *diag)
{
	bool present = is_there(CARDEA_PATH_POLICY);
	enum cardea_status status = CARDEA_OK;

	if (!present)
		status = cardea_source_install(
		    setup->image, setup->len, CARDEA_PATH_POLICY, diag);
	if (status == CARDEA_OK)
		tell(setup, CARDEA_PATH_POLICY, !present);
	return status;
}

static enum cardea_status
set_up(struct setup *setup, struct cardea_diag *diag)
{
	enum cardea_status status;

	status = make_folder(setup, CARDEA_SYSCONFDIR, 0755, diag);
	if (status == CARDEA_OK)
		status = make_folder(setup, CARDEA_STATEDIR, 0700, diag);
	if (status == CARDEA_OK)
		status = make_settings(setup, diag);
	if (status == CARDEA_OK)
		status = make_rules(setup, diag);
	if (status == CARDEA_OK)
		status = read_policy(setup, diag);
	if (status == CARDEA_OK)
		status = make_store(setup, diag);
	if (status == CARDEA_OK)
		status = install_first(setup, diag);
	return status;
}

static enum cardea_exit
run_init(struct cardea_call *call)
{
	static const uint64_t bounds[] = { CARDEA_STORE_SIZE_MB_MIN,
		CARDEA_STORE_SIZE_MB_MAX };
	struct setup setup = { .call = call, .clock = cardea_clock_read() };
	enum cardea_exit code = CARDEA_EXIT_OK;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (cardea_call_number(
		call, "store-size", bounds, &setup.size_mb, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	if (!setup.clock.plausible)
		return cardea_call_refuse(call, CARDEA_EXIT_TROUBLE,
		    "the clock reads a time before Cardea was built");
	cardea_json_open_array(&call->out, "files");
	status = set_up(&setup, &diag);
	cardea_json_shut(&call->out);
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	cardea_policy_free(setup.policy);
	free(setup.image);
	return code;
}

const struct cardea_command cardea_verb_init = {
	"init",
	"",
	0,
	0,
	"make settings, rules, key and store where they are missing",
	true,
	init_options,
	run_init,
};
