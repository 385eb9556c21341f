/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invariants of mappings and of kernel memory (check.h): every mapping is in
 * its tree, its space's table and its page table, and nothing else is there;
 * every byte of the pool is free or charged.
 */
#include "check.h"
#include "arch.h"
#include "kip.h"
#include "kmem.h"
#include "kmem_pool.h"
#include "map_tree.h"
#include "space.h"

/* The layout of map_table.c's slots. */
enum { IS_TABLE = 1, ONE_LIVE = 2 };
enum { DEEPEST = 10000 };

static unsigned nodes, roots, children;

static word_t rounded(word_t bytes)
{
    unsigned class = 0;

    while (class < CLASSES && class_bytes[class] < bytes)
        class ++;
    if (class < CLASSES)
        return class_bytes[class];
    word_t block = PAGE_BYTES;
    while (block < bytes)
        block *= 2;
    return block;
}

/* ---- one node ------------------------------------------------------------ */

static void check_children(const struct map_node *n)
{
    const struct map_node *prev = NULL;

    for (const struct map_node *c = n->child; c; prev = c, c = c->next) {
        check_that(c->parent == n && c->prev == prev,
                   "invariant: the list of derived mappings", c);
        children++;
    }
}

static void check_parent(const struct map_node *n, paddr_t frame)
{
    const struct map_node *p = n->parent;
    unsigned depth = 0;

    check_that(p && check_is_space(p->space) &&
                   table_find(p->space, node_va(p)) == p,
               "invariant: a mapping is derived from one that is there", n);
    check_that(node_kind(p) >= node_kind(n) &&
                   frame - node_frame(p) <= node_bytes(p) - node_bytes(n),
               "invariant: a mapping is part of its parent", n);
    check_that(!(node_bits(n, NODE_RIGHTS) & ~node_bits(p, NODE_RIGHTS)),
               "invariant: rights do not grow", n);
    while (p->parent && depth++ < DEEPEST)
        p = p->parent;
    check_that(node_is_root(p) && p->parent == NULL,
               "invariant: every mapping comes from sigma0", n);
}

static void check_entry(struct space *s, const struct map_node *n)
{
    word_t given = node_bits(n, NODE_RIGHTS), rights;
    unsigned kind;
    paddr_t pa;

    check_that(arch_lookup(s, node_va(n), &pa, &kind, &rights) &&
                   kind == node_kind(n),
               "invariant: every mapping is in the page table", n);
    check_that(!((given ^ rights) & RIGHT_W) &&
                   (!(PAGE_RIGHTS & RIGHT_X) || !((given ^ rights) & RIGHT_X)),
               "invariant: the page table's rights are those given", n);
    check_that(given && space_user_range(s, node_va(n), node_bytes(n)),
               "invariant: where mappings may be", n);
    check_parent(n, pa);
}

static void check_node(struct space *s, const struct map_node *n, word_t va,
                       unsigned kind)
{
    check_that(n->space == s && node_va(n) == va && node_kind(n) == kind,
               "invariant: a mapping is where its table has it", n);
    check_children(n);
    if (!s->sigma0) {
        nodes++;
        check_entry(s, n);
        return;
    }
    roots++;
    check_that(n->parent == NULL && n->prev == NULL && n->next == NULL,
               "invariant: a root has no parent", n);
    check_that(n->child || node_bits(n, NODE_OWN),
               "invariant: a root is needed", n);
}

/* ---- tables -------------------------------------------------------------- */

static word_t slot_count(unsigned level)
{
    unsigned above =
        level + 1 < TABLE_LEVELS ? page_bits(level + 1) : ADDRESS_BITS;

    return (word_t)1 << (above - page_bits(level));
}

struct step { /* in the table of one level */
    word_t table, va, next, live;
};

/* Every node in s's table. Result: bytes of the table. */
static word_t check_table(struct space *s)
{
    struct step at[TABLE_LEVELS + 1];
    unsigned l = TABLE_LEVELS - 1;
    word_t bytes = 0;

    if (s->map_table == 0)
        return 0;
    at[l] = (struct step){ .table = s->map_table };
    while (l < TABLE_LEVELS) {
        struct step *p = &at[l];
        word_t size = slot_count(l) * WORD_BYTES;
        const word_t *slots = (const word_t *)(p->table & ~(size - 1));
        if (p->next == slot_count(l)) {
            check_that((p->table & (size - 1)) / ONE_LIVE == p->live,
                       "invariant: the count of a table's live slots", slots);
            bytes += rounded(size);
            if (++l < TABLE_LEVELS)
                at[l].live += p->live > 0;
            continue;
        }
        word_t slot = slots[p->next], va = p->va + (p->next << page_bits(l));
        p->next++;
        if (slot & IS_TABLE) {
            at[--l] = (struct step){ .table = slot, .va = va };
        } else if (slot) {
            p->live++;
            check_node(s, (const struct map_node *)slot, va, l);
        }
    }
    return bytes;
}

