/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Map, grant and unmap of fpages: which pages, of which size, from where to
 * where. Paper 2.1; x2.md 2.10.5 and 2.11. The trees: map_tree.c.
 *
 * A transfer goes page by page with the largest page that source, target and
 * both alignments allow. What is in the way at the target is removed or split
 * first; that may change the source too (one space may map to itself, or back
 * to whom it got a page from), so the page is then looked at anew.
 */
#include "map.h"
#include "arch.h"
#include "kdb.h"
#include "long.h"
#include "map_tree.h"
#include "space.h"

enum { FPAGE_COMPLETE_SIZE = 1, RESERVED_RANGES = 4 };

static const word_t page_bytes = 4096;

/* ---- ranges -------------------------------------------------------------- */

static struct {
    paddr_t low, high;
} reserved[RESERVED_RANGES];
static unsigned reserved_count;

void map_reserve(paddr_t low, paddr_t high)
{
    assert(reserved_count < RESERVED_RANGES);
    reserved[reserved_count].low = low;
    reserved[reserved_count++].high = high;
}

static word_t mask(unsigned bits)
{
    return bits >= WORD_BITS ? ~(word_t)0 : ((word_t)1 << bits) - 1;
}

static bool is_reserved(paddr_t pa, word_t bytes)
{
    if (pa > mask(ADDRESS_BITS)) /* no table reaches there */
        return true;
    for (unsigned i = 0; i < reserved_count; i++) {
        if (pa < reserved[i].high && pa + (bytes - 1) >= reserved[i].low)
            return true;
    }
    return false;
}

/* log2 of the size of a memory fpage; 0 for anything else. */
static unsigned memory_bits(fpage_t f)
{
    unsigned bits = fpage_size_bits(f);

    if ((f & ~(word_t)0xf) == FPAGE_COMPLETE)
        return WORD_BITS;
    return bits >= 10 && bits <= WORD_BITS ? bits : 0;
}

/* ---- map and grant ------------------------------------------------------- */

struct transfer {
    struct space *src, *dst;
    word_t from, to; /* the page looked at; from is physical for sigma0 */
    word_t last;     /* last byte of the source range                   */
    word_t rights;
    bool grant;
};

/* The window arithmetic; result: false if there is nothing to do. */
static bool set_ranges(struct transfer *t, fpage_t snd, word_t base,
                       fpage_t rcv)
{
    unsigned s = memory_bits(snd), r = memory_bits(rcv);

    if (s < page_bits(0) || r < page_bits(0))
        return false;
    t->from = snd & ~mask(10) & ~mask(s);
    t->to = rcv & ~mask(10) & ~mask(r);
    if (s < r)
        t->to += base & mask(r) & ~mask(s);
    else
        t->from += base & mask(s) & ~mask(r);
    t->last = t->from + mask(s < r ? s : r);
    return true;
}

/* The largest kind of page that can go from here to there in one piece, with n
 * the source (NULL: sigma0); PAGE_KINDS if there is none. */
static unsigned choose_kind(const struct transfer *t, const struct map_node *n)
{
    for (unsigned kind = PAGE_KINDS; kind-- > 0;) {
        word_t m = mask(page_bits(kind));
        if (((t->from | t->to) & m) == 0 && t->last - t->from >= m &&
            (n ? node_kind(n) >= kind : !is_reserved(t->from, m + 1)) &&
            space_user_range(t->dst, t->to, m + 1) &&
            !table_has_smaller(t->dst, t->to, kind))
            return kind;
    }
    return PAGE_KINDS;
}

enum progress { DONE, AGAIN, NO_MEMORY };

/* ---- caches that know memory by its virtual address ------------------------
 * There, what has more than one address and can be written at one is cached at
 * none. sigma0's own mappings do not count: the port caches nothing of them.
 * Two mappings with the same parent, or one above the other, are all there are;
 * so a node is either the only one or, unless nobody may write, marked already.
 */

/* Of a root's children, those that have memory of [pa, pa + bytes). */
static bool share_children(struct map_node *root, paddr_t pa, word_t bytes)
{
    struct map_node *n = root->child;
    bool any = false;

    for (unsigned i = 1; n; n = n->next, i++) {
        paddr_t frame = node_frame(n);
        if (frame < pa + bytes && pa < frame + node_bytes(n)) {
            tree_set_attribute(n, ARCH_SHARED_ATTRIBUTE);
            any = true;
        }
        long_look(i);
    }
    return any;
}

