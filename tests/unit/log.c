/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <cardea/log.h>

#include "unit/random.h"
#include "unit/test.h"

/* The text fields in their order, took_ms apart. */
static const struct {
	const char *key;
	size_t offset;
} fields[] = {
	{ "event", offsetof(struct cardea_event, event) },
	{ "txn", offsetof(struct cardea_event, txn) },
	{ "user", offsetof(struct cardea_event, user) },
	{ "service", offsetof(struct cardea_event, service) },
	{ "phase", offsetof(struct cardea_event, phase) },
	{ "rhost", offsetof(struct cardea_event, rhost) },
	{ "tty", offsetof(struct cardea_event, tty) },
	{ "factor", offsetof(struct cardea_event, factor) },
	{ "result", offsetof(struct cardea_event, result) },
	{ "credential", offsetof(struct cardea_event, credential) },
	{ "rule", offsetof(struct cardea_event, rule) },
	{ "decision", offsetof(struct cardea_event, decision) },
	{ "reason", offsetof(struct cardea_event, reason) },
	{ "missing", offsetof(struct cardea_event, missing) },
	{ "observe", offsetof(struct cardea_event, observe) },
	{ "policy", offsetof(struct cardea_event, policy) },
	{ "signals", offsetof(struct cardea_event, signals) },
	{ "facts", offsetof(struct cardea_event, facts) },
	{ "detail", offsetof(struct cardea_event, detail) },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static const char *
text_of(const struct cardea_event *event, size_t field)
{
	const char *text;

	memcpy(&text, (const char *)event + fields[field].offset, sizeof(text));
	return text;
}

static void
set_field(struct cardea_event *event, size_t field, const char *text)
{
	memcpy((char *)event + fields[field].offset, &text, sizeof(text));
}

static const char *
format(const struct cardea_event *event, enum cardea_log_format kind)
{
	static char line[CARDEA_LINE_MAX + 1];

	assert_int_equal(
	    cardea_log_format(event, kind, line, sizeof(line)), CARDEA_OK);
	return line;
}

static const struct cardea_event full = {
	.severity = CARDEA_SEVERITY_NOTICE,
	.event = "decision",
	.txn = "00112233445566778899aabbccddeeff",
	.user = "alice",
	.service = "sshd",
	.phase = "auth",
	.rhost = "192.0.2.7",
	.tty = "ssh",
	.factor = "totp",
	.result = "refused",
	.credential = "phone",
	.rule = "admins-away",
	.decision = "deny",
	.reason = "factor-refused",
	.missing = "device(issuer=\"X CA\") + totp",
	.observe = "would-ask",
	.policy = "0123456789ab",
	.has_took = true,
	.took_ms = 42,
	.detail = "two words",
};

static void
a_line_has_the_documented_order_and_spelling(void **state)
{
	struct cardea_event small = { .event = "verification",
		.user = "bob",
		.tty = "",
		.has_took = true };

	(void)state;
	assert_string_equal(format(&full, CARDEA_LOG_LOGFMT),
	    "event=decision txn=00112233445566778899aabbccddeeff user=alice "
	    "service=sshd phase=auth rhost=192.0.2.7 tty=ssh factor=totp "
	    "result=refused credential=phone rule=admins-away decision=deny "
	    "reason=factor-refused "
	    "missing=\"device(issuer\\x3d\\\"X CA\\\") + totp\" "
	    "observe=would-ask policy=0123456789ab took_ms=42 "
	    "detail=\"two words\"");
	assert_string_equal(format(&full, CARDEA_LOG_JSON),
	    "{\"event\":\"decision\","
	    "\"txn\":\"00112233445566778899aabbccddeeff\","
	    "\"user\":\"alice\",\"service\":\"sshd\",\"phase\":\"auth\","
	    "\"rhost\":\"192.0.2.7\",\"tty\":\"ssh\",\"factor\":\"totp\","
	    "\"result\":\"refused\",\"credential\":\"phone\","
	    "\"rule\":\"admins-away\",\"decision\":\"deny\","
	    "\"reason\":\"factor-refused\","
	    "\"missing\":\"device(issuer=\\\"X CA\\\") + totp\","
	    "\"observe\":\"would-ask\",\"policy\":\"0123456789ab\","
	    "\"took_ms\":42,\"detail\":\"two words\"}");
	assert_string_equal(format(&small, CARDEA_LOG_LOGFMT),
	    "event=verification user=bob took_ms=0");
	assert_string_equal(format(&small, CARDEA_LOG_JSON),
	    "{\"event\":\"verification\",\"user\":\"bob\",\"took_ms\":0}");
}

static void
I14_values_are_escaped_as_the_manual_says(void **state)
{
	static const char *const cases[][3] = {
		{ "a-b_c.d@e/f", "user=a-b_c.d@e/f",
		    "\"user\":\"a-b_c.d@e/f\"" },
		{ "a b", "user=\"a b\"", "\"user\":\"a b\"" },
		{ "a\"b", "user=\"a\\\"b\"", "\"user\":\"a\\\"b\"" },
		{ "a\\b", "user=\"a\\\\b\"", "\"user\":\"a\\\\b\"" },
		{ "a=b", "user=\"a\\x3db\"", "\"user\":\"a=b\"" },
		{ "x rhost=192.0.2.9", "user=\"x rhost\\x3d192.0.2.9\"",
		    "\"user\":\"x rhost=192.0.2.9\"" },
		{ "a\nb", "user=\"a\\x0ab\"", "\"user\":\"a\\u000ab\"" },
		{ "\r\t\x1b[2J\x7f", "user=\"\\x0d\\x09\\x1b[2J\\x7f\"",
		    "\"user\":\"\\u000d\\u0009\\u001b[2J\\u007f\"" },
		{ "J\xc3\xbcrgen", "user=\"J\\xc3\\xbcrgen\"",
		    "\"user\":\"J\\u00c3\\u00bcrgen\"" },
		{ "\xff\x80", "user=\"\\xff\\x80\"",
		    "\"user\":\"\\u00ff\\u0080\"" },
		{ " ", "user=\" \"", "\"user\":\" \"" },
		{ "{", "user={", "\"user\":\"{\"" },
		{ "\\x41", "user=\"\\\\x41\"", "\"user\":\"\\\\x41\"" },
	};
	char expected[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_event event = { .event = "e",
			.user = cases[i][0] };

		(void)snprintf(
		    expected, sizeof(expected), "event=e %s", cases[i][1]);
		assert_string_equal(
		    format(&event, CARDEA_LOG_LOGFMT), expected);
		(void)snprintf(expected, sizeof(expected),
		    "{\"event\":\"e\",%s}", cases[i][2]);
		assert_string_equal(format(&event, CARDEA_LOG_JSON), expected);
	}
}

static void
a_line_that_does_not_fit_is_refused_and_nothing_is_cut(void **state)
{
	static char huge[3 * CARDEA_LINE_MAX];
	static char line[2 * CARDEA_LINE_MAX];
	struct cardea_event event = { .event = "e", .detail = huge };
	struct cardea_event none = { .user = "alice" };
	char small[20] = "old";

	(void)state;
	assert_int_equal(
	    cardea_log_format(&none, CARDEA_LOG_LOGFMT, line, sizeof(line)),
	    CARDEA_E_INTERNAL);
	none.event = "";
	assert_int_equal(
	    cardea_log_format(&none, CARDEA_LOG_JSON, line, sizeof(line)),
	    CARDEA_E_INTERNAL);

	/* "event=e detail=" are 15 bytes */
	memset(huge, 'd', CARDEA_LINE_MAX - 15);
	assert_int_equal(
	    cardea_log_format(&event, CARDEA_LOG_LOGFMT, line, sizeof(line)),
	    CARDEA_OK);
	assert_int_equal(strlen(line), CARDEA_LINE_MAX);
	huge[CARDEA_LINE_MAX - 15] = 'd';
	memcpy(line, "old", 4);
	assert_int_equal(
	    cardea_log_format(&event, CARDEA_LOG_LOGFMT, line, sizeof(line)),
	    CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_log_format(&event, CARDEA_LOG_JSON, line, sizeof(line)),
	    CARDEA_E_RANGE);
	assert_string_equal(line, "old");
	memset(huge, '\n', 2100); /* 2,100 bytes become 8,400 */
	huge[2100] = '\0';
	assert_int_equal(
	    cardea_log_format(&event, CARDEA_LOG_LOGFMT, line, sizeof(line)),
	    CARDEA_E_RANGE);

	event.detail = "123";
	for (size_t size = 0; size <= 18; size++)
		assert_int_equal(
		    cardea_log_format(&event, CARDEA_LOG_LOGFMT, small, size),
		    CARDEA_E_RANGE);
	assert_string_equal(small, "old");
	assert_int_equal(
	    cardea_log_format(&event, CARDEA_LOG_LOGFMT, small, 19), CARDEA_OK);
	assert_string_equal(small, "event=e detail=123");
}

static void
assert_equal_events(const struct cardea_event *a, const struct cardea_event *b)
{
	for (size_t i = 0; i < FIELDS; i++) {
		const char *x = text_of(a, i), *y = text_of(b, i);

		assert_string_equal(x == NULL ? "" : x, y == NULL ? "" : y);
	}
	assert_int_equal(a->has_took, b->has_took);
	if (a->has_took)
		assert_int_equal(a->took_ms, b->took_ms);
}

static void
only_what_the_formatter_wrote_is_parsed(void **state)
{
	static const char *const bad[] = { "", " ", "event",
		"event=", "event=\"\"", "user=alice", "event=e ", " event=e",
		"event=e\n", "event=e  user=a", "user=a event=e",
		"event=e event=e", "event=e user=a user=b", "event=e other=x",
		"event=\"e\"", "event=e user=a b", "event=e user=\"a",
		"event=e user=\"a\"b", "event=e user=\"a b\\\"",
		"event=e user=\"\\x\"", "event=e user=\"\\x0\"",
		"event=e user=\"\\x0G\"", "event=e user=\"\\x00\"",
		"event=e user=\"\\x41 b\"", "event=e user=\"a\\x0Ab\"",
		"event=e user=\"a=b\"", "event=e user=a=b", "event=e user=a\"b",
		"event=e user=a\\", "event=e user=\"\\u0041 \"",
		"event=e user=\"a\tb\"", "event=e user=\"\\n \"",
		"event=e took_ms=", "event=e took_ms=x", "event=e took_ms=01",
		"event=e took_ms=4294967296", "event=e took_ms=\"1\"",
		"event=e user=\xff", "cardea[1]: event=e", "{", "{}",
		"{\"event\":\"e\"", "{\"event\":\"e\"}x", "{\"event\":\"e\"} ",
		"{\"event\":\"e\",}", "{\"event\":\"\"}", "{ \"event\":\"e\"}",
		"{\"event\": \"e\"}", "{\"event\":e}", "{\"event\":\"e}",
		"{\"event\":\"e\",\"user\":\"\\u0100\"}",
		"{\"event\":\"e\",\"user\":\"\\u0041\"}",
		"{\"event\":\"e\",\"user\":\"\\u0000\"}",
		"{\"event\":\"e\",\"user\":\"\\n\"}",
		"{\"event\":\"e\",\"user\":\"\\x0a\"}",
		"{\"event\":\"e\",\"took_ms\":\"1\"}",
		"{\"event\":\"e\",\"took_ms\":-1}",
		"{\"event\":\"e\",\"took_ms\":1.0}",
		"{\"user\":\"a\",\"event\":\"e\"}",
		"{\"event\":\"e\",\"event\":\"e\"}", "{\"event\":\"e\"}}",
		"[\"event\"]" };
	static struct cardea_log_line line;
	static char huge[CARDEA_LINE_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (cardea_log_parse(bad[i], &line) != CARDEA_E_SYNTAX)
			fail_msg("taken: %s", bad[i]);
	}
	memset(huge, 'e', sizeof(huge) - 1);
	memcpy(huge, "event=", 6);
	assert_int_equal(cardea_log_parse(huge, &line), CARDEA_E_SYNTAX);
	huge[CARDEA_LINE_MAX] = '\0';
	assert_int_equal(cardea_log_parse(huge, &line), CARDEA_OK);
	assert_int_equal(strlen(line.event.event), CARDEA_LINE_MAX - 6);
}

static void
a_parsed_line_gives_the_fields_back(void **state)
{
	static struct cardea_log_line line;

	(void)state;
	assert_int_equal(
	    cardea_log_parse(format(&full, CARDEA_LOG_LOGFMT), &line),
	    CARDEA_OK);
	assert_equal_events(&line.event, &full);
	assert_int_equal((int)line.event.severity, 0);
	assert_int_equal(
	    cardea_log_parse(format(&full, CARDEA_LOG_JSON), &line), CARDEA_OK);
	assert_equal_events(&line.event, &full);
	assert_int_equal(
	    cardea_log_parse("event=e took_ms=4294967295", &line), CARDEA_OK);
	assert_true(line.event.has_took);
	assert_true(line.event.took_ms == UINT32_MAX);
	assert_int_equal(cardea_log_parse("event=e", &line), CARDEA_OK);
	assert_false(line.event.has_took);
	assert_null(line.event.user);
}

/* --- any bytes whatever ---------------------------------------------- */

/* draw_text: what somebody who wants to forge a line would send. */
static void
draw_text(struct random *random, char *text, size_t max)
{
	static const char *const hostile[] = { "\n", "\r\n", "\"", "\\", "=",
		" decision=permit", "\" user=\"root", "\x1b[2K", "\\x41",
		"\\u0041", "\",\"decision\":\"permit", "}", "\xe2\x80\xa8",
		"\xc2\x85" };
	size_t len = random_below(random, (unsigned int)max);
	size_t at = 0;

	while (at < len) {
		const char *piece = hostile[random_below(random, 14)];

		if (random_one_in(random, 4) && at + strlen(piece) < max) {
			memcpy(text + at, piece, strlen(piece));
			at += strlen(piece);
		} else {
			text[at++] = (char)(1 + random_below(random, 255));
		}
	}
	text[at] = '\0';
}

/* assert_json_gives_bytes: another reader's view: each code point one byte */
static void
assert_json_gives_bytes(const char *line, const struct cardea_event *event)
{
	json_error_t error;
	json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);

	assert_non_null(object);
	for (size_t i = 0; i < FIELDS; i++) {
		const char *want = text_of(event, i);
		const unsigned char *utf8 = (const unsigned char *)
		    json_string_value(json_object_get(object, fields[i].key));
		size_t at = 0;

		if (want == NULL || want[0] == '\0') {
			assert_null(utf8);
			continue;
		}
		assert_non_null(utf8);
		for (; *utf8 != '\0'; utf8++) {
			unsigned int point = *utf8;

			if (point >= 0x80) {
				assert_true(point == 0xc2 || point == 0xc3);
				utf8++;
				point = (point & 3u) << 6 | (*utf8 & 0x3fu);
			}
			assert_int_equal((unsigned char)want[at], point);
			at++;
		}
		assert_int_equal(want[at], '\0');
	}
	json_decref(object);
}

