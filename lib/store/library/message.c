/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/library/message_parts.h"

enum cardea_status
cardea_etcd_malformed(struct cardea_diag *diag, const char *what)
{
	return cardea_diag_set(
	    diag, CARDEA_E_CORRUPT, "the answer is malformed: %s", what);
}

/* --- keys as etcd has them ----------------------------------------------- */

enum cardea_status
cardea_etcd_name(const char *prefix, const struct cardea_key *key,
    struct cardea_etcd_name *ret_name)
{
	size_t len = strlen(prefix);

	if (len > CARDEA_CLUSTER_PREFIX_MAX || key->len > CARDEA_KEY_MAX)
		return CARDEA_E_RANGE;
	memcpy(ret_name->bytes, prefix, len);
	memcpy(ret_name->bytes + len, key->bytes, key->len);
	ret_name->len = len + key->len;
	return CARDEA_OK;
}

/* The first name behind all those that begin with this one. */
static enum cardea_status
end_of(struct cardea_etcd_name *name)
{
	while (name->len > 0 && name->bytes[name->len - 1] == 0xff)
		name->len--;
	if (name->len == 0)
		return CARDEA_E_INTERNAL;
	name->bytes[name->len - 1]++;
	return CARDEA_OK;
}

ProtobufCBinaryData
cardea_etcd_data(const unsigned char *bytes, size_t len)
{
	/* only read by what packs it */
	return (ProtobufCBinaryData){ .data = (uint8_t *)(uintptr_t)bytes,
		.len = len };
}

static bool
is_name(const ProtobufCBinaryData *data, const struct cardea_etcd_name *name)
{
	return data->len == name->len &&
	    memcmp(data->data, name->bytes, name->len) == 0;
}

/* --- packing and unpacking ----------------------------------------------- */

enum cardea_status
cardea_etcd_pack(
    const ProtobufCMessage *message, struct cardea_etcd_bytes *ret_bytes)
{
	struct cardea_etcd_bytes bytes = {
		.len = protobuf_c_message_get_packed_size(message)
	};

	bytes.data = malloc(bytes.len + 1);
	if (bytes.data == NULL)
		return CARDEA_E_MEMORY;
	(void)protobuf_c_message_pack(message, bytes.data);
	*ret_bytes = bytes; /* moved */
	return CARDEA_OK;
}

/* Two bytes of an answer can want a hundred of memory, so what it may have is
 * counted: what it holds, and the frames of as many rows as were asked for. */
#define MEMORY(len) ((len)*2 + (size_t)CARDEA_ETCD_PAGE * 512 + 1024)

static void *
take_memory(void *context, size_t size)
{
	size_t *left = context;

	if (size > *left)
		return NULL;
	*left -= size;
	return malloc(size);
}

static void
give_memory(void *context, void *memory)
{
	(void)context;
	free(memory);
}

ProtobufCMessage *
cardea_etcd_unpack(const ProtobufCMessageDescriptor *kind,
    const struct cardea_etcd_bytes *bytes, struct cardea_diag *diag)
{
	size_t left = MEMORY(bytes->len);
	ProtobufCAllocator allocator = {
		.alloc = take_memory,
		.free = give_memory,
		.allocator_data = &left,
	};
	ProtobufCMessage *message = protobuf_c_message_unpack(
	    kind, &allocator, bytes->len, bytes->data);

	if (message == NULL)
		(void)cardea_etcd_malformed(diag, "no message of its kind");
	return message;
}

void
cardea_etcd_forget(void *message)
{
	static ProtobufCAllocator allocator = { .alloc = take_memory,
		.free = give_memory };

	protobuf_c_message_free_unpacked(message, &allocator);
}

enum cardea_status
cardea_etcd_read_head(const Etcd__ResponseHeader *from,
    struct cardea_etcd_head *ret_head, struct cardea_diag *diag)
{
	if (from == NULL || from->cluster_id == 0 || from->member_id == 0 ||
	    from->revision <= 0)
		return cardea_etcd_malformed(
		    diag, "it does not say whose it is");
	*ret_head = (struct cardea_etcd_head){ .cluster = from->cluster_id,
		.member = from->member_id,
		.revision = (uint64_t)from->revision,
		.term = from->raft_term };
	return CARDEA_OK;
}

/* --- rows ---------------------------------------------------------------- */

static enum cardea_status
judge_row(const Etcd__KeyValue *row, const struct cardea_etcd_head *head,
    struct cardea_diag *diag)
{
	if (row->create_revision <= 0 ||
	    row->mod_revision < row->create_revision ||
	    (uint64_t)row->mod_revision > head->revision)
		return cardea_etcd_malformed(diag, "a record is of no time");
	if (row->value.len > CARDEA_SEALED_MAX)
		return cardea_etcd_malformed(diag, "a record is too large");
	return CARDEA_OK;
}

