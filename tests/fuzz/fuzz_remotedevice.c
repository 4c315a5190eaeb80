/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "base/sshwire.h"
#include "cert/devproof.h"
#include "cli/askpass/device_conf.h"
#include "factor/remote_device.h"

/*
 * A device at the far end of ssh.  An answer with one part a line: what can be
 * read is written as the same text again, and the message that the verifier
 * then wants signed is the one that an honest laptop has signed for its own
 * user, host and certificate only if the answer says all of these.  Two proofs,
 * packed: they have one message, or one envelope, only if they are one proof.
 * A laptop's file: it is refused with its reason, or whole.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

#define TEXT_MAX 65536
#define USER "alice"
#define HOST "bank.example"

static const unsigned char nonce[CARDEA_DEVPROOF_NONCE] = { 0xa5, 1, 2, 3 };
static unsigned char der[64] = { 0x30, 0x3e };

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

/* What a verifier with this nonce wants signed, or the laptop has signed. */
static size_t
wanted(const char *user, const char *host, const char *fingerprint,
    unsigned char message[CARDEA_DEVPROOF_MAX])
{
	const struct cardea_devproof proof = { nonce, "remote", user, "sshd",
		host, fingerprint };
	size_t len = 0;

	must(cardea_devproof_message(&proof, message, &len) == CARDEA_OK);
	return len;
}

static void
judge(const struct cardea_remote_device_answer *answer)
{
	unsigned char honest[CARDEA_DEVPROOF_MAX], now[CARDEA_DEVPROOF_MAX];
	char fingerprint[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1];
	size_t honest_len, now_len;
	bool same;

	must(cardea_remote_device_fingerprint(der, sizeof(der), fingerprint) ==
	    CARDEA_OK);
	honest_len = wanted(USER, HOST, fingerprint, honest);
	now_len = wanted(answer->user, answer->host, answer->fingerprint, now);
	same = strcmp(answer->user, USER) == 0 &&
	    strcmp(answer->host, HOST) == 0 &&
	    strcmp(answer->fingerprint, fingerprint) == 0;
	must(same ==
	    (honest_len == now_len && memcmp(honest, now, now_len) == 0));
}

static void
read_parts(char *text)
{
	static struct cardea_remote_parts parts, written;
	static struct cardea_remote_device_answer answer;
	bool done = false;
	char *line;

	memset(&parts, 0, sizeof(parts));
	while (!done && (line = strsep(&text, "\n")) != NULL) {
		if (cardea_remote_add_part(&cardea_remote_device_form, &parts,
			line, &done) != CARDEA_OK)
			return;
	}
	if (cardea_remote_device_join(&parts, &answer) != CARDEA_OK)
		return;
	must(done);
	must(cardea_remote_device_write(&answer, &written) == CARDEA_OK);
	must(written.count == parts.count);
	for (unsigned int i = 0; i < parts.count; i++)
		must(strcmp(written.texts[i], parts.texts[i]) == 0);
	if (answer.no == CARDEA_REMOTE_DEVICE_PROOF)
		judge(&answer);
}

/* --- two proofs ----------------------------------------------------------- */

struct proof {
	unsigned char nonce[CARDEA_DEVPROOF_NONCE];
	char texts[5][256];
};

static bool
get_proof(struct cardea_unpack *unpack, struct proof *proof)
{
	const unsigned char *bytes = NULL;
	size_t len = 0;

	memset(proof, 0, sizeof(*proof));
	cardea_unpack_blob(unpack, &bytes, &len);
	if (unpack->failed || len > sizeof(proof->nonce))
		return false;
	if (len > 0)
		memcpy(proof->nonce, bytes, len);
	for (size_t i = 0; i < 5; i++) {
		cardea_unpack_text(
		    unpack, proof->texts[i], sizeof(proof->texts[i]));
		if (unpack->failed || proof->texts[i][0] == '\0')
			return false;
	}
	return true;
}

static size_t
envelope_of(const struct proof *from,
    unsigned char envelope[CARDEA_DEVPROOF_ENVELOPE_MAX])
{
	const struct cardea_devproof proof = { from->nonce, from->texts[0],
		from->texts[1], from->texts[2], from->texts[3],
		from->texts[4] };
	unsigned char message[CARDEA_DEVPROOF_MAX];
	size_t len = 0;

	must(cardea_devproof_message(&proof, message, &len) == CARDEA_OK);
	must(cardea_devproof_envelope(message, len, envelope, &len) ==
	    CARDEA_OK);
	return len;
}

static void
compare_proofs(const unsigned char *bytes, size_t len)
{
	unsigned char a[CARDEA_DEVPROOF_ENVELOPE_MAX];
	unsigned char b[CARDEA_DEVPROOF_ENVELOPE_MAX];
	struct cardea_unpack unpack;
	struct proof first, second;
	size_t a_len, b_len;

	cardea_unpack_init(&unpack, bytes, len);
	if (!get_proof(&unpack, &first) || !get_proof(&unpack, &second))
		return;
	a_len = envelope_of(&first, a);
	b_len = envelope_of(&second, b);
	must(a_len == b_len);
	must((memcmp(a, b, a_len) == 0) ==
	    (memcmp(&first, &second, sizeof(first)) == 0));
}

static void
read_conf(const char *text, size_t len)
{
	static struct cardea_device_conf conf;
	struct cardea_diag diag = { .line = 0 };

	if (cardea_device_conf_parse(text, len, "/x", &conf, &diag) !=
	    CARDEA_OK) {
		must(diag.reason[0] != '\0');
		return;
	}
	must(conf.count > 0 && conf.count <= CARDEA_DEVICE_CONF_BLOCKS_MAX);
	for (size_t i = 0; i < conf.count; i++) {
		must(conf.blocks[i].certificate[0] == '/' &&
		    conf.blocks[i].key[0] != '\0');
		must(conf.blocks[i].host_count > 0 ||
		    cardea_device_conf_is_for(&conf.blocks[i], "any"));
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	char *text;

	if (len >= TEXT_MAX)
		return 0;
	compare_proofs(bytes, len);
	text = malloc(len + 1);
	if (text == NULL)
		return 0;
	if (len > 0)
		memcpy(text, bytes, len);
	text[len] = '\0';
	read_conf(text, len);
	read_parts(text);
	free(text);
	return 0;
}
