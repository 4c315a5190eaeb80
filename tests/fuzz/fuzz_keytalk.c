/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a caller and its cardea-key say to each other: whatever is understood is
 * said in the same bytes again, and nothing that ends is an answer.
 */
#include <stdlib.h>
#include <string.h>

#include "key/talk.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static unsigned char again[CARDEA_KEY_PACKET_MAX];

static void
try_request(const unsigned char *data, size_t size)
{
	static struct cardea_key_request request;
	size_t len = 0;

	if (cardea_key_unpack_request(data, size, &request) != CARDEA_OK)
		return;
	must(request.handle_count <= CARDEA_KEYS_MAX);
	must(cardea_key_pack_request(&request, again, sizeof(again), &len) ==
	    CARDEA_OK);
	must(len == size && memcmp(again, data, size) == 0);
}

static void
try_report(const unsigned char *data, size_t size)
{
	static struct cardea_key_report report;
	size_t len = 0;

	if (cardea_key_unpack_report(data, size, &report) != CARDEA_OK)
		return;
	must(report.say != CARDEA_KEY_SAY_ENDED ||
	    report.end != CARDEA_TOUCH_DONE);
	must(cardea_key_pack_report(&report, again, sizeof(again), &len) ==
	    CARDEA_OK);
	must(len == size && memcmp(again, data, size) == 0);
}

static void
try_go(const unsigned char *data, size_t size)
{
	struct cardea_secret pin = { .data = NULL };
	bool uv = false;

	if (cardea_key_unpack_go(data, size, &uv, &pin) == CARDEA_OK)
		must(pin.len <= CARDEA_KEY_PIN_MAX);
	cardea_secret_clear(&pin);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	if (size > CARDEA_KEY_PACKET_MAX)
		return 0;
	try_request(data, size);
	try_report(data, size);
	try_go(data, size);
	return 0;
}
