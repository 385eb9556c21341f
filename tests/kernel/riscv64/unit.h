/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef UNIT_H
#define UNIT_H
/*
 * Floating-point registers, for tests/kernel/fpu.c.
 */
#include <l4/types.h>
#include <stdbool.h>

enum { F_REGISTERS = 32, AREA = 512, TCB = 512, ILLEGAL_INSTRUCTION = 2 };

struct unit {
    L4_Word_t f[F_REGISTERS], fcsr;
};

#define EACH_REGISTER(op) \
    op(0) op(1) op(2) op(3) op(4) op(5) op(6) op(7) op(8) op(9) op(10) op(11) \
        op(12) op(13) op(14) op(15) op(16) op(17) op(18) op(19) op(20) op(21) \
            op(22) op(23) op(24) op(25) op(26) op(27) op(28) op(29) op(30) \
                op(31)
#define LOAD(n)  "fld f" #n ", " #n "*8(%0)\n\t"
#define STORE(n) "fsd f" #n ", " #n "*8(%0)\n\t"

static inline void __attribute__((always_inline))
unit_load(const struct unit *u)
{
    __asm__ volatile(EACH_REGISTER(LOAD) "fscsr %1"
                     :
                     : "r"(u->f), "r"(u->fcsr)
                     : "memory");
}

static inline void __attribute__((always_inline)) unit_store(struct unit *u)
{
    __asm__ volatile(EACH_REGISTER(STORE) "frcsr %0\n\t"
                     : "=&r"(u->fcsr)
                     : "0"(u->f)
                     : "memory");
}

static void unit_fill(struct unit *u, L4_Word_t seed)
{
    for (unsigned i = 0; i < F_REGISTERS; i++)
        u->f[i] = seed << 32 | (i + 1);
    u->fcsr = seed & 0x1f; /* flags */
}

static bool unit_same(const struct unit *a, const struct unit *b)
{
    for (unsigned i = 0; i < F_REGISTERS; i++) {
        if (a->f[i] != b->f[i])
            return false;
    }
    return a->fcsr == b->fcsr;
}

static void unit_clean(struct unit *u)
{
    *u = (struct unit){ .fcsr = 0 };
}

/* *sum = 1 + 2 */
static inline void unit_one_and_two(volatile double *sum)
{
    __asm__ volatile("li t0, 1\n\tfcvt.d.w f1, t0\n\tfadd.d f2, f1, f1\n\t"
                     "fadd.d f2, f2, f1\n\tfsd f2, 0(%0)"
                     :
                     : "r"(sum)
                     : "memory", "t0", "f1", "f2");
}

/* An instruction that no processor has. */
static inline void unit_nothing(void)
{
    __asm__ volatile("unimp" : : : "memory");
}

/* What does an exception message say? */
static bool unit_is_undefined(const volatile L4_Word_t *message)
{
    return message[4] == ILLEGAL_INSTRUCTION;
}

static bool unit_is_missing(const volatile L4_Word_t *message)
{
    return unit_is_undefined(message);
}

#endif
