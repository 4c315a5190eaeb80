/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"
#include "store/library/seen.h"

/* One line of fixed length, so that it is never half of two. */
#define FORM "cardea-cluster 1 %016" PRIx64 " %020" PRIu64 " %u\n"
#define CLUSTER_AT 17
#define CLUSTER_LEN 16
#define REVISION_AT (CLUSTER_AT + CLUSTER_LEN + 1)
#define REVISION_LEN 20
#define SERVER_AT (REVISION_AT + REVISION_LEN + 1)
#define LINE_LEN (SERVER_AT + 2)

struct line {
	uint64_t cluster, revision;
	uint32_t server;
};

static enum cardea_status
read_number(const char *text, uint64_t *ret_number)
{
	/* written with leading zeros, of which one may be all */
	text += strspn(text, "0");
	return *text == '\0'
	    ? (*ret_number = 0, CARDEA_OK)
	    : cardea_text_number(text, 1, INT64_MAX, ret_number);
}

static enum cardea_status
parse(const char *text, struct line *ret_line)
{
	char revision[REVISION_LEN + 1] = "", hex[CLUSTER_LEN + 1] = "";
	char again[LINE_LEN + 1];
	unsigned char bytes[CLUSTER_LEN / 2];
	struct line line = { .cluster = 0 };

	memcpy(hex, text + CLUSTER_AT, CLUSTER_LEN);
	memcpy(revision, text + REVISION_AT, REVISION_LEN);
	if (cardea_text_unhex(bytes, sizeof(bytes), hex) != CARDEA_OK ||
	    read_number(revision, &line.revision) != CARDEA_OK)
		return CARDEA_E_CORRUPT;
	for (size_t i = 0; i < sizeof(bytes); i++)
		line.cluster = line.cluster << 8 | bytes[i];
	line.server = (uint32_t)(text[SERVER_AT] - '0');
	if (line.server >= CARDEA_ENDPOINTS_MAX ||
	    cardea_text_print(again, sizeof(again), FORM, line.cluster,
		line.revision, line.server) != CARDEA_OK ||
	    memcmp(text, again, LINE_LEN) != 0)
		return CARDEA_E_CORRUPT;
	*ret_line = line;
	return CARDEA_OK;
}

/* An empty file, or zeros, is what a crash leaves of one that was never
 * synced: nothing was seen, as on the first day. */
static enum cardea_status
read_line(int fd, struct line *ret_line)
{
	static const char nothing[LINE_LEN + 1];
	char text[LINE_LEN + 1] = "";
	ssize_t len = pread(fd, text, sizeof(text), 0);

	*ret_line = (struct line){ .cluster = 0 };
	if (len < 0)
		return CARDEA_E_IO;
	if (memcmp(text, nothing, sizeof(text)) == 0)
		return CARDEA_OK;
	return len == LINE_LEN ? parse(text, ret_line) : CARDEA_E_CORRUPT;
}

enum cardea_status
cardea_seen_open(const char *path, bool read_only, struct cardea_seen *ret_seen,
    struct cardea_diag *diag)
{
	struct cardea_seen seen = { .place.fd = -1 };
	struct cardea_diag none = { .line = 0 };
	struct line line = { .cluster = 0 };
	enum cardea_status status;
	int fd = -1;

	status = cardea_place_enter(path, !read_only, &seen.place, &none);
	if (status == CARDEA_OK)
		status = cardea_place_open(
		    &seen.place, CARDEA_SEEN_FILE, O_RDONLY, &fd, &none);
	if (status == CARDEA_OK) {
		status = read_line(fd, &line);
		if (status != CARDEA_OK)
			(void)cardea_diag_set(&none, status,
			    "what is kept here of the cluster is not readable");
		(void)close(fd);
	}
	if (status != CARDEA_OK && status != CARDEA_E_MISSING) {
		cardea_place_leave(&seen.place);
		if (diag != NULL && diag->reason[0] == '\0')
			*diag = none;
		cardea_diag_place(diag, path, 0, CARDEA_SEEN_FILE);
		return status;
	}
	seen.cluster = line.cluster;
	seen.revision = line.revision;
	seen.server = line.server;
	*ret_seen = seen; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_seen_judge(struct cardea_seen *seen, const struct cardea_etcd_head *head,
    bool wrote, struct cardea_diag *diag)
{
	if (seen->cluster != 0 && seen->cluster != head->cluster)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "the store is of another time: cluster %016" PRIx64
		    " where %016" PRIx64 " was seen",
		    head->cluster, seen->cluster);
	if (head->revision < seen->revision + (wrote ? 1 : 0))
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "the store is of another time: revision %" PRIu64
		    " where %" PRIu64 " was seen",
		    head->revision, seen->revision);
	seen->is_news = seen->is_news || seen->cluster != head->cluster ||
	    seen->revision != head->revision;
	seen->cluster = head->cluster;
	seen->revision = head->revision;
	return CARDEA_OK;
}

static void
write_line(const struct cardea_seen *seen, int fd)
{
	char text[LINE_LEN + 1];
	struct line line;

	if (read_line(fd, &line) != CARDEA_OK ||
	    (line.cluster != 0 && line.cluster != seen->cluster) ||
	    line.revision > seen->revision)
		return;
	if (cardea_text_print(text, sizeof(text), FORM, seen->cluster,
		seen->revision, seen->server) == CARDEA_OK)
		(void)!pwrite(fd, text, LINE_LEN, 0);
}

void
cardea_seen_save(struct cardea_seen *seen)
{
	int fd;

	if (!seen->is_news || seen->cluster == 0 || seen->place.fd < 0)
		return;
	seen->is_news = false;
	if (cardea_place_open(&seen->place, CARDEA_SEEN_FILE, O_RDWR | O_CREAT,
		&fd, NULL) != CARDEA_OK)
		return;
	/* nobody waits for a process that was stopped in here */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		write_line(seen, fd);
	else
		seen->is_news = true;
	(void)close(fd);
}

void
cardea_seen_close(struct cardea_seen *seen)
{
	cardea_seen_save(seen);
	cardea_place_leave(&seen->place);
}
