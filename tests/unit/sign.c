/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardea-sign as it was built, with keys in files; and in its place helpers
 * that misbehave.  tests/e2e/device_keys.sh has TPMs and tokens.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "sign/sign.h"
#include "unit/scratch.h"
#include "unit/test.h"

#define TIMEOUT_MS 20000
#define SHORT_MS 400
#define HELPER "sign.dir/cardea-sign"

static char folder[] = "sign-XXXXXX";
static char base[3000], uri[4096];
static struct cardea_secret pin;
static struct cardea_sign_answer answer;
static const struct cardea_cert_bytes message = {
	(const unsigned char *)"a message", 9
};

static const char *
path_of(const char *name)
{
	(void)snprintf(uri, sizeof(uri), "%s/%s/%s", base, folder, name);
	return uri;
}

static struct cardea_sign_key
key_at(const char *name)
{
	return (struct cardea_sign_key){ .uri = path_of(name), .pin = &pin };
}

static void
set_pin(const char *text)
{
	cardea_secret_clear(&pin);
	if (text != NULL)
		assert_int_equal(
		    cardea_secret_set(&pin, text, strlen(text)), CARDEA_OK);
}

static enum cardea_sign_why
sign_for(const char *name, int timeout_ms)
{
	const struct cardea_sign_key key = key_at(name);
	struct cardea_diag diag = { 0 };

	memset(&answer, 0, sizeof(answer));
	assert_int_equal(
	    cardea_sign(&key, &message, timeout_ms, &answer, &diag), CARDEA_OK);
	assert_string_equal(diag.reason, "");
	assert_true(
	    (answer.why == CARDEA_SIGN_DONE) == (answer.signature_len > 0));
	return answer.why;
}

static enum cardea_sign_why
sign(const char *name)
{
	return sign_for(name, TIMEOUT_MS);
}

static enum cardea_sign_why
make(const char *name, enum cardea_sign_algorithm algorithm)
{
	const struct cardea_sign_key key = key_at(name);

	memset(&answer, 0, sizeof(answer));
	assert_int_equal(
	    cardea_sign_make(&key, algorithm, TIMEOUT_MS, &answer, NULL),
	    CARDEA_OK);
	return answer.why;
}

static bool
verifies(const char *digest)
{
	const unsigned char *at = answer.public_key;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)answer.public_len);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good;

	assert_non_null(key);
	good = EVP_DigestVerifyInit_ex(
		   context, NULL, digest, NULL, NULL, key, NULL) == 1 &&
	    EVP_DigestVerify(context, answer.signature, answer.signature_len,
		message.data, message.len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return good;
}

static size_t
count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	assert_int_equal(closedir(directory), 0);
	return count;
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

/* --- keys in files ------------------------------------------------------- */

static void
a_key_of_each_kind_is_made_and_signs(void **state)
{
	static const struct {
		const char *name;
		enum cardea_sign_algorithm algorithm;
		const char *digest;
	} rows[] = {
		{ "p256", CARDEA_SIGN_EC_P256, "SHA256" },
		{ "p384", CARDEA_SIGN_EC_P384, "SHA384" },
		{ "ed25519", CARDEA_SIGN_ED25519, NULL },
		{ "rsa2048", CARDEA_SIGN_RSA_2048, "SHA256" },
	};
	unsigned char made[sizeof(answer.public_key)];
	struct stat info;

	(void)state;
	set_pin(NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    make(rows[i].name, rows[i].algorithm), CARDEA_SIGN_DONE);
		memcpy(made, answer.public_key, sizeof(made));
		assert_int_equal(stat(path_of(rows[i].name), &info), 0);
		assert_int_equal(info.st_mode & 07777, 0600);
		assert_int_equal(sign(rows[i].name), CARDEA_SIGN_DONE);
		assert_memory_equal(answer.public_key, made, answer.public_len);
		assert_true(verifies(rows[i].digest));
		answer.signature[answer.signature_len - 1] ^= 1;
		assert_false(verifies(rows[i].digest));
	}
}

static void
no_key_is_overwritten(void **state)
{
	unsigned char first[sizeof(answer.public_key)];

	(void)state;
	assert_int_equal(make("once", CARDEA_SIGN_EC_P256), CARDEA_SIGN_DONE);
	memcpy(first, answer.public_key, sizeof(first));
	assert_int_equal(make("once", CARDEA_SIGN_EC_P256), CARDEA_SIGN_FAILED);
	assert_int_equal(answer.public_len, 0);
	assert_int_equal(sign("once"), CARDEA_SIGN_DONE);
	assert_memory_equal(answer.public_key, first, answer.public_len);
}

