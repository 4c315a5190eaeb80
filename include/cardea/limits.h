/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_LIMITS_H
#define CARDEA_LIMITS_H

/*
 * Every ceiling of Cardea, in one place (invariant 9).  What is larger is
 * refused, never cut: a truncated name is another person's name.
 * Text limits count bytes without the terminating NUL.
 */

/* names as PAM hands them over */
#define CARDEA_NAME_MAX 255 /* user, ruser, caller, group, host, tty, rhost */
#define CARDEA_SERVICE_MAX 63
#define CARDEA_GROUP_TEXT_MAX                                                  \
	16384			/* all group names of one user, with NULs      \
				 */
#define CARDEA_TIMEZONES_MAX 32 /* distinct time zones in one policy */
#define CARDEA_TIMEZONE_MAX 63

/* the policy */
#define CARDEA_SOURCE_MAX (16 * 1024 * 1024) /* bytes of one source file */
#define CARDEA_SOURCE_FILES_MAX 256
#define CARDEA_RULES_MAX 100000
#define CARDEA_RULE_NAME_MAX 63
#define CARDEA_TEXT_MAX 255   /* deny, reason, owner ... of a rule */
#define CARDEA_NESTING_MAX 8  /* unless in unless, zone in zone, parentheses */
#define CARDEA_LIST_MAX 10000 /* values in one list of a condition */
#define CARDEA_NETWORKS_MAX 1000000 /* networks of one zone */
#define CARDEA_BRACKETS_MAX 24	    /* brackets open at once in a source file */
#define CARDEA_ZONES_MAX 4096
#define CARDEA_HOURS_MAX 4096
#define CARDEA_WINDOWS_MAX 64  /* times of one hours block */
#define CARDEA_EXCEPT_MAX 1000 /* dates excepted from one hours block */
#define CARDEA_SUBJECTS_MAX 64 /* services whose subject is set */
#define CARDEA_REMEMBER_MAX_S (7 * 86400)
#define CARDEA_SESSION_MAX_S (365 * 86400)
#define CARDEA_IMAGE_MAX (256 * 1024 * 1024)
#define CARDEA_REQUIREMENT_MAX 1023 /* text of one requirement */
#define CARDEA_NODES_MAX 64	    /* nodes of one requirement, parsed */
#define CARDEA_QUALIFIERS_MAX 32    /* qualifiers of one requirement */
#define CARDEA_QUALIFIER_KEY_MAX 31
#define CARDEA_QUALIFIER_VALUE_MAX 127
#define CARDEA_MAYBE_MAX 16    /* rules that may be AND-ed by "maybe" */
#define CARDEA_OBSERVED_MAX 16 /* observed rules told in one decision */

/* evidence */
#define CARDEA_EVIDENCE_MAX 16
#define CARDEA_QUALITIES_MAX 12
#define CARDEA_CREDENTIAL_MAX 63 /* id of a token or key; also its name */
#define CARDEA_TXN_MAX 32	 /* a transaction id: 32 hex digits */
#define CARDEA_DIGEST_MAX 64	 /* a policy digest: 64 hex digits */

/* one-time codes */
#define CARDEA_CODE_DIGITS_MIN 6
#define CARDEA_CODE_DIGITS_MAX 8
#define CARDEA_OTP_KEY_MIN                                                     \
	16 /* bytes; an empty key has a code anybody can compute */
#define CARDEA_OTP_KEY_MAX 128
#define CARDEA_TOKENS_MAX                                                      \
	8 /* tokens of one user, so that the accepted window stays small */
#define CARDEA_RECOVERY_CODES_MAX 20
#define CARDEA_OTP_PERIOD_MIN_S 15
#define CARDEA_OTP_PERIOD_MAX_S 300
#define CARDEA_OTP_COUNTER_MAX ((int64_t)1 << 62) /* no sum overflows */
#define CARDEA_TOTP_WINDOW_MAX 10  /* steps on each side; bounds drift too */
#define CARDEA_HOTP_WINDOW_MAX 100 /* counters looked ahead */
#define CARDEA_HOTP_SYNC_MAX 1000  /* counters searched for two in a row */

