/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_PATTERN_H
#define CARDEA_VERIFIER_DEVICE_PATTERN_H

#include <stdbool.h>

/*
 * How a rule says which names of a certificate will do: "dns:*.example.org",
 * "email:%u@example.org", "uri:https://mdm.example/devices/" and a star.
 * Pure.
 *
 * One star, first or last (after the kind), or as the first label of a DNS
 * name; it stands for at least one character, and in a DNS name for none that
 * is a dot, so that it never reaches into another domain.  "%u" stands for the
 * user's name, in which nothing stands for anything.  DNS names have no case.
 * A pattern without a kind means no name.
 */

/* cardea_device_pattern_is: is the name one that the pattern means? */
bool cardea_device_pattern_is(
    const char *pattern, const char *user, const char *name);

/* cardea_device_pattern_is_plain: the same without stars and kinds: bytes. */
bool cardea_device_pattern_is_plain(
    const char *text, const char *user, const char *name);

#endif