static void
an_encrypted_key_wants_its_password(void **state)
{
	(void)state;
	set_pin("correct horse");
	assert_int_equal(make("sealed", CARDEA_SIGN_EC_P256), CARDEA_SIGN_DONE);
	assert_int_equal(sign("sealed"), CARDEA_SIGN_DONE);
	assert_true(verifies("SHA256"));
	set_pin("wrong horse");
	assert_int_equal(sign("sealed"), CARDEA_SIGN_WRONG_PIN);
	assert_null(strstr(answer.detail, "horse"));
	set_pin(NULL);
	assert_int_equal(sign("sealed"), CARDEA_SIGN_WRONG_PIN);
}

static void
a_key_that_others_could_have_is_refused(void **state)
{
	char other[4096];

	(void)state;
	set_pin(NULL);
	assert_int_equal(make("open", CARDEA_SIGN_EC_P256), CARDEA_SIGN_DONE);
	for (mode_t bit = 0001; bit <= 0040; bit <<= 1) {
		assert_int_equal(chmod(path_of("open"), 0600 | bit), 0);
		assert_int_equal(sign("open"), CARDEA_SIGN_UNSAFE);
	}
	assert_int_equal(chmod(path_of("open"), 0400), 0);
	assert_int_equal(sign("open"), CARDEA_SIGN_DONE);
	(void)snprintf(other, sizeof(other), "%s", path_of("open"));
	assert_int_equal(symlink(other, path_of("link")), 0);
	assert_int_equal(sign("link"), CARDEA_SIGN_UNSAFE);
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	assert_int_equal(sign("fifo"), CARDEA_SIGN_UNSAFE);
	assert_int_equal(mkdir(path_of("wide"), 0700), 0);
	assert_int_equal(
	    make("wide/key", CARDEA_SIGN_EC_P256), CARDEA_SIGN_DONE);
	assert_int_equal(chmod(path_of("wide"), 0777), 0);
	assert_int_equal(sign("wide/key"), CARDEA_SIGN_UNSAFE);
}

/* An EVP_PKEY of OpenSSL's own making, as PEM. */
static void
write_key(const char *name, EVP_PKEY *key)
{
	FILE *file;

	assert_non_null(key);
	file = fopen(path_of(name), "we");
	assert_non_null(file);
	assert_int_equal(
	    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path_of(name), 0600), 0);
	EVP_PKEY_free(key);
}

static void
a_key_that_is_none_or_not_ours_is_told_apart(void **state)
{
	struct cardea_sign_key key = { .pin = &pin };
	static const struct {
		const char *uri;
		enum cardea_sign_why why;
	} uris[] = {
		{ "relative", CARDEA_SIGN_UNSUPPORTED },
		{ "file:relative", CARDEA_SIGN_NO_KEY },
		{ "https://example.org/key", CARDEA_SIGN_UNSUPPORTED },
		{ "", CARDEA_SIGN_UNSUPPORTED },
		{ "tpm:0x81", CARDEA_SIGN_NO_KEY },
		{ "tpm:0x80000000", CARDEA_SIGN_NO_KEY },
		{ "tpm:0x81000100?pass", CARDEA_SIGN_NO_KEY },
		{ "pkcs11:object=x", CARDEA_SIGN_UNREACHABLE },
		{ "pkcs11:object=x?pin-value=1", CARDEA_SIGN_NO_KEY },
	};

	(void)state;
	assert_int_equal(sign("missing"), CARDEA_SIGN_NO_KEY);
	write_file(path_of("junk"), "no key\n", 0600);
	assert_int_equal(sign("junk"), CARDEA_SIGN_UNSUPPORTED);
	write_key("weak", EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024));
	assert_int_equal(sign("weak"), CARDEA_SIGN_UNSUPPORTED);
	write_key("odd", EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1"));
	assert_int_equal(sign("odd"), CARDEA_SIGN_UNSUPPORTED);
	write_key("x25519", EVP_PKEY_Q_keygen(NULL, NULL, "X25519"));
	assert_int_equal(sign("x25519"), CARDEA_SIGN_UNSUPPORTED);
	write_key("theirs", EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521"));
	assert_int_equal(sign("theirs"), CARDEA_SIGN_DONE);
	assert_true(verifies("SHA512"));
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		key.uri = uris[i].uri;
		assert_int_equal(
		    cardea_sign(&key, &message, TIMEOUT_MS, &answer, NULL),
		    CARDEA_OK);
		assert_int_equal(answer.why, uris[i].why);
	}
}

