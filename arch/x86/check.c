/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What generic/check.c is told of this port's page tables and I/O permissions.
 */
#include <arch/small.h>
#include <arch/trap.h>

#include "check.h"
#include "kdb.h"
#include "space.h"

enum { PRESENT = 1, WRITE = 2, USER = 4, LARGE = 0x80, ENTRIES = 1024 };
enum { PAGE = 4096, IO_TABLE = 2048, IO_BLOCK = 1024, IO_BLOCKS = 256 };

static const uint32_t *table_at(uint32_t entry)
{
    return phys_to_virt(entry & ~(uint32_t)0xfff);
}

/* What io.c and paging.c keep: three words, then a slot for each block of
 * ports; and the pages of permissions that are s's own. */
static word_t check_io(struct space *s)
{
    const word_t *slot = (const word_t *)s->arch.io + 3;
    word_t bytes = s->arch.io ? IO_TABLE : 0;

    for (unsigned i = 0; s->arch.io && i < IO_BLOCKS; i++)
        bytes += slot[i] && !(slot[i] & 1) ? IO_BLOCK : 0;
    if (s->arch.io_map == NULL)
        return bytes;
    for (unsigned half = 0; half < 2; half++)
        bytes += paging_io_page(s, half, false) ? PAGE : 0;
    return bytes + PAGE;
}

word_t arch_check_space(struct space *s, check_leaf *leaf)
{
    const uint32_t *directory = s->arch.directory;
    word_t bytes = PAGE;

    for (unsigned i = 0; i < USER_END >> 22; i++) {
        uint32_t entry = directory[i];
        if (!(entry & PRESENT))
            continue;
        if (entry & LARGE) {
            leaf(s, (vaddr_t)i << 22, entry & ~(paddr_t)0x3fffff, 1);
            continue;
        }
        bytes += PAGE;
        for (unsigned k = 0; k < ENTRIES; k++) {
            uint32_t small = table_at(entry)[k];
            if (small & PRESENT)
                leaf(s, (vaddr_t)i << 22 | (vaddr_t)k << 12,
                     small & ~(paddr_t)0xfff, 0);
        }
    }
    const struct tcb *t = s->threads;
    do {
        check_that(t->utcb == NULL ||
                       (MODEL_SMALL ? small_word_ok(t)
                                    : t->hot.cr3 == virt_to_phys(directory)),
                   "invariant: a thread's page directory", t);
        t = t->in_space.next;
    } while (t != s->threads);
    return bytes + check_io(s);
}

word_t arch_check_tcbs(void)
{
    word_t bytes = 0;

    for (unsigned i = 0; i < LAYOUT_TCB_TABLES; i++) {
        const uint32_t *table =
            table_at(boot_directory[(LAYOUT_TCBS >> 22) + i]);
        for (unsigned k = 0; k < ENTRIES; k++)
            bytes += table[k] & WRITE ? PAGE : 0;
    }
    return bytes;
}
