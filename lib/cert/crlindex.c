/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "base/pack.h"
#include "base/text.h"
#include "cert/crlindex_file.h"
#include "cert/crlindex_sort.h"
#include "cert/derwrite.h"
#include "cert/x509_name.h"
#include "cert/x509_room.h"
#include "store/crypto.h"

/* What is being made. */
struct making {
	struct cardea_crl crl;
	struct cardea_crlindex_header header;
	struct cardea_cert_bytes issuers[CARDEA_CRL_ISSUERS_MAX];
	unsigned char *bytes;
};

/* The number of an issuer in the index; a new one is noted. RANGE: too many. */
static enum cardea_status
number_issuer(struct making *making, const struct cardea_cert_bytes *issuer,
    unsigned int *ret_number)
{
	struct cardea_crlindex_header *header = &making->header;

	*ret_number = 0;
	if (issuer->len == 0)
		return CARDEA_OK;
	/* from behind: entries of one issuer stand together */
	for (uint32_t i = header->issuers; i-- > 0;) {
		if (cardea_der_equal(&making->issuers[i], issuer)) {
			*ret_number = i + 1;
			return CARDEA_OK;
		}
	}
	if (header->issuers == CARDEA_CRL_ISSUERS_MAX ||
	    issuer->len > CARDEA_CRL_HEAD_MAX - header->issuers_len)
		return CARDEA_E_RANGE;
	making->issuers[header->issuers++] = *issuer;
	header->issuers_len += (uint32_t)issuer->len;
	*ret_number = header->issuers;
	return CARDEA_OK;
}

/* The first time over the entries: all are judged, and counted. */
static enum cardea_status
count_entries(struct making *making, struct cardea_diag *diag)
{
	struct cardea_crl_entry entry;
	struct cardea_crl_walk walk;
	enum cardea_status status;
	unsigned int number;

	cardea_crl_walk_init(&walk, &making->crl);
	while (walk.rest.len > 0) {
		status = cardea_crl_walk_next(&walk, &entry, diag);
		if (status != CARDEA_OK)
			return status;
		if (making->header.entries++ == CARDEA_CRL_ENTRIES_MAX)
			return cardea_diag_set(diag, CARDEA_E_RANGE,
			    "the list has more than %d entries",
			    CARDEA_CRL_ENTRIES_MAX);
		status = number_issuer(making, &entry.issuer, &number);
		if (status != CARDEA_OK)
			return cardea_diag_set(diag, status,
			    "the list has entries of more than %d issuers",
			    CARDEA_CRL_ISSUERS_MAX);
	}
	return CARDEA_OK;
}

static size_t
skeleton_inside(const struct cardea_crl *crl)
{
	return cardea_derwrite_len(crl->head.len + crl->extensions.len) +
	    crl->algorithm.len + cardea_derwrite_len(crl->signature.len + 1);
}

static void
put_skeleton(struct cardea_derwrite *write, const struct cardea_crl *crl)
{
	static const unsigned char no_unused_bits = 0;

	cardea_derwrite_head(write, CARDEA_DER_SEQUENCE, skeleton_inside(crl));
	cardea_derwrite_head(
	    write, CARDEA_DER_SEQUENCE, crl->head.len + crl->extensions.len);
	cardea_derwrite_bytes(write, crl->head.data, crl->head.len);
	cardea_derwrite_bytes(write, crl->extensions.data, crl->extensions.len);
	cardea_derwrite_bytes(write, crl->algorithm.data, crl->algorithm.len);
	cardea_derwrite_head(
	    write, CARDEA_DER_BIT_STRING, crl->signature.len + 1);
	cardea_derwrite_bytes(write, &no_unused_bits, 1);
	cardea_derwrite_bytes(write, crl->signature.data, crl->signature.len);
}

