/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/stat.h>

#include "cert/held.h"

#define HELD_S 900 /* a list may be of a moment that is still to come */

/* Digests of parts, one after another, each with all before it. */
struct naming {
	bool failed;
	unsigned char name[CARDEA_SHA256];
};

static void
mix(struct naming *naming, const void *bytes, size_t len)
{
	unsigned char both[2 * CARDEA_SHA256];

	memcpy(both, naming->name, CARDEA_SHA256);
	if (cardea_crypto_sha256(bytes, len, both + CARDEA_SHA256) !=
		CARDEA_OK ||
	    cardea_crypto_sha256(both, sizeof(both), naming->name) != CARDEA_OK)
		naming->failed = true;
}

static void
mix_bytes(struct naming *naming, const struct cardea_cert_bytes *bytes)
{
	mix(naming, bytes->len > 0 ? bytes->data : (const void *)"",
	    bytes->len);
}

static void
mix_text(struct naming *naming, const char *text)
{
	mix(naming, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

/* A list is not read for this: `cardea refresh` puts another file in its place,
 * and whoever writes into this one changes its times. */
static void
mix_list(struct naming *naming, int fd)
{
	struct stat st = { .st_size = -1 };
	int64_t facts[8] = { -1 };

	if (fd >= 0 && fstat(fd, &st) != 0)
		naming->failed = true;
	if (fd >= 0) {
		facts[0] = (int64_t)st.st_dev;
		facts[1] = (int64_t)st.st_ino;
		facts[2] = st.st_size;
		facts[3] = st.st_mtim.tv_sec;
		facts[4] = st.st_mtim.tv_nsec;
		facts[5] = st.st_ctim.tv_sec;
		facts[6] = st.st_ctim.tv_nsec;
	}
	mix(naming, facts, sizeof(facts));
}

static void
mix_trust(struct naming *naming, const struct cardea_cert_trust *trust,
    const int fds[CARDEA_AUTHORITY_LISTS_MAX])
{
	mix(naming, trust->authority, sizeof(*trust->authority));
	mix_bytes(naming, &trust->trust);
	mix_bytes(naming, &trust->intermediates);
	mix_bytes(naming, &trust->list_keys);
	for (size_t i = 0; i < trust->list_count; i++)
		mix_list(naming, fds[i]);
	for (size_t i = 0; i < trust->answer_count; i++)
		mix_bytes(naming, &trust->answers[i]);
}

bool
cardea_cert_held_name(const struct cardea_cert_inquiry *inquiry,
    unsigned char ret_name[CARDEA_SHA256])
{
	const struct cardea_cert_question *question = &inquiry->question;
	const int64_t plain[] = { question->kind, question->proof,
		question->shown_s, question->revocation_s,
		(int64_t)question->chain_count, question->time_s / HELD_S };
	struct naming naming = { .failed = inquiry->incomplete };

	mix(&naming, plain, sizeof(plain));
	mix_text(&naming, question->user);
	mix_text(&naming, question->source);
	mix_bytes(&naming, &question->leaf);
	for (size_t i = 0; i < question->chain_count; i++)
		mix_bytes(&naming, &question->chain[i]);
	for (size_t i = 0; i < question->trust_count; i++)
		mix_trust(&naming, &question->trust[i], inquiry->lists.fds[i]);
	if (naming.failed)
		return false;
	memcpy(ret_name, naming.name, CARDEA_SHA256);
	return true;
}

static size_t
slot_of(const unsigned char name[CARDEA_SHA256])
{
	return ((size_t)name[0] << 8 | name[1]) % CARDEA_CERT_HELD_SLOTS;
}

bool
cardea_cert_held_has(const struct cardea_cert_held *held,
    const unsigned char name[CARDEA_SHA256])
{
	return held != NULL &&
	    memcmp(held->slots[slot_of(name)], name, CARDEA_SHA256) == 0;
}

void
cardea_cert_held_add(
    struct cardea_cert_held *held, const unsigned char name[CARDEA_SHA256])
{
	if (held != NULL)
		memcpy(held->slots[slot_of(name)], name, CARDEA_SHA256);
}
