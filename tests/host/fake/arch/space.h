/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_SPACE_H
#define PECAN_ARCH_SPACE_H
#include <arch/types.h>

/* A page table is an array with an entry for each smallest page. */
enum { FAKE_PAGES = 1 << (ADDRESS_BITS - 12) };

struct fake_entry {
    paddr_t pa; /* of this smallest page */
    uint8_t present, kind, rights, attribute;
    uint8_t status; /* in the entry of the large page's first small one */
};
struct arch_space {
    struct fake_entry entry[FAKE_PAGES];
};

#endif
