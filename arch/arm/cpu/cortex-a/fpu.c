/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * VFP and NEON registers (generic/fpu.h). The unit is off by FPEXC; cpu_init()
 * has opened its coprocessors.
 */
#include <arch/cpu.h>
#include <arch/tcb.h>

#include "arch.h"

struct fpu_area {
    uint64_t d[32];
    word_t fpscr;
};
_Static_assert(sizeof(struct fpu_area) <= ARCH_FPU_BYTES, "fits its area");

/* The compiler uses none of it, so the assembler has to be told each time. */
#define NEON ".fpu neon\n\t"

void arch_fpu_enable(bool on)
{
    enum { FPEXC_ENABLE = 1 << 30 };

    __asm__ volatile(NEON "vmsr fpexc, %0" : : "r"(on ? FPEXC_ENABLE : 0));
}

/* All zero: to nearest, nothing flushed, no default NaN, no flags. */
void arch_fpu_init(void *area)
{
    (void)area;
}

void arch_fpu_save(void *area)
{
    struct fpu_area *a = area;
    uint64_t *d = a->d;

    __asm__ volatile(NEON "vstmia %0!, {d0-d15}\n\tvstmia %0!, {d16-d31}\n\t"
                          "vmrs %1, fpscr"
                     : "+r"(d), "=r"(a->fpscr)
                     :
                     : "memory");
}

void arch_fpu_load(const void *area)
{
    const struct fpu_area *a = area;
    const uint64_t *d = a->d;

    __asm__ volatile(NEON "vldmia %0!, {d0-d15}\n\tvldmia %0!, {d16-d31}\n\t"
                          "vmsr fpscr, %1"
                     : "+r"(d)
                     : "r"(a->fpscr), "m"(*a));
}
