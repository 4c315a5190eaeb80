/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_DEVICE_CONF_H
#define CARDEA_CLI_ASKPASS_DEVICE_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/diag.h>
#include <cardea/limits.h>

/*
 * cardea-device.conf(5): the certificates of this machine and where their keys
 * are, one block each.  A file of the person, or of the machine.
 *
 *   [work]
 *   certificate /etc/cardea/device.pem
 *   key tpm:/etc/cardea/device.key
 *   hosts *.example.org
 */
#define CARDEA_DEVICE_CONF_MAX 65536 /* bytes of the file */
#define CARDEA_DEVICE_CONF_BLOCKS_MAX 16
#define CARDEA_DEVICE_CONF_HOSTS_MAX 32 /* patterns of one block */
#define CARDEA_DEVICE_CONF_NAME_MAX 63
#define CARDEA_DEVICE_CONF_PATH_MAX 1023

struct cardea_device_conf_block {
	char
	    name[CARDEA_DEVICE_CONF_NAME_MAX + 1]; /* "device" if it has none */
	unsigned int line;			   /* where it begins */
	char certificate[CARDEA_DEVICE_CONF_PATH_MAX + 1];
	char chain[CARDEA_DEVICE_CONF_PATH_MAX + 1];	/* "" */
	char key[CARDEA_KEY_URI_MAX + 1];		/* sign/sign.h; or: */
	bool agent;					/* behind ssh-agent */
	char pin_file[CARDEA_DEVICE_CONF_PATH_MAX + 1]; /* "": asked */
	char tpm[CARDEA_KEY_URI_MAX + 1];
	char module[CARDEA_DEVICE_CONF_PATH_MAX + 1];
	bool fingerprint;  /* sent instead of the certificate */
	size_t host_count; /* 0: every host */
	char hosts[CARDEA_DEVICE_CONF_HOSTS_MAX][CARDEA_NAME_MAX + 1];
};

struct cardea_device_conf {
	char path[CARDEA_DEVICE_CONF_PATH_MAX + 1];
	size_t count;
	struct cardea_device_conf_block blocks[CARDEA_DEVICE_CONF_BLOCKS_MAX];
};

/* cardea_device_conf_parse: SYNTAX or RANGE with a diag that names the line;
 * path is for that. */
CARDEA_MUST_USE enum cardea_status
cardea_device_conf_parse(const char *text, size_t len, const char *path,
    struct cardea_device_conf *ret_conf, struct cardea_diag *diag);

/* cardea_device_conf_load: the first that is there of $CARDEA_DEVICE_CONF, the
 * person's and the machine's. MISSING, UNSAFE, IO; as parse. */
CARDEA_MUST_USE enum cardea_status cardea_device_conf_load(
    struct cardea_device_conf *ret_conf, struct cardea_diag *diag);

/* cardea_device_conf_is_for: may this host be shown the certificate? */
bool cardea_device_conf_is_for(
    const struct cardea_device_conf_block *block, const char *host);

#endif
