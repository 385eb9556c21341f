/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef UNIT_H
#define UNIT_H
/*
 * x87 registers, in the format of fnsave, for tests/kernel/fpu.c.
 */
#include <l4/types.h>
#include <stdbool.h>

enum { AREA = 128, TCB = 256, INVALID_OPCODE = 6, NO_FPU = 7 };

struct unit {
    L4_Word_t fcw, fsw, ftw;
    L4_Word_t ip[2], data[2];
    struct {
        L4_Word8_t value[10];
    } st[8];
};

static inline void __attribute__((always_inline))
unit_load(const struct unit *u)
{
    __asm__ volatile("frstor %0" : : "m"(*u));
}

/* fnsave empties the unit. */
static inline void __attribute__((always_inline)) unit_store(struct unit *u)
{
    __asm__ volatile("fnsave %0\n\tfrstor %0" : "=m"(*u));
}

static void unit_clean(struct unit *u)
{
    *u = (struct unit){ .fcw = 0x37f, .ftw = 0xffff };
}

static void unit_fill(struct unit *u, L4_Word_t seed)
{
    unit_clean(u);
    u->fcw |= (seed & 3) << 10; /* rounding modes */
    u->ftw = 0;                 /* all in use */
    for (unsigned i = 0; i < 8; i++) {
        for (unsigned k = 0; k < 8; k++)
            u->st[i].value[k] = (L4_Word8_t)(seed + 16 * i + k);
        u->st[i].value[7] |= 0x80; /* a normal number */
        u->st[i].value[9] = 0x3f;
    }
}

static bool unit_same(const struct unit *a, const struct unit *b)
{
    bool same = (L4_Word16_t)a->fcw == (L4_Word16_t)b->fcw &&
                (L4_Word16_t)a->ftw == (L4_Word16_t)b->ftw;

    for (unsigned i = 0; i < 8; i++) {
        for (unsigned k = 0; k < 10; k++)
            same &= a->st[i].value[k] == b->st[i].value[k];
    }
    return same;
}

/* *sum = 1 + 2 */
static inline void unit_one_and_two(volatile double *sum)
{
    __asm__ volatile("fld1\n\tfld1\n\tfadd %%st(1), %%st\n\tfaddp\n\t"
                     "fstpl %0"
                     : "=m"(*sum));
}

/* An instruction that no processor has. */
static inline void unit_nothing(void)
{
    __asm__ volatile("ud2" : : : "memory");
}

/* What does an exception message say? */
static bool unit_is_undefined(const volatile L4_Word_t *message)
{
    return message[3] == INVALID_OPCODE;
}

static bool unit_is_missing(const volatile L4_Word_t *message)
{
    return message[3] == NO_FPU;
}

#endif