/* assert_logfmt_keys: KEY= of our fields occurs as often as there are fields
 * that are set, so a reader that looks for " rhost=" finds only the real one */
static void
assert_logfmt_keys(const char *line, const struct cardea_event *event)
{
	unsigned int set = event->has_took ? 1 : 0, found = 0;

	for (size_t i = 0; i < FIELDS; i++) {
		const char *text = text_of(event, i);

		set += text != NULL && text[0] != '\0';
	}
	for (; *line != '\0'; line++)
		found += *line == '=';
	assert_int_equal(found, set);
}

static void
I14_one_event_is_one_line_and_decodes_to_the_same_fields(void **state)
{
	static char texts[FIELDS][80];
	static struct cardea_log_line line;
	struct random random = { .state = 14 };

	(void)state;
	for (unsigned int round = 0; round < 4000; round++) {
		struct cardea_event event = { .has_took = random_one_in(
						  &random, 2) };
		enum cardea_log_format kind = random_one_in(&random, 2)
		    ? CARDEA_LOG_JSON
		    : CARDEA_LOG_LOGFMT;
		const char *text;

		event.took_ms = (uint32_t)random_next(&random);
		for (size_t i = 0; i < FIELDS; i++) {
			draw_text(&random, texts[i], 60);
			if (!random_one_in(&random, 4))
				set_field(&event, i, texts[i]);
		}
		if (event.event == NULL || event.event[0] == '\0')
			event.event = "\n";
		text = format(&event, kind);
		for (const char *c = text; *c != '\0'; c++)
			assert_in_range((unsigned char)*c, 0x20, 0x7e);
		assert_int_equal(cardea_log_parse(text, &line), CARDEA_OK);
		assert_equal_events(&line.event, &event);
		if (kind == CARDEA_LOG_JSON)
			assert_json_gives_bytes(text, &event);
		else
			assert_logfmt_keys(text, &event);
	}
}