static void
a_tpm_is_no_command_and_no_library(void **state)
{
	static const char *const bad[] = { "cmd:touch sign.dir/run",
		"sign.dir/lib.so", "device", "devices:/dev/null",
		"libtss2.so:" };
	struct cardea_sign_key key = { .uri = "tpm:0x81000100", .pin = &pin };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		key.tpm = bad[i];
		assert_int_equal(
		    cardea_sign(&key, &message, TIMEOUT_MS, &answer, NULL),
		    CARDEA_OK);
		assert_int_not_equal(answer.why, CARDEA_SIGN_DONE);
	}
	assert_int_equal(access("sign.dir/run", F_OK), -1);
}

static void
a_request_shows_that_the_key_is_held(void **state)
{
	static const struct cardea_cert_name names[] = { { "dns:a.example" },
		{ "ip:192.0.2.7" } };
	static const struct cardea_cert_name bad[] = { { "dns:*.example" } };
	const struct cardea_sign_key key = key_at("p256");
	char *pem = NULL;
	X509_REQ *request;
	BIO *in;

	(void)state;
	set_pin(NULL);
	assert_int_equal(cardea_sign_request(&key, "CN=a,O=b", names, 2,
			     TIMEOUT_MS, &pem, &answer, NULL),
	    CARDEA_OK);
	assert_int_equal(answer.why, CARDEA_SIGN_DONE);
	in = BIO_new_mem_buf(pem, -1);
	request = PEM_read_bio_X509_REQ(in, NULL, NULL, NULL);
	assert_non_null(request);
	assert_int_equal(
	    X509_REQ_verify(request, X509_REQ_get0_pubkey(request)), 1);
	X509_REQ_free(request);
	BIO_free(in);
	free(pem);
	pem = (char *)"untouched";
	assert_int_equal(cardea_sign_request(&key, "CN=a", bad, 1, TIMEOUT_MS,
			     &pem, &answer, NULL),
	    CARDEA_OK);
	assert_int_equal(answer.why, CARDEA_SIGN_FAILED);
	assert_null(pem);
	assert_int_equal(cardea_sign_request(&key, "CN=a", names, 1000,
			     TIMEOUT_MS, &pem, &answer, NULL),
	    CARDEA_E_RANGE);
}

static void
what_is_too_much_is_refused(void **state)
{
	static unsigned char bytes[CARDEA_SIGN_LIST_MAX + 1];
	struct cardea_cert_bytes much = { bytes, sizeof(bytes) };
	const struct cardea_sign_key key = key_at("p256");
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(cardea_sign(&key, &much, TIMEOUT_MS, &answer, &diag),
	    CARDEA_E_RANGE);
	assert_true(diag.reason[0] != '\0');
	much.len--;
	assert_int_equal(
	    cardea_sign(&key, &much, TIMEOUT_MS, &answer, NULL), CARDEA_OK);
	assert_int_equal(answer.why, CARDEA_SIGN_DONE);
	much.len = 0;
	assert_int_equal(cardea_sign(&key, &much, TIMEOUT_MS, &answer, NULL),
	    CARDEA_E_RANGE);
}

/* --- helpers that misbehave ---------------------------------------------- */

static void
put_helper(const char *script)
{
	assert_true(unlink(HELPER) == 0 || errno == ENOENT);
	if (script == NULL)
		assert_int_equal(link("verifier/sign/cardea-sign", HELPER), 0);
	else
		write_file(HELPER, script, 0700);
}

static void
a_helper_that_misbehaves_is_a_failure(void **state)
{
	static const char *const scripts[] = {
		"#!/bin/sh\nexit 0\n",
		"#!/bin/sh\nkill -SEGV $$\n",
		"#!/bin/sh\nprintf junk >&3\n",
		"#!/bin/sh\nprintf 'SDRC\\200\\0\\0\\0\\1\\0\\0\\0' >&3\n",
		"#!/bin/sh\ndd if=/dev/zero bs=200000 count=1 >&3\n",
	};
	size_t before = count_descriptors();

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		put_helper(scripts[i]);
		assert_int_equal(sign("p256"), CARDEA_SIGN_FAILED);
		assert_int_equal(count_descriptors(), before);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
	put_helper(NULL);
}