/* The source gets one more address. Result: the attribute for that, 0: none. */
static word_t share(struct map_node *n, paddr_t pa, word_t bytes)
{
    if (!phys_reachable(pa)) /* no RAM, so cached by nobody */
        return 0;
    if (node_is_root(n))
        return share_children(n, pa, bytes) ? ARCH_SHARED_ATTRIBUTE : 0;
    if ((node_bits(n, NODE_RIGHTS) & RIGHT_W) &&
        arch_attribute(n->space, node_va(n)) == 0)
        arch_set_attribute(n->space, node_va(n), node_kind(n),
                           ARCH_SHARED_ATTRIBUTE, false);
    return 0; /* it is inherited */
}

/* May n have no attribute of its own? */
static bool is_shared(const struct map_node *n)
{
    return (n->child || !node_is_root(n->parent)) &&
           phys_reachable(node_frame(n));
}

/* Something is mapped at the target already. n is the source or NULL. */
static enum progress meet_target(struct transfer *t, struct map_node *n,
                                 struct map_node *target, unsigned kind,
                                 paddr_t pa, word_t rights)
{
    bool larger = node_kind(target) > kind;
    bool same = (n ? target->parent == n : node_is_root(target->parent)) &&
                node_frame(target) + (t->to - node_va(target)) == pa;

    if (target == n) { /* a space's page to itself, or within a large one */
        if (t->from == t->to)
            return DONE;
        return tree_split(n) ? AGAIN : NO_MEMORY;
    }
    if (!same || t->grant) {
        if (!larger || !tree_split(target))
            tree_remove(target);
        return AGAIN;
    }
    rights |= node_bits(target, NODE_RIGHTS);
    if (rights == node_bits(target, NODE_RIGHTS))
        return DONE;
    if (larger)
        return tree_split(target) ? AGAIN : NO_MEMORY;
    if (ARCH_SHARED_ATTRIBUTE && (rights & RIGHT_W) && is_shared(target))
        tree_set_attribute(target, ARCH_SHARED_ATTRIBUTE);
    node_set_bits(target, NODE_RIGHTS, rights);
    arch_protect(t->dst, t->to, kind, rights);
    return DONE;
}

/* A node for the empty target, in table and page table, but in no tree. The
 * page table goes first: where the other has its tables, so it has (is_free).
 */
static struct map_node *new_target(struct transfer *t, unsigned kind,
                                   paddr_t pa, word_t rights)
{
    struct map_node *n = node_new(t->dst, t->to, kind, rights);

    if (n == NULL)
        return NULL;
    if (arch_map(t->dst, t->to, pa, kind, rights) == OK) {
        if (table_enter(t->dst, n) == OK)
            return n;
        (void)arch_status(t->dst, t->to, kind);
        arch_unmap(t->dst, t->to, kind);
    }
    node_free(n);
    return NULL;
}

/* What the new page at the target has from its source. */
static word_t inherited(const struct transfer *t)
{
    return t->src->sigma0 ? 0 : arch_attribute(t->src, t->from);
}
static void set_fresh(struct transfer *t, unsigned kind, word_t attribute)
{
    if (attribute)
        arch_set_attribute(t->dst, t->to, kind, attribute, true);
}

static enum progress map_page(struct transfer *t, struct map_node *n,
                              unsigned kind, paddr_t pa, word_t rights)
{
    struct map_node *source = n ? n : tree_root(pa, kind);
    word_t attribute = 0;

    if (source == NULL)
        return NO_MEMORY;
    if (ARCH_SHARED_ATTRIBUTE)
        attribute = share(source, pa, (word_t)1 << page_bits(kind));
    struct map_node *target = new_target(t, kind, pa, rights);
    if (target) {
        set_fresh(t, kind, attribute ? attribute : inherited(t));
        node_link(source, target);
        return DONE;
    }
    if (n == NULL)
        tree_settle_root(source);
    return NO_MEMORY;
}

static enum progress grant_page(struct transfer *t, struct map_node *n,
                                unsigned kind, paddr_t pa, word_t rights)
{
    if (node_kind(n) > kind)
        return tree_split(n) ? AGAIN : NO_MEMORY;
    word_t attribute = inherited(t);
    if (ARCH_SHARED_ATTRIBUTE) /* for a moment there are two */
        (void)share(n, pa, (word_t)1 << page_bits(kind));
    struct map_node *target = new_target(t, kind, pa, rights);
    if (target == NULL)
        return NO_MEMORY;
    set_fresh(t, kind, attribute);
    long_point(STEP_PAGE);
    if (rights != node_bits(n, NODE_RIGHTS))
        (void)tree_revoke(n, ~rights & RIGHTS_ALL, false);
    tree_grant(n, target);
    return DONE;
}

