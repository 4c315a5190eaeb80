/* SPDX-License-Identifier: BSD-2-Clause */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/askpass/device_conf.h"
#include "cli/askpass/device_place.h"

#define BLANK " \t"
#define NAMELESS "device"

struct parser {
	struct cardea_device_conf *conf;
	struct cardea_device_conf_block *block; /* NULL before the first */
	unsigned int line;
	unsigned int seen; /* keys of this block, a bit each */
};

/* --- values --------------------------------------------------------------- */

static const char *
take_path(char *path, size_t size, const char *value)
{
	if (value[0] != '/')
		return "is no absolute path";
	return cardea_text_copy(path, size, value) == CARDEA_OK ? NULL
								: "is too long";
}

static const char *
take_certificate(struct cardea_device_conf_block *block, char *value)
{
	return take_path(block->certificate, sizeof(block->certificate), value);
}

static const char *
take_chain(struct cardea_device_conf_block *block, char *value)
{
	return take_path(block->chain, sizeof(block->chain), value);
}

static const char *
take_pin_file(struct cardea_device_conf_block *block, char *value)
{
	return take_path(block->pin_file, sizeof(block->pin_file), value);
}

static const char *
take_module(struct cardea_device_conf_block *block, char *value)
{
	return take_path(block->module, sizeof(block->module), value);
}

