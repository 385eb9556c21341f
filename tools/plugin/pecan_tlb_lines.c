/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of virtual caches. A line that is read is brought in whole; one that is
 * only written is not. A write changes the line of its own address and no other
 * one, so what lines have is compared with memory: other contents count, not
 * that they have come by another way.
 */
#include "pecan_tlb_lines.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BITS = 5, LINE = 1 << LINE_BITS, PAGE_BITS = 12 };
enum { LINES_OF_PAGE = 1 << (PAGE_BITS - LINE_BITS), BUCKETS = 1 << 17 };

struct line {
    struct line *next;              /* same bucket */
    struct line *next_at, **before; /* same memory */
    uint64_t at, pa;                /* numbers of lines */
    uint64_t born;
    uint8_t which, dirty; /* the latter: words */
    uint8_t data[LINE];
};
static struct line *buckets[BUCKETS];
static struct line **pages[1 << (32 - PAGE_BITS)]; /* by physical address */
static uint64_t now = 1, all_gone;

static bool alive(const struct line *l)
{
    return l->born > all_gone;
}

static struct line **bucket_of(enum lines which, uint64_t at)
{
    return &buckets[((at << 1 | which) * 0x9e3779b97f4a7c15) >> 47];
}

static struct line *find(enum lines which, uint64_t at)
{
    struct line *l = *bucket_of(which, at);

    while (l && (l->at != at || l->which != which))
        l = l->next;
    return l;
}

/* The lines of this memory; NULL: there are none in its page. */
static struct line **lines_at(uint64_t pa)
{
    struct line **page = pages[(uint32_t)pa >> (PAGE_BITS - LINE_BITS)];

    return page ? &page[pa & (LINES_OF_PAGE - 1)] : NULL;
}

static void *allocate(size_t bytes)
{
    void *p = calloc(1, bytes);

    if (p == NULL)
        abort();
    return p;
}

static struct line *make(enum lines which, uint64_t at)
{
    struct line *l = allocate(sizeof(*l)), **bucket = bucket_of(which, at);

    l->next = *bucket;
    l->at = at;
    l->which = which;
    return *bucket = l;
}

static uint8_t dirty_words(uint64_t pa)
{
    struct line **all = lines_at(pa);
    uint8_t words = 0;

    for (struct line *l = all ? *all : NULL; l; l = l->next_at)
        if (alive(l))
            words |= l->dirty;
    return words;
}

static void bring_in(struct line *l, uint64_t pa)
{
    struct line ***page = &pages[(uint32_t)pa >> (PAGE_BITS - LINE_BITS)];

    if (*page == NULL)
        *page = allocate(LINES_OF_PAGE * sizeof(**page));
    if (l->before) {
        *l->before = l->next_at;
        if (l->next_at)
            l->next_at->before = l->before;
    }
    struct line **first = lines_at(pa);
    memcpy(l->data, memory_at(pa << LINE_BITS), LINE);
    l->dirty = 0;
    l->pa = pa;
    l->born = ++now;
    l->next_at = *first;
    l->before = first;
    if (*first)
        (*first)->before = &l->next_at;
    *first = l;
}

/* Of an access, what lies in one line. */
struct piece {
    uint64_t at, pa; /* numbers of lines */
    unsigned offset, bytes;
    uint8_t words;
};
static unsigned piece(struct piece *p, uint64_t va, uint64_t pa, unsigned bytes)
{
    unsigned offset = pa & (LINE - 1), left = LINE - offset;
    unsigned here = bytes < left ? bytes : left;
    unsigned first = offset / 4, last = (offset + here - 1) / 4;

    p->at = va >> LINE_BITS;
    p->pa = pa >> LINE_BITS;
    p->offset = offset;
    p->bytes = here;
    p->words = (uint8_t)((2u << last) - (1u << first));
    return here;
}

static bool read_line(enum lines which, const struct piece *p)
{
    struct line *l = find(which, p->at);
    const uint8_t *memory = memory_at(p->pa << LINE_BITS) + p->offset;

    if (l == NULL)
        l = make(which, p->at);
    bool stale = alive(l) ? memcmp(l->data + p->offset, memory, p->bytes) != 0
                          : dirty_words(p->pa) & p->words;
    if (stale || !alive(l))
        bring_in(l, p->pa);
    return stale;
}

bool lines_read(enum lines which, uint64_t va, uint64_t pa, unsigned bytes)
{
    bool stale = false;
    struct piece p;

    for (unsigned here; bytes; bytes -= here, va += here, pa += here) {
        here = piece(&p, va, pa, bytes);
        stale |= read_line(which, &p);
    }
    return stale;
}

bool lines_dirty(uint64_t pa, unsigned bytes)
{
    struct piece p;

    (void)piece(&p, 0, pa, bytes);
    return dirty_words(p.pa) & p.words;
}

static bool write_line(enum how how, const struct piece *p)
{
    struct line *own = how == NOT_CACHED ? NULL : find(DATA_LINES, p->at);
    struct line **all = lines_at(p->pa);
    bool stale = false;

    if (own && !alive(own))
        own = NULL;
    for (struct line *l = all ? *all : NULL; l; l = l->next_at)
        stale |= alive(l) && l != own && l->dirty & p->words;
    if (own)
        memcpy(own->data + p->offset, memory_at(p->pa << LINE_BITS) + p->offset,
               p->bytes);
    if (own && how == WRITTEN_BACK)
        own->dirty |= p->words;
    return stale;
}

bool lines_write(enum how how, uint64_t va, uint64_t pa, unsigned bytes)
{
    bool stale = false;
    struct piece p;

    for (unsigned here; bytes; bytes -= here, va += here, pa += here) {
        here = piece(&p, va, pa, bytes);
        stale |= write_line(how, &p);
    }
    return stale;
}

void lines_forget(enum lines which, uint64_t va)
{
    struct line *l = find(which, va >> LINE_BITS);

    if (l)
        l->born = 0;
}

void lines_forget_all(void)
{
    all_gone = ++now;
}

bool lines_known(void)
{
    return all_gone;
}
