/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TIMEOUT_H
#define PECAN_TIMEOUT_H
/*
 * Timeouts of one processor: a leftist heap ordered by deadline.
 * Insert, remove and pop are O(log n) in the worst case, without allocation.
 */
#include "types.h"

struct timeout {
    struct timeout *left, *right, *parent;
    uint64_t deadline_us;
    uint32_t rank; /* 0 = not in a heap; else 1 + rank of the right child   */
};

struct timeout_heap {
    struct timeout *root;
};

/* Put t (not in a heap) into h, to fire at deadline_us. */
void timeout_insert(struct timeout_heap *h, struct timeout *t,
                    uint64_t deadline_us);
/* Take t out of h; nothing happens if it is in no heap. */
void timeout_remove(struct timeout_heap *h, struct timeout *t);
/* The earliest, or NULL. */
static inline struct timeout *timeout_first(struct timeout_heap *h)
{
    return h->root;
}
static inline bool timeout_pending(const struct timeout *t)
{
    return t->rank != 0;
}
#endif
