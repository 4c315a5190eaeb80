/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cert/place.h"
#include "device_ssh.h"
#include "device_trust.h"
#include "report.h"
#include "store/crypto.h"

static void
tell_trouble(
    const struct cardea_device_try *try, const struct cardea_diag *diag)
{
	cardea_report_trouble(
	    try->attempt, CARDEA_SEVERITY_ERR, "authority", diag);
}

/* --- files ---------------------------------------------------------------- */

static enum cardea_status
read_file(const struct cardea_device_try *try,
    struct cardea_device_question *question, const char *path, size_t max,
    struct cardea_cert_bytes *ret_bytes)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	char *bytes = NULL;
	size_t len = 0;

	if (path[0] == '\0')
		return CARDEA_OK;
	if (question->file_count == CARDEA_DEVICE_FILES_MAX)
		return CARDEA_E_RANGE;
	status = cardea_file_read(
	    path, CARDEA_FILE_CONFIG, max, &bytes, &len, &diag);
	if (status != CARDEA_OK) {
		tell_trouble(try, &diag);
		return status;
	}
	question->files[question->file_count++] = bytes; /* moved */
	ret_bytes->data = (const unsigned char *)bytes;
	ret_bytes->len = len;
	return CARDEA_OK;
}

/* One that is missing is for the judge to miss; it is no file of the admin's,
 * so nothing but what is odd about it is told here. */
static void
open_list(const struct cardea_device_try *try,
    struct cardea_device_question *question, size_t index, size_t number)
{
	const struct cardea_settings *settings = try->attempt->settings;
	struct cardea_cert_trust *trust = &question->question.trust[index];
	struct cardea_diag diag = { .line = 0 };
	char path[CARDEA_CERT_PLACE_MAX + 1];
	enum cardea_status status;
	struct stat st;
	int fd = -1;

	if (cardea_cert_place_list(settings->revocation_path, trust->authority,
		number, path) != CARDEA_OK)
		return;
	status = cardea_file_open(path, CARDEA_FILE_CONFIG, &fd, &diag);
	if (status != CARDEA_OK) {
		if (status != CARDEA_E_MISSING)
			tell_trouble(try, &diag);
		return;
	}
	if (fstat(fd, &st) == 0)
		trust->list_times_s[number] = st.st_mtim.tv_sec;
	question->lists.fds[index][number] = fd;
}

/* The answer about one certificate, if one was fetched. */
static void
read_answer(const struct cardea_device_try *try,
    struct cardea_device_question *question, struct cardea_cert_trust *trust,
    const struct cardea_cert_bytes *der)
{
	const struct cardea_settings *settings = try->attempt->settings;
	unsigned char digest[CARDEA_SHA256];
	char path[CARDEA_CERT_PLACE_MAX + 1];
	size_t at = trust->answer_count;

	if (at == CARDEA_OCSP_ANSWERS_MAX ||
	    cardea_crypto_sha256(der->data, der->len, digest) != CARDEA_OK ||
	    cardea_cert_place_answer(settings->revocation_path,
		trust->authority, digest, path) != CARDEA_OK ||
	    access(path, F_OK) != 0)
		return;
	if (read_file(try, question, path, CARDEA_OCSP_MAX,
		&trust->answers[at]) == CARDEA_OK)
		trust->answer_count++;
}

/* --- authorities -----------------------------------------------------------
 */

static bool
is_of_use(const struct cardea_device_try *try,
    const struct cardea_authority *authority)
{
	enum cardea_authority_kind kind = try->kind == CARDEA_CERT_X509
	    ? CARDEA_AUTHORITY_X509
	    : CARDEA_AUTHORITY_SSH;

	return try->kind != CARDEA_CERT_SSH_KEY && authority->kind == kind &&
	    cardea_device_want_authority(try->rule, authority);
}

static enum cardea_status
read_authority(const struct cardea_device_try *try,
    struct cardea_device_question *question, struct cardea_cert_trust *trust)
{
	const struct cardea_authority *authority = trust->authority;
	enum cardea_status status;

	status = read_file(try, question, authority->trust,
	    CARDEA_CERT_FILE_MAX, &trust->trust);
	if (status == CARDEA_OK)
		status = read_file(try, question, authority->intermediates,
		    CARDEA_CERT_FILE_MAX, &trust->intermediates);
	if (status == CARDEA_OK)
		status = read_file(try, question, authority->list_keys,
		    CARDEA_CERT_FILE_MAX, &trust->list_keys);
	return status;
}