/* The second time: into their place, then in order, then each once. */
static enum cardea_status
put_entries(struct making *making, unsigned char *items)
{
	unsigned char *item = items;
	struct cardea_crl_entry entry;
	struct cardea_crl_walk walk;
	unsigned int number;

	cardea_crl_walk_init(&walk, &making->crl);
	while (walk.rest.len > 0) {
		struct cardea_pack pack;

		if (cardea_crl_walk_next(&walk, &entry, NULL) != CARDEA_OK ||
		    number_issuer(making, &entry.issuer, &number) !=
			CARDEA_OK ||
		    cardea_crlindex_key(number, &entry.serial, item) !=
			CARDEA_OK)
			return CARDEA_E_INTERNAL;
		cardea_pack_init(&pack, item + CARDEA_CRLINDEX_KEY,
		    CARDEA_CRLINDEX_ENTRY - CARDEA_CRLINDEX_KEY);
		cardea_pack_u8(&pack, (uint8_t)entry.reason);
		cardea_pack_i64(&pack, entry.date_s);
		item += CARDEA_CRLINDEX_ENTRY;
	}
	cardea_crlindex_sort(items, making->header.entries);
	making->header.entries = (uint32_t)cardea_crlindex_unique(
	    items, making->header.entries);
	return CARDEA_OK;
}

/* Of each block of a level its first key and its sum, into the next one; of
 * the last level's one block into the header. */
static enum cardea_status
put_sums(struct making *making, const struct cardea_crlindex_level *level,
    const struct cardea_crlindex_level *next)
{
	const unsigned char *items = making->bytes + level->offset;
	unsigned char *node = next == NULL ? NULL
					   : making->bytes + next->offset;
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < level->count && status == CARDEA_OK;
	     i += level->per_block) {
		size_t count = level->count - i < level->per_block
		    ? level->count - i
		    : level->per_block;
		const unsigned char *block = items + i * level->item;

		if (node == NULL)
			return cardea_crypto_sha256(
			    block, count * level->item, making->header.top);
		memcpy(node, block, CARDEA_CRLINDEX_KEY);
		node[CARDEA_CRLINDEX_KEY] = 0;
		status = cardea_crypto_sha256(
		    block, count * level->item, node + CARDEA_CRLINDEX_KEY + 1);
		node += CARDEA_CRLINDEX_NODE;
	}
	return status;
}

static enum cardea_status
put_levels(struct making *making)
{
	struct cardea_crlindex_level levels[CARDEA_CRLINDEX_LEVELS];
	enum cardea_status status = CARDEA_OK;
	size_t count, len;

	count = cardea_crlindex_levels(&making->header, levels, &len);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = put_sums(
		    making, &levels[i], i + 1 < count ? &levels[i + 1] : NULL);
	making->header.len = len;
	return status;
}

static enum cardea_status
write_index(struct making *making, struct cardea_diag *diag)
{
	struct cardea_crlindex_level levels[CARDEA_CRLINDEX_LEVELS];
	size_t skeleton = cardea_derwrite_len(skeleton_inside(&making->crl)),
	       size;
	struct cardea_derwrite write;
	enum cardea_status status;

	if (skeleton > CARDEA_CRL_HEAD_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "the list is too large, even without its entries");
	making->header.skeleton_len = (uint32_t)skeleton;
	(void)cardea_crlindex_levels(&making->header, levels, &size);
	making->bytes = malloc(size);
	if (making->bytes == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	write.at = making->bytes + CARDEA_CRLINDEX_HEADER;
	put_skeleton(&write, &making->crl);
	for (uint32_t i = 0; i < making->header.issuers; i++)
		cardea_derwrite_bytes(
		    &write, making->issuers[i].data, making->issuers[i].len);
	status = put_entries(making, write.at);
	if (status == CARDEA_OK)
		status = put_levels(making);
	if (status == CARDEA_OK)
		status = cardea_crlindex_seal(&making->header, making->bytes);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "cannot make the index of the list");
	return CARDEA_OK;
}

