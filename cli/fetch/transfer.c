/* SPDX-License-Identifier: BSD-2-Clause */
#include <config.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "base/text.h"
#include "cli/fetch/transfer.h"

#define CONNECT_S 15L
#define ADDRESSES_MAX 8
#define RESOLVE_MAX (NI_MAXHOST + 16 + ADDRESSES_MAX * (NI_MAXHOST + 3))

struct transfer {
	const struct cardea_fetch *fetch;
	struct cardea_stream_end *end;
	CURL *curl;
	char url[CARDEA_URL_MAX + 1];
	bool is_https;
	size_t len;
	struct curl_slist *resolve, *headers;
	char error[CURL_ERROR_SIZE];
};

static enum cardea_status end_with(struct transfer *transfer,
    enum cardea_status status, const char *format, ...) CARDEA_PRINTF(3, 4);

static enum cardea_status
end_with(struct transfer *transfer, enum cardea_status status,
    const char *format, ...)
{
	struct cardea_stream_end *end = transfer->end;
	va_list arguments;

	end->status = status;
	va_start(arguments, format);
	(void)vsnprintf(end->reason, sizeof(end->reason), format, arguments);
	va_end(arguments);
	return status;
}

/* --- where to ------------------------------------------------------------ */

static enum cardea_status
read_address(struct transfer *transfer, char host[NI_MAXHOST], char port[16])
{
	CURLU *parts = curl_url();
	char *scheme = NULL, *name = NULL, *number = NULL;
	enum cardea_status status = CARDEA_E_SYNTAX;
	bool is_https;

	if (parts == NULL ||
	    curl_url_set(parts, CURLUPART_URL, transfer->url,
		CURLU_DISALLOW_USER) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_HOST, &name, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_PORT, &number, CURLU_DEFAULT_PORT) !=
		CURLUE_OK)
		goto out;
	is_https = strcmp(scheme, "https") == 0;
	if (!is_https && strcmp(scheme, "http") != 0)
		goto out;
	/* what was asked of a server that shows who it is must not be answered
	 * by one that does not */
	status = transfer->is_https && !is_https ? CARDEA_E_UNSAFE : CARDEA_OK;
	transfer->is_https = is_https;
	if (cardea_text_copy(host, NI_MAXHOST, name) != CARDEA_OK ||
	    cardea_text_copy(port, 16, number) != CARDEA_OK)
		status = CARDEA_E_RANGE;
out:
	if (status == CARDEA_E_UNSAFE)
		(void)end_with(transfer, status, "is led from https to http");
	else if (status != CARDEA_OK)
		(void)end_with(
		    transfer, status, "is no address of http or https");
	curl_free(scheme);
	curl_free(name);
	curl_free(number);
	curl_url_cleanup(parts);
	return status;
}

static size_t
add_address(const struct addrinfo *info, char *text, size_t size)
{
	char address[NI_MAXHOST];
	bool is_v6 = info->ai_family == AF_INET6;
	int len;

	if (getnameinfo(info->ai_addr, info->ai_addrlen, address,
		sizeof(address), NULL, 0, NI_NUMERICHOST) != 0)
		return 0;
	len = snprintf(
	    text, size, "%s%s%s,", is_v6 ? "[" : "", address, is_v6 ? "]" : "");
	return len > 0 && (size_t)len < size ? (size_t)len : 0;
}

/* libcurl would start a thread for it, which we may not; and so it is known
 * who is asked. */
