/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_SMALL_H
#define BENCH_SMALL_H
/*
 * Threads in small spaces, for kernels that have them.
 */
#include "../../conformance/small.h"

static inline bool bench_has_small(void)
{
    if (!small_known())
        return false;
    small_init();
    return true;
}

static inline L4_ThreadId_t bench_small_thread(thread_fn *fn, L4_Word_t arg,
                                               unsigned prio)
{
    L4_Word_t old = 0;
    L4_ThreadId_t t =
        small_thread(small_slot(free_slot()), fn, arg, prio, &old);

    if (old != SMALL_APPLY)
        printf("bench: a small space is large\n");
    return t;
}

#endif
