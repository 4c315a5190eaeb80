/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_REVOCATION_H
#define CARDEA_CERT_REVOCATION_H

#include <openssl/types.h>

#include "cert/cert.h"

/*
 * Revocation of one authority's certificates, by its lists (cert/crlindex.h)
 * and by OCSP answers (cert/ocsp.h); how the path's judge (cert/x509.h) and
 * this unit share the work:
 *
 * 1. Before X509_verify_cert, cardea_revocation_arm puts the authority's lists
 *    into the store (X509_STORE_set_lookup_crls and the like) and sets the
 *    store's flags: CRL_CHECK, CRL_CHECK_ALL, EXTENDED_CRL_SUPPORT and
 *    USE_DELTAS where BY_CRL applies or there is at least one list, none
 *    otherwise (and with BY_NONE).  The judge adds flags of its own to the
 * parameters, takes none away, and sets the time.
 * 2. While it verifies, the judge's callback asks cardea_revocation_tolerates
 *    about every error that is one of revocation (cardea_revocation_is_error).
 *    True only where OCSP may stand in: the authority is BY_ANY or BY_OCSP, and
 *    a list is missing, has ended or does not cover the certificate; or where
 *    that is so of the anchor, which OpenSSL looks up as well, and nobody here.
 *    The context's error is X509_V_OK again then.  A certificate that
 *    a list revokes, a forged list, a damaged index: never true.
 * 3. After X509_verify_cert succeeded, cardea_revocation_judge has the last
 *    word on every certificate of the verified chain but its anchor.
 *
 * All that is borrowed (trust, question, the bytes in them) outlives the
 * object; the object outlives the store and every context made with it.
 */
struct cardea_revocation;

/* cardea_revocation_arm: CORRUPT, VERSION for an index that cannot be read, in
 * whose place nothing may stand but OCSP; MEMORY. */
CARDEA_MUST_USE enum cardea_status cardea_revocation_arm(OSSL_LIB_CTX *libctx,
    X509_STORE *store, const struct cardea_cert_trust *trust,
    const struct cardea_cert_question *question,
    struct cardea_revocation **ret_revocation, struct cardea_diag *diag);
struct cardea_revocation *
cardea_revocation_free(struct cardea_revocation *revocation);

/* cardea_revocation_is_error: is it X509_V_ERR_* of a list? */
bool cardea_revocation_is_error(int error);

/* cardea_revocation_tolerates: in the verify callback; notes what was
 * tolerated, by X509_STORE_CTX_get_error_depth. */
bool cardea_revocation_tolerates(
    struct cardea_revocation *revocation, X509_STORE_CTX *verifying);

/* cardea_revocation_explain: what an error of revocation that ended
 * X509_verify_cert makes of the verdict: REVOKED, REVOCATION_STALE or
 * REVOCATION_UNKNOWN. */
void cardea_revocation_explain(const struct cardea_revocation *revocation,
    X509_STORE_CTX *verifying, struct cardea_cert_verdict *verdict);

/* cardea_revocation_judge: leaves the verdict as it is, but for
 * identity.revocation_s, if every certificate is cleared by a list or an answer
 * that is fresh enough (the authority's max_age_s, the question's
 * revocation_s); else refuses: REVOKED, REVOCATION_STALE, REVOCATION_UNKNOWN.
 * BY_NONE: clears all, revocation_s stays 0. */
void cardea_revocation_judge(struct cardea_revocation *revocation,
    X509_STORE_CTX *verified, struct cardea_cert_verdict *verdict);

#endif
