/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/sshwire.h"
#include "factor/sshsk.h"

/* draft-miller-ssh-agent, sections 3 and 5.1 */
enum number {
	FAILURE = 5,
	REQUEST_IDENTITIES = 11,
	IDENTITIES_ANSWER = 12,
	SIGN_REQUEST = 13,
	SIGN_RESPONSE = 14,
};

#define RSA_SHA2_512 4u /* 3.6.1: without it an agent signs with SHA-1 */

enum cardea_status
cardea_sshsk_ask_keys(unsigned char *packet, size_t size, size_t *ret_len)
{
	struct cardea_sshwire_writer writer;
	enum cardea_status status;

	cardea_sshwire_write(&writer, packet, size);
	cardea_sshwire_put_u32(&writer, 1);
	cardea_sshwire_put_u8(&writer, REQUEST_IDENTITIES);
	status = cardea_sshwire_written(&writer);
	if (status == CARDEA_OK)
		*ret_len = writer.len;
	return status;
}

/* Flags mean something for RSA keys alone, their certificates included. */
static uint32_t
flags_for(const unsigned char *key_blob, size_t key_len)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string type;

	cardea_sshwire_read(&reader, key_blob, key_len);
	type = cardea_sshwire_get_string(&reader);
	return cardea_sshwire_is(type, "ssh-rsa") ||
		cardea_sshwire_is(type, "ssh-rsa-cert-v01@openssh.com")
	    ? RSA_SHA2_512
	    : 0;
}

enum cardea_status
cardea_sshsk_ask_signature(const unsigned char *key_blob, size_t key_len,
    const unsigned char *data, size_t data_len, unsigned char *packet,
    size_t size, size_t *ret_len)
{
	struct cardea_sshwire_writer writer;
	enum cardea_status status;

	if (key_len > CARDEA_AGENT_MESSAGE_MAX ||
	    data_len > CARDEA_AGENT_MESSAGE_MAX)
		return CARDEA_E_RANGE;
	cardea_sshwire_write(&writer, packet, size);
	cardea_sshwire_put_u32(
	    &writer, (uint32_t)(1 + 4 + key_len + 4 + data_len + 4));
	cardea_sshwire_put_u8(&writer, SIGN_REQUEST);
	cardea_sshwire_put_string(&writer, key_blob, key_len);
	cardea_sshwire_put_string(&writer, data, data_len);
	cardea_sshwire_put_u32(&writer, flags_for(key_blob, key_len));
	status = cardea_sshwire_written(&writer);
	if (status == CARDEA_OK)
		*ret_len = writer.len;
	return status;
}

/* MISSING for a failure, which is that byte alone; SYNTAX for what is not the
 * answer that was asked for. */
static enum cardea_status
read_number(struct cardea_sshwire_reader *reader, enum number want)
{
	uint8_t number = cardea_sshwire_get_u8(reader);

	if (number == FAILURE && reader->len == 1)
		return CARDEA_E_MISSING;
	return number == want ? CARDEA_OK : CARDEA_E_SYNTAX;
}

enum cardea_status
cardea_sshsk_read_keys(const unsigned char *payload, size_t len,
    struct cardea_sshsk_list *ret_list)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshsk_list list = { .count = 0 };
	enum cardea_status status;
	uint32_t told;

	cardea_sshwire_read(&reader, payload, len);
	status = read_number(&reader, IDENTITIES_ANSWER);
	if (status != CARDEA_OK)
		return status;
	told = cardea_sshwire_get_u32(&reader);
	/* a number that is a lie ends at the end of the payload */
	for (uint32_t i = 0; i < told && !reader.failed; i++) {
		struct cardea_sshwire_string blob;

		blob = cardea_sshwire_get_string(&reader);
		(void)cardea_sshwire_get_string(&reader); /* its comment */
		if (list.count == CARDEA_AGENT_KEYS_MAX)
			continue;
		list.keys[list.count].blob = blob.bytes;
		list.keys[list.count].len = blob.len;
		list.count++;
	}
	status = cardea_sshwire_all_read(&reader);
	if (status == CARDEA_OK)
		*ret_list = list;
	return status;
}

enum cardea_status
cardea_sshsk_read_signature(const unsigned char *payload, size_t len,
    const unsigned char **ret_blob, size_t *ret_len)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string blob;
	enum cardea_status status;

	cardea_sshwire_read(&reader, payload, len);
	status = read_number(&reader, SIGN_RESPONSE);
	if (status != CARDEA_OK)
		return status;
	blob = cardea_sshwire_get_string(&reader);
	status = cardea_sshwire_all_read(&reader);
	if (status != CARDEA_OK)
		return status;
	*ret_blob = blob.bytes;
	*ret_len = blob.len;
	return CARDEA_OK;
}
