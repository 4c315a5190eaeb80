/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_ENDPOINT_H
#define CARDEA_BASE_ENDPOINT_H

#include <stdint.h>

#include <cardea/address.h>
#include <cardea/limits.h>
#include <cardea/status.h>

/*
 * Where a server of the cluster is: "192.0.2.1:2379", "[2001:db8::1]:2379", and
 * with the name that its certificate must show, where that is not the address:
 * "etcd1.example=192.0.2.1:2379".  An address, because a login that waits for
 * a name server lets it say where the codes are spent.
 */
struct cardea_endpoint {
	char name[CARDEA_NAME_MAX + 1]; /* the address, if none is given */
	char address[CARDEA_ADDRESS_TEXT_MAX + 1]; /* without brackets */
	uint16_t port;
};

/* cardea_endpoint_parse: SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_endpoint_parse(const char *text, struct cardea_endpoint *ret_endpoint);

#endif
