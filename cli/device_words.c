/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/device.h"
#include "cli/device_wish.h"

/*
 * `cardea device tag`, `owner` and `identity`: lists that are changed by words
 * with a sign in front.  All words of a call are done or none.
 */

static const struct cardea_option no_options[] = {
	{ NULL, NULL, NULL, false },
};

static const struct cardea_option identity_options[] = {
	{ "certificate", "FILE", "its new certificate", false },
	{ "chain", "FILE", "what vouches for it: PEM, kept with it", false },
	{ "ssh-key", "FILE", "public key or certificate of OpenSSH", true },
	{ "ssh-cert", "AUTHORITY/KEYID",
	    "certificates of that key id, by that authority", true },
	{ "san", "AUTHORITY/dns:NAME",
	    "certificates for that name, by that authority", true },
	{ "fido2", "USER/ID", "security key of a user, by id or name", true },
	{ NULL, NULL, NULL, false },
};

enum which { OWNERS, TAGS, IDENTITIES };

static const struct {
	const char *singular, *plural;
} names[] = { { "owner", "owners" }, { "tag", "tags" },
	{ "identity", "identities" } };

/* One list of a device, as texts of one size. */
struct list {
	char *items;
	size_t size, max, *count;
};

static struct list
list_of(struct cardea_device *device, enum which which)
{
	switch (which) {
	case OWNERS:
		return (struct list){ device->owners[0],
			sizeof(device->owners[0]), CARDEA_DEVICE_OWNERS_MAX,
			&device->owner_count };
	case TAGS:
		return (struct list){ device->tags[0], sizeof(device->tags[0]),
			CARDEA_DEVICE_TAGS_MAX, &device->tag_count };
	case IDENTITIES:
		break;
	}
	return (struct list){ device->identities[0].text,
		sizeof(device->identities[0]), CARDEA_DEVICE_IDENTITIES_MAX,
		&device->identity_count };
}

/* What one call wants of one list; what came of it is of the last try. */
struct words {
	enum which which;
	size_t count;
	struct {
		bool add;
		struct cardea_device_identity word; /* the longest of all */
	} items[CARDEA_CALL_OPERANDS_MAX + CARDEA_DEVICE_IDENTITIES_MAX];
	int64_t expires_s; /* of a new certificate; 0: none */
	bool changed;
	struct cardea_diag refused;
	struct cardea_device after;
};

static size_t
find(const struct list *list, const char *word)
{
	size_t i = 0;

	while (
	    i < *list->count && strcmp(list->items + i * list->size, word) != 0)
		i++;
	return i;
}

static enum cardea_status
apply(struct list *list, bool add, const char *word, bool *ret_changed,
    struct cardea_diag *diag)
{
	size_t at = find(list, word);
	char *item = list->items + at * list->size;

	if (add == (at < *list->count))
		return CARDEA_OK;
	if (add && at == list->max)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "\"%.100s\" is one more than the most, %zu", word,
		    list->max);
	*ret_changed = true;
	if (add) {
		++*list->count;
		return cardea_text_copy(item, list->size, word);
	}
	--*list->count;
	memmove(item, item + list->size, (*list->count - at) * list->size);
	return CARDEA_OK;
}

static bool
change(struct cardea_device *device, void *context)
{
	struct words *words = context;
	struct list list = list_of(device, words->which);
	enum cardea_status status = CARDEA_OK;

	words->changed = false;
	words->refused = (struct cardea_diag){ 0 };
	/* what goes makes room for what comes */
	for (int add = 0; add < 2; add++) {
		for (size_t i = 0; status == CARDEA_OK && i < words->count;
		     i++) {
			if (words->items[i].add == (add == 1))
				status = apply(&list, add == 1,
				    words->items[i].word.text, &words->changed,
				    &words->refused);
		}
	}
	if (words->expires_s != 0 && device->expires_s != words->expires_s) {
		device->expires_s = words->expires_s;
		words->changed = true;
	}
	words->after = *device;
	return status == CARDEA_OK && words->changed;
}

/* ---- reading the words ---- */

static enum cardea_exit
check_word(struct cardea_admin *admin, struct words *words, size_t at)
{
	struct cardea_device_identity *word = &words->items[at].word;
	struct cardea_call *call = admin->call;
	bool add = words->items[at].add;

	switch (words->which) {
	case TAGS:
		if (cardea_device_is_name(word->text))
			return CARDEA_EXIT_OK;
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "\"%.100s\": a tag has 1 to %d of a-z A-Z 0-9 . _ -",
		    word->text, CARDEA_DEVICE_TAG_MAX);
	case OWNERS:
		/* who has left is still to be taken off */
		return add ? cardea_admin_check_user(call, word->text)
			   : CARDEA_EXIT_OK;
	case IDENTITIES:
		break;
	}
	if (add)
		return cardea_device_wish_identity(admin, word->text, word);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
read_words(struct cardea_admin *admin, struct words *words)
{
	struct cardea_call *call = admin->call;

	for (size_t i = 1; i < call->operand_count; i++) {
		const char *operand = call->operands[i];
		size_t at = words->count++;
		enum cardea_exit code;

		if ((operand[0] != '+' && operand[0] != '-') ||
		    operand[1] == '\0')
			return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
			    "\"%.100s\": wants a + or - in front", operand);
		words->items[at].add = operand[0] == '+';
		if (cardea_text_copy(words->items[at].word.text,
			words->which == OWNERS ? CARDEA_NAME_MAX + 1
					       : CARDEA_DEVICE_IDENTITY_MAX + 1,
			operand + 1) != CARDEA_OK)
			return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
			    "\"%.100s...\": too long", operand);
		code = check_word(admin, words, at);
		if (code != CARDEA_EXIT_OK)
			return code;
	}
	return CARDEA_EXIT_OK;
}

