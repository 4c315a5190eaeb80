/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_COMMAND_H
#define RIG_KEY_COMMAND_H

#include "rig/key/authdata.h"
#include "rig/key/status.h"

struct softkey;

/*
 * The commands of CTAP2 that make and use credentials.  Requests are well
 * formed; an answer is worth something only with CTAP_OK.
 */
enum ctap_status make_credential(
    struct softkey *softkey, struct slice request, struct writer *answer);
enum ctap_status get_assertion(
    struct softkey *softkey, struct slice request, struct writer *answer);
enum ctap_status get_next_assertion(
    struct softkey *softkey, struct slice request, struct writer *answer);

/* --- what they share ----------------------------------------------------- */

/* Where a command's parameters stand. */
struct layout {
	const char *name;
	int options, auth, protocol;
};

/* verify_user: by the token if the request is signed with it, by the finger if
 * it asks for that; *ret_flags has FLAG_VERIFIED if so, and FLAG_PRESENT if
 * that was a touch. */
enum ctap_status
verify_user(struct softkey *softkey, const struct layout *layout,
    struct slice request, struct slice client_hash, unsigned int *ret_flags);

/* get_option: of the request, or its default; false if it is no boolean */
bool get_option(const struct layout *layout, struct slice request,
    const char *name, bool standard, bool *ret_value);

#endif
