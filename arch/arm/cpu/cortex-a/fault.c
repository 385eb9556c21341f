/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Aborts of ARMv7-A: the fault status says what was refused, of an access to
 * data also whether it was a write.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

#include "arch.h"
#include "tcb.h"

/* A fault status without the bits that say more about an external abort. */
static unsigned fault_status(word_t fsr)
{
    return (fsr >> 6 & 0x10) | (fsr & 0xf);
}

/* Does a fault status say that the page tables refuse the access? */
static bool is_page_fault(word_t fsr)
{
    switch (fault_status(fsr)) {
    case 0x3: /* access flag, section and page */
    case 0x6:
    case 0x5: /* translation */
    case 0x7:
    case 0xd: /* permission */
    case 0xf:
        return true;
    default:
        return false;
    }
}

void trap_prefetch_abort(struct tcb *t)
{
    enum { DEBUG_EVENT = 2 }; /* bkpt; the address register is not set then */
    word_t fsr = read_ifsr(), va = read_ifar();

    if (is_page_fault(fsr))
        trap_page_fault(t, va, RIGHT_X);
    else
        trap_exception(t, EXCEPTION_PREFETCH, fsr,
                       fault_status(fsr) == DEBUG_EVENT ? t->hot.ip : va);
}

void trap_data_abort(struct tcb *t)
{
    enum { FSR_WRITE = 1 << 11 };
    word_t fsr = read_dfsr(), va = read_dfar();

    if (is_page_fault(fsr))
        trap_page_fault(t, va, fsr & FSR_WRITE ? RIGHT_W : RIGHT_R);
    else
        trap_exception(t, EXCEPTION_DATA, fsr, va);
}