/* The answer for one key: no row, or its own. */
enum cardea_status
cardea_etcd_find_row(const Etcd__RangeResponse *range,
    const struct cardea_etcd_name *name, const struct cardea_etcd_head *head,
    const Etcd__KeyValue **ret_row, struct cardea_diag *diag)
{
	if (range == NULL || range->n_kvs > 1 || range->more)
		return cardea_etcd_malformed(
		    diag, "more or less than one record");
	*ret_row = range->n_kvs == 0 ? NULL : range->kvs[0];
	if (*ret_row == NULL)
		return CARDEA_OK;
	if (!is_name(&(*ret_row)->key, name))
		return cardea_etcd_malformed(
		    diag, "a record that was not asked for");
	return judge_row(*ret_row, head, diag);
}

static enum cardea_status
copy_value(const Etcd__KeyValue *row, struct cardea_value *ret_value)
{
	struct cardea_value value = {
		.version = (uint64_t)row->mod_revision,
		.data = malloc(row->value.len + 1),
		.len = row->value.len,
	};

	if (value.data == NULL)
		return CARDEA_E_MEMORY;
	if (value.len > 0)
		memcpy(value.data, row->value.data, value.len);
	*ret_value = value; /* moved */
	return CARDEA_OK;
}

/* --- one record ---------------------------------------------------------- */

enum cardea_status
cardea_etcd_write_get(const char *prefix, const struct cardea_key *key,
    struct cardea_etcd_bytes *ret_bytes)
{
	Etcd__RangeRequest request = ETCD__RANGE_REQUEST__INIT;
	struct cardea_etcd_name name;
	enum cardea_status status = cardea_etcd_name(prefix, key, &name);

	if (status != CARDEA_OK)
		return status;
	request.key = cardea_etcd_data(name.bytes, name.len);
	return cardea_etcd_pack(&request.base, ret_bytes);
}

enum cardea_status
cardea_etcd_read_get(const struct cardea_etcd_bytes *bytes, const char *prefix,
    const struct cardea_key *key, struct cardea_etcd_head *ret_head,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	Etcd__RangeResponse *answer;
	const Etcd__KeyValue *row = NULL;
	struct cardea_etcd_head head;
	struct cardea_etcd_name name;
	enum cardea_status status = cardea_etcd_name(prefix, key, &name);

	if (status != CARDEA_OK)
		return status;
	answer = (Etcd__RangeResponse *)cardea_etcd_unpack(
	    &etcd__range_response__descriptor, bytes, diag);
	if (answer == NULL)
		return CARDEA_E_CORRUPT;
	status = cardea_etcd_read_head(answer->header, &head, diag);
	if (status == CARDEA_OK)
		status = cardea_etcd_find_row(answer, &name, &head, &row, diag);
	if (status == CARDEA_OK)
		status = row == NULL ? CARDEA_E_MISSING
				     : copy_value(row, ret_value);
	if (status == CARDEA_OK || status == CARDEA_E_MISSING)
		*ret_head = head;
	cardea_etcd_forget(answer);
	return status;
}

/* --- records in order ---------------------------------------------------- */

enum cardea_status
cardea_etcd_write_list(const char *prefix, const struct cardea_key *from,
    const struct cardea_key *below, struct cardea_etcd_bytes *ret_bytes)
{
	Etcd__RangeRequest request = ETCD__RANGE_REQUEST__INIT;
	struct cardea_etcd_name first, end;
	enum cardea_status status = cardea_etcd_name(prefix, from, &first);

	if (status == CARDEA_OK)
		status = cardea_etcd_name(prefix, below, &end);
	if (status == CARDEA_OK)
		status = end_of(&end);
	if (status != CARDEA_OK)
		return status;
	request.key = cardea_etcd_data(first.bytes, first.len);
	request.range_end = cardea_etcd_data(end.bytes, end.len);
	request.limit = CARDEA_ETCD_PAGE;
	return cardea_etcd_pack(&request.base, ret_bytes);
}

static int
order(const struct cardea_key *a, const struct cardea_key *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->bytes, b->bytes, len);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* Our part of a key of etcd's. */
static enum cardea_status
read_key(const ProtobufCBinaryData *data, const char *prefix,
    struct cardea_key *ret_key, struct cardea_diag *diag)
{
	size_t len = strlen(prefix);

