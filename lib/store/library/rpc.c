/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/file.h"
#include "base/secret.h"
#include "base/text.h"
#include "store/library/grpc.h"
#include "store/library/rpc.h"

#define HEAD_MAX 16384
#define HOST_MAX (CARDEA_NAME_MAX + 2)
#define URL_MAX (HOST_MAX + 128)

struct file {
	char *bytes;
	size_t len;
};

struct cardea_rpc {
	CURL *curl;
	struct curl_slist *headers;
	struct file trust, certificate, key;
	char error[CURL_ERROR_SIZE];
};

/* A call under way. */
struct transfer {
	const struct cardea_rpc_call *call;
	unsigned char prefix[CARDEA_GRPC_PREFIX];
	size_t sent; /* of prefix and request */
	size_t head_len;
	struct cardea_grpc_answer answer;
	enum cardea_status status; /* why we ended it, if we did */
};

/* --- what libcurl asks of us --------------------------------------------- */

static size_t
give_request(char *to, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t room = size * count, done = 0;

	for (; done < room && transfer->sent < CARDEA_GRPC_PREFIX; done++)
		to[done] = (char)transfer->prefix[transfer->sent++];
	if (done < room) {
		size_t at = transfer->sent - CARDEA_GRPC_PREFIX;
		size_t left = transfer->call->request_len - at;
		size_t len = left < room - done ? left : room - done;

		if (len > 0)
			memcpy(to + done, transfer->call->request + at, len);
		transfer->sent += len;
		done += len;
	}
	return done;
}

/* A connection that was kept and has died is opened again by libcurl, and
 * what was sent would be sent again: it may have been done by then. */
static int
refuse_rewind(void *context, curl_off_t offset, int origin)
{
	(void)context;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

static size_t
take_line(char *line, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t len = size * count;

	transfer->head_len += len;
	if (transfer->head_len > HEAD_MAX)
		transfer->status = cardea_diag_set(transfer->answer.diag,
		    CARDEA_E_CORRUPT, "the answer has an endless head");
	else
		transfer->status = cardea_grpc_take_line(
		    &transfer->answer, line, len);
	return transfer->status == CARDEA_OK ? len : 0;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t len = size * count;

	transfer->status = cardea_grpc_take(&transfer->answer, bytes, len);
	return transfer->status == CARDEA_OK ? len : 0;
}

/* --- options ------------------------------------------------------------- */

static unsigned int
set_blob(CURL *curl, CURLoption option, const struct file *file)
{
	/* not copied: the copy of a key would not be wiped */
	struct curl_blob blob = {
		.data = file->bytes,
		.len = file->len,
		.flags = CURL_BLOB_NOCOPY,
	};

	return curl_easy_setopt(curl, option, &blob);
}

/* 0 if all were taken: an option that libcurl does not know must not be
 * passed over. */
static unsigned int
set_safety(struct cardea_rpc *rpc)
{
	CURL *curl = rpc->curl;
	unsigned int failed = 0;

	failed |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	failed |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	failed |= curl_easy_setopt(
	    curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* the cluster's authority and no other */
	failed |= curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	failed |= curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	failed |= set_blob(curl, CURLOPT_CAINFO_BLOB, &rpc->trust);
	failed |= set_blob(curl, CURLOPT_SSLCERT_BLOB, &rpc->certificate);
	failed |= set_blob(curl, CURLOPT_SSLKEY_BLOB, &rpc->key);
	failed |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	failed |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
	failed |= curl_easy_setopt(
	    curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	failed |= curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	failed |= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	return failed;
}

static unsigned int
set_form(struct cardea_rpc *rpc)
{
	static const char *const lines[] = { "Content-Type: application/grpc",
		"TE: trailers", "User-Agent: cardea", "Accept:", "Expect:" };
	CURL *curl = rpc->curl;
	unsigned int failed = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct curl_slist *longer = curl_slist_append(
		    rpc->headers, lines[i]);

		if (longer == NULL)
			return 1;
		rpc->headers = longer;
	}
	failed |= curl_easy_setopt(curl, CURLOPT_HTTPHEADER, rpc->headers);
	failed |= curl_easy_setopt(
	    curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	failed |= curl_easy_setopt(curl, CURLOPT_POST, 1L);
	failed |= curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_request);
	failed |= curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, refuse_rewind);
	failed |= curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_line);
	failed |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	failed |= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, rpc->error);
	return failed;
}

