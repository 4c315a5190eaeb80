/* SPDX-License-Identifier: BSD-2-Clause */
/* A helper of refresh that somebody has taken over: its request says how. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper/spawn.h"
#include "refresh/stream.h"

static bool
is(const struct cardea_stream_part *part, const char *word)
{
	return part->len == strlen(word) &&
	    memcmp(part->data, word, part->len) == 0;
}

static void
send_raw(const char *bytes, size_t len)
{
	(void)send(CARDEA_HELPER_FD, bytes, len, MSG_NOSIGNAL);
}

static void
flood(void)
{
	static char bytes[100000];

	while (cardea_stream_put(bytes, sizeof(bytes)) == CARDEA_OK)
		continue;
}

static void
drip(void)
{
	while (cardea_stream_put("x", 1) == CARDEA_OK)
		(void)usleep(50000);
}

static void
misbehave(const struct cardea_stream_part *how)
{
	if (is(how, "die"))
		_exit(0);
	if (is(how, "hang"))
		(void)pause();
	if (is(how, "flood"))
		flood();
	if (is(how, "drip"))
		drip();
	if (is(how, "nonsense"))
		send_raw("Zonsense", 8);
	if (is(how, "nothing"))
		send_raw("D", 1);
	if (is(how, "half"))
		send_raw("E\0\0\0\0\x09\0\0\0xx", 11);
	if (is(how, "line"))
		send_raw("E\xf7\xff\xff\xff\x03\0\0\0a\nb\0\0\0\0", 16);
	if (is(how, "status"))
		send_raw("E\x63\0\0\0\0\0\0\0\0\0\0\0", 13);
	if (is(how, "large")) {
		static char much[200000] = "D";

		send_raw(much, sizeof(much));
	}
}

int
main(void)
{
	struct cardea_stream_part parts[CARDEA_STREAM_FILES_MAX + 1];
	struct cardea_stream_end end = { .info_len = 0 };
	size_t count = 0;

	if (cardea_stream_hear(1 << 20, parts, &count) != CARDEA_OK)
		return 1;
	misbehave(&parts[0]);
	if (is(&parts[0], "echo")) {
		for (size_t i = 1; i < count; i++) {
			if (cardea_stream_put(parts[i].data, parts[i].len) !=
			    CARDEA_OK)
				return 1;
		}
		memcpy(end.info, "info", 4);
		end.info_len = 4;
	}
	if (is(&parts[0], "refuse")) {
		end.status = CARDEA_E_UNSAFE;
		memcpy(end.reason, "no\x1b[2J way", 10);
	}
	return cardea_stream_say(&end) == CARDEA_OK ? 0 : 1;
}
