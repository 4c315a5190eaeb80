/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/decoder.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "holder.h"

/*
 * Keys in a TPM 2.0, through the provider "tpm2" (tpm2-openssl).
 */

#define DEFAULT_TPM "device:/dev/tpmrm0"
#define ONLY_TPM "provider=tpm2"
#define FIRST_TPM "?provider=tpm2"

/* Response codes (TPM 2.0 library, part 2, 6.6.3): those of format one carry
 * the parameter, session or handle that they are about in bits 6 and 8 to 11.
 */
#define RC_FORMAT_ONE 0x080u
#define RC_FORMAT_ONE_MASK 0x0bfu
#define RC_AUTH_FAIL 0x08eu
#define RC_BAD_AUTH 0x0a2u
#define RC_INTEGRITY 0x09fu
#define RC_HANDLE 0x08bu
#define RC_LOCKOUT 0x921u
#define RC_LAYER 0xff0000u /* who says it: 0 is the TPM itself */

static struct {
	const struct cardea_secret *pin;
	bool asked;
} password;

/* One for all: what asks for it passes no context through every layer. */
static int
give_password(char *text, int size, int writing, void *context)
{
	(void)writing;
	(void)context;
	password.asked = true;
	if (password.pin->len == 0 || size < 0 ||
	    password.pin->len >= (size_t)size)
		return -1;
	memcpy(text, password.pin->data, password.pin->len + 1);
	return (int)password.pin->len;
}

/* --- what went wrong ----------------------------------------------------- */

static enum cardea_sign_why
why_of_code(unsigned long code)
{
	if ((code & RC_LAYER) != 0)
		return CARDEA_SIGN_UNREACHABLE;
	if (code == RC_LOCKOUT)
		return CARDEA_SIGN_LOCKED;
	if ((code & RC_FORMAT_ONE) == 0)
		return CARDEA_SIGN_FAILED;
	switch (code & RC_FORMAT_ONE_MASK) {
	case RC_AUTH_FAIL:
	case RC_BAD_AUTH:
		return CARDEA_SIGN_WRONG_PIN;
	case RC_INTEGRITY:
		return CARDEA_SIGN_FOREIGN;
	case RC_HANDLE:
		return CARDEA_SIGN_NO_KEY;
	default:
		return CARDEA_SIGN_FAILED;
	}
}

/* The provider's data are "level:code text", both in decimal. */
static bool
find_code(const char *text, unsigned long *ret_code)
{
	const char *colon = strchr(text, ':');
	char *end = NULL;

	if (colon == NULL || colon[1] < '0' || colon[1] > '9')
		return false;
	*ret_code = strtoul(colon + 1, &end, 10);
	return *end == ' ' && *ret_code != 0;
}

static bool
find_in_queue(unsigned long *ret_code)
{
	const char *data = NULL;
	int flags = 0;

	while (ERR_get_error_all(NULL, NULL, NULL, &data, &flags) != 0) {
		if ((flags & ERR_TXT_STRING) != 0 && find_code(data, ret_code))
			return true;
	}
	return false;
}

/* What OpenSSL's decoders try in vain they drop from the queue, and so the
 * reason why a TPM does not load a key.  The TPM's own library writes it to
 * its log, which is this process's stderr, which is a file in memory. */
static bool
open_log(void)
{
	int fd = memfd_create("tpm", MFD_CLOEXEC);
	bool good = fd >= 0 && dup2(fd, STDERR_FILENO) == STDERR_FILENO;

	if (fd >= 0)
		(void)close(fd);
	return good && setenv("TSS2_LOG", "all+NONE,esys+ERROR", 1) == 0;
}

static bool
find_in_log(unsigned long *ret_code)
{
	static const char mark[] = "ErrorCode (0x";
	char text[8192];
	ssize_t len = pread(STDERR_FILENO, text, sizeof(text) - 1, 0);
	const char *at;
	char *end = NULL;

	if (len <= 0)
		return false;
	text[len] = '\0';
	at = strstr(text, mark);
	if (at == NULL)
		return false;
	*ret_code = strtoul(at + sizeof(mark) - 1, &end, 16);
	return *end == ')' && *ret_code != 0;
}

