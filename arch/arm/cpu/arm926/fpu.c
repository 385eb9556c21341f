/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * VFP registers (generic/fpu.h), of a VFP9-S: d0 to d15. The unit is off by
 * FPEXC.
 */
#include <arch/cpu.h>
#include <arch/tcb.h>

#include "arch.h"

struct fpu_area {
    uint64_t d[16];
    word_t fpscr;
};
_Static_assert(sizeof(struct fpu_area) <= ARCH_FPU_BYTES, "fits its area");

/* The compiler uses none of it, so the assembler has to be told each time. */
#define VFP ".fpu vfp\n\t"

void arch_fpu_enable(bool on)
{
    enum { FPEXC_ENABLE = 1 << 30 };

    __asm__ volatile(VFP "vmsr fpexc, %0" : : "r"(on ? FPEXC_ENABLE : 0));
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

    __asm__ volatile(VFP "vstmia %0!, {d0-d15}\n\tvmrs %1, fpscr"
                     : "+r"(d), "=r"(a->fpscr)
                     :
                     : "memory");
}

void arch_fpu_load(const void *area)
{
    const struct fpu_area *a = area;
    const uint64_t *d = a->d;

    __asm__ volatile(VFP "vldmia %0!, {d0-d15}\n\tvmsr fpscr, %1"
                     : "+r"(d)
                     : "r"(a->fpscr), "m"(*a));
}
