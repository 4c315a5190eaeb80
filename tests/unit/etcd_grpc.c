/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/library/grpc.h"
#include "unit/test.h"

static struct cardea_diag diag;

static void
lines(struct cardea_grpc_answer *answer, const char *first, ...)
{
	va_list list;

	va_start(list, first);
	for (const char *line = first; line != NULL;
	     line = va_arg(list, const char *))
		assert_int_equal(
		    cardea_grpc_take_line(answer, line, strlen(line)),
		    CARDEA_OK);
	va_end(list);
}

static void
begin(struct cardea_grpc_answer *answer)
{
	memset(&diag, 0, sizeof(diag));
	cardea_grpc_begin(answer, 100, &diag);
	lines(answer, "HTTP/2 200 \r\n", "Content-Type: application/grpc\r\n",
	    "\r\n", NULL);
}

static enum cardea_status
end(struct cardea_grpc_answer *answer)
{
	bool final = false;
	enum cardea_status status = cardea_grpc_end(answer, &final);

	assert_true((status == CARDEA_OK) == (diag.reason[0] == '\0'));
	cardea_grpc_clear(answer);
	return status;
}

static void
a_message_is_whole_however_it_is_cut(void **state)
{
	static const char bytes[] = "\0\0\0\0\5hello";
	struct cardea_grpc_answer answer;

	(void)state;
	for (size_t step = 1; step <= 10; step++) {
		begin(&answer);
		for (size_t at = 0; at < 10; at += step)
			assert_int_equal(cardea_grpc_take(&answer, bytes + at,
					     10 - at < step ? 10 - at : step),
			    CARDEA_OK);
		lines(&answer, "grpc-status: 0\r\n", NULL);
		assert_int_equal(answer.len, 5);
		assert_memory_equal(answer.bytes, "hello", 5);
		assert_int_equal(end(&answer), CARDEA_OK);
	}
}

static void
what_is_short_or_long_or_packed_is_no_message(void **state)
{
	struct cardea_grpc_answer answer;

	(void)state;
	begin(&answer);
	assert_int_equal(
	    cardea_grpc_take(&answer, "\0\0\0\0\5hell", 9), CARDEA_OK);
	lines(&answer, "grpc-status: 0\r\n", NULL);
	assert_int_equal(end(&answer), CARDEA_E_CORRUPT);
	begin(&answer);
	assert_int_equal(cardea_grpc_take(&answer, "\0\0\0\0\5hello!", 11),
	    CARDEA_E_CORRUPT);
	cardea_grpc_clear(&answer);
	begin(&answer);
	assert_int_equal(
	    cardea_grpc_take(&answer, "\1\0\0\0\5", 5), CARDEA_E_VERSION);
	begin(&answer);
	assert_int_equal(
	    cardea_grpc_take(&answer, "\0\0\0\0\x65", 5), CARDEA_E_RANGE);
	assert_null(answer.bytes); /* refused before there is memory for it */
	begin(&answer);
	assert_int_equal(
	    cardea_grpc_take(&answer, "\0\xff\xff\xff\xff", 5), CARDEA_E_RANGE);
	begin(&answer);
	lines(&answer, "grpc-status: 0\r\n", NULL);
	assert_int_equal(end(&answer), CARDEA_E_CORRUPT); /* no body */
}

static void
only_an_answer_of_grpc_is_one(void **state)
{
	static const char *const heads[][2] = {
		{ "HTTP/1.1 200 OK\r\n", "Content-Type: application/grpc\r\n" },
		{ "HTTP/2 302 \r\n", "Content-Type: application/grpc\r\n" },
		{ "HTTP/2 200 \r\n", "Content-Type: text/html\r\n" },
		{ "HTTP/2 2000 \r\n", "Content-Type: application/grpc\r\n" },
		{ "HTTP/2\r\n", "Content-Type: application/grpc\r\n" },
		{ "Content-Type: application/grpc\r\n", "x: y\r\n" },
	};
	struct cardea_grpc_answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		memset(&diag, 0, sizeof(diag));
		cardea_grpc_begin(&answer, 100, &diag);
		lines(&answer, heads[i][0], heads[i][1], "grpc-status: 0\r\n",
		    NULL);
		assert_int_equal(cardea_grpc_take(&answer, "\0\0\0\0\0", 5),
		    CARDEA_E_CORRUPT);
		assert_int_equal(end(&answer), CARDEA_E_CORRUPT);
	}
	/* what came before the last head is forgotten */
	cardea_grpc_begin(&answer, 100, &diag);
	memset(&diag, 0, sizeof(diag));
	lines(&answer, "HTTP/2 100 \r\n", "grpc-status: 7\r\n",
	    "HTTP/2 200 \r\n", "content-type: application/grpc+proto\r\n",
	    "grpc-status: 0\r\n", NULL);
	assert_int_equal(cardea_grpc_take(&answer, "\0\0\0\0\0", 5), CARDEA_OK);
	assert_int_equal(end(&answer), CARDEA_OK);
}

