/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "base/clock.h"
#include "cli/askpass/await.h"
#include "cli/askpass/next.h"
#include "cli/askpass/person.h"
#include "cli/terminal.h"

/* Not in the background: there, being asked would stop us. */
static FILE *
open_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	FILE *terminal = NULL;

	if (fd >= 0 && tcgetpgrp(fd) == getpgrp())
		terminal = fdopen(fd, "w");
	if (fd >= 0 && terminal == NULL)
		close(fd);
	return terminal;
}

/* A prompt may have several lines; what else is in it cannot move anything. */
static void
show(FILE *stream, const char *text)
{
	char *copy = strdup(text), *rest = copy, *line;

	while (copy != NULL && (line = strsep(&rest, "\n")) != NULL) {
		cardea_terminal_write(stream, line);
		if (rest != NULL)
			fputc('\n', stream);
	}
	free(copy);
}

static bool
watch(int epoll_fd, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* What a terminal sends, and whoever ends us; none may leave it without echo.
 * Ctrl-Z too: a key that blinks before nobody is no use.  By then ssh has gone
 * or stopped, and the shell may have taken the terminal back: SIGTTOU is
 * blocked, for it would stop us, or the kernel refuse, before the echo is
 * back. */
static int
open_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
	sigset_t watched, blocked;

	sigemptyset(&watched);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaddset(&watched, ends[i]);
	blocked = watched;
	sigaddset(&blocked, SIGTTOU);
	if (sigprocmask(SIG_BLOCK, &blocked, NULL) != 0)
		return -1;
	return signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

enum cardea_status
cardea_person_open(struct cardea_person *person, const char *matter,
    int watched_fd, int timeout_ms)
{
	const struct cardea_child none = CARDEA_CHILD_NONE;
	bool ok;

	person->matter = matter;
	person->window = none;
	person->deadline_ms = cardea_clock_read().monotonic_ms + timeout_ms;
	person->terminal = open_terminal();
	person->signal_fd = open_signals();
	person->hangup_fd = epoll_create1(EPOLL_CLOEXEC);
	ok = person->signal_fd >= 0 && person->hangup_fd >= 0 &&
	    watch(person->hangup_fd, person->signal_fd, EPOLLIN) &&
	    (watched_fd < 0 || watch(person->hangup_fd, watched_fd, EPOLLIN)) &&
	    (person->terminal == NULL ||
		watch(person->hangup_fd, fileno(person->terminal), 0));
	if (!ok) {
		cardea_person_close(person);
		return CARDEA_E_IO;
	}
	return CARDEA_OK;
}

void
cardea_person_close(struct cardea_person *person)
{
	cardea_child_end(&person->window, 0);
	if (person->terminal != NULL)
		fclose(person->terminal);
	if (person->signal_fd >= 0)
		close(person->signal_fd);
	if (person->hangup_fd >= 0)
		close(person->hangup_fd);
	person->terminal = NULL;
	person->signal_fd = -1;
	person->hangup_fd = -1;
}

/* What it is about stands before the first word in a line that stays. */
static void
show_with_matter(struct cardea_person *person, FILE *stream, const char *text)
{
	if (person->matter[0] != '\0') {
		show(stream, person->matter);
		fputc(' ', stream);
		person->matter = "";
	}
	show(stream, text);
}

/* And in every window, which stands alone; escaped as everywhere. */
static enum cardea_status
start_window(struct cardea_person *person, enum cardea_next_kind kind,
    const char *text, struct cardea_child *ret_window)
{
	const char *matter = person->matter;
	enum cardea_status status = CARDEA_E_MEMORY;
	char *shown = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&shown, &len);

	if (stream == NULL)
		return CARDEA_E_MEMORY;
	show_with_matter(person, stream, text);
	person->matter = matter;
	if (fclose(stream) == 0)
		status = cardea_next_start(kind, shown, ret_window);
	free(shown);
	return status;
}

void
cardea_person_note(struct cardea_person *person, const char *text)
{
	FILE *stream = person->terminal != NULL ? person->terminal : stderr;

	show_with_matter(person, stream, text);
	fputc('\n', stream);
	fflush(stream);
}

void
cardea_person_tell(void *context, const char *text)
{
	struct cardea_person *person = context;

	if (person->terminal == NULL) {
		cardea_child_end(&person->window, 0);
		if (start_window(person, CARDEA_NEXT_NOTICE, text,
			&person->window) == CARDEA_OK)
			return;
	}
	cardea_person_note(person, text);
}

/* Without the echo, or as it was. */
static bool
set_echo(int fd, const struct termios *before, enum cardea_person_echo echo)
{
	struct termios mode = *before;

	if (echo == CARDEA_PERSON_HIDE)
		mode.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	return tcsetattr(fd, TCSAFLUSH, &mode) == 0;
}

