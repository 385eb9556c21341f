/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_PAGE_FORMAT_H
#define PECAN_PAGE_FORMAT_H
/*
 * Page tables of ARMv7-A, short format: pages of 4 KiB and sections of 1 MiB.
 * The kernel's entries are global. An entry has an access flag, but no bit for
 * writing or execution.
 */
#include <arch/cpu.h>
#include <arch/paging.h>

#include "space.h"

/* The two kinds of entries. Memory that is cached is not shared; write-back
 * allocates when written. */
static const struct format {
    uint32_t valid, execute_never, accessed, user, read_only, not_global;
    uint32_t type_mask, types[TYPES]; /* TEX, C, B */
} page_formats[PAGE_KINDS] = {
    { 1 << 1,
      1 << 0,
      1 << 4,
      1 << 5,
      1 << 9,
      1 << 11,
      7 << 6 | 3 << 2,
      { 1 << 6 | 3 << 2, 1 << 3, 1 << 6, 1 << 2 } },
    { 1 << 1,
      1 << 4,
      1 << 10,
      1 << 11,
      1 << 15,
      1 << 17,
      7 << 12 | 3 << 2,
      { 1 << 12 | 3 << 2, 1 << 3, 1 << 12, 1 << 2 } },
};
enum { TABLE_BITS = 1 }; /* the rest of a table's entry is its address */
enum { USER_TABLE_BITS = TABLE_BITS };
enum { CACHES_ARE_VIRTUAL = 0, CLEANED_AT_ONCE = 1 << 12 };
enum { TLB_HAS_TABLES = 1, TLB_HAS_UNUSED = 0 };

static inline uint32_t kernel_section(paddr_t pa, bool device, bool execute)
{
    return pa | 1 << 1 | 1 << 10 | (execute ? 0 : 1 << 4) |
           (device ? 1 << 2 : 1 << 12 | 3 << 2);
}

/* A page of the TCB array. These two are used before the MMU is on, where no
 * constant in memory has its address. */
static inline uint32_t kernel_page(paddr_t pa, bool read_only)
{
    return pa | 1 << 1 | 1 << 0 | 1 << 4 | 1 << 6 | 3 << 2 |
           (read_only ? 1 << 9 : 0);
}
static inline bool kernel_page_read_only(uint32_t entry)
{
    return entry & 1 << 9;
}

static inline uint32_t user_page(unsigned kind, paddr_t pa, enum type type,
                                 struct page_bits b)
{
    const struct format *f = &page_formats[kind];

    return pa | f->valid | f->not_global | f->types[type] |
           (b.user ? f->user : 0) | (b.accessed ? f->accessed : 0) |
           (b.writable ? 0 : f->read_only) |
           (b.executable ? 0 : f->execute_never);
}
static inline bool page_accessed(unsigned kind, uint32_t entry)
{
    return entry & page_formats[kind].accessed;
}
static inline enum type page_type(unsigned kind, uint32_t entry)
{
    const struct format *f = &page_formats[kind];
    unsigned type = 0;

    while (f->types[type] != (entry & f->type_mask))
        type++;
    return type;
}

/* A section's software bits are its domain; all check permissions. */
static inline uint32_t section_with_soft(unsigned soft)
{
    return soft << 5;
}
static inline unsigned section_soft(uint32_t entry)
{
    return entry >> 5 & 0xf;
}

static inline enum type default_type(const struct space *s, paddr_t pa)
{
    (void)s;
    return paging_is_ram(pa) ? WRITE_BACK : DEVICE;
}

/* The attributes of docs/abi-arm.md. */
static const uint8_t attribute_of[TYPES] = {
    [WRITE_BACK] = 1,
    [WRITE_THROUGH] = 2,
    [NOT_CACHED] = 5,
    [DEVICE] = 4,
};

static inline bool has_id(const struct space *s)
{
    return s->arch.context != 0;
}

/* There is no more than what paging_boot() maps. */
static inline void paging_boot_more(uint32_t *table, word_t offset)
{
    (void)table;
    (void)offset;
}
static inline void paging_boot_done_more(void)
{
}
/* The MMU has the space's own table, of any size. */
static inline void paging_first(struct space *s, const uint32_t *entry)
{
    (void)s;
    (void)entry;
}
static inline void paging_make_room(struct space *s, vaddr_t va)
{
    (void)s;
    (void)va;
}

/* An entry for va changed or went away; site: a name (arch/site.h). What the
 * branch predictor knows of va may stay: another frame's code passes
 * arch_sync_code() before it runs. */
#define flush_page(site, s, va) \
    do { \
        dsb(); \
        if (has_id(s)) { \
            write_tlbimva(site, ((va) & ~(vaddr_t)0xfff) | (s)->arch.context); \
            dsb(); \
        } \
        isb(); \
    } while (0)

#endif
