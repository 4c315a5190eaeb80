/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SSHSK_FIXTURE_H
#define TESTS_UNIT_SSHSK_FIXTURE_H

#include <stdio.h>

#include "factor/sshsk.h"
#include "unit/test.h"

/* Keys that ssh-keygen made. */

#define FOLDER TEST_VECTORS "/openssh-sk/"
#define ED25519 "sk-ssh-ed25519@openssh.com"
#define ECDSA "sk-ecdsa-sha2-nistp256@openssh.com"

/* the keys of tests/vectors/openssh-sk, and what SOURCE says of them */
static const struct vector {
	const char *name, *application, *comment, *fingerprint;
	enum cardea_fido2_algorithm algorithm;
	unsigned char flags;
} vectors[] = {
	{ "ed25519", "ssh:", "alice on the road",
	    "SHA256:eo8laCp9OuXhHvUUddxXiyH71JvHlPiwxllYBRncU88",
	    CARDEA_FIDO2_EDDSA, 1 },
	{ "ecdsa", "ssh:cardea", "alice@desk",
	    "SHA256:zK6cg/JqfFC15rL1iPkOw+4DCO2iMHba8d2BBSeHg8Q",
	    CARDEA_FIDO2_ES256, 1 },
	{ "no_touch", "ssh:", "no touch",
	    "SHA256:2eTnRAalJfHqzWIn56dQTPrtgt9SWIAXfINhjZOexSY",
	    CARDEA_FIDO2_EDDSA, 0 },
};
#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

/* A file of the vectors as text. */
static inline void
read_text(const char *name, const char *suffix, char *text, size_t size)
{
	char path[512];
	size_t len;
	FILE *file;

	(void)snprintf(path, sizeof(path), FOLDER "%s%s", name, suffix);
	file = fopen(path, "re");
	assert_non_null(file);
	len = fread(text, 1, size - 1, file);
	assert_true(len > 0 && feof(file));
	fclose(file);
	text[len] = '\0';
}

static inline void
read_key(const struct vector *vector, struct cardea_fido2_credential *key)
{
	char line[1024];

	read_text(vector->name, ".pub", line, sizeof(line));
	assert_int_equal(cardea_sshsk_line(line, key, NULL), CARDEA_OK);
}

#endif