/* A page of this kind at t->from, of n or sigma0, meets what is at the target
 * (NULL: nothing). */
static enum progress put_page(struct transfer *t, struct map_node *n,
                              struct map_node *target, unsigned kind)
{
    word_t rights = t->rights & (n ? node_bits(n, NODE_RIGHTS) : RIGHTS_ALL);

    if (rights == 0)
        return DONE;
    paddr_t pa = n ? node_frame(n) + (t->from - node_va(n)) : t->from;
    if (target)
        return meet_target(t, n, target, kind, pa, rights);
    if (t->grant)
        return grant_page(t, n, kind, pa, rights);
    return map_page(t, n, kind, pa, rights);
}

/* The page at t->from. *bytes: how far to go on, when DONE. */
static enum progress transfer_page(struct transfer *t, word_t *bytes)
{
    struct map_node *n = t->src->sigma0 ? NULL : table_find(t->src, t->from);
    unsigned kind = choose_kind(t, n);

    *bytes = page_bytes;
    if (kind == PAGE_KINDS)
        return DONE;
    *bytes = (word_t)1 << page_bits(kind);
    return put_page(t, n, table_find(t->dst, t->to), kind);
}

/* Go to the first source page at or after t->from. Result: false if the range
 * has no more. */
static bool find_source(struct transfer *t)
{
    word_t skip = 0;

    if (!t->src->sigma0) {
        struct map_node *n = table_next(t->src, t->from, t->last);
        if (n == NULL)
            return false;
        if (node_va(n) > t->from)
            skip = node_va(n) - t->from;
    } else if (t->from > mask(ADDRESS_BITS)) {
        return false;
    }
    t->from += skip;
    t->to += skip;
    return t->to < USER_END;
}

enum error map_fpage(struct space *src, fpage_t snd, word_t base,
                     struct space *dst, fpage_t rcv, bool grant)
{
    struct transfer t = { .src = src,
                          .dst = dst,
                          .rights = fpage_rights(snd),
                          .grant = grant && !src->sigma0 };
    word_t bytes;

    /* sigma0 has everything already, and cannot lose it. */
    if (dst->sigma0 || !set_ranges(&t, snd, base, rcv))
        return OK;
    while (find_source(&t)) {
        enum progress p = transfer_page(&t, &bytes);
        long_point(STEP_PAGE);
        if (p == NO_MEMORY)
            return ERR_NOMEM;
        if (p == AGAIN)
            continue;
        if (t.last - t.from < bytes)
            break;
        t.from += bytes;
        t.to += bytes;
    }
    if (t.grant && memory_bits(snd) > memory_bits(rcv))
        (void)map_unmap(src, fpage_with_rights(snd, RIGHTS_ALL), true);
    return OK;
}

/* Can the page at t->from, which is n or sigma0's, be mapped at once: nothing
 * is at the target, nothing is divided or joined at the source, no table is
 * missing, and no cache full of it is cleaned? */
static bool is_free(const struct transfer *t, const struct map_node *n,
                    unsigned kind)
{
    if (table_find(t->dst, t->to) || !table_has_place(t->dst, t->to, kind))
        return false;
    if (n == NULL) {
        const struct map_node *root = table_find(sigma0_space, t->from);
        if (ARCH_SHARED_ATTRIBUTE && root && root->child)
            return false;
        return root ? node_kind(root) >= kind
                    : table_has_place(sigma0_space, t->from, kind);
    }
    return !ARCH_SHARED_ATTRIBUTE || node_kind(n) == 0;
}

bool map_at_once(struct space *src, fpage_t snd, word_t base, struct space *dst,
                 fpage_t rcv, bool grant, enum error *e)
{
    struct transfer t = { .src = src,
                          .dst = dst,
                          .rights = fpage_rights(snd),
                          .grant = grant && !src->sigma0 };
    const bool all = src->sigma0; /* owns all memory, without nodes */

    *e = OK;
    if (dst->sigma0 || !set_ranges(&t, snd, base, rcv))
        return true;
    if (t.grant) /* takes twice as long */
        return false;
    struct map_node *n = all ? NULL : table_find(src, t.from);
    unsigned kind = n || all ? choose_kind(&t, n) : PAGE_KINDS;
    if (kind == PAGE_KINDS) /* this one does not go */
        return t.last - t.from < page_bytes;
    if (t.last - t.from != mask(page_bits(kind)) || !is_free(&t, n, kind))
        return false;
    if (put_page(&t, n, NULL, kind) == NO_MEMORY)
        *e = ERR_NOMEM;
    return true;
}

