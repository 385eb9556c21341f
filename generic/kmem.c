/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel memory.
 *
 * Pages and blocks of up to 16 pages are a buddy system: a block of order n
 * starts at an address that is a multiple of its size, and merges with its
 * buddy when both are free. Objects below a page come from slabs: a page cut
 * into equal objects, given back to the buddies with its last object.
 *
 * What is known of a page stands in an array at the start of the pool, never in
 * the page, so free memory is not touched. Every operation takes a bounded
 * number of steps.
 */
#include "kmem.h"
#include "kmem_pool.h"
#include "kdb.h"
#include "long.h"
#include "space.h"
#include "string.h"

enum { NO_OBJECT = 0xffff, CLEARED_AT_ONCE = 512 };

const uint16_t class_bytes[CLASSES] = { 32, 48, 64, 128, 256, 512, 1024, 2048 };

struct kmem_pool pool;

static uint32_t order_head(unsigned order)
{
    return pool.pages + order;
}
static uint32_t class_head(unsigned class)
{
    return pool.pages + ORDERS + class;
}

static void ring_add(uint32_t head, uint32_t i)
{
    struct page *p = pool.page;

    p[i].next = p[head].next;
    p[i].prev = head;
    p[p[head].next].prev = i;
    p[head].next = i;
}

static void ring_remove(uint32_t i)
{
    struct page *p = pool.page;

    p[p[i].prev].next = p[i].next;
    p[p[i].next].prev = p[i].prev;
}

static void *page_address(uint32_t i)
{
    return pool.base + ((word_t)i << PAGE_BITS);
}

/* The page that begins the other half of the block twice as large; UINT32_MAX
 * if that lies outside the pool. Halves are told by address, not by index. */
static uint32_t buddy_of(uint32_t i, unsigned order)
{
    uintptr_t other =
        (uintptr_t)page_address(i) ^ ((uintptr_t)PAGE_BYTES << order);

    if (other < (uintptr_t)pool.base)
        return UINT32_MAX;
    other = (other - (uintptr_t)pool.base) >> PAGE_BITS;
    return other + (1u << order) <= pool.pages ? (uint32_t)other : UINT32_MAX;
}

static void block_free(uint32_t i, unsigned order)
{
    for (; order < ORDERS - 1; order++) {
        uint32_t buddy = buddy_of(i, order);
        if (buddy == UINT32_MAX || pool.page[buddy].state != PAGE_FREE ||
            pool.page[buddy].order != order)
            break;
        ring_remove(buddy);
        pool.page[i].state = pool.page[buddy].state = PAGE_INSIDE;
        if (buddy < i)
            i = buddy;
    }
    pool.page[i].state = PAGE_FREE;
    pool.page[i].order = (uint8_t)order;
    ring_add(order_head(order), i);
}

/* UINT32_MAX: there is none. */
static uint32_t block_take(unsigned order)
{
    unsigned have = order;

    while (have < ORDERS &&
           pool.page[order_head(have)].next == order_head(have))
        have++;
    if (have == ORDERS)
        return UINT32_MAX;
    uint32_t i = pool.page[order_head(have)].next;
    ring_remove(i);
    while (have > order) { /* keep the lower half, free the upper */
        have--;
        uint32_t upper = i + (1u << have);
        pool.page[upper].state = PAGE_FREE;
        pool.page[upper].order = (uint8_t)have;
        ring_add(order_head(have), upper);
    }
    pool.page[i].state = PAGE_TAKEN;
    pool.page[i].order = (uint8_t)order;
    return i;
}

void kmem_init(void *low, void *high)
{
    word_t pages = ((uintptr_t)high - (uintptr_t)low) >> PAGE_BITS;
    word_t table = (pages + HEADS) * sizeof(struct page);

    table = (table + PAGE_BYTES - 1) & ~(word_t)(PAGE_BYTES - 1);
    pages -= table >> PAGE_BITS;
    pool.page = low;
    pool.base = (uint8_t *)low + table;
    pool.pages = (uint32_t)pages;
    memset(pool.page, 0, table);
    for (uint32_t h = pool.pages; h < pool.pages + HEADS; h++)
        pool.page[h].next = pool.page[h].prev = h;
    for (uint32_t i = 0; i < pool.pages; i++)
        block_free(i, 0);
    pool.total = pool.available = (word_t)pool.pages << PAGE_BITS;
}

