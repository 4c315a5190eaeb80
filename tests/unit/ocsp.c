/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/ocsp.h"
#include "unit/ocsp_parties.h"
#include "unit/test.h"

/* OCSP answers, each with one thing wrong (X02) */

struct judged {
	enum cardea_ocsp_answer answer;
	int64_t date_s;
	struct cardea_diag diag;
};

static struct judged
judge(struct octets response, struct cardea_ocsp_call call)
{
	struct judged judged = { .date_s = -1 };

	call.response = bytes_of_octets(response);
	if (call.certificate.data == NULL)
		call.certificate = bytes_of_octets(leaf.der);
	if (call.issuer.data == NULL)
		call.issuer = bytes_of_octets(root.der);
	if (call.time_s == 0)
		call.time_s = REVOKER_NOW;
	if (call.max_age_s == 0)
		call.max_age_s = DAY_S;
	judged.answer = cardea_ocsp_judge(&call, &judged.date_s, &judged.diag);
	assert_int_equal(judged.answer == CARDEA_OCSP_GOOD ||
		judged.answer == CARDEA_OCSP_REVOKED,
	    judged.date_s != -1);
	assert_int_equal(
	    judged.answer == CARDEA_OCSP_GOOD, judged.diag.reason[0] == '\0');
	return judged;
}

/* An answer about the leaf, with what the test says instead. */
static struct octets
answer_with(struct answer_make make, struct single_make single)
{
	if (single.issuer == NULL)
		single.issuer = &root;
	if (single.certificate == NULL)
		single.certificate = leaf.certificate;
	if (make.signer == NULL)
		make.signer = &root;
	if (make.singles.data == NULL)
		make.singles = single_new(&single);
	return answer_new(&make);
}

static void
is(struct octets response, enum cardea_ocsp_answer answer, const char *reason)
{
	struct judged judged = judge(response, (struct cardea_ocsp_call){ 0 });

	if (judged.answer != answer ||
	    strstr(judged.diag.reason, reason) == NULL)
		print_message("%s: %s\n", reason, judged.diag.reason);
	assert_int_equal(judged.answer, answer);
	assert_non_null(strstr(judged.diag.reason, reason));
}

#define NO_MAKE ((struct answer_make){ 0 })
#define NO_SINGLE ((struct single_make){ 0 })

static void
the_issuers_word_counts(void **state)
{
	struct judged judged = judge(
	    answer_with(NO_MAKE, NO_SINGLE), (struct cardea_ocsp_call){ 0 });

	(void)state;
	assert_int_equal(judged.answer, CARDEA_OCSP_GOOD);
	assert_int_equal(judged.date_s, REVOKER_NOW - 3600);
	is(answer_with((struct answer_make){ .by_key = true }, NO_SINGLE),
	    CARDEA_OCSP_GOOD, "");
	is(answer_with(NO_MAKE, (struct single_make){ .digest = "SHA256" }),
	    CARDEA_OCSP_GOOD, "");
	is(answer_with((struct answer_make){ .version = unhex("a003020100") },
	       NO_SINGLE),
	    CARDEA_OCSP_GOOD, "");
	is(answer_with(NO_MAKE, (struct single_make){ .status = 1 }),
	    CARDEA_OCSP_REVOKED, "revoked");
	is(answer_with(NO_MAKE, (struct single_make){ .status = 2 }),
	    CARDEA_OCSP_UNKNOWN, "does not know");
}

static void
an_appointed_responders_word_counts(void **state)
{
	struct answer_make make = { .signer = &responder,
		.certificates = responder.der };

	(void)state;
	is(answer_with(make, NO_SINGLE), CARDEA_OCSP_GOOD, "");
	make.by_key = true;
	is(answer_with(make, NO_SINGLE), CARDEA_OCSP_GOOD, "");
	make.certificates = join(other.der, responder.der);
	is(answer_with(make, NO_SINGLE), CARDEA_OCSP_GOOD, "");
	make.certificates = (struct octets){ 0 };
	is(answer_with(make, NO_SINGLE), CARDEA_OCSP_INVALID,
	    "does not bring the certificate");
}

