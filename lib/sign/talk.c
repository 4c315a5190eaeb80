/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "sign/talk.h"

#define MAGIC 0x43524453u /* "CRDS": no other helper's talk */
#define REPLY 0x80u	  /* beside the tasks */

static void
put_head(struct cardea_pack *pack, void *packet, size_t size, uint32_t kind)
{
	cardea_pack_init(pack, packet, size);
	cardea_pack_u32(pack, MAGIC);
	cardea_pack_u32(pack, kind);
}

static uint32_t
get_head(struct cardea_unpack *unpack, const unsigned char *packet, size_t len)
{
	cardea_unpack_init(unpack, packet, len);
	if (cardea_unpack_u32(unpack) != MAGIC)
		unpack->failed = true;
	return cardea_unpack_u32(unpack);
}

static enum cardea_status
put_end(const struct cardea_pack *pack, size_t *ret_len)
{
	enum cardea_status status = cardea_pack_done(pack);

	if (status == CARDEA_OK)
		*ret_len = pack->len;
	return status;
}

static size_t
get_bytes(struct cardea_unpack *unpack, unsigned char *bytes, size_t size)
{
	const unsigned char *blob = NULL;
	size_t len = 0;

	cardea_unpack_blob(unpack, &blob, &len);
	if (unpack->failed || len > size) {
		unpack->failed = true;
		return 0;
	}
	if (len > 0)
		memcpy(bytes, blob, len);
	return len;
}

/* --- requests ------------------------------------------------------------ */

enum cardea_status
cardea_sign_pack_request(const struct cardea_sign_request *request,
    unsigned char *packet, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;

	if (request->pin.len > CARDEA_SIGN_PIN_MAX ||
	    request->message_len > CARDEA_SIGN_LIST_MAX ||
	    request->name_count > CARDEA_CERT_NAMES_MAX)
		return CARDEA_E_RANGE;
	put_head(&pack, packet, size, request->task);
	cardea_pack_u32(&pack, request->timeout_ms);
	cardea_pack_text(&pack, request->uri);
	cardea_pack_text(&pack, request->tpm);
	cardea_pack_text(&pack, request->module);
	cardea_pack_blob(&pack, request->pin.data, request->pin.len);
	cardea_pack_u32(&pack, request->algorithm);
	cardea_pack_blob(&pack, request->message, request->message_len);
	cardea_pack_text(&pack, request->subject);
	cardea_pack_u32(&pack, (uint32_t)request->name_count);
	for (size_t i = 0; i < request->name_count; i++)
		cardea_pack_text(&pack, request->names[i].text);
	return put_end(&pack, ret_len);
}

/* A PIN is a text to everybody who takes it: no NUL inside. */
static void
get_pin(struct cardea_unpack *unpack, struct cardea_secret *pin)
{
	const unsigned char *blob = NULL;
	size_t len = 0;

	cardea_unpack_blob(unpack, &blob, &len);
	if (unpack->failed || len > CARDEA_SIGN_PIN_MAX ||
	    (len > 0 && memchr(blob, 0, len) != NULL) ||
	    (len > 0 && cardea_secret_set(pin, blob, len) != CARDEA_OK))
		unpack->failed = true;
}

static void
get_names(struct cardea_unpack *unpack, struct cardea_sign_request *request)
{
	uint32_t count = cardea_unpack_u32(unpack);

	if (count > CARDEA_CERT_NAMES_MAX)
		unpack->failed = true;
	for (size_t i = 0; i < count && !unpack->failed; i++)
		cardea_unpack_text(unpack, request->names[i].text,
		    sizeof(request->names[i].text));
	request->name_count = unpack->failed ? 0 : count;
}

enum cardea_status
cardea_sign_unpack_request(const unsigned char *packet, size_t len,
    struct cardea_sign_request *ret_request)
{
	struct cardea_sign_request *r = ret_request;
	struct cardea_unpack unpack;
	uint32_t task = get_head(&unpack, packet, len);
	uint32_t algorithm;

