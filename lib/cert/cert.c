/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>

#include "cert/cert.h"

const char *
cardea_cert_why_text(enum cardea_cert_why why)
{
	static const char *const texts[CARDEA_CERT_WHY_COUNT] = {
		[CARDEA_CERT_WHY_NONE] = "not judged",
		[CARDEA_CERT_ACCEPTED] = "accepted",
		[CARDEA_CERT_MALFORMED] = "malformed",
		[CARDEA_CERT_TOO_LARGE] = "too-large",
		[CARDEA_CERT_PROFILE] = "outside-profile",
		[CARDEA_CERT_WEAK] = "weak-key-or-algorithm",
		[CARDEA_CERT_UNTRUSTED] = "no-authority-vouches",
		[CARDEA_CERT_NOT_YET] = "not-yet-valid",
		[CARDEA_CERT_EXPIRED] = "expired",
		[CARDEA_CERT_BAD_SIGNATURE] = "bad-issuer-signature",
		[CARDEA_CERT_PURPOSE] = "wrong-purpose",
		[CARDEA_CERT_CONSTRAINT] = "constraint-violated",
		[CARDEA_CERT_NAME] = "not-for-this-name",
		[CARDEA_CERT_OPTION] = "critical-option",
		[CARDEA_CERT_SOURCE] = "source-not-allowed",
		[CARDEA_CERT_REVOKED] = "revoked",
		[CARDEA_CERT_REVOCATION_UNKNOWN] = "revocation-unknown",
		[CARDEA_CERT_REVOCATION_STALE] = "revocation-stale",
		[CARDEA_CERT_NO_PROOF] = "no-proof-of-possession",
		[CARDEA_CERT_WRONG_PROOF] = "wrong-signature",
		[CARDEA_CERT_TIMEOUT] = "took-too-long",
		[CARDEA_CERT_FAILED] = "failed",
	};

	if ((unsigned int)why >= CARDEA_CERT_WHY_COUNT)
		why = CARDEA_CERT_WHY_NONE;
	return texts[why];
}

static bool
is_trouble(enum cardea_cert_why why)
{
	return why == CARDEA_CERT_REVOCATION_UNKNOWN ||
	    why == CARDEA_CERT_REVOCATION_STALE || why == CARDEA_CERT_TIMEOUT ||
	    why == CARDEA_CERT_FAILED || why == CARDEA_CERT_WHY_NONE;
}

void
cardea_cert_refuse(struct cardea_cert_verdict *verdict,
    enum cardea_cert_why why, const char *format, ...)
{
	va_list arguments;

	verdict->result = is_trouble(why) ? CARDEA_RESULT_BROKEN
					  : CARDEA_RESULT_REFUSED;
	verdict->why = why;
	va_start(arguments, format);
	(void)vsnprintf(
	    verdict->detail, sizeof(verdict->detail), format, arguments);
	va_end(arguments);
	/* it may quote a stranger (S07) */
	for (char *c = verdict->detail; *c != '\0'; c++) {
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	}
}
