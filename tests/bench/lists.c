/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What revocation lists of 1,000, 100,000 and 1,000,000 entries cost: to make
 * their index, time and peak of memory; to map it and look a certificate up;
 * and to judge a device's certificate with it, all of X.509 included.  One JSON
 * object a line.  Or only what a login needs, into files: a root, a machine's
 * certificate and key, lists.
 *
 *   lists FOLDER [ENTRIES..]     called by tests/bench/run.sh
 *   lists --make FOLDER [ENTRIES..]
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "cert/crlindex_file.h"
#include "cert/x509.h"

#define DAY 86400
#define SERIAL 16

static int64_t now_s; /* logins are of now */
static EVP_PKEY *pair;
static X509 *root, *leaf;
static unsigned char *root_der, *leaf_der;
static int root_len, leaf_len;

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "lists: %s\n", what);
	exit(1);
}

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
extend(X509 *certificate, const char *name, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, root, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_nconf(NULL, &context, name, value);
	must(extension != NULL && X509_add_ext(certificate, extension, -1) == 1,
	    name);
	X509_EXTENSION_free(extension);
}

static X509 *
certificate_new(const char *name)
{
	X509 *certificate = X509_new();

	must(certificate != NULL, "memory");
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 77);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN",
	    MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(certificate), "CN",
	    MBSTRING_UTF8, (const unsigned char *)"Bench", -1, -1, 0);
	ASN1_TIME_set(X509_getm_notBefore(certificate), now_s - 99 * DAY);
	ASN1_TIME_set(X509_getm_notAfter(certificate), now_s + 99 * DAY);
	X509_set_pubkey(certificate, pair);
	return certificate;
}

static void
make_certificates(void)
{
	pair = EVP_EC_gen("P-256");
	must(pair != NULL, "no key");
	root = certificate_new("Bench");
	extend(root, "basicConstraints", "critical,CA:TRUE");
	extend(root, "keyUsage", "critical,keyCertSign,cRLSign");
	extend(root, "subjectKeyIdentifier", "hash");
	X509_sign(root, pair, EVP_sha256());
	leaf = certificate_new("laptop");
	extend(leaf, "basicConstraints", "critical,CA:FALSE");
	extend(leaf, "keyUsage", "critical,digitalSignature");
	extend(leaf, "extendedKeyUsage", "clientAuth");
	extend(leaf, "subjectAltName", "DNS:laptop.example.org");
	extend(leaf, "authorityKeyIdentifier", "keyid");
	X509_sign(leaf, pair, EVP_sha256());
	root_len = i2d_X509(root, &root_der);
	leaf_len = i2d_X509(leaf, &leaf_der);
	must(root_len > 0 && leaf_len > 0, "no certificate");
}

/* Serial numbers as authorities make them, without order. */
static void
add_entry(X509_CRL *crl, uint64_t *state)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
	ASN1_TIME *date = ASN1_TIME_set(NULL, now_s - 9 * DAY);
	unsigned char octets[SERIAL];

	for (size_t i = 0; i < SERIAL; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		octets[i] = (unsigned char)(*state >> 56);
	}
	octets[0] = (unsigned char)((octets[0] & 0x7f) | 0x40);
	ASN1_STRING_set(serial, octets, SERIAL);
	ASN1_ENUMERATED_set(reason, 4);
	must(X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
		X509_REVOKED_set_revocationDate(entry, date) == 1 &&
		X509_REVOKED_add1_ext_i2d(
		    entry, NID_crl_reason, reason, 0, 0) == 1 &&
		X509_CRL_add0_revoked(crl, entry) == 1,
	    "no entry");
	ASN1_INTEGER_free(serial);
	ASN1_ENUMERATED_free(reason);
	ASN1_TIME_free(date);
}

