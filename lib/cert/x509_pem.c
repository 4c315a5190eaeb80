/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "cert/x509.h"

struct block {
	char *name, *header;
	unsigned char *data;
	long len;
};

static void
block_clear(struct block *block)
{
	OPENSSL_free(block->name);
	OPENSSL_free(block->header);
	OPENSSL_free(block->data);
	memset(block, 0, sizeof(*block));
}

static bool
is_certificate(const struct block *block)
{
	return strcmp(block->name, PEM_STRING_X509) == 0 &&
	    block->header[0] == '\0' && block->len > 0;
}

/* Puts the blocks of the file one behind another; *ret_count may be max + 1. */
static enum cardea_status
read_blocks(BIO *file, size_t max, struct cardea_cert_bytes *items,
    size_t *ret_count, unsigned char *heap)
{
	enum cardea_status status = CARDEA_OK;
	unsigned long error;
	size_t count = 0;

	while (status == CARDEA_OK) {
		struct block block = { 0 };

		if (PEM_read_bio(file, &block.name, &block.header, &block.data,
			&block.len) != 1)
			break;
		if (!is_certificate(&block)) {
			status = CARDEA_E_SYNTAX;
		} else if (count == max || block.len > CARDEA_CERT_MAX) {
			status = CARDEA_E_RANGE;
		} else {
			memcpy(heap, block.data, (size_t)block.len);
			items[count].data = heap;
			items[count++].len = (size_t)block.len;
			heap += block.len;
		}
		block_clear(&block);
	}
	*ret_count = count;
	error = ERR_peek_last_error();
	if (status == CARDEA_OK &&
	    (ERR_GET_LIB(error) != ERR_LIB_PEM ||
		ERR_GET_REASON(error) != PEM_R_NO_START_LINE))
		status = CARDEA_E_SYNTAX;
	return status;
}

static enum cardea_status
tell(enum cardea_status status, size_t count, struct cardea_diag *diag)
{
	if (status == CARDEA_E_RANGE)
		return cardea_diag_set(diag, status,
		    "certificate %zu is too large, or one too many", count + 1);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "block %zu is not a certificate in PEM", count + 1);
	return status;
}

enum cardea_status
cardea_x509_pem(const struct cardea_cert_bytes *pem, size_t max,
    struct cardea_cert_bytes *ret_items, size_t *ret_count,
    unsigned char **ret_heap, struct cardea_diag *diag)
{
	enum cardea_status status;
	unsigned char *heap = NULL;
	size_t count = 0;
	BIO *file;

	if (pem->len > CARDEA_CERT_FILE_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "is longer than a file of them may be");
	if (pem->len == 0)
		return tell(CARDEA_E_SYNTAX, 0, diag);
	(void)ERR_set_mark();
	/* PEM is longer than the DER in it */
	heap = malloc(pem->len);
	file = BIO_new_mem_buf(pem->data, (int)pem->len);
	status = heap == NULL || file == NULL
	    ? CARDEA_E_MEMORY
	    : read_blocks(file, max, ret_items, &count, heap);
	BIO_free(file);
	(void)ERR_pop_to_mark();
	if (status == CARDEA_OK && count == 0)
		status = CARDEA_E_SYNTAX;
	if (status != CARDEA_OK) {
		free(heap);
		return status == CARDEA_E_MEMORY ? status
						 : tell(status, count, diag);
	}
	*ret_count = count;
	*ret_heap = heap; /* moved */
	return CARDEA_OK;
}
