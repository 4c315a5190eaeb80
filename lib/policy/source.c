/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "base/file.h"
#include "base/paths.h"
#include "base/text.h"
#include "policy/folder.h"
#include "policy/reader.h"
#include "policy/source.h"

/* All files of one policy in their order of reading; the last one is the main
 * file, whose rules come last. */
struct source {
	struct cardea_build *build;
	struct cardea_settings settings;
	struct cardea_tree **trees;
	size_t tree_count;
	struct cardea_zone_source *zones; /* of all files */
	size_t zone_count;
	struct cardea_diag *diag;
};

static enum cardea_status
source_init(struct source *source, struct cardea_diag *diag)
{
	memset(source, 0, sizeof(*source));
	source->diag = diag;
	source->build = cardea_build_new();
	source->trees = calloc(
	    CARDEA_SOURCE_FILES_MAX + 1, sizeof(struct cardea_tree *));
	if (source->build == NULL || source->trees == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	return CARDEA_OK;
}

static void
source_clear(struct source *source)
{
	for (size_t i = 0; i < source->tree_count; i++)
		cardea_tree_free(source->trees[i]);
	free(source->trees);
	free(source->zones);
	cardea_build_free(source->build);
}

static struct cardea_reader
reader_of(struct source *source, const struct cardea_tree *tree)
{
	struct cardea_reader reader = { source->build, tree, source->diag };

	return reader;
}

static enum cardea_status
read_file(struct source *source, const char *path)
{
	enum cardea_status status = cardea_reader_note(
	    source->build, path, source->diag);

	if (status == CARDEA_OK)
		status = cardea_tree_read(
		    path, &source->trees[source->tree_count], source->diag);
	if (status == CARDEA_OK)
		source->tree_count++;
	return status;
}

static enum cardea_status
read_folder(struct source *source, const char *path)
{
	struct cardea_image_source item = { .size = 0 };
	struct cardea_folder folder;
	enum cardea_status status;
	char name[256];

	if (cardea_text_print(name, sizeof(name), "%s/", path) != CARDEA_OK)
		return cardea_diag_set(source->diag, CARDEA_E_RANGE,
		    "the name of a folder is too long");
	status = cardea_folder_list(path, &folder, source->diag);
	if (status != CARDEA_OK)
		return status;
	item.path = cardea_build_text(source->build, name);
	cardea_build_source(source->build, &item);
	for (size_t i = 0; i < folder.count && status == CARDEA_OK; i++)
		status = read_file(source, folder.paths[i]);
	cardea_folder_clear(&folder);
	return status;
}

static enum cardea_status
skip_key(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	(void)reader;
	(void)setting;
	(void)target;
	return CARDEA_OK;
}

/* Zones are noted first and read when all are known. */
static enum cardea_status
take_zones(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct source *source = target;
	size_t count = cardea_tree_count(setting);
	struct cardea_zone_source *zones;

	if (cardea_tree_kind(setting) != CARDEA_TREE_GROUP)
		return cardea_reader_refuse(
		    reader, setting, "expected a block { ... }");
	if (count > CARDEA_ZONES_MAX - source->zone_count)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "more than %d zones", CARDEA_ZONES_MAX);
	zones = reallocarray(
	    source->zones, source->zone_count + count + 1, sizeof(*zones));
	if (zones == NULL)
		return cardea_diag_set(
		    reader->diag, CARDEA_E_MEMORY, "out of memory");
	source->zones = zones;
	for (size_t i = 0; i < count; i++)
		zones[source->zone_count++] = (struct cardea_zone_source){
			*reader, cardea_tree_at(setting, i)
		};
	return CARDEA_OK;
}

static enum cardea_status
take_risk(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	(void)target;
	return cardea_read_risk(reader, setting);
}

static enum cardea_status
take_hours(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	(void)target;
	return cardea_read_hours(reader, setting);
}

static enum cardea_status
take_rules(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	(void)target;
	return cardea_read_rules(reader, setting);
}

/* Twice over all files, because a rule may name a zone of any of them. */
static const struct cardea_reader_key place_keys[] = {
	{ "zones", take_zones },
	{ "hours", take_hours },
	{ "risk", take_risk },
	{ "rules", skip_key },
};

static const struct cardea_reader_key rule_keys[] = {
	{ "zones", skip_key },
	{ "hours", skip_key },
	{ "risk", skip_key },
	{ "rules", take_rules },
};

#define KEYS (sizeof(place_keys) / sizeof(place_keys[0]))

