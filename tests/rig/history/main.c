/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history PROCESSES SECONDS FIRST LASTS [stale|lost|early]: several processes
 * at once do all kinds of things to the installed policy's store, and tell on
 * standard output what came of it (see ../linear/text.h).  FIRST is the number
 * of the first process, so that several of these can write into one history.
 *
 * Objects last so many milliseconds, those that are made once a twentieth of
 * that: by the clock that all processes of a machine have in common, so that
 * they meet without a word.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/paths.h"
#include "rig/history/broken.h"
#include "rig/linear/text.h"
#include "store/etcd.h"
#include "store/lmdb.h"
#include "store/setup.h"
#include "unit/random.h"

#define NS 1000000000
#define MS_NS 1000000
#define ONCE_SHARE 20
#define TRIES 8
#define KIND "proof" /* of those that hosts write */

struct client {
	const struct cardea_driver *driver;
	const struct cardea_store_config *config;
	struct cardea_store *store;
	struct random random;
	long process;
	int64_t lasts_ns;
	int64_t made; /* numbers that nobody else writes */
};

static int64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS + now.tv_nsec;
}

static int64_t
unique(struct client *client)
{
	return ++client->made * 1000 + client->process;
}

/* What an object holds, and where the store keeps it. */
struct object {
	struct cardea_key key;
	int64_t value;
	uint64_t version;
};

static enum cardea_status
look(struct client *client, struct object *object)
{
	struct cardea_value value = { 0 };
	enum cardea_status status = cardea_store_get(
	    client->store, &object->key, &value, NULL);

	object->value = 0;
	object->version = 0;
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	if (value.len == sizeof(object->value))
		memcpy(&object->value, value.data, value.len);
	object->version = value.version;
	cardea_value_clear(&value);
	return CARDEA_OK;
}

/* Nothing there is 0, and 0 is nothing there. */
static enum cardea_status
change(struct client *client, const struct object *object, int64_t value)
{
	unsigned char bytes[sizeof(value)];
	struct cardea_change one = { .kind = CARDEA_CHANGE_DELETE,
		.key = object->key,
		.version = object->version };

	memcpy(bytes, &value, sizeof(bytes));
	if (value != 0) {
		one.kind = CARDEA_CHANGE_PUT;
		one.data = bytes;
		one.len = sizeof(bytes);
	}
	return cardea_store_commit(client->store, &one, 1, NULL);
}

static enum linear_outcome
outcome_of(enum cardea_status status)
{
	if (status == CARDEA_OK)
		return LINEAR_DONE;
	return status == CARDEA_E_CONFLICT ? LINEAR_REFUSED : LINEAR_UNKNOWN;
}

static void
tell(struct linear_line *line, enum cardea_status status)
{
	line->event.end = now_ns();
	line->event.outcome = outcome_of(status);
	linear_print(stdout, line);
}

/* --- what is done --------------------------------------------------------- */

static void
read_it(struct client *client, struct object *object, struct linear_line *line)
{
	enum cardea_status status = look(client, object);

	line->event.op = LINEAR_READ;
	line->event.first = object->value;
	tell(line, status);
}

static void
make_once(
    struct client *client, struct object *object, struct linear_line *line)
{
	object->version = 0;
	line->event.op = LINEAR_CAS;
	line->event.second = unique(client);
	tell(line, change(client, object, line->event.second));
}

static void
swap_it(struct client *client, struct object *object, struct linear_line *line)
{
	read_it(client, object, line);
	if (line->event.outcome != LINEAR_DONE)
		return;
	line->event = (struct linear_event){ .begin = now_ns(),
		.op = LINEAR_CAS,
		.first = object->value,
		.second = unique(client) };
	tell(line, change(client, object, line->event.second));
}

/* As the ledger does: read, change, and again if somebody was faster. */
static void
add_one(struct client *client, struct object *object, struct linear_line *line)
{
	enum cardea_status status = CARDEA_E_CONFLICT;

	for (int i = 0; i < TRIES && status == CARDEA_E_CONFLICT; i++) {
		if (look(client, object) != CARDEA_OK)
			return; /* and nothing was changed */
		status = change(client, object, object->value + 1);
	}
	line->event.op = LINEAR_ADD;
	line->event.first = object->value + 1;
	tell(line, status);
}