static void
a_damaged_line_is_refused_or_is_another_well_formed_one(void **state)
{
	static struct cardea_log_line line;
	struct random random = { .state = 21 };

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		enum cardea_log_format kind = random_one_in(&random, 2)
		    ? CARDEA_LOG_JSON
		    : CARDEA_LOG_LOGFMT;
		char text[CARDEA_LINE_MAX + 1];
		size_t len;

		memcpy(text, format(&full, kind), sizeof(text));
		len = strlen(text);
		text[random_below(&random, (unsigned int)len)] =
		    (char)random_below(&random, 256);
		if (cardea_log_parse(text, &line) == CARDEA_OK)
			assert_string_equal(format(&line.event, kind), text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_the_documented_order_and_spelling),
		cmocka_unit_test(I14_values_are_escaped_as_the_manual_says),
		cmocka_unit_test(
		    a_line_that_does_not_fit_is_refused_and_nothing_is_cut),
		cmocka_unit_test(only_what_the_formatter_wrote_is_parsed),
		cmocka_unit_test(a_parsed_line_gives_the_fields_back),
		cmocka_unit_test(
		    I14_one_event_is_one_line_and_decodes_to_the_same_fields),
		cmocka_unit_test(
		    a_damaged_line_is_refused_or_is_another_well_formed_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
