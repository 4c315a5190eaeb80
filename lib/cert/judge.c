/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/sshcert.h"
#include "cert/x509.h"

void
cardea_cert_judge(const struct cardea_cert_question *question,
    struct cardea_cert_verdict *ret_verdict)
{
	struct cardea_cert_verdict verdict = { 0 };

	switch (question->kind) {
	case CARDEA_CERT_X509:
		cardea_x509_judge(question, ret_verdict);
		return;
	case CARDEA_CERT_SSH:
	case CARDEA_CERT_SSH_KEY:
		cardea_sshcert_judge(question, ret_verdict);
		return;
	case CARDEA_CERT_NONE:
		break;
	}
	cardea_cert_refuse(&verdict, CARDEA_CERT_FAILED,
	    "a question about no kind of certificate");
	*ret_verdict = verdict;
}
