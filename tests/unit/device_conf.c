/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/askpass/device_conf.h"
#include "unit/test.h"

#define LEAST "certificate /c.pem\nkey /k.pem\n"

static struct cardea_device_conf conf;

static void
assert_accepted(const char *text)
{
	struct cardea_diag diag = { 0 };

	memset(&conf, 0x5a, sizeof(conf));
	if (cardea_device_conf_parse(text, strlen(text), "/x", &conf, &diag) !=
	    CARDEA_OK)
		fail_msg("refused: %s: %u: %s: %s", text, diag.line, diag.key,
		    diag.reason);
}

/* And nothing of it is there. */
static void
assert_refused(
    const char *text, unsigned int line, const char *key, const char *reason)
{
	static struct cardea_device_conf untouched;
	struct cardea_diag diag = { 0 };

	memset(&conf, 0x5a, sizeof(conf));
	memset(&untouched, 0x5a, sizeof(untouched));
	if (cardea_device_conf_parse(text, strlen(text), "/x", &conf, &diag) !=
	    CARDEA_E_SYNTAX)
		fail_msg("not refused: %s", text);
	assert_memory_equal(&conf, &untouched, sizeof(conf));
	assert_string_equal(diag.file, "/x");
	assert_string_equal(diag.key, key);
	assert_int_equal(diag.line, line);
	if (strstr(diag.reason, reason) == NULL)
		fail_msg("%s, not %s", diag.reason, reason);
}

static void
the_least_is_certificate_and_key(void **state)
{
	(void)state;
	assert_accepted(LEAST);
	assert_int_equal(conf.count, 1);
	assert_string_equal(conf.path, "/x");
	assert_string_equal(conf.blocks[0].name, "device");
	assert_string_equal(conf.blocks[0].certificate, "/c.pem");
	assert_string_equal(conf.blocks[0].key, "/k.pem");
	assert_false(conf.blocks[0].agent);
	assert_false(conf.blocks[0].fingerprint);
	assert_true(cardea_device_conf_is_for(&conf.blocks[0], "anything"));
}

static void
a_whole_file_is_read_as_the_manual_says(void **state)
{
	const struct cardea_device_conf_block *block = conf.blocks;

	(void)state;
	assert_accepted("# laptop\n\n"
			"[work]\r\n"
			"\tcertificate   /etc/a device.pem \n"
			"chain /etc/chain.pem\n"
			"key tpm:/etc/device.key\n"
			"tpm swtpm:path=/run/tpm,x=y z\n"
			"send fingerprint\n"
			"pin-file /etc/pin\n"
			"hosts *.example.org\tBank.Example  web?\n"
			"[token]\n"
			"certificate /t.pem\n"
			"key pkcs11:token=a%20b;object=c\n"
			"module /usr/lib/p.so\n"
			"send certificate\n"
			"[at_my.agent-1]\n"
			"key agent\n"
			"certificate /a.pem");
	assert_int_equal(conf.count, 3);
	assert_string_equal(block->name, "work");
	assert_int_equal(block->line, 3);
	assert_string_equal(block->certificate, "/etc/a device.pem");
	assert_string_equal(block->chain, "/etc/chain.pem");
	assert_string_equal(block->key, "tpm:/etc/device.key");
	assert_string_equal(block->tpm, "swtpm:path=/run/tpm,x=y z");
	assert_string_equal(block->pin_file, "/etc/pin");
	assert_true(block->fingerprint);
	assert_int_equal(block->host_count, 3);
	block++;
	assert_string_equal(block->key, "pkcs11:token=a%20b;object=c");
	assert_string_equal(block->module, "/usr/lib/p.so");
	assert_false(block->fingerprint || block->agent);
	block++;
	assert_string_equal(block->name, "at_my.agent-1");
	assert_true(block->agent);
}

static void
hosts_are_patterns_of_what_was_typed(void **state)
{
	const struct cardea_device_conf_block *block = conf.blocks;

	(void)state;
	assert_accepted(LEAST "hosts *.example.org Bank.Example web?");
	assert_true(cardea_device_conf_is_for(block, "a.example.org"));
	assert_true(cardea_device_conf_is_for(block, "A.EXAMPLE.org"));
	assert_true(cardea_device_conf_is_for(block, "bank.example"));
	assert_true(cardea_device_conf_is_for(block, "web1"));
	assert_false(cardea_device_conf_is_for(block, "web"));
	assert_false(cardea_device_conf_is_for(block, "example.org"));
	assert_false(cardea_device_conf_is_for(block, "bank.example.evil"));
	assert_false(cardea_device_conf_is_for(block, "a.example.org.evil"));
	assert_false(cardea_device_conf_is_for(block, ""));
}

