/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "base/secret.h"
#include "base/text.h"
#include "store/archive.h"
#include "store/driver.h"

#define MAGIC "CARDEA STORE EXPORT "
#define FORMAT "1 "
#define FRAME_HEAD 5

enum frame {
	FRAME_HEADER = 'H',
	FRAME_RECORD = 'R',
	FRAME_END = 'E',
};

static enum cardea_status
damaged(struct cardea_diag *diag, const char *what)
{
	return cardea_diag_set(
	    diag, CARDEA_E_CORRUPT, "the export is damaged: %s", what);
}

/* The place of a frame in this very file. */
static enum cardea_status
place_of(const struct cardea_archive *archive, enum frame frame,
    struct cardea_key *ret_place)
{
	char place[32];
	enum cardea_status status;

	status = cardea_text_print(
	    place, sizeof(place), "%c%" PRIu64, (char)frame, archive->count);
	if (status != CARDEA_OK)
		return status;
	return cardea_key_make("export", archive->head.id, place, ret_place);
}

static enum cardea_status
add_to_digest(struct cardea_archive *archive,
    const unsigned char head[FRAME_HEAD], const struct cardea_value *sealed)
{
	size_t len = sizeof(archive->digest) + FRAME_HEAD + sealed->len;
	unsigned char *bytes = malloc(len);
	enum cardea_status status;

	if (bytes == NULL)
		return CARDEA_E_MEMORY;
	memcpy(bytes, archive->digest, sizeof(archive->digest));
	memcpy(bytes + sizeof(archive->digest), head, FRAME_HEAD);
	memcpy(bytes + sizeof(archive->digest) + FRAME_HEAD, sealed->data,
	    sealed->len);
	status = cardea_crypto_sha256(bytes, len, archive->digest);
	free(bytes);
	return status;
}

/* ---- writing ---- */

static enum cardea_status
cannot_write(struct cardea_diag *diag)
{
	return cardea_diag_set(
	    diag, CARDEA_E_IO, "the export cannot be written");
}

static enum cardea_status
write_frame(struct cardea_archive *archive, enum frame frame,
    const struct cardea_key *key, const struct cardea_value *value,
    struct cardea_diag *diag)
{
	unsigned char head[FRAME_HEAD] = { (unsigned char)frame };
	struct cardea_value sealed = { 0 };
	struct cardea_key place;
	struct cardea_pack pack;
	enum cardea_status status;

	status = place_of(archive, frame, &place);
	if (status == CARDEA_OK)
		status = cardea_seal_named(archive->seal, &place,
		    key != NULL ? key : &place, value->data, value->len,
		    &sealed);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "a record cannot be sealed");
	cardea_pack_init(&pack, head + 1, FRAME_HEAD - 1);
	cardea_pack_u32(&pack, (uint32_t)sealed.len);
	if (fwrite(head, 1, sizeof(head), archive->file) != sizeof(head) ||
	    fwrite(sealed.data, 1, sealed.len, archive->file) != sealed.len)
		status = cannot_write(diag);
	if (status == CARDEA_OK)
		status = add_to_digest(archive, head, &sealed);
	cardea_value_clear(&sealed);
	return status;
}

enum cardea_status
cardea_archive_begin(struct cardea_archive *archive, FILE *file,
    const struct cardea_seal *seal, const struct cardea_archive_head *head,
    struct cardea_diag *diag)
{
	unsigned char bytes[sizeof(*head) + 64];
	struct cardea_value value = { .data = bytes };
	struct cardea_pack pack;
	enum cardea_status status;

	*archive = (struct cardea_archive){
		.file = file, .seal = seal, .head = *head
	};
	status = cardea_secret_random_hex(
	    archive->head.id, CARDEA_ARCHIVE_ID / 2);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "no random bytes");
	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_text(&pack, head->host);
	cardea_pack_i64(&pack, head->time_s);
	cardea_pack_u32(&pack, head->schema);
	status = cardea_pack_done(&pack);
	value.len = pack.len;
	if (status != CARDEA_OK)
		return status;
	if (fprintf(file, MAGIC FORMAT "%s\n", archive->head.id) < 0)
		return cannot_write(diag);
	return write_frame(archive, FRAME_HEADER, NULL, &value, diag);
}

enum cardea_status
cardea_archive_put(struct cardea_archive *archive, const struct cardea_key *key,
    const struct cardea_value *value, struct cardea_diag *diag)
{
	enum cardea_status status = write_frame(
	    archive, FRAME_RECORD, key, value, diag);

	if (status == CARDEA_OK)
		archive->count++;
	return status;
}

enum cardea_status
cardea_archive_end(struct cardea_archive *archive, struct cardea_diag *diag)
{
	unsigned char bytes[8 + 4 + CARDEA_SHA256];
	struct cardea_value value = { .data = bytes };
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_u64(&pack, archive->count);
	cardea_pack_blob(&pack, archive->digest, sizeof(archive->digest));
	status = cardea_pack_done(&pack);
	value.len = pack.len;
	if (status == CARDEA_OK)
		status = write_frame(archive, FRAME_END, NULL, &value, diag);
	if (status == CARDEA_OK && fflush(archive->file) != 0)
		status = cannot_write(diag);
	return status;
}

/* ---- reading ---- */

