# SPDX-License-Identifier: BSD-2-Clause
dist_man_MANS += man/cardea.8
dist_man_MANS += man/cardea-verify.8
dist_man_MANS += man/pam_cardea_context.8
dist_man_MANS += man/pam_cardea_decide.8
dist_man_MANS += man/pam_cardea_totp.8
dist_man_MANS += man/cardea-log.5
