/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_etcd PORT CERTIFICATE KEY MODE...: a server of a cluster that is not
 * what it should be.  Each request is answered as the next MODE says, and the
 * last one stays.  HTTP/2 by hand, because no library would send most of it.
 *
 *   good missing            what a server would say
 *   lost ours               a commit that lost: to others, to itself
 *   cut                     takes the request and goes
 *   silent reset goaway     no answer, of three kinds
 *   MODE of the tables      a good answer with one thing wrong
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "store/driver.h"
#include "store/library/etcd.pb-c.h"

#define CLUSTER 0x1111
#define REVISION 100
#define DATA 0
#define HEADERS 1
#define RST 3
#define SETTINGS 4
#define PING 6
#define GOAWAY 7
#define WINDOW 8
#define END_STREAM 1
#define END_HEADERS 4

static SSL *tls;
static const char *mode;
static unsigned char body[4 << 20];
static size_t body_len;
static uint32_t stream;

static bool
is(const char *name)
{
	return strcmp(mode, name) == 0;
}

/* --- frames -------------------------------------------------------------- */

static bool
put(const void *bytes, size_t len)
{
	return len == 0 || SSL_write(tls, bytes, (int)len) == (int)len;
}

static bool
take(void *bytes, size_t len)
{
	unsigned char *to = bytes;

	while (len > 0) {
		int got = SSL_read(tls, to, (int)len);

		if (got <= 0)
			return false;
		to += got;
		len -= (size_t)got;
	}
	return true;
}

static bool
frame(int type, int flags, uint32_t of, const void *bytes, size_t len)
{
	const unsigned char head[9] = { (unsigned char)(len >> 16),
		(unsigned char)(len >> 8), (unsigned char)len,
		(unsigned char)type, (unsigned char)flags,
		(unsigned char)(of >> 24), (unsigned char)(of >> 16),
		(unsigned char)(of >> 8), (unsigned char)of };

	return put(head, sizeof(head)) && put(bytes, len);
}

/* A line of a head, never compressed (RFC 7541, 6.2.2). */
static size_t
line(unsigned char *to, const char *name, const char *value)
{
	size_t at = 0;

	to[at++] = 0;
	to[at++] = (unsigned char)strlen(name);
	memcpy(to + at, name, strlen(name));
	at += strlen(name);
	to[at++] = (unsigned char)strlen(value);
	memcpy(to + at, value, strlen(value));
	return at + strlen(value);
}

static bool
head(const char *http, const char *type)
{
	unsigned char text[256];
	size_t len = 0;

	text[len++] = 0x08; /* :status */
	text[len++] = 3;
	memcpy(text + len, http, 3);
	len += 3;
	len += line(text + len, "content-type", type);
	if (http[0] == '3')
		len += line(text + len, "location", "https://127.0.0.1:1/");
	return frame(HEADERS, END_HEADERS, stream, text, len);
}

static bool
trailer(const char *code, const char *message)
{
	unsigned char text[256];
	size_t len = line(text, "grpc-status", code);

	if (is("two-statuses"))
		len += line(text + len, "grpc-status", "0");
	len += line(text + len, "grpc-message", message);
	return frame(HEADERS, END_HEADERS | END_STREAM, stream, text, len);
}

static bool
data(const void *bytes, size_t len, bool is_last)
{
	const unsigned char *from = bytes;

	for (; len > 16384; len -= 16384, from += 16384)
		if (!frame(DATA, 0, stream, from, 16384))
			return false;
	return frame(DATA, is_last ? END_STREAM : 0, stream, from, len);
}

/* --- answers, good ones and worse ---------------------------------------- */

static Etcd__ResponseHeader header;
static unsigned char big[200000];

static size_t
wrap(const ProtobufCMessage *message, unsigned char *to)
{
	size_t len = protobuf_c_message_pack(message, to + 5);

	to[0] = is("compressed") ? 1 : 0;
	to[1] = 0;
	to[2] = (unsigned char)(len >> 16);
	to[3] = (unsigned char)(len >> 8);
	to[4] = (unsigned char)len;
	return len + 5;
}

