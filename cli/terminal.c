/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "cli/terminal.h"

/* Length and first bits by the lead byte; 0 for what cannot lead. */
static size_t
lead_length(unsigned char lead, uint32_t *ret_bits)
{
	if (lead < 0x80) {
		*ret_bits = lead;
		return 1;
	}
	if (lead >= 0xc2 && lead <= 0xdf) {
		*ret_bits = lead & 0x1fu;
		return 2;
	}
	if (lead >= 0xe0 && lead <= 0xef) {
		*ret_bits = lead & 0x0fu;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		*ret_bits = lead & 0x07u;
		return 4;
	}
	return 0;
}

size_t
cardea_terminal_utf8(const char *text, uint32_t *ret_point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t point = 0;
	size_t len = lead_length((unsigned char)text[0], &point);

	for (size_t i = 1; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if ((byte & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (byte & 0x3fu);
	}
	if (len == 0 || point < least[len] || point > 0x10ffff ||
	    (point >= 0xd800 && point <= 0xdfff))
		return 0;
	if (ret_point != NULL)
		*ret_point = point;
	return len;
}

/* C0, DEL, C1, and the marks with which text can be made to read backwards. */
static bool
is_dangerous(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    point == 0x61c || point == 0x200e || point == 0x200f ||
	    (point >= 0x2028 && point <= 0x202e) ||
	    (point >= 0x2066 && point <= 0x2069);
}

void
cardea_terminal_write(FILE *stream, const char *text)
{
	while (*text != '\0') {
		uint32_t point = 0;
		size_t len = cardea_terminal_utf8(text, &point);

		if (len > 0 && !is_dangerous(point)) {
			fwrite(text, 1, len, stream);
			text += len;
			continue;
		}
		for (len = len == 0 ? 1 : len; len > 0; len--)
			fprintf(stream, "\\x%02x", (unsigned char)*text++);
	}
}

bool
cardea_terminal_is_interactive(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

bool
cardea_terminal_is_utf8(void)
{
	return strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* How a wait for the next byte ended. */
enum wait {
	WAIT_INPUT,
	WAIT_SIGNAL,
	WAIT_TIMEOUT,
	WAIT_FAILED,
};

static enum wait
wait_for_byte(int signals)
{
	struct pollfd polled[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	int ready;

	do {
		ready = poll(polled, 2, CARDEA_ANSWER_TIMEOUT_MS);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return WAIT_FAILED;
	if (ready == 0)
		return WAIT_TIMEOUT;
	return polled[1].revents != 0 ? WAIT_SIGNAL : WAIT_INPUT;
}

/* The next byte, or 0 at the end; *ret_wait says WAIT_INPUT unless signals (a
 * descriptor, -1: none) or the time came first. */
static ssize_t
read_byte(int signals, unsigned char *ret_byte, enum wait *ret_wait)
{
	ssize_t got;

	*ret_wait = signals < 0 ? WAIT_INPUT : wait_for_byte(signals);
	if (*ret_wait != WAIT_INPUT)
		return -1;
	do {
		got = read(STDIN_FILENO, ret_byte, 1);
	} while (got < 0 && errno == EINTR);
	return got;
}

/* Byte by byte, so that nothing behind the line is taken from whoever reads
 * stdin next, and no buffer of stdio keeps a secret. */
static enum cardea_status
read_line(int signals, size_t max, struct cardea_secret *ret_line,
    enum wait *ret_wait)
{
	struct cardea_secret line = { 0 };
	enum cardea_status status = cardea_secret_resize(&line, max);
	size_t len = 0;
	bool ended = false;

	while (status == CARDEA_OK && !ended) {
		unsigned char byte = 0;
		ssize_t got = read_byte(signals, &byte, ret_wait);

		if (got < 0)
			status = *ret_wait == WAIT_TIMEOUT ? CARDEA_E_TIMEOUT
							   : CARDEA_E_IO;
		else if (got == 0 && len == 0)
			status = CARDEA_E_CLOSED;
		else if (got == 0 || byte == '\n')
			ended = true;
		else if (byte == '\0')
			status = CARDEA_E_SYNTAX;
		else if (len == max)
			status = CARDEA_E_RANGE;
		else
			line.data[len++] = byte;
	}
	if (status == CARDEA_OK)
		status = cardea_secret_set(ret_line, line.data, len);
	cardea_secret_clear(&line);
	return status;
}

enum cardea_status
cardea_terminal_read(size_t max, struct cardea_secret *ret_line)
{
	enum wait wait;

	return read_line(-1, max, ret_line, &wait);
}

static void
show_prompt(const char *prompt)
{
	fflush(stdout);
	cardea_terminal_write(stderr, prompt);
	fflush(stderr);
}

enum cardea_status
cardea_terminal_ask(
    const char *prompt, size_t max, struct cardea_secret *ret_answer)
{
	show_prompt(prompt);
	return cardea_terminal_read(max, ret_answer);
}

/* A terminal without echo.  Signals that would end or stop the process are held
 * back meanwhile, and noticed by a descriptor: there is no handler, and no
 * moment between a look at a flag and a read. */
struct hush {
	struct termios before;
	sigset_t mask; /* as it was */
	int signals;
};

static void
end_hush(struct hush *hush)
{
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hush->before);
	fputc('\n', stderr);
	if (hush->signals >= 0)
		close(hush->signals);
	/* what was held back comes here */
	sigprocmask(SIG_SETMASK, &hush->mask, NULL);
}

static enum cardea_status
begin_hush(struct hush *hush)
{
	static const int held[] = { SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM,
		SIGTSTP, SIGTTIN, SIGTTOU };
	struct termios silent;
	sigset_t set;

	if (tcgetattr(STDIN_FILENO, &hush->before) != 0)
		return CARDEA_E_IO;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		sigaddset(&set, held[i]);
	if (sigprocmask(SIG_BLOCK, &set, &hush->mask) != 0)
		return CARDEA_E_IO;
	silent = hush->before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	hush->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (hush->signals >= 0 &&
	    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0)
		return CARDEA_OK;
	end_hush(hush);
	return CARDEA_E_IO;
}

enum cardea_status
cardea_terminal_ask_hidden(
    const char *prompt, size_t max, struct cardea_secret *ret_answer)
{
	enum wait wait = WAIT_FAILED;
	enum cardea_status status;
	struct hush hush;

	do {
		status = begin_hush(&hush);
		if (status != CARDEA_OK)
			return status;
		show_prompt(prompt);
		status = read_line(hush.signals, max, ret_answer, &wait);
		end_hush(&hush);
	} while (status != CARDEA_OK && wait == WAIT_SIGNAL);
	return status;
}

bool
cardea_terminal_agree(const char *question)
{
	struct cardea_secret answer = { 0 };
	bool yes = false;

	if (cardea_terminal_ask(question, 15, &answer) == CARDEA_OK)
		yes = strcasecmp((const char *)answer.data, "y") == 0 ||
		    strcasecmp((const char *)answer.data, "yes") == 0;
	cardea_secret_clear(&answer);
	return yes;
}
