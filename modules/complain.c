/* SPDX-License-Identifier: BSD-2-Clause */
#include <cardea/log.h>

#include "base/text.h"
#include "modules/complain.h"

static const char *
text_item(pam_handle_t *pamh, int item_type)
{
	const void *item = NULL;

	if (pam_get_item(pamh, item_type, &item) != PAM_SUCCESS)
		return NULL;
	return item;
}

void
cardea_complain(pam_handle_t *pamh, enum cardea_phase phase, const char *module,
    const char *what, const char *why)
{
	char detail[CARDEA_TEXT_MAX + 1];
	struct cardea_event event = {
		.severity = CARDEA_SEVERITY_ERR,
		.event = "error",
		.service = text_item(pamh, PAM_SERVICE),
		.phase = cardea_phase_text(phase),
		.rhost = text_item(pamh, PAM_RHOST),
		.tty = text_item(pamh, PAM_TTY),
		.reason = "broken",
		.detail = detail,
	};

	if (cardea_text_print(detail, sizeof(detail), "%s: %s%s%s", module,
		what, why != NULL ? ": " : "",
		why != NULL ? why : "") != CARDEA_OK)
		event.detail = what;
	if (cardea_log_send(&event, CARDEA_LOG_LOGFMT) != CARDEA_E_RANGE)
		return;

	/* facts too long for one line are told by this very line */
	event.service = event.rhost = event.tty = NULL;
	(void)cardea_log_send(&event, CARDEA_LOG_LOGFMT);
}
