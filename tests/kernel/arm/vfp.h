/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef VFP_H
#define VFP_H
/*
 * What unit.h of each back end has in common; D_REGISTERS is how many there
 * are.
 */
#include <l4/types.h>
#include <stdbool.h>

enum { AREA = 512, TCB = 256 };

struct unit {
    L4_Word64_t d[D_REGISTERS];
    L4_Word_t fpscr;
};

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