	if (data->len <= len || data->len - len >= CARDEA_KEY_MAX ||
	    memcmp(data->data, prefix, len) != 0)
		return cardea_etcd_malformed(
		    diag, "a record that was not asked for");
	memset(ret_key, 0, sizeof(*ret_key));
	ret_key->len = data->len - len;
	memcpy(ret_key->bytes, data->data + len, ret_key->len);
	return CARDEA_OK;
}

static enum cardea_status
add_row(struct cardea_etcd_page *page, const Etcd__KeyValue *row,
    const char *prefix, const struct cardea_key *from,
    const struct cardea_key *below, struct cardea_diag *diag)
{
	struct cardea_key *key = &page->keys[page->count];
	enum cardea_status status = read_key(&row->key, prefix, key, diag);

	if (status != CARDEA_OK)
		return status;
	if (key->len < below->len ||
	    memcmp(key->bytes, below->bytes, below->len) != 0 ||
	    order(key, from) < 0)
		return cardea_etcd_malformed(
		    diag, "a record that was not asked for");
	if (page->count > 0 && order(key, key - 1) <= 0)
		return cardea_etcd_malformed(
		    diag, "the records are not in order");
	status = copy_value(row, &page->values[page->count]);
	if (status == CARDEA_OK)
		page->count++;
	return status;
}

enum cardea_status
cardea_etcd_read_list(const struct cardea_etcd_bytes *bytes, const char *prefix,
    const struct cardea_key *from, const struct cardea_key *below,
    struct cardea_etcd_head *ret_head, struct cardea_etcd_page *ret_page,
    struct cardea_diag *diag)
{
	struct cardea_etcd_page *page = ret_page;
	Etcd__RangeResponse *answer;
	struct cardea_etcd_head head;
	enum cardea_status status;

	answer = (Etcd__RangeResponse *)cardea_etcd_unpack(
	    &etcd__range_response__descriptor, bytes, diag);
	if (answer == NULL)
		return CARDEA_E_CORRUPT;
	page->count = 0;
	page->more = answer->more;
	status = cardea_etcd_read_head(answer->header, &head, diag);
	if (status == CARDEA_OK &&
	    (answer->n_kvs > CARDEA_ETCD_PAGE ||
		(answer->more && answer->n_kvs == 0)))
		status = cardea_etcd_malformed(
		    diag, "more or less than a page");
	for (size_t i = 0; status == CARDEA_OK && i < answer->n_kvs; i++) {
		status = judge_row(answer->kvs[i], &head, diag);
		if (status == CARDEA_OK)
			status = add_row(
			    page, answer->kvs[i], prefix, from, below, diag);
	}
	if (status == CARDEA_OK)
		*ret_head = head;
	else
		cardea_etcd_page_clear(page);
	cardea_etcd_forget(answer);
	return status;
}

void
cardea_etcd_page_clear(struct cardea_etcd_page *page)
{
	for (size_t i = 0; i < page->count; i++)
		cardea_value_clear(&page->values[i]);
	page->count = 0;
	page->more = false;
}

/* --- a server of itself -------------------------------------------------- */

static uint64_t
size_of(int64_t size)
{
	return size > 0 ? (uint64_t)size : 0;
}

enum cardea_status
cardea_etcd_read_status(const struct cardea_etcd_bytes *bytes,
    struct cardea_etcd_status *ret_status, struct cardea_diag *diag)
{
	struct cardea_etcd_status found = { .version = "" };
	Etcd__StatusResponse *answer;
	enum cardea_status status;

	answer = (Etcd__StatusResponse *)cardea_etcd_unpack(
	    &etcd__status_response__descriptor, bytes, diag);
	if (answer == NULL)
		return CARDEA_E_CORRUPT;
	status = cardea_etcd_read_head(answer->header, &found.head, diag);
	if (status == CARDEA_OK &&
	    cardea_text_copy(found.version, sizeof(found.version),
		answer->version) != CARDEA_OK)
		status = cardea_etcd_malformed(diag, "its version is too long");
	if (status == CARDEA_OK && answer->n_errors > 0 &&
	    cardea_text_copy(found.trouble, sizeof(found.trouble),
		answer->errors[0]) != CARDEA_OK)
		status = cardea_etcd_malformed(diag, "its trouble is too long");
	if (status == CARDEA_OK) {
		found.leader = answer->leader;
		found.index = answer->raft_index;
		found.term = answer->raft_term;
		found.db_bytes = size_of(answer->db_size);
		found.db_used_bytes = size_of(answer->db_size_in_use);
		*ret_status = found;
	}
	cardea_etcd_forget(answer);
	return status;
}
