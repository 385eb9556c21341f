/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_SMALL_H
#define BENCH_SMALL_H
/*
 * There are no small spaces.
 */
static inline bool bench_has_small(void)
{
    return false;
}

static inline L4_ThreadId_t bench_small_thread(thread_fn *fn, L4_Word_t arg,
                                               unsigned prio)
{
    return thread_in_new_space(fn, arg, prio);
}

#endif
