/* SPDX-License-Identifier: BSD-2-Clause */
#include "modules/arguments.h"
#include "unit/test.h"

#define SPLIT CARDEA_ARGUMENT_SPLIT_AUTHTOK
#define AFTER CARDEA_ARGUMENT_AFTER_PASSWORD
#define DEFER CARDEA_ARGUMENT_DEFER_SESSION
#define ALL ((unsigned int)SPLIT | AFTER | DEFER)

static void
known_words_are_read(void **state)
{
	static const char *const both[] = { "split=authtok", "after=password" };
	static const char *const defer[] = { "defer=session" };
	unsigned int arguments = 77;
	const char *bad = NULL;

	(void)state;
	assert_int_equal(cardea_arguments_parse(
			     both, 2, CARDEA_PHASE_AUTH, ALL, &arguments, &bad),
	    CARDEA_OK);
	assert_int_equal(arguments, SPLIT | AFTER);
	assert_int_equal(cardea_arguments_parse(defer, 1, CARDEA_PHASE_ACCOUNT,
			     ALL, &arguments, &bad),
	    CARDEA_OK);
	assert_int_equal(arguments, DEFER);
	assert_int_equal(cardea_arguments_parse(NULL, 0, CARDEA_PHASE_SESSION,
			     0, &arguments, &bad),
	    CARDEA_OK);
	assert_int_equal(arguments, 0);
	assert_null(bad);
}

static void
F01_P19_unknown_words_are_refused_and_named(void **state)
{
	static const char *const words[] = { "debug", "debug_file=/x", "nullok",
		"nouserok", "alwaysok", "", "=", "split",
		"split=", "split=authtok ", " split=authtok", "SPLIT=authtok",
		"split=authtokx", "after=totp", "after=password,totp",
		"defer=auth", "--", "use_first_pass", "\xff",
		"split=authtok\nafter=password" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (int phase = 0; phase <= CARDEA_PHASE_PASSWORD; phase++) {
			unsigned int arguments = 77;
			const char *bad = NULL;

			assert_int_equal(cardea_arguments_parse(&words[i], 1,
					     (enum cardea_phase)phase, ALL,
					     &arguments, &bad),
			    CARDEA_E_SYNTAX);
			assert_ptr_equal(bad, words[i]);
			assert_int_equal(arguments, 77);
		}
}

static void
a_word_in_the_wrong_phase_is_refused(void **state)
{
	static const struct {
		const char *word;
		enum cardea_phase phase;
	} rows[] = {
		{ "split=authtok", CARDEA_PHASE_ACCOUNT },
		{ "split=authtok", CARDEA_PHASE_SESSION },
		{ "split=authtok", CARDEA_PHASE_PASSWORD },
		{ "after=password", CARDEA_PHASE_ACCOUNT },
		{ "after=password", CARDEA_PHASE_SESSION },
		{ "after=password", CARDEA_PHASE_PASSWORD },
		{ "defer=session", CARDEA_PHASE_AUTH },
		{ "defer=session", CARDEA_PHASE_SESSION },
		{ "defer=session", CARDEA_PHASE_PASSWORD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int arguments = 77;
		const char *bad = NULL;

		assert_int_equal(cardea_arguments_parse(&rows[i].word, 1,
				     rows[i].phase, ALL, &arguments, &bad),
		    CARDEA_E_SYNTAX);
		assert_int_equal(arguments, 77);
	}
}

static void
a_word_of_another_module_or_given_twice_is_refused(void **state)
{
	static const char *const split[] = { "split=authtok" };
	static const char *const twice[] = { "after=password",
		"after=password" };
	unsigned int arguments = 77;
	const char *bad = NULL;

	(void)state;
	assert_int_equal(cardea_arguments_parse(split, 1, CARDEA_PHASE_AUTH,
			     AFTER, &arguments, &bad),
	    CARDEA_E_SYNTAX);
	assert_int_equal(cardea_arguments_parse(twice, 2, CARDEA_PHASE_AUTH,
			     AFTER, &arguments, &bad),
	    CARDEA_E_SYNTAX);
	assert_ptr_equal(bad, twice[1]);
	assert_int_equal(arguments, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_words_are_read),
		cmocka_unit_test(F01_P19_unknown_words_are_refused_and_named),
		cmocka_unit_test(a_word_in_the_wrong_phase_is_refused),
		cmocka_unit_test(
		    a_word_of_another_module_or_given_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
