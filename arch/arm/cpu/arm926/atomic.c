/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the compiler calls for atomic operations on words, which the processor
 * has no instructions for: a function of the vector page, begun anew by the
 * kernel when it is interrupted (docs/abi-arm.md). Changes memory to `wanted`
 * if it is `old`; result 0 if it has done so.
 */
#include <stdbool.h>

typedef int compare_exchange(unsigned old, unsigned wanted,
                             volatile unsigned *at);
#define helper ((compare_exchange *)0xffff0fc0)

#define FETCH(name, expression) \
    unsigned __atomic_fetch_##name##_4(volatile void *at, unsigned v, \
                                       int order) \
    { \
        unsigned old; \
        (void)order; \
        do \
            old = *(volatile unsigned *)at; \
        while (helper(old, expression, at)); \
        return old; \
    }
FETCH(add, old + v)
FETCH(sub, old - v)
FETCH(and, old &v)
FETCH(or, old | v)
FETCH(xor, old ^ v)

unsigned __atomic_exchange_4(volatile void *at, unsigned v, int order)
{
    unsigned old;

    (void)order;
    do
        old = *(volatile unsigned *)at;
    while (helper(old, v, at));
    return old;
}

bool __atomic_compare_exchange_4(volatile void *at, void *expected,
                                 unsigned wanted, bool weak, int success,
                                 int failure)
{
    unsigned *seen = expected;

    (void)weak;
    (void)success;
    (void)failure;
    for (;;) {
        unsigned old = *(volatile unsigned *)at;
        if (old != *seen) {
            *seen = old;
            return false;
        }
        if (!helper(old, wanted, at))
            return true;
    }
}
