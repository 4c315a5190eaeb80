/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_DEVICE_KEY_H
#define CARDEA_CLI_DEVICE_KEY_H

#include "cli/command.h"
#include "sign/sign.h"

/*
 * A key that the person at this command may use: where it is, and its PIN, from
 * a file that nobody else can read or typed without echo.  Never from the
 * command line, which every process of the machine can read.
 */
struct cardea_device_key {
	struct cardea_sign_key key; /* borrows what follows */
	struct cardea_secret pin;
};

/* cardea_device_key_read: fills a zeroed key with --tpm, --pkcs11 and the PIN
 * by
 * --pin-file, by --pin, or, for a token, by asking whoever is there; twice for
 * a key that is to be new, since a slip would lose it.  Clear it in any case.
 */
enum cardea_exit cardea_device_key_read(struct cardea_call *call,
    const char *uri, bool is_new, struct cardea_device_key *key);

/* cardea_device_key_pin: its PIN alone, by options of these names, or the file
 * that is known otherwise (NULL: none). */
enum cardea_exit
cardea_device_key_pin(struct cardea_call *call, struct cardea_device_key *key,
    const char *otherwise, const char *file_option, const char *ask_option);
void cardea_device_key_clear(struct cardea_device_key *key);

#define CARDEA_DEVICE_KEY_OPTIONS                                              \
	{ "key", "URI", "/path, tpm:/path, tpm:0x81..., pkcs11:...", false },  \
	    { "algorithm", "KIND",                                             \
		    "p256, p384, ed25519, rsa2048 or rsa3072 (p256)", false }, \
	    { "pin-file", "FILE", "its first line is the PIN or password",     \
		    false },                                                   \
	    { "pin", NULL, "ask for the PIN or password", false },             \
	    { "tpm", "TCTI", "where the TPM is (device:/dev/tpmrm0)", false }, \
	{                                                                      \
		"pkcs11", "MODULE", "the token's PKCS #11 module", false       \
	}

/* cardea_device_key_algorithm: --algorithm; SYNTAX with a diag. */
CARDEA_MUST_USE enum cardea_status
cardea_device_key_algorithm(const struct cardea_call *call,
    enum cardea_sign_algorithm *ret_algorithm, struct cardea_diag *diag);

/* cardea_device_key_names: --san; SYNTAX, RANGE with a diag. */
CARDEA_MUST_USE enum cardea_status
cardea_device_key_names(const struct cardea_call *call,
    struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX], size_t *ret_count,
    struct cardea_diag *diag);

/* cardea_device_key_make: a new key; tells what went wrong. */
enum cardea_exit cardea_device_key_make(struct cardea_call *call,
    const struct cardea_device_key *key, enum cardea_sign_algorithm algorithm);

/* cardea_device_key_refuse: what an answer that is not DONE comes to. */
enum cardea_exit cardea_device_key_refuse(
    struct cardea_call *call, const struct cardea_sign_answer *answer);

#define CARDEA_DEVICE_MAKE_MS 60000 /* RSA in a TPM takes its time */

#endif
