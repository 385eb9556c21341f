/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What generic/check.c is told of this port's page tables.
 */
#include <arch/csr.h>
#include <arch/trap.h>

#include "check.h"
#include "tlb.h"

enum { VALID = 1, WRITE = 4, LEAF = 0xe, ENTRIES = 512, PAGE = 4096 };

static const word_t *table_at(word_t entry)
{
    return phys_to_virt(entry << 10 >> 20 << 12);
}

/* Tables are walked with a position for each level, from the root's down. */
word_t arch_check_space(struct space *s, check_leaf *leaf)
{
    const word_t *table[3];
    unsigned next[3] = { 0 }, kind = 2;
    word_t bytes = PAGE;

    table[2] = s->arch.root;
    while (kind <= 2) {
        unsigned end = kind == 2 ? ENTRIES / 2 : ENTRIES, i = next[kind]++;
        if (i == end) {
            kind++;
            continue;
        }
        word_t entry = table[kind][i];
        if (entry == 0)
            continue;
        if (!(entry & LEAF)) {
            bytes += PAGE;
            kind--;
            table[kind] = table_at(entry);
            next[kind] = 0;
            continue;
        }
        vaddr_t va = (vaddr_t)i << page_bits(kind);
        for (unsigned k = kind + 1; k <= 2; k++)
            va |= (vaddr_t)(next[k] - 1) << page_bits(k);
        leaf(s, va, entry << 10 >> 20 << 12, kind);
    }
    const struct tcb *t = s->threads;
    do {
        check_that(t->hot.satp == 0 || tlb_right(t),
                   "invariant: a thread's satp", t);
        t = t->in_space.next;
    } while (t != s->threads);
    return bytes;
}

word_t arch_check_tcbs(void)
{
    const word_t *root = phys_to_virt(kernel_satp << 20 >> 8);
    const word_t *tables = table_at(root[LAYOUT_TCBS >> 30 & (ENTRIES - 1)]);
    word_t holes = tables[LAYOUT_TCB_TABLES - 1], bytes = 0;

    for (unsigned i = 0; i < LAYOUT_TCB_TABLES; i++) {
        if (tables[i] == holes)
            continue;
        bytes += PAGE;
        for (unsigned k = 0; k < ENTRIES; k++)
            bytes += table_at(tables[i])[k] & WRITE ? PAGE : 0;
    }
    return bytes;
}