static void
refused_responder(struct party_make make, const char *reason)
{
	struct party party = make_responder(make);

	is(answer_with((struct answer_make){ .signer = &party,
			   .certificates = party.der },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, reason);
	party_free(&party);
}

static void
X02_who_was_not_appointed_is_refused(void **state)
{
	struct party weak;

	(void)state;
	refused_responder((struct party_make){ .issuer = &other,
			      .extensions = RESPONDER_EXTENSIONS },
	    "not of the same issuer");
	refused_responder((struct party_make){ .issuer = &twin,
			      .extensions = RESPONDER_EXTENSIONS },
	    "not of the same issuer");
	/* appointed by whom the issuer appointed, not by the issuer */
	refused_responder((struct party_make){ .issuer = &responder,
			      .extensions = RESPONDER_EXTENSIONS },
	    "not of the same issuer");
	refused_responder(
	    (struct party_make){ .extensions = { "noCheck=ignored" } },
	    "not allowed to answer");
	refused_responder(
	    (struct party_make){ .extensions = { "noCheck=ignored",
				     "extendedKeyUsage=anyExtendedKeyUsage" } },
	    "not allowed to answer");
	refused_responder(
	    (struct party_make){
		.extensions = { "noCheck=ignored", "keyUsage=keyEncipherment",
		    "extendedKeyUsage=OCSPSigning" } },
	    "not allowed to answer");
	refused_responder(
	    (struct party_make){
		.extensions = { "noCheck=ignored", "1.2.3.4=critical,DER:0500",
		    "extendedKeyUsage=OCSPSigning" } },
	    "not allowed to answer");
	refused_responder(
	    (struct party_make){ .v1 = true }, "not allowed to answer");
	refused_responder((struct party_make){ .until_s = REVOKER_NOW,
			      .extensions = RESPONDER_EXTENSIONS },
	    "has expired");
	refused_responder((struct party_make){ .from_s = REVOKER_NOW + 1,
			      .extensions = RESPONDER_EXTENSIONS },
	    "not valid yet");
	weak = make_responder((struct party_make){
	    .kind = PAIR_RSA_1024, .extensions = RESPONDER_EXTENSIONS });
	is(answer_with((struct answer_make){ .signer = &weak,
			   .certificates = weak.der },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "too weak");
	party_free(&weak);
	/* another certificate of the issuer, by its own key */
	is(answer_with((struct answer_make){ .signer = &leaf,
			   .certificates = leaf.der },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "not allowed to answer");
}

/* nocheck, or a life of a week at most */
static void
X02_a_responder_that_may_be_revoked_is_refused(void **state)
{
	struct party_make make = {
		.extensions = { "keyUsage=critical,digitalSignature",
		    "extendedKeyUsage=OCSPSigning" },
		.from_s = REVOKER_NOW - DAY_S,
		.until_s = REVOKER_NOW + 6 * DAY_S,
	};
	struct party brief;

	(void)state;
	refused_responder(make, "whether the OCSP responder is revoked");
	make.until_s--;
	brief = make_responder(make);
	is(answer_with((struct answer_make){ .signer = &brief,
			   .certificates = brief.der },
	       NO_SINGLE),
	    CARDEA_OCSP_GOOD, "");
	party_free(&brief);
}

static void
X02_X06_who_signs_is_who_is_named(void **state)
{
	struct octets response;
	unsigned char *changed;

	(void)state;
	/* the issuer's name, the key of another one of that name */
	is(answer_with((struct answer_make){ .signer = &twin }, NO_SINGLE),
	    CARDEA_OCSP_INVALID, "signature of the OCSP answer is wrong");
	is(answer_with((struct answer_make){ .signer = &twin,
			   .certificates = twin.der },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "not of the same issuer");
	/* names the issuer, and is the responder's */
	is(answer_with((struct answer_make){ .signer = &responder,
			   .certificates = responder.der,
			   .responder = der(0xa1, unhex("3000")) },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "malformed");
	is(answer_with(
	       (struct answer_make){ .signer = &responder,
		   .certificates = responder.der,
		   .responder = der(0xa2,
		       der(0x04, octets_of("12345678901234567890", 20))) },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "does not bring");
	response = answer_with(NO_MAKE, NO_SINGLE);
	changed = malloc(response.len);
	assert_non_null(changed);
	for (size_t bit = 0; bit < 8 * response.len; bit++) {
		memcpy(changed, response.data, response.len);
		changed[bit / 8] ^= (unsigned char)(1U << bit % 8);
		assert_int_not_equal(
		    judge((struct octets){ changed, response.len },
			(struct cardea_ocsp_call){ 0 })
			.answer,
		    CARDEA_OCSP_GOOD);
	}
	for (size_t len = 0; len < response.len; len++)
		assert_int_equal(judge((struct octets){ response.data, len },
				     (struct cardea_ocsp_call){ 0 })
				     .answer,
		    CARDEA_OCSP_INVALID);
	free(changed);
}

static void
X02_exactly_one_answer_is_about_it(void **state)
{
	struct single_make make = { .issuer = &root,
		.certificate = leaf.certificate };
	struct octets good = single_new(&make), revoked, neighbour, sha256;

	(void)state;
	make.digest = "SHA256";
	sha256 = single_new(&make);
	make.digest = NULL;
	make.status = 1;
	revoked = single_new(&make);
	make.certificate = second.certificate;
	neighbour = single_new(&make);
	is(answer_with((struct answer_make){ .singles = join(neighbour, good) },
	       NO_SINGLE),
	    CARDEA_OCSP_GOOD, "");
	is(answer_with(
	       (struct answer_make){ .singles = join(good, good) }, NO_SINGLE),
	    CARDEA_OCSP_INVALID, "twice");
	is(answer_with((struct answer_make){ .singles = join(good, revoked) },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "twice");
	is(answer_with((struct answer_make){ .singles = join(sha256, revoked) },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "twice");
	is(answer_with((struct answer_make){ .singles = neighbour }, NO_SINGLE),
	    CARDEA_OCSP_NONE, "not about this certificate");
	is(answer_with((struct answer_make){ .singles = nothing }, NO_SINGLE),
	    CARDEA_OCSP_NONE, "not about this certificate");
	/* the same number and name, the key of another issuer; a digest that is
	 * not asked for */
	is(answer_with(NO_MAKE, (struct single_make){ .issuer = &twin }),
	    CARDEA_OCSP_NONE, "not about this certificate");
	is(answer_with(NO_MAKE, (struct single_make){ .digest = "SHA512" }),
	    CARDEA_OCSP_NONE, "not about this certificate");
}

static void
X02_what_is_critical_and_unknown_is_refused(void **state)
{
	struct octets critical = der_extension("2a0304", true, unhex("0500"));
	struct octets harmless = der_extension("2a0304", false, unhex("0500"));
	struct single_make make = { .issuer = &root,
		.certificate = second.certificate };
	struct octets neighbour;

	(void)state;
	is(answer_with((struct answer_make){ .extensions = harmless },
	       (struct single_make){ .extensions = harmless }),
	    CARDEA_OCSP_GOOD, "");
	is(answer_with(
	       (struct answer_make){ .extensions = critical }, NO_SINGLE),
	    CARDEA_OCSP_INVALID, "critical");
	is(answer_with(NO_MAKE, (struct single_make){ .extensions = critical }),
	    CARDEA_OCSP_INVALID, "critical");
	make.extensions = critical;
	neighbour = single_new(&make);
	make = (struct single_make){ .issuer = &root,
		.certificate = leaf.certificate };
	is(answer_with((struct answer_make){ .singles = join(neighbour,
						 single_new(&make)) },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "critical");
	is(answer_with(
	       (struct answer_make){ .extensions = join(harmless, harmless) },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "malformed");
}

static void
X02_dates_outside_their_limits_are_refused(void **state)
{
	(void)state;
	is(answer_with((struct answer_make){ .produced_s = REVOKER_NOW + 61 },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "from the future");
	is(answer_with((struct answer_make){ .produced_s = REVOKER_NOW + 60 },
	       (struct single_make){ .this_s = REVOKER_NOW + 60 }),
	    CARDEA_OCSP_GOOD, "");
	is(answer_with(
	       NO_MAKE, (struct single_make){ .this_s = REVOKER_NOW + 61 }),
	    CARDEA_OCSP_INVALID, "from the future");
	/* before and behind the certificate's life */
	is(answer_with((struct answer_make){ .produced_s = REVOKER_NOW -
			       183 * DAY_S - 1 },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "life");
	is(answer_with(
	       (struct answer_make){ .produced_s = REVOKER_NOW - 183 * DAY_S },
	       NO_SINGLE),
	    CARDEA_OCSP_GOOD, "");
	assert_int_equal(
	    judge(answer_with((struct answer_make){ .produced_s = REVOKER_NOW +
				      183 * DAY_S + 1 },
		      (struct single_make){
			  .this_s = REVOKER_NOW + 183 * DAY_S + 1 }),
		(struct cardea_ocsp_call){
		    .time_s = REVOKER_NOW + 183 * DAY_S + 10 })
		.answer,
	    CARDEA_OCSP_INVALID);
	is(answer_with(NO_MAKE,
	       (struct single_make){
		   .this_s = REVOKER_NOW - 10, .next_s = REVOKER_NOW - 10 }),
	    CARDEA_OCSP_INVALID, "ends before it begins");
	is(answer_with(NO_MAKE, (struct single_make){ .next_s = REVOKER_NOW }),
	    CARDEA_OCSP_STALE, "has ended");
	is(answer_with(
	       NO_MAKE, (struct single_make){ .next_s = REVOKER_NOW + 1 }),
	    CARDEA_OCSP_GOOD, "");
	is(answer_with(NO_MAKE,
	       (struct single_make){ .this_s = REVOKER_NOW - DAY_S - 1,
		   .next_s = REVOKER_NOW + DAY_S }),
	    CARDEA_OCSP_STALE, "older than is wanted");
	is(answer_with(
	       NO_MAKE, (struct single_make){ .this_s = REVOKER_NOW - DAY_S }),
	    CARDEA_OCSP_GOOD, "");
	/* an old word that it is revoked is no old word */
	is(answer_with(NO_MAKE,
	       (struct single_make){
		   .status = 1, .this_s = REVOKER_NOW - 9 * DAY_S }),
	    CARDEA_OCSP_REVOKED, "revoked");
}

static void
X02_without_an_end_and_a_limit_it_is_stale(void **state)
{
	struct octets response = answer_with(NO_MAKE, NO_SINGLE);
	struct cardea_ocsp_call call = {
		.response = bytes_of_octets(response),
		.certificate = bytes_of_octets(leaf.der),
		.issuer = bytes_of_octets(root.der),
		.time_s = REVOKER_NOW,
	};
	int64_t date_s;

	(void)state;
	assert_int_equal(
	    cardea_ocsp_judge(&call, &date_s, NULL), CARDEA_OCSP_STALE);
	call.max_age_s = 3600;
	assert_int_equal(
	    cardea_ocsp_judge(&call, &date_s, NULL), CARDEA_OCSP_GOOD);
}

static void
X02_the_nonce_is_that_of_the_request(void **state)
{
	const struct cardea_cert_bytes certificate = bytes_of_octets(leaf.der);
	const struct cardea_cert_bytes issuer = bytes_of_octets(root.der);
	unsigned char *request = NULL, *again = NULL;
	struct cardea_ocsp_call call = { 0 };
	struct octets right, wrong;
	size_t len, again_len;

	(void)state;
	assert_int_equal(
	    cardea_ocsp_ask(&certificate, &issuer, &request, &len, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_ocsp_ask(&certificate, &issuer, &again, &again_len, NULL),
	    CARDEA_OK);
	/* a fresh one each time, at the end of the request */
	assert_int_equal(len, again_len);
	assert_memory_not_equal(request, again, len);
	assert_memory_equal(request, again, len - 32);
	right = der_extension("2b0601050507300102", false,
	    der(0x04, octets_of(request + len - 32, 32)));
	wrong = der_extension("2b0601050507300102", false,
	    der(0x04, octets_of(again + len - 32, 32)));
	call.request = (struct cardea_cert_bytes){ request, len };
	assert_int_equal(
	    judge(answer_with(
		      (struct answer_make){ .extensions = right }, NO_SINGLE),
		call)
		.answer,
	    CARDEA_OCSP_GOOD);
	assert_int_equal(
	    judge(answer_with(
		      (struct answer_make){ .extensions = wrong }, NO_SINGLE),
		call)
		.answer,
	    CARDEA_OCSP_INVALID);
	assert_int_equal(judge(answer_with(NO_MAKE, NO_SINGLE), call).answer,
	    CARDEA_OCSP_INVALID);
	/* where the request is not known, a nonce is nothing */
	is(answer_with((struct answer_make){ .extensions = wrong }, NO_SINGLE),
	    CARDEA_OCSP_GOOD, "");
	call.request.len--;
	assert_int_equal(
	    judge(answer_with(
		      (struct answer_make){ .extensions = right }, NO_SINGLE),
		call)
		.answer,
	    CARDEA_OCSP_INVALID);
	free(request);
	free(again);
}

static void
X02_weak_signatures_do_not_count(void **state)
{
	(void)state;
	is(answer_with((struct answer_make){ .digest = "SHA1",
			   .algorithm = unhex("300906072a8648ce3d0401") },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "algorithm that does not count");
}

static void
X02_what_is_no_answer_is_refused(void **state)
{
	struct octets large = der(0x30,
	    join(unhex("0a0100"),
		der(0xa0, octets_of(kept_zeros, sizeof(kept_zeros)))));
	struct octets good = answer_with(NO_MAKE, NO_SINGLE);

	(void)state;
	for (unsigned int status = 1; status < 8; status++) {
		unsigned char word[] = { 0x30, 0x03, 0x0a, 0x01,
			(unsigned char)status };

		is(octets_of(word, sizeof(word)), CARDEA_OCSP_INVALID,
		    "but an error");
	}
	is(unhex("30030a0100"), CARDEA_OCSP_INVALID, "malformed");
	is(answer_with(
	       (struct answer_make){ .status = unhex("0a0106") }, NO_SINGLE),
	    CARDEA_OCSP_INVALID, "malformed");
	is(join(good, unhex("00")), CARDEA_OCSP_INVALID, "malformed");
	is(answer_with((struct answer_make){ .version = unhex("a003020101") },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "malformed");
	is(answer_with((struct answer_make){ .certificates = unhex("3000") },
	       NO_SINGLE),
	    CARDEA_OCSP_GOOD, "");
	is(answer_with((struct answer_make){ .signer = &responder,
			   .certificates = join(unhex("3000"), responder.der) },
	       NO_SINGLE),
	    CARDEA_OCSP_INVALID, "a certificate in the OCSP answer");
	is(large, CARDEA_OCSP_INVALID, "too large");
	is(nothing, CARDEA_OCSP_INVALID, "malformed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_issuers_word_counts),
		cmocka_unit_test(an_appointed_responders_word_counts),
		cmocka_unit_test(X02_who_was_not_appointed_is_refused),
		cmocka_unit_test(
		    X02_a_responder_that_may_be_revoked_is_refused),
		cmocka_unit_test(X02_X06_who_signs_is_who_is_named),
		cmocka_unit_test(X02_exactly_one_answer_is_about_it),
		cmocka_unit_test(X02_what_is_critical_and_unknown_is_refused),
		cmocka_unit_test(X02_dates_outside_their_limits_are_refused),
		cmocka_unit_test(X02_without_an_end_and_a_limit_it_is_stale),
		cmocka_unit_test(X02_the_nonce_is_that_of_the_request),
		cmocka_unit_test(X02_weak_signatures_do_not_count),
		cmocka_unit_test(X02_what_is_no_answer_is_refused),
	};

	return cmocka_run_group_tests(tests, make_parties, drop_parties);
}
