/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What generic/check.c is told of this port's page tables.
 */
#include <page_format.h>

#include "check.h"
#include "space.h"

enum { TYPE = 3, TABLE = 1 };
enum { PAGE = 4096, FIRST_LEVEL = 16384, SECOND_LEVEL = 2048 };

static const uint32_t *table_at(uint32_t entry)
{
    return phys_to_virt(entry & ~(uint32_t)0x3ff);
}

word_t arch_check_space(struct space *s, check_leaf *leaf)
{
    word_t bytes = FIRST_LEVEL;

    for (unsigned i = 0; i < USER_END >> 20; i++) {
        uint32_t entry = s->arch.table[i];
        if (entry && (entry & TYPE) != TABLE)
            leaf(s, (vaddr_t)i << 20, entry & ~(paddr_t)0xfffff, 1);
        if ((entry & TYPE) != TABLE)
            continue;
        bytes += SECOND_LEVEL;
        for (unsigned k = 0; k < SMALL_ENTRIES; k++) {
            uint32_t small = table_at(entry)[k];
            if (small)
                leaf(s, (vaddr_t)i << 20 | (vaddr_t)k << 12,
                     small & ~(paddr_t)0xfff, 0);
        }
    }
    check_that(paging_is_consistent(s),
               "invariant: what the MMU loads is the space's own table, or "
               "nobody's",
               s);
    return bytes;
}

word_t arch_check_tcbs(void)
{
    word_t bytes = 0;

    for (unsigned i = 0; i < LAYOUT_TCB_TABLES; i++) {
        const uint32_t *table = table_at(boot_table[(LAYOUT_TCBS >> 20) + i]);
        for (unsigned k = 0; k < SMALL_ENTRIES; k++)
            bytes += kernel_page_read_only(table[k]) ? 0 : PAGE;
    }
    return bytes;
}
