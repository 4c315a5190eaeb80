/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/address.h>

/*
 * mmdb OUT TYPE BUILT < lines: writes a database of MaxMind's format, for
 * tests that need documentation networks to be somewhere.  One line a network:
 *
 *   203.0.113.0/24 country=FR subdivision=IDF lat=48.85 lon=2.35 accuracy=20
 *   198.51.100.0/24 asn=64500
 *   192.0.2.0/24 is_anonymous is_tor_exit_node
 *
 * A network given later lies over those before it.  BUILT: seconds since 1970.
 */

#define NODES_MAX 200000u
#define DATA_MAX 4000000u
#define EMPTY 0xffffffffu
#define IS_DATA 0x80000000u

struct node {
	unsigned int next[2]; /* node, EMPTY, or IS_DATA | offset */
};

static struct node nodes[NODES_MAX];
static unsigned int node_count;
static unsigned char data[DATA_MAX];
static size_t data_len;

static void
die(const char *what)
{
	fprintf(stderr, "mmdb: %s\n", what);
	exit(1);
}

/* --- the data section ------------------------------------------------------
 */

static void
put(const void *bytes, size_t len)
{
	if (len > sizeof(data) - data_len)
		die("too much data");
	memcpy(data + data_len, bytes, len);
	data_len += len;
}

static void
put_byte(unsigned int byte)
{
	unsigned char one = (unsigned char)byte;

	put(&one, 1);
}

static void
put_control(unsigned int type, size_t size)
{
	put_byte((type <= 7 ? type << 5 : 0) | (unsigned int)size);
	if (type > 7)
		put_byte(type - 7);
}

static void
put_text(const char *text)
{
	if (strlen(text) >= 29)
		die("a text is too long");
	put_control(2, strlen(text));
	put(text, strlen(text));
}

static void
put_number(unsigned int type, size_t size, unsigned long long number)
{
	put_control(type, size);
	while (size-- > 0)
		put_byte((unsigned int)(number >> (8 * size)) & 0xff);
}

static void
put_double(double value)
{
	unsigned long long bits;

	memcpy(&bits, &value, sizeof(bits));
	put_number(3, 8, bits);
}

/* --- one record ------------------------------------------------------------
 */

struct record {
	const char *country, *subdivision, *lat, *lon, *accuracy, *asn;
	const char *flags[8];
	size_t flag_count;
};

static void
parse_record(char *words, struct record *record)
{
	char *save = NULL;

	for (char *word = strtok_r(words, " \t\n", &save); word != NULL;
	     word = strtok_r(NULL, " \t\n", &save)) {
		char *value = strchr(word, '=');

		if (value == NULL) {
			if (record->flag_count == 8)
				die("too many flags");
			record->flags[record->flag_count++] = word;
			continue;
		}
		*value++ = '\0';
		if (strcmp(word, "country") == 0)
			record->country = value;
		else if (strcmp(word, "subdivision") == 0)
			record->subdivision = value;
		else if (strcmp(word, "lat") == 0)
			record->lat = value;
		else if (strcmp(word, "lon") == 0)
			record->lon = value;
		else if (strcmp(word, "accuracy") == 0)
			record->accuracy = value;
		else if (strcmp(word, "asn") == 0)
			record->asn = value;
		else
			die("an unknown key");
	}
}

static void
put_code(const char *code)
{
	put_control(7, 1);
	put_text("iso_code");
	put_text(code);
}

static unsigned int
put_record(const struct record *record)
{
	unsigned int at = (unsigned int)data_len;
	bool place = record->lat != NULL && record->lon != NULL;

	put_control(7,
	    (size_t)(record->country != NULL) +
		(size_t)(record->subdivision != NULL) + (size_t)place +
		(size_t)(record->asn != NULL) + record->flag_count);
	if (record->country != NULL) {
		put_text("country");
		put_code(record->country);
	}
	if (record->subdivision != NULL) {
		put_text("subdivisions");
		put_control(11, 1);
		put_code(record->subdivision);
	}
	if (place) {
		put_text("location");
		put_control(7, record->accuracy != NULL ? 3 : 2);
		put_text("latitude");
		put_double(strtod(record->lat, NULL));
		put_text("longitude");
		put_double(strtod(record->lon, NULL));
		if (record->accuracy != NULL) {
			put_text("accuracy_radius");
			put_number(5, 2, strtoull(record->accuracy, NULL, 10));
		}
	}
	if (record->asn != NULL) {
		put_text("autonomous_system_number");
		put_number(6, 4, strtoull(record->asn, NULL, 10));
	}
	for (size_t i = 0; i < record->flag_count; i++) {
		put_text(record->flags[i]);
		put_control(14, 1);
	}
	return at;
}