static void
there_is_one_ending_and_it_is_a_number(void **state)
{
	static const char *const odd[] = { "grpc-status: \r\n",
		"grpc-status: -1\r\n", "grpc-status: 17\r\n",
		"grpc-status: 0x0\r\n", "grpc-status: 0 0\r\n",
		"grpc-status: 00\r\n", "xgrpc-status: 0\r\n" };
	struct cardea_grpc_answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		begin(&answer);
		assert_int_equal(
		    cardea_grpc_take(&answer, "\0\0\0\0\0", 5), CARDEA_OK);
		lines(&answer, odd[i], NULL);
		assert_int_equal(end(&answer), CARDEA_E_CORRUPT);
	}
	begin(&answer);
	lines(&answer, "grpc-status: 7\r\n", NULL);
	assert_int_equal(
	    cardea_grpc_take_line(&answer, "grpc-status: 0\r\n", 16),
	    CARDEA_E_CORRUPT);
}

static void
a_refusal_says_why(void **state)
{
	struct cardea_grpc_answer answer;

	(void)state;
	begin(&answer);
	lines(&answer, "grpc-message: etcdserver: permission%20denied%0a%\r\n",
	    "grpc-status: 7\r\n", NULL);
	assert_int_equal(end(&answer), CARDEA_E_UNSAFE);
	assert_string_equal(diag.reason,
	    "refused with \"etcdserver: permission denied\n%\" (gRPC status "
	    "7)");
}

/* The texts are etcd's (3.4, 3.5), server/etcdserver/api/v3rpc/rpctypes. */
static void
a_refusal_has_its_meaning(void **state)
{
	static const struct {
		int code;
		const char *text;
		enum cardea_status status;
		bool final;
	} cases[] = {
		{ 3, "etcdserver: revision of auth store is old",
		    CARDEA_E_TIMEOUT, false },
		{ 3, "etcdserver: request is too large", CARDEA_E_RANGE, true },
		{ 3, "etcdserver: too many operations in txn request",
		    CARDEA_E_RANGE, true },
		{ 3, "etcdserver: user name is empty", CARDEA_E_UNSAFE, true },
		{ 3, "etcdserver: duplicate key given in txn request",
		    CARDEA_E_INTERNAL, true },
		{ 7, "etcdserver: permission denied", CARDEA_E_UNSAFE, true },
		{ 16, "etcdserver: invalid auth token", CARDEA_E_UNSAFE, true },
		{ 9, "etcdserver: user name not found", CARDEA_E_UNSAFE, true },
		{ 8, "etcdserver: mvcc: database space exceeded", CARDEA_E_FULL,
		    true },
		{ 8, "etcdserver: too many requests", CARDEA_E_TIMEOUT, false },
		{ 8, "grpc: received message larger than max (9 vs. 8)",
		    CARDEA_E_RANGE, true },
		{ 14, "etcdserver: no leader", CARDEA_E_TIMEOUT, false },
		{ 14, "etcdserver: request timed out", CARDEA_E_TIMEOUT,
		    false },
		{ 14, "etcdserver: leader changed", CARDEA_E_TIMEOUT, false },
		{ 2, "context deadline exceeded", CARDEA_E_TIMEOUT, false },
		{ 4, "", CARDEA_E_TIMEOUT, false },
		{ 12, "unknown service", CARDEA_E_VERSION, false },
		{ 15, "etcdserver: corrupt cluster", CARDEA_E_CORRUPT, false },
		{ 0, "", CARDEA_E_CORRUPT, false },
		{ -1, "", CARDEA_E_CORRUPT, false },
		{ 17, "", CARDEA_E_CORRUPT, false },
	};
	bool final;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    cardea_grpc_judge(cases[i].code, cases[i].text, &final),
		    cases[i].status);
		assert_int_equal(final, cases[i].final);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_whole_however_it_is_cut),
		cmocka_unit_test(what_is_short_or_long_or_packed_is_no_message),
		cmocka_unit_test(only_an_answer_of_grpc_is_one),
		cmocka_unit_test(there_is_one_ending_and_it_is_a_number),
		cmocka_unit_test(a_refusal_says_why),
		cmocka_unit_test(a_refusal_has_its_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
