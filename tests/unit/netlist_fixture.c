/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit/netlist_fixture.h"
#include "unit/scratch.h"
#include "unit/test.h"

char folder[] = "netlist.XXXXXX";
const struct cardea_policy_list list = {
	.path = "/etc/cardea/lists/example.txt",
	.id = LIST_ID,
	.max_age_s = 86400,
};

int
folder_set_up(void **state)
{
	(void)state;
	scratch_make(folder);
	return 0;
}

int
folder_tear_down(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

bool
read_text(const char *bytes, size_t len, struct cardea_netlist_text *text,
    struct cardea_diag *diag)
{
	memset(text, 0, sizeof(*text));
	memset(diag, 0, sizeof(*diag));
	if (cardea_netlist_text_feed(text, bytes, len, diag) == CARDEA_OK &&
	    cardea_netlist_text_end(text, diag) == CARDEA_OK)
		return true;
	cardea_netlist_set_clear(&text->set);
	return false;
}

void
list_path(char path[CARDEA_NETLIST_PATH_MAX + 1])
{
	assert_int_equal(cardea_netlist_path(folder, LIST_ID, path), CARDEA_OK);
}

void
write_list(
    struct cardea_netlist_set *set, const struct cardea_netlist_header *header)
{
	struct cardea_netlist_header filled = { .prepared_s = LIST_NOW };
	char path[CARDEA_NETLIST_PATH_MAX + 1];
	struct cardea_diag diag = { .line = 0 };
	int fd;

	if (header != NULL)
		filled = *header;
	filled.id = LIST_ID;
	filled.entries = set->count;
	list_path(path);
	(void)unlink(path);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(
	    cardea_netlist_write(fd, set, &filled, &diag), CARDEA_OK);
	close(fd);
}

void
prepare(const char *text)
{
	static struct cardea_netlist_text read;
	struct cardea_netlist_header header = { .prepared_s = LIST_NOW };
	struct cardea_diag diag;

	if (!read_text(text, strlen(text), &read, &diag))
		fail_msg("line %u: %s", diag.line, diag.reason);
	header.expires_s = read.expires_s;
	write_list(&read.set, &header);
	cardea_netlist_set_clear(&read.set);
}

unsigned char *
read_list(size_t *ret_len)
{
	char path[CARDEA_NETLIST_PATH_MAX + 1];
	unsigned char *bytes;
	FILE *file;
	long len;

	list_path(path);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	len = ftell(file);
	assert_true(len > 0);
	rewind(file);
	bytes = malloc((size_t)len);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)len, file), len);
	fclose(file);
	*ret_len = (size_t)len;
	return bytes;
}

void
put_list(const unsigned char *bytes, size_t len)
{
	char path[CARDEA_NETLIST_PATH_MAX + 1];
	int fd;

	list_path(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

enum cardea_known
look_up_at(const char *address, int64_t now_s)
{
	const struct cardea_address parsed = cardea_address_parse(address);
	struct cardea_netlist_state state;

	return cardea_netlist_look_up(folder, &list, &parsed, now_s, &state);
}

enum cardea_known
look_up(const char *address)
{
	return look_up_at(address, LIST_NOW);
}