static void
lock_it(struct client *client, struct object *object, struct linear_line *line)
{
	enum cardea_status status = CARDEA_E_CONFLICT;
	int64_t wanted = (int64_t)random_below(&client->random, 2);

	for (int i = 0; i < TRIES && status == CARDEA_E_CONFLICT; i++) {
		if (look(client, object) != CARDEA_OK)
			return;
		if (wanted == 0 && object->version == 0) {
			line->event.op = LINEAR_READ;
			tell(line, CARDEA_OK);
			return;
		}
		status = change(client, object, wanted);
	}
	line->event.op = LINEAR_WRITE;
	line->event.first = wanted;
	tell(line, status);
}

static const struct {
	const char *name;
	int64_t share;
	void (*acts[2])(struct client *client, struct object *object,
	    struct linear_line *line);
} doings[] = {
	{ "once", ONCE_SHARE, { make_once, read_it } },
	{ "record", 1, { swap_it, read_it } },
	{ "counter", 1, { add_one, read_it } },
	{ "lock", 1, { lock_it, read_it } },
};

static int
do_something(struct client *client)
{
	size_t which = random_below(&client->random, 4);
	struct linear_line line = { .process = client->process };
	struct object object = { 0 };

	line.event.begin = now_ns();
	snprintf(line.object, sizeof(line.object), "%s-%lld",
	    doings[which].name,
	    (long long)(line.event.begin /
		(client->lasts_ns / doings[which].share)));
	if (cardea_key_make(KIND, "history", line.object, &object.key) !=
	    CARDEA_OK)
		return -1;
	doings[which].acts[random_one_in(&client->random, 3)](
	    client, &object, &line);
	return 0;
}

/* --- the processes ----------------------------------------------------------
 */

static int
run(struct client *client, int64_t end_ns)
{
	int failed = 0;

	while (client->store == NULL && now_ns() < end_ns) {
		if (cardea_store_open_with(client->driver, client->config,
			&client->store, NULL) != CARDEA_OK)
			usleep(50000);
	}
	if (client->store == NULL)
		return 1;
	while (failed == 0 && now_ns() < end_ns)
		failed = do_something(client);
	cardea_store_close(client->store);
	return failed != 0;
}

static const struct cardea_driver *
driver_of(const struct cardea_store_config *config, const char *fault)
{
	const struct cardea_driver *driver = &cardea_lmdb;

	if (config->cluster != NULL && cardea_etcd_load(&driver, NULL) != 0)
		return NULL;
	return fault == NULL ? driver : broken_driver(driver, fault);
}

static int
run_all(const struct cardea_store_config *config, char **arguments,
    const char *fault)
{
	struct client client = { .config = config,
		.lasts_ns = strtol(arguments[3], NULL, 10) * MS_NS };
	int64_t end_ns = now_ns() + strtol(arguments[1], NULL, 10) * NS;
	long count = strtol(arguments[0], NULL, 10);
	int failed = 0, status;

	client.driver = driver_of(config, fault);
	if (client.driver == NULL)
		return 2;
	for (long i = 0; i < count; i++) {
		client.process = strtol(arguments[2], NULL, 10) + i;
		client.random.state = (uint64_t)client.process;
		if (fork() == 0)
			_exit(run(&client, end_ns));
	}
	while (wait(&status) > 0)
		failed += status != 0;
	return failed != 0;
}

int
main(int argc, char **argv)
{
	struct cardea_store_setup setup;
	struct cardea_diag diag = { 0 };
	struct cardea_policy *policy = NULL;
	char text[512];
	int result;

	setvbuf(stdout, NULL, _IOLBF, 512);
	if (argc < 5 || argc > 6 || strtol(argv[4], NULL, 10) <= 0)
		return 2;
	if (cardea_policy_load(CARDEA_PATH_POLICY, &policy, &diag) !=
	    CARDEA_OK) {
		cardea_diag_format(&diag, text, sizeof(text));
		fprintf(stderr, "history: %s\n", text);
		return 2;
	}
	cardea_store_setup(
	    cardea_policy_settings(policy), CARDEA_STORE_AS_HOST, &setup);
	result = run_all(&setup.config, argv + 1, argv[5]);
	cardea_policy_free(policy);
	return result;
}
