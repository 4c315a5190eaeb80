/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_NETLIST_FIXTURE_H
#define TESTS_UNIT_NETLIST_FIXTURE_H

#include <stdbool.h>

#include "facts/netlist_text.h"
#include "facts/netlist_write.h"

/* A folder of prepared lists, and one list in it. */
#define LIST_ID UINT64_C(0x0123456789abcdef)
#define LIST_NOW INT64_C(1900000000)

extern char folder[];
extern const struct cardea_policy_list list;

int folder_set_up(void **state);
int folder_tear_down(void **state);

/* read_text: false and the diag, or the entries, for the caller to clear. */
bool read_text(const char *bytes, size_t len, struct cardea_netlist_text *text,
    struct cardea_diag *diag);

/* write_list: the set in its place, prepared at LIST_NOW unless header says
 * otherwise; what it takes besides may be NULL. */
void write_list(
    struct cardea_netlist_set *set, const struct cardea_netlist_header *header);

/* prepare: the same of a text that must be good. */
void prepare(const char *text);

void list_path(char path[CARDEA_NETLIST_PATH_MAX + 1]);
unsigned char *read_list(size_t *ret_len);
void put_list(const unsigned char *bytes, size_t len);

enum cardea_known look_up(const char *address);
enum cardea_known look_up_at(const char *address, int64_t now_s);

#endif