static enum cardea_status
resolve(struct transfer *transfer)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	char host[NI_MAXHOST], port[16], text[RESOLVE_MAX];
	struct addrinfo *found = NULL;
	enum cardea_status status = read_address(transfer, host, port);
	size_t len, count = 0;
	int error;

	if (status != CARDEA_OK || host[0] == '[')
		return status; /* a numeric one is its own */
	error = getaddrinfo(host, port, &hints, &found);
	if (error != 0)
		return end_with(
		    transfer, CARDEA_E_IO, "%s: %s", host, gai_strerror(error));
	len = (size_t)snprintf(text, sizeof(text), "%s:%s:", host, port);
	for (struct addrinfo *at = found; at != NULL && count < ADDRESSES_MAX;
	     at = at->ai_next, count++)
		len += add_address(at, text + len, sizeof(text) - len);
	freeaddrinfo(found);
	text[len - 1] = '\0'; /* the last comma */
	curl_slist_free_all(transfer->resolve);
	transfer->resolve = curl_slist_append(NULL, text);
	return transfer->resolve == NULL ? CARDEA_E_MEMORY : CARDEA_OK;
}

/* --- what comes ---------------------------------------------------------- */

static size_t
take(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t len = size * count;
	long code = 0;

	(void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &code);
	if (code >= 300 && code < 400)
		return len; /* the page that comes with a redirect */
	if (len > transfer->fetch->max - transfer->len) {
		(void)end_with(transfer, CARDEA_E_RANGE,
		    "is larger than %zu bytes", transfer->fetch->max);
		return 0;
	}
	transfer->len += len;
	return cardea_stream_put(bytes, len) == CARDEA_OK ? len : 0;
}

/* --- how ----------------------------------------------------------------- */

/* 0 if all were taken: an option that libcurl does not know must not be
 * passed over. */
static unsigned int
set_safety(struct transfer *transfer)
{
	CURL *curl = transfer->curl;
	const struct cardea_fetch *fetch = transfer->fetch;
	unsigned int failed = 0;

	/* X06: who the server is, by its name; there is no way around it */
	failed |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	failed |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	failed |= curl_easy_setopt(
	    curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (fetch->trust != NULL) {
		struct curl_blob blob = {
			.data = (void *)(uintptr_t)fetch->trust,
			.len = fetch->trust_len,
			.flags = CURL_BLOB_COPY,
		};

		failed |= curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
		failed |= curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
		failed |= curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
	}
	failed |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	failed |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
	failed |= curl_easy_setopt(
	    curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	failed |= curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	failed |= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	return failed;
}

static unsigned int
set_limits(struct transfer *transfer)
{
	CURL *curl = transfer->curl;
	const struct cardea_fetch *fetch = transfer->fetch;
	unsigned int failed = 0;

	failed |= curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)fetch->all_s);
	failed |= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	failed |= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	failed |= curl_easy_setopt(
	    curl, CURLOPT_LOW_SPEED_TIME, (long)fetch->stall_s);
	failed |= curl_easy_setopt(
	    curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)fetch->max);
	failed |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	failed |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	failed |= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->error);
	failed |= curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	failed |= curl_easy_setopt(
	    curl, CURLOPT_USERAGENT, "cardea-refresh/" PACKAGE_VERSION);
	return failed;
}

/* RFC 6960, appendix A.1 */
static unsigned int
set_body(struct transfer *transfer)
{
	const struct cardea_fetch *fetch = transfer->fetch;
	CURL *curl = transfer->curl;
	unsigned int failed = 0;

	if (fetch->body == NULL)
		return 0;
	transfer->headers = curl_slist_append(
	    NULL, "Content-Type: application/ocsp-request");
	failed |= transfer->headers == NULL ? 1u : 0u;
	failed |= curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
	failed |= curl_easy_setopt(curl, CURLOPT_POST, 1L);
	failed |= curl_easy_setopt(
	    curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)fetch->body_len);
	failed |= curl_easy_setopt(curl, CURLOPT_POSTFIELDS, fetch->body);
	return failed;
}

/* --- how it went --------------------------------------------------------- */

