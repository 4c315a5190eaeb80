/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_IMAGE_H
#define CARDEA_POLICY_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/policy.h>

/*
 * The prepared form of a policy: one header and a handful of tables of
 * fixed-size items that name one another by number.  build.c writes it,
 * image.c opens it, policy.c and match.c read it; nobody else looks inside.
 *
 * 1. Nothing is trusted: the header is judged at open, every number at use.
 *    A number that points nowhere is CARDEA_E_CORRUPT, never a guess.
 * 2. Number 0 is the empty text, so that zero means "unset" everywhere.
 * 3. Items are in the byte order of the machine that wrote them; the mark in
 *    the header refuses the other one.
 * 4. The check sum covers the rest of the header and the table of sums behind
 *    it.  All that follows is summed block by block, and a block is judged when
 *    something in it is first read, so that a login pays for what it reads and
 *    not for how much there is.  No byte is used unjudged, and damage that was
 *    met once makes every answer CORRUPT from then on.
 * 5. The digest names the policy: it covers all but the sums and the table of
 *    source files, so that touching a file does not give the same rules another
 *    name.
 * 6. Rules are filed (index.h), so that a login reads those that may concern
 * it.
 */

#define CARDEA_IMAGE_MAGIC "CARDEA\r\n" /* 8 bytes; damaged by text mode */
#define CARDEA_IMAGE_VERSION 5u
#define CARDEA_IMAGE_ENDIAN 0x01020304u
#define CARDEA_IMAGE_HASH 32

enum cardea_image_part {
	CARDEA_PART_SUMS = 0,	/* struct cardea_image_sum; right behind the
				   header */
	CARDEA_PART_POOL,	/* bytes of all texts, each with its NUL */
	CARDEA_PART_TEXTS,	/* struct cardea_image_text */
	CARDEA_PART_SLOTS,	/* uint32_t: hash of texts, a power of two */
	CARDEA_PART_RULES,	/* struct cardea_image_rule */
	CARDEA_PART_BLOCKS,	/* struct cardea_image_block; rule i has block
				   i */
	CARDEA_PART_CONDITIONS, /* struct cardea_image_condition */
	CARDEA_PART_VALUES,	/* uint32_t */
	CARDEA_PART_ZONES,	/* struct cardea_image_zone */
	CARDEA_PART_SPOTS,	/* struct cardea_image_spot: what zones hold
				   besides ranges */
	CARDEA_PART_LISTS,	/* struct cardea_image_list */
	CARDEA_PART_RISK,	/* uint32_t: CARDEA_SIGNAL_COUNT weights, then
				   the bits of enum cardea_uses; may be empty */
	CARDEA_PART_HOURS,	/* struct cardea_image_hours */
	CARDEA_PART_TIMEZONES,	/* uint32_t: texts */
	CARDEA_PART_SERVICES,	/* uint32_t: texts that name a service */
	CARDEA_PART_SUBJECTS,	/* uint32_t: services whose subject is ruser */
	CARDEA_PART_SETTINGS,	/* bytes: see settings.h */
	CARDEA_PART_DRAWERS,	/* struct cardea_image_drawer: sorted */
	CARDEA_PART_FILED,	/* uint32_t: rules, drawer by drawer */
	CARDEA_PART_RANGES,	/* struct cardea_image_range */
	CARDEA_PART_SOURCES,	/* struct cardea_image_source; last */
	CARDEA_PART_COUNT,
};

struct cardea_image_span {
	uint32_t offset; /* bytes from the beginning; a multiple of 8 */
	uint32_t count;	 /* items */
};

struct cardea_image_header {
	char magic[8];
	uint32_t version;
	uint32_t endian;
	uint64_t len;
	unsigned char check[CARDEA_IMAGE_HASH];
	unsigned char digest[CARDEA_IMAGE_HASH];
	struct cardea_image_span parts[CARDEA_PART_COUNT];
};

enum cardea_image_text_flag {
	CARDEA_TEXT_GROUP = 1u << 0, /* named by a group condition */
	CARDEA_TEXT_USER = 1u << 1,  /* named by a user condition */
};