/* ---- unmap --------------------------------------------------------------- */

/* What is really revoked: without r nothing is left on any hardware, and what
 * the hardware does not tell apart cannot be taken alone. */
static word_t revocable(word_t rights)
{
    return rights & RIGHT_R ? RIGHTS_ALL : rights & PAGE_RIGHTS;
}

word_t map_unmap(struct space *s, fpage_t f, bool flush)
{
    unsigned bits = memory_bits(f);
    word_t rights = revocable(fpage_rights(f)), status = 0;
    struct map_node *n;

    if (bits == 0)
        return 0;
    if (bits < page_bits(0))
        bits = page_bits(0);
    word_t at = f & ~mask(10) & ~mask(bits), last = at + mask(bits);
    while ((n = table_next(s, at, last)) != NULL) {
        word_t end = node_va(n) + (node_bytes(n) - 1);
        struct map_node *parent = n->parent;
        /* Part of a large page: it becomes small ones, or, when the memory for
         * that is missing, counts as named whole. */
        if ((node_va(n) < at || end > last) && tree_split(n))
            continue;
        status |= tree_revoke(n, rights, flush && !s->sigma0);
        if (s->sigma0)
            tree_settle_root(n);
        else if (node_is_root(parent))
            tree_settle_root(parent);
        long_point(STEP_NODE);
        if (end >= last)
            break;
        at = end + 1;
    }
    return status;
}

void map_set_attribute(struct space *s, fpage_t f, word_t attribute)
{
    unsigned bits = memory_bits(f);
    struct map_node *n;

    if (bits == 0)
        return;
    assert(arch_attribute_known(attribute));
    if (bits < page_bits(0))
        bits = page_bits(0);
    word_t at = f & ~mask(10) & ~mask(bits), last = at + mask(bits);
    while ((n = table_next(s, at, last)) != NULL) {
        word_t end = node_va(n) + (node_bytes(n) - 1);
        if ((node_va(n) < at || end > last) && tree_split(n))
            continue;
        bool shared = ARCH_SHARED_ATTRIBUTE && attribute == 0 && is_shared(n);
        tree_set_attribute(n, shared ? ARCH_SHARED_ATTRIBUTE : attribute);
        long_point(STEP_NODE);
        if (end >= last)
            break;
        at = end + 1;
    }
}

void map_destroy_space(struct space *s)
{
    struct map_node *n;
    word_t at = 0;

    while ((n = table_next(s, at, ~(word_t)0)) != NULL) {
        at = node_va(n);
        tree_remove(n);
        long_point(STEP_THREAD);
    }
    table_free(s);
}

bool map_sigma0_fault(struct space *s, vaddr_t va)
{
    va &= ~(page_bytes - 1);
    return space_user_range(s, va, page_bytes) &&
           !is_reserved(va, page_bytes) &&
           !arch_lookup(s, va, NULL, NULL, NULL) &&
           arch_map(s, va, va, 0, RIGHTS_ALL) == OK;
}

/* ---- kernel debugger ----------------------------------------------------- */

static void dump_node(const struct map_node *n, unsigned depth)
{
    word_t rights = node_bits(n, NODE_RIGHTS);

    for (; depth; depth--)
        kprintf("  ");
    kprintf("  space %p va %p 2^%u %c%c%c\n", (void *)n->space,
            (void *)node_va(n), page_bits(node_kind(n)),
            rights & RIGHT_R ? 'r' : '-', rights & RIGHT_W ? 'w' : '-',
            rights & RIGHT_X ? 'x' : '-');
}

void map_dump(paddr_t pa)
{
    struct map_node *n = table_find(sigma0_space, pa);
    unsigned depth = 0;

    while (n) {
        paddr_t frame = node_frame(n);
        bool covers = pa >= frame && pa - frame < node_bytes(n);
        if (covers)
            dump_node(n, depth);
        if (covers && n->child) {
            n = n->child;
            depth++;
            continue;
        }
        while (n && n->next == NULL) {
            n = n->parent;
            depth--;
        }
        if (n)
            n = n->next;
    }
}