static bool
end_by_code(struct cardea_holder *holder, const char *what,
    enum cardea_sign_why otherwise)
{
	unsigned long code = 0;

	if (find_in_queue(&code) || find_in_log(&code))
		return cardea_holder_end(holder, why_of_code(code),
		    "%s (TPM error 0x%lx)", what, code);
	if (password.asked)
		return cardea_holder_end(holder, CARDEA_SIGN_WRONG_PIN,
		    password.pin->len == 0 ? "the key wants a password"
					   : "not the password of the key");
	return cardea_holder_end(holder, otherwise, "%s", what);
}

static bool
sign(struct cardea_holder *holder, const struct cardea_cert_bytes *message,
    unsigned char *signature, size_t *len)
{
	return cardea_holder_sign(holder, message, signature, len) ||
	    end_by_code(holder, "the TPM does not sign", CARDEA_SIGN_FAILED);
}

/* --- the provider -------------------------------------------------------- */

/* Ways to a TPM; the loader of them knows more, one of which runs a command
 * and any of which may be a library's name. */
static bool
is_known_tpm(const char *text)
{
	static const char *const known[] = { "device", "swtpm", "mssim",
		"tabrmd" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t len = strlen(known[i]);

		if (strncmp(text, known[i], len) == 0 &&
		    (text[len] == ':' || text[len] == '\0'))
			return true;
	}
	return false;
}

/* The provider reads from the environment, which was empty when we began. */
static bool
load(struct cardea_holder *holder)
{
	const char *tpm = holder->request->tpm[0] != '\0' ? holder->request->tpm
							  : DEFAULT_TPM;

	if (!is_known_tpm(tpm))
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "a TPM is device:..., swtpm:..., mssim:... or tabrmd:...");
	holder->private_context = OSSL_LIB_CTX_new();
	if (holder->private_context == NULL ||
	    setenv("TPM2OPENSSL_TCTI", tpm, 1) != 0 || !open_log())
		return cardea_holder_end(holder, CARDEA_SIGN_FAILED, "memory");
	if (OSSL_PROVIDER_load(holder->private_context, "tpm2") == NULL)
		return end_by_code(holder, "no TPM by the provider tpm2",
		    CARDEA_SIGN_UNREACHABLE);
	if (OSSL_PROVIDER_load(holder->private_context, "default") == NULL)
		return cardea_holder_end(holder, CARDEA_SIGN_FAILED, "OpenSSL");
	holder->properties = FIRST_TPM;
	holder->sign = sign;
	password.pin = &holder->request->pin;
	return true;
}

/* --- keys ---------------------------------------------------------------- */

static bool
load_file(struct cardea_holder *holder)
{
	const unsigned char *at;
	OSSL_DECODER_CTX *decoding;
	char *text = NULL;
	size_t len = 0, left;

	if (!cardea_holder_read(holder, &text, &len))
		return false;
	/* the provider would take any other into the TPM */
	if (strstr(text, "-----BEGIN TSS2 PRIVATE KEY-----") == NULL) {
		cardea_wipe(text, len);
		free(text);
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "no key of a TPM is in the file");
	}
	at = (const unsigned char *)text;
	left = len;
	decoding = OSSL_DECODER_CTX_new_for_pkey(&holder->private_key, "PEM",
	    NULL, NULL, EVP_PKEY_KEYPAIR, holder->private_context, ONLY_TPM);
	if (decoding == NULL ||
	    OSSL_DECODER_CTX_set_pem_password_cb(
		decoding, give_password, NULL) != 1 ||
	    OSSL_DECODER_from_data(decoding, &at, &left) != 1)
		holder->private_key = NULL;
	OSSL_DECODER_CTX_free(decoding);
	free(text);
	return holder->private_key != NULL ||
	    end_by_code(holder, "the TPM does not take the key",
		CARDEA_SIGN_UNSUPPORTED);
}

