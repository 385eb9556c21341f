/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_PAGE_FORMAT_H
#define PECAN_PAGE_FORMAT_H
/*
 * Page tables of ARMv5: small pages, whose four quarters have rights of their
 * own (the same here), and sections. There are no global entries, no access
 * flag and no bit for execution. What was not accessed yet is the kernel's.
 *
 * The caches are virtual and know nothing of each other's aliases. So far
 * users' memory is not cached at all; the kernel's is written through, and what
 * it has cached of users' memory, by its own addresses, it forgets at every
 * entry (entry.S). So nothing is ever out of date, and no switch cleans a
 * cache.
 */
#include <arch/cpu.h>
#include <arch/paging.h>

#include "space.h"

enum { TABLE_BITS = 1 | 1 << 4 }; /* the rest is the table's address */
enum { WRITTEN_THROUGH = 1 << 3 };
/* Rights: 0 as SCTLR.S says, read for the kernel; 1 the kernel's; 2 users read;
 * 3 users write. */
enum { RIGHTS_KERNEL = 1, RIGHTS_USER = 2, RIGHTS_WRITE = 3 };
enum { SECTION_ENTRY = 2 | 1 << 4, SECTION_RIGHTS = 10 };
enum { PAGE_ENTRY = 2, PAGE_RIGHTS_SHIFT = 4, QUARTERS = 0x55 };

static inline uint32_t kernel_section(paddr_t pa, bool device, bool execute)
{
    (void)execute;
    return pa | SECTION_ENTRY | RIGHTS_KERNEL << SECTION_RIGHTS |
           (device ? 0 : WRITTEN_THROUGH);
}

/* A page of the TCB array. */
static inline uint32_t kernel_page(paddr_t pa, bool read_only)
{
    return pa | PAGE_ENTRY | WRITTEN_THROUGH |
           (read_only ? 0 : (RIGHTS_KERNEL * QUARTERS) << PAGE_RIGHTS_SHIFT);
}
static inline bool kernel_page_read_only(uint32_t entry)
{
    return !(entry & (RIGHTS_KERNEL * QUARTERS) << PAGE_RIGHTS_SHIFT);
}

static inline uint32_t user_page(unsigned kind, paddr_t pa, enum type type,
                                 struct page_bits b)
{
    uint32_t rights = !b.user || !b.accessed ? RIGHTS_KERNEL
                      : b.writable           ? RIGHTS_WRITE
                                             : RIGHTS_USER;
    uint32_t buffered = type == NOT_CACHED ? 1 << 2 : 0;

    if (kind)
        return pa | SECTION_ENTRY | rights << SECTION_RIGHTS | buffered;
    return pa | PAGE_ENTRY | (rights * QUARTERS) << PAGE_RIGHTS_SHIFT |
           buffered;
}
static inline bool page_accessed(unsigned kind, uint32_t entry)
{
    return entry >> (kind ? SECTION_RIGHTS : PAGE_RIGHTS_SHIFT) & RIGHTS_USER;
}
static inline enum type page_type(unsigned kind, uint32_t entry)
{
    (void)kind;
    return entry & 1 << 2 ? NOT_CACHED : DEVICE;
}

static inline enum type default_type(paddr_t pa)
{
    (void)pa;
    return DEVICE;
}

/* The attributes of docs/abi-arm.md. */
static const uint8_t attribute_of[TYPES] = {
    [NOT_CACHED] = 5,
    [DEVICE] = 4,
};

/* The vector page (vectors.S). */
void paging_boot_more(uint32_t *table, word_t offset);

/* An entry for va changed or went away; site: a name (arch/site.h). The TLB has
 * entries of one space. */
#define flush_page(site, s, va) \
    do { \
        dsb(); \
        if (paging_loaded(s)) \
            write_tlbimva(site, (va) & ~(vaddr_t)0xfff); \
    } while (0)

#endif
