/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef UNIT_H
#define UNIT_H
/*
 * VFP and NEON registers, for tests/kernel/fpu.c.
 */
__asm__(".fpu neon"); /* the compiler itself uses none of it */

enum { D_REGISTERS = 32 };

#include "vfp.h"

static inline void __attribute__((always_inline))
unit_load(const struct unit *u)
{
    const L4_Word64_t *d = u->d;

    __asm__ volatile("vldmia %0!, {d0-d15}\n\tvldmia %0!, {d16-d31}\n\t"
                     "vmsr fpscr, %1"
                     : "+r"(d)
                     : "r"(u->fpscr)
                     : "memory");
}

static inline void __attribute__((always_inline)) unit_store(struct unit *u)
{
    L4_Word64_t *d = u->d;

    __asm__ volatile("vstmia %0!, {d0-d15}\n\tvstmia %0!, {d16-d31}\n\t"
                     "vmrs %1, fpscr"
                     : "+r"(d), "=r"(u->fpscr)
                     :
                     : "memory");
}

/* *sum = 1 + 2 */
static inline void unit_one_and_two(volatile double *sum)
{
    __asm__ volatile("vmov.f64 d0, #1.0\n\tvmov.f64 d1, #2.0\n\t"
                     "vadd.f64 d2, d0, d1\n\tvstr d2, [%0]"
                     :
                     : "r"(sum)
                     : "memory");
}

#endif
