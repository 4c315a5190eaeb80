/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "unit/scratch.h"
#include "unit/test.h"
#include "verifier/usersocket.h"

#define ALICE 54321
#define BOB 54322

static char folder[64];
static char path[CARDEA_AGENT_PATH_MAX + 1];

/* The kernel's call, unless a test wants it to do nothing from the nth call
 * on. */
static int setfsuid_works = -1;

int
setfsuid(uid_t uid)
{
	if (setfsuid_works == 0)
		uid = (uid_t)-1;
	else if (setfsuid_works > 0)
		setfsuid_works--;
	return (int)syscall(SYS_setfsuid, uid);
}

static const char *
in_folder(const char *name)
{
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* A socket in the folder, owned by uid, that we listen on. */
static int
listen_at(const char *name, uid_t uid, int backlog)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	strcpy(address.sun_path, in_folder(name));
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(chmod(address.sun_path, 0700), 0);
	assert_int_equal(
	    chown(address.sun_path, uid, uid == geteuid() ? getegid() : uid),
	    0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

/* The same, with somebody else listening: SO_PEERCRED tells whose rights
 * listen(2) was called with. */
static int
listen_as(const char *name, uid_t owner, uid_t listener)
{
	int fd;

	assert_int_equal(seteuid(listener), 0);
	fd = listen_at(name, listener, 8);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(chown(in_folder(name), owner, owner), 0);
	return fd;
}

static int
set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/cardea-socket-XXXXXX");
	scratch_make(folder);
	assert_int_equal(chmod(folder, 0777), 0);
	return 0;
}

static int
take_down(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

static enum cardea_status
try_path(const char *where, uid_t uid, const char *reason)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	int fd = -1;

	status = cardea_usersocket_connect(
	    where, uid, uid == geteuid() ? getegid() : uid, &fd, &diag);
	assert_int_equal(fd >= 0, status == CARDEA_OK);
	if (fd >= 0) {
		assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
		assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
		close(fd);
	}
	if (reason != NULL)
		assert_string_equal(diag.reason, reason);
	/* whatever became of it, we are who we were */
	assert_int_equal((uid_t)setfsuid((uid_t)-1), geteuid());
	assert_int_equal((gid_t)setfsgid((gid_t)-1), getegid());
	return status;
}

static void
ones_own_socket_is_reached(void **state)
{
	int fd = listen_at("agent", geteuid(), 8);

	(void)state;
	assert_int_equal(
	    try_path(in_folder("agent"), geteuid(), NULL), CARDEA_OK);
	close(fd);
}

static void
I15_a_path_that_leads_to_no_listener_is_none(void **state)
{
	char long_path[CARDEA_AGENT_PATH_MAX + 2];
	int fd;

	(void)state;
	assert_int_equal(
	    try_path("", geteuid(), "not an absolute path"), CARDEA_E_SYNTAX);
	assert_int_equal(try_path("agent", geteuid(), NULL), CARDEA_E_SYNTAX);
	assert_int_equal(
	    try_path("./../agent", geteuid(), NULL), CARDEA_E_SYNTAX);
	memset(long_path, '/', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(try_path(long_path, geteuid(), NULL), CARDEA_E_RANGE);
	assert_int_equal(try_path(in_folder("nothing"), geteuid(),
			     "No such file or directory"),
	    CARDEA_E_MISSING);

	close(listen_at("dead", geteuid(), 8));
	assert_int_equal(
	    try_path(in_folder("dead"), geteuid(), "Connection refused"),
	    CARDEA_E_MISSING);
	assert_int_equal(
	    try_path(in_folder("dead/agent"), geteuid(), "Not a directory"),
	    CARDEA_E_MISSING);

	fd = open(in_folder("file"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(try_path(in_folder("file"), geteuid(), "not a socket"),
	    CARDEA_E_UNSAFE);
	assert_int_equal(
	    try_path(folder, geteuid(), "not a socket"), CARDEA_E_UNSAFE);
	/* F06: a FIFO holds nobody */
	assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
	assert_int_equal(try_path(in_folder("fifo"), geteuid(), "not a socket"),
	    CARDEA_E_UNSAFE);
}

static void
F07_a_symbolic_link_to_a_socket_is_refused(void **state)
{
	int fd = listen_at("agent", geteuid(), 8);

	(void)state;
	assert_int_equal(symlink("agent", in_folder("link")), 0);
	assert_int_equal(
	    try_path(in_folder("link"), geteuid(), "a symbolic link"),
	    CARDEA_E_UNSAFE);
	assert_int_equal(symlink("nothing", in_folder("dangling")), 0);
	assert_int_equal(
	    try_path(in_folder("dangling"), geteuid(), "a symbolic link"),
	    CARDEA_E_UNSAFE);
	/* on the way there, links are the user's own affair */
	assert_int_equal(symlink(".", in_folder("here")), 0);
	assert_int_equal(
	    try_path(in_folder("here/agent"), geteuid(), NULL), CARDEA_OK);
	close(fd);
}

static void
a_full_queue_is_told_at_once(void **state)
{
	int fd = listen_at("agent", geteuid(), 0), waiting = -1;

	(void)state;
	assert_int_equal(cardea_usersocket_connect(in_folder("agent"),
			     geteuid(), getegid(), &waiting, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    try_path(in_folder("agent"), geteuid(), NULL), CARDEA_E_FULL);
	close(waiting);
	close(fd);
}

/* --- what only root can show ---------------------------------------------- */

static void
need_root(void)
{
	if (geteuid() != 0)
		skip();
	assert_int_equal(syscall(SYS_setgroups, 0, NULL), 0);
}

static void
F04_a_users_socket_is_reached_with_his_rights(void **state)
{
	int fd;

	(void)state;
	need_root();
	fd = listen_as("agent", ALICE, ALICE);
	assert_int_equal(try_path(in_folder("agent"), ALICE, NULL), CARDEA_OK);
	close(fd);
}

static void
F04_where_he_may_not_go_root_does_not_go_for_him(void **state)
{
	int fd;

	(void)state;
	need_root();
	fd = listen_as("agent", ALICE, ALICE);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(
	    try_path(in_folder("agent"), ALICE, "Permission denied"),
	    CARDEA_E_MISSING);
	/* nor is he told what there is not */
	assert_int_equal(
	    try_path(in_folder("nothing"), ALICE, "Permission denied"),
	    CARDEA_E_MISSING);
	/* a way that root's group opens is none of his */
	assert_int_equal(chmod(folder, 0770), 0);
	assert_int_equal(
	    try_path(in_folder("agent"), ALICE, "Permission denied"),
	    CARDEA_E_MISSING);
	/* a socket that its owner has closed even to himself */
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(chmod(in_folder("agent"), 0), 0);
	assert_int_equal(
	    try_path(in_folder("agent"), ALICE, "Permission denied"),
	    CARDEA_E_MISSING);
	close(fd);
}

static void
F04_anothers_socket_is_refused(void **state)
{
	static const char file[] = "the socket belongs to another user";
	static const char peer[] = "another user listens on the socket";
	int fds[4];

	(void)state;
	need_root();
	fds[0] = listen_as("bobs", BOB, BOB);
	assert_int_equal(chmod(in_folder("bobs"), 0777), 0);
	assert_int_equal(
	    try_path(in_folder("bobs"), ALICE, file), CARDEA_E_UNSAFE);
	fds[1] = listen_as("given-away", ALICE, BOB);
	assert_int_equal(
	    try_path(in_folder("given-away"), ALICE, peer), CARDEA_E_UNSAFE);
	/* root's serves root alone, and root is served by none but root's */
	fds[2] = listen_as("roots", 0, 0);
	assert_int_equal(chmod(in_folder("roots"), 0777), 0);
	assert_int_equal(
	    try_path(in_folder("roots"), ALICE, file), CARDEA_E_UNSAFE);
	assert_int_equal(try_path(in_folder("roots"), 0, NULL), CARDEA_OK);
	assert_int_equal(try_path(in_folder("bobs"), 0, file), CARDEA_E_UNSAFE);
	fds[3] = listen_as("roots-own", ALICE, 0);
	assert_int_equal(
	    try_path(in_folder("roots-own"), ALICE, peer), CARDEA_E_UNSAFE);
	for (size_t i = 0; i < 4; i++)
		close(fds[i]);
}

static void
F05_supplementary_groups_of_ours_would_open_ways(void **state)
{
	static const gid_t groups[] = { 4 };
	int fd;

	(void)state;
	need_root();
	fd = listen_as("agent", ALICE, ALICE);
	assert_int_equal(syscall(SYS_setgroups, 1, groups), 0);
	assert_int_equal(try_path(in_folder("agent"), ALICE,
			     "supplementary groups were not given up"),
	    CARDEA_E_INTERNAL);
	assert_int_equal(syscall(SYS_setgroups, 0, NULL), 0);
	close(fd);
}

/* How a child ends whose setfsuid works so many times. */
static int
end_of_child(int works)
{
	int wstatus = -1;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct cardea_diag diag = { .line = 0 };
		int fd;

		setfsuid_works = works;
		if (cardea_usersocket_connect(path, ALICE, ALICE, &fd, &diag) !=
		    CARDEA_E_IO)
			_exit(3);
		_exit(strcmp(diag.reason,
			  "the user's rights cannot be taken on") == 0
			? 4
			: 5);
	}
	assert_int_equal(waitpid(child, &wstatus, 0), child);
	assert_true(WIFEXITED(wstatus));
	return WEXITSTATUS(wstatus);
}

/* taking: one call and one look; giving back: the same */
static void
F04_half_of_somebodys_rights_are_the_end(void **state)
{
	int fd;

	(void)state;
	need_root();
	fd = listen_as("agent", ALICE, ALICE);
	(void)in_folder("agent");
	assert_int_equal(end_of_child(0), 4);
	assert_int_equal(end_of_child(1), 1);
	assert_int_equal(end_of_child(2), 1);
	assert_int_equal(end_of_child(-1), 3);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, take_down)
		TEST(ones_own_socket_is_reached),
		TEST(I15_a_path_that_leads_to_no_listener_is_none),
		TEST(F07_a_symbolic_link_to_a_socket_is_refused),
		TEST(a_full_queue_is_told_at_once),
		TEST(F04_a_users_socket_is_reached_with_his_rights),
		TEST(F04_where_he_may_not_go_root_does_not_go_for_him),
		TEST(F04_anothers_socket_is_refused),
		TEST(F05_supplementary_groups_of_ours_would_open_ways),
		TEST(F04_half_of_somebodys_rights_are_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