/* security keys */
#define CARDEA_KEYS_MAX 16	   /* credentials of one user */
#define CARDEA_KEY_HANDLE_MAX 1023 /* a credential id (WebAuthn, 4) */
#define CARDEA_KEY_PUBLIC_MAX 512  /* a public key; RSA 2048 has 259 bytes */
#define CARDEA_KEY_RP_MAX 255
#define CARDEA_KEY_USER_HANDLE 32    /* bytes of the user id that keys keep */
#define CARDEA_KEY_AUTHDATA_MAX 1024 /* authenticator data of an assertion */
#define CARDEA_KEY_SIGNATURE_MAX 512
#define CARDEA_KEY_REGISTRATION_MAX 4096 /* the same of a new credential */
#define CARDEA_KEY_STATEMENT_MAX 16384	 /* its attestation, with chain */
#define CARDEA_KEY_CHAIN_MAX 8		 /* its certificates */
#define CARDEA_KEY_ROOTS_MAX 1024	 /* certificates pinned for them */
#define CARDEA_KEY_ROOTS_BYTES (1024 * 1024)
#define CARDEA_KEY_MODELS_MAX 256 /* AAGUIDs in one list */
#define CARDEA_KEY_PIN_MIN 4
#define CARDEA_KEY_PIN_MAX 63 /* bytes (CTAP 2.1, 6.5.1) */
#define CARDEA_KEY_DEVICES_MAX 8
#define CARDEA_KEY_TOUCH_MIN_S 5
#define CARDEA_KEY_TOUCH_MAX_S 120
#define CARDEA_KEY_NAMES_MAX 32	 /* names this host is called by ssh clients */
#define CARDEA_KEY_TICKET_S 3600 /* an enrolment begun and not yet ended */
#define CARDEA_IMPORT_MAX (1024 * 1024) /* a file of another program's keys */
#define CARDEA_IMPORT_LINES_MAX 4096
#define CARDEA_SSH_BLOB_MAX 8192 /* a public key or signature of OpenSSH */
#define CARDEA_AGENT_MESSAGE_MAX 262144 /* as ssh-agent has it */
#define CARDEA_AGENT_KEYS_MAX 64
#define CARDEA_AGENT_PATH_MAX 107  /* what fits a socket's address */
#define CARDEA_PROOF_CHUNK_MAX 500 /* characters; sudo takes 511 */
#define CARDEA_PROOF_CHUNKS_MAX 48 /* certificates, with chain */

/* certificates */
#define CARDEA_CERT_MAX 16384	   /* bytes of one, DER or SSH */
#define CARDEA_CERT_CHAIN_MAX 5	   /* between the device's and the anchor */
#define CARDEA_CERT_SHOWN_MAX 8192 /* what is kept of those of one login */
#define CARDEA_CERT_FILE_MAX (1024 * 1024) /* PEM of anchors, or CA keys */
#define CARDEA_CERT_TRUSTED_MAX 256	   /* certificates of one such file */
#define CARDEA_CERT_NAMES_MAX 32 /* subject alternative names, principals */
#define CARDEA_CERT_NAME_MAX 255
#define CARDEA_CERT_OIDS_MAX 16
#define CARDEA_CERT_OID_MAX 63
#define CARDEA_CERT_RSA_MIN 2048
#define CARDEA_CERT_RSA_MAX 8192
#define CARDEA_CERT_SIGNATURE_MAX 1024
#define CARDEA_CERT_CPU_S 1 /* of the process that judges (X08) */
#define CARDEA_CERT_JUDGE_MS 3000
#define CARDEA_AUTHORITIES_MAX 16
#define CARDEA_AUTHORITY_NAME_MAX 63
#define CARDEA_AUTHORITY_LISTS_MAX 8 /* CRLs or KRLs of one authority */
#define CARDEA_AUTHORITY_PRINCIPALS_MAX 8
#define CARDEA_URL_MAX 511
#define CARDEA_CRL_MAX (256 * 1024 * 1024) /* what refresh reads */
#define CARDEA_CRL_ENTRIES_MAX 10000000
#define CARDEA_CRL_HEAD_MAX 65536  /* of a list without its entries */
#define CARDEA_CRL_ISSUERS_MAX 256 /* whose entries an indirect list has */
#define CARDEA_KRL_MAX (64 * 1024 * 1024)
#define CARDEA_KRL_SECTIONS_MAX 1024 /* one for each CA, and a few */
#define CARDEA_KRL_SIGNATURES_MAX 16
#define CARDEA_KRL_BITMAP_MAX 2048	  /* bytes: what OpenSSH reads */
#define CARDEA_SSHCERT_PRINCIPALS_MAX 256 /* likewise */
#define CARDEA_OCSP_MAX 65536		  /* one answer */
#define CARDEA_OCSP_ANSWERS_MAX 16 /* offered for one certificate's chain */
#define CARDEA_REVOCATION_MAX_S (366 * 86400)

/* devices */
#define CARDEA_DEVICE_OWNERS_MAX 16
#define CARDEA_DEVICE_TAGS_MAX 16
#define CARDEA_DEVICE_TAG_MAX 63
#define CARDEA_DEVICE_IDENTITIES_MAX 16
#define CARDEA_DEVICE_IDENTITY_MAX 319 /* text of one */
#define CARDEA_POSTURE_FACTS_MAX 16
#define CARDEA_POSTURE_NAME_MAX 31
#define CARDEA_POSTURE_VALUE_MAX 63
#define CARDEA_STATEMENT_MAX 65536   /* a manager's word on a device */
#define CARDEA_STATEMENT_KEYS_MAX 16 /* who may give it */
#define CARDEA_KEY_URI_MAX 511	     /* where a device's own key is */
#define CARDEA_SIGN_MESSAGE_MAX 4096
#define CARDEA_SIGN_LIST_MAX 131072 /* a CRL that a small CA of ours signs */
#define CARDEA_SIGN_MS 8000	    /* for a TPM or token to sign */

