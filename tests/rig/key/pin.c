/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rig/key/pin.h"
#include "rig/key/softkey.h"
#include "rig/key/touch.h"

#define PIN_MIN 4
#define PIN_PADDED 64

enum parameter {
	PIN_PROTOCOL = 1,
	PIN_SUBCOMMAND = 2,
	PIN_KEY_AGREEMENT = 3,
	PIN_AUTH = 4,
	PIN_NEW_ENC = 5,
	PIN_HASH_ENC = 6,
};
enum answer {
	ANSWER_KEY_AGREEMENT = 1,
	ANSWER_TOKEN = 2,
	ANSWER_TRIES = 3,
	ANSWER_FINGER_TRIES = 5,
};
enum { COSE_X = -2, COSE_Y = -3 };

/* A request whose key agreement is done. */
struct session {
	struct slice request;
	unsigned char secret[HASH_LEN];
};

/* --- what the key remembers ---------------------------------------------- */

static void
save(const struct pin *pin, const struct state *state)
{
	state_write(state, "pin", &pin->record, sizeof pin->record);
}

/* At power-up and after a wrong PIN, so that nothing can be tried again. */
static void
renew(struct pin *pin)
{
	key_free(pin->agreement);
	pin->agreement = p256_random();
	random_bytes(pin->token, sizeof pin->token);
	pin->touched = false;
}

void
pin_load(struct pin *pin, const struct state *state)
{
	*pin = (struct pin){ .misses = 0 };
	if (state_read(state, "pin", &pin->record, sizeof pin->record) !=
	    sizeof pin->record)
		pin->record = (struct pin_record){ .tries = PIN_TRIES };
	renew(pin);
}

void
pin_forget(struct pin *pin, const struct state *state)
{
	pin->record = (struct pin_record){ .tries = PIN_TRIES };
	pin->misses = 0;
	save(pin, state);
	renew(pin);
}

/* --- protocol one -------------------------------------------------------- */

static bool
session_open(
    const struct pin *pin, struct slice request, struct session *ret_session)
{
	struct slice peer, x, y;
	unsigned char point[POINT_LEN];
	if (!cbor_find(request, PIN_KEY_AGREEMENT, &peer) ||
	    !cbor_find_bytes(peer, COSE_X, &x) || x.len != POINT_LEN / 2 ||
	    !cbor_find_bytes(peer, COSE_Y, &y) || y.len != POINT_LEN / 2)
		return false;
	memcpy(point, x.bytes, x.len);
	memcpy(point + x.len, y.bytes, y.len);
	ret_session->request = request;
	return agree(pin->agreement, point, ret_session->secret);
}

/* auth = the first half of HMAC(key, first | second) */
static bool
is_authentic(const unsigned char key[HASH_LEN], struct slice auth,
    struct slice first, struct slice second)
{
	unsigned char expected[HASH_LEN];
	struct writer data = { .bytes = NULL };
	put_raw(&data, first.bytes, first.len);
	put_raw(&data, second.bytes, second.len);
	keyed_hash(key, &data, expected);
	writer_clear(&data);
	return auth.len == PIN_AUTH_LEN &&
	    is_equal(auth.bytes, expected, PIN_AUTH_LEN);
}

/* The PIN of a request: a try is spent before it is compared. */
static enum ctap_status
check_pin(struct softkey *softkey, const struct session *session)
{
	struct pin *pin = &softkey->pin;
	struct slice sealed;
	unsigned char typed[PIN_HASH_LEN];
	if (!cbor_find_bytes(session->request, PIN_HASH_ENC, &sealed))
		return CTAP_MISSING;
	if (sealed.len != PIN_HASH_LEN)
		return CTAP_PARAMETER;
	if (pin->record.tries == 0)
		return CTAP_PIN_BLOCKED;
	if (pin->misses >= PIN_TRIES_AT_ONCE)
		return CTAP_AUTH_BLOCKED;

	pin->record.tries--;
	save(pin, &softkey->state);
	decrypt(session->secret, sealed.bytes, sealed.len, typed);
	if (!is_equal(typed, pin->record.hash, PIN_HASH_LEN)) {
		renew(pin);
		pin->misses++;
		state_log(&softkey->state, "pin: wrong, %d tries left",
		    pin->record.tries);
		if (pin->record.tries == 0)
			return CTAP_PIN_BLOCKED;
		return pin->misses >= PIN_TRIES_AT_ONCE ? CTAP_AUTH_BLOCKED
							: CTAP_PIN_INVALID;
	}
	pin->record.tries = PIN_TRIES;
	pin->misses = 0;
	save(pin, &softkey->state);
	finger_unblock(softkey);
	return CTAP_OK;
}

static enum ctap_status
store_pin(
    struct softkey *softkey, const struct session *session, struct slice sealed)
{
	unsigned char padded[PIN_PADDED], digest[HASH_LEN];
	if (sealed.len != PIN_PADDED)
		return CTAP_PIN_POLICY;
	decrypt(session->secret, sealed.bytes, sealed.len, padded);
	size_t len = strnlen((const char *)padded, PIN_PADDED);
	if (len < PIN_MIN || len == PIN_PADDED)
		return CTAP_PIN_POLICY;

	hash(padded, len, digest);
	struct pin_record *record = &softkey->pin.record;
	memcpy(record->hash, digest, PIN_HASH_LEN);
	record->is_set = 1;
	record->tries = PIN_TRIES;
	save(&softkey->pin, &softkey->state);
	return CTAP_OK;
}

/* --- subcommands --------------------------------------------------------- */

static enum ctap_status
get_tries(struct softkey *softkey, struct slice request, struct writer *answer)
{
	(void)request;
	put_map(answer, 1);
	put_int(answer, ANSWER_TRIES);
	put_int(answer, softkey->pin.record.tries);
	return CTAP_OK;
}

