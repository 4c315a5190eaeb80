/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cert/krl.h"
#include "cert/sshcert.h"
#include "unit/random.h"
#include "unit/scratch.h"
#include "unit/sshmaker.h"
#include "unit/test.h"

/*
 * Certificates and revocation lists at random, most of them with something
 * wrong that a CA signed all the same: what we accept, ssh-keygen accepts, and
 * what it knows to be revoked is never free.  It may accept more: other forms
 * of numbers, options in any order.
 */
#define CASES 300
#define KEYGEN "/usr/bin/ssh-keygen"

static struct sshmaker_key *keys[4], *ca, *other_ca;
static char folder[512], path[1024], key_path[1024];
static struct sshmaker_bytes bytes, part, section;
static char text[65536];
static struct random chance = { 1 };

static unsigned int
pick(unsigned int end)
{
	return random_below(&chance, end);
}

static void
write_file(const char *name, const void *data, size_t len)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* The exit code of ssh-keygen, which says nothing here. */
static int
keygen(const char *const *arguments)
{
	pid_t pid = fork();
	int code = -1;

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execv(KEYGEN, (char *const *)(uintptr_t)arguments);
		_exit(126);
	}
	assert_int_equal(waitpid(pid, &code, 0), pid);
	assert_true(WIFEXITED(code));
	assert_int_not_equal(WEXITSTATUS(code), 126);
	return WEXITSTATUS(code);
}

/* Is there a certificate in the file, as ssh-keygen -L has it? */
static bool
keygen_reads(void)
{
	const char *const arguments[] = { KEYGEN, "-L", "-f", path, NULL };

	return keygen(arguments) == 0;
}

/* --- certificates --------------------------------------------------------- */

static void
put_random_list(struct sshmaker_bytes *list)
{
	static const char *const names[] = { "alice", "", "force-command",
		"permit-pty", "permit-X11-forwarding", "source-address",
		"verify-required", "zz@example.org" };

	for (unsigned int left = pick(4); left > 0; left--) {
		sshmaker_put_text(list, names[pick(8)]);
		if (pick(8) == 0)
			sshmaker_put_u8(list, 0);
		if (pick(3) == 0)
			sshmaker_put_text(list, names[pick(8)]);
		else
			sshmaker_put_u32(list, 0);
	}
}

/* One field, or none, is not what it should be. */
static void
make_certificate(struct sshmaker_cert *cert)
{
	sshmaker_begin(cert, ca, ca);
	sshmaker_end(cert, &part);
	sshmaker_begin(cert, keys[pick(4)], ca);
	switch (pick(9)) {
	case 0:
		cert->principals.len = 0;
		put_random_list(&cert->principals);
		break;
	case 1:
		cert->critical.len = 0;
		put_random_list(&cert->critical);
		break;
	case 2:
		cert->extensions.len = 0;
		put_random_list(&cert->extensions);
		break;
	case 3:
		sshmaker_put(&cert->reserved, "x", pick(2));
		break;
	case 4:
		cert->type = pick(4);
		break;
	case 5:
		cert->ca_blob = &part; /* a certificate */
		break;
	case 6:
		cert->serial = pick(3) == 0 ? UINT64_MAX : pick(5);
		cert->after = pick(2) == 0 ? 0 : UINT64_MAX;
		cert->before = pick(2) == 0 ? UINT64_MAX : pick(3000);
		break;
	case 7:
		cert->extensions.data[pick(12)] ^= (unsigned char)pick(256);
		break;
	default:
		break;
	}
}

