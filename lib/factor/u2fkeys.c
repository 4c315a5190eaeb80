/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "factor/cose.h"
#include "factor/u2fkeys.h"
#include "factor/u2fkeys_openssh.h"

#define FIELDS_MAX 4
#define POINT_LEN 65   /* SEC 1, 2.3.3: 4, x and y */
#define UNCOMPRESSED 4 /* its first byte */
#define TYPE_MAX 15    /* "es256" and the like */

/* A piece of the file. */
struct span {
	const char *at;
	size_t len;
};

/* What precedes the separator goes to *ret_piece, what follows stays in *rest;
 * false if there is none, and *ret_piece is all. */
static bool
split(struct span *rest, char separator, struct span *ret_piece)
{
	const char *end = memchr(rest->at, separator, rest->len);

	*ret_piece = *rest;
	if (end == NULL) {
		rest->len = 0;
		return false;
	}
	ret_piece->len = (size_t)(end - rest->at);
	rest->len -= ret_piece->len + 1;
	rest->at = end + 1;
	return true;
}

static bool
is_equal(struct span a, const char *b)
{
	return a.len == strlen(b) && memcmp(a.at, b, a.len) == 0;
}

/* --- one credential: NULL, or what is wrong with it ------------------------
 */

static const char *
read_options(struct span text, struct cardea_u2fkeys_item *item)
{
	static const char *const words[] = { "+presence", "+verification",
		"+pin" };
	bool given[3] = { false, false, false };

	while (text.len > 0) {
		size_t i = 0, len = 0;

		for (; i < 3; i++) {
			len = strlen(words[i]);
			if (len <= text.len &&
			    memcmp(text.at, words[i], len) == 0)
				break;
		}
		if (i == 3)
			return "an option that is not known";
		if (given[i])
			return "an option that stands twice";
		given[i] = true;
		text.at += len;
		text.len -= len;
	}
	item->presence_waived = !given[0];
	item->credential.demands_uv = given[1] || given[2];
	return NULL;
}

static const char *
read_new(const struct span fields[FIELDS_MAX], const char *rp_id,
    struct cardea_u2fkeys_item *item)
{
	struct cardea_fido2_credential *credential = &item->credential;
	char type[TYPE_MAX + 1] = "";

	if (fields[2].len <= TYPE_MAX)
		memcpy(type, fields[2].at, fields[2].len);
	credential->algorithm = cardea_fido2_algorithm_parse(type);
	if (credential->algorithm == CARDEA_FIDO2_ALGORITHM_NONE)
		return "a type of key that is not known";
	if (cardea_base64_decode(CARDEA_BASE64, fields[1].at, fields[1].len,
		credential->public_key, sizeof(credential->public_key),
		&credential->public_len) != CARDEA_OK ||
	    credential->public_len !=
		cardea_cose_public_len(credential->algorithm))
		return "no public key of its type";
	if (is_equal(fields[0], "*"))
		credential->resident = true;
	else if (cardea_base64_decode(CARDEA_BASE64, fields[0].at,
		     fields[0].len, credential->handle,
		     sizeof(credential->handle),
		     &credential->handle_len) != CARDEA_OK ||
	    credential->handle_len == 0)
		return "no key handle";
	if (cardea_text_copy(credential->rp_id, sizeof(credential->rp_id),
		rp_id) != CARDEA_OK)
		return "an origin that is too long";
	item->format = CARDEA_U2FKEYS_NEW;
	return read_options(fields[3], item);
}

static enum cardea_status
read_point(struct span hex, unsigned char point[POINT_LEN])
{
	char text[2 * POINT_LEN + 1];

	if (hex.len != 2 * POINT_LEN)
		return CARDEA_E_SYNTAX;
	memcpy(text, hex.at, hex.len);
	text[hex.len] = '\0';
	return cardea_text_unhex(point, POINT_LEN, text);
}

/* Handles in the alphabet for addresses, with and without the padding that it
 * should not have; a point in hex.  They only know presence. */
static const char *
read_old(const struct span fields[FIELDS_MAX], const char *app_id,
    struct cardea_u2fkeys_item *item)
{
	struct cardea_fido2_credential *credential = &item->credential;
	unsigned char point[POINT_LEN];
	size_t len = fields[0].len;

	if (len % 4 == 0)
		for (int i = 0;
		     i < 2 && len > 0 && fields[0].at[len - 1] == '='; i++)
			len--;
	if (cardea_base64_decode(CARDEA_BASE64_URL, fields[0].at, len,
		credential->handle, sizeof(credential->handle),
		&credential->handle_len) != CARDEA_OK ||
	    credential->handle_len == 0)
		return "no key handle";
	if (read_point(fields[1], point) != CARDEA_OK ||
	    point[0] != UNCOMPRESSED)
		return "neither four fields nor an old one's public key";
	if (cardea_text_copy(credential->rp_id, sizeof(credential->rp_id),
		app_id) != CARDEA_OK)
		return "an appid that is too long";
	credential->algorithm = CARDEA_FIDO2_ES256;
	credential->public_len = POINT_LEN - 1;
	memcpy(credential->public_key, point + 1, POINT_LEN - 1);
	item->format = CARDEA_U2FKEYS_OLD;
	return NULL;
}

