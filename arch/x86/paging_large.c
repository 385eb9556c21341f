/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The direct map by pages of 4 MiB.
 */
#include <arch/trap.h>
#include <arch/types.h>

void paging_direct(uint32_t *entry, uint32_t bits)
{
    enum { LARGE = 0x80 };

    for (unsigned i = 0; i < LAYOUT_DIRECT_MAP_BYTES >> 22; i++)
        entry[i] = i << 22 | bits | LARGE;
}
