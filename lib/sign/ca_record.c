/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "sign/ca_record.h"

#define RECORD_MAX (CARDEA_CA_CERTIFICATES_MAX * 400)
#define PAUSE_MS 50
#define PATIENCE_MS 5000
#define TIME_MAX (INT64_C(1) << 40)

static const char first_line[] = "cardea authority 1";

static enum cardea_status
path_of(const struct cardea_ca_record *record, const char *name, char path[512])
{
	return cardea_text_print(path, 512, "%s/%s", record->folder, name);
}

/* --- the folder ---------------------------------------------------------- */

static bool
lock(int fd)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };

	for (int waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

static enum cardea_status
hold(const char *folder, bool is_new, struct cardea_ca_record *record,
    struct cardea_diag *diag)
{
	int fd;

	if (folder[0] != '/' ||
	    cardea_text_copy(record->folder, sizeof(record->folder), folder) !=
		CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "no absolute path of moderate size");
	if (is_new && mkdir(folder, 0700) != 0 && errno != EEXIST)
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "the folder cannot be made: %s", strerrordesc_np(errno));
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return cardea_diag_set(diag,
		    errno == ENOENT ? CARDEA_E_MISSING : CARDEA_E_IO,
		    "there is no authority: %s", strerrordesc_np(errno));
	record->lock_fd = fd; /* moved */
	if (!cardea_file_is_safe_directory(fd))
		return cardea_diag_set(
		    diag, CARDEA_E_UNSAFE, "others may write to the folder");
	if (!lock(fd))
		return cardea_diag_set(
		    diag, CARDEA_E_TIMEOUT, "another command is at work there");
	return CARDEA_OK;
}

enum cardea_status
cardea_ca_record_hold(const char *folder, bool is_new,
    struct cardea_ca_record *record, struct cardea_diag *diag)
{
	enum cardea_status status;

	*record = (struct cardea_ca_record){ .lock_fd = -1 };
	status = hold(folder, is_new, record, diag);
	if (status != CARDEA_OK)
		cardea_diag_place(diag, folder, 0, NULL);
	return status;
}

void
cardea_ca_record_clear(struct cardea_ca_record *record)
{
	if (record->lock_fd >= 0)
		(void)close(record->lock_fd);
	record->lock_fd = -1;
	free(record->issued);
	record->issued = NULL;
	record->count = 0;
}

/* --- reading ------------------------------------------------------------- */

static bool
read_time(const char *text, int64_t *ret_time_s)
{
	uint64_t value = 0;

	if (cardea_text_number(text, 0, TIME_MAX, &value) != CARDEA_OK)
		return false;
	*ret_time_s = (int64_t)value;
	return true;
}

/* The word that *at begins with, cut out of the text; NULL if there is none. */
static char *
take_word(char **at)
{
	char *word = *at;
	size_t len = strcspn(word, " ");

	if (len == 0 || word[len] == '\0')
		return NULL;
	word[len] = '\0';
	*at = word + len + 1;
	return word;
}

static struct cardea_ca_issued *
grow(struct cardea_ca_record *record)
{
	size_t count = record->count;
	struct cardea_ca_issued *more;

	if (count == CARDEA_CA_CERTIFICATES_MAX)
		return NULL;
	/* doubled at powers of two */
	if ((count & (count - 1)) == 0) {
		more = reallocarray(
		    record->issued, count == 0 ? 1 : 2 * count, sizeof(*more));
		if (more == NULL)
			return NULL;
		record->issued = more;
	}
	return &record->issued[count];
}

/* "certificate SERIAL NOT_AFTER REVOKED SUBJECT" */
static bool
read_issued(struct cardea_ca_record *record, char *rest)
{
	struct cardea_ca_issued *issued = grow(record);
	char *serial = take_word(&rest), *end = NULL, *revoked = NULL;

	if (serial != NULL)
		end = take_word(&rest);
	if (end != NULL)
		revoked = take_word(&rest);
	if (issued == NULL || revoked == NULL || serial[0] == '\0' ||
	    serial[strspn(serial, "0123456789abcdef")] != '\0' ||
	    cardea_text_copy(issued->serial, sizeof(issued->serial), serial) !=
		CARDEA_OK ||
	    !read_time(end, &issued->not_after_s) ||
	    !read_time(revoked, &issued->revoked_s) ||
	    cardea_text_copy(issued->subject, sizeof(issued->subject), rest) !=
		CARDEA_OK)
		return false;
	record->count++;
	return true;
}

static bool
read_list(struct cardea_ca_record *record, char *rest)
{
	char *number = take_word(&rest);

	return number != NULL &&
	    cardea_text_number(number, 0, UINT64_MAX >> 1,
		&record->list_number) == CARDEA_OK &&
	    read_time(rest, &record->list_time_s);
}

