/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_KMEM_POOL_H
#define PECAN_KMEM_POOL_H
/*
 * How the pool of kernel memory is kept. Used by kmem.c, and by check_map.c,
 * which looks whether it is right.
 */
#include "types.h"

enum {
    PAGE_BITS = 12,
    PAGE_BYTES = 1 << PAGE_BITS,
    ORDERS = 5, /* 4 KiB to 64 KiB */
    CLASSES = 8,
};

/* 48 is the size of a mapping node on 64 bits, the most frequent object. */
extern const uint16_t class_bytes[CLASSES];

enum page_state {
    PAGE_INSIDE = 0, /* not the first of its block; or never ours          */
    PAGE_FREE,       /* first of a free block of `order`                   */
    PAGE_TAKEN,      /* first of a block in use                            */
    PAGE_SLAB,
};

struct page {
    uint32_t next, prev;  /* ring of free blocks or of slabs with room       */
    uint16_t free;        /* slab: offset of the first returned object       */
    uint16_t fresh;       /* slab: offset of the first never used object     */
    uint16_t used;        /* slab: objects given out                         */
    uint8_t state, order; /* order: of the block, or class of the slab       */
};

/* Rings are closed through heads that follow the pages in the array. */
enum { HEADS = ORDERS + CLASSES };

extern struct kmem_pool {
    uint8_t *base;     /* page 0                                            */
    struct page *page; /* [pages + HEADS]                                   */
    uint32_t pages;
    word_t total, available;
} pool;

#endif
