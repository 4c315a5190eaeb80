/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "store/place.h"
#include "store/turn.h"

#define PAGE 4096
#define MS_NS 1000000L
#define POLL_MS 1

struct cardea_turn_page {
	pthread_mutex_t mutex;
};

_Static_assert(sizeof(struct cardea_turn_page) <= PAGE, "one page holds it");

static struct timespec
deadline_in(int64_t timeout_ms)
{
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += (time_t)(timeout_ms / 1000);
	at.tv_nsec += (long)(timeout_ms % 1000) * MS_NS;
	if (at.tv_nsec >= 1000 * MS_NS) {
		at.tv_sec++;
		at.tv_nsec -= 1000 * MS_NS;
	}
	return at;
}

/* A lock of the open file, for the whole of it; freed by the kernel with the
 * last descriptor, and turned from write to read in one step. */
static bool
claim(int fd, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* Storing into a hole of a full disk would be a SIGBUS: so no holes. */
static enum cardea_status
allocate(int fd, struct cardea_diag *diag)
{
	int error = posix_fallocate(fd, 0, PAGE);

	if (error == 0)
		return CARDEA_OK;
	return cardea_diag_set(diag,
	    error == ENOSPC || error == EDQUOT ? CARDEA_E_FULL : CARDEA_E_IO,
	    "no room for the lock: %s", strerrordesc_np(error));
}

static enum cardea_status
make_mutex(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t attr;
	bool made;

	if (pthread_mutexattr_init(&attr) != 0)
		return CARDEA_E_MEMORY;
	memset(mutex, 0, sizeof(*mutex));
	made = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) ==
		0 &&
	    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0 &&
	    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK) == 0 &&
	    pthread_mutex_init(mutex, &attr) == 0;
	(void)pthread_mutexattr_destroy(&attr);
	return made ? CARDEA_OK : CARDEA_E_INTERNAL;
}

static enum cardea_status
map_page(int fd, struct cardea_turn_page **ret_page, struct cardea_diag *diag)
{
	struct cardea_turn_page *page;
	struct stat st;

	if (fstat(fd, &st) != 0 || st.st_size < PAGE)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "the lock has been cut short");
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "the lock cannot be mapped: %s", strerrordesc_np(errno));
	*ret_page = page;
	return CARDEA_OK;
}

/* The write claim proves that nobody else has the file open: what stands in
 * it is left over from the dead, or rubbish. */
static enum cardea_status
enter_first(struct cardea_turn *turn, struct cardea_diag *diag)
{
	enum cardea_status status = allocate(turn->fd, diag);

	if (status == CARDEA_OK)
		status = map_page(turn->fd, &turn->page, diag);
	if (status == CARDEA_OK)
		status = make_mutex(&turn->page->mutex);
	if (status == CARDEA_OK && !claim(turn->fd, F_RDLCK))
		status = CARDEA_E_IO;
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "the lock cannot be made");
	return CARDEA_OK;
}

static enum cardea_status
enter(struct cardea_turn *turn, int64_t timeout_ms, struct cardea_diag *diag)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * MS_NS };

	/* Whoever makes the mutex holds the file for some microseconds */
	for (int64_t waited = 0; waited < timeout_ms; waited += POLL_MS) {
		if (claim(turn->fd, F_WRLCK))
			return enter_first(turn, diag);
		if (claim(turn->fd, F_RDLCK))
			return map_page(turn->fd, &turn->page, diag);
		(void)nanosleep(&pause, NULL);
	}
	return cardea_diag_set(
	    diag, CARDEA_E_TIMEOUT, "somebody else keeps the lock closed");
}

static bool
is_read_only(const struct cardea_place *place)
{
	struct statvfs vfs;

	return fstatvfs(place->fd, &vfs) == 0 && (vfs.f_flag & ST_RDONLY) != 0;
}

static void
hold_signals(struct cardea_turn *turn)
{
	sigset_t all;

	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &turn->mask);
}

enum cardea_status
cardea_turn_open(const struct cardea_place *place, const char *name,
    bool read_only, struct cardea_turn *ret_turn, struct cardea_diag *diag)
{
	struct cardea_turn turn = CARDEA_TURN_NONE;
	enum cardea_status status;

	/* without writers there is nothing to wait for */
	if (read_only && is_read_only(place)) {
		*ret_turn = turn;
		return CARDEA_OK;
	}
	status = cardea_place_open(
	    place, name, O_RDWR | O_CREAT, &turn.fd, diag);
	if (status != CARDEA_OK)
		return status;
	hold_signals(&turn);
	status = enter(&turn, CARDEA_STORE_TIMEOUT_MS, diag);
	(void)pthread_sigmask(SIG_SETMASK, &turn.mask, NULL);
	if (status != CARDEA_OK) {
		cardea_turn_close(&turn);
		return status;
	}
	*ret_turn = turn; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_turn_take(
    struct cardea_turn *turn, int64_t timeout_ms, struct cardea_diag *diag)
{
	const struct timespec deadline = deadline_in(timeout_ms);
	int error;

	if (turn->page == NULL)
		return CARDEA_OK;
	hold_signals(turn);
	error = pthread_mutex_clocklock(
	    &turn->page->mutex, CLOCK_MONOTONIC, &deadline);
	/* The last holder died.  The store below it is copy on write: what it
	 * had not finished is not there. */
	if (error == EOWNERDEAD)
		error = pthread_mutex_consistent(&turn->page->mutex);
	turn->mine = error == 0;
	if (turn->mine)
		return CARDEA_OK;
	(void)pthread_sigmask(SIG_SETMASK, &turn->mask, NULL);
	if (error == ETIMEDOUT)
		return cardea_diag_set(diag, CARDEA_E_TIMEOUT,
		    "busy: another process keeps the store locked");
	return cardea_diag_set(diag, CARDEA_E_INTERNAL,
	    "the lock is unusable: %s", strerrordesc_np(error));
}

void
cardea_turn_give(struct cardea_turn *turn)
{
	if (!turn->mine)
		return;
	turn->mine = false;
	(void)pthread_mutex_unlock(&turn->page->mutex);
	(void)pthread_sigmask(SIG_SETMASK, &turn->mask, NULL);
}

void
cardea_turn_close(struct cardea_turn *turn)
{
	cardea_turn_give(turn);
	if (turn->page != NULL)
		(void)munmap(turn->page, PAGE);
	if (turn->fd >= 0)
		(void)close(turn->fd);
	turn->page = NULL;
	turn->fd = -1;
}
