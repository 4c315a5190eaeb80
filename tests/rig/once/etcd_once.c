/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * etcd_once: the driver of fleets, on the cluster of the environment
 * (etcd_setup.h), line by line from standard input in one process:
 *
 *   get OWNER                 put OWNER VERSION TEXT
 *   drop OWNER VERSION        check OWNER VERSION
 *   both OWNER VERSION TEXT OWNER2 VERSION2    a put, and a check
 *   big OWNER COUNT           COUNT records of the largest size, in one commit
 *   list                      members
 *   race COUNT OWNER          processes that each put their own text at once
 *
 * Keys are of the kind token, or of $FLEET_KIND.  One line is answered for
 * each, "STATUS MILLISECONDS: what there is to say".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rig/once/etcd_setup.h"
#include "store/library/table.h"

#define WORDS 8

static struct etcd_setup setup;
static const struct cardea_driver *driver;
static char said[8192];

static long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *
name_of(enum cardea_status status)
{
	static const char *const names[] = { "OK", "INTERNAL", "MEMORY", "IO",
		"FULL", "TIMEOUT", "CLOSED", "MISSING", "UNSAFE", "SYNTAX",
		"RANGE", "CORRUPT", "VERSION", "CONFLICT" };

	return names[-(int)status];
}

static void
say(const char *before, const char *text)
{
	size_t len = strlen(said);

	(void)snprintf(said + len, sizeof(said) - len, "%s%s", before, text);
}

static struct cardea_key
key_of(const char *owner)
{
	const char *kind = getenv("FLEET_KIND");
	struct cardea_key key;

	if (cardea_key_make(kind != NULL ? kind : "token", owner, "", &key) !=
	    CARDEA_OK)
		_exit(9);
	return key;
}

static struct cardea_change
change_of(enum cardea_change_kind kind, const char *owner, const char *version,
    const char *text)
{
	return (struct cardea_change){ .kind = kind,
		.key = key_of(owner),
		.version = strtoull(version, NULL, 10),
		.data = (const unsigned char *)text,
		.len = strlen(text) };
}

static bool
note(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	const char *kind, *owner, *id;

	(void)context;
	(void)value;
	if (cardea_key_split(key, &kind, &owner, &id) == CARDEA_OK)
		say(" ", owner);
	return true;
}

static void
tell_member(const struct cardea_member *member, void *context)
{
	char line[1024];

	(void)context;
	(void)snprintf(line, sizeof(line),
	    "%s name=%s reachable=%d leader=%d has_leader=%d version=%s "
	    "term=%d revision=%d db=%d latency=%d reason=%s\n",
	    member->endpoint, member->name, member->reachable, member->leader,
	    member->has_leader, member->version, member->term > 0,
	    member->revision > 0, member->db_bytes > 0, member->latency_us > 0,
	    member->reason);
	fputs(line, stdout);
}

static enum cardea_status
get(struct cardea_driver_state *state, const char *owner,
    struct cardea_diag *diag)
{
	const struct cardea_key key = key_of(owner);
	struct cardea_value value = { .data = NULL };
	enum cardea_status status = driver->get(state, &key, &value, diag);
	char text[512];

	if (status == CARDEA_OK) {
		(void)snprintf(text, sizeof(text), "%llu %.*s",
		    (unsigned long long)value.version,
		    value.len < 400 ? (int)value.len : 400, value.data);
		say("", text);
	}
	cardea_value_clear(&value);
	return status;
}

static enum cardea_status
big(struct cardea_driver_state *state, const char *owner, size_t count,
    struct cardea_diag *diag)
{
	static unsigned char bytes[CARDEA_SEALED_MAX];
	struct cardea_change changes[CARDEA_CHANGES_MAX];
	char name[64];

	memset(bytes, 'b', sizeof(bytes));
	for (size_t i = 0; i < count; i++) {
		(void)snprintf(name, sizeof(name), "%s%zu", owner, i);
		changes[i] = change_of(CARDEA_CHANGE_PUT, name, "0", "");
		changes[i].data = bytes;
		changes[i].len = sizeof(bytes);
	}
	return driver->commit(state, changes, count, diag);
}