static void
write_list(const char *path, size_t entries)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *begin = ASN1_TIME_set(NULL, now_s - 60);
	ASN1_TIME *end = ASN1_TIME_set(NULL, now_s + DAY);
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	uint64_t state = 88172645463325252u;
	FILE *file = fopen(path, "wb");

	ASN1_INTEGER_set(number, 7);
	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(root));
	X509_CRL_set1_lastUpdate(crl, begin);
	X509_CRL_set1_nextUpdate(crl, end);
	X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
	for (size_t i = 0; i < entries; i++)
		add_entry(crl, &state);
	must(X509_CRL_sign(crl, pair, EVP_sha256()) > 0, "no list");
	must(file != NULL && i2d_X509_CRL_fp(file, crl) == 1 &&
		fclose(file) == 0,
	    path);
}

static unsigned char *
read_file(const char *path, size_t *ret_len)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	unsigned char *bytes;

	must(file != NULL && fstat(fileno(file), &st) == 0, path);
	*ret_len = (size_t)st.st_size;
	bytes = malloc(*ret_len);
	must(
	    bytes != NULL && fread(bytes, 1, *ret_len, file) == *ret_len, path);
	fclose(file);
	return bytes;
}

/* As refresh does it: the list read whole, its index made and written. */
static void
write_index(const char *from, const char *to, size_t entries)
{
	struct cardea_cert_bytes list, issuer = { root_der, (size_t)root_len };
	const struct cardea_crlindex_issuers issuers = { 1, &issuer };
	struct cardea_diag diag = { 0 };
	unsigned char *index = NULL;
	struct rusage usage;
	double began;
	size_t len;
	FILE *file = fopen(to, "wb");

	list.data = read_file(from, &list.len);
	began = now_us();
	must(cardea_crlindex_build(&list, &issuers, &index, &len, &diag) ==
		CARDEA_OK,
	    diag.reason);
	began = now_us() - began;
	getrusage(RUSAGE_SELF, &usage);
	must(file != NULL && fwrite(index, 1, len, file) == len &&
		fclose(file) == 0,
	    to);
	printf("{\"list\":%zu,\"list_bytes\":%zu,\"index_bytes\":%zu,"
	       "\"build_ms\":%.1f,\"peak_mb\":%.1f}\n",
	    entries, list.len, len, began / 1e3,
	    (double)usage.ru_maxrss / 1024);
}

static int
compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void
report(const char *name, size_t entries, double *us, size_t count)
{
	qsort(us, count, sizeof(*us), compare);
	printf("{\"part\":\"list of %zu entries: %s\",\"n\":%zu,"
	       "\"p50_us\":%.1f,\"p95_us\":%.1f}\n",
	    entries, name, count, us[count / 2], us[count * 95 / 100]);
}

static struct cardea_cert_bytes
map(const char *path)
{
	struct cardea_cert_bytes bytes;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *mapped;

	must(fd >= 0 && fstat(fd, &st) == 0, path);
	bytes.len = (size_t)st.st_size;
	mapped = mmap(NULL, bytes.len, PROT_READ, MAP_SHARED, fd, 0);
	must(mapped != MAP_FAILED, path);
	close(fd);
	bytes.data = mapped;
	return bytes;
}

static void
unmap(const struct cardea_cert_bytes *bytes)
{
	munmap((void *)(uintptr_t)bytes->data, bytes->len);
}

enum { COUNT = 200 };

static void
measure_look_up(const char *path, size_t entries)
{
	double us[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		unsigned char octets[SERIAL] = { 0x41, (unsigned char)i, 7 };
		const struct cardea_cert_bytes serial = { octets, SERIAL };
		struct cardea_crlindex_found found;
		struct cardea_crlindex index;
		struct cardea_cert_bytes bytes;
		double began = now_us();

		bytes = map(path);
		must(cardea_crlindex_open(&bytes, &index, NULL) == CARDEA_OK &&
			cardea_crlindex_find(&index, 0, &serial, &found) ==
			    CARDEA_E_MISSING,
		    "the index does not serve");
		us[i] = now_us() - began;
		unmap(&bytes);
	}
	report("map, open, look up", entries, us, COUNT);
}

