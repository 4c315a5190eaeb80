/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/pack.h"
#include "base/paths.h"
#include "policy/source.h"
#include "store/ledger.h"
#include "store/record.h"
#include "unit/test.h"
#include "verifier/world.h"
#include "wire/channel.h"

#define HOME "/var/lib"
#define STORE CARDEA_STATEDIR "/store"
#define SEAL_KEY CARDEA_STATEDIR "/seal.key"
#define LINES_MAX 512
#define WAIT_MS 20000

static const char usual_settings[] = "store = { path = \"" STORE
				     "\"; size_mb = 1; };"
				     "seal = { key_file = \"" SEAL_KEY "\"; };"
				     "fail_delay = \"2s\";";

static int log_fd = -1;
static char *lines[LINES_MAX];
static int severities[LINES_MAX];
static size_t line_count;
static char verifier[4096];

void
world_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t len = strlen(text);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(fchmod(fd, 0644), 0);
	close(fd);
}

static bool
cover(const char *path, const char *name, const char *text)
{
	char copy[128];

	(void)snprintf(copy, sizeof(copy), HOME "/%s", name);
	world_file(copy, text);
	return mount(copy, path, NULL, MS_BIND, NULL) == 0;
}

static bool
listen_for_log(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX,
		.sun_path = "/dev/log" };
	int room = 4 * 1024 * 1024;

	log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return log_fd >= 0 &&
	    setsockopt(
		log_fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) == 0 &&
	    bind(log_fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

const char *
world_enter(void)
{
	const char *build = getenv("BUILDDIR");

	if (geteuid() != 0)
		return "needs root";
	if (build == NULL)
		return "BUILDDIR is not set";
	(void)snprintf(
	    verifier, sizeof(verifier), "%s/verifier/cardea-verify", build);
	if (access(verifier, X_OK) != 0)
		return "cardea-verify is not built";
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return "no mount namespace can be made";
	if (mount("tmpfs", HOME, "tmpfs", 0, "mode=0755") != 0 ||
	    mount("tmpfs", CARDEA_RUNDIR, "tmpfs", 0, "mode=0755") != 0 ||
	    mount("tmpfs", "/dev", "tmpfs", 0, "mode=0755") != 0 ||
	    mount("tmpfs", "/etc/pam.d", "tmpfs", 0, "mode=0755") != 0)
		return "no file system can be mounted";
	if (!cover("/etc/passwd", "passwd",
		"root:x:0:0::/root:/bin/sh\n"
		"alice:x:1001:1001::/:/bin/sh\n"
		"bob:x:1002:1002::/:/bin/sh\n"
		"carol:x:1003:1003::/:/bin/sh\n"
		"twin:x:1001:1001::/:/bin/sh\n") ||
	    !cover("/etc/group", "group",
		"root:x:0:\nops:x:1001:\nstaff:x:1002:alice\n") ||
	    !cover("/etc/nsswitch.conf", "nsswitch",
		"passwd: files\ngroup: files\n"))
		return "no file can be covered";
	if (!listen_for_log())
		return "no log socket can be made";
	return NULL;
}

/* Our module takes the place of one that libc has and nobody uses. */
const char *
world_odd_names(void)
{
	static const char *const places[] = {
		"/lib/x86_64-linux-gnu/libnss_compat.so.2",
		"/lib/aarch64-linux-gnu/libnss_compat.so.2",
		"/lib64/libnss_compat.so.2",
	};
	char odd[4096 + 64];
	size_t i;

	(void)snprintf(odd, sizeof(odd), "%s/tests/verifier/.libs/nss_odd.so",
	    getenv("BUILDDIR"));
	world_file(HOME "/nsswitch", "passwd: files compat\ngroup: files\n");
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (mount(odd, places[i], NULL, MS_BIND, NULL) == 0)
			return NULL;
	}
	return "libc has no libnss_compat to replace";
}

static const struct cardea_store_config store_config = {
	.path = STORE,
	.seal_key_path = SEAL_KEY,
	.size_mb = 1,
	.create = true,
};

struct cardea_store *
world_store(void)
{
	struct cardea_store *store = NULL;
	struct cardea_diag diag = { .line = 0 };

	if (cardea_store_open(&store_config, &store, &diag) != CARDEA_OK)
		fail_msg("store: %s: %s", diag.file, diag.reason);
	return store;
}

void
world_policy(const char *settings, const char *rules)
{
	struct cardea_diag diag = { .line = 0 };
	char text[8192];
	void *image = NULL;
	size_t len = 0;

	(void)snprintf(text, sizeof(text), "%s%s", usual_settings,
	    settings != NULL ? settings : "");
	if (cardea_source_text(text, rules, &image, &len, &diag) != CARDEA_OK)
		fail_msg("policy: %s:%u: %s: %s", diag.file, diag.line,
		    diag.key, diag.reason);
	assert_int_equal(
	    cardea_source_install(image, len, CARDEA_PATH_POLICY, &diag),
	    CARDEA_OK);
	free(image);
}