static const char *
read_credential(struct span text, const struct cardea_u2fkeys_source *source,
    struct cardea_u2fkeys_item *item)
{
	struct span fields[FIELDS_MAX];
	size_t count = 0;
	bool more = true;

	for (; more && count < FIELDS_MAX; count++)
		more = split(&text, ',', &fields[count]);
	item->presence_waived = false;
	item->credential =
	    (struct cardea_fido2_credential){ .kind = CARDEA_FIDO2_CTAP };
	if (!more && count == 4)
		return read_new(fields, source->rp_id, item);
	if (!more && count == 2)
		return read_old(fields, source->app_id, item);
	return "neither four fields nor two";
}

/* --- lines ------------------------------------------------------------------
 */

/* One walk over the file. */
struct walk {
	const struct cardea_u2fkeys_source *source;
	cardea_u2fkeys_visit *visit; /* NULL: only to see what is wrong */
	void *context;
	bool stopped;
	struct cardea_u2fkeys_item item;
};

/* Is there a line of this user before? */
static bool
is_repeated(struct span before, struct span user)
{
	struct span line, name;

	while (before.len > 0) {
		(void)split(&before, '\n', &line);
		if (split(&line, ':', &name) && name.len == user.len &&
		    memcmp(name.at, user.at, user.len) == 0)
			return true;
	}
	return false;
}

static const char *
read_line(struct walk *walk, struct span before, struct span line)
{
	const char *wanted = walk->source->user, *fault = NULL;
	struct span user, credential;
	bool more = true;

	if (line.len == 0)
		return NULL;
	if (!split(&line, ':', &user) || user.len == 0)
		return "no user and colon in front";
	if (user.len > CARDEA_NAME_MAX ||
	    memchr(user.at, '\0', user.len) != NULL)
		return "a user name that cannot be";
	if (is_repeated(before, user))
		return "a second line of its user: pam_u2f obeys only the last "
		       "one, so take the others out";
	memcpy(walk->item.user, user.at, user.len);
	walk->item.user[user.len] = '\0';
	for (size_t count = 0; more && line.len > 0 && fault == NULL; count++) {
		more = split(&line, ':', &credential);
		fault = count == CARDEA_KEYS_MAX
		    ? "more security keys than a user may have"
		    : read_credential(credential, walk->source, &walk->item);
		if (fault == NULL && walk->visit != NULL && !walk->stopped &&
		    (wanted == NULL || strcmp(wanted, walk->item.user) == 0))
			walk->stopped = !walk->visit(
			    &walk->item, walk->context);
	}
	return fault;
}

static const char *
read_lines(struct walk *walk, struct span file)
{
	struct span rest = file, line;
	const char *fault = NULL;
	bool ended = true;

	while (rest.len > 0 && fault == NULL) {
		struct span before = { file.at, (size_t)(rest.at - file.at) };

		walk->item.line++;
		ended = split(&rest, '\n', &line);
		fault = walk->item.line > CARDEA_IMPORT_LINES_MAX
		    ? "too many lines"
		    : read_line(walk, before, line);
	}
	if (fault == NULL && !ended && !walk->source->whole)
		fault = "no end: it may have been cut, and lost an option; "
			"--whole says that it is all there";
	return fault;
}

/* --- the file ---------------------------------------------------------------
 */

static const char *
read_openssh(struct walk *walk, struct span file)
{
	struct cardea_u2fkeys_item *item = &walk->item;
	const char *fault;

	item->line = 1;
	if (cardea_text_copy(item->user, sizeof(item->user),
		walk->source->user) != CARDEA_OK ||
	    item->user[0] == '\0')
		return "no user in it: one must be named";
	fault = cardea_u2fkeys_openssh(file.at, file.len, item);
	if (fault == NULL && walk->visit != NULL)
		(void)walk->visit(item, walk->context);
	return fault;
}

static enum cardea_status
read_file(struct walk *walk, struct span file, struct cardea_diag *diag)
{
	const char *fault = cardea_u2fkeys_is_openssh(file.at, file.len)
	    ? read_openssh(walk, file)
	    : read_lines(walk, file);

	if (fault == NULL)
		return CARDEA_OK;
	cardea_diag_place(diag, NULL, walk->item.line, NULL);
	return cardea_diag_set(diag, CARDEA_E_SYNTAX, "%s", fault);
}

enum cardea_status
cardea_u2fkeys_read(const char *text, size_t len,
    const struct cardea_u2fkeys_source *source, cardea_u2fkeys_visit *visit,
    void *context, struct cardea_diag *diag)
{
	struct walk judging = { .source = source };
	struct walk visiting = {
		.source = source, .visit = visit, .context = context
	};
	const struct span file = { text, len };
	enum cardea_status status;

	if (len > CARDEA_IMPORT_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the file is too long");
	status = read_file(&judging, file, diag);
	if (status == CARDEA_OK)
		status = read_file(&visiting, file, diag);
	return status;
}
