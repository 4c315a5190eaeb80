# SPDX-License-Identifier: BSD-2-Clause
dist_man_MANS += man/cardea-askpass.1
dist_man_MANS += man/cardea-device.conf.5
