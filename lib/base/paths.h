/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_PATHS_H
#define CARDEA_BASE_PATHS_H

/*
 * Where things stand, for programs and tests alike; the prefixes come from
 * configure.  Constants, so that nothing in the environment can move them
 * (I08).
 */
#define CARDEA_PATH_SETTINGS CARDEA_SYSCONFDIR "/cardea.conf"
#define CARDEA_PATH_RULES CARDEA_SYSCONFDIR "/policy.conf"
#define CARDEA_PATH_RULES_DIR CARDEA_SYSCONFDIR "/policy.d"

/* the prepared form: written by `cardea check --install`, read by logins */
#define CARDEA_PATH_POLICY CARDEA_STATEDIR "/policy.prepared"

/* what lives no longer than the machine runs */
#define CARDEA_PATH_RUN CARDEA_RUNDIR "/cardea"
#define CARDEA_PATH_RELAY CARDEA_PATH_RUN "/relay"
#define CARDEA_PATH_WATCHED CARDEA_PATH_RUN "/watched"

#endif