static bool
read_line(struct cardea_ca_record *r, char *line)
{
	char *rest = line, *word = take_word(&rest);

	if (word == NULL)
		return false;
	if (strcmp(word, "key") == 0)
		return cardea_text_copy(r->key, sizeof(r->key), rest) ==
		    CARDEA_OK;
	if (strcmp(word, "tpm") == 0)
		return cardea_text_copy(r->tpm, sizeof(r->tpm), rest) ==
		    CARDEA_OK;
	if (strcmp(word, "module") == 0)
		return cardea_text_copy(r->module, sizeof(r->module), rest) ==
		    CARDEA_OK;
	if (strcmp(word, "pin-file") == 0)
		return cardea_text_copy(
			   r->pin_file, sizeof(r->pin_file), rest) == CARDEA_OK;
	if (strcmp(word, "list") == 0)
		return read_list(r, rest);
	return strcmp(word, "certificate") == 0 && read_issued(r, rest);
}

/* Every line ends in a newline: a cut file is not half read. */
static bool
read_text(struct cardea_ca_record *record, char *text)
{
	bool is_first = true;
	char *end;

	for (; *text != '\0'; text = end + 1) {
		end = strchr(text, '\n');
		if (end == NULL)
			return false;
		*end = '\0';
		if (is_first ? strcmp(text, first_line) != 0
			     : !read_line(record, text))
			return false;
		is_first = false;
	}
	return !is_first && record->key[0] != '\0';
}

enum cardea_status
cardea_ca_record_read(struct cardea_ca_record *record, struct cardea_diag *diag)
{
	enum cardea_status status;
	char path[512], *text = NULL;
	size_t len = 0;

	status = path_of(record, "record", path);
	if (status == CARDEA_OK)
		status = cardea_file_read(
		    path, CARDEA_FILE_SECRET, RECORD_MAX, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	if (strlen(text) != len || !read_text(record, text)) {
		cardea_diag_place(diag, path, 0, NULL);
		status = cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "not as cardea wrote it");
	}
	free(text);
	return status;
}

/* --- writing ------------------------------------------------------------- */

static void
put_word(FILE *out, const char *name, const char *value)
{
	if (value[0] != '\0')
		(void)fprintf(out, "%s %s\n", name, value);
}

static bool
is_line(const char *text)
{
	return strchr(text, '\n') == NULL;
}

static char *
format(const struct cardea_ca_record *record, size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	if (out == NULL)
		return NULL;
	(void)fprintf(out, "%s\n", first_line);
	put_word(out, "key", record->key);
	put_word(out, "tpm", record->tpm);
	put_word(out, "module", record->module);
	put_word(out, "pin-file", record->pin_file);
	(void)fprintf(out, "list %" PRIu64 " %" PRId64 "\n",
	    record->list_number, record->list_time_s);
	for (size_t i = 0; i < record->count; i++) {
		const struct cardea_ca_issued *issued = &record->issued[i];

		(void)fprintf(out,
		    "certificate %s %" PRId64 " %" PRId64 " %s\n",
		    issued->serial, issued->not_after_s, issued->revoked_s,
		    issued->subject);
	}
	if (ferror(out) != 0 || fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

enum cardea_status
cardea_ca_record_write(
    const struct cardea_ca_record *record, struct cardea_diag *diag)
{
	enum cardea_status status;
	char path[512], *text;
	size_t len = 0;

	if (!is_line(record->key) || !is_line(record->tpm) ||
	    !is_line(record->module) || !is_line(record->pin_file))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a newline in a path");
	status = path_of(record, "record", path);
	if (status != CARDEA_OK)
		return status;
	text = format(record, &len);
	if (text == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "the record");
	status = cardea_file_replace(path, text, len, 0600, diag);
	free(text);
	return status;
}

/* --- certificates -------------------------------------------------------- */

enum cardea_status
cardea_ca_record_add(struct cardea_ca_record *record,
    const struct cardea_ca_made *made, struct cardea_diag *diag)
{
	struct cardea_ca_issued *issued = grow(record);

	if (issued == NULL || !is_line(made->subject))
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "this authority can issue no more");
	*issued = (struct cardea_ca_issued){ .not_after_s = made->not_after_s };
	memcpy(issued->serial, made->serial, sizeof(issued->serial));
	memcpy(issued->subject, made->subject, sizeof(issued->subject));
	record->count++;
	return CARDEA_OK;
}

struct cardea_ca_issued *
cardea_ca_record_find(struct cardea_ca_record *record, const char *serial)
{
	for (size_t i = 0; i < record->count; i++) {
		if (strcmp(record->issued[i].serial, serial) == 0)
			return &record->issued[i];
	}
	return NULL;
}