static void
fill_token(struct cardea_otp_token *token, char letter)
{
	unsigned char key[20];

	memset(token, 0, sizeof(*token));
	memset(key, letter, sizeof(key));
	token->id[0] = letter;
	token->name[0] = letter;
	token->kind = CARDEA_OTP_TOTP;
	token->digits = 6;
	token->period_s = 30;
	token->watermark = CARDEA_OTP_NO_WATERMARK;
	token->sync_at = -1;
	assert_int_equal(
	    cardea_secret_set(&token->key, key, sizeof(key)), CARDEA_OK);
}

static void
put(const char *kind, const char *owner, const char *id,
    struct cardea_value *value)
{
	struct cardea_store *store = world_store();
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.data = value->data,
		.len = value->len };

	assert_int_equal(
	    cardea_key_make(kind, owner, id, &change.key), CARDEA_OK);
	assert_int_equal(
	    cardea_store_commit(store, &change, 1, NULL), CARDEA_OK);
	cardea_store_close(store);
	cardea_value_clear(value);
}

void
world_token(const char *user, char letter)
{
	struct cardea_value value = { .version = 0 };
	struct cardea_otp_token token;

	fill_token(&token, letter);
	assert_int_equal(cardea_record_encode_token(&token, &value), CARDEA_OK);
	put(CARDEA_KIND_TOKEN, user, token.id, &value);
	cardea_otp_token_clear(&token);
}

void
world_lock(const char *user)
{
	struct cardea_value value = { .version = 0 };
	const struct cardea_lock lock = {
		.since_s = 1, .by = "test", .reason = "test"
	};

	assert_int_equal(cardea_record_encode_lock(&lock, &value), CARDEA_OK);
	put(CARDEA_KIND_LOCK, user, "", &value);
}

const char *
world_code(char letter, int steps)
{
	static char code[CARDEA_CODE_DIGITS_MAX + 1];
	struct cardea_otp_token token;

	fill_token(&token, letter);
	assert_int_equal(
	    cardea_otp_code(&token, time(NULL) / 30 + steps, code), CARDEA_OK);
	cardea_otp_token_clear(&token);
	return code;
}

void
world_caller(uid_t uid)
{
	assert_int_equal(setresuid(0, 0, 0), 0);
	assert_int_equal(setresuid(uid, 0, 0), 0);
}

static void
empty_home(void)
{
	assert_int_equal(system("rm -rf " CARDEA_STATEDIR " " CARDEA_PATH_RUN
				" /etc/pam.d/*"),
	    0);
	assert_int_equal(mkdir(CARDEA_STATEDIR, 0700), 0);
}

void
world_reset(void)
{
	world_caller(0);
	empty_home();
	cardea_store_close(world_store());
	world_policy(NULL, WORLD_PASSWORD_AND_CODE);
	world_token("alice", 'a');
	world_log_clear();
}

static void
read_log(void)
{
	char bytes[CARDEA_LINE_MAX + 256], *text;
	ssize_t len;

	while ((len = recv(log_fd, bytes, sizeof(bytes) - 1, 0)) >= 0) {
		bytes[len] = '\0';
		assert_int_equal(strlen(bytes), len);
		assert_null(strchr(bytes, '\n'));
		assert_true(line_count < LINES_MAX);
		text = strstr(bytes, "]: ");
		assert_non_null(text);
		severities[line_count] = (int)strtol(bytes + 1, NULL, 10) & 7;
		lines[line_count++] = strdup(text + 3);
	}
}

void
world_log_clear(void)
{
	read_log();
	while (line_count > 0)
		free(lines[--line_count]);
}

static size_t
find_line(const char *part)
{
	size_t i = 0;

	read_log();
	while (i < line_count && strstr(lines[i], part) == NULL)
		i++;
	return i;
}

size_t
world_log_count(const char *part)
{
	size_t count = 0;

	for (size_t i = find_line(part); i < line_count; i++)
		count += strstr(lines[i], part) != NULL;
	return count;
}

const char *
world_log_line(const char *part)
{
	size_t i = find_line(part);

	return i < line_count ? lines[i] : "";
}

int
world_log_severity(const char *part)
{
	size_t i = find_line(part);

	return i < line_count ? severities[i] : -1;
}

