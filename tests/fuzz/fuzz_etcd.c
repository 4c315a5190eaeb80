/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a server of the cluster answers.  The first byte says to which question,
 * the second how the rest comes in; the rest is a body of gRPC, or, with a
 * third byte, lines of its head before.  Nothing but what was asked for is ever
 * taken from it, and no commit is done that does not say so in all its parts.
 */
#include <stdlib.h>
#include <string.h>

#include "store/library/grpc.h"
#include "store/library/message.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#define PREFIX "/cardea/"
#define ANSWER_MAX 100000

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static struct cardea_key
key(const char *owner)
{
	struct cardea_key made = { .len = 0 };

	must(cardea_key_make("token", owner, "1", &made) == CARDEA_OK);
	return made;
}

static void
judge_head(const struct cardea_etcd_head *head)
{
	must(head->cluster != 0 && head->member != 0);
	must(head->revision > 0 && head->revision <= INT64_MAX);
}

static void
judge_value(
    const struct cardea_value *value, const struct cardea_etcd_head *head)
{
	must(value->version > 0 && value->version <= head->revision);
	must(value->len <= CARDEA_SEALED_MAX);
}

static void
try_get(const struct cardea_etcd_bytes *bytes)
{
	const struct cardea_key alice = key("alice");
	struct cardea_value value = { .data = NULL };
	struct cardea_diag diag = { .line = 0 };
	struct cardea_etcd_head head;
	enum cardea_status status;

	status = cardea_etcd_read_get(
	    bytes, PREFIX, &alice, &head, &value, &diag);
	must(status == CARDEA_OK || status == CARDEA_E_MISSING ||
	    status == CARDEA_E_CORRUPT || status == CARDEA_E_MEMORY);
	must((status == CARDEA_E_CORRUPT) == (diag.reason[0] != '\0'));
	if (status == CARDEA_OK || status == CARDEA_E_MISSING)
		judge_head(&head);
	must((status == CARDEA_OK) == (value.data != NULL));
	if (status == CARDEA_OK)
		judge_value(&value, &head);
	cardea_value_clear(&value);
}

static void
try_list(const struct cardea_etcd_bytes *bytes)
{
	static struct cardea_etcd_page page;
	const struct cardea_key from = key("alice"),
				below = { .bytes = "token", .len = 6 };
	struct cardea_etcd_head head;

	if (cardea_etcd_read_list(bytes, PREFIX, &from, &below, &head, &page,
		NULL) != CARDEA_OK) {
		must(page.count == 0);
		return;
	}
	judge_head(&head);
	must(page.count <= CARDEA_ETCD_PAGE);
	must(!page.more || page.count > 0);
	for (size_t i = 0; i < page.count; i++) {
		must(page.keys[i].len < CARDEA_KEY_MAX);
		must(memcmp(page.keys[i].bytes, below.bytes, below.len) == 0);
		judge_value(&page.values[i], &head);
	}
	cardea_etcd_page_clear(&page);
}

static void
try_commit(const struct cardea_etcd_bytes *bytes, bool only_checks)
{
	const struct cardea_change changes[] = {
		{ .kind = only_checks ? CARDEA_CHANGE_CHECK : CARDEA_CHANGE_PUT,
		    .key = key("alice"),
		    .version = 90,
		    .data = (const unsigned char *)"mine",
		    .len = 4 },
		{ .kind = CARDEA_CHANGE_CHECK, .key = key("bob") },
	};
	enum cardea_etcd_outcome outcome = CARDEA_ETCD_LOST;
	struct cardea_etcd_head head;

	if (cardea_etcd_read_commit(
		bytes, PREFIX, changes, 2, &head, &outcome, NULL) != CARDEA_OK)
		return;
	judge_head(&head);
	if (outcome == CARDEA_ETCD_DONE)
		must(head.revision >= (only_checks ? 90u : 91u));
	if (outcome == CARDEA_ETCD_OURS)
		must(!only_checks &&
		    memmem(bytes->data, bytes->len, "mine", 4) != NULL);
}

static void
try_status(const struct cardea_etcd_bytes *bytes)
{
	struct cardea_etcd_status status;

	if (cardea_etcd_read_status(bytes, &status, NULL) != CARDEA_OK)
		return;
	judge_head(&status.head);
	must(strlen(status.version) < sizeof(status.version));
	must(strlen(status.trouble) < sizeof(status.trouble));
}

/* The lines of a head, until an empty one. */
static size_t
take_lines(
    struct cardea_grpc_answer *answer, const unsigned char *data, size_t size)
{
	size_t at = 0;

	while (at < size && data[at] != '\n') {
		const unsigned char *end = memchr(data + at, '\n', size - at);
		size_t len = end != NULL ? (size_t)(end - data) - at + 1
					 : size - at;

		(void)!cardea_grpc_take_line(
		    answer, (const char *)data + at, len);
		must(answer->code >= -2 && answer->code <= 16);
		must(strlen(answer->text) <= CARDEA_GRPC_TEXT_MAX);
		at += len;
	}
	return at < size ? at + 1 : at;
}

static void
take_good_head(struct cardea_grpc_answer *answer)
{
	static const char *const lines[] = { "HTTP/2 200 \r\n",
		"content-type: application/grpc\r\n", "grpc-status: 0\r\n" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		must(cardea_grpc_take_line(
			 answer, lines[i], strlen(lines[i])) == CARDEA_OK);
}

static bool
take_body(struct cardea_grpc_answer *answer, const unsigned char *data,
    size_t size, size_t step)
{
	for (size_t at = 0; at < size; at += step) {
		if (cardea_grpc_take(answer, data + at,
			size - at < step ? size - at : step) != CARDEA_OK)
			return false;
		must(answer->len <= answer->want);
		must(answer->want <= ANSWER_MAX);
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct cardea_grpc_answer answer;
	struct cardea_diag diag = { .line = 0 };
	struct cardea_etcd_bytes bytes;
	size_t at = 2;
	bool final;

	if (size < 3)
		return 0;
	cardea_grpc_begin(&answer, ANSWER_MAX, &diag);
	if ((data[0] & 128) != 0)
		at += take_lines(&answer, data + at, size - at);
	else
		take_good_head(&answer);
	if (take_body(&answer, data + at, size - at, data[1] + 1u) &&
	    cardea_grpc_end(&answer, &final) == CARDEA_OK) {
		bytes.data = answer.bytes;
		bytes.len = answer.len;
		switch (data[0] & 7) {
		case 0:
			try_get(&bytes);
			break;
		case 1:
			try_list(&bytes);
			break;
		case 2:
		case 3:
			try_commit(&bytes, (data[0] & 1) != 0);
			break;
		default:
			try_status(&bytes);
			break;
		}
	}
	cardea_grpc_clear(&answer);
	return 0;
}
