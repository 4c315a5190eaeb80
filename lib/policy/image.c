/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "base/file.h"
#include "base/text.h"
#include "policy/image.h"
#include "policy/settings.h"
#include "store/crypto.h"

_Static_assert(CARDEA_IMAGE_HASH == CARDEA_SHA256, "the digest is SHA-256");
_Static_assert(sizeof(struct cardea_image_header) % 8 == 0,
    "parts begin at multiples of 8");

size_t
cardea_image_item_size(enum cardea_image_part part)
{
	switch (part) {
	case CARDEA_PART_POOL:
	case CARDEA_PART_SETTINGS:
		return 1;
	case CARDEA_PART_TEXTS:
		return sizeof(struct cardea_image_text);
	case CARDEA_PART_RULES:
		return sizeof(struct cardea_image_rule);
	case CARDEA_PART_BLOCKS:
		return sizeof(struct cardea_image_block);
	case CARDEA_PART_CONDITIONS:
		return sizeof(struct cardea_image_condition);
	case CARDEA_PART_ZONES:
		return sizeof(struct cardea_image_zone);
	case CARDEA_PART_SPOTS:
		return sizeof(struct cardea_image_spot);
	case CARDEA_PART_LISTS:
		return sizeof(struct cardea_image_list);
	case CARDEA_PART_RANGES:
		return sizeof(struct cardea_image_range);
	case CARDEA_PART_HOURS:
		return sizeof(struct cardea_image_hours);
	case CARDEA_PART_SOURCES:
		return sizeof(struct cardea_image_source);
	case CARDEA_PART_SUMS:
		return sizeof(struct cardea_image_sum);
	case CARDEA_PART_DRAWERS:
		return sizeof(struct cardea_image_drawer);
	case CARDEA_PART_FILED:
	case CARDEA_PART_SLOTS:
	case CARDEA_PART_VALUES:
	case CARDEA_PART_TIMEZONES:
	case CARDEA_PART_SERVICES:
	case CARDEA_PART_SUBJECTS:
	case CARDEA_PART_RISK:
	case CARDEA_PART_COUNT:
		return sizeof(uint32_t);
	}
	return sizeof(uint32_t);
}

size_t
cardea_image_sum_count(size_t len)
{
	return (len + CARDEA_IMAGE_BLOCK - 1) / CARDEA_IMAGE_BLOCK;
}

/* where the sums end, and what they are about begins */
static size_t
body_of(const struct cardea_image_header *header)
{
	return sizeof(*header) +
	    header->parts[CARDEA_PART_SUMS].count *
	    sizeof(struct cardea_image_sum);
}

/* the sums stand behind the header and are as many as it takes; every other
 * part lies behind them, aligned, and inside the image; the sources end it */
static bool
parts_fit(const struct cardea_image_header *header, size_t len)
{
	const struct cardea_image_span *sources =
	    &header->parts[CARDEA_PART_SOURCES];
	size_t body = body_of(header);

	if (header->parts[CARDEA_PART_SUMS].offset != sizeof(*header) ||
	    body > len ||
	    header->parts[CARDEA_PART_SUMS].count !=
		cardea_image_sum_count(len - body))
		return false;
	for (int i = CARDEA_PART_SUMS + 1; i < CARDEA_PART_COUNT; i++) {
		const struct cardea_image_span *span = &header->parts[i];
		size_t size = cardea_image_item_size((enum cardea_image_part)i);
		/* the digest ends there: nothing else may lie behind */
		size_t end = i == CARDEA_PART_SOURCES ? len : sources->offset;

		if (span->offset % 8 != 0 || span->offset > end || end > len ||
		    span->offset < body ||
		    span->count > (end - span->offset) / size)
			return false;
	}
	return true;
}

static enum cardea_status
hash_of(const unsigned char *bytes, size_t from, size_t to,
    unsigned char ret_hash[CARDEA_IMAGE_HASH])
{
	return cardea_crypto_sha256(bytes + from, to - from, ret_hash);
}

static enum cardea_status
sum_of(const unsigned char *bytes, size_t body, size_t len, size_t block,
    unsigned char ret_hash[CARDEA_IMAGE_HASH])
{
	size_t from = body + block * CARDEA_IMAGE_BLOCK;

	if (from >= len)
		return CARDEA_E_INTERNAL;
	return hash_of(bytes, from,
	    len - from > CARDEA_IMAGE_BLOCK ? from + CARDEA_IMAGE_BLOCK : len,
	    ret_hash);
}

static enum cardea_status
seal_blocks(unsigned char *bytes, const struct cardea_image_header *header)
{
	const struct cardea_image_span *sums = &header->parts[CARDEA_PART_SUMS];
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < sums->count && status == CARDEA_OK; i++) {
		struct cardea_image_sum sum;

		status = sum_of(
		    bytes, body_of(header), header->len, i, sum.hash);
		if (status == CARDEA_OK)
			memcpy(bytes + sums->offset + i * sizeof(sum), &sum,
			    sizeof(sum));
	}
	return status;
}