static void
what_is_not_known_refuses_the_file(void **state)
{
	(void)state;
	assert_refused(LEAST "pin 1234\n", 3, "pin", "not known");
	assert_refused(LEAST "Hosts a\n", 3, "Hosts", "not known");
	assert_refused(LEAST "certificate\n", 3, "certificate", "no value");
	assert_refused(LEAST "hosts \t \n", 3, "hosts", "no value");
	assert_refused(LEAST "key /other\n", 3, "key", "twice");
	assert_refused(LEAST "chain c.pem\n", 3, "chain", "no absolute path");
	assert_refused(LEAST "send both\n", 3, "send", "neither");
	assert_refused(LEAST "chain /a\001b\n", 3, "", "control");
	assert_refused("key nothing:x\n", 1, "key", "none of");
	assert_refused("key agents\n", 1, "key", "none of");
	assert_refused("key file:x\n", 1, "key", "none of");
	assert_refused("", 1, "", "no block");
	assert_refused("# nothing\n\n", 3, "", "no block");
}

static void
blocks_are_whole_and_have_names_of_their_own(void **state)
{
	(void)state;
	assert_refused("[a]\nkey /k\n", 1, "a", "no certificate");
	assert_refused("\n[a]\ncertificate /c\n", 2, "a", "no key");
	assert_refused("[a]\n[b]\n" LEAST, 1, "b", "no certificate");
	assert_refused("[a]\n" LEAST "[a]\n" LEAST, 4, "a", "another block");
	assert_refused("[a\n" LEAST, 1, "", "bracket");
	assert_refused("[]\n" LEAST, 1, "", "no name");
	assert_refused("[a b]\n" LEAST, 1, "a b", "no name");
	assert_refused(LEAST "[device]\n" LEAST, 3, "device", "another block");
}

static void
each_kind_of_key_has_what_it_needs_and_no_more(void **state)
{
	(void)state;
	assert_refused(
	    "certificate /c\nkey pkcs11:object=x\n", 1, "device", "no module");
	assert_refused(LEAST "module /m.so\n", 1, "device", "no pkcs11 key");
	assert_refused(LEAST "tpm device:/dev/tpm0\n", 1, "device", "no tpm");
	assert_refused("certificate /c\nkey agent\npin-file /p\n", 1, "device",
	    "no agent takes");
}

/* TEXT with LEN characters of c behind it */
static const char *
with_long(const char *text, char c, size_t len)
{
	static char buffer[CARDEA_DEVICE_CONF_MAX];
	size_t begin = strlen(text);

	memcpy(buffer, text, begin);
	memset(buffer + begin, c, len);
	buffer[begin + len] = '\0';
	return buffer;
}

static void
everything_has_a_ceiling(void **state)
{
	static char many[CARDEA_DEVICE_CONF_MAX];
	size_t len = 0;

	(void)state;
	assert_refused(
	    with_long(LEAST "chain /", 'x', 1023), 3, "chain", "too long");
	assert_accepted(with_long(LEAST "chain /", 'x', 1022));
	assert_refused(with_long(LEAST "hosts ", 'x', 256), 3, "hosts",
	    "longer than any name");
	assert_refused(
	    with_long("certificate /c\nkey /", 'x', 511), 2, "key", "too long");
	for (int i = 0; i <= CARDEA_DEVICE_CONF_BLOCKS_MAX; i++)
		len += (size_t)snprintf(
		    many + len, sizeof(many) - len, "[b%d]\n" LEAST, i);
	assert_refused(many, 49, "b16", "too many");
	len = (size_t)snprintf(many, sizeof(many), LEAST "hosts");
	for (int i = 0; i <= CARDEA_DEVICE_CONF_HOSTS_MAX; i++)
		len += (size_t)snprintf(many + len, sizeof(many) - len, " h");
	assert_refused(many, 3, "hosts", "too many patterns");
}

static void
a_NUL_refuses_the_file(void **state)
{
	static const char text[] = LEAST "\0[b]\n" LEAST;
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(cardea_device_conf_parse(
			     text, sizeof(text) - 1, "/x", &conf, &diag),
	    CARDEA_E_SYNTAX);
}

/* What ends early is refused or is a whole file of its own. */
static void
cut_anywhere_nothing_breaks(void **state)
{
	static const char text[] = "[a]\n" LEAST "hosts x y\n[b]\n" LEAST;

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		char *cut = malloc(len + 1);

		assert_non_null(cut);
		memcpy(cut, text, len);
		if (cardea_device_conf_parse(cut, len, "/x", &conf, NULL) ==
		    CARDEA_OK)
			assert_true(conf.count >= 1);
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_is_certificate_and_key),
		cmocka_unit_test(a_whole_file_is_read_as_the_manual_says),
		cmocka_unit_test(hosts_are_patterns_of_what_was_typed),
		cmocka_unit_test(what_is_not_known_refuses_the_file),
		cmocka_unit_test(blocks_are_whole_and_have_names_of_their_own),
		cmocka_unit_test(
		    each_kind_of_key_has_what_it_needs_and_no_more),
		cmocka_unit_test(everything_has_a_ceiling),
		cmocka_unit_test(a_NUL_refuses_the_file),
		cmocka_unit_test(cut_anywhere_nothing_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
