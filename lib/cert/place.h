/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_PLACE_H
#define CARDEA_CERT_PLACE_H

#include <stddef.h>

#include <cardea/policy.h>

/*
 * Names of what `cardea refresh` prepares below settings.revocation_path: one
 * index or KRL for each list of an authority, one OCSP answer for each
 * certificate, and the state file (cert/state.h).  No two authorities share a
 * name: theirs is the file's, but for a blank, which becomes "+".
 */
#define CARDEA_CERT_PLACE_MAX 511

/* cardea_cert_place_list: "FOLDER/NAME.N.index" or, for SSH, ".krl"; number
 * counts from 0, as in authority->lists.  RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_cert_place_list(const char *folder,
    const struct cardea_authority *authority, size_t number,
    char ret_path[CARDEA_CERT_PLACE_MAX + 1]);

/* cardea_cert_place_answer: "FOLDER/NAME.HEX.ocsp"; digest is the SHA-256 of
 * the certificate's DER. RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_cert_place_answer(const char *folder,
    const struct cardea_authority *authority, const unsigned char digest[32],
    char ret_path[CARDEA_CERT_PLACE_MAX + 1]);

/* cardea_cert_place_state: "FOLDER/state". RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_cert_place_state(
    const char *folder, char ret_path[CARDEA_CERT_PLACE_MAX + 1]);

#endif
