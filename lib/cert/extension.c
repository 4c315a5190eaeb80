/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/extension.h"

bool
cardea_extension_next(
    struct cardea_cert_bytes *bytes, struct cardea_extension *ret_extension)
{
	struct cardea_der whole, oid, critical, value;
	struct cardea_cert_bytes rest = *bytes, inside;
	bool is_critical = false;

	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &whole))
		return false;
	inside = whole.content;
	if (!cardea_der_take(&inside, CARDEA_DER_OID, &oid) ||
	    !cardea_der_is_one(&oid.whole))
		return false;
	if (cardea_der_take(&inside, CARDEA_DER_BOOLEAN, &critical)) {
		/* what is the default is not written (X.690, 11.5) */
		if (critical.content.len != 1 ||
		    critical.content.data[0] != 0xff)
			return false;
		is_critical = true;
	}
	if (!cardea_der_take(&inside, CARDEA_DER_OCTET_STRING, &value) ||
	    inside.len != 0)
		return false;
	ret_extension->oid = oid.content;
	ret_extension->value = value.content;
	ret_extension->critical = is_critical;
	*bytes = rest;
	return true;
}

bool
cardea_extensions_hold(struct cardea_cert_bytes bytes)
{
	struct cardea_cert_bytes seen[CARDEA_EXTENSIONS_MAX];
	struct cardea_extension extension;
	size_t count = 0;

	if (bytes.len == 0)
		return false;
	while (bytes.len > 0) {
		if (count == CARDEA_EXTENSIONS_MAX ||
		    !cardea_extension_next(&bytes, &extension))
			return false;
		for (size_t i = 0; i < count; i++) {
			if (cardea_der_equal(&seen[i], &extension.oid))
				return false;
		}
		seen[count++] = extension.oid;
	}
	return true;
}

unsigned int
cardea_extension_ce(const struct cardea_extension *extension)
{
	const struct cardea_cert_bytes *oid = &extension->oid;

	return oid->len == 3 && oid->data[0] == 0x55 && oid->data[1] == 0x1d
	    ? oid->data[2]
	    : 0;
}