/* ---- telling ---- */

static void
put_list(struct cardea_json *json, struct words *words)
{
	struct list list = list_of(&words->after, words->which);

	cardea_json_bool(json, "changed", words->changed);
	cardea_json_open_array(json, names[words->which].plural);
	for (size_t i = 0; i < *list.count; i++)
		cardea_json_text(json, NULL, list.items + i * list.size);
	cardea_json_shut(json);
}

static void
tell(struct cardea_admin *admin, const char *id, struct words *words)
{
	char what[CARDEA_DEVICE_IDENTITY_MAX + 64];

	for (size_t i = 0; words->changed && i < words->count; i++) {
		snprintf(what, sizeof(what), "device %s %c%s",
		    names[words->which].singular,
		    words->items[i].add ? '+' : '-', words->items[i].word.text);
		cardea_device_log(admin, id, what, NULL);
	}
	cardea_json_text(&admin->call->out, "id", id);
	put_list(&admin->call->out, words);
	cardea_call_say(admin->call, "%s %s.", id,
	    words->changed ? "was changed" : "was so already");
}

static enum cardea_exit
change_words(struct cardea_admin *admin, struct words *words)
{
	const char *id = admin->call->operands[0];
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (words->count == 0)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_USAGE,
		    "device %s: name one to add or to take off",
		    names[words->which].singular);
	status = cardea_ledger_change_device(
	    admin->store, id, change, words, &diag);
	if (status != CARDEA_OK)
		return cardea_device_fail(admin->call, id, status, &diag);
	if (words->refused.reason[0] != '\0')
		return cardea_call_fail(
		    admin->call, CARDEA_EXIT_NO, &words->refused);
	tell(admin, id, words);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_words(struct cardea_call *call, enum which which)
{
	struct words words = { .which = which };
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, false, &diag);
	code = status == CARDEA_OK ? read_words(&admin, &words)
				   : cardea_call_trouble(call, status, &diag);
	if (code == CARDEA_EXIT_OK)
		code = change_words(&admin, &words);
	cardea_admin_close(&admin);
	return code;
}

static enum cardea_exit
run_owner(struct cardea_call *call)
{
	return run_words(call, OWNERS);
}

static enum cardea_exit
run_tag(struct cardea_call *call)
{
	return run_words(call, TAGS);
}

/* ---- identities ---- */

static bool
is_x509(const struct cardea_device *device)
{
	for (size_t i = 0; i < device->identity_count; i++) {
		if (strncmp(device->identities[i].text, "x509", 4) == 0)
			return true;
	}
	return false;
}

/* The chain that is kept is that of the certificate given last; a device that
 * no certificate stands for any more keeps none. */
static enum cardea_exit
keep_chain(struct cardea_admin *admin, const struct words *words,
    const struct cardea_device_chain *chain)
{
	const char *id = admin->call->operands[0];
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (chain->count == 0 && is_x509(&words->after))
		return CARDEA_EXIT_OK;
	status = cardea_ledger_put_device_chain(admin->store, id, chain, &diag);
	if (status != CARDEA_OK)
		return cardea_device_fail(admin->call, id, status, &diag);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
change_identities(struct cardea_admin *admin, struct words *words,
    struct cardea_device_wish *wish)
{
	enum cardea_exit code = read_words(admin, words);

	if (code == CARDEA_EXIT_OK)
		code = cardea_device_wish_read(admin, wish);
	if (code != CARDEA_EXIT_OK)
		return code;
	words->expires_s = wish->expires_s;
	for (size_t i = 0; i < wish->count; i++) {
		words->items[words->count].add = true;
		words->items[words->count++].word = wish->identities[i];
	}
	code = change_words(admin, words);
	if (code == CARDEA_EXIT_OK)
		code = keep_chain(admin, words, &wish->chain);
	return code;
}

static enum cardea_exit
run_identity(struct cardea_call *call)
{
	struct words words = { .which = IDENTITIES };
	struct cardea_device_wish wish = { .count = 0 };
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, false, &diag);
	code = status == CARDEA_OK ? change_identities(&admin, &words, &wish)
				   : cardea_call_trouble(call, status, &diag);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_device_tag = {
	"device tag",
	"NAME +TAG|-TAG ...",
	2,
	CARDEA_DEVICE_TAGS_MAX * 2,
	"put tags on a device, or take them off",
	true,
	no_options,
	run_tag,
};

const struct cardea_command cardea_verb_device_owner = {
	"device owner",
	"NAME +USER|-USER ...",
	2,
	CARDEA_DEVICE_OWNERS_MAX * 2,
	"say whose a device is; one without owners is everybody's",
	true,
	no_options,
	run_owner,
};

const struct cardea_command cardea_verb_device_identity = {
	"device identity",
	"NAME [+IDENTITY|-IDENTITY ...]",
	1,
	CARDEA_DEVICE_IDENTITIES_MAX * 2,
	"say what a device is known by",
	true,
	identity_options,
	run_identity,
};
