/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/request.h>

enum cardea_status
cardea_request_add_group(struct cardea_request *request, const char *group)
{
	size_t used = request->group_text_len;
	size_t len = strlen(group);

	if (len == 0)
		return CARDEA_E_SYNTAX;
	if (len > CARDEA_NAME_MAX || used > sizeof(request->group_text) ||
	    len + 1 > sizeof(request->group_text) - used)
		return CARDEA_E_RANGE;
	memcpy(request->group_text + used, group, len + 1);
	request->group_text_len = used + len + 1;
	return CARDEA_OK;
}

bool
cardea_request_in_group(const struct cardea_request *request, const char *group)
{
	size_t len = request->group_text_len;
	size_t wanted = strlen(group);
	size_t at = 0;

	if (wanted == 0 || len > sizeof(request->group_text))
		return false;
	while (at < len) {
		const char *name = request->group_text + at;
		size_t name_len = strnlen(name, len - at);

		/* whole names only: "ops" is not "ops-eu" (I07) */
		if (name_len == wanted && memcmp(name, group, wanted) == 0)
			return true;
		at += name_len + 1;
	}
	return false;
}

const struct cardea_local_time *
cardea_request_local(const struct cardea_request *request, const char *zone)
{
	for (size_t i = 0; i < request->local_count && i < CARDEA_TIMEZONES_MAX;
	     i++) {
		if (strcmp(request->local[i].zone, zone) == 0)
			return &request->local[i];
	}
	return NULL;
}

static bool
is_numbered(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(text, prefix, len) != 0 || text[len] == '\0')
		return false;
	return text[len + strspn(text + len, "0123456789")] == '\0';
}

/* Displays from :10 on are what sshd and xrdp give to people far away. */
static bool
is_near_display(const char *tty)
{
	if (tty[0] != ':' || tty[1] < '0' || tty[1] > '9')
		return false;
	return tty[2] == '\0' || is_numbered(tty + 2, ".");
}

static bool
is_local_terminal(const char *tty)
{
	static const char *const lines[] = { "tty", "ttyS", "ttyUSB", "ttyACM",
		"ttyAMA", "hvc", "ttysclp", "sclp_line" };

	if (strncmp(tty, "/dev/", 5) == 0)
		tty += 5;
	if (strcmp(tty, "console") == 0 || is_near_display(tty))
		return true;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (is_numbered(tty, lines[i]))
			return true;
	}
	return false;
}

enum cardea_origin
cardea_request_origin(const char *rhost, const char *tty)
{
	if (rhost != NULL && rhost[0] != '\0')
		return CARDEA_ORIGIN_REMOTE;
	if (tty != NULL && is_local_terminal(tty))
		return CARDEA_ORIGIN_LOCAL;
	/* a pseudo terminal tells nothing: ssh, tmux and xterm look alike */
	return CARDEA_ORIGIN_UNKNOWN;
}

const char *
cardea_request_service_class(const char *service)
{
	if (strcmp(service, "sudo-i") == 0)
		return "sudo";
	if (strcmp(service, "su-l") == 0)
		return "su";
	return NULL;
}

bool
cardea_request_service_is(const char *named, const char *service)
{
	const char *class = cardea_request_service_class(service);

	return strcmp(named, service) == 0 ||
	    (class != NULL && strcmp(named, class) == 0);
}

const char *
cardea_phase_text(enum cardea_phase phase)
{
	switch (phase) {
	case CARDEA_PHASE_NONE:
		return "none";
	case CARDEA_PHASE_AUTH:
		return "auth";
	case CARDEA_PHASE_ACCOUNT:
		return "account";
	case CARDEA_PHASE_SESSION:
		return "session";
	case CARDEA_PHASE_PASSWORD:
		return "password";
	}
	return "none";
}

const char *
cardea_origin_text(enum cardea_origin origin)
{
	switch (origin) {
	case CARDEA_ORIGIN_UNKNOWN:
		return "unknown";
	case CARDEA_ORIGIN_LOCAL:
		return "local";
	case CARDEA_ORIGIN_REMOTE:
		return "remote";
	}
	return "unknown";
}

bool
cardea_request_is_descent(const struct cardea_request *request)
{
	return request->caller_known && request->caller_uid == 0 &&
	    (cardea_request_service_is("su", request->service) ||
		cardea_request_service_is("sudo", request->service));
}