static void
add_authority(const struct cardea_device_try *try,
    struct cardea_device_question *question,
    const struct cardea_authority *authority)
{
	struct cardea_cert_question *plain = &question->question;
	size_t index = plain->trust_count;
	struct cardea_cert_trust *trust = &plain->trust[index];

	trust->authority = authority;
	if (read_authority(try, question, trust) != CARDEA_OK) {
		memset(trust, 0, sizeof(*trust));
		question->incomplete = true;
		return;
	}
	plain->trust_count++;
	trust->list_count = authority->list_count;
	for (size_t i = 0; i < trust->list_count; i++)
		open_list(try, question, index, i);
	if (try->kind != CARDEA_CERT_X509)
		return;
	read_answer(try, question, trust, &plain->leaf);
	for (size_t i = 0; i < plain->chain_count; i++)
		read_answer(try, question, trust, &plain->chain[i]);
}

/* --- the question ----------------------------------------------------------
 */

static void
take_chain(
    const struct cardea_device_try *try, struct cardea_cert_question *plain)
{
	const struct cardea_device_chain *chain = &try->chain;
	size_t at = 0;

	for (size_t i = 0; i < chain->count; i++) {
		struct cardea_cert_bytes item = { chain->der + at,
			chain->lens[i] };

		if (i == 0)
			plain->leaf = item;
		else
			plain->chain[plain->chain_count++] = item;
		at += chain->lens[i];
	}
}

void
cardea_device_question_make(const struct cardea_device_try *try,
    struct cardea_device_question *question)
{
	const struct cardea_attempt *attempt = try->attempt;
	const struct cardea_settings *settings = attempt->settings;
	struct cardea_cert_question *plain = &question->question;

	memset(question, 0, sizeof(*question));
	memset(&question->lists, 0xff, sizeof(question->lists)); /* -1 */
	plain->kind = try->kind;
	plain->proof = try->proof;
	take_chain(try, plain);
	plain->time_s = attempt->clock.time_s;
	plain->revocation_s = attempt->selection.revocation_s;
	plain->user = attempt->request.user;
	if (attempt->request.source.kind == CARDEA_ADDRESS_IP)
		cardea_address_format(
		    &attempt->request.source, question->source);
	plain->source = question->source;
	plain->message.data = try->message;
	plain->message.len = try->message_len;
	plain->signature.data = try->signature;
	plain->signature.len = try->signature_len;
	for (size_t i = 0; i < settings->authority_count; i++) {
		if (is_of_use(try, &settings->authorities[i]))
			add_authority(try, question, &settings->authorities[i]);
	}
}

void
cardea_device_question_clear(struct cardea_device_question *question)
{
	for (size_t i = 0; i < CARDEA_AUTHORITIES_MAX; i++) {
		for (size_t k = 0; k < CARDEA_AUTHORITY_LISTS_MAX; k++) {
			if (question->lists.fds[i][k] >= 0)
				(void)close(question->lists.fds[i][k]);
		}
	}
	for (size_t i = 0; i < question->file_count; i++)
		free(question->files[i]);
	question->file_count = 0;
}

bool
cardea_device_is_vouched(const struct cardea_device_try *try,
    const struct cardea_cert_bytes *authority)
{
	const struct cardea_attempt *attempt = try->attempt;
	const struct cardea_settings *settings = attempt->settings;
	bool found = false;

	for (size_t i = 0; !found && i < settings->authority_count; i++) {
		const struct cardea_authority *one = &settings->authorities[i];
		struct cardea_diag diag = { .line = 0 };
		char *lines = NULL;
		size_t len;

		if (one->kind != CARDEA_AUTHORITY_SSH ||
		    !cardea_device_want_authority(try->rule, one))
			continue;
		if (cardea_file_read(one->trust, CARDEA_FILE_CONFIG,
			CARDEA_CERT_FILE_MAX, &lines, &len, &diag) == CARDEA_OK)
			found = cardea_device_ssh_is_listed(authority, lines);
		else
			tell_trouble(try, &diag);
		free(lines);
	}
	return found;
}
