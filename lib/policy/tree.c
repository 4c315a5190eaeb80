/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include <cardea/limits.h>

#include "base/file.h"
#include "policy/scan.h"
#include "policy/tree.h"

struct cardea_tree {
	config_t config;
	char name[256];
};

/* libconfig does not know a comment that ends with the text: it is handed a
 * copy with a newline behind it */
static enum cardea_status
parse_text(struct cardea_tree *tree, const char *text, size_t len,
    struct cardea_diag *diag)
{
	char *copy = malloc(len + 2);
	int done;

	if (copy == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	memcpy(copy, text, len);
	memcpy(copy + len, "\n", 2);
	done = config_read_string(&tree->config, copy);
	free(copy);
	if (done == CONFIG_TRUE)
		return CARDEA_OK;
	cardea_diag_place(diag, tree->name,
	    (unsigned int)config_error_line(&tree->config), NULL);
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "%s", config_error_text(&tree->config));
}

enum cardea_status
cardea_tree_parse(const char *name, const char *text, size_t len,
    struct cardea_tree **ret_tree, struct cardea_diag *diag)
{
	struct cardea_tree *tree;
	enum cardea_status status;

	if (strlen(name) >= sizeof(tree->name))
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the name of a file is too long");
	status = cardea_scan_text(text, len, diag);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, name, 0, NULL);
		return status;
	}
	tree = calloc(1, sizeof(*tree));
	if (tree == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	memcpy(tree->name, name, strlen(name) + 1);
	config_init(&tree->config);
	status = parse_text(tree, text, len, diag);
	if (status != CARDEA_OK) {
		cardea_tree_free(tree);
		return status;
	}
	*ret_tree = tree;
	return CARDEA_OK;
}

enum cardea_status
cardea_tree_read(
    const char *path, struct cardea_tree **ret_tree, struct cardea_diag *diag)
{
	enum cardea_status status;
	char *text = NULL;
	size_t len;

	status = cardea_file_read(
	    path, CARDEA_FILE_CONFIG, CARDEA_SOURCE_MAX, &text, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_tree_parse(path, text, len, ret_tree, diag);
	free(text);
	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	return status;
}

struct cardea_tree *
cardea_tree_free(struct cardea_tree *tree)
{
	if (tree != NULL)
		config_destroy(&tree->config);
	free(tree);
	return NULL;
}

const char *
cardea_tree_name(const struct cardea_tree *tree)
{
	return tree->name;
}

/* struct cardea_setting is libconfig's setting under a name of ours: these
 * two are the only places that know it. */
static const config_setting_t *
theirs(const struct cardea_setting *setting)
{
	return (const config_setting_t *)(const void *)setting;
}

static const struct cardea_setting *
ours(const config_setting_t *setting)
{
	return (const struct cardea_setting *)(const void *)setting;
}

const struct cardea_setting *
cardea_tree_root(const struct cardea_tree *tree)
{
	return ours(config_root_setting(&tree->config));
}

enum cardea_tree_kind
cardea_tree_kind(const struct cardea_setting *setting)
{
	switch (config_setting_type(theirs(setting))) {
	case CONFIG_TYPE_GROUP:
		return CARDEA_TREE_GROUP;
	case CONFIG_TYPE_ARRAY:
		return CARDEA_TREE_ARRAY;
	case CONFIG_TYPE_LIST:
		return CARDEA_TREE_LIST;
	case CONFIG_TYPE_STRING:
		return CARDEA_TREE_TEXT;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return CARDEA_TREE_NUMBER;
	case CONFIG_TYPE_BOOL:
		return CARDEA_TREE_BOOL;
	default:
		return CARDEA_TREE_OTHER;
	}
}

size_t
cardea_tree_count(const struct cardea_setting *setting)
{
	int count = config_setting_length(theirs(setting));

	return count > 0 ? (size_t)count : 0;
}

const struct cardea_setting *
cardea_tree_at(const struct cardea_setting *setting, size_t index)
{
	if (index >= cardea_tree_count(setting))
		return NULL;
	return ours(
	    config_setting_get_elem(theirs(setting), (unsigned int)index));
}

const char *
cardea_tree_key(const struct cardea_setting *setting)
{
	const char *name = config_setting_name(theirs(setting));

	return name != NULL ? name : "";
}

const char *
cardea_tree_text(const struct cardea_setting *setting)
{
	const char *text = config_setting_get_string(theirs(setting));

	return text != NULL ? text : "";
}

int64_t
cardea_tree_number(const struct cardea_setting *setting)
{
	/* get_int of a 64-bit setting would give 0 with success */
	if (config_setting_type(theirs(setting)) == CONFIG_TYPE_INT)
		return config_setting_get_int(theirs(setting));
	if (config_setting_type(theirs(setting)) == CONFIG_TYPE_INT64)
		return config_setting_get_int64(theirs(setting));
	return 0;
}

bool
cardea_tree_bool(const struct cardea_setting *setting)
{
	return config_setting_type(theirs(setting)) == CONFIG_TYPE_BOOL &&
	    config_setting_get_bool(theirs(setting)) != 0;
}

unsigned int
cardea_tree_line(const struct cardea_setting *setting)
{
	return (unsigned int)config_setting_source_line(theirs(setting));
}

/* puts part before what stands in path; false if it does not fit */
static bool
prepend(char *path, size_t size, const char *part)
{
	bool dot = path[0] != '\0' && path[0] != '[';
	size_t len = strlen(part) + (dot ? 1 : 0);

	if (len + strlen(path) >= size)
		return false;
	memmove(path + len, path, strlen(path) + 1);
	memcpy(path, part, strlen(part));
	if (dot)
		path[len - 1] = '.';
	return true;
}

/* "rules[2].when.user", written from the end because the way leads up; the
 * near end matters more than the far one */
static void
write_path(const config_setting_t *setting, char *path, size_t size)
{
	char index[24];

	path[0] = '\0';
	for (; setting != NULL && !config_setting_is_root(setting);
	     setting = config_setting_parent(setting)) {
		const char *part = config_setting_name(setting);

		snprintf(index, sizeof(index), "[%d]",
		    config_setting_index(setting));
		if (!prepend(path, size, part != NULL ? part : index))
			return;
	}
}

enum cardea_status
cardea_tree_refuse(const struct cardea_tree *tree,
    const struct cardea_setting *setting, enum cardea_status status,
    struct cardea_diag *diag, const char *format, ...)
{
	char path[128], reason[256];
	va_list args;

	write_path(theirs(setting), path, sizeof(path));
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	cardea_diag_place(diag, tree->name, cardea_tree_line(setting),
	    path[0] != '\0' ? path : NULL);
	return cardea_diag_set(diag, status, "%s", reason);
}
