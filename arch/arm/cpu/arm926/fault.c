/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Aborts of ARMv5. Nothing says whether an access was a write but the
 * instruction itself.
 */
#include <page_format.h>

#include <arch/trap.h>

#include "arch.h"
#include "tcb.h"

/* Does a fault status say that the page tables refuse the access? */
static bool is_page_fault(word_t fsr)
{
    switch (fsr & 0xf) {
    case 0x5: /* translation */
    case 0x7:
    case 0x9: /* domain: another space is at this address */
    case 0xb:
    case 0xd: /* permission */
    case 0xf:
        return true;
    default:
        return false;
    }
}

/* Does this instruction, which has accessed memory, write? swp does, too. */
static bool arm_writes(uint32_t i)
{
    bool load = i >> 20 & 1;
    bool extra = (i & 0x0e000090) == 0x00000090;

    if ((i & 0x0fb00ff0) == 0x01000090) /* swp */
        return true;
    if (extra && !load && (i & 0xf0) == 0xd0) /* ldrd */
        return false;
    return !load;
}

static bool thumb_writes(uint32_t i)
{
    switch (i >> 12) {
    case 4: /* from the literal pool */
        return false;
    case 5: /* by two registers: str, strh, strb, then loads */
        return (i >> 9 & 7) < 3;
    case 11: /* push, pop */
    case 12: /* stm, ldm */
    case 6:
    case 7:
    case 8:
    case 9:
        return !(i >> 11 & 1);
    default:
        return true;
    }
}

/* If nothing can be read there any more, another thread has taken it away: the
 * access is tried again, and faults at its code. */
static word_t access_of(struct tcb *t)
{
    const void *code = (const void *)t->hot.ip; /* in the vector page */
    paddr_t pa;

    if (t->hot.ip < USER_END) {
        if (!arch_lookup(t->space, t->hot.ip, &pa, NULL, NULL) ||
            !phys_reachable(pa))
            return RIGHT_R;
        code = phys_to_user(t->space, t->hot.ip, pa);
    }
    bool writes = t->hot.psr & PSR_THUMB ? thumb_writes(*(const uint16_t *)code)
                                         : arm_writes(*(const uint32_t *)code);
    return writes ? RIGHT_W : RIGHT_R;
}

/* The fault address is the modified one; QEMU's is not. */
static vaddr_t plain(const struct tcb *t, vaddr_t va)
{
    vaddr_t in_slot = va - t->space->arch.window;

    return t->space->arch.window && in_slot >> SLOT_BITS == 0 ? in_slot : va;
}

void trap_prefetch_abort(struct tcb *t)
{
    word_t fsr = read_ifsr();

    if (is_page_fault(fsr))
        trap_page_fault(t, t->hot.ip, RIGHT_R); /* not told apart */
    else
        trap_exception(t, EXCEPTION_PREFETCH, fsr & 0xf, t->hot.ip);
}

/* Compare and exchange begins anew, as entry.S has it for other exceptions. */
static void restart_exchange(struct tcb *t)
{
    const word_t start = VECTOR_PAGE + VECTOR_EXCHANGE;

    if (t->hot.ip - start < EXCHANGE_BYTES)
        t->hot.ip = start;
}

void trap_data_abort(struct tcb *t)
{
    word_t fsr = read_dfsr();
    vaddr_t va = plain(t, read_dfar());
    word_t access = is_page_fault(fsr) ? access_of(t) : 0;

    restart_exchange(t);
    if (is_page_fault(fsr))
        trap_page_fault(t, va, access);
    else
        trap_exception(t, EXCEPTION_DATA, fsr & 0xf, va);
}
