/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * x87, MMX and SSE registers (generic/fpu.h), in fxsave's format.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

#include "arch.h"

enum { CR4_OSFXSR = 1 << 9, CR4_OSXMMEXCPT = 1 << 10 };

/* What is not zero in a new thread's registers: all exceptions masked. */
enum { AREA_FCW = 0, AREA_MXCSR = 24 };
enum { FCW_DEFAULT = 0x37f, MXCSR_DEFAULT = 0x1f80 };

void fpu_init(void)
{
    word_t cr4;

    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("mov %0, %%cr4"
                     :
                     : "r"(cr4 | CR4_OSFXSR | CR4_OSXMMEXCPT));
}

void arch_fpu_init(void *area)
{
    *(uint16_t *)((char *)area + AREA_FCW) = FCW_DEFAULT;
    *(uint32_t *)((char *)area + AREA_MXCSR) = MXCSR_DEFAULT;
}

void arch_fpu_save(void *area)
{
    __asm__ volatile("fxsave (%0)" : : "r"(area) : "memory");
}

void arch_fpu_load(const void *area)
{
    __asm__ volatile("fxrstor (%0)" : : "r"(area) : "memory");
}