struct cardea_image_text {
	uint32_t offset; /* into the pool */
	uint32_t len;
	uint32_t flags;
};

enum cardea_image_rule_flag {
	CARDEA_RULE_OBSERVE = 1u << 0,
	CARDEA_RULE_EMERGENCY = 1u << 1,
	CARDEA_RULE_ALERT = 1u << 2,
	CARDEA_RULE_EARLY = 1u << 3,
	CARDEA_RULE_GRANT = 1u << 4, /* and a condition CARDEA_KEY_GRANT */
	CARDEA_RULE_ASKS = 1u << 5,  /* requires more than nothing */
};

struct cardea_image_rule {
	uint32_t name;
	uint32_t kind; /* enum cardea_rule_kind */
	uint32_t deny;
	uint32_t require;
	uint32_t outage[CARDEA_OUTAGE_COUNT];
	uint32_t owner;
	uint32_t review;
	uint32_t reason;
	uint32_t file;
	uint32_t line;
	uint32_t flags;
	uint32_t remember_s;
	uint32_t session_s;
	uint32_t revocation_s;
	uint32_t approve;
	uint32_t reserved; /* 0 */
	int64_t observe_until_s;
};

/* conditions that are and-ed */
struct cardea_image_block {
	uint32_t first;
	uint32_t count;
};

/* In the order in which a block holds them: cheap ones first. */
enum cardea_image_key {
	CARDEA_KEY_SERVICE = 1,
	CARDEA_KEY_USER,
	CARDEA_KEY_CALLER,
	CARDEA_KEY_RUSER,
	CARDEA_KEY_ORIGIN, /* values are enum cardea_origin */
	CARDEA_KEY_HOST,
	CARDEA_KEY_TTY,
	CARDEA_KEY_GROUP,
	CARDEA_KEY_POSTURE,
	CARDEA_KEY_GRANT,   /* the rule's own name, a text */
	CARDEA_KEY_COUNTRY, /* texts: "DE", or "DE-BE" */
	CARDEA_KEY_ASN,	    /* values are the numbers themselves */
	CARDEA_KEY_SIGNAL,  /* values are enum cardea_signal, plus 1 */
	CARDEA_KEY_RISK,    /* one value: the least score */
	CARDEA_KEY_ZONE,    /* values are numbers of zones */
	CARDEA_KEY_HOURS,   /* values are numbers of hours */
	CARDEA_KEY_FROM,    /* three values: time zone, day, second of day */
	CARDEA_KEY_UNTIL,
	CARDEA_KEY_UNLESS, /* values are numbers of blocks */
	CARDEA_KEY_END,
};

struct cardea_image_condition {
	uint32_t key;
	uint32_t count; /* at least 1 */
	uint32_t first; /* the value itself if count is 1, else into values,
			   sorted (but for from and until) */
};

struct cardea_image_zone {
	uint32_t name;
	uint32_t file;
	uint32_t line;
	uint32_t first; /* ranges: sorted, apart from one another */
	uint32_t count;
	uint32_t spots; /* or-ed with the ranges: sorted by kind, then a */
	uint32_t spot_count;
};

/* One more way to be in a zone.  EXCEPT is the other way round: whatever else
 * holds, who is in that zone is not in this one. */
enum cardea_image_spot_kind {
	CARDEA_SPOT_COUNTRY = 1, /* a: text */
	CARDEA_SPOT_SUBDIVISION, /* a: text */
	CARDEA_SPOT_ASN,	 /* a: the number */
	CARDEA_SPOT_TRAITS,	 /* a: bits, one of which is enough */
	CARDEA_SPOT_NEAR, /* a, b: latitude and longitude, degrees times 10,000
			     as int32_t; c: kilometres */
	CARDEA_SPOT_LIST, /* a: number of a list */
	CARDEA_SPOT_ZONE, /* a: number of a zone, always a lower one */
	CARDEA_SPOT_EXCEPT, /* likewise */
};

struct cardea_image_spot {
	uint32_t kind;
	uint32_t a, b, c;
};

