/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_INQUIRY_H
#define CARDEA_CERT_INQUIRY_H

#include "cert/ask.h"

/*
 * The question that is put to the judge, with its files: below whom a
 * certificate may stand, and what these have revoked.  Each authority is read
 * with its lists as `cardea refresh` has left them.
 */
#define CARDEA_CERT_INQUIRY_FILES                                              \
	(CARDEA_AUTHORITIES_MAX * (3 + CARDEA_OCSP_ANSWERS_MAX))

struct cardea_cert_inquiry {
	struct cardea_cert_question question;
	struct cardea_cert_lists lists;
	bool incomplete; /* an authority that may have vouched is left out */
	size_t file_count;
	char *files[CARDEA_CERT_INQUIRY_FILES]; /* heap */
};

/* Who asks: which authorities he would believe, and whom he tells of a file
 * that cannot be read (or NULL). */
struct cardea_cert_asker {
	const struct cardea_settings *settings;
	bool (*believes)(
	    const struct cardea_authority *authority, const void *context);
	void (*tell)(const struct cardea_diag *diag, const void *context);
	const void *context;
};

/* cardea_cert_inquiry_start: nothing is asked yet.  The caller then fills
 * question, but for its trust; it borrows what it is given. */
void cardea_cert_inquiry_start(struct cardea_cert_inquiry *inquiry);

/* cardea_cert_inquiry_read: the authorities of the question's kind that are
 * believed.  A file that cannot be read is told, and leaves its authority, or
 * its list, out. */
void cardea_cert_inquiry_read(
    struct cardea_cert_inquiry *inquiry, const struct cardea_cert_asker *asker);

/* cardea_cert_inquiry_is_in_doubt: nobody vouched, and whether an authority
 * that was left out would have is not known. */
bool cardea_cert_inquiry_is_in_doubt(const struct cardea_cert_inquiry *inquiry,
    const struct cardea_cert_verdict *verdict);

void cardea_cert_inquiry_end(struct cardea_cert_inquiry *inquiry);

#endif