enum cardea_status
cardea_crlindex_make(OSSL_LIB_CTX *libctx, const struct cardea_cert_bytes *der,
    const struct cardea_crlindex_issuers *issuers, unsigned char **ret_index,
    size_t *ret_len, struct cardea_diag *diag)
{
	struct making *making = calloc(1, sizeof(*making));
	enum cardea_status status;

	if (making == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	making->header.source_len = der->len;
	status = cardea_crl_read(der, &making->crl, diag);
	/* whose list it is comes before what a stranger may have put into it */
	if (status == CARDEA_OK)
		status = cardea_crlindex_signed(
		    libctx, &making->crl, issuers, &making->header, diag);
	if (status == CARDEA_OK)
		status = count_entries(making, diag);
	if (status == CARDEA_OK)
		status = write_index(making, diag);
	if (status == CARDEA_OK) {
		*ret_len = (size_t)making->header.len;
		*ret_index = making->bytes; /* moved */
		making->bytes = NULL;
	}
	free(making->bytes);
	free(making);
	return status;
}

/* RFC 5280, 5.2.3: each list has a number.  One without it is no list of
 * version 2 in form, and nothing tells it from an older one (X04). */
static enum cardea_status
demand_number(const struct cardea_cert_bytes *index, struct cardea_diag *diag)
{
	struct cardea_crlindex_info info;
	enum cardea_status status = cardea_crlindex_info(index, &info, diag);

	if (status == CARDEA_OK && info.number[0] == '\0')
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the list has no number (cRLNumber; RFC 5280, 5.2.3)");
	return status;
}

enum cardea_status
cardea_crlindex_build(const struct cardea_cert_bytes *crl,
    const struct cardea_crlindex_issuers *issuers, unsigned char **ret_index,
    size_t *ret_len, struct cardea_diag *diag)
{
	struct cardea_x509_room room;
	struct cardea_cert_bytes der = *crl, index = { 0 };
	unsigned char *heap = NULL, *made = NULL;
	enum cardea_status status = CARDEA_E_MEMORY;

	if (crl->len > CARDEA_CRL_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the list is too large");
	if (!cardea_x509_room_open(&room)) {
		(void)cardea_diag_set(diag, status, "OpenSSL does not work");
		goto out;
	}
	status = CARDEA_OK;
	if (crl->len == 0 || crl->data[0] != CARDEA_DER_SEQUENCE) {
		status = cardea_crlindex_pem(crl, &heap, &der.len, diag);
		der.data = heap;
	}
	if (status == CARDEA_OK)
		status = cardea_crlindex_make(
		    room.context, &der, issuers, &made, &index.len, diag);
	index.data = made;
	if (status == CARDEA_OK)
		status = demand_number(&index, diag);
	if (status == CARDEA_OK) {
		*ret_index = made; /* moved */
		*ret_len = index.len;
		made = NULL;
	}
out:
	free(made);
	free(heap);
	cardea_x509_room_close(&room);
	return status;
}

static void
read_name(
    const struct cardea_cert_bytes *der, char text[CARDEA_CERT_NAME_MAX + 1])
{
	const unsigned char *at = der->data;
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)der->len);

	text[0] = '\0';
	if (name != NULL)
		cardea_x509_name_text(name, text);
	X509_NAME_free(name);
}

enum cardea_status
cardea_crlindex_info(const struct cardea_cert_bytes *index,
    struct cardea_crlindex_info *ret_info, struct cardea_diag *diag)
{
	struct cardea_crlindex_info info = { 0 };
	struct cardea_crlindex opened;
	enum cardea_status status = cardea_crlindex_open(index, &opened, diag);

	if (status != CARDEA_OK)
		return status;
	read_name(&opened.crl.issuer, info.issuer);
	if (opened.crl.number.len > 0)
		cardea_text_hex(
		    info.number, opened.crl.number.data, opened.crl.number.len);
	info.delta = opened.crl.delta;
	info.indirect = opened.crl.indirect;
	info.this_update_s = opened.crl.this_update_s;
	info.next_update_s = opened.crl.next_update_s;
	info.entries = opened.header.entries;
	info.source_len = opened.header.source_len;
	*ret_info = info;
	return CARDEA_OK;
}