static enum cardea_status
read_byte(struct cardea_person *person, char *ret_byte)
{
	int fd = fileno(person->terminal);
	enum cardea_status status;
	ssize_t got;

	do {
		status = cardea_await(
		    fd, person->deadline_ms, person->hangup_fd);
		if (status != CARDEA_OK)
			return status;
		got = read(fd, ret_byte, 1);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return CARDEA_E_IO;
	return got == 0 ? CARDEA_E_CLOSED : CARDEA_OK;
}

/* A line that is too long is read to its end, or the rest of it would be taken
 * by whoever reads the terminal next. */
static enum cardea_status
read_line(
    struct cardea_person *person, size_t max, struct cardea_secret *ret_line)
{
	struct cardea_secret line = { 0 };
	enum cardea_status status = cardea_secret_resize(&line, max);
	size_t len = 0;
	char byte = '\0';

	while (status == CARDEA_OK) {
		status = read_byte(person, &byte);
		if (status != CARDEA_OK || byte == '\n')
			break;
		if (len < max)
			line.data[len] = (unsigned char)byte;
		len++;
	}
	if (status == CARDEA_OK && len > max)
		status = CARDEA_E_RANGE;
	if (status == CARDEA_OK)
		status = cardea_secret_set(ret_line, line.data, len);
	cardea_secret_clear(&line);
	return status;
}

enum cardea_status
cardea_person_ask(struct cardea_person *person, const char *prompt,
    enum cardea_person_echo echo, size_t max, struct cardea_secret *ret_answer)
{
	enum cardea_status status;
	struct termios before;
	int fd;

	if (person->terminal == NULL)
		return CARDEA_E_MISSING;
	fd = fileno(person->terminal);
	if (tcgetattr(fd, &before) != 0 || !set_echo(fd, &before, echo))
		return CARDEA_E_IO;
	show_with_matter(person, person->terminal, prompt);
	fflush(person->terminal);
	status = read_line(person, max, ret_answer);
	(void)set_echo(fd, &before, CARDEA_PERSON_SHOW);
	if (echo == CARDEA_PERSON_HIDE || status != CARDEA_OK)
		fputc('\n', person->terminal);
	fflush(person->terminal);
	return status;
}

/* The other askpass prints what was typed, with a newline. */
static enum cardea_status
ask_by_window(struct cardea_person *person, const char *prompt, size_t max,
    struct cardea_secret *ret_answer)
{
	struct cardea_secret text = { 0 };
	struct cardea_child window = CARDEA_CHILD_NONE;
	enum cardea_status status;

	cardea_child_end(&person->window, 0);
	status = start_window(person, CARDEA_NEXT_QUESTION, prompt, &window);
	if (status != CARDEA_OK)
		return status;
	status = cardea_child_read(
	    &window, max + 1, person->deadline_ms, person->hangup_fd, &text);
	if (!cardea_child_end(&window, status == CARDEA_OK ? 1000 : 0) &&
	    status == CARDEA_OK)
		status = CARDEA_E_CLOSED;
	if (status == CARDEA_OK && text.len > 0 &&
	    text.data[text.len - 1] == '\n')
		text.len--;
	if (status == CARDEA_OK)
		status = text.len <= max
		    ? cardea_secret_set(ret_answer, text.data, text.len)
		    : CARDEA_E_RANGE;
	cardea_secret_clear(&text);
	return status;
}

bool
cardea_person_ask_hidden(struct cardea_person *person, const char *prompt,
    size_t max, struct cardea_secret *ret_secret)
{
	enum cardea_status status;

	status = person->terminal != NULL
	    ? cardea_person_ask(
		  person, prompt, CARDEA_PERSON_HIDE, max, ret_secret)
	    : ask_by_window(person, prompt, max, ret_secret);
	return status == CARDEA_OK && ret_secret->len > 0;
}

bool
cardea_person_ask_pin(
    void *context, const char *prompt, struct cardea_secret *ret_pin)
{
	return cardea_person_ask_hidden(
	    context, prompt, CARDEA_KEY_PIN_MAX, ret_pin);
}

bool
cardea_person_agrees(struct cardea_person *person, const char *question)
{
	struct cardea_secret answer = { 0 };
	bool yes = false;

	if (cardea_person_ask(
		person, question, CARDEA_PERSON_SHOW, 15, &answer) == CARDEA_OK)
		yes = strcasecmp((const char *)answer.data, "y") == 0 ||
		    strcasecmp((const char *)answer.data, "yes") == 0;
	cardea_secret_clear(&answer);
	return yes;
}

bool
cardea_person_refuse(const struct cardea_diag *diag)
{
	FILE *terminal = open_terminal();
	FILE *stream = terminal != NULL ? terminal : stderr;
	char text[768];

	cardea_diag_format(diag, text, sizeof(text)); /* which escapes */
	fprintf(stream, "cardea-askpass: %s\n", text);
	if (terminal != NULL)
		fclose(terminal);
	return false;
}
