/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/watch.h"
#include "facts/login.h"

#define GRACE_MS 5000  /* from the request to force */
#define LEADER_MS 1000 /* in which a leader alone may tidy up */
#define KILL_MS 2000   /* in which the kernel buries the killed */
#define LOOK_MS 20
#define PTY_MAJOR 136
#define CONSOLE_MAJOR 4

/* --- which they are ------------------------------------------------------ */

struct crowd {
	size_t count, cap;
	struct cardea_process *items;
};

static bool
is_member(const struct cardea_session *session, const char *audit,
    const struct cardea_process *process)
{
	char theirs[CARDEA_CREDENTIAL_MAX + 1];
	struct cardea_ancestry ancestry;

	if (process->pid == session->pid)
		return process->start == session->pid_start;
	/* who has the number of an audit session is in it, wherever init or
	 * somebody else has taken him in */
	if (audit[0] != '\0' &&
	    cardea_process_session(process->pid, theirs, NULL) == CARDEA_OK &&
	    strcmp(theirs, audit) == 0)
		return true;
	cardea_ancestry_read(process->pid, &ancestry);
	return cardea_ancestry_find(&ancestry, session->pid,
		   session->pid_start) < ancestry.count;
}

static bool
add(struct crowd *crowd, const struct cardea_process *process)
{
	if (crowd->count == crowd->cap) {
		size_t cap = crowd->cap == 0 ? 32 : crowd->cap * 2;
		struct cardea_process *items = reallocarray(
		    crowd->items, cap, sizeof(*items));

		if (items == NULL)
			return false;
		crowd->items = items;
		crowd->cap = cap;
	}
	crowd->items[crowd->count++] = *process;
	return true;
}

static bool
has_seen(const struct crowd *seen, const struct cardea_process *process)
{
	for (size_t i = 0; i < seen->count; i++) {
		if (seen->items[i].pid == process->pid &&
		    seen->items[i].start == process->start)
			return true;
	}
	return false;
}

/* Never init, and never ourselves.  Who was seen once stays one of them: he may
 * have lost by now what told it. */
static void
gather(const struct cardea_session *session, const char *audit,
    const struct crowd *seen, struct crowd *crowd)
{
	DIR *folder = opendir("/proc");
	struct cardea_process process;
	const struct dirent *entry;
	uint64_t pid;

	crowd->count = 0;
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (cardea_text_number(entry->d_name, 2, INT32_MAX, &pid) !=
			CARDEA_OK ||
		    (pid_t)pid == getpid() ||
		    cardea_process_read((pid_t)pid, &process, NULL) !=
			CARDEA_OK)
			continue;
		if ((has_seen(seen, &process) ||
			is_member(session, audit, &process)) &&
		    !add(crowd, &process))
			break;
	}
	if (folder != NULL)
		closedir(folder);
}

/* Only while its first process lives is it known which session that leads: a
 * number of audit alone may have come from somewhere else. */
static void
audit_of(
    const struct cardea_session *session, char audit[CARDEA_CREDENTIAL_MAX + 1])
{
	audit[0] = '\0';
	if (session->pid > 1 &&
	    cardea_process_is(session->pid, session->pid_start))
		cardea_login_led(session->pid, session->login_session,
		    cardea_session_joins(session), audit);
}

/* --- their terminals ----------------------------------------------------- */

static bool
name_terminal(unsigned int tty, char *path, size_t size)
{
	enum cardea_status status = CARDEA_E_MISSING;

	if (major(tty) == PTY_MAJOR)
		status = cardea_text_print(
		    path, size, "/dev/pts/%u", minor(tty));
	else if (major(tty) == CONSOLE_MAJOR && minor(tty) < 64)
		status = cardea_text_print(
		    path, size, "/dev/tty%u", minor(tty));
	return status == CARDEA_OK;
}

/* One that is stopped, or full, waits for nobody. */
static bool
write_to(unsigned int tty, const char *line)
{
	char path[32], text[512];
	struct stat file;
	bool done;
	int fd;

	if (!name_terminal(tty, path, sizeof(path)) ||
	    cardea_text_print(text, sizeof(text), "\r\n%s\r\n", line) !=
		CARDEA_OK)
		return false;
	fd = open(
	    path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	done = fstat(fd, &file) == 0 && S_ISCHR(file.st_mode) &&
	    file.st_rdev == makedev(major(tty), minor(tty)) &&
	    write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

static bool
is_told(const struct crowd *crowd, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (crowd->items[i].tty == crowd->items[index].tty)
			return true;
	}
	return crowd->items[index].tty == 0;
}

size_t
cardea_watch_warn(const struct cardea_session *session, const char *line)
{
	char audit[CARDEA_CREDENTIAL_MAX + 1];
	struct crowd crowd = { .count = 0 }, seen = { .count = 0 };
	size_t told = 0;

	audit_of(session, audit);
	gather(session, audit, &seen, &crowd);
	for (size_t i = 0; i < crowd.count; i++) {
		if (!is_told(&crowd, i) && write_to(crowd.items[i].tty, line))
			told++;
	}
	free(crowd.items);
	return told;
}

/* --- their end ----------------------------------------------------------- */

/* By a handle on the process, looked at again once it is held: a number that
 * was given away meanwhile is somebody else. */
static void
send(const struct cardea_process *process, int number)
{
	int fd = pidfd_open(process->pid, 0);

	if (fd < 0)
		return;
	if (cardea_process_is(process->pid, process->start))
		(void)pidfd_send_signal(fd, number, NULL, 0);
	close(fd);
}

static void
ask(const struct cardea_process *process)
{
	/* shells that talk to a person heed the one and not the other */
	send(process, SIGHUP);
	send(process, SIGTERM);
	send(process, SIGCONT);
}

static void
nap(void)
{
	const struct timespec time = { .tv_nsec = LOOK_MS * 1000000L };

	(void)nanosleep(&time, NULL);
}

/* The first process closes the session for PAM when all others are gone; it is
 * asked itself only where it does not. */
static void
ask_all(const struct cardea_session *session, const struct crowd *crowd,
    struct crowd *seen, bool leader)
{
	for (size_t i = 0; i < crowd->count; i++) {
		const struct cardea_process *process = &crowd->items[i];

		if ((process->pid == session->pid && !leader) ||
		    has_seen(seen, process))
			continue;
		ask(process);
		(void)add(seen, process);
	}
}

bool
cardea_watch_end(const struct cardea_session *session)
{
	int64_t since_ms = cardea_clock_read().monotonic_ms, age_ms = 0;
	struct crowd crowd = { .count = 0 }, seen = { .count = 0 };
	char audit[CARDEA_CREDENTIAL_MAX + 1];
	size_t left;

	audit_of(session, audit);
	for (;;) {
		gather(session, audit, &seen, &crowd);
		left = crowd.count;
		if (left == 0 || age_ms > GRACE_MS + KILL_MS)
			break;
		ask_all(session, &crowd, &seen, age_ms > LEADER_MS);
		for (size_t i = 0; i < left && age_ms > GRACE_MS; i++)
			send(&crowd.items[i], SIGKILL);
		nap();
		age_ms = cardea_clock_read().monotonic_ms - since_ms;
	}
	free(crowd.items);
	free(seen.items);
	return left == 0;
}