struct talk
talk_start(void)
{
	struct talk talk = { .fd = -1 };
	char *const argv[] = { verifier, NULL };
	char *const none[] = { NULL };
	int fds[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	talk.pid = fork();
	if (talk.pid == 0) {
		if (setresuid(0, 0, 0) == 0 && dup2(fds[1], 3) == 3)
			execve(verifier, argv, none);
		_exit(99);
	}
	assert_true(talk.pid > 0);
	close(fds[1]);
	talk.fd = fds[0];
	return talk;
}

int
talk_end(struct talk *talk)
{
	int status = 0;

	close(talk->fd);
	assert_int_equal(waitpid(talk->pid, &status, 0), talk->pid);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

void
talk_bytes(struct talk *talk, const void *bytes, size_t len)
{
	assert_int_equal(send(talk->fd, bytes, len, MSG_NOSIGNAL), len);
}

/* Packed by hand, because our own encoder refuses what must be tried here.
 * The other end may have gone, which is for the next receive to tell. */
static void
send_packet(struct talk *talk, uint32_t kind, uint32_t code, uint32_t flags,
    const void *body, size_t len)
{
	unsigned char packet[CARDEA_MESSAGE_MAX];
	struct cardea_pack pack;

	cardea_pack_init(&pack, packet, CARDEA_WIRE_HEADER);
	cardea_pack_u32(&pack, CARDEA_WIRE_MAGIC);
	cardea_pack_u32(&pack, CARDEA_WIRE_VERSION);
	cardea_pack_u32(&pack, kind);
	cardea_pack_u32(&pack, flags);
	cardea_pack_u32(&pack, code);
	assert_int_equal(cardea_pack_done(&pack), CARDEA_OK);
	assert_true(len <= sizeof(packet) - pack.len);
	memcpy(packet + pack.len, body, len);
	len += pack.len;
	if (send(talk->fd, packet, len, MSG_NOSIGNAL) < 0)
		assert_true(errno == EPIPE || errno == ECONNRESET);
}

void
talk_send(struct talk *talk, enum cardea_message_kind kind, uint32_t code,
    uint32_t flags, const char *text)
{
	send_packet(talk, kind, code, flags, text, strlen(text));
}

void
talk_begin_as(
    struct talk *talk, uint32_t phase, const struct cardea_begin *begin)
{
	assert_int_equal(cardea_message_put_begin(
			     &talk->message, CARDEA_PHASE_AUTH, 0, begin),
	    CARDEA_OK);
	send_packet(talk, CARDEA_MESSAGE_BEGIN, phase, 0, talk->message.body,
	    talk->message.body_len);
}

void
talk_begin(struct talk *talk, enum cardea_phase phase, const char *service,
    const char *user, const char *resume)
{
	struct cardea_begin begin = { .rhost = "192.0.2.7", .tty = "ssh" };

	(void)snprintf(begin.service, sizeof(begin.service), "%s", service);
	(void)snprintf(begin.user, sizeof(begin.user), "%s", user);
	(void)snprintf(begin.resume, sizeof(begin.resume), "%s", resume);
	talk_begin_as(talk, phase, &begin);
}

enum cardea_message_kind
talk_next(struct talk *talk)
{
	enum cardea_status status;

	status = cardea_channel_receive(talk->fd, &talk->message, WAIT_MS);
	if (status == CARDEA_E_CLOSED)
		return CARDEA_MESSAGE_NONE;
	assert_int_equal(status, CARDEA_OK);
	if (talk->message.kind != CARDEA_MESSAGE_VERDICT)
		assert_int_equal(cardea_message_get_text(&talk->message,
				     talk->text, sizeof(talk->text)),
		    CARDEA_OK);
	return talk->message.kind;
}

enum cardea_outcome
talk_outcome(struct talk *talk)
{
	struct cardea_verdict_body body;

	while (talk_next(talk) == CARDEA_MESSAGE_TELL)
		;
	assert_int_equal(talk->message.kind, CARDEA_MESSAGE_VERDICT);
	assert_int_equal(
	    cardea_message_get_verdict(&talk->message, &body), CARDEA_OK);
	memcpy(talk->resume, body.resume, sizeof(talk->resume));
	talk->fail_delay_ms = body.fail_delay_ms;
	return (enum cardea_outcome)talk->message.code;
}

enum cardea_outcome
talk_verify(struct talk *talk, const char *user, uint32_t flags,
    enum cardea_answer answer, const char *text)
{
	talk_send(talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, flags, user);
	assert_int_equal(talk_next(talk), CARDEA_MESSAGE_ASK);
	assert_string_equal(talk->text, "One-time code: ");
	talk_send(talk, CARDEA_MESSAGE_ANSWER, answer, 0, text);
	return talk_outcome(talk);
}

enum cardea_outcome
talk_decide(struct talk *talk, const char *user, uint32_t flags)
{
	talk_send(talk, CARDEA_MESSAGE_DECIDE, 0, flags, user);
	return talk_outcome(talk);
}