static void
measure_judge(const char *path, const char *pem_path, size_t entries)
{
	struct cardea_authority authority = {
		.kind = CARDEA_AUTHORITY_X509,
		.name = "bench",
		.revocation = CARDEA_REVOCATION_BY_CRL,
		.purpose = "1.3.6.1.5.5.7.3.2",
	};
	static struct cardea_cert_question question;
	static struct cardea_cert_verdict verdict;
	struct cardea_cert_trust *trust = &question.trust[0];
	double us[COUNT];

	question.kind = CARDEA_CERT_X509;
	question.leaf = (struct cardea_cert_bytes){ leaf_der,
		(size_t)leaf_len };
	question.time_s = now_s;
	question.proof = CARDEA_CERT_PROOF_OFFLINE;
	question.trust_count = 1;
	trust->authority = &authority;
	trust->trust = map(pem_path);
	trust->list_count = 1;
	for (size_t i = 0; i < COUNT; i++) {
		double began = now_us();

		trust->lists[0] = map(path);
		cardea_x509_judge(&question, &verdict);
		us[i] = now_us() - began;
		unmap(&trust->lists[0]);
		must(verdict.result == CARDEA_RESULT_VERIFIED, verdict.detail);
	}
	unmap(&trust->trust);
	report("judge a certificate", entries, us, COUNT);
}

static void
write_root(const char *path)
{
	FILE *file = fopen(path, "wb");

	must(file != NULL && PEM_write_X509(file, root) == 1 &&
		fclose(file) == 0,
	    path);
}

/* Each in a process of its own, so that the peak of one is not another's. */
static bool
is_child(void)
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	must(pid >= 0, "cannot fork");
	if (pid == 0)
		return true;
	must(waitpid(pid, &status, 0) == pid && status == 0, "a part failed");
	return false;
}

static void
measure(const char *folder, size_t entries)
{
	char list[4096], index[4096], pem[4096];

	snprintf(list, sizeof(list), "%s/%zu.crl", folder, entries);
	snprintf(index, sizeof(index), "%s/%zu.index", folder, entries);
	snprintf(pem, sizeof(pem), "%s/root.pem", folder);
	write_root(pem);
	if (is_child()) {
		write_list(list, entries);
		exit(0);
	}
	if (is_child()) {
		write_index(list, index, entries);
		exit(0);
	}
	if (is_child()) {
		measure_look_up(index, entries);
		measure_judge(index, pem, entries);
		exit(0);
	}
	unlink(list);
	unlink(index);
	unlink(pem);
}

static void
write_host(const char *folder)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/root.pem", folder);
	write_root(path);
	snprintf(path, sizeof(path), "%s/host.pem", folder);
	file = fopen(path, "wb");
	must(file != NULL && PEM_write_X509(file, leaf) == 1 &&
		fclose(file) == 0,
	    path);
	snprintf(path, sizeof(path), "%s/host.key", folder);
	file = fopen(path, "wb");
	must(file != NULL && fchmod(fileno(file), 0600) == 0 &&
		PEM_write_PKCS8PrivateKey(
		    file, pair, NULL, NULL, 0, NULL, NULL) == 1 &&
		fclose(file) == 0,
	    path);
}

static void
make_files(const char *folder, char *const *sizes)
{
	write_host(folder);
	for (; *sizes != NULL; sizes++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s.crl", folder, *sizes);
		if (is_child()) {
			write_list(path, (size_t)strtoul(*sizes, NULL, 10));
			exit(0);
		}
	}
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: lists [--make] FOLDER [ENTRIES..]\n");
		return 2;
	}
	now_s = time(NULL);
	make_certificates();
	if (argc > 2 && strcmp(argv[1], "--make") == 0) {
		make_files(argv[2], argv + 3);
		return 0;
	}
	for (int i = 2; i < argc; i++)
		measure(argv[1], (size_t)strtoul(argv[i], NULL, 10));
	return 0;
}
