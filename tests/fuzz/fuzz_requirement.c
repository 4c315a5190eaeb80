/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/requirement.h>

/*
 * The text of a requirement.  What parses has one canonical text, which parses
 * to the same value; without evidence everything is still missing, with a
 * proof of every factor only demands of a quality are left.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

static void
check_residual(const struct cardea_requirement *requirement)
{
	static const struct cardea_evidence_set none = { .txn = "t" };
	struct cardea_evidence_set all = { .txn = "t" };
	struct cardea_requirement rest;

	cardea_requirement_residual(requirement, "u", &none, &rest);
	must(memcmp(&rest, requirement, sizeof(rest)) == 0);
	for (int f = 1; f < CARDEA_FACTOR_COUNT; f++) {
		struct cardea_evidence item = {
			.version = CARDEA_EVIDENCE_VERSION,
			.factor = (enum cardea_factor)f,
			.result = CARDEA_RESULT_VERIFIED,
			.subject = "u",
			.txn = "t"
		};

		must(cardea_evidence_add(&all, &item) == CARDEA_OK);
	}
	/* every factor is proved, or open for a quality that was not shown */
	cardea_requirement_residual(requirement, "u", &all, &rest);
	must(cardea_requirement_kind(&rest) != CARDEA_NODE_FALSE);
	must(requirement->quality_count > 0 ||
	    cardea_requirement_kind(&rest) == CARDEA_NODE_TRUE);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	struct cardea_requirement one, two;
	struct cardea_diag diag = { .line = 0 };
	char canonical[CARDEA_REQUIREMENT_MAX + 1];
	char text[2048];

	if (len >= sizeof(text))
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (cardea_requirement_parse(text, &one, &diag) != CARDEA_OK) {
		must(diag.reason[0] != '\0');
		return 0;
	}
	/* blanks that the canonical text adds may lead beyond the ceiling */
	if (cardea_requirement_format(&one, canonical, sizeof(canonical)) !=
	    CARDEA_OK)
		return 0;
	must(cardea_requirement_parse(canonical, &two, NULL) == CARDEA_OK);
	must(memcmp(&one, &two, sizeof(one)) == 0);
	check_residual(&one);
	return 0;
}