static const char *
take_tpm(struct cardea_device_conf_block *block, char *value)
{
	return cardea_text_copy(block->tpm, sizeof(block->tpm), value) ==
		CARDEA_OK
	    ? NULL
	    : "is too long";
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *
take_key(struct cardea_device_conf_block *block, char *value)
{
	block->agent = strcmp(value, "agent") == 0;
	if (!block->agent && value[0] != '/' && !begins(value, "file:/") &&
	    !begins(value, "tpm:") && !begins(value, "pkcs11:"))
		return "is none of agent, /path, file:/path, tpm:... and "
		       "pkcs11:...";
	return cardea_text_copy(block->key, sizeof(block->key), value) ==
		CARDEA_OK
	    ? NULL
	    : "is too long";
}

static const char *
take_send(struct cardea_device_conf_block *block, char *value)
{
	block->fingerprint = strcmp(value, "fingerprint") == 0;
	return block->fingerprint || strcmp(value, "certificate") == 0
	    ? NULL
	    : "is neither certificate nor fingerprint";
}

static const char *
take_hosts(struct cardea_device_conf_block *block, char *value)
{
	char *host;

	while ((host = strsep(&value, BLANK)) != NULL) {
		if (host[0] == '\0')
			continue;
		if (block->host_count == CARDEA_DEVICE_CONF_HOSTS_MAX)
			return "has too many patterns";
		if (cardea_text_copy(block->hosts[block->host_count],
			sizeof(block->hosts[0]), host) != CARDEA_OK)
			return "has a pattern longer than any name";
		block->host_count++;
	}
	return NULL;
}

static const struct {
	const char *key;
	/* NULL, or what is wrong with the value */
	const char *(*take)(
	    struct cardea_device_conf_block *block, char *value);
} keys[] = {
	{ "certificate", take_certificate },
	{ "chain", take_chain },
	{ "hosts", take_hosts },
	{ "key", take_key },
	{ "module", take_module },
	{ "pin-file", take_pin_file },
	{ "send", take_send },
	{ "tpm", take_tpm },
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

/* --- blocks --------------------------------------------------------------- */

static bool
is_block_name(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";

	return name[0] != '\0' && name[strspn(name, allowed)] == '\0';
}

/* What a block lacks, or has too much. */
static const char *
judge_block(const struct cardea_device_conf_block *block)
{
	bool tpm = begins(block->key, "tpm:");
	bool pkcs11 = begins(block->key, "pkcs11:");

	if (block->certificate[0] == '\0')
		return "has no certificate";
	if (block->key[0] == '\0')
		return "has no key";
	if (pkcs11 && block->module[0] == '\0')
		return "has no module, which a pkcs11 key needs";
	if (!pkcs11 && block->module[0] != '\0')
		return "has a module, and no pkcs11 key";
	if (!tpm && block->tpm[0] != '\0')
		return "has a tpm, and no tpm key";
	if (block->agent && block->pin_file[0] != '\0')
		return "has a pin-file, which no agent takes";
	return NULL;
}

static const char *
end_block(struct parser *parser)
{
	const char *wrong = NULL;

	if (parser->block != NULL)
		wrong = judge_block(parser->block);
	if (wrong != NULL)
		parser->line = parser->block->line;
	return wrong;
}

static const char *
begin_block(struct parser *parser, const char *name)
{
	struct cardea_device_conf *conf = parser->conf;
	const char *wrong = end_block(parser);

	if (wrong != NULL)
		return wrong;
	if (!is_block_name(name))
		return "is no name: letters, digits, dot, hyphen and "
		       "underscore";
	for (size_t i = 0; i < conf->count; i++) {
		if (strcmp(conf->blocks[i].name, name) == 0)
			return "is the name of another block";
	}
	if (conf->count == CARDEA_DEVICE_CONF_BLOCKS_MAX)
		return "is one of too many blocks";
	parser->block = &conf->blocks[conf->count];
	if (cardea_text_copy(parser->block->name, sizeof(parser->block->name),
		name) != CARDEA_OK)
		return "is too long a name";
	parser->block->line = parser->line;
	parser->seen = 0;
	conf->count++;
	return NULL;
}

/* --- lines ---------------------------------------------------------------- */

static const char *
read_setting(struct parser *parser, char *line, char **ret_key)
{
	char *value = line + strcspn(line, BLANK);
	const char *wrong = NULL;
	size_t i = 0;

	if (*value != '\0')
		*value++ = '\0';
	value += strspn(value, BLANK);
	*ret_key = line;
	while (i < KEYS && strcmp(keys[i].key, line) != 0)
		i++;
	if (i == KEYS)
		return "is not known here";
	if (value[0] == '\0')
		return "has no value";
	if (parser->block == NULL)
		wrong = begin_block(parser, NAMELESS);
	if (wrong != NULL)
		return wrong;
	if (parser->seen & (1u << i))
		return "stands twice in this block";
	parser->seen |= 1u << i;
	return keys[i].take(parser->block, value);
}

static const char *
read_line(struct parser *parser, char *line, char **ret_key)
{
	size_t len;

	line += strspn(line, BLANK);
	len = strlen(line);
	while (len > 0 && strchr(BLANK "\r", line[len - 1]) != NULL)
		line[--len] = '\0';
	if (len == 0 || line[0] == '#')
		return NULL;
	for (const char *at = line; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' && *at != '\t')
			return "a control character";
	}
	if (line[0] != '[')
		return read_setting(parser, line, ret_key);
	if (line[len - 1] != ']')
		return "a block's name has no closing bracket";
	line[len - 1] = '\0';
	*ret_key = line + 1;
	return begin_block(parser, line + 1);
}

/* Lines of a copy that may be cut. */
static const char *
read_lines(struct parser *parser, char *text, char **ret_key)
{
	const char *wrong;
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		parser->line++;
		*ret_key = NULL;
		wrong = read_line(parser, line, ret_key);
		if (wrong != NULL)
			return wrong;
	}
	*ret_key = parser->block != NULL ? parser->block->name : NULL;
	return parser->block != NULL ? end_block(parser) : "has no block in it";
}

enum cardea_status
cardea_device_conf_parse(const char *text, size_t len, const char *path,
    struct cardea_device_conf *ret_conf, struct cardea_diag *diag)
{
	struct cardea_device_conf *conf = calloc(1, sizeof(*conf));
	char *copy = strndup(text, len), *key = NULL;
	struct parser parser = { .conf = conf };
	const char *wrong = NULL;
	enum cardea_status status = CARDEA_OK;

	if (conf == NULL || copy == NULL) {
		status = CARDEA_E_MEMORY;
		goto out;
	}
	status = cardea_text_copy(conf->path, sizeof(conf->path), path);
	if (status != CARDEA_OK)
		goto out;
	wrong = strlen(copy) == len ? read_lines(&parser, copy, &key)
				    : "has a NUL in it";
	if (wrong != NULL) {
		cardea_diag_place(diag, path, parser.line, key);
		status = cardea_diag_set(diag, CARDEA_E_SYNTAX, "%s", wrong);
		goto out;
	}
	*ret_conf = *conf;
out:
	free(copy);
	free(conf);
	return status;
}

enum cardea_status
cardea_device_conf_load(
    struct cardea_device_conf *ret_conf, struct cardea_diag *diag)
{
	char path[CARDEA_DEVICE_CONF_PATH_MAX + 1];
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0;

	status = cardea_device_place_conf(path, sizeof(path), diag);
	if (status == CARDEA_OK)
		status = cardea_file_read(path, CARDEA_FILE_CONFIG,
		    CARDEA_DEVICE_CONF_MAX, &text, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_device_conf_parse(
		    text, len, path, ret_conf, diag);
	free(text);
	return status;
}

bool
cardea_device_conf_is_for(
    const struct cardea_device_conf_block *block, const char *host)
{
	for (size_t i = 0; i < block->host_count; i++) {
		if (fnmatch(block->hosts[i], host, FNM_CASEFOLD) == 0)
			return true;
	}
	return block->host_count == 0;
}