static size_t
answer_range(const Etcd__RangeRequest *request, unsigned char *to)
{
	static unsigned char key[1024];
	Etcd__RangeResponse range = ETCD__RANGE_RESPONSE__INIT;
	Etcd__KeyValue rows[2] = { ETCD__KEY_VALUE__INIT,
		ETCD__KEY_VALUE__INIT };
	Etcd__KeyValue *all[2] = { &rows[0], &rows[1] };

	memcpy(key, request->key.data, request->key.len);
	for (int i = 0; i < 2; i++) {
		rows[i].key = request->key;
		rows[i].key.data = key;
		rows[i].create_revision = 30;
		rows[i].mod_revision = is("of-the-future") ? REVISION + 1
		    : is("of-no-time")			   ? 0
		    : is("older")			   ? 40
							   : 90;
		rows[i].value.data = (uint8_t *)"value";
		rows[i].value.len = 5;
	}
	if (is("large-record")) {
		rows[0].value.data = big;
		rows[0].value.len = CARDEA_SEALED_MAX + 1;
	}
	if (is("wrong-key"))
		key[request->key.len - 2] ^= 1;
	if (is("foreign-key"))
		memcpy(key, "/other/", 7);
	if (is("short-key"))
		rows[0].key.len = 3;
	range.header = is("no-head") ? NULL : &header;
	range.kvs = all;
	range.n_kvs = is("missing")		   ? 0
	    : is("two-records") || is("unordered") ? 2
						   : 1;
	range.more = is("more") || is("endless-list");
	return wrap(&range.base, to);
}

static Etcd__TxnRequest *kept; /* the commit that was cut */

static void
answer_part(const Etcd__RequestOp *asked, Etcd__ResponseOp *part)
{
	static Etcd__RangeResponse range[64];
	static Etcd__KeyValue rows[64];
	static Etcd__KeyValue *all[64];
	static Etcd__PutResponse done = ETCD__PUT_RESPONSE__INIT;
	static Etcd__DeleteRangeResponse gone =
	    ETCD__DELETE_RANGE_RESPONSE__INIT;
	static size_t at;
	size_t i = at++ % 64;

	etcd__response_op__init(part);
	part->response_case =
	    (Etcd__ResponseOp__ResponseCase)asked->request_case;
	if (asked->request_case == ETCD__REQUEST_OP__REQUEST_PUT) {
		part->put = &done;
		return;
	}
	if (asked->request_case == ETCD__REQUEST_OP__REQUEST_DELETE_RANGE) {
		part->delete_range = &gone;
		return;
	}
	etcd__range_response__init(&range[i]);
	etcd__key_value__init(&rows[i]);
	all[i] = &rows[i];
	part->range = &range[i];
	range[i].kvs = &all[i];
	range[i].n_kvs = 1;
	rows[i].key = asked->range->key;
	rows[i].create_revision = rows[i].mod_revision = REVISION;
	rows[i].value.data = (uint8_t *)"of another";
	rows[i].value.len = 10;
	for (size_t j = 0; is("ours") && kept != NULL && j < kept->n_success;
	     j++)
		if (kept->success[j]->request_case ==
			ETCD__REQUEST_OP__REQUEST_PUT &&
		    kept->success[j]->put->key.len == rows[i].key.len &&
		    memcmp(kept->success[j]->put->key.data, rows[i].key.data,
			rows[i].key.len) == 0)
			rows[i].value = kept->success[j]->put->value;
}