static void
a_helper_that_is_not_there_or_not_ours_is_trouble(void **state)
{
	const struct cardea_sign_key key = key_at("p256");
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(unlink(HELPER), 0);
	assert_int_equal(
	    cardea_sign(&key, &message, TIMEOUT_MS, &answer, &diag),
	    CARDEA_E_MISSING);
	write_file(HELPER, "#!/bin/sh\n", 0722);
	assert_int_equal(cardea_sign(&key, &message, TIMEOUT_MS, &answer, NULL),
	    CARDEA_E_UNSAFE);
	put_helper(NULL);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static pid_t
read_pid(const char *path)
{
	char text[32] = "";
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	assert_int_equal(fclose(file), 0);
	return (pid_t)strtol(text, NULL, 10);
}

/* Gone, or a corpse that whoever adopted it has not yet taken away. */
static bool
is_gone(pid_t pid)
{
	char path[64], text[256] = "";
	FILE *file;
	const char *state;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return true;
	state = fgets(text, sizeof(text), file) != NULL ? strrchr(text, ')')
							: NULL;
	(void)fclose(file);
	return state == NULL || state[2] == 'Z' || state[2] == 'X';
}

static void
one_that_hangs_ends_in_time_with_all_it_started(void **state)
{
	static const char script[] =
	    "#!/bin/sh\n"
	    "trap '' TERM ALRM HUP INT\n"
	    "/bin/sleep 98765 &\n"
	    "echo $! >sign.dir/child.new\n"
	    "/bin/mv sign.dir/child.new sign.dir/child\n"
	    "while :; do /bin/sleep 1; done\n";
	int64_t from;
	pid_t child;

	(void)state;
	put_helper(script);
	from = now_ms();
	assert_int_equal(sign_for("p256", SHORT_MS + 600), CARDEA_SIGN_TIMEOUT);
	assert_in_range((uintmax_t)(now_ms() - from), SHORT_MS, 5000);
	child = read_pid("sign.dir/child");
	for (int i = 0; i < 100 && !is_gone(child); i++)
		(void)usleep(10000);
	assert_true(is_gone(child));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	put_helper(NULL);
}

static void
what_starts_processes_leaves_none_after_an_answer(void **state)
{
	static const char script[] = "#!/bin/sh\n"
				     "/bin/sleep 98765 3>&- &\n"
				     "echo $! >sign.dir/child\n"
				     "printf junk >&3\n";
	pid_t child;

	(void)state;
	put_helper(script);
	assert_int_equal(sign("p256"), CARDEA_SIGN_FAILED);
	child = read_pid("sign.dir/child");
	for (int i = 0; i < 100 && !is_gone(child); i++)
		(void)usleep(10000);
	assert_true(is_gone(child));
	put_helper(NULL);
}

static void
a_pin_is_in_no_argument_and_no_environment(void **state)
{
	static const char script[] =
	    "#!/bin/sh\n"
	    "/usr/bin/tr '\\0' '\\n' </proc/$$/cmdline >sign.dir/seen\n"
	    "/usr/bin/tr '\\0' '\\n' </proc/$$/environ >>sign.dir/seen\n"
	    "/bin/ls -l /proc/$$/fd >>sign.dir/seen\n";
	char text[8192] = "";
	FILE *file;
	size_t len;

	(void)state;
	assert_int_equal(setenv("SIGN_TEST", "inherited", 1), 0);
	set_pin("sesame");
	put_helper(script);
	assert_int_equal(sign("p256"), CARDEA_SIGN_FAILED);
	file = fopen("sign.dir/seen", "re");
	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	assert_int_equal(fclose(file), 0);
	assert_true(len > 0);
	assert_non_null(strstr(text, "socket:"));
	assert_null(strstr(text, "sesame"));
	assert_null(strstr(text, "inherited"));
	set_pin(NULL);
	put_helper(NULL);
}

static int
begin(void **state)
{
	(void)state;
	scratch_make(folder);
	if (getcwd(base, sizeof(base)) == NULL ||
	    (mkdir("sign.dir", 0700) != 0 && errno != EEXIST))
		return -1;
	put_helper(NULL);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	set_pin(NULL);
	scratch_remove(folder);
	scratch_remove("sign.dir");
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_of_each_kind_is_made_and_signs),
		cmocka_unit_test(no_key_is_overwritten),
		cmocka_unit_test(an_encrypted_key_wants_its_password),
		cmocka_unit_test(a_key_that_others_could_have_is_refused),
		cmocka_unit_test(a_key_that_is_none_or_not_ours_is_told_apart),
		cmocka_unit_test(a_tpm_is_no_command_and_no_library),
		cmocka_unit_test(a_request_shows_that_the_key_is_held),
		cmocka_unit_test(what_is_too_much_is_refused),
		cmocka_unit_test(a_helper_that_misbehaves_is_a_failure),
		cmocka_unit_test(
		    a_helper_that_is_not_there_or_not_ours_is_trouble),
		cmocka_unit_test(
		    one_that_hangs_ends_in_time_with_all_it_started),
		cmocka_unit_test(
		    what_starts_processes_leaves_none_after_an_answer),
		cmocka_unit_test(a_pin_is_in_no_argument_and_no_environment),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