static int
run_one(size_t index, const char *owner)
{
	struct cardea_driver_state *state = NULL;
	struct cardea_change change;
	char text[64];
	int status;

	(void)snprintf(text, sizeof(text), "racer %zu %d", index, getpid());
	change = change_of(CARDEA_CHANGE_PUT, owner, "0", text);
	if (driver->open(&setup.config, &state, NULL) != CARDEA_OK)
		return 99;
	status = driver->commit(state, &change, 1, NULL);
	driver->close(state);
	return -status;
}

static void
race(size_t count, const char *owner)
{
	size_t ended[100] = { 0 };
	char text[64];
	int gate[2], wstatus;
	char byte;

	if (pipe(gate) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		if (fork() != 0)
			continue;
		close(gate[1]);
		(void)!read(gate[0], &byte, 1);
		_exit(run_one(i, owner));
	}
	close(gate[0]);
	close(gate[1]);
	for (size_t i = 0; i < count; i++)
		if (wait(&wstatus) > 0 && WIFEXITED(wstatus))
			ended[WEXITSTATUS(wstatus)]++;
	for (int i = 0; i < 100; i++) {
		if (ended[i] == 0)
			continue;
		(void)snprintf(text, sizeof(text), " %s=%zu",
		    i < 14 ? name_of((enum cardea_status) - i) : "?", ended[i]);
		say("", text);
	}
}

static enum cardea_status
obey(struct cardea_driver_state *state, char *words[WORDS],
    struct cardea_diag *diag)
{
	const struct cardea_key all = { .bytes = "token", .len = 6 };
	struct cardea_change changes[2];
	const char *verb = words[0];

	if (strcmp(verb, "get") == 0)
		return get(state, words[1], diag);
	if (strcmp(verb, "list") == 0)
		return driver->list(state, &all, note, NULL, diag);
	if (strcmp(verb, "members") == 0)
		return driver->members(&setup.config, tell_member, NULL, diag);
	if (strcmp(verb, "big") == 0)
		return big(state, words[1], strtoul(words[2], NULL, 10), diag);
	if (strcmp(verb, "race") == 0) {
		race(strtoul(words[1], NULL, 10), words[2]);
		return CARDEA_OK;
	}
	changes[0] = change_of(strcmp(verb, "drop") == 0 ? CARDEA_CHANGE_DELETE
		: strcmp(verb, "check") == 0		 ? CARDEA_CHANGE_CHECK
							 : CARDEA_CHANGE_PUT,
	    words[1], words[2], words[3]);
	changes[1] = change_of(CARDEA_CHANGE_CHECK, words[4], words[5], "");
	return driver->commit(
	    state, changes, strcmp(verb, "both") == 0 ? 2 : 1, diag);
}

static void
answer(struct cardea_driver_state *state, char *line)
{
	char *words[WORDS], *rest = NULL;
	char empty[1] = "";
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	char text[512];
	long begun = now_ms();

	for (size_t i = 0; i < WORDS; i++) {
		words[i] = strtok_r(i == 0 ? line : NULL, " \n", &rest);
		if (words[i] == NULL)
			words[i] = empty;
	}
	said[0] = '\0';
	status = obey(state, words, &diag);
	cardea_diag_format(&diag, text, sizeof(text));
	printf("%s %ld: %s%s\n", name_of(status), now_ms() - begun, said, text);
	fflush(stdout);
}

int
main(void)
{
	struct cardea_driver_state *state = NULL;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	char line[1024], text[512];

	driver = cardea_etcd_library.driver;
	etcd_setup(&setup);
	status = driver->open(&setup.config, &state, &diag);
	if (status != CARDEA_OK) {
		cardea_diag_format(&diag, text, sizeof(text));
		printf("%s 0: open: %s\n", name_of(status), text);
		return 1;
	}
	while (fgets(line, sizeof(line), stdin) != NULL)
		answer(state, line);
	driver->close(state);
	return 0;
}
