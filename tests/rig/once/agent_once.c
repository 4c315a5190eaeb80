/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * agent_once UID SECONDS SOCKET FILE...: asks the agent behind the socket once
 * for a signature, as the verifier does on behalf of that user.  The files hold
 * the keys that are enrolled, each a line of a .pub file.  Prints one line:
 *
 *   done FILE flags=XX counter=N signature=right told=N
 *   WORD told=N: REASON             how it ended otherwise
 *
 * FILE without its folders; told is how often the person was told to touch.
 */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/text.h"
#include "unit/sk_key.h"
#include "verifier/agent.h"

static struct cardea_fido2_credential credentials[CARDEA_KEYS_MAX];

static void
sorry(const char *what, const char *reason)
{
	(void)fprintf(stderr, "agent_once: %s: %s\n", what, reason);
	exit(2);
}

static void
read_key(const char *path, struct cardea_fido2_credential *credential)
{
	struct cardea_diag diag = { .line = 0 };
	FILE *file = fopen(path, "re");
	char line[2048] = "";

	if (file == NULL || fgets(line, sizeof(line), file) == NULL)
		sorry(path, "not to be read");
	if (cardea_sshsk_line(line, credential, &diag) != CARDEA_OK)
		sorry(path, diag.reason);
	(void)fclose(file);
}

static uint64_t
number(const char *text)
{
	uint64_t value = 0;

	if (cardea_text_number(text, 0, INT32_MAX, &value) != CARDEA_OK)
		sorry(text, "not a number");
	return value;
}

static void
count_cue(void *context, const char *text)
{
	(void)text;
	++*(unsigned int *)context;
}

static void
print_signature(const struct cardea_agent_answer *answer, const char *path,
    unsigned int told)
{
	const struct cardea_fido2_assertion *assertion = &answer->assertion;
	const unsigned char *counter = assertion->auth_data + 33;
	bool right = sk_verify(&credentials[answer->credential], assertion);

	(void)printf("done %s flags=%02x counter=%u signature=%s told=%u\n",
	    strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1,
	    assertion->auth_data[32],
	    (unsigned int)counter[0] << 24 | (unsigned int)counter[1] << 16 |
		(unsigned int)counter[2] << 8 | counter[3],
	    right ? "right" : "wrong", told);
}

int
main(int argc, char **argv)
{
	unsigned char nonce[32];
	const struct cardea_sshsk_question question = { .user = "alice",
		.host = "host.example",
		.service = "sudo",
		.txn = "00112233445566778899aabbccddeeff",
		.nonce = nonce };
	unsigned int told = 0;
	const struct cardea_touch_person person = {
		.tell = count_cue, .hangup_fd = -1, .context = &told
	};
	struct cardea_agent_call call = { .credentials = credentials,
		.question = &question,
		.peer.person = &person };
	struct cardea_agent_answer answer;
	struct cardea_diag diag = { .line = 0 };

	if (argc < 4 || argc - 4 > CARDEA_KEYS_MAX)
		sorry("arguments", "UID SECONDS SOCKET FILE...");
	call.peer.uid = (uid_t)number(argv[1]);
	call.peer.gid = (gid_t)call.peer.uid;
	call.peer.timeout_ms = (int)number(argv[2]) * 1000;
	call.peer.path = argv[3];
	for (int i = 4; i < argc; i++)
		read_key(argv[i], &credentials[call.count++]);
	if (setgroups(0, NULL) != 0 ||
	    getrandom(nonce, sizeof(nonce), 0) != sizeof(nonce))
		sorry("start", "not root, or no random bytes");

	if (cardea_agent_sign(&call, &answer, &diag) != CARDEA_OK)
		sorry("machinery", diag.reason);
	if (answer.end == CARDEA_AGENT_DONE)
		print_signature(&answer, argv[4 + answer.credential], told);
	else
		(void)printf("%s told=%u: %s\n",
		    cardea_agent_end_text(answer.end), told, diag.reason);
	return 0;
}
