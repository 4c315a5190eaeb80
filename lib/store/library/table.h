/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LIBRARY_TABLE_H
#define CARDEA_STORE_LIBRARY_TABLE_H

#include "store/etcd.h"

/* The one symbol of etcd.so; tests link it instead of loading. */
extern __attribute__((visibility("default")))
const struct cardea_etcd_library cardea_etcd_library;

#endif
