/* SPDX-License-Identifier: BSD-2-Clause */
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "cert/ready.h"

enum cardea_status
cardea_cert_ready(void)
{
	const uint64_t options = OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_ADD_ALL_CIPHERS |
	    OPENSSL_INIT_ADD_ALL_DIGESTS | OPENSSL_INIT_NO_ATEXIT;
	unsigned char seed[16];

	/* the first conversion of a time reads the time zone */
	tzset();
	return OPENSSL_init_crypto(options, NULL) == 1 &&
		RAND_bytes(seed, sizeof(seed)) == 1
	    ? CARDEA_OK
	    : CARDEA_E_INTERNAL;
}
