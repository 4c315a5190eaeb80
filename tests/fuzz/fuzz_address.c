/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/address.h>

/*
 * A PAM_RHOST, and a network of a zone.  What is an address has one text,
 * which is the same address; a network holds its own first address.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

static void
check_address(const char *text)
{
	struct cardea_address one = cardea_address_parse(text);
	struct cardea_address two;
	char again[CARDEA_ADDRESS_TEXT_MAX + 1];

	cardea_address_format(&one, again);
	must(strlen(again) <= CARDEA_ADDRESS_TEXT_MAX);
	if (one.kind == CARDEA_ADDRESS_NONE) {
		must(text[0] == '\0');
		return;
	}
	two = cardea_address_parse(again);
	must(two.kind == one.kind);
	must(memcmp(one.bytes, two.bytes, sizeof(one.bytes)) == 0);
}

static void
check_prefix(const char *text)
{
	struct cardea_address first = { .kind = CARDEA_ADDRESS_IP };
	struct cardea_prefix prefix;

	if (cardea_prefix_parse(text, &prefix) != CARDEA_OK)
		return;
	must(prefix.bits <= 128);
	memcpy(first.bytes, prefix.bytes, sizeof(first.bytes));
	must(cardea_prefix_contains(&prefix, &first));
	if (prefix.bits == 0)
		return;
	first.bytes[(prefix.bits - 1) / 8] ^= (unsigned char)(0x80u >>
	    ((prefix.bits - 1) % 8));
	must(!cardea_prefix_contains(&prefix, &first));
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	char text[512];

	if (len >= sizeof(text))
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	check_address(text);
	check_prefix(text);
	return 0;
}
