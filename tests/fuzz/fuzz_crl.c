/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "cert/crlindex_file.h"
#include "fuzz/revoked.h"

/*
 * Lists of revoked certificates and their indexes.  The first byte of an input
 * chooses:
 *
 *   'l'  a list.  What is read OpenSSL reads, too, and finds as many entries;
 *        an index is made of nothing but what the authority signed.
 *   't'  what is signed of one, of which a list is made
 *   'd'  a scope (issuingDistributionPoint), likewise
 *   'i'  an index.  It says of no number anything but what the list says, or
 *        that it does not know.
 *
 * The seeds are a list of three entries and its index, and BoringSSL's.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static struct cardea_cert_bytes
fill(unsigned char *bytes, size_t size, const char *hex)
{
	size_t len = strlen(hex) / 2;

	must(len <= size && cardea_text_unhex(bytes, len, hex) == CARDEA_OK);
	return (struct cardea_cert_bytes){ bytes, len };
}

static size_t
count_entries(const struct cardea_crl *crl)
{
	struct cardea_crl_entry entry;
	struct cardea_crl_walk walk;
	size_t count = 0;

	cardea_crl_walk_init(&walk, crl);
	for (; walk.rest.len > 0; count++) {
		if (cardea_crl_walk_next(&walk, &entry, NULL) != CARDEA_OK)
			return SIZE_MAX;
		must(entry.serial.len >= 1 &&
		    entry.serial.len <= CARDEA_CRL_SERIAL_MAX);
		must(entry.serial.data > crl->tbs.data &&
		    entry.serial.data + entry.serial.len <
			crl->tbs.data + crl->tbs.len);
		must(entry.issuer.len == 0 || crl->indirect);
	}
	return count;
}

static void
compare(const struct cardea_cert_bytes *list, size_t count)
{
	const unsigned char *at = list->data;
	X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)list->len);
	const STACK_OF(X509_REVOKED) * revoked;

	/* a list may say of its issuer's key what OpenSSL cannot read */
	if (crl == NULL) {
		ERR_clear_error();
		return;
	}
	must(at == list->data + list->len);
	revoked = X509_CRL_get_REVOKED(crl);
	must(count ==
	    (revoked == NULL ? 0 : (size_t)sk_X509_REVOKED_num(revoked)));
	X509_CRL_free(crl);
}

static void
try_list(const unsigned char *bytes, size_t len)
{
	static unsigned char root[1024], signed_bytes[1024];
	const struct cardea_cert_bytes list = { bytes, len };
	const struct cardea_cert_bytes issuer = fill(
	    root, sizeof(root), REVOKED_ROOT);
	const struct cardea_cert_bytes seed = fill(
	    signed_bytes, sizeof(signed_bytes), REVOKED_LIST);
	const struct cardea_crlindex_issuers issuers = { 1, &issuer };
	struct cardea_diag diag = { 0 };
	struct cardea_crl crl;
	unsigned char *index = NULL;
	size_t index_len, count;

	if (cardea_crl_read(&list, &crl, NULL) == CARDEA_OK) {
		must(crl.next_update_s > crl.this_update_s);
		must(crl.issuer.len > 0 && crl.tbs.len < len);
		count = count_entries(&crl);
		if (count != SIZE_MAX)
			compare(&list, count);
	}
	if (cardea_crlindex_build(&list, &issuers, &index, &index_len, &diag) !=
	    CARDEA_OK) {
		must(index == NULL && diag.reason[0] != '\0');
		return;
	}
	/* DER; in PEM the same */
	must(list.data[0] != CARDEA_DER_SEQUENCE ||
	    (len == seed.len && memcmp(bytes, seed.data, len) == 0));
	free(index);
}

/* the head of an element that is shorter than 64 KiB */
static size_t
put_head(unsigned char *at, unsigned char tag, size_t len)
{
	size_t head = 0;

	at[head++] = tag;
	if (len >= 0x100) {
		at[head++] = 0x82;
		at[head++] = (unsigned char)(len >> 8);
	} else if (len >= 0x80) {
		at[head++] = 0x81;
	}
	at[head++] = (unsigned char)len;
	return head;
}

