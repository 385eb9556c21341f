/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address space identifiers. One is given out once in a generation; when all
 * are, every space loses its own, the TLB is emptied, and a new generation
 * begins. So switching spaces is one write of satp, and an ASID's TLB entries
 * need no flush when its space ends.
 *
 * ASID 0 belongs to the kernel's own table. The loss is told by a zero satp in
 * the space and, for the short path, in the TCBs.
 */
#include <arch/csr.h>
#include <arch/trap.h>

#include "sched.h"
#include "space.h"

enum { FEWEST_BITS = 4 };

static word_t asid_last, asid_next;

bool asid_init(void)
{
    const word_t field = ((word_t)1 << SATP_ASID_BITS) - 1;

    csr_write("satp", kernel_satp | field << SATP_ASID_SHIFT);
    asid_last = satp_asid(csr_read("satp"));
    csr_write("satp", kernel_satp);
    tlb_flush_all();
    asid_next = 1;
    return asid_last >> FEWEST_BITS != 0;
}

static void new_generation(void)
{
    for (struct space *s = space_list; s; s = s->next) {
        struct tcb *t = s->threads;
        s->arch.satp = 0;
        do {
            t->hot.satp = 0;
            t = t->in_space.next;
        } while (t != s->threads);
    }
    csr_write("satp", kernel_satp);
    tlb_flush_all();
    asid_next = 1;
}

word_t asid_activate(struct tcb *t)
{
    struct space *s = t->space;

    if (s->arch.satp == 0) {
        if (asid_next > asid_last)
            new_generation();
        s->arch.satp = SATP_SV39 | asid_next++ << SATP_ASID_SHIFT |
                       virt_to_phys(s->arch.root) >> 12;
    }
    t->hot.satp = s->arch.satp;
    return s->arch.satp;
}
