/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/record_kinds.h"

void
clear_plain(void *object)
{
	(void)object;
}

void
fill_text(char *text, size_t size, unsigned int *seed)
{
	size_t len = (size_t)rand_r(seed) % size;

	for (size_t i = 0; i < len; i++)
		text[i] = (char)(1 + rand_r(seed) % 255);
	text[len] = '\0';
}

int64_t
number(unsigned int *seed)
{
	return ((int64_t)rand_r(seed) << 32) - rand_r(seed);
}

static void *
new_object(const struct kind *kind)
{
	void *object = calloc(1, kind->size);

	assert_non_null(object);
	return object;
}

static struct cardea_value
encoded(const struct kind *kind, unsigned int *seed)
{
	struct cardea_value value = { 0 };
	void *object = new_object(kind);

	kind->fill(object, seed);
	assert_int_equal(kind->encode(object, &value), CARDEA_OK);
	kind->clear(object);
	free(object);
	return value;
}

void
expect_refusal(const struct kind *kind, const struct cardea_value *value,
    enum cardea_status status)
{
	unsigned char *object = new_object(kind);
	size_t touched = 0;

	memset(object, 0x5a, kind->size);
	assert_int_equal(kind->decode(value, object), status);
	for (size_t i = 0; i < kind->size; i++)
		touched += object[i] != 0x5a;
	assert_int_equal(touched, 0);
	free(object);
}

/* decode, encode: the bytes that went in, or a refusal */
static bool
comes_back(const struct kind *kind, const struct cardea_value *value)
{
	struct cardea_value again = { 0 };
	void *object = new_object(kind);
	bool accepted = kind->decode(value, object) == CARDEA_OK;

	if (accepted) {
		assert_int_equal(kind->encode(object, &again), CARDEA_OK);
		assert_int_equal(again.len, value->len);
		assert_memory_equal(again.data, value->data, value->len);
		kind->clear(object);
	}
	free(object);
	cardea_value_clear(&again);
	return accepted;
}

void
demand_same_bytes(const struct kind *kind)
{
	unsigned int seed = 1;

	for (int round = 0; round < 200; round++) {
		struct cardea_value value = encoded(kind, &seed);

		assert_true(comes_back(kind, &value));
		cardea_value_clear(&value);
	}
}

void
demand_no_truncation(const struct kind *kind)
{
	unsigned int seed = 2;
	struct cardea_value value = encoded(kind, &seed);

	for (size_t len = 0; len < value.len; len++) {
		/* on the heap at its own size, for the sanitizer */
		struct cardea_value cut = { .data = malloc(len + 1),
			.len = len };

		assert_non_null(cut.data);
		memcpy(cut.data, value.data, len);
		expect_refusal(kind, &cut, CARDEA_E_CORRUPT);
		free(cut.data);
	}
	cardea_value_clear(&value);
}

void
demand_no_trailing_bytes(const struct kind *kind)
{
	unsigned int seed = 3;
	struct cardea_value value = encoded(kind, &seed);
	unsigned char *longer = realloc(value.data, value.len + 1);

	assert_non_null(longer);
	longer[value.len] = 0;
	value.data = longer;
	value.len++;
	expect_refusal(kind, &value, CARDEA_E_CORRUPT);
	cardea_value_clear(&value);
}

void
demand_its_format(const struct kind *kind)
{
	unsigned int seed = 4;
	struct cardea_value value = encoded(kind, &seed);

	value.data[0] += 100;
	expect_refusal(kind, &value, CARDEA_E_VERSION);
	value.data[0] = 0;
	expect_refusal(kind, &value, CARDEA_E_VERSION);
	cardea_value_clear(&value);
}

void
demand_one_encoding(const struct kind *kind)
{
	unsigned int seed = 5;

	for (int round = 0; round < 2000; round++) {
		struct cardea_value value = encoded(kind, &seed);
		size_t at = (size_t)rand_r(&seed) % value.len;

		value.data[at] = (unsigned char)(value.data[at] + 1 +
		    rand_r(&seed) % 255);
		(void)comes_back(kind, &value);
		cardea_value_clear(&value);
	}
}
