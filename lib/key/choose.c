/* SPDX-License-Identifier: BSD-2-Clause */
#include "key/choose.h"
#include "base/text.h"

#define FINGERS_MAX 5 /* a sensor that never gives up */
#define PROMPT_MAX 192

static const struct cardea_secret no_pin = { .data = NULL };

/* --- go ------------------------------------------------------------------ */

/* How a key can be asked. */
enum way {
	WAY_NONE = 0,
	WAY_TOUCH,
	WAY_SENSOR,
	WAY_PIN,
};

static enum cardea_uv
wanted_of(
    const struct cardea_key_pool *pool, const struct cardea_key_seat *seat)
{
	return seat->must_verify ? CARDEA_UV_NEED : pool->request->uv;
}

static enum way
way_of(const struct cardea_key_pool *pool, const struct cardea_key_seat *seat)
{
	const struct cardea_key_means *means = &seat->means;
	enum cardea_uv wanted = wanted_of(pool, seat);

	if (wanted == CARDEA_UV_NO)
		return WAY_TOUCH;
	if (means->has_sensor && seat->fingers < FINGERS_MAX)
		return WAY_SENSOR;
	if (means->has_pin && means->pin_tries != 0)
		return WAY_PIN;
	return wanted == CARDEA_UV_PREFER ? WAY_TOUCH : WAY_NONE;
}

static void
tell(struct cardea_key_pool *pool, const char *text)
{
	if (pool->cue == text)
		return;
	pool->cue = text;
	if (pool->person->tell != NULL)
		pool->person->tell(pool->person->context, text);
}

/* Each is said once, however many keys blink; a finger that was not known is
 * told apart. */
static void
cue(struct cardea_key_pool *pool, const struct cardea_key_seat *seat,
    bool sensor)
{
	static const char touch[] = "Touch your security key.";
	static const char finger[] = "Touch the sensor of your security key.";
	static const char again[] =
	    "The sensor did not know this finger. Touch it again.";

	if (!sensor)
		tell(pool, touch);
	else if (seat->fingers <= 1)
		tell(pool, finger);
	else
		tell(pool, again);
}

static void
go(struct cardea_key_pool *pool, struct cardea_key_seat *seat, bool sensor,
    const struct cardea_secret *pin)
{
	size_t len = 0;
	bool sent;

	if (sensor)
		seat->fingers++;
	cue(pool, seat, sensor);
	sent = cardea_key_pack_go(sensor, pin, pool->packet,
		   CARDEA_KEY_PACKET_MAX, &len) == CARDEA_OK &&
	    cardea_helper_send(seat->process.fd, pool->packet, len) ==
		CARDEA_OK;
	cardea_wipe(pool->packet, CARDEA_KEY_PACKET_MAX);
	seat->phase = CARDEA_KEY_ASKED;
	if (!sent)
		cardea_key_leave(seat, CARDEA_TOUCH_FAILED);
}

/* --- PIN ----------------------------------------------------------------- */

/* With several keys it must be plain whose PIN is meant. */
static enum cardea_status
write_prompt(const struct cardea_key_pool *pool,
    const struct cardea_key_seat *seat, char *prompt)
{
	uint32_t tries = seat->means.pin_tries;
	const char *label = seat->label[0] != '\0' && pool->seat_count > 1
	    ? seat->label
	    : "the security key";

	if (tries == 1)
		return cardea_text_print(prompt, PROMPT_MAX,
		    "This is the last try: a wrong PIN blocks the key. PIN of "
		    "%s (empty: give up): ",
		    label);
	if (tries != CARDEA_KEY_TRIES_UNKNOWN)
		return cardea_text_print(prompt, PROMPT_MAX,
		    "PIN of %s (%u tries left): ", label, tries);
	return cardea_text_print(prompt, PROMPT_MAX, "PIN of %s: ", label);
}

/* A PIN that no key can have costs none of its tries. */
static bool
ask_pin(const struct cardea_key_pool *pool, const struct cardea_key_seat *seat,
    struct cardea_secret *pin)
{
	char prompt[PROMPT_MAX];

	return pool->person->ask_pin != NULL &&
	    write_prompt(pool, seat, prompt) == CARDEA_OK &&
	    pool->person->ask_pin(pool->person->context, prompt, pin) &&
	    pin->len >= CARDEA_KEY_PIN_MIN && pin->len <= CARDEA_KEY_PIN_MAX;
}

static void
call_off(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	cardea_key_leave(seat, CARDEA_TOUCH_CANCELLED);
	pool->decided = true;
}

/* Who goes away from the question has not said no, and no key blinks. */
static void
go_by_pin(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	struct cardea_secret pin = { .data = NULL };

	seat->pin_asked = true;
	if (ask_pin(pool, seat, &pin))
		go(pool, seat, false, &pin);
	else if (cardea_key_is_called_off(pool))
		call_off(pool, seat);
	else if (wanted_of(pool, seat) == CARDEA_UV_PREFER)
		go(pool, seat, false, &no_pin);
	else
		cardea_key_leave(seat, CARDEA_TOUCH_NO_PIN);
	cardea_secret_clear(&pin);
}

/* --- whose turn it is ---------------------------------------------------- */

static void
take_turn(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	switch (way_of(pool, seat)) {
	case WAY_TOUCH:
		go(pool, seat, false, &no_pin);
		return;
	case WAY_SENSOR:
		go(pool, seat, true, &no_pin);
		return;
	case WAY_PIN:
		go_by_pin(pool, seat);
		return;
	case WAY_NONE:
		break;
	}
	cardea_key_leave(seat,
	    seat->means.has_pin ? CARDEA_TOUCH_BLOCKED : CARDEA_TOUCH_NO_UV);
}

static bool
is_anyone(const struct cardea_key_pool *pool, enum cardea_key_phase phase)
{
	for (size_t i = 0; i < pool->seat_count; i++) {
		if (pool->seats[i].phase == phase)
			return true;
	}
	return false;
}

static struct cardea_key_seat *
find_ready(struct cardea_key_pool *pool, bool is_certain)
{
	for (size_t i = 0; i < pool->seat_count; i++) {
		struct cardea_key_seat *seat = &pool->seats[i];

		if (seat->phase == CARDEA_KEY_READY &&
		    seat->is_certain == is_certain)
			return seat;
	}
	return NULL;
}

static struct cardea_key_seat *
find_next(struct cardea_key_pool *pool)
{
	struct cardea_key_seat *seat = find_ready(pool, true);

	return seat != NULL ? seat : find_ready(pool, false);
}

/* Those for whom the person has nothing to do but to touch. */
static void
take_easy_turns(struct cardea_key_pool *pool)
{
	for (size_t i = 0; i < pool->seat_count; i++) {
		struct cardea_key_seat *seat = &pool->seats[i];

		if (seat->phase == CARDEA_KEY_READY && seat->is_certain &&
		    way_of(pool, seat) != WAY_PIN)
			take_turn(pool, seat);
	}
}

void
cardea_key_choose(struct cardea_key_pool *pool, int64_t now_ms)
{
	struct cardea_key_seat *seat;

	take_easy_turns(pool);
	if (is_anyone(pool, CARDEA_KEY_LOOKING) && now_ms < pool->patience_ms)
		return;
	while (!pool->decided && !is_anyone(pool, CARDEA_KEY_ASKED) &&
	    (seat = find_next(pool)) != NULL)
		take_turn(pool, seat);
}
