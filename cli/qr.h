/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_QR_H
#define CARDEA_CLI_QR_H

#include <stdio.h>

#include <cardea/status.h>

/*
 * A QR code on the terminal; the only unit that knows libqrencode.  Light and
 * dark are set by colour, because half of all terminals are dark and a code
 * the wrong way round is not read by every camera; a quiet zone of four
 * modules stands around it (ISO/IEC 18004, 9.1).
 */
enum cardea_qr_style {
	CARDEA_QR_NONE = 0,
	CARDEA_QR_UTF8, /* half blocks: two modules a character */
	CARDEA_QR_ANSI, /* coloured spaces: one module is two wide */
};

/* cardea_qr_style_parse: SYNTAX for what is no style. */
CARDEA_MUST_USE enum cardea_status
cardea_qr_style_parse(const char *text, enum cardea_qr_style *ret_style);

/* cardea_qr_print: RANGE if the text does not fit a code, IO. The matrix is
 * wiped: it holds what the text held. */
CARDEA_MUST_USE enum cardea_status
cardea_qr_print(FILE *stream, const char *text, enum cardea_qr_style style);

#endif