static bool
we_read(void)
{
	struct cardea_authority authority = { .kind = CARDEA_AUTHORITY_SSH,
		.revocation = CARDEA_REVOCATION_BY_NONE };
	struct cardea_cert_question question = { .kind = CARDEA_CERT_SSH,
		.leaf = sshmaker_lend(&bytes),
		.trust_count = 1,
		.proof = CARDEA_CERT_PROOF_OFFLINE };
	struct cardea_cert_verdict verdict;
	static char trust[8192];

	trust[0] = '\0';
	sshmaker_line(&ca->blob, trust, sizeof(trust));
	question.trust[0].authority = &authority;
	question.trust[0].trust.data = (const unsigned char *)trust;
	question.trust[0].trust.len = strlen(trust);
	/* the time at which it is valid, if there is one */
	question.time_s = 1500;
	cardea_sshcert_judge(&question, &verdict);
	/* what is read, and bears a signature that holds, comes this far; an
	 * option's data ssh-keygen reads only to show them */
	return verdict.why == CARDEA_CERT_ACCEPTED ||
	    verdict.why == CARDEA_CERT_NOT_YET ||
	    verdict.why == CARDEA_CERT_EXPIRED ||
	    verdict.why == CARDEA_CERT_SOURCE ||
	    verdict.why == CARDEA_CERT_NAME;
}

static void
S06_ssh_keygen_reads_every_certificate_that_we_read(void **state)
{
	unsigned int ours = 0, theirs = 0;

	(void)state;
	for (unsigned int i = 0; i < CASES; i++) {
		struct sshmaker_cert cert;
		bool we, they;

		make_certificate(&cert);
		sshmaker_end(&cert, &bytes);
		if (pick(6) == 0) /* behind its name, which the line has too */
			bytes.data[64 + pick((unsigned int)bytes.len - 64)] ^=
			    (unsigned char)(1u << pick(8));
		text[0] = '\0';
		sshmaker_line(&bytes, text, sizeof(text));
		write_file(path, text, strlen(text));
		we = we_read();
		they = keygen_reads();
		ours += we;
		theirs += they;
		if (we && !they)
			fail_msg("case %u: ssh-keygen does not read it", i);
	}
	/* neither of them said yes, or no, to all */
	assert_in_range(ours, CASES / 5, CASES - 20);
	assert_in_range(theirs, ours, CASES - 10);
}

/* --- revocation lists ------------------------------------------------------
 */

static void
put_random_serials(void)
{
	static const unsigned int types[] = { 0x20, 0x21, 0x22, 0x23, 0x24 };
	unsigned int type = types[pick(20) == 0 ? 4 : pick(4)];

	section.len = 0;
	switch (type) {
	case 0x20:
		for (unsigned int left = pick(5); left > 0; left--)
			sshmaker_put_u64(&section, 1 + pick(25));
		break;
	case 0x21:
		sshmaker_put_u64(&section, pick(20));
		sshmaker_put_u64(&section, pick(30));
		break;
	case 0x22:
		sshmaker_put_u64(
		    &section, pick(9) == 0 ? UINT64_MAX - pick(9) : pick(20));
		sshmaker_put_u32(&section, 2);
		sshmaker_put_u8(&section, pick(0x88));
		sshmaker_put_u8(&section, pick(256));
		break;
	default:
		sshmaker_put_text(
		    &section, pick(2) == 0 ? "laptop-7 of alice" : "other");
		break;
	}
	if (pick(20) == 0)
		sshmaker_put_u8(&section, 0);
	sshmaker_section(&part, type, &section);
}

static void
put_random_keys(void)
{
	static const unsigned int types[] = { 2, 3, 5, 6 };
	unsigned int type = types[pick(20) == 0 ? 3 : pick(3)];

	section.len = 0;
	if (type == 2)
		sshmaker_put_bytes(&section, &keys[pick(4)]->blob);
	else
		sshmaker_put_string(
		    &section, keys[0]->blob.data, type == 3 ? 20 : 32);
	if (pick(20) == 0)
		section.len -= 1 + pick(4);
	sshmaker_section(&bytes, type, &section);
}

