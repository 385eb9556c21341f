/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The direct map by pages of 4 KiB, where there are no others.
 */
#include <arch/trap.h>
#include <arch/types.h>

enum { TABLES = LAYOUT_DIRECT_MAP_BYTES >> 22, ENTRIES = 1024 };

static uint32_t tables[TABLES][ENTRIES] __attribute__((aligned(4096)));

void paging_direct(uint32_t *entry, uint32_t bits)
{
    for (unsigned i = 0; i < TABLES; i++) {
        for (unsigned k = 0; k < ENTRIES; k++)
            tables[i][k] = (i << 10 | k) << 12 | bits;
        entry[i] = virt_to_phys(tables[i]) | bits;
    }
}