	r->timeout_ms = cardea_unpack_u32(&unpack);
	cardea_unpack_text(&unpack, r->uri, sizeof(r->uri));
	cardea_unpack_text(&unpack, r->tpm, sizeof(r->tpm));
	cardea_unpack_text(&unpack, r->module, sizeof(r->module));
	get_pin(&unpack, &r->pin);
	algorithm = cardea_unpack_u32(&unpack);
	r->message_len = get_bytes(&unpack, r->message, sizeof(r->message));
	cardea_unpack_text(&unpack, r->subject, sizeof(r->subject));
	get_names(&unpack, r);
	if (cardea_unpack_done(&unpack) != CARDEA_OK ||
	    task == CARDEA_SIGN_TASK_NONE || task >= CARDEA_SIGN_TASK_COUNT ||
	    algorithm > CARDEA_SIGN_RSA_3072)
		return CARDEA_E_SYNTAX;
	r->task = (enum cardea_sign_task)task;
	r->algorithm = (enum cardea_sign_algorithm)algorithm;
	return CARDEA_OK;
}

/* --- replies ------------------------------------------------------------- */

enum cardea_status
cardea_sign_pack_reply(const struct cardea_sign_reply *reply,
    unsigned char *packet, size_t size, size_t *ret_len)
{
	const struct cardea_sign_answer *answer = &reply->answer;
	struct cardea_pack pack;

	if (answer->signature_len > sizeof(answer->signature) ||
	    answer->public_len > sizeof(answer->public_key))
		return CARDEA_E_RANGE;
	put_head(&pack, packet, size, REPLY);
	cardea_pack_u32(&pack, answer->why);
	cardea_pack_text(&pack, answer->detail);
	cardea_pack_blob(&pack, answer->signature, answer->signature_len);
	cardea_pack_blob(&pack, answer->public_key, answer->public_len);
	cardea_pack_text(&pack, reply->pem);
	return put_end(&pack, ret_len);
}

/* What a token's library wrote may come out at a terminal. */
static bool
is_one_line(const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20 || byte >= 0x7f)
			return false;
	}
	return true;
}

static bool
is_pem(const char *text)
{
	static const char head[] = "-----BEGIN CERTIFICATE REQUEST-----\n";

	if (strncmp(text, head, sizeof(head) - 1) != 0)
		return false;
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte != '\n' && (byte < 0x20 || byte >= 0x7f))
			return false;
	}
	return true;
}

static bool
answers(const struct cardea_sign_reply *reply, enum cardea_sign_task task)
{
	const struct cardea_sign_answer *answer = &reply->answer;

	if (answer->why != CARDEA_SIGN_DONE)
		return answer->signature_len == 0 && answer->public_len == 0 &&
		    reply->pem[0] == '\0';
	return answer->public_len > 0 &&
	    (answer->signature_len > 0) == (task == CARDEA_SIGN_TASK_SIGN) &&
	    (task == CARDEA_SIGN_TASK_REQUEST ? is_pem(reply->pem)
					      : reply->pem[0] == '\0');
}

enum cardea_status
cardea_sign_unpack_reply(const unsigned char *packet, size_t len,
    enum cardea_sign_task task, struct cardea_sign_reply *ret_reply)
{
	struct cardea_sign_answer *answer = &ret_reply->answer;
	struct cardea_unpack unpack;
	uint32_t why;

	if (get_head(&unpack, packet, len) != REPLY)
		return CARDEA_E_SYNTAX;
	why = cardea_unpack_u32(&unpack);
	cardea_unpack_text(&unpack, answer->detail, sizeof(answer->detail));
	answer->signature_len = get_bytes(
	    &unpack, answer->signature, sizeof(answer->signature));
	answer->public_len = get_bytes(
	    &unpack, answer->public_key, sizeof(answer->public_key));
	cardea_unpack_text(&unpack, ret_reply->pem, sizeof(ret_reply->pem));
	if (cardea_unpack_done(&unpack) != CARDEA_OK ||
	    why == CARDEA_SIGN_WHY_NONE || why >= CARDEA_SIGN_WHY_COUNT ||
	    !is_one_line(answer->detail))
		return CARDEA_E_SYNTAX;
	answer->why = (enum cardea_sign_why)why;
	return answers(ret_reply, task) ? CARDEA_OK : CARDEA_E_SYNTAX;
}
