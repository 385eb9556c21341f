/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef TAP_H
#define TAP_H
/*
 * Test Anything Protocol on the kernel's console: plan(n) first, then one line
 * a promise. Output goes through one console, so only one thread prints.
 */
#include <l4/types.h>
#include <l4io.h>
#include <stdbool.h>

static int tap_planned, tap_done, tap_failures;

static inline void plan(int n)
{
    tap_planned = n;
    printf("1..%d\n", n);
}

static inline bool ok(bool good, const char *name)
{
    tap_done++;
    if (!good)
        tap_failures++;
    printf("%s %d - %s\n", good ? "ok" : "not ok", tap_done, name);
    return good;
}

/* Equality, with both values shown when it does not hold. */
static inline bool is(L4_Word_t got, L4_Word_t want, const char *name)
{
    bool good = ok(got == want, name);

    if (!good)
        printf("# got 0x%lx, want 0x%lx\n", got, want);
    return good;
}

/* The program's status: 0 if all went well and as many as planned. */
static inline int tap_status(void)
{
    if (tap_done != tap_planned)
        printf("# planned %d, ran %d\n", tap_planned, tap_done);
    return tap_failures != 0 || tap_done != tap_planned;
}

#endif