/* A persistent object (part 2, 7.2): 81 and six digits. */
static bool
is_handle(const char *text)
{
	return strncmp(text, "0x81", 4) == 0 && strlen(text) == 10 &&
	    strspn(text + 2, "0123456789abcdefABCDEF") == 8;
}

static EVP_PKEY *
read_store(OSSL_STORE_CTX *store)
{
	EVP_PKEY *key = NULL;

	while (key == NULL && OSSL_STORE_eof(store) == 0) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);

		if (info == NULL)
			break;
		if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	return key;
}

static bool
load_handle(struct cardea_holder *holder, const char *handle)
{
	UI_METHOD *asking = UI_UTIL_wrap_read_pem_callback(give_password, 0);
	OSSL_STORE_CTX *store = NULL;
	char uri[32];

	/* the provider asks for a password only where the name says so */
	if (asking != NULL &&
	    cardea_text_print(uri, sizeof(uri), "handle:%s%s", handle,
		password.pin->len > 0 ? "?pass" : "") == CARDEA_OK)
		store = OSSL_STORE_open_ex(uri, holder->private_context,
		    ONLY_TPM, asking, NULL, NULL, NULL, NULL);
	if (store != NULL)
		holder->private_key = read_store(store);
	(void)OSSL_STORE_close(store);
	UI_destroy_method(asking);
	return holder->private_key != NULL ||
	    end_by_code(holder, "the TPM has no such key", CARDEA_SIGN_NO_KEY);
}

static bool
publish(struct cardea_holder *holder, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	bool good;

	if (len <= 0)
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "the key has no public part");
	good = cardea_holder_publish(holder, der, (size_t)len);
	OPENSSL_free(der);
	return good;
}

bool
cardea_tpm_open(struct cardea_holder *holder)
{
	const char *rest = strchr(holder->request->uri, ':') + 1;
	bool by_file = rest[0] == '/';

	if (!by_file && !is_handle(rest))
		return cardea_holder_end(holder, CARDEA_SIGN_NO_KEY,
		    "neither a path nor a handle like 0x81000100");
	return load(holder) &&
	    (by_file ? load_file(holder) : load_handle(holder, rest)) &&
	    publish(holder, holder->private_key);
}

/* --- new ones ------------------------------------------------------------ */

static bool
write_key(struct cardea_holder *holder, EVP_PKEY *key)
{
	OSSL_ENCODER_CTX *encoding = OSSL_ENCODER_CTX_new_for_pkey(
	    key, EVP_PKEY_KEYPAIR, "PEM", "PrivateKeyInfo", ONLY_TPM);
	unsigned char *text = NULL;
	size_t len = 0;
	bool good;

	good = encoding != NULL &&
	    OSSL_ENCODER_to_data(encoding, &text, &len) == 1;
	OSSL_ENCODER_CTX_free(encoding);
	if (!good)
		return end_by_code(
		    holder, "the key cannot be encoded", CARDEA_SIGN_FAILED);
	good = cardea_holder_write(holder, (const char *)text, len);
	OPENSSL_free(text);
	return good;
}

bool
cardea_tpm_make(struct cardea_holder *holder)
{
	const char *rest = strchr(holder->request->uri, ':') + 1;
	EVP_PKEY *key;
	bool good;

	if (rest[0] != '/')
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "a new key of a TPM is a file: tpm:/path");
	if (holder->request->algorithm == CARDEA_SIGN_ED25519)
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "Ed25519 is for files only");
	if (!load(holder))
		return false;
	key = cardea_holder_generate(
	    holder, holder->private_context, ONLY_TPM, "user-auth");
	if (key == NULL)
		return end_by_code(holder, "the TPM makes no such key",
		    CARDEA_SIGN_UNSUPPORTED);
	good = publish(holder, key) && write_key(holder, key);
	EVP_PKEY_free(key);
	return good;
}
