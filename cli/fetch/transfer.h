/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_FETCH_TRANSFER_H
#define CARDEA_CLI_FETCH_TRANSFER_H

#include "refresh/fetch.h"
#include "refresh/stream.h"

/* transfer: fetches, handing each part on as it comes; the one unit that knows
 * libcurl. ret_end is what there is to say at the end. */
void cardea_transfer(
    const struct cardea_fetch *fetch, struct cardea_stream_end *ret_end);

#endif
