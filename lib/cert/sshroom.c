/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include "cert/sshroom.h"

static struct room {
	OSSL_LIB_CTX *context;
	OSSL_PROVIDER *provider;
} room;
static pthread_once_t room_once = PTHREAD_ONCE_INIT;

static void
open_room(void)
{
	/* EVP looks for engines on each use and would read the default
	 * configuration for them, whatever context is used */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return;
	room.context = OSSL_LIB_CTX_new();
	if (room.context != NULL)
		room.provider = OSSL_PROVIDER_load(room.context, "default");
}

OSSL_LIB_CTX *
cardea_sshroom_enter(void)
{
	(void)ERR_set_mark();
	if (pthread_once(&room_once, open_room) != 0 || room.provider == NULL)
		return NULL;
	return room.context;
}

void
cardea_sshroom_leave(void)
{
	(void)ERR_pop_to_mark();
}

enum cardea_status
cardea_sshroom_digest(const char *algorithm, const void *bytes, size_t len,
    unsigned char *ret_digest, size_t size)
{
	OSSL_LIB_CTX *context = cardea_sshroom_enter();
	enum cardea_status status = CARDEA_E_INTERNAL;
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD *md = NULL;
	unsigned int made = 0;

	if (context != NULL)
		md = EVP_MD_fetch(context, algorithm, NULL);
	if (md != NULL &&
	    EVP_Digest(bytes, len, digest, &made, md, NULL) == 1 &&
	    made == size) {
		memcpy(ret_digest, digest, size);
		status = CARDEA_OK;
	}
	EVP_MD_free(md);
	cardea_sshroom_leave();
	return status;
}
