/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardea-fetch: fetches one thing from the network for `cardea refresh`, as
 * nobody.  It has no environment, so no proxy and no library can be slipped in;
 * what comes goes to the parent, who bounds it.
 */
#include <unistd.h>

#include "cli/fetch/transfer.h"
#include "helper/confine.h"

#define MEMORY_MAX (256UL * 1024 * 1024)
#define CPU_MAX_S 60
#define REQUEST_MS 12000
#define SLACK_MS 1000

int
main(void)
{
	struct cardea_stream_part parts[CARDEA_STREAM_FILES_MAX + 1];
	struct cardea_stream_end end = { .info_len = 0 };
	struct cardea_fetch fetch = { .body_len = 0 };
	size_t count = 0;

	if (cardea_confine_first(MEMORY_MAX, CPU_MAX_S) != CARDEA_OK)
		return 1;
	cardea_confine_time(REQUEST_MS);
	if (cardea_confine(false) != CARDEA_OK ||
	    cardea_confine_rest() != CARDEA_OK ||
	    cardea_stream_hear(CARDEA_FETCH_BYTES, parts, &count) !=
		CARDEA_OK ||
	    count != 1 ||
	    cardea_fetch_unpack(parts[0].data, parts[0].len, &fetch) !=
		CARDEA_OK)
		return 1;
	cardea_confine_time(fetch.all_s * 1000 + SLACK_MS);
	cardea_transfer(&fetch, &end);
	return cardea_stream_say(&end) == CARDEA_OK ? 0 : 1;
}