static enum cardea_status
tell_failure(struct transfer *transfer, CURLcode code)
{
	const char *text = transfer->error[0] != '\0'
	    ? transfer->error
	    : curl_easy_strerror(code);

	if (transfer->end->status != CARDEA_OK)
		return transfer->end->status; /* said already */
	/* a list of values: what is not here is trouble of the line */
	if (code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CACERT_BADFILE ||
	    code == CURLE_SSL_CONNECT_ERROR ||
	    code == CURLE_UNSUPPORTED_PROTOCOL)
		return end_with(transfer, CARDEA_E_UNSAFE, "%s", text);
	if (code == CURLE_HTTP_RETURNED_ERROR)
		return end_with(transfer, CARDEA_E_MISSING, "%s", text);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return end_with(transfer, CARDEA_E_TIMEOUT, "%s", text);
	if (code == CURLE_FILESIZE_EXCEEDED)
		return end_with(transfer, CARDEA_E_RANGE,
		    "is larger than %zu bytes", transfer->fetch->max);
	if (code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
	    code == CURLE_RECV_ERROR)
		return end_with(transfer, CARDEA_E_CLOSED, "%s", text);
	return end_with(transfer, CARDEA_E_IO, "%s", text);
}

/* OK with another address in url, or at the end of it all. */
static enum cardea_status
perform(struct transfer *transfer, bool *ret_again)
{
	char *next = NULL;
	CURLcode code;
	long http = 0;

	if (curl_easy_setopt(transfer->curl, CURLOPT_URL, transfer->url) !=
		CURLE_OK ||
	    curl_easy_setopt(
		transfer->curl, CURLOPT_RESOLVE, transfer->resolve) != CURLE_OK)
		return end_with(transfer, CARDEA_E_MEMORY, "no memory");
	code = curl_easy_perform(transfer->curl);
	if (code != CURLE_OK)
		return tell_failure(transfer, code);
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &http);
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_REDIRECT_URL, &next);
	*ret_again = next != NULL;
	if (next == NULL && http != 200)
		return end_with(
		    transfer, CARDEA_E_MISSING, "HTTP status %ld", http);
	if (next != NULL && transfer->fetch->body != NULL)
		return end_with(transfer, CARDEA_E_UNSAFE,
		    "a responder that leads elsewhere is not followed");
	if (next != NULL &&
	    cardea_text_copy(transfer->url, sizeof(transfer->url), next) !=
		CARDEA_OK)
		return end_with(transfer, CARDEA_E_RANGE,
		    "is led to an address of more than %d bytes",
		    CARDEA_URL_MAX);
	return CARDEA_OK;
}

static enum cardea_status
follow(struct transfer *transfer)
{
	enum cardea_status status = CARDEA_OK;
	bool again = true;

	for (int hops = 0; status == CARDEA_OK && again; hops++) {
		if (hops > CARDEA_FETCH_REDIRECTS_MAX)
			return end_with(transfer, CARDEA_E_UNSAFE,
			    "is led on more than %d times",
			    CARDEA_FETCH_REDIRECTS_MAX);
		status = resolve(transfer);
		if (status == CARDEA_OK)
			status = perform(transfer, &again);
	}
	return status;
}

void
cardea_transfer(
    const struct cardea_fetch *fetch, struct cardea_stream_end *ret_end)
{
	struct transfer transfer = { .fetch = fetch, .end = ret_end };
	enum cardea_status status;

	memset(ret_end, 0, sizeof(*ret_end));
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		transfer.curl = curl_easy_init();
	status = cardea_text_copy(
	    transfer.url, sizeof(transfer.url), fetch->url);
	if (status != CARDEA_OK || transfer.curl == NULL ||
	    set_safety(&transfer) != 0 || set_limits(&transfer) != 0 ||
	    set_body(&transfer) != 0)
		(void)end_with(&transfer, CARDEA_E_INTERNAL,
		    "libcurl does not take what is asked of it");
	else
		(void)follow(&transfer);
	curl_slist_free_all(transfer.resolve);
	curl_slist_free_all(transfer.headers);
	curl_easy_cleanup(transfer.curl);
}
