/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_PAGING_H
#define PECAN_ARCH_PAGING_H
/*
 * Page tables, between paging.c, kernel_map.c and the back end: its
 * <page_format.h> says how entries look, its spaces.c what the MMU has of a
 * space.
 */
#include <arch/types.h>
#include <stdbool.h>

struct space;
struct boot;

enum { TABLE_ENTRIES = 4096, SMALL_ENTRIES = 256, SECTION = 1 << 20 };
enum { KERNEL_FIRST = LAYOUT_DIRECT_MAP >> 20 };
extern uint32_t boot_table[TABLE_ENTRIES];

/* Kinds of memory; how each is cached is in the format. */
enum type { WRITE_BACK, WRITE_THROUGH, NOT_CACHED, DEVICE, TYPES };

/* Software bits of a user's page (paging.c). */
enum { SOFT_W = 1, SOFT_X = 2, SOFT_WRITTEN = 4, SOFT_EXECUTED = 8 };

/* What an entry of a user's page says, besides its address and type. */
struct page_bits {
    bool user;       /* for users at all                                  */
    bool accessed;   /* it was used already; if not, the first use faults */
    bool writable;   /* may be, and was, written                          */
    bool executable; /* may be, and was, executed                         */
};

/* offset: physical less link address; the MMU is still off. */
void paging_boot(word_t offset);
/* The memory map is known: nothing else may be reached. */
void paging_boot_done(const struct boot *b);
/* A device's registers, for the kernel. Only before the first space exists. */
void *paging_map_device(paddr_t pa);
/* Is there memory at pa? */
bool paging_is_ram(paddr_t pa);
/* Is va's page in s being changed by a long operation that has stopped? */
bool paging_changes(struct space *s, vaddr_t va);

/* The back end: s has a table and nothing in it; it ends, and the MMU is to
 * have nothing of it. */
void paging_begin(struct space *s);
void paging_end(struct space *s);
/* Has the MMU what s has? Make it so. */
bool paging_loaded(const struct space *s);
void paging_load(struct space *s);
/* The data caches keep nothing of what s has at [va, va + bytes), which is a
 * page or CLEANED_AT_ONCE; nobody uses it meanwhile. */
void paging_forget(struct space *s, vaddr_t va, word_t bytes);
/* Does its record say what it has to, for check.c? */
bool paging_is_consistent(const struct space *s);

#endif
