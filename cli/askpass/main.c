/* SPDX-License-Identifier: BSD-2-Clause */
#include <config.h>
#include <stdio.h>
#include <string.h>

#include "cli/askpass/answer.h"
#include "cli/askpass/enroll.h"
#include "cli/askpass/other.h"
#include "cli/askpass/person.h"
#include "cli/prepare.h"

/*
 * cardea-askpass(1): the far end of a login by security key.  ssh runs it with
 * one argument, the prompt, and takes its answer from stdout.
 */

static const char usage[] =
    "usage: cardea-askpass PROMPT            as SSH_ASKPASS of ssh\n"
    "       cardea-askpass --enroll [--device PATH] [FILE]\n"
    "       cardea-askpass --help | --version\n";

enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_USAGE = 2 };

static int
refuse_usage(void)
{
	fputs(usage, stderr);
	return EXIT_USAGE;
}

static int
enroll(int argc, char **argv)
{
	const char *device = NULL, *file = NULL;

	if (argc >= 2 && strcmp(argv[0], "--device") == 0) {
		device = argv[1];
		argc -= 2;
		argv += 2;
	}
	if (argc > 0 && argv[0][0] != '-') {
		file = argv[0];
		argc--;
	}
	if (argc > 0)
		return refuse_usage();
	return cardea_enroll_key(device, file) ? EXIT_YES : EXIT_NO;
}

static int
answer(const char *prompt)
{
	static struct cardea_remote_question question;
	struct cardea_diag diag = { 0 };
	bool done = false;

	cardea_diag_place(&diag, "this prompt", 0, NULL);
	if (cardea_remote_read(prompt, &question, &diag) != CARDEA_OK)
		return cardea_person_refuse(&diag) ? EXIT_YES : EXIT_NO;
	switch (question.kind) {
	case CARDEA_REMOTE_OTHER:
		done = cardea_other_ask(prompt);
		break;
	case CARDEA_REMOTE_CHALLENGE:
	case CARDEA_REMOTE_DEVICE:
		done = cardea_answer_challenge(&question);
		break;
	case CARDEA_REMOTE_MORE:
		done = cardea_answer_more(&question);
		break;
	}
	return done ? EXIT_YES : EXIT_NO;
}

int
main(int argc, char **argv)
{
	if (!cardea_prepare())
		return EXIT_NO;
	if (argc < 2)
		return refuse_usage();
	if (strcmp(argv[1], "--enroll") == 0)
		return enroll(argc - 2, argv + 2);
	if (argc != 2)
		return refuse_usage();
	if (strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0 ? EXIT_NO : EXIT_YES;
	if (strcmp(argv[1], "--version") == 0)
		return puts("cardea-askpass " PACKAGE_VERSION) < 0 ? EXIT_NO
								   : EXIT_YES;
	return answer(argv[1]);
}