/* context */
#define CARDEA_COUNTRY_MAX 2	 /* ISO 3166-1 alpha-2 */
#define CARDEA_SUBDIVISION_MAX 6 /* ISO 3166-2: "DE-BE", "GB-ENG" */
#define CARDEA_PLACE_FILE_MAX ((int64_t)1 << 30) /* of a place database */
#define CARDEA_LISTS_MAX 64 /* address lists of one policy */
#define CARDEA_LISTS_BYTES_MAX (256 * 1024 * 1024) /* of one list, as text */
#define CARDEA_LISTS_ENTRIES_MAX 4000000
#define CARDEA_LISTS_LINE_MAX 1023
#define CARDEA_SIGNAL_TEXT_MAX 159
#define CARDEA_RISK_MAX 1000000 /* of one weight */
#define CARDEA_RADIUS_MAX_KM 20038
#define CARDEA_ACCURACY_UNTOLD_KM                                              \
	1000			/* a position that tells none: the widest      \
				   that databases publish */
#define CARDEA_CALENDARS_MAX 16 /* files of one hours block */
#define CARDEA_CALENDAR_MAX (1024 * 1024) /* bytes of one */
#define CARDEA_PERIODS_MAX 1000	       /* one-off windows of one hours block */
#define CARDEA_HISTORY_NETWORKS_MAX 64 /* networks kept of one user */
#define CARDEA_HISTORY_COUNTRIES_MAX 32
#define CARDEA_GRANTS_MAX 16   /* of one user, at once */
#define CARDEA_GRANT_ID_MAX 16 /* hex digits */
#define CARDEA_GRANT_MAX_S (366 * 86400)
#define CARDEA_APPROVALS_MAX 4 /* second persons that one rule may want */
#define CARDEA_EXCLUDED_MAX                                                    \
	32			      /* users, or services, that nothing is   \
					 remembered for */
#define CARDEA_SESSIONS_SEEN_MAX 4096 /* looked at by one login */

/* answers of a person, messages between module and verifier */
#define CARDEA_ANSWER_MAX 511
#define CARDEA_PROMPT_MAX 8191	 /* a challenge names every credential */
#define CARDEA_QUESTIONS_MAX 64	 /* ASK and TELL of one exchange */
#define CARDEA_SSHAUTH_MAX 16383 /* SSH_AUTH_INFO_0 */
#define CARDEA_MESSAGE_MAX                                                     \
	24576 /* one message on the wire, header included                      \
	       */

/* settings of cardea.conf: the widest that may be asked for */
#define CARDEA_TRIES_MAX 100
#define CARDEA_DELAY_MAX_S 86400
#define CARDEA_FAIL_DELAY_MAX_S 5
#define CARDEA_STORE_SIZE_MB_MIN 1
#define CARDEA_STORE_SIZE_MB_MAX 65536

/* the cluster of a fleet */
#define CARDEA_ENDPOINTS_MAX 9
#define CARDEA_ENDPOINT_MAX 319 /* "NAME=ADDRESS:PORT" */
#define CARDEA_CLUSTER_PREFIX_MAX 31
#define CARDEA_CLUSTER_DEADLINE_MAX_S 6 /* a module waits 9 s for us */
#define CARDEA_MIRROR_MAX_S (7 * 86400)

/* the store */
#define CARDEA_KEY_MAX 480	    /* LMDB takes 511 */
#define CARDEA_VALUE_MAX 72704	    /* one sealed record */
#define CARDEA_CHANGES_MAX 56	    /* records of one commit: all of a user */
#define CARDEA_KNOWN_SOURCES_MAX 64 /* places a user has come from */
#define CARDEA_SWEEP_MAX 8	    /* ended records removed along the way */

/* time: no wait without an end */
#define CARDEA_CLOCKS_APART_S 300 /* clocks of two hosts of a fleet */
#define CARDEA_REPLY_TIMEOUT_MS                                                \
	9000 /* module waits for the verifier to act                           \
	      */
#define CARDEA_STORE_TIMEOUT_MS                                                \
	5000 /* whole of one commit, queueing included */
#define CARDEA_WAIT_MAX_MS                                                     \
	(CARDEA_KEY_TOUCH_MAX_S * 1000 +                                       \
	    30000) /* on top, for keys to be touched, certificates to be       \
		    judged; whole of one exchange */
#define CARDEA_ANSWER_TIMEOUT_MS 300000 /* verifier waits for a person */
#define CARDEA_LOG_TIMEOUT_MS 200	/* syslog socket stuck */
#define CARDEA_RESUME_S 60		/* from one phase to the next */

/* one log line */
#define CARDEA_LINE_MAX 8191

#endif
