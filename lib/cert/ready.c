/* SPDX-License-Identifier: BSD-2-Clause */
#include <time.h>

#include <openssl/crypto.h>

#include "cert/ready.h"

enum cardea_status
cardea_cert_ready(void)
{
	/* no texts of errors: nobody would read them, and they cost more than
	 * a signature; no random numbers: whoever verifies needs none */
	const uint64_t options = OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_ADD_ALL_DIGESTS |
	    OPENSSL_INIT_NO_ATEXIT;

	/* the first conversion of a time reads the time zone */
	tzset();
	return OPENSSL_init_crypto(options, NULL) == 1 ? CARDEA_OK
						       : CARDEA_E_INTERNAL;
}
