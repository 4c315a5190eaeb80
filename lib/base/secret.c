/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "base/secret.h"
#include "base/text.h"

void
cardea_wipe(void *bytes, size_t len)
{
	if (bytes != NULL)
		explicit_bzero(bytes, len);
}

void
cardea_secret_clear(struct cardea_secret *secret)
{
	if (secret->data != NULL) {
		explicit_bzero(secret->data, secret->cap);
		/* Pages may be shared with other locked secrets; unlocking
		 * one must not expose the rest, so they stay locked. */
		free(secret->data);
	}
	secret->data = NULL;
	secret->len = 0;
	secret->cap = 0;
}

enum cardea_status
cardea_secret_resize(struct cardea_secret *secret, size_t len)
{
	unsigned char *data;

	if (len > SIZE_MAX - 1)
		return CARDEA_E_RANGE;
	data = calloc(1, len + 1);
	if (data == NULL)
		return CARDEA_E_MEMORY;
	/* Best effort: without the right to lock, the process is still not
	 * dumpable and the bytes are wiped. */
	(void)mlock(data, len + 1);
	cardea_secret_clear(secret);
	secret->data = data;
	secret->len = len;
	secret->cap = len + 1;
	return CARDEA_OK;
}

enum cardea_status
cardea_secret_set(struct cardea_secret *secret, const void *bytes, size_t len)
{
	struct cardea_secret fresh = { 0 };
	enum cardea_status status;

	/* built aside: bytes may point into the old contents */
	status = cardea_secret_resize(&fresh, len);
	if (status != CARDEA_OK)
		return status;
	if (len > 0)
		memcpy(fresh.data, bytes, len);
	cardea_secret_clear(secret);
	*secret = fresh; /* moved */
	return CARDEA_OK;
}

bool
cardea_secret_equal(const void *a, size_t a_len, const void *b, size_t b_len)
{
	const volatile unsigned char *left = a, *right = b;
	volatile unsigned char differ = 0;

	if (a_len != b_len)
		return false;
	for (size_t i = 0; i < a_len; i++)
		differ = (unsigned char)(differ | (left[i] ^ right[i]));
	return differ == 0;
}

enum cardea_status
cardea_secret_random(void *bytes, size_t len)
{
	unsigned char *at = bytes;

	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return CARDEA_E_IO;
		at += got;
		len -= (size_t)got;
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_secret_random_hex(char *hex, size_t bytes)
{
	unsigned char raw[64];
	enum cardea_status status;

	if (bytes > sizeof(raw))
		return CARDEA_E_RANGE;
	status = cardea_secret_random(raw, bytes);
	if (status == CARDEA_OK)
		cardea_text_hex(hex, raw, bytes);
	explicit_bzero(raw, sizeof(raw));
	return status;
}