static enum cardea_status
read_exactly(struct cardea_archive *archive, unsigned char *bytes, size_t len,
    struct cardea_diag *diag)
{
	if (fread(bytes, 1, len, archive->file) == len)
		return CARDEA_OK;
	if (ferror(archive->file) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the export cannot be read");
	return damaged(diag, "it ends too early");
}

static enum cardea_status
read_sealed(struct cardea_archive *archive, unsigned char head[FRAME_HEAD],
    struct cardea_value *ret_sealed, struct cardea_diag *diag)
{
	struct cardea_value sealed = { 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = read_exactly(archive, head, FRAME_HEAD, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_unpack_init(&unpack, head + 1, FRAME_HEAD - 1);
	sealed.len = cardea_unpack_u32(&unpack);
	if (sealed.len > CARDEA_SEALED_MAX)
		return damaged(diag, "a record of an impossible length");
	sealed.data = malloc(sealed.len + 1);
	if (sealed.data == NULL)
		return CARDEA_E_MEMORY;
	status = read_exactly(archive, sealed.data, sealed.len, diag);
	if (status != CARDEA_OK) {
		cardea_value_clear(&sealed);
		return status;
	}
	*ret_sealed = sealed; /* moved */
	return CARDEA_OK;
}

/* before: the digest of all that stands before it. */
static enum cardea_status
read_frame(struct cardea_archive *archive, enum frame *ret_frame,
    unsigned char before[CARDEA_SHA256], struct cardea_key *ret_key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	struct cardea_value sealed = { 0 };
	unsigned char head[FRAME_HEAD];
	struct cardea_key place;
	enum cardea_status status;

	memcpy(before, archive->digest, sizeof(archive->digest));
	status = read_sealed(archive, head, &sealed, diag);
	if (status != CARDEA_OK)
		return status;
	status = place_of(archive, (enum frame)head[0], &place);
	if (status == CARDEA_OK)
		status = add_to_digest(archive, head, &sealed);
	if (status == CARDEA_OK)
		status = cardea_seal_open_named(
		    archive->seal, &place, &sealed, ret_key, ret_value, diag);
	cardea_value_clear(&sealed);
	if (status == CARDEA_OK)
		*ret_frame = (enum frame)head[0];
	return status;
}

static enum cardea_status
read_first_line(struct cardea_archive *archive, struct cardea_diag *diag)
{
	const size_t magic = sizeof(MAGIC) - 1, format = sizeof(FORMAT) - 1;
	char line[sizeof(MAGIC FORMAT) + CARDEA_ARCHIVE_ID + 1];
	char *id = line + magic + format;

	if (fgets(line, sizeof(line), archive->file) == NULL ||
	    strncmp(line, MAGIC, magic) != 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "is no export of `cardea store export`");
	if (strncmp(line + magic, FORMAT, format) != 0)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "is an export of a release that is not this one");
	if (strspn(id, "0123456789abcdef") != CARDEA_ARCHIVE_ID ||
	    strcmp(id + CARDEA_ARCHIVE_ID, "\n") != 0)
		return damaged(diag, "its first line is no such line");
	memcpy(archive->head.id, id, CARDEA_ARCHIVE_ID);
	return CARDEA_OK;
}

enum cardea_status
cardea_archive_open(struct cardea_archive *archive, FILE *file,
    const struct cardea_seal *seal, struct cardea_diag *diag)
{
	unsigned char before[CARDEA_SHA256];
	struct cardea_value value = { 0 };
	enum frame frame = FRAME_END;
	struct cardea_unpack unpack;
	struct cardea_key key;
	enum cardea_status status;

	*archive = (struct cardea_archive){ .file = file, .seal = seal };
	status = read_first_line(archive, diag);
	if (status == CARDEA_OK)
		status = read_frame(
		    archive, &frame, before, &key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_unpack_init(&unpack, value.data, value.len);
	cardea_unpack_text(
	    &unpack, archive->head.host, sizeof(archive->head.host));
	archive->head.time_s = cardea_unpack_i64(&unpack);
	archive->head.schema = cardea_unpack_u32(&unpack);
	if (frame != FRAME_HEADER || cardea_unpack_done(&unpack) != CARDEA_OK)
		status = damaged(diag, "it does not begin as one");
	cardea_value_clear(&value);
	return status;
}

static enum cardea_status
judge_end(struct cardea_archive *archive,
    const unsigned char before[CARDEA_SHA256], const struct cardea_value *value,
    struct cardea_diag *diag)
{
	const unsigned char *digest = NULL;
	struct cardea_unpack unpack;
	size_t digest_len = 0;
	uint64_t count;

	cardea_unpack_init(&unpack, value->data, value->len);
	count = cardea_unpack_u64(&unpack);
	cardea_unpack_blob(&unpack, &digest, &digest_len);
	if (cardea_unpack_done(&unpack) != CARDEA_OK ||
	    count != archive->count ||
	    !cardea_secret_equal(digest, digest_len, before, CARDEA_SHA256))
		return damaged(diag, "its end is of something else");
	if (fgetc(archive->file) != EOF || ferror(archive->file) != 0)
		return damaged(diag, "something follows its end");
	return CARDEA_E_MISSING;
}

enum cardea_status
cardea_archive_next(struct cardea_archive *archive, struct cardea_key *ret_key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	unsigned char before[CARDEA_SHA256];
	struct cardea_value value = { 0 };
	enum frame frame = FRAME_HEADER;
	struct cardea_key key;
	enum cardea_status status;

	status = read_frame(archive, &frame, before, &key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	if (frame == FRAME_RECORD) {
		archive->count++;
		*ret_key = key;
		*ret_value = value; /* moved */
		return CARDEA_OK;
	}
	status = frame == FRAME_END
	    ? judge_end(archive, before, &value, diag)
	    : damaged(diag, "something in it is no record");
	cardea_value_clear(&value);
	return status;
}
