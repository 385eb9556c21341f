/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef UNIT_H
#define UNIT_H
/*
 * VFP and NEON registers, for tests/kernel/fpu.c.
 */
#include <l4/types.h>
#include <stdbool.h>

__asm__(".fpu neon"); /* the compiler itself uses none of it */

enum { D_REGISTERS = 32, AREA = 512, TCB = 256 };

struct unit {
    L4_Word64_t d[D_REGISTERS];
    L4_Word_t fpscr;
};

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

static void unit_fill(struct unit *u, L4_Word_t seed)
{
    for (unsigned i = 0; i < D_REGISTERS; i++)
        u->d[i] = (L4_Word64_t)seed << 40 | seed << 8 | (i + 1);
    u->fpscr = (seed & 3) << 22 | 1u << 31; /* a rounding mode, and N */
}

static bool unit_same(const struct unit *a, const struct unit *b)
{
    for (unsigned i = 0; i < D_REGISTERS; i++) {
        if (a->d[i] != b->d[i])
            return false;
    }
    return a->fpscr == b->fpscr;
}

static void unit_clean(struct unit *u)
{
    *u = (struct unit){ .fpscr = 0 };
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

/* An instruction that no processor has. */
static inline void unit_nothing(void)
{
    __asm__ volatile(".inst 0xe7f000f0" : : : "memory");
}

/* What does an exception message say? */
static bool unit_is_undefined(const volatile L4_Word_t *message)
{
    return message[4] == 1;
}

static bool unit_is_missing(const volatile L4_Word_t *message)
{
    return unit_is_undefined(message);
}

#endif