static void
make_list(void)
{
	sshmaker_krl(&bytes, 1400);
	for (unsigned int left = pick(4); left > 0; left--) {
		part.len = 0;
		if (pick(4) == 0)
			sshmaker_put_u32(&part, 0);
		else
			sshmaker_put_bytes(
			    &part, &(pick(4) == 0 ? other_ca : ca)->blob);
		sshmaker_put_u32(&part, 0);
		for (unsigned int more = 1 + pick(3); more > 0; more--)
			put_random_serials();
		if (pick(12) == 0)
			part.data[pick((unsigned int)part.len)] ^= 1;
		sshmaker_section(&bytes, 1, &part);
	}
	if (pick(3) == 0)
		put_random_keys();
	if (pick(6) == 0)
		bytes.len -= 1 + pick(30);
}

/* 0 free, 1 revoked, 255 cannot be read: as ssh-keygen -Q exits */
static int
we_say(const struct sshmaker_bytes *of)
{
	const struct cardea_cert_bytes lent = sshmaker_lend(&bytes),
				       blob = sshmaker_lend(of);
	struct cardea_krl_info info;
	struct cardea_krl *krl = NULL;
	bool revoked = true;
	int code = 255;

	if (cardea_krl_open(&lent, NULL, &krl, &info, NULL) == CARDEA_OK &&
	    cardea_krl_revokes(krl, &blob, &revoked) == CARDEA_OK)
		code = revoked;
	(void)cardea_krl_close(krl);
	return code;
}

static void
S05_ssh_keygen_finds_free_what_we_find_free(void **state)
{
	const char *const arguments[] = { KEYGEN, "-Q", "-f", path, key_path,
		NULL };
	unsigned int count[3] = { 0 };

	(void)state;
	for (unsigned int i = 0; i < CASES; i++) {
		static struct sshmaker_bytes of;
		struct sshmaker_cert cert;
		int we, they;

		sshmaker_begin(&cert, keys[pick(4)], ca);
		cert.serial = pick(25);
		sshmaker_end(&cert, &of);
		text[0] = '\0';
		sshmaker_line(&of, text, sizeof(text));
		write_file(key_path, text, strlen(text));
		make_list();
		write_file(path, bytes.data, bytes.len);
		we = we_say(&of);
		they = keygen(arguments);
		count[we == 255 ? 2 : we]++;
		if (we != 255 && we != they)
			fail_msg("case %u: %d, and ssh-keygen %d", i, we, they);
	}
	for (size_t i = 0; i < 3; i++)
		assert_in_range(count[i], CASES / 12, CASES);
}

static int
begin(void **state)
{
	(void)state;
	keys[0] = sshmaker_key(CARDEA_SSHPUBLIC_ED25519, 0);
	keys[1] = sshmaker_key(CARDEA_SSHPUBLIC_P384, 0);
	keys[2] = sshmaker_key(CARDEA_SSHPUBLIC_SK_P256, 0);
	keys[3] = sshmaker_key(CARDEA_SSHPUBLIC_RSA, 2048);
	ca = sshmaker_key(CARDEA_SSHPUBLIC_P256, 0);
	other_ca = sshmaker_key(CARDEA_SSHPUBLIC_ED25519, 0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		sshmaker_key_free(keys[i]);
	sshmaker_key_free(ca);
	sshmaker_key_free(other_ca);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    S06_ssh_keygen_reads_every_certificate_that_we_read),
		cmocka_unit_test(S05_ssh_keygen_finds_free_what_we_find_free),
	};
	int failed;

	if (access(KEYGEN, X_OK) != 0) {
		(void)puts("1..0 # SKIP there is no ssh-keygen");
		return 0;
	}
	(void)snprintf(folder, sizeof(folder), "ssh_differential.XXXXXX");
	scratch_make(folder);
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	(void)snprintf(key_path, sizeof(key_path), "%s/key", folder);
	failed = cmocka_run_group_tests_name(
	    "ssh_differential", tests, begin, end);
	scratch_remove(folder);
	return failed;
}
