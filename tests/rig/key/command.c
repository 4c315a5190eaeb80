/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig/key/command.h"
#include "rig/key/softkey.h"
#include "rig/key/touch.h"

bool
get_option(const struct layout *layout, struct slice request, const char *name,
    bool standard, bool *ret_value)
{
	struct slice options, value;
	*ret_value = standard;
	if (!cbor_find(request, layout->options, &options) ||
	    !cbor_find_named(options, name, &value))
		return true;
	return cbor_get_bool(value, ret_value);
}

/* What a failed finger means to a request that has asked for one (CTAP 2.1,
 * 6.1.2): go on with the PIN, if there is one. */
static enum ctap_status
instead_of_finger(const struct softkey *softkey, enum ctap_status status)
{
	if (status != CTAP_FINGER_INVALID && status != CTAP_FINGER_BLOCKED)
		return status;
	return softkey->pin.record.is_set ? CTAP_AUTH_REQUIRED : CTAP_DENIED;
}

enum ctap_status
verify_user(struct softkey *softkey, const struct layout *layout,
    struct slice request, struct slice client_hash, unsigned int *ret_flags)
{
	struct slice auth;
	enum ctap_status status;
	*ret_flags = 0;
	if (cbor_find_bytes(request, layout->auth, &auth)) {
		int64_t protocol = 0;
		(void)cbor_find_int(request, layout->protocol, &protocol);
		status = pin_check_auth(
		    softkey, auth, protocol == 1, client_hash);
		if (status != CTAP_OK)
			return status;
		*ret_flags = FLAG_VERIFIED;
		if (softkey->pin.touched)
			*ret_flags |= FLAG_PRESENT;
		softkey->pin.touched = false; /* that was it */
		return CTAP_OK;
	}

	bool wanted;
	if (!get_option(layout, request, "uv", false, &wanted))
		return CTAP_CBOR_TYPE;
	if (!wanted)
		return CTAP_OK;
	if (!softkey->options.finger)
		return CTAP_OPTION;
	status = finger_wait(softkey, layout->name);
	if (status != CTAP_OK)
		return instead_of_finger(softkey, status);
	*ret_flags = FLAG_VERIFIED | FLAG_PRESENT;
	return CTAP_OK;
}
