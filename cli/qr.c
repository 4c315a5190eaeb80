/* SPDX-License-Identifier: BSD-2-Clause */
#include <qrencode.h>
#include <stdbool.h>
#include <string.h>

#include "base/secret.h"
#include "cli/qr.h"

#define QUIET 4

/* black on white, bright as terminals go, and back */
#define PAPER "\033[30;107m"
#define INK "\033[40m"
#define PLAIN "\033[0m"

static bool
is_dark(const QRcode *code, int row, int column)
{
	if (row < 0 || column < 0 || row >= code->width ||
	    column >= code->width)
		return false;
	return (code->data[row * code->width + column] & 1) != 0;
}

static void
print_half_blocks(FILE *stream, const QRcode *code)
{
	static const char *const blocks[] = { " ", "\xe2\x96\x84",
		"\xe2\x96\x80", "\xe2\x96\x88" };

	for (int row = -QUIET; row < code->width + QUIET; row += 2) {
		fputs(PAPER, stream);
		for (int at = -QUIET; at < code->width + QUIET; at++) {
			int upper = is_dark(code, row, at) ? 2 : 0;
			int lower = is_dark(code, row + 1, at) ? 1 : 0;

			fputs(blocks[upper + lower], stream);
		}
		fputs(PLAIN "\n", stream);
	}
}

static void
print_spaces(FILE *stream, const QRcode *code)
{
	for (int row = -QUIET; row < code->width + QUIET; row++) {
		bool dark = false;

		fputs(PAPER, stream);
		for (int at = -QUIET; at < code->width + QUIET; at++) {
			if (is_dark(code, row, at) != dark) {
				dark = !dark;
				fputs(dark ? INK : PAPER, stream);
			}
			fputs("  ", stream);
		}
		fputs(PLAIN "\n", stream);
	}
}

enum cardea_status
cardea_qr_style_parse(const char *text, enum cardea_qr_style *ret_style)
{
	if (strcmp(text, "none") == 0)
		*ret_style = CARDEA_QR_NONE;
	else if (strcmp(text, "utf8") == 0)
		*ret_style = CARDEA_QR_UTF8;
	else if (strcmp(text, "ansi") == 0)
		*ret_style = CARDEA_QR_ANSI;
	else
		return CARDEA_E_SYNTAX;
	return CARDEA_OK;
}

enum cardea_status
cardea_qr_print(FILE *stream, const char *text, enum cardea_qr_style style)
{
	QRcode *code;

	if (style == CARDEA_QR_NONE)
		return CARDEA_OK;
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	if (code == NULL)
		return CARDEA_E_RANGE;
	if (style == CARDEA_QR_UTF8)
		print_half_blocks(stream, code);
	else
		print_spaces(stream, code);
	cardea_wipe(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
	return fflush(stream) == 0 ? CARDEA_OK : CARDEA_E_IO;
}