static void
try_parts(const unsigned char *head, size_t head_len,
    const unsigned char *bytes, size_t len, unsigned char tag)
{
	static const unsigned char tail[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a,
		0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x03, 0x05, 0x00,
		0x01, 0x02, 0x03, 0x04 };
	static unsigned char list[16384];
	unsigned char inner[16], outer[16];
	size_t inner_len = 0, outer_len, at = 0;

	if (len > 8192)
		return;
	if (tag != 0)
		inner_len = put_head(inner, tag, head_len + len);
	outer_len = put_head(outer, CARDEA_DER_SEQUENCE,
	    inner_len + head_len + len + sizeof(tail));
	memcpy(list, outer, outer_len);
	at += outer_len;
	memcpy(list + at, inner, inner_len);
	at += inner_len;
	memcpy(list + at, head, head_len);
	at += head_len;
	memcpy(list + at, bytes, len);
	at += len;
	memcpy(list + at, tail, sizeof(tail));
	try_list(list, at + sizeof(tail));
}

static void
try_scope(const unsigned char *bytes, size_t len)
{
	/* version to nextUpdate of a list */
	static unsigned char head[512];
	const struct cardea_cert_bytes begin = fill(
	    head, sizeof(head), REVOKED_HEAD);
	static const unsigned char oid[] = { 0x06, 0x03, 0x55, 0x1d, 0x1c };
	static unsigned char extension[8192 + 64];
	unsigned char heads[4][16];
	size_t lens[4], at = 0;

	if (len > 4096)
		return;
	lens[0] = put_head(heads[0], CARDEA_DER_OCTET_STRING, len);
	lens[1] = put_head(
	    heads[1], CARDEA_DER_SEQUENCE, sizeof(oid) + lens[0] + len);
	lens[2] = put_head(heads[2], CARDEA_DER_SEQUENCE,
	    lens[1] + sizeof(oid) + lens[0] + len);
	lens[3] = put_head(
	    heads[3], 0xa0, lens[2] + lens[1] + sizeof(oid) + lens[0] + len);
	for (size_t i = 4; i-- > 1;) {
		memcpy(extension + at, heads[i], lens[i]);
		at += lens[i];
	}
	memcpy(extension + at, oid, sizeof(oid));
	at += sizeof(oid);
	memcpy(extension + at, heads[0], lens[0]);
	at += lens[0];
	if (len > 0)
		memcpy(extension + at, bytes, len);
	try_parts(
	    begin.data, begin.len, extension, at + len, CARDEA_DER_SEQUENCE);
}

/* The numbers of the seed's list, and some beside them. */
static void
try_index(const unsigned char *bytes, size_t len)
{
	static const struct {
		unsigned char serial[5];
		size_t len;
		int is_listed;
	} numbers[] = {
		{ { 7 }, 1, 1 },
		{ { 0x01, 0x2c }, 2, 1 },
		{ { 0x12, 0x34, 0x56, 0x78, 0x9a }, 5, 1 },
		{ { 0 }, 1, 0 },
		{ { 6 }, 1, 0 },
		{ { 0x01, 0x2d }, 2, 0 },
		{ { 0x7f, 0xff, 0xff, 0xff, 0xff }, 5, 0 },
	};
	const struct cardea_cert_bytes index_bytes = { bytes, len };
	struct cardea_crlindex index;
	struct cardea_crlindex_info info;
	struct cardea_crlindex_found found;

	if (cardea_crlindex_info(&index_bytes, &info, NULL) != CARDEA_OK)
		return;
	must(info.entries == 3 && strcmp(info.number, "03") == 0);
	must(cardea_crlindex_open(&index_bytes, &index, NULL) == CARDEA_OK);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct cardea_cert_bytes serial = { numbers[i].serial,
			numbers[i].len };
		enum cardea_status status = cardea_crlindex_find(
		    &index, 0, &serial, &found);

		must(status == CARDEA_E_CORRUPT ||
		    status ==
			(numbers[i].is_listed ? CARDEA_OK : CARDEA_E_MISSING));
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	if (len == 0)
		return 0;
	switch (bytes[0]) {
	case 'l':
		try_list(bytes + 1, len - 1);
		break;
	case 't':
		try_parts(bytes, 0, bytes + 1, len - 1, 0);
		break;
	case 'd':
		try_scope(bytes + 1, len - 1);
		break;
	default:
		try_index(bytes + 1, len - 1);
		break;
	}
	return 0;
}