struct cardea_image_list {
	uint32_t path; /* text */
	uint32_t max_age_s;
	uint64_t id;
};

struct cardea_image_range {
	unsigned char low[16]; /* IPv4 as v4-mapped; both ends belong to it */
	unsigned char high[16];
};

/* SHA-256 of CARDEA_IMAGE_BLOCK bytes of what follows the sums, or of what is
 * left */
#define CARDEA_IMAGE_BLOCK 8192u

struct cardea_image_sum {
	unsigned char hash[CARDEA_IMAGE_HASH];
};

struct cardea_image_hours {
	uint32_t name;
	uint32_t file;
	uint32_t line;
	uint32_t timezone;     /* into timezones */
	uint32_t days;	       /* bit 0 Monday .. bit 6 Sunday */
	uint32_t windows;      /* into values: pairs of seconds [from, to) */
	uint32_t window_count; /* pairs; to > 86400 runs into the next day */
	uint32_t excepts;      /* into values: days since 1970, sorted */
	uint32_t except_count;
	/* One-off windows, into values: day, second, day, second of the wall,
	 * the end exclusive; sorted and apart from one another. */
	uint32_t also; /* open */
	uint32_t also_count;
	uint32_t closed; /* shut, whatever else holds */
	uint32_t closed_count;
	uint32_t last_day; /* that its calendars tell of; 0 without any */
};

/* The rules of which a condition names this value under this key. */
struct cardea_image_drawer {
	uint32_t key; /* enum cardea_image_key; see index.h for the others */
	uint32_t value;
	uint32_t first; /* into filed: ascending */
	uint32_t count;
};

struct cardea_image_source {
	uint32_t path;
	uint32_t nanosecond;
	int64_t mtime_s;
	uint64_t size;
};

struct cardea_policy {
	const unsigned char *bytes;
	size_t len;
	bool mapped; /* to be unmapped by free */
	const struct cardea_image_span *parts;
	char digest[CARDEA_DIGEST_MAX + 1];
	struct cardea_settings settings;
	unsigned char *judged; /* by block: 1 if found good */
	bool *damaged;	       /* something was found that is not */
};

/* cardea_image_item_size: bytes of one item of a part */
size_t cardea_image_item_size(enum cardea_image_part part);

/* cardea_image_count: how many items a part has */
size_t cardea_image_count(
    const struct cardea_policy *policy, enum cardea_image_part part);

/* cardea_image_slice: count items from first on, their blocks judged; NULL
 * unless all are there and good.  Borrowed. */
const void *cardea_image_slice(const struct cardea_policy *policy,
    enum cardea_image_part part, uint32_t first, uint32_t count);

/* cardea_image_part: all of them; then count is 0 where NULL comes back */
const void *cardea_image_part(const struct cardea_policy *policy,
    enum cardea_image_part part, size_t *ret_count);

/* cardea_image_has: are there so many? Nothing is judged. */
bool cardea_image_has(const struct cardea_policy *policy,
    enum cardea_image_part part, uint32_t first, uint32_t count);

/* cardea_image_is_damaged: was damage met, by whoever read? Who asked what a
 * rule says must ask this before the answer counts. */
bool cardea_image_is_damaged(const struct cardea_policy *policy);

/* cardea_image_sum_count: how many sums so many bytes need */
size_t cardea_image_sum_count(size_t len);

/* cardea_image_text: borrowed, NULL for a number that names no text */
const char *
cardea_image_text(const struct cardea_policy *policy, uint32_t text);

/* cardea_image_find: the number of a text, 0 if the policy does not hold it,
 * for
 * "", and where damage is met */
uint32_t
cardea_image_find(const struct cardea_policy *policy, const char *text);

/* cardea_image_hash: the hash of the slots */
uint32_t cardea_image_hash(const char *text, size_t len);

/* cardea_image_seal: writes sums, digest and check sum of a finished image,
 * whose sums are as many as it needs */
CARDEA_MUST_USE enum cardea_status
cardea_image_seal(unsigned char *bytes, size_t len);

#endif
