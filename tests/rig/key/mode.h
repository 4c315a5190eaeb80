/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_MODE_H
#define RIG_KEY_MODE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How the key is to behave: words in the file mode of the state folder, which
 * are read again at each message, and ten times a second while the key waits
 * for its person.  No word is "approve".
 *
 *   approve        every touch is given at once
 *   deny           the person says no
 *   wait           nobody touches the key; write "approve" to touch it later
 *   endless        the key asks for more time and never comes to an end
 *
 *   badsig         a wrong signature
 *   noup, nouv     no such flag in the answer although it was asked for
 *   flags=0xNN     these flags the other way round
 *   stuckctr       the signature counter does not grow
 *   zeroctr        and is always zero
 *   foreignrp      the answer is for another relying party, rightly signed
 *   foreigncred    the answer names a credential that nobody asked for
 *   trailing=N     N bytes after the authenticator data, rightly signed
 *
 *   error=0xNN     every command but getInfo fails with that status of CTAP2;
 *   error=0xNN@N   only the N-th since the mode was written
 *   cbor=KIND      answers to commands but getInfo are malformed: mangle.h
 *   truncated      answers to commands but getInfo end after their first report
 *   unplug=N       the key is pulled out when the N-th message comes, of any
 *                  kind, since the mode was written
 *   hang=N         from the N-th message on it says nothing more
 */
struct state;

/* mode_has: does that word stand there? */
bool mode_has(const struct state *state, const char *word);
/* mode_number: the number behind "word=" */
bool mode_number(const struct state *state, const char *word, long *ret_number);
/* mode_text: what follows "word=", up to the next blank */
bool mode_text(
    const struct state *state, const char *word, char *ret_text, size_t size);

/* mode_failure: counts a command; the status with which it is to fail, or 0 */
unsigned int mode_failure(struct state *state);

/* mode_is_known: is each word of a text one of the above?  A test that commands
 * something else is wrong. */
bool mode_is_known(const char *text);

#endif