/* --- the tree --------------------------------------------------------------
 */

static unsigned int
new_node(unsigned int both)
{
	if (node_count == NODES_MAX)
		die("too many networks");
	nodes[node_count].next[0] = nodes[node_count].next[1] = both;
	return node_count++;
}

/* IPv4 lies below ::/96 in such a tree, not below ::ffff:0:0/96 */
static void
add_network(struct cardea_prefix prefix, unsigned int value)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	unsigned int at = 0;

	if (prefix.bits >= 96 && memcmp(prefix.bytes, mapped, 12) == 0)
		memset(prefix.bytes, 0, 12);
	if (prefix.bits == 0)
		die("a network of everything");
	for (unsigned int bit = 0; bit + 1 < prefix.bits; bit++) {
		unsigned int side = (prefix.bytes[bit / 8] >> (7 - bit % 8)) &
		    1;
		unsigned int next = nodes[at].next[side];

		if (next == EMPTY || (next & IS_DATA) != 0) {
			next = new_node(next);
			nodes[at].next[side] = next;
		}
		at = next;
	}
	nodes[at].next[(prefix.bytes[(prefix.bits - 1) / 8] >>
			   (7 - (prefix.bits - 1) % 8)) &
	    1] = IS_DATA | value;
}

static void
read_lines(void)
{
	char line[1024];

	new_node(EMPTY);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		size_t len = strcspn(line, " \t\n");
		struct record record = { .country = NULL };
		struct cardea_prefix prefix;
		char *rest = line + len + (line[len] != '\0' ? 1 : 0);

		line[len] = '\0';
		if (len == 0)
			continue;
		if (cardea_prefix_parse(line, &prefix) != CARDEA_OK)
			die("a line begins with no network");
		parse_record(rest, &record);
		add_network(prefix, put_record(&record));
	}
}

/* --- the file --------------------------------------------------------------
 */

static void
write_tree(FILE *out)
{
	for (unsigned int i = 0; i < node_count; i++) {
		for (int side = 0; side < 2; side++) {
			unsigned int next = nodes[i].next[side];
			unsigned int value = next == EMPTY ? node_count
			    : (next & IS_DATA) != 0
			    ? node_count + 16 + (next & ~IS_DATA)
			    : next;

			if (value > 0xffffff)
				die("too large for 24 bits");
			fputc((int)(value >> 16) & 0xff, out);
			fputc((int)(value >> 8) & 0xff, out);
			fputc((int)value & 0xff, out);
		}
	}
	for (int i = 0; i < 16; i++)
		fputc(0, out);
}

static void
put_metadata(const char *type, unsigned long long built)
{
	put("\xab\xcd\xefMaxMind.com", 14);
	put_control(7, 9);
	put_text("binary_format_major_version");
	put_number(5, 2, 2);
	put_text("binary_format_minor_version");
	put_number(5, 2, 0);
	put_text("build_epoch");
	put_number(9, 8, built);
	put_text("database_type");
	put_text(type);
	put_text("description");
	put_control(7, 1);
	put_text("en");
	put_text("made up for tests");
	put_text("ip_version");
	put_number(5, 2, 6);
	put_text("languages");
	put_control(11, 1);
	put_text("en");
	put_text("node_count");
	put_number(6, 4, node_count);
	put_text("record_size");
	put_number(5, 2, 24);
}

int
main(int argc, char **argv)
{
	FILE *out;

	if (argc < 4)
		die("usage: mmdb OUT TYPE BUILT < lines");
	read_lines();
	put_metadata(argv[2], strtoull(argv[3], NULL, 10));
	out = fopen(argv[1], "w");
	if (out == NULL)
		die("the file cannot be written");
	write_tree(out);
	if (fwrite(data, 1, data_len, out) != data_len || fclose(out) != 0)
		die("the file cannot be written");
	return 0;
}
