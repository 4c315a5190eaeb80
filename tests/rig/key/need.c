/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "rig/key/need.h"

void
need(bool well, const char *what)
{
	if (well)
		return;
	fprintf(stderr, "softkey: no way on without %s\n", what);
	exit(70);
}
