/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mapping tree itself: status, revoking, splitting. x2.md 2.11.
 *
 * Status is gathered lazily. The hardware's bits of a mapping are read and
 * reset by whoever asks first, so each node keeps two sums: `own`, what its
 * owner has not been told, and `up`, what its parent does not know. A query
 * walks its subtree from the leaves up and passes every `up` on, so nobody's
 * query hides an access from anybody else.
 */
#include "map_tree.h"
#include "arch.h"
#include "kdb.h"
#include "kmem.h"
#include "long.h"
#include "space.h"

bool node_is_root(const struct map_node *n)
{
    return n->space->sigma0;
}

paddr_t node_frame(const struct map_node *n)
{
    paddr_t pa = node_va(n);

    if (!node_is_root(n) && !arch_lookup(n->space, node_va(n), &pa, NULL, NULL))
        kernel_stop("a mapping is in the tree but not in the page table");
    return pa;
}

struct map_node *node_new(struct space *s, word_t va, unsigned kind,
                          word_t rights)
{
    struct map_node *n = kmem_alloc(s, sizeof *n);

    if (n) {
        n->space = s;
        n->word = va | kind << NODE_KIND | rights << NODE_RIGHTS;
    }
    return n;
}

void node_free(struct map_node *n)
{
    kmem_free(n->space, n, sizeof *n);
}

void node_link(struct map_node *parent, struct map_node *n)
{
    n->parent = parent;
    n->prev = NULL;
    n->next = parent->child;
    if (n->next)
        n->next->prev = n;
    parent->child = n;
}

static void node_unlink(struct map_node *n)
{
    if (n->next)
        n->next->prev = n->prev;
    if (n->prev)
        n->prev->next = n->next;
    else if (n->parent)
        n->parent->child = n->next;
    n->parent = n->next = n->prev = NULL;
}

/* Put the list first..last (linked both ways) where n is among its siblings. */
static void node_replace(struct map_node *n, struct map_node *first,
                         struct map_node *last)
{
    first->prev = n->prev;
    last->next = n->next;
    if (n->prev)
        n->prev->next = first;
    else if (n->parent)
        n->parent->child = first;
    if (n->next)
        n->next->prev = last;
}

static void node_add_bits(struct map_node *n, word_t bits)
{
    n->word |= bits << NODE_OWN | bits << NODE_UP;
}

void node_gather(struct map_node *n)
{
    if (node_is_root(n))
        return;
    node_add_bits(n, arch_status(n->space, node_va(n), node_kind(n)));
    if (n->parent)
        node_add_bits(n->parent, node_bits(n, NODE_UP));
    node_set_bits(n, NODE_UP, 0);
}

/* ---- revoking ------------------------------------------------------------ */

static struct map_node *deepest(struct map_node *n)
{
    for (unsigned i = 1; n->child; i++) {
        n = n->child;
        long_look(i);
    }
    return n;
}

/* n has no children and its status is gathered. */
static void node_remove(struct map_node *n)
{
    assert(n->child == NULL && !node_is_root(n));
    arch_unmap(n->space, node_va(n), node_kind(n));
    table_leave(n->space, n);
    node_unlink(n);
    node_free(n);
}

static void node_revoke(struct map_node *n, word_t rights)
{
    word_t old = node_bits(n, NODE_RIGHTS), left = old & ~rights;

    if (left == 0) {
        node_remove(n);
    } else if (left != old) {
        node_set_bits(n, NODE_RIGHTS, left);
        arch_protect(n->space, node_va(n), node_kind(n), left);
    }
}

word_t tree_revoke(struct map_node *top, word_t rights, bool self)
{
    struct map_node *n = deepest(top);

    while (n != top) {
        struct map_node *next = n->next ? deepest(n->next) : n->parent;
        node_gather(n);
        node_revoke(n, rights);
        long_point(STEP_NODE);
        n = next;
    }
    node_gather(top);
    word_t status = node_bits(top, NODE_OWN);
    node_set_bits(top, NODE_OWN, 0);
    if (self)
        node_revoke(top, rights);
    return status;
}

void tree_set_attribute(struct map_node *top, word_t attribute)
{
    struct map_node *n = deepest(top);

    for (;;) {
        if (!node_is_root(n))
            arch_set_attribute(n->space, node_va(n), node_kind(n), attribute,
                               false);
        long_point(STEP_NODE);
        if (n == top)
            return;
        n = n->next ? deepest(n->next) : n->parent;
    }
}

void tree_settle_root(struct map_node *root)
{
    if (root->child || node_bits(root, NODE_OWN))
        return;
    table_leave(root->space, root);
    node_free(root);
}

void tree_remove(struct map_node *n)
{
    struct map_node *parent = n->parent;

    (void)tree_revoke(n, RIGHTS_ALL, true);
    if (parent && node_is_root(parent))
        tree_settle_root(parent);
}

void tree_grant(struct map_node *n, struct map_node *target)
{
    struct space *src = n->space, *dst = target->space;
    word_t word = target->word;

    node_gather(n); /* n's accesses are its parent's business, not dst's */
    arch_unmap(src, node_va(n), node_kind(n));
    table_leave(src, n);
    table_leave(dst, target);
    n->word = word;
    n->space = dst;
    if (table_enter(dst, n) != OK)
        kernel_stop("a table vanished between leaving and entering");
    /* Of two equal objects one was charged to each; n is dst's now. */
    target->space = src;
    node_free(target);
}