enum cardea_status
cardea_image_seal(unsigned char *bytes, size_t len)
{
	struct cardea_image_header header;
	enum cardea_status status;

	if (len < sizeof(header))
		return CARDEA_E_INTERNAL;
	memcpy(&header, bytes, sizeof(header));
	if (header.len != len || !parts_fit(&header, len))
		return CARDEA_E_INTERNAL;
	status = seal_blocks(bytes, &header);
	if (status == CARDEA_OK)
		status = hash_of(bytes, body_of(&header),
		    header.parts[CARDEA_PART_SOURCES].offset, header.digest);
	if (status != CARDEA_OK)
		return status;
	memcpy(bytes, &header, sizeof(header));
	status = hash_of(bytes, offsetof(struct cardea_image_header, digest),
	    body_of(&header), header.check);
	if (status != CARDEA_OK)
		return status;
	memcpy(bytes, &header, sizeof(header));
	return CARDEA_OK;
}

static enum cardea_status
judge_header(const unsigned char *bytes, size_t len, struct cardea_diag *diag)
{
	const struct cardea_image_header *header =
	    (const void *)bytes; /* aligned to 8, says policy.h */
	unsigned char check[CARDEA_IMAGE_HASH];
	enum cardea_status status;

	if ((uintptr_t)bytes % 8 != 0)
		return cardea_diag_set(diag, CARDEA_E_INTERNAL,
		    "the installed policy is not aligned in memory");
	if (len < sizeof(*header) ||
	    memcmp(header->magic, CARDEA_IMAGE_MAGIC, 8) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "this is not an installed policy");
	if (header->version != CARDEA_IMAGE_VERSION ||
	    header->endian != CARDEA_IMAGE_ENDIAN)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "the policy was installed by another version: run cardea "
		    "check --install");
	if (header->len != len)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "the installed policy is cut or has grown");
	if (!parts_fit(header, len))
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "the installed policy is damaged");
	status = hash_of(bytes, offsetof(struct cardea_image_header, digest),
	    body_of(header), check);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "cannot compute a check sum");
	if (memcmp(check, header->check, sizeof(check)) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "the installed policy is damaged");
	return CARDEA_OK;
}

static enum cardea_status
read_settings(struct cardea_policy *policy, struct cardea_diag *diag)
{
	size_t len;
	const unsigned char *bytes = cardea_image_part(
	    policy, CARDEA_PART_SETTINGS, &len);
	enum cardea_status status = CARDEA_E_CORRUPT;

	if (bytes != NULL)
		status = cardea_settings_unpack(bytes, len, &policy->settings);

	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "the settings of the installed policy are damaged");
	return CARDEA_OK;
}

enum cardea_status
cardea_policy_open(const void *image, size_t image_len,
    struct cardea_policy **ret_policy, struct cardea_diag *diag)
{
	const struct cardea_image_header *header = image;
	struct cardea_policy *policy;
	enum cardea_status status;

	if (image_len > CARDEA_IMAGE_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the installed policy is too large");
	status = judge_header(image, image_len, diag);
	if (status != CARDEA_OK)
		return status;
	policy = calloc(1, sizeof(*policy));
	if (policy == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	policy->bytes = image;
	policy->len = image_len;
	policy->parts = header->parts;
	cardea_text_hex(policy->digest, header->digest, CARDEA_IMAGE_HASH);
	policy->judged = calloc(policy->parts[CARDEA_PART_SUMS].count + 1, 1);
	policy->damaged = calloc(1, sizeof(*policy->damaged));
	if (policy->judged == NULL || policy->damaged == NULL)
		status = cardea_diag_set(
		    diag, CARDEA_E_MEMORY, "out of memory");
	if (status == CARDEA_OK)
		status = read_settings(policy, diag);
	if (status != CARDEA_OK) {
		cardea_policy_free(policy);
		return status;
	}
	*ret_policy = policy;
	return CARDEA_OK;
}

static enum cardea_status
map_file(int fd, void **ret_bytes, size_t *ret_len, struct cardea_diag *diag)
{
	struct stat st;
	void *bytes;

	if (fstat(fd, &st) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "fstat: %s", strerror(errno));
	if (st.st_size <= 0)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "the installed policy is empty");
	if (st.st_size > CARDEA_IMAGE_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the installed policy is too large");
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "mmap: %s", strerror(errno));
	*ret_bytes = bytes;
	*ret_len = (size_t)st.st_size;
	return CARDEA_OK;
}

enum cardea_status
cardea_policy_load(const char *path, struct cardea_policy **ret_policy,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	void *bytes = NULL;
	size_t len = 0;
	int fd = -1;

	status = cardea_file_open(path, CARDEA_FILE_CONFIG, &fd, diag);
	if (status == CARDEA_OK) {
		status = map_file(fd, &bytes, &len, diag);
		close(fd);
	}
	if (status == CARDEA_OK)
		status = cardea_policy_open(bytes, len, ret_policy, diag);
	if (status == CARDEA_OK) {
		(*ret_policy)->mapped = true;
		return CARDEA_OK;
	}
	if (bytes != NULL)
		munmap(bytes, len);
	cardea_diag_place(diag, path, 0, NULL);
	return status;
}

struct cardea_policy *
cardea_policy_free(struct cardea_policy *policy)
{
	if (policy == NULL)
		return NULL;
	if (policy->mapped)
		munmap((void *)(uintptr_t)policy->bytes, policy->len);
	free(policy->judged);
	free(policy->damaged);
	free(policy);
	return NULL;
}

size_t
cardea_image_count(
    const struct cardea_policy *policy, enum cardea_image_part part)
{
	return policy->parts[part].count;
}

bool
cardea_image_has(const struct cardea_policy *policy,
    enum cardea_image_part part, uint32_t first, uint32_t count)
{
	const struct cardea_image_span *span = &policy->parts[part];

