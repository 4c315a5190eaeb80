#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# install.sh STAGE: what `make install DESTDIR=STAGE` made goes into this box,
# whose /lib is a link on a merged /usr.
set -eu
tar -C "$1" -c . | tar -C / -x --keep-directory-symlink --no-overwrite-dir