static enum ctap_status
get_finger_tries(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	(void)request;
	if (!softkey->options.finger)
		return CTAP_SUBCOMMAND;
	put_map(answer, 1);
	put_int(answer, ANSWER_FINGER_TRIES);
	put_int(answer, finger_tries(softkey));
	return CTAP_OK;
}

static enum ctap_status
get_agreement(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	(void)request;
	unsigned char point[POINT_LEN];
	p256_point(softkey->pin.agreement, point);
	put_map(answer, 1);
	put_int(answer, ANSWER_KEY_AGREEMENT);
	put_point(answer, ECDH_ES_HKDF, point);
	return CTAP_OK;
}

static enum ctap_status
set_pin(struct softkey *softkey, struct slice request, struct writer *answer)
{
	(void)answer;
	struct session session;
	struct slice auth, sealed;
	if (!session_open(&softkey->pin, request, &session) ||
	    !cbor_find_bytes(request, PIN_AUTH, &auth) ||
	    !cbor_find_bytes(request, PIN_NEW_ENC, &sealed))
		return CTAP_MISSING;
	if (softkey->pin.record.is_set)
		return CTAP_NOT_ALLOWED;
	if (!is_authentic(
		session.secret, auth, sealed, (struct slice){ NULL, 0 }))
		return CTAP_AUTH_INVALID;
	return store_pin(softkey, &session, sealed);
}

static enum ctap_status
change_pin(struct softkey *softkey, struct slice request, struct writer *answer)
{
	(void)answer;
	struct session session;
	struct slice auth, sealed, old;
	if (!session_open(&softkey->pin, request, &session) ||
	    !cbor_find_bytes(request, PIN_AUTH, &auth) ||
	    !cbor_find_bytes(request, PIN_NEW_ENC, &sealed) ||
	    !cbor_find_bytes(request, PIN_HASH_ENC, &old))
		return CTAP_MISSING;
	if (!softkey->pin.record.is_set)
		return CTAP_PIN_NOT_SET;
	if (!is_authentic(session.secret, auth, sealed, old))
		return CTAP_AUTH_INVALID;
	enum ctap_status status = check_pin(softkey, &session);
	if (status != CTAP_OK)
		return status;
	return store_pin(softkey, &session, sealed);
}

static void
put_token(struct pin *pin, const struct session *session, bool touched,
    struct writer *answer)
{
	unsigned char sealed[HASH_LEN];
	random_bytes(pin->token, sizeof pin->token);
	pin->touched = touched;
	encrypt(session->secret, pin->token, sizeof pin->token, sealed);
	put_map(answer, 1);
	put_int(answer, ANSWER_TOKEN);
	put_bytes(answer, sealed, sizeof sealed);
}

static enum ctap_status
token_by_pin(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	struct session session;
	if (!session_open(&softkey->pin, request, &session))
		return CTAP_MISSING;
	if (!softkey->pin.record.is_set)
		return CTAP_PIN_NOT_SET;
	enum ctap_status status = check_pin(softkey, &session);
	if (status == CTAP_OK)
		put_token(&softkey->pin, &session, false, answer);
	return status;
}

/* For certain permissions, which are granted whatever they are. */
static enum ctap_status
permitted_by_pin(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	if (!softkey->options.tokens)
		return CTAP_SUBCOMMAND;
	return token_by_pin(softkey, request, answer);
}

static enum ctap_status
permitted_by_finger(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	struct session session;
	if (!softkey->options.tokens || !softkey->options.finger)
		return CTAP_SUBCOMMAND;
	if (!session_open(&softkey->pin, request, &session))
		return CTAP_MISSING;
	enum ctap_status status = finger_wait(softkey, "token");
	if (status == CTAP_OK)
		put_token(&softkey->pin, &session, true, answer);
	return status;
}

enum ctap_status
pin_command(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	static enum ctap_status (*const subcommands[])(
	    struct softkey *, struct slice, struct writer *) = {
		[1] = get_tries,
		[2] = get_agreement,
		[3] = set_pin,
		[4] = change_pin,
		[5] = token_by_pin,
		[6] = permitted_by_finger,
		[7] = get_finger_tries,
		[9] = permitted_by_pin,
	};
	int64_t protocol, subcommand;
	if (!cbor_find_int(request, PIN_PROTOCOL, &protocol) ||
	    !cbor_find_int(request, PIN_SUBCOMMAND, &subcommand))
		return CTAP_MISSING;
	if (protocol != 1)
		return CTAP_PARAMETER;
	int64_t count = sizeof subcommands / sizeof subcommands[0];
	if (subcommand < 0 || subcommand >= count ||
	    subcommands[subcommand] == NULL)
		return CTAP_SUBCOMMAND;
	enum ctap_status status = subcommands[subcommand](
	    softkey, request, answer);
	state_log(&softkey->state, "clientPIN subcommand=%d status=0x%02x",
	    (int)subcommand, status);
	return status;
}

enum ctap_status
pin_check_auth(struct softkey *softkey, struct slice auth, bool is_protocol_one,
    struct slice client_hash)
{
	const struct pin *pin = &softkey->pin;
	/* an empty one asks: is it you whom the person wants? */
	if (auth.len == 0) {
		enum ctap_status status = touch_wait(softkey, "select");
		if (status != CTAP_OK)
			return status;
		return pin->record.is_set ? CTAP_PIN_INVALID : CTAP_PIN_NOT_SET;
	}
	if (!is_protocol_one ||
	    !is_authentic(
		pin->token, auth, client_hash, (struct slice){ NULL, 0 }))
		return CTAP_AUTH_INVALID;
	return CTAP_OK;
}
