/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The software key of the rig over its socket, with libfido2 as second opinion.
 * Everything that it can do wrong is tests/e2e/softkey.sh's, over a pseudo
 * terminal.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>

#include "unit/scratch.h"
#include "unit/test.h"

#define RP "rig.test"
#define HASH_LEN 32
#define TIMEOUT_MS 10000

static char folder[] = "softkey-XXXXXX";
static char socket_path[32], state_path[32], mode_path[64];
static const unsigned char challenge[HASH_LEN] = { 'c' };
static pid_t softkey;

/* --- libfido2's way to the socket ---------------------------------------- */

/* A handle is a pointer to the descriptor. */
static int connection;

static void *
open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	assert_true(strlen(path) < sizeof address.sun_path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_true(connection >= 0);
	if (connect(connection, (struct sockaddr *)&address, sizeof address) ==
	    0)
		return &connection;
	close(connection);
	return NULL;
}

static void
close_socket(void *handle)
{
	close(*(int *)handle);
}

static int
read_report(void *handle, unsigned char *bytes, size_t len, int timeout_ms)
{
	struct pollfd source = { .fd = *(int *)handle, .events = POLLIN };
	if (poll(&source, 1, timeout_ms < 0 ? TIMEOUT_MS : timeout_ms) != 1)
		return -1;
	return (int)read(source.fd, bytes, len);
}

static int
write_report(void *handle, const unsigned char *bytes, size_t len)
{
	return (int)write(*(int *)handle, bytes, len);
}

static fido_dev_t *
open_key(void)
{
	static const fido_dev_io_t by_socket = { open_socket, close_socket,
		read_report, write_report };
	fido_dev_t *key = fido_dev_new();
	assert_non_null(key);
	assert_int_equal(fido_dev_set_io_functions(key, &by_socket), FIDO_OK);
	assert_int_equal(fido_dev_open(key, socket_path), FIDO_OK);
	return key;
}

static void
close_key(fido_dev_t *key)
{
	assert_int_equal(fido_dev_close(key), FIDO_OK);
	fido_dev_free(&key);
}

static void
command(const char *words)
{
	FILE *file = fopen(mode_path, "we");
	assert_non_null(file);
	fprintf(file, "%s\n", words);
	assert_int_equal(fclose(file), 0);
}

/* --- credentials and assertions ------------------------------------------ */

static fido_cred_t *
make(int algorithm)
{
	static const unsigned char user[] = "user";
	fido_dev_t *key = open_key();
	fido_cred_t *credential = fido_cred_new();
	assert_int_equal(fido_cred_set_type(credential, algorithm), FIDO_OK);
	assert_int_equal(fido_cred_set_clientdata_hash(
			     credential, challenge, sizeof challenge),
	    FIDO_OK);
	assert_int_equal(fido_cred_set_rp(credential, RP, NULL), FIDO_OK);
	assert_int_equal(fido_cred_set_user(credential, user, sizeof user,
			     "alice", NULL, NULL),
	    FIDO_OK);
	assert_int_equal(fido_dev_make_cred(key, credential, NULL), FIDO_OK);
	assert_int_equal(fido_cred_verify_self(credential), FIDO_OK);
	close_key(key);
	return credential;
}

static int
ask(const fido_cred_t *credential, fido_assert_t **ret_assertion)
{
	fido_dev_t *key = open_key();
	fido_assert_t *assertion = fido_assert_new();
	assert_int_equal(fido_assert_set_clientdata_hash(
			     assertion, challenge, sizeof challenge),
	    FIDO_OK);
	assert_int_equal(fido_assert_set_rp(assertion, RP), FIDO_OK);
	assert_int_equal(
	    fido_assert_allow_cred(assertion, fido_cred_id_ptr(credential),
		fido_cred_id_len(credential)),
	    FIDO_OK);
	assert_int_equal(fido_assert_set_up(assertion, FIDO_OPT_TRUE), FIDO_OK);
	int status = fido_dev_get_assert(key, assertion, NULL);
	close_key(key);
	*ret_assertion = assertion;
	return status;
}