/* Where to, by address, and for how long. */
static unsigned int
set_call(struct cardea_rpc *rpc, struct transfer *transfer,
    struct curl_slist **ret_way)
{
	const struct cardea_rpc_call *call = transfer->call;
	const struct cardea_endpoint *endpoint = call->endpoint;
	bool is_v6 = strchr(endpoint->address, ':') != NULL;
	bool is_name = strcmp(endpoint->name, endpoint->address) != 0;
	char url[URL_MAX], way[HOST_MAX + 16];
	CURL *curl = rpc->curl;
	unsigned int failed = 0;

	if (cardea_text_print(url, sizeof(url),
		is_v6 && !is_name ? "https://[%s]:%u/%s" : "https://%s:%u/%s",
		endpoint->name, endpoint->port, call->method) != CARDEA_OK ||
	    cardea_text_print(way, sizeof(way), is_v6 ? "::[%s]:%u" : "::%s:%u",
		endpoint->address, endpoint->port) != CARDEA_OK)
		return 1;
	*ret_way = curl_slist_append(NULL, way);
	if (*ret_way == NULL)
		return 1;
	rpc->error[0] = '\0';
	failed |= curl_easy_setopt(curl, CURLOPT_URL, url);
	failed |= curl_easy_setopt(curl, CURLOPT_CONNECT_TO, *ret_way);
	failed |= curl_easy_setopt(
	    curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
	failed |= curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)(call->request_len + CARDEA_GRPC_PREFIX));
	failed |= curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
	failed |= curl_easy_setopt(curl, CURLOPT_SEEKDATA, transfer);
	failed |= curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
	failed |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	return failed;
}

/* --- open and close ------------------------------------------------------ */

static enum cardea_status
read_file(const char *path, enum cardea_file_kind kind, struct file *file,
    struct cardea_diag *diag)
{
	enum cardea_status status = cardea_file_read(
	    path, kind, CARDEA_CERT_FILE_MAX, &file->bytes, &file->len, diag);

	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	return status;
}

enum cardea_status
cardea_rpc_open(const struct cardea_store_cluster *cluster,
    struct cardea_rpc **ret_rpc, struct cardea_diag *diag)
{
	struct cardea_rpc *rpc = calloc(1, sizeof(*rpc));
	enum cardea_status status;

	if (rpc == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "no memory");
	status = read_file(
	    cluster->trust, CARDEA_FILE_CONFIG, &rpc->trust, diag);
	if (status == CARDEA_OK)
		status = read_file(cluster->certificate, CARDEA_FILE_CONFIG,
		    &rpc->certificate, diag);
	if (status == CARDEA_OK)
		status = read_file(
		    cluster->key, CARDEA_FILE_SECRET, &rpc->key, diag);
	if (status != CARDEA_OK)
		goto out;
	/* libcurl would write the keys of every connection where it says */
	(void)unsetenv("SSLKEYLOGFILE");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		rpc->curl = curl_easy_init();
	if (rpc->curl == NULL || set_safety(rpc) != 0 || set_form(rpc) != 0)
		status = cardea_diag_set(diag, CARDEA_E_INTERNAL,
		    "libcurl does not take what is asked of it");
out:
	if (status == CARDEA_OK)
		*ret_rpc = rpc; /* moved */
	else
		cardea_rpc_close(rpc);
	return status;
}

static void
drop_file(struct file *file)
{
	if (file->bytes != NULL)
		cardea_wipe(file->bytes, file->len);
	free(file->bytes);
}

void
cardea_rpc_close(struct cardea_rpc *rpc)
{
	if (rpc == NULL)
		return;
	curl_easy_cleanup(rpc->curl);
	curl_slist_free_all(rpc->headers);
	drop_file(&rpc->trust);
	drop_file(&rpc->certificate);
	drop_file(&rpc->key);
	free(rpc);
}

/* --- a call -------------------------------------------------------------- */

