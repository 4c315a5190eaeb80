/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/remote_device_fixture.h"

struct cardea_remote_device_challenge challenge;
struct cardea_remote_device_answer answer;
char prompt[CARDEA_PROMPT_MAX + 1];
char argument[3 * CARDEA_PROMPT_MAX];

int
prepare(void **state)
{
	(void)state;
	memset(&challenge, 0, sizeof(challenge));
	memset(challenge.nonce, 0xa5, sizeof(challenge.nonce));
	memcpy(challenge.service, "sshd", 5);
	memset(&answer, 0, sizeof(answer));
	memcpy(answer.user, "alice", 6);
	memcpy(answer.host, "bank.example", 13);
	answer.form = CARDEA_REMOTE_DEVICE_RAW;
	answer.count = 2;
	answer.lens[0] = 700;
	answer.lens[1] = 500;
	memset(answer.der, 0x30, 700);
	memset(answer.der + 700, 0x31, 500);
	answer.signature_len = 72;
	memset(answer.signature, 0x51, 72);
	memset(answer.key_hash, 0x4b, sizeof(answer.key_hash));
	return cardea_remote_device_prompt(
		   &challenge, prompt, sizeof(prompt)) == CARDEA_OK
	    ? 0
	    : -1;
}