static enum cardea_status
read_trees(struct source *source, const struct cardea_reader_key keys[KEYS])
{
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < source->tree_count && status == CARDEA_OK; i++) {
		struct cardea_reader reader = reader_of(
		    source, source->trees[i]);

		status = cardea_reader_group(&reader,
		    cardea_tree_root(source->trees[i]), keys, KEYS, source);
	}
	return status;
}

static enum cardea_status
finish(struct source *source, void **ret_image, size_t *ret_len)
{
	struct cardea_policy *policy = NULL;
	enum cardea_status status;
	void *image;
	size_t len;

	status = read_trees(source, place_keys);
	if (status == CARDEA_OK)
		status = cardea_read_zones(source->zones, source->zone_count);
	if (status == CARDEA_OK)
		status = read_trees(source, rule_keys);
	if (status != CARDEA_OK)
		return status;
	status = cardea_build_finish(
	    source->build, &source->settings, &image, &len);
	if (status != CARDEA_OK)
		return cardea_diag_set(source->diag, status,
		    status == CARDEA_E_RANGE ? "the policy is too large"
					     : "cannot write the policy");
	/* what a login would say to it */
	status = cardea_policy_open(image, len, &policy, source->diag);
	if (status == CARDEA_OK && cardea_policy_rule_count(policy) == 0)
		status = cardea_diag_set(source->diag, CARDEA_E_SYNTAX,
		    "no rules: nobody could log in");
	cardea_policy_free(policy);
	if (status != CARDEA_OK) {
		free(image);
		return status;
	}
	*ret_image = image;
	*ret_len = len;
	return CARDEA_OK;
}

static enum cardea_status
take_settings(struct source *source, const struct cardea_tree *tree)
{
	struct cardea_reader reader = reader_of(source, tree);

	return cardea_read_settings(&reader, &source->settings);
}

static enum cardea_status
read_settings(struct source *source, const char *path)
{
	struct cardea_tree *tree = NULL;
	enum cardea_status status = cardea_reader_note(
	    source->build, path, source->diag);

	if (status == CARDEA_OK)
		status = cardea_tree_read(path, &tree, source->diag);
	if (status == CARDEA_OK)
		status = take_settings(source, tree);
	cardea_tree_free(tree);
	return status;
}

struct cardea_source_paths
cardea_source_default(void)
{
	struct cardea_source_paths paths = {
		.settings = CARDEA_PATH_SETTINGS,
		.rules = CARDEA_PATH_RULES,
		.folder = CARDEA_PATH_RULES_DIR,
	};

	return paths;
}

enum cardea_status
cardea_source_compile(const struct cardea_source_paths *paths, void **ret_image,
    size_t *ret_len, struct cardea_diag *diag)
{
	struct source source;
	enum cardea_status status = source_init(&source, diag);

	if (status == CARDEA_OK)
		status = read_settings(&source, paths->settings);
	if (status == CARDEA_OK && paths->folder != NULL)
		status = read_folder(&source, paths->folder);
	if (status == CARDEA_OK)
		status = read_file(&source, paths->rules);
	if (status == CARDEA_OK)
		status = finish(&source, ret_image, ret_len);
	source_clear(&source);
	return status;
}

enum cardea_status
cardea_source_text(const char *settings, const char *rules, void **ret_image,
    size_t *ret_len, struct cardea_diag *diag)
{
	struct cardea_tree *tree = NULL;
	struct source source;
	enum cardea_status status = source_init(&source, diag);

	if (status == CARDEA_OK)
		status = cardea_tree_parse(
		    "cardea.conf", settings, strlen(settings), &tree, diag);
	if (status == CARDEA_OK)
		status = take_settings(&source, tree);
	if (status == CARDEA_OK)
		status = cardea_tree_parse("policy.conf", rules, strlen(rules),
		    &source.trees[0], diag);
	if (status == CARDEA_OK) {
		source.tree_count = 1;
		status = finish(&source, ret_image, ret_len);
	}
	cardea_tree_free(tree);
	source_clear(&source);
	return status;
}

enum cardea_status
cardea_source_install(
    const void *image, size_t len, const char *path, struct cardea_diag *diag)
{
	struct cardea_policy *policy = NULL;
	enum cardea_status status;

	status = cardea_policy_open(image, len, &policy, diag);
	cardea_policy_free(policy);
	if (status != CARDEA_OK)
		return status;
	return cardea_file_replace(path, image, len, 0600, diag);
}
