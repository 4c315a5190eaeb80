/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_TEXT_H
#define CARDEA_FACTS_TEXT_H

#include <cardea/diag.h>
#include <cardea/request.h>

/*
 * The facts of a request as one line of text, for the log, and back, so that a
 * past request can be explained and judged again by another policy.  What the
 * fields of the log line hold already (user, service, rhost, tty) is not
 * repeated; time zones are not told, since they follow from the instant.
 *
 *   key:value key:value,value ...
 *
 * in a fixed order, what is unset left out.  In values every byte that is not
 * a letter, a digit or one of "._-/@+" is %HH.  Pure.
 */
#define CARDEA_FACTS_TEXT_MAX 6000

/* cardea_facts_format: RANGE if it does not fit; then groups are the first to
 * be left out, and said to be ("groups:?"). */
CARDEA_MUST_USE enum cardea_status cardea_facts_format(
    const struct cardea_request *request, char *text, size_t size);

/* cardea_facts_parse: adds to a request what the text says, but for what was
 * shown (shown.h). SYNTAX. */
CARDEA_MUST_USE enum cardea_status cardea_facts_parse(
    const char *text, struct cardea_request *request, struct cardea_diag *diag);

#endif