/* A server that does not take our certificate says so by an alert, with TLS
 * 1.3 only after it was asked. */
static bool
is_alert(const char *text)
{
	return strstr(text, " alert ") != NULL;
}

static enum cardea_status
judge_failure(CURLcode code, const char *text, bool sent)
{
	/* a list of values: what is not here is trouble of the line */
	if (code == CURLE_OUT_OF_MEMORY)
		return CARDEA_E_MEMORY;
	if (code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE ||
	    code == CURLE_SSL_ISSUER_ERROR || is_alert(text))
		return CARDEA_E_UNSAFE;
	/* a server that dies meanwhile is no stranger */
	if (code == CURLE_SSL_CONNECT_ERROR)
		return strstr(text, "SSL_connect:") != NULL ? CARDEA_E_IO
							    : CARDEA_E_UNSAFE;
	return sent ? CARDEA_E_TIMEOUT : CARDEA_E_IO;
}

static enum cardea_status
tell_failure(const struct cardea_rpc *rpc, const struct transfer *transfer,
    CURLcode code, bool sent)
{
	const char *text = rpc->error[0] != '\0' ? rpc->error
						 : curl_easy_strerror(code);

	if (transfer->status != CARDEA_OK)
		return transfer->status; /* said already */
	if (code == CURLE_OPERATION_TIMEDOUT)
		return cardea_diag_set(transfer->answer.diag,
		    sent ? CARDEA_E_TIMEOUT : CARDEA_E_IO,
		    sent ? "no answer within %u ms"
			 : "not reached within %u ms",
		    transfer->call->timeout_ms);
	return cardea_diag_set(
	    transfer->answer.diag, judge_failure(code, text, sent), "%s", text);
}

static enum cardea_status
perform(struct cardea_rpc *rpc, struct transfer *transfer,
    struct cardea_rpc_end *ret_end)
{
	CURLcode code = curl_easy_perform(rpc->curl);
	curl_off_t total = 0, ready = 0;

	(void)curl_easy_getinfo(rpc->curl, CURLINFO_TOTAL_TIME_T, &total);
	(void)curl_easy_getinfo(rpc->curl, CURLINFO_PRETRANSFER_TIME_T, &ready);
	ret_end->latency_us = (uint64_t)total;
	ret_end->sent = code == CURLE_OK || transfer->sent > 0 || ready > 0;
	ret_end->cut = ready > 0 && code != CURLE_OK &&
	    code != CURLE_OPERATION_TIMEDOUT && transfer->status == CARDEA_OK &&
	    transfer->answer.code <= 0 && !is_alert(rpc->error);
	/* who does not want to read all of it says so before we have said it,
	 * which libcurl takes for a broken stream */
	if (code != CURLE_OK &&
	    (transfer->status != CARDEA_OK || transfer->answer.code <= 0))
		return tell_failure(rpc, transfer, code, ret_end->sent);
	return cardea_grpc_end(&transfer->answer, &ret_end->final);
}

enum cardea_status
cardea_rpc_call(struct cardea_rpc *rpc, const struct cardea_rpc_call *call,
    struct cardea_rpc_end *ret_end, struct cardea_diag *diag)
{
	struct transfer transfer = { .call = call };
	struct curl_slist *way = NULL;
	enum cardea_status status;

	memset(ret_end, 0, sizeof(*ret_end));
	cardea_grpc_prefix(transfer.prefix, call->request_len);
	cardea_grpc_begin(&transfer.answer, call->answer_max, diag);
	if (set_call(rpc, &transfer, &way) != 0)
		status = cardea_diag_set(diag, CARDEA_E_INTERNAL,
		    "libcurl does not take what is asked of it");
	else
		status = perform(rpc, &transfer, ret_end);
	if (status == CARDEA_OK) {
		ret_end->bytes = transfer.answer.bytes; /* moved */
		ret_end->len = transfer.answer.len;
		transfer.answer.bytes = NULL;
	}
	cardea_grpc_clear(&transfer.answer);
	(void)curl_easy_setopt(rpc->curl, CURLOPT_CONNECT_TO, NULL);
	curl_slist_free_all(way);
	return status;
}
