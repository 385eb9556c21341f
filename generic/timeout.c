/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timeouts: a leftist heap. The rank of a node is the length of its shortest
 * path down to a missing child; the left child's is never below the right's,
 * so every right spine has at most log2(n + 1) nodes, and only right spines are
 * walked downwards. Upwards, ranks grow strictly until one stays as it was.
 */
#include "timeout.h"

static uint32_t rank_of(const struct timeout *t)
{
    return t ? t->rank : 0;
}

/* Restore the order of t's children and its rank; result: did it change? */
static bool settle(struct timeout *t)
{
    if (rank_of(t->left) < rank_of(t->right)) {
        struct timeout *swap = t->left;
        t->left = t->right;
        t->right = swap;
    }
    uint32_t rank = 1 + rank_of(t->right);
    bool changed = rank != t->rank;
    t->rank = rank;
    return changed;
}

/* The heap of all nodes of a and b; its root's parent is NULL. */
static struct timeout *merge(struct timeout *a, struct timeout *b)
{
    struct timeout *root = NULL, *parent = NULL, **link = &root;

    while (a && b) {
        if (b->deadline_us < a->deadline_us) {
            struct timeout *swap = a;
            a = b;
            b = swap;
        }
        *link = a;
        a->parent = parent;
        parent = a;
        link = &a->right;
        a = a->right;
    }
    *link = a ? a : b;
    if (*link)
        (*link)->parent = parent;
    for (; parent; parent = parent->parent)
        settle(parent);
    return root;
}

void timeout_insert(struct timeout_heap *h, struct timeout *t,
                    uint64_t deadline_us)
{
    t->left = t->right = t->parent = NULL;
    t->deadline_us = deadline_us;
    t->rank = 1;
    h->root = merge(h->root, t);
}

void timeout_remove(struct timeout_heap *h, struct timeout *t)
{
    if (!timeout_pending(t))
        return;
    struct timeout *up = t->parent;
    struct timeout *rest = merge(t->left, t->right);

    if (rest)
        rest->parent = up;
    if (!up)
        h->root = rest;
    else if (up->left == t)
        up->left = rest;
    else
        up->right = rest;
    while (up && settle(up))
        up = up->parent;
    t->rank = 0;
}