static void
makes_credentials_and_assertions(int algorithm)
{
	fido_cred_t *credential = make(algorithm);
	fido_assert_t *assertion;
	assert_int_equal(ask(credential, &assertion), FIDO_OK);

	es256_pk_t *es256 = es256_pk_new();
	eddsa_pk_t *eddsa = eddsa_pk_new();
	const unsigned char *bytes = fido_cred_pubkey_ptr(credential);
	size_t len = fido_cred_pubkey_len(credential);
	const void *public;
	if (algorithm == COSE_ES256) {
		assert_int_equal(es256_pk_from_ptr(es256, bytes, len), FIDO_OK);
		public = es256;
	} else {
		assert_int_equal(eddsa_pk_from_ptr(eddsa, bytes, len), FIDO_OK);
		public = eddsa;
	}
	assert_int_equal(
	    fido_assert_verify(assertion, 0, algorithm, public), FIDO_OK);
	es256_pk_free(&es256);
	eddsa_pk_free(&eddsa);
	fido_assert_free(&assertion);
	fido_cred_free(&credential);
}

/* --- tests --------------------------------------------------------------- */

static void
es256_over_the_socket(void **state)
{
	(void)state;
	makes_credentials_and_assertions(COSE_ES256);
}

static void
eddsa_over_the_socket(void **state)
{
	(void)state;
	makes_credentials_and_assertions(COSE_EDDSA);
}

static void
what_is_commanded_holds_for_the_next_client(void **state)
{
	(void)state;
	fido_cred_t *credential = make(COSE_ES256);
	fido_assert_t *assertion;
	command("deny");
	assert_int_equal(
	    ask(credential, &assertion), FIDO_ERR_OPERATION_DENIED);
	fido_assert_free(&assertion);
	command("error=0x2f");
	assert_int_equal(
	    ask(credential, &assertion), FIDO_ERR_USER_ACTION_TIMEOUT);
	fido_assert_free(&assertion);
	command("approve");
	assert_int_equal(ask(credential, &assertion), FIDO_OK);
	fido_assert_free(&assertion);
	fido_cred_free(&credential);
}

static void
a_client_that_hangs_up_does_not_keep_the_next_one_out(void **state)
{
	static const unsigned char half[20];
	(void)state;
	void *handle = open_socket(socket_path);
	assert_non_null(handle);
	assert_int_equal(
	    write_report(handle, half, sizeof half), (int)sizeof half);
	close_socket(handle);
	makes_credentials_and_assertions(COSE_ES256);
}

/* --- the key ------------------------------------------------------------- */

static void
wait_until_ready(void)
{
	char pid_path[80];
	(void)snprintf(pid_path, sizeof pid_path, "%s/pid", state_path);
	for (int i = 0; i < TIMEOUT_MS / 10; i++) {
		if (access(pid_path, F_OK) == 0)
			return;
		usleep(10000);
	}
	fail_msg("the key does not come up");
}

static int
plug_in(void **state)
{
	(void)state;
	char program[4096];
	const char *build = getenv("BUILDDIR");
	(void)snprintf(program, sizeof program, "%s/tests/rig/softkey",
	    build != NULL ? build : ".");
	scratch_make(folder);
	(void)snprintf(socket_path, sizeof socket_path, "%s/socket", folder);
	(void)snprintf(state_path, sizeof state_path, "%s/state", folder);
	(void)snprintf(mode_path, sizeof mode_path, "%s/mode", state_path);
	softkey = fork();
	if (softkey == 0) {
		execl(program, program, "--socket", socket_path, "--dir",
		    state_path, "--foreground", (char *)NULL);
		_exit(127);
	}
	wait_until_ready();
	fido_init(0);
	return 0;
}

static int
pull_out(void **state)
{
	(void)state;
	kill(softkey, SIGTERM);
	assert_int_equal(waitpid(softkey, NULL, 0), softkey);
	scratch_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(es256_over_the_socket),
		cmocka_unit_test(eddsa_over_the_socket),
		cmocka_unit_test(what_is_commanded_holds_for_the_next_client),
		cmocka_unit_test(
		    a_client_that_hangs_up_does_not_keep_the_next_one_out),
	};
	return cmocka_run_group_tests(tests, plug_in, pull_out);
}
