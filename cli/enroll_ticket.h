/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ENROLL_TICKET_H
#define CARDEA_CLI_ENROLL_TICKET_H

#include "cli/keywish.h"

/* `cardea enroll fido2` where the key is far away: a request, and its answer.
 */

/* cardea_ticket_issue: stores a ticket and prints its text, nothing else. */
enum cardea_exit cardea_ticket_issue(
    struct cardea_admin *admin, const struct cardea_key_wish *wish);

/* cardea_ticket_redeem: reads an answer from standard input; the wish has its
 * user and library, the ticket the rest. */
enum cardea_exit
cardea_ticket_redeem(struct cardea_admin *admin, struct cardea_key_wish *wish);

#endif
