/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_SIGN_MODULE_H
#define CARDEA_VERIFIER_SIGN_MODULE_H

#define CRYPTOKI_GNU
#include <p11-kit/pkcs11.h>

#include "holder.h"
#include "uri.h"

/*
 * A token through its PKCS #11 module, and nothing between: no list of every
 * module of the machine, no engine or provider of OpenSSL, which would tell
 * neither a wrong PIN from a locked one nor a missing token from a missing key.
 */
struct cardea_token {
	struct cardea_token_uri uri;
	const struct ck_function_list *call;
	ck_slot_id_t slot;
	ck_session_handle_t session;
	ck_object_handle_t key; /* private */
	bool always_asks;	/* CKA_ALWAYS_AUTHENTICATE */
};

/* cardea_token_end: false, with the reason that a return value comes to. */
bool
cardea_token_end(struct cardea_holder *holder, ck_rv_t value, const char *what);

/* cardea_token_enter: the module, the one token that fits, a session, the PIN.
 */
bool cardea_token_enter(
    struct cardea_holder *holder, struct cardea_token *token, bool to_write);

/* cardea_token_find: at most two objects of this class that fit label and id of
 * the URI, as far as it has them. */
bool cardea_token_find(struct cardea_holder *holder,
    const struct cardea_token *token, ck_object_class_t class,
    ck_object_handle_t objects[2], size_t *ret_count);

/* cardea_token_find_by: the same by one attribute. */
bool cardea_token_find_by(struct cardea_holder *holder,
    const struct cardea_token *token, ck_object_class_t class,
    const struct ck_attribute *attribute, ck_object_handle_t objects[2],
    size_t *ret_count);

/* cardea_token_attribute: its length, 0 where there is none or it is larger
 * than size. */
size_t cardea_token_attribute(const struct cardea_token *token,
    ck_object_handle_t object, ck_attribute_type_t type, void *value,
    size_t size);

/* cardea_token_publish: the public part of token->key. */
bool cardea_token_publish(
    struct cardea_holder *holder, const struct cardea_token *token);

#endif
