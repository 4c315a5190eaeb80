/* SPDX-License-Identifier: BSD-2-Clause */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "module.h"

#define SLOTS_MAX 64

bool
cardea_token_end(struct cardea_holder *holder, ck_rv_t value, const char *what)
{
	enum cardea_sign_why why = CARDEA_SIGN_FAILED;

	switch (value) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
	case CKR_PIN_EXPIRED:
	case CKR_USER_NOT_LOGGED_IN:
		why = CARDEA_SIGN_WRONG_PIN;
		break;
	case CKR_PIN_LOCKED:
		why = CARDEA_SIGN_LOCKED;
		break;
	case CKR_DEVICE_ERROR:
	case CKR_DEVICE_REMOVED:
	case CKR_TOKEN_NOT_PRESENT:
	case CKR_TOKEN_NOT_RECOGNIZED:
		why = CARDEA_SIGN_UNREACHABLE;
		break;
	case CKR_MECHANISM_INVALID:
	case CKR_KEY_FUNCTION_NOT_PERMITTED:
	case CKR_KEY_TYPE_INCONSISTENT:
	case CKR_FUNCTION_NOT_SUPPORTED:
		why = CARDEA_SIGN_UNSUPPORTED;
		break;
	default:
		break;
	}
	return cardea_holder_end(
	    holder, why, "%s (PKCS #11 error 0x%lx)", what, value);
}

/* --- the module ---------------------------------------------------------- */

/* It is our code from here on: a file that only root, or the caller, can have
 * written. */
static bool
check_module(struct cardea_holder *holder, const char *path)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	int fd = -1;

	status = cardea_file_open(path, CARDEA_FILE_CONFIG, &fd, &diag);
	if (status == CARDEA_OK) {
		(void)close(fd);
		return true;
	}
	return cardea_holder_end(holder,
	    status == CARDEA_E_UNSAFE ? CARDEA_SIGN_UNSAFE
				      : CARDEA_SIGN_UNREACHABLE,
	    "the PKCS #11 module: %.180s", diag.reason);
}

static bool
load_module(
    struct cardea_holder *holder, struct cardea_token *token, const char *path)
{
	struct ck_c_initialize_args arguments = {
		.flags = CKF_OS_LOCKING_OK,
	};
	CK_C_GetFunctionList get_list = NULL;
	struct ck_function_list *list = NULL;
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	ck_rv_t value;

	/* a function from an object pointer (dlsym(3)) */
	if (library != NULL)
		*(void **)&get_list = dlsym(library, "C_GetFunctionList");
	if (get_list == NULL || get_list(&list) != CKR_OK || list == NULL)
		return cardea_holder_end(holder, CARDEA_SIGN_UNREACHABLE,
		    "the file is no PKCS #11 module");
	value = list->C_Initialize(&arguments);
	if (value != CKR_OK && value != CKR_CRYPTOKI_ALREADY_INITIALIZED)
		return cardea_holder_end(holder, CARDEA_SIGN_UNREACHABLE,
		    "the PKCS #11 module does not begin (error 0x%lx)", value);
	token->call = list;
	return true;
}

/* Usually a link that a package keeps up to date. */
static bool
open_module(struct cardea_holder *holder, struct cardea_token *token)
{
	const char *named = holder->request->module[0] != '\0'
	    ? holder->request->module
	    : token->uri.module;
	char *path;
	bool good;

	if (named[0] != '/')
		return cardea_holder_end(holder, CARDEA_SIGN_UNREACHABLE,
		    named[0] == '\0' ? "no PKCS #11 module is named"
				     : "the path of the PKCS #11 module is not "
				       "absolute");
	path = realpath(named, NULL);
	if (path == NULL)
		return cardea_holder_end(holder, CARDEA_SIGN_UNREACHABLE,
		    "there is no such PKCS #11 module");
	good = check_module(holder, path) && load_module(holder, token, path);
	free(path);
	return good;
}

/* --- the token ----------------------------------------------------------- */

/* Padded with blanks to its size, no NUL. */
static bool
fits_text(const char *wanted, const unsigned char *padded, size_t size)
{
	size_t len = size;

	while (len > 0 && padded[len - 1] == ' ')
		len--;
	return wanted[0] == '\0' ||
	    (strlen(wanted) == len && memcmp(wanted, padded, len) == 0);
}