static void check_page(struct space *s, vaddr_t va, paddr_t pa, unsigned kind)
{
    paddr_t low = virt_to_phys(pool.page);
    word_t bytes = (word_t)1 << page_bits(kind);

    if (space_initialised(s) && va == fpage_base(s->kip_area)) {
        check_that(kind == 0 && pa == virt_to_phys(kip_page),
                   "invariant: where the KIP is", s);
        return;
    }
    for (const struct utcb_page *p = s->utcb_pages; p; p = p->next) {
        if (p->va == va) {
            check_that(kind == 0 && pa == virt_to_phys(p->memory),
                       "invariant: where the UTCBs are", s);
            return;
        }
    }
    check_that(pa + bytes <= low || pa >= virt_to_phys(pool.base) +
                                              ((word_t)pool.pages << PAGE_BITS),
               "invariant: nobody has the kernel's memory", s);
    const struct map_node *n = s->sigma0 ? NULL : table_find(s, va);
    check_that(
        s->sigma0 ? pa == va : n && node_va(n) == va && node_kind(n) == kind,
        "invariant: the page table has nothing but mappings", (void *)va);
}

/* ---- kernel memory ------------------------------------------------------- */

static word_t check_charge(struct space *s, word_t charged)
{
    unsigned before = nodes + roots;

    charged += check_table(s);
    charged += (nodes + roots - before) * rounded(sizeof(struct map_node));
    for (const struct utcb_page *p = s->utcb_pages; p; p = p->next)
        charged += PAGE_BYTES + rounded(sizeof *p);
    charged += arch_check_space(s, check_page);
    check_that(s->mem_used == charged,
               "invariant: a space pays for what it has", s);
    return charged;
}

/* Members of the ring that begins behind this head; each has state and order.
 */
static unsigned ring_length(uint32_t head, unsigned state, unsigned order)
{
    const struct page *p = pool.page;
    unsigned n = 0;

    for (uint32_t i = p[head].next; i != head; i = p[i].next) {
        check_that(i < pool.pages && p[p[i].prev].next == i &&
                       p[i].state == state && p[i].order == order &&
                       n++ < pool.pages,
                   "invariant: a ring of the pool", &p[i]);
    }
    return n;
}

/* Result: bytes given out. */
static word_t check_pool(void)
{
    unsigned free[ORDERS] = { 0 }, room[CLASSES] = { 0 };
    word_t taken = 0;

    for (uint32_t i = 0; i < pool.pages;) {
        const struct page *p = &pool.page[i];
        unsigned pages = 1;
        if (p->state == PAGE_SLAB) {
            unsigned most = PAGE_BYTES / class_bytes[p->order];
            check_that(p->used > 0 && p->used <= most, "invariant: a slab", p);
            taken += (word_t)p->used * class_bytes[p->order];
            room[p->order] += p->used < most;
        } else {
            check_that(p->state != PAGE_INSIDE && p->order < ORDERS,
                       "invariant: the pool is made of blocks", p);
            pages = 1u << p->order;
            if (p->state == PAGE_FREE)
                free[p->order]++;
            else
                taken += (word_t)pages << PAGE_BITS;
        }
        for (i++; --pages > 0; i++)
            check_that(i < pool.pages && pool.page[i].state == PAGE_INSIDE,
                       "invariant: a block of the pool", p);
    }
    for (unsigned i = 0; i < ORDERS; i++)
        check_that(ring_length(pool.pages + i, PAGE_FREE, i) == free[i],
                   "invariant: free blocks are listed", NULL);
    for (unsigned i = 0; i < CLASSES; i++)
        check_that(ring_length(pool.pages + ORDERS + i, PAGE_SLAB, i) ==
                       room[i],
                   "invariant: slabs with room are listed", NULL);
    check_that(taken == pool.total - pool.available,
               "invariant: the pool's own account", NULL);
    return taken;
}

void check_memory(void)
{
    word_t charged = arch_check_tcbs(), of_threads;
    struct space *s;

    nodes = roots = children = 0;
    for (unsigned i = 0; (s = check_space(i, &of_threads)) != NULL; i++) {
        charged += check_charge(s, of_threads) + rounded(sizeof *s);
        /* TCBs are charged to their spaces, but taken by the page. */
        const struct tcb *t = s->threads;
        do {
            charged -= ARCH_TCB_BYTES;
            t = t->in_space.next;
        } while (t != s->threads);
    }
    check_that(children == nodes, "invariant: every mapping is in its tree",
               NULL);
    check_that(check_pool() == charged,
               "invariant: all memory given out is paid for", NULL);
}
