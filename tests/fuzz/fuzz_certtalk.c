/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/question.h"
#include "refresh/fetch.h"
#include "refresh/lists.h"

/*
 * What helpers around certificates say and are told: the first byte chooses
 * which.  What is understood is written again as the same bytes; a verdict that
 * is understood says yes for one reason only.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

#define ROOM (1u << 20)

static unsigned char again[ROOM];

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

static void
must_be(const unsigned char *bytes, size_t len, size_t again_len)
{
	must(again_len == len && memcmp(again, bytes, len) == 0);
}

static void
check_question(const unsigned char *bytes, size_t len)
{
	static struct cardea_cert_heard heard;
	size_t out = 0;

	if (cardea_cert_unpack_question(bytes, len, &heard) != CARDEA_OK)
		return;
	must(cardea_cert_pack_question(&heard.question, heard.has_list, again,
		 ROOM, &out) == CARDEA_OK);
	must_be(bytes, len, out);
}

static void
check_verdict(const unsigned char *bytes, size_t len)
{
	static struct cardea_cert_verdict verdict;
	size_t out = 0;

	if (cardea_cert_unpack_verdict(bytes, len, &verdict) != CARDEA_OK)
		return;
	must((verdict.result == CARDEA_RESULT_VERIFIED) ==
	    (verdict.why == CARDEA_CERT_ACCEPTED));
	must(strchr(verdict.identity.subject, '\n') == NULL);
	must(
	    cardea_cert_pack_verdict(&verdict, again, ROOM, &out) == CARDEA_OK);
	must_be(bytes, len, out);
}

static void
check_fetch(const unsigned char *bytes, size_t len)
{
	struct cardea_fetch fetch;
	size_t out = 0;

	if (cardea_fetch_unpack(bytes, len, &fetch) != CARDEA_OK)
		return;
	must(cardea_fetch_pack(&fetch, again, ROOM, &out) == CARDEA_OK);
	must_be(bytes, len, out);
}

static void
check_call(const unsigned char *bytes, size_t len)
{
	struct cardea_lists_call call;
	size_t out = 0;

	if (cardea_lists_unpack_call(bytes, len, &call) != CARDEA_OK)
		return;
	must(cardea_lists_pack_call(&call, again, ROOM, &out) == CARDEA_OK);
	must_be(bytes, len, out);
}

static void
check_wishes(const unsigned char *bytes, size_t len)
{
	struct cardea_lists_wish wishes[CARDEA_CERT_CHAIN_MAX + 1];
	size_t count = 0, out = 0;

	if (cardea_lists_unpack_wishes(bytes, len, wishes, &count) != CARDEA_OK)
		return;
	must(cardea_lists_pack_wishes(wishes, count, again, ROOM, &out) ==
	    CARDEA_OK);
	must_be(bytes, len, out);
}

static void
check_info(const unsigned char *bytes, size_t len)
{
	struct cardea_stream_end end = { .info_len = 0 }, other = end;
	struct cardea_lists_info info;

	if (len > sizeof(end.info))
		return;
	memcpy(end.info, bytes, len);
	end.info_len = len;
	if (cardea_lists_unpack_info(&end, &info) != CARDEA_OK)
		return;
	cardea_lists_pack_info(&info, &other);
	must(other.info_len == len && memcmp(other.info, bytes, len) == 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	static void (*const checks[])(const unsigned char *, size_t) = {
		check_question,
		check_verdict,
		check_fetch,
		check_call,
		check_wishes,
		check_info,
	};

	if (len > 0 && len < ROOM)
		checks[bytes[0] % (sizeof(checks) / sizeof(checks[0]))](
		    bytes + 1, len - 1);
	return 0;
}
