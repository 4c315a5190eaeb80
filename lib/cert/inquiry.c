/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cert/inquiry.h"
#include "cert/place.h"
#include "store/crypto.h"

/* ---- files ---- */

static void
tell(const struct cardea_cert_asker *asker, const struct cardea_diag *diag)
{
	if (asker->tell != NULL)
		asker->tell(diag, asker->context);
}

static enum cardea_status
read_file(const struct cardea_cert_asker *asker,
    struct cardea_cert_inquiry *inquiry, const char *path, size_t max,
    struct cardea_cert_bytes *ret_bytes)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	char *bytes = NULL;
	size_t len = 0;

	if (path[0] == '\0')
		return CARDEA_OK;
	if (inquiry->file_count == CARDEA_CERT_INQUIRY_FILES)
		return CARDEA_E_RANGE;
	status = cardea_file_read(
	    path, CARDEA_FILE_CONFIG, max, &bytes, &len, &diag);
	if (status != CARDEA_OK) {
		tell(asker, &diag);
		return status;
	}
	inquiry->files[inquiry->file_count++] = bytes; /* moved */
	ret_bytes->data = (const unsigned char *)bytes;
	ret_bytes->len = len;
	return CARDEA_OK;
}

/* One that is missing is for the judge to miss; it is no file of the admin's,
 * so nothing but what is odd about it is told here. */
static void
open_list(const struct cardea_cert_asker *asker,
    struct cardea_cert_inquiry *inquiry, size_t index, size_t number)
{
	struct cardea_cert_trust *trust = &inquiry->question.trust[index];
	struct cardea_diag diag = { .line = 0 };
	char path[CARDEA_CERT_PLACE_MAX + 1];
	enum cardea_status status;
	struct stat st;
	int fd = -1;

	if (cardea_cert_place_list(asker->settings->revocation_path,
		trust->authority, number, path) != CARDEA_OK)
		return;
	status = cardea_file_open(path, CARDEA_FILE_CONFIG, &fd, &diag);
	if (status != CARDEA_OK) {
		if (status != CARDEA_E_MISSING)
			tell(asker, &diag);
		return;
	}
	if (fstat(fd, &st) == 0)
		trust->list_times_s[number] = st.st_mtim.tv_sec;
	inquiry->lists.fds[index][number] = fd;
}

/* The answer about one certificate, if one was fetched. */
static void
read_answer(const struct cardea_cert_asker *asker,
    struct cardea_cert_inquiry *inquiry, struct cardea_cert_trust *trust,
    const struct cardea_cert_bytes *der)
{
	unsigned char digest[CARDEA_SHA256];
	char path[CARDEA_CERT_PLACE_MAX + 1];
	size_t at = trust->answer_count;

	if (at == CARDEA_OCSP_ANSWERS_MAX ||
	    cardea_crypto_sha256(der->data, der->len, digest) != CARDEA_OK ||
	    cardea_cert_place_answer(asker->settings->revocation_path,
		trust->authority, digest, path) != CARDEA_OK ||
	    access(path, F_OK) != 0)
		return;
	if (read_file(asker, inquiry, path, CARDEA_OCSP_MAX,
		&trust->answers[at]) == CARDEA_OK)
		trust->answer_count++;
}

/* ---- authorities ---- */

static bool
is_of_use(const struct cardea_cert_asker *asker,
    const struct cardea_cert_inquiry *inquiry,
    const struct cardea_authority *authority)
{
	enum cardea_cert_kind kind = inquiry->question.kind;
	bool is_kind = kind == CARDEA_CERT_X509
	    ? authority->kind == CARDEA_AUTHORITY_X509
	    : kind == CARDEA_CERT_SSH &&
		authority->kind == CARDEA_AUTHORITY_SSH;

	return is_kind && asker->believes(authority, asker->context);
}

static enum cardea_status
read_authority(const struct cardea_cert_asker *asker,
    struct cardea_cert_inquiry *inquiry, struct cardea_cert_trust *trust)
{
	const struct cardea_authority *authority = trust->authority;
	enum cardea_status status;

	status = read_file(asker, inquiry, authority->trust,
	    CARDEA_CERT_FILE_MAX, &trust->trust);
	if (status == CARDEA_OK)
		status = read_file(asker, inquiry, authority->intermediates,
		    CARDEA_CERT_FILE_MAX, &trust->intermediates);
	if (status == CARDEA_OK)
		status = read_file(asker, inquiry, authority->list_keys,
		    CARDEA_CERT_FILE_MAX, &trust->list_keys);
	return status;
}

static void
add_authority(const struct cardea_cert_asker *asker,
    struct cardea_cert_inquiry *inquiry,
    const struct cardea_authority *authority)
{
	struct cardea_cert_question *question = &inquiry->question;
	size_t index = question->trust_count;
	struct cardea_cert_trust *trust = &question->trust[index];

	trust->authority = authority;
	if (read_authority(asker, inquiry, trust) != CARDEA_OK) {
		memset(trust, 0, sizeof(*trust));
		inquiry->incomplete = true;
		return;
	}
	question->trust_count++;
	trust->list_count = authority->list_count;
	for (size_t i = 0; i < trust->list_count; i++)
		open_list(asker, inquiry, index, i);
	if (question->kind != CARDEA_CERT_X509)
		return;
	read_answer(asker, inquiry, trust, &question->leaf);
	for (size_t i = 0; i < question->chain_count; i++)
		read_answer(asker, inquiry, trust, &question->chain[i]);
}

/* ---- the whole ---- */

void
cardea_cert_inquiry_start(struct cardea_cert_inquiry *inquiry)
{
	memset(inquiry, 0, sizeof(*inquiry));
	memset(&inquiry->lists, 0xff, sizeof(inquiry->lists)); /* -1 */
}

void
cardea_cert_inquiry_read(
    struct cardea_cert_inquiry *inquiry, const struct cardea_cert_asker *asker)
{
	const struct cardea_settings *settings = asker->settings;

	for (size_t i = 0; i < settings->authority_count; i++) {
		if (is_of_use(asker, inquiry, &settings->authorities[i]))
			add_authority(
			    asker, inquiry, &settings->authorities[i]);
	}
}

bool
cardea_cert_inquiry_is_in_doubt(const struct cardea_cert_inquiry *inquiry,
    const struct cardea_cert_verdict *verdict)
{
	return inquiry->incomplete && verdict->why == CARDEA_CERT_UNTRUSTED;
}

void
cardea_cert_inquiry_end(struct cardea_cert_inquiry *inquiry)
{
	for (size_t i = 0; i < CARDEA_AUTHORITIES_MAX; i++) {
		for (size_t k = 0; k < CARDEA_AUTHORITY_LISTS_MAX; k++) {
			if (inquiry->lists.fds[i][k] >= 0)
				(void)close(inquiry->lists.fds[i][k]);
		}
	}
	for (size_t i = 0; i < inquiry->file_count; i++)
		free(inquiry->files[i]);
	inquiry->file_count = 0;
}