static void *slab_take(unsigned class)
{
    unsigned bytes = class_bytes[class];
    uint32_t i = pool.page[class_head(class)].next;

    if (i == class_head(class)) {
        i = block_take(0);
        if (i == UINT32_MAX)
            return NULL;
        struct page *fresh = &pool.page[i];
        fresh->state = PAGE_SLAB;
        fresh->order = (uint8_t) class;
        fresh->free = NO_OBJECT;
        fresh->fresh = fresh->used = 0;
        ring_add(class_head(class), i);
    }
    struct page *p = &pool.page[i];
    uint8_t *object = (uint8_t *)page_address(i);
    if (p->free != NO_OBJECT) {
        object += p->free;
        p->free = *(uint16_t *)object;
    } else {
        object += p->fresh;
        p->fresh = (uint16_t)(p->fresh + bytes);
    }
    p->used++;
    if (p->used == PAGE_BYTES / bytes)
        ring_remove(i); /* full: found again when one comes back */
    return object;
}

static void slab_give(uint8_t *object, unsigned class)
{
    uint32_t i = (uint32_t)((word_t)(object - pool.base) >> PAGE_BITS);
    struct page *p = &pool.page[i];

    assert(p->state == PAGE_SLAB && p->order == class && p->used);
    if (p->used == PAGE_BYTES / class_bytes[class])
        ring_add(class_head(class), i);
    *(uint16_t *)object = p->free;
    p->free = (uint16_t)(object - (uint8_t *)page_address(i));
    p->used--;
    if (p->used == 0) {
        ring_remove(i);
        block_free(i, 0);
    }
}

/* Class of a slab, or ARRAY_SIZE(class_bytes) + order of a block. */
static unsigned kind_for(word_t bytes, word_t *rounded)
{
    unsigned kind = 0;

    for (; kind < ARRAY_SIZE(class_bytes); kind++) {
        *rounded = class_bytes[kind];
        if (bytes <= *rounded)
            return kind;
    }
    for (*rounded = PAGE_BYTES; *rounded < bytes; *rounded *= 2)
        kind++;
    return kind;
}

void *kmem_alloc(struct space *charge, word_t bytes)
{
    word_t rounded;
    void *p = NULL;

    if (bytes > (word_t)PAGE_BYTES << (ORDERS - 1))
        return NULL;
    unsigned kind = kind_for(bytes, &rounded);
    if (charge && (charge->mem_used > charge->mem_limit ||
                   rounded > charge->mem_limit - charge->mem_used))
        return NULL;
    if (kind < ARRAY_SIZE(class_bytes)) {
        p = slab_take(kind);
    } else {
        uint32_t i = block_take(kind - (unsigned)ARRAY_SIZE(class_bytes));
        if (i != UINT32_MAX)
            p = page_address(i);
    }
    if (p == NULL)
        return NULL;
    if (charge)
        charge->mem_used += rounded;
    pool.available -= rounded;
    for (word_t at = 0; at < rounded; at += CLEARED_AT_ONCE) {
        memset((uint8_t *)p + at, 0, least(rounded - at, CLEARED_AT_ONCE));
        long_point(STEP_NODE);
    }
    return p;
}

void kmem_free(struct space *charge, void *p, word_t bytes)
{
    word_t rounded;
    unsigned kind = kind_for(bytes, &rounded);

    if (kind < ARRAY_SIZE(class_bytes)) {
        slab_give(p, kind);
    } else {
        uint32_t i =
            (uint32_t)((word_t)((uint8_t *)p - pool.base) >> PAGE_BITS);
        unsigned order = kind - (unsigned)ARRAY_SIZE(class_bytes);
        assert(pool.page[i].state == PAGE_TAKEN && pool.page[i].order == order);
        block_free(i, order);
    }
    if (charge) {
        assert(charge->mem_used >= rounded);
        charge->mem_used -= rounded;
    }
    pool.available += rounded;
}

word_t kmem_total(void)
{
    return pool.total;
}

word_t kmem_available(void)
{
    return pool.available;
}