/* ---- splitting ----------------------------------------------------------- */

static void free_pieces(struct map_node *pieces)
{
    while (pieces) {
        struct map_node *next = pieces->next;
        node_free(pieces);
        long_point(STEP_NODE);
        pieces = next;
    }
}

/* The nodes that can take n's place, linked in ascending order, or NULL. */
static struct map_node *new_pieces(const struct map_node *n,
                                   struct map_node **last)
{
    struct map_node *first = NULL;
    unsigned kind = node_kind(n) - 1;
    word_t bytes = (word_t)1 << page_bits(kind);

    for (word_t at = node_bytes(n); at; at -= bytes) {
        struct map_node *p = node_new(n->space, node_va(n) + at - bytes, kind,
                                      node_bits(n, NODE_RIGHTS));
        if (p == NULL) {
            free_pieces(first);
            return NULL;
        }
        p->next = first;
        if (first)
            first->prev = p;
        else
            *last = p;
        first = p;
        long_point(STEP_NODE);
    }
    return first;
}

/* n's children, all of smaller kinds, to those of n's pieces they belong to. */
static void hand_out_children(struct map_node *n, paddr_t frame)
{
    struct map_node *c;

    while ((c = n->child) != NULL) {
        word_t offset = node_frame(c) - frame;
        node_unlink(c);
        node_link(table_find(n->space, node_va(n) + offset), c);
        long_point(STEP_NODE);
    }
}

/* Those pieces of the root n that have nothing. */
static void settle_roots(struct map_node *n)
{
    word_t at = node_va(n), last = at + node_bytes(n) - 1;
    struct map_node *r;

    while (at <= last && (r = table_next(n->space, at, last)) != NULL) {
        at = node_va(r) + node_bytes(r);
        tree_settle_root(r);
        long_point(STEP_NODE);
        if (at == 0)
            break;
    }
}

static bool split_node(struct map_node *n)
{
    struct map_node *last = NULL, *pieces = new_pieces(n, &last);
    unsigned kind = node_kind(n);
    word_t table = table_new(n->space, kind);
    paddr_t frame = node_frame(n);

    if (pieces && table)
        node_gather(n); /* the pieces' hardware bits start clean */
    if (pieces == NULL || table == 0 ||
        (!node_is_root(n) && arch_split(n->space, node_va(n), kind) != OK)) {
        if (table)
            table_drop(n->space, table, kind);
        free_pieces(pieces);
        return false;
    }
    table_split(n, table, pieces);
    node_replace(n, pieces, last);
    for (struct map_node *p = pieces, *next; p; p = next) {
        next = p == last ? NULL : p->next;
        p->parent = n->parent;
        node_set_bits(p, NODE_OWN, node_bits(n, NODE_OWN));
        if (node_is_root(n))
            p->next = p->prev = NULL; /* roots are nobody's children */
        long_point(STEP_NODE);
    }
    hand_out_children(n, frame);
    if (node_is_root(n))
        settle_roots(n);
    node_free(n);
    return true;
}

static struct map_node *next_of_kind(struct map_node *n, unsigned kind)
{
    for (unsigned i = 1; n && node_kind(n) != kind; i++) {
        n = n->next;
        long_look(i);
    }
    return n;
}

bool tree_split(struct map_node *top)
{
    unsigned kind = node_kind(top);
    struct map_node *n = top, *next;

    if (kind == 0)
        return false;
    for (;;) {
        while ((next = next_of_kind(n->child, kind)) != NULL)
            n = next;
        do { /* nothing below n is as large as n */
            if (n == top)
                return split_node(top);
            struct map_node *parent = n->parent;
            next = next_of_kind(n->next, kind);
            if (!split_node(n))
                (void)tree_revoke(n, RIGHTS_ALL, true);
            n = next ? next : parent;
        } while (next == NULL);
    }
}

/* ---- roots --------------------------------------------------------------- */

/* Move what smaller roots in its page have to the larger one. */
static void absorb_roots(struct map_node *root)
{
    word_t at = node_va(root), last = at + node_bytes(root) - 1;
    struct map_node *r, *c;

    while ((r = table_next(root->space, at, last)) != NULL) {
        at = node_va(r);
        node_set_bits(root, NODE_OWN,
                      node_bits(root, NODE_OWN) | node_bits(r, NODE_OWN));
        while ((c = r->child) != NULL) {
            node_unlink(c);
            node_link(root, c);
            long_point(STEP_NODE);
        }
        table_leave(root->space, r);
        node_free(r);
        long_point(STEP_NODE);
    }
}

struct map_node *tree_root(paddr_t pa, unsigned kind)
{
    struct map_node *root = table_find(sigma0_space, pa);

    if (root && node_kind(root) >= kind)
        return root;
    root = node_new(sigma0_space, pa, kind, RIGHTS_ALL);
    if (root == NULL)
        return NULL;
    if (kind > 0)
        absorb_roots(root);
    if (table_enter(sigma0_space, root) == OK)
        return root;
    node_free(root); /* a lone one: with smaller roots, tables were there */
    return NULL;
}