static bool
fits(const struct cardea_token_uri *uri, ck_slot_id_t slot,
    const struct ck_token_info *info)
{
	return fits_text(uri->token, info->label, sizeof(info->label)) &&
	    fits_text(uri->manufacturer, info->manufacturer_id,
		sizeof(info->manufacturer_id)) &&
	    fits_text(uri->model, info->model, sizeof(info->model)) &&
	    fits_text(uri->serial, info->serial_number,
		sizeof(info->serial_number)) &&
	    (!uri->has_slot || uri->slot == slot);
}

/* One that nothing was ever written to is a place for a token. */
static bool
choose_slot(struct cardea_holder *holder, struct cardea_token *token,
    struct ck_token_info *ret_info)
{
	ck_slot_id_t slots[SLOTS_MAX];
	unsigned long count = SLOTS_MAX;
	size_t there = 0, fitting = 0;
	ck_rv_t value = token->call->C_GetSlotList(1, slots, &count);

	if (value != CKR_OK)
		return cardea_token_end(
		    holder, value, "the tokens cannot be listed");
	for (unsigned long i = 0; i < count && i < SLOTS_MAX; i++) {
		struct ck_token_info info;

		memset(&info, 0, sizeof(info));
		if (token->call->C_GetTokenInfo(slots[i], &info) != CKR_OK ||
		    (info.flags & CKF_TOKEN_INITIALIZED) == 0)
			continue;
		there++;
		if (!fits(&token->uri, slots[i], &info))
			continue;
		fitting++;
		token->slot = slots[i];
		*ret_info = info;
	}
	if (there == 0)
		return cardea_holder_end(
		    holder, CARDEA_SIGN_UNREACHABLE, "no token is there");
	if (fitting != 1)
		return cardea_holder_end(holder, CARDEA_SIGN_NO_KEY,
		    fitting == 0 ? "none of the tokens is the one that is named"
				 : "several tokens fit the name");
	return true;
}

/* A PIN that a machine keeps would be tried again and again: the last try is
 * left for a person, who can still save the token. */
static bool
may_log_in(struct cardea_holder *holder, const struct ck_token_info *info)
{
	if ((info->flags & CKF_USER_PIN_LOCKED) != 0)
		return cardea_holder_end(holder, CARDEA_SIGN_LOCKED,
		    "the token has had too many wrong PINs");
	if ((info->flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return cardea_holder_end(holder, CARDEA_SIGN_LOCKED,
		    "one try of the PIN is left, which is not spent here");
	if (holder->request->pin.len == 0 &&
	    (info->flags & CKF_PROTECTED_AUTHENTICATION_PATH) == 0)
		return cardea_holder_end(
		    holder, CARDEA_SIGN_WRONG_PIN, "the token wants its PIN");
	return true;
}

static bool
log_in(struct cardea_holder *holder, const struct cardea_token *token,
    const struct ck_token_info *info)
{
	const struct cardea_secret *pin = &holder->request->pin;
	ck_rv_t value;

	if ((info->flags & CKF_LOGIN_REQUIRED) == 0)
		return true;
	if (!may_log_in(holder, info))
		return false;
	/* by a pad of its own where there is one and no PIN: NULL */
	value = token->call->C_Login(
	    token->session, CKU_USER, pin->data, pin->len);
	return value == CKR_OK || value == CKR_USER_ALREADY_LOGGED_IN ||
	    cardea_token_end(holder, value, "the token does not take the PIN");
}

bool
cardea_token_enter(
    struct cardea_holder *holder, struct cardea_token *token, bool to_write)
{
	struct ck_token_info info = { .flags = 0 };
	struct cardea_diag diag = { 0 };
	ck_rv_t value;

	if (cardea_token_uri_parse(holder->request->uri, &token->uri, &diag) !=
	    CARDEA_OK)
		return cardea_holder_end(
		    holder, CARDEA_SIGN_NO_KEY, "%.180s", diag.reason);
	if (!open_module(holder, token) || !choose_slot(holder, token, &info))
		return false;
	value = token->call->C_OpenSession(token->slot,
	    CKF_SERIAL_SESSION | (to_write ? CKF_RW_SESSION : 0), NULL, NULL,
	    &token->session);
	if (value != CKR_OK)
		return cardea_token_end(
		    holder, value, "the token opens no session");
	return log_in(holder, token, &info);
}