	return first <= span->count && count <= span->count - first;
}

bool
cardea_image_is_damaged(const struct cardea_policy *policy)
{
	return *policy->damaged;
}

static bool
judge_block(const struct cardea_policy *policy, size_t block)
{
	const struct cardea_image_header *header = (const void *)policy->bytes;
	const struct cardea_image_sum *sums = (const void *)(policy->bytes +
	    sizeof(*header));
	unsigned char hash[CARDEA_IMAGE_HASH];

	if (policy->judged[block] != 0)
		return true;
	if (sum_of(policy->bytes, body_of(header), policy->len, block, hash) !=
		CARDEA_OK ||
	    memcmp(hash, sums[block].hash, sizeof(hash)) != 0) {
		*policy->damaged = true;
		return false;
	}
	policy->judged[block] = 1;
	return true;
}

const void *
cardea_image_slice(const struct cardea_policy *policy,
    enum cardea_image_part part, uint32_t first, uint32_t count)
{
	const struct cardea_image_header *header = (const void *)policy->bytes;
	size_t size = cardea_image_item_size(part), from, to;

	if (part == CARDEA_PART_SUMS ||
	    !cardea_image_has(policy, part, first, count))
		return NULL;
	from = policy->parts[part].offset + first * size - body_of(header);
	to = from + count * size;
	for (size_t block = from / CARDEA_IMAGE_BLOCK;
	     block * CARDEA_IMAGE_BLOCK < to; block++) {
		if (!judge_block(policy, block))
			return NULL;
	}
	return policy->bytes + body_of(header) + from;
}

const void *
cardea_image_part(const struct cardea_policy *policy,
    enum cardea_image_part part, size_t *ret_count)
{
	size_t count = policy->parts[part].count;
	const void *items = cardea_image_slice(
	    policy, part, 0, (uint32_t)count);

	*ret_count = items != NULL ? count : 0;
	return items;
}

const char *
cardea_image_text(const struct cardea_policy *policy, uint32_t text)
{
	const struct cardea_image_text *item = cardea_image_slice(
	    policy, CARDEA_PART_TEXTS, text, 1);
	const char *bytes;

	if (item == NULL || item->len == UINT32_MAX)
		return NULL;
	bytes = cardea_image_slice(
	    policy, CARDEA_PART_POOL, item->offset, item->len + 1);
	if (bytes == NULL ||
	    memchr(bytes, 0, item->len + 1) != bytes + item->len)
		return NULL;
	return bytes;
}

/* FNV-1a: no secret and no stranger's text ever enters the table, so nobody
 * can make it slow; look-ups of strangers' names only read it. */
uint32_t
cardea_image_hash(const char *text, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++) {
		hash ^= (unsigned char)text[i];
		hash *= 16777619u;
	}
	return hash;
}

uint32_t
cardea_image_find(const struct cardea_policy *policy, const char *text)
{
	size_t len = strlen(text);
	size_t count = cardea_image_count(policy, CARDEA_PART_SLOTS), at;

	if (len == 0 || count == 0 || (count & (count - 1)) != 0)
		return 0;
	at = cardea_image_hash(text, len) & (count - 1);
	for (size_t i = 0; i < count; i++) {
		const uint32_t *slot = cardea_image_slice(
		    policy, CARDEA_PART_SLOTS, (uint32_t)at, 1);
		const char *found;

		if (slot == NULL || *slot == 0)
			return 0;
		found = cardea_image_text(policy, *slot);
		if (found != NULL && strcmp(found, text) == 0)
			return *slot;
		at = (at + 1) & (count - 1);
	}
	return 0;
}