static size_t
answer_txn(const Etcd__TxnRequest *request, unsigned char *to)
{
	Etcd__TxnResponse txn = ETCD__TXN_RESPONSE__INIT;
	Etcd__ResponseOp parts[128], *all[128];
	bool lost = is("lost") || is("ours") || is("lost-bare");
	size_t count = lost ? request->n_failure : request->n_success;

	header.revision += is("stale-commit") ? 0 : 1;
	txn.header = is("no-head") ? NULL : &header;
	txn.succeeded = !lost;
	for (size_t i = 0; i < count; i++) {
		answer_part(lost ? request->failure[i] : request->success[i],
		    &parts[i]);
		all[i] = &parts[i];
	}
	if (is("wrong-parts") && count > 0)
		parts[0].response_case = ETCD__RESPONSE_OP__RESPONSE__NOT_SET;
	if (is("extra-parts"))
		all[count] = all[0];
	txn.responses = all;
	txn.n_responses = is("no-parts") || is("lost-bare") ? 0
	    : is("extra-parts")				    ? count + 1
							    : count;
	return wrap(&txn.base, to);
}

static size_t
answer(unsigned char *to)
{
	Etcd__RangeRequest *range = NULL;
	Etcd__TxnRequest *txn = NULL;
	size_t len;

	etcd__response_header__init(&header);
	header.cluster_id = is("other-cluster") ? 0x2222 : CLUSTER;
	header.member_id = is("no-member") ? 0 : 7;
	header.revision = is("older") ? 50 : is("no-revision") ? 0 : REVISION;
	/* a range begins with a key, a transaction with a comparison */
	if (body_len > 8 && body[5] == 0x0a && body[7] == '/') {
		range = etcd__range_request__unpack(
		    NULL, body_len - 5, body + 5);
		len = range != NULL ? answer_range(range, to) : 0;
		etcd__range_request__free_unpacked(range, NULL);
		return len;
	}
	txn = etcd__txn_request__unpack(NULL, body_len - 5, body + 5);
	if (txn == NULL)
		return 0;
	len = answer_txn(txn, to);
	if (is("cut") && kept == NULL)
		kept = txn;
	else
		etcd__txn_request__free_unpacked(txn, NULL);
	return len;
}

/* --- what is done with them ---------------------------------------------- */

static bool
drip(const unsigned char *bytes, size_t len)
{
	for (size_t i = 0;; i = (i + 1) % len) {
		if (!data(bytes + i, 1, false))
			return false;
		usleep(50000);
	}
}

static bool
send_endless_head(void)
{
	unsigned char text[512];
	char value[200];
	size_t len;

	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	for (;;) {
		len = line(text, "x", "y");
		len += line(text + len, "padding", value);
		if (!frame(HEADERS, 0, stream, text, len))
			return false;
		for (;;)
			if (!frame(9, 0, stream, text, len)) /* more of it */
				return false;
	}
}

/* Other heads, and other endings. */
static bool
send_otherwise(const unsigned char *bytes, size_t len, bool *ret_done)
{
	static const unsigned char eight[8] = { 0 };

	*ret_done = true;
	if (is("silent"))
		return take(body, sizeof(body));
	if (is("cut"))
		return false;
	if (is("reset"))
		return frame(RST, 0, stream, eight, 4);
	if (is("goaway"))
		return frame(GOAWAY, 0, 0, eight, 8) && false;
	if (is("junk"))
		return put(big + 7, 4096);
	if (is("endless-head"))
		return send_endless_head();
	if (is("redirect"))
		return head("302", "text/html") && data("", 0, true);
	if (is("error-500"))
		return head("500", "text/html") && data("<h1>", 4, true);
	if (is("html"))
		return head("200", "text/html") && data("<html>", 6, true);
	if (is("denied"))
		return head("200", "application/grpc") &&
		    trailer("7", "etcdserver: permission denied");
	if (is("no-body"))
		return head("200", "application/grpc") && trailer("0", "");
	if (is("no-trailer"))
		return head("200", "application/grpc") &&
		    data(bytes, len, true);
	if (is("odd-status"))
		return head("200", "application/grpc") &&
		    data(bytes, len, false) && trailer("zero", "");
	*ret_done = false;
	return true;
}

static bool
send_answer(void)
{
	static unsigned char bytes[300000];
	size_t len = answer(bytes);
	bool done;
	bool good = send_otherwise(bytes, len, &done);

	if (done)
		return good;
	if (!head("200", "application/grpc"))
		return false;
	if (is("oversized"))
		memcpy(bytes + 1, "\x7f\xff\xff\xff", 4);
	if (is("drip")) {
		memcpy(bytes + 1, "\0\0\xff\xff", 4);
		return drip(bytes, len);
	}
	if (is("garbage"))
		for (size_t i = 5; i < len; i++)
			bytes[i] = (unsigned char)(i * 131 + 17);
	if (!data(bytes, is("truncated") ? len / 2 : len, false))
		return false;
	if (is("flood"))
		while (data(big, 16000, false))
			continue;
	if (is("duplicate") && !data(bytes, len, false))
		return false;
	return trailer(is("two-statuses") ? "1" : "0", "");
}

/* --- connections --------------------------------------------------------- */

static bool
take_frame(bool *ret_whole)
{
	static unsigned char bytes[1 << 20];
	unsigned char start[9];
	size_t len;

	*ret_whole = false;
	if (!take(start, sizeof(start)))
		return false;
	len = (size_t)start[0] << 16 | (size_t)start[1] << 8 | start[2];
	if (len > sizeof(bytes) || !take(bytes, len))
		return false;
	if (start[3] == SETTINGS && (start[4] & 1) == 0)
		return frame(SETTINGS, 1, 0, "", 0);
	if (start[3] == PING && (start[4] & 1) == 0)
		return frame(PING, 1, 0, bytes, len);
	if (start[3] == HEADERS) {
		stream = (uint32_t)start[7] << 8 | start[8];
		body_len = 0;
	}
	if (start[3] == DATA && body_len + len <= sizeof(body)) {
		memcpy(body + body_len, bytes, len);
		body_len += len;
	}
	*ret_whole = start[3] == DATA && (start[4] & END_STREAM) != 0;
	return true;
}

static void
serve(char **modes, int *at)
{
	unsigned char window[6] = { 0, 4, 0x7f, 0xff, 0xff, 0xff };
	char preface[24];
	bool whole;

	mode = modes[*at];
	if (is("http1")) {
		(void)SSL_read(tls, body, 1000);
		(void)put("HTTP/1.1 200 OK\r\nContent-Type: application/grpc"
			  "\r\ngrpc-status: 0\r\nContent-Length: 0\r\n\r\n",
		    87);
		return;
	}
	if (!take(preface, sizeof(preface)) ||
	    !frame(SETTINGS, 0, 0, window, sizeof(window)) ||
	    !frame(WINDOW, 0, 0, "\x3f\xff\0\0", 4))
		return;
	while (take_frame(&whole)) {
		if (!whole)
			continue;
		mode = modes[*at];
		if (modes[*at + 1] != NULL)
			(*at)++;
		if (!send_answer())
			return;
	}
}

static int
choose(SSL *with, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned int in_len, void *context)
{
	(void)with;
	(void)in;
	(void)in_len;
	*out = (const unsigned char *)(context != NULL ? "http/1.1" : "h2");
	*out_len = context != NULL ? 8 : 2;
	return SSL_TLSEXT_ERR_OK;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in where = { .sin_family = AF_INET };
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	int at = 0, one = 1, fd = socket(AF_INET, SOCK_STREAM, 0), peer;

	if (argc < 5)
		return 2;
	(void)signal(SIGPIPE, SIG_IGN);
	memset(big, 0x5a, sizeof(big));
	where.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (SSL_CTX_use_certificate_chain_file(context, argv[2]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(context, argv[3], SSL_FILETYPE_PEM) !=
		1 ||
	    bind(fd, (struct sockaddr *)&where, sizeof(where)) != 0 ||
	    listen(fd, 64) != 0)
		return 2;
	SSL_CTX_set_alpn_select_cb(
	    context, choose, strcmp(argv[4], "http1") == 0 ? argv : NULL);
	puts("ready");
	fflush(stdout);
	for (;;) {
		peer = accept(fd, NULL, NULL);
		tls = SSL_new(context);
		if (SSL_set_fd(tls, peer) == 1 && SSL_accept(tls) == 1)
			serve(argv + 4, &at);
		SSL_free(tls);
		(void)close(peer);
	}
}
