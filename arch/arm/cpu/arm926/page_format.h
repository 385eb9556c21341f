/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_PAGE_FORMAT_H
#define PECAN_PAGE_FORMAT_H
/*
 * Page tables of ARMv5: small pages, whose four quarters have rights of their
 * own, and sections. There are no global entries, no access flag and no bit for
 * execution. What was not accessed yet is the kernel's.
 *
 * The caches know memory by its modified virtual address. All that is cached is
 * written through, so that nothing in a cache is ever newer than memory and
 * forgetting is all the maintenance there is; see spaces.c.
 */
#include <arch/cpu.h>
#include <arch/paging.h>

#include "space.h"

/* The rest of a table's entry is its address. */
enum { TABLE_BITS = 1 | 1 << 4 };
enum { DOMAIN_SHIFT = 5, DOMAIN_MASK = 0xf << DOMAIN_SHIFT };
enum { USER_TABLE_BITS = TABLE_BITS | LARGE_DOMAIN << DOMAIN_SHIFT };
enum { CACHED = 1 << 3, BUFFERED = 1 << 2 };
/* Rights: 0 as SCTLR.S says, read for the kernel; 1 the kernel's; 2 users read;
 * 3 users write. */
enum { RIGHTS_KERNEL = 1, RIGHTS_USER = 2, RIGHTS_WRITE = 3 };
enum { SECTION_ENTRY = 2 | 1 << 4, SECTION_RIGHTS = 10 };
enum { PAGE_ENTRY = 2, PAGE_RIGHTS_SHIFT = 4, QUARTERS = 0x55 };

/* What has been accessed may be in a cache, by lines of the address. */
enum { CACHES_ARE_VIRTUAL = 1, CLEANED_AT_ONCE = SECTION };
/* The TLB has pages and sections only, but also those that were never accessed:
 * they have refused an access. */
enum { TLB_HAS_TABLES = 0, TLB_HAS_UNUSED = 1 };

static inline uint32_t kernel_section(paddr_t pa, bool device, bool execute)
{
    (void)execute;
    return pa | SECTION_ENTRY | RIGHTS_KERNEL << SECTION_RIGHTS |
           (device ? 0 : CACHED);
}

/* A page of the TCB array. */
static inline uint32_t kernel_page(paddr_t pa, bool read_only)
{
    return pa | PAGE_ENTRY | CACHED |
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
    uint32_t memory = type == WRITE_THROUGH ? CACHED
                      : type == NOT_CACHED  ? BUFFERED
                                            : 0;

    if (kind)
        return pa | SECTION_ENTRY | rights << SECTION_RIGHTS | memory;
    return pa | PAGE_ENTRY | (rights * QUARTERS) << PAGE_RIGHTS_SHIFT | memory;
}
static inline bool page_accessed(unsigned kind, uint32_t entry)
{
    return entry >> (kind ? SECTION_RIGHTS : PAGE_RIGHTS_SHIFT) & RIGHTS_USER;
}
static inline enum type page_type(unsigned kind, uint32_t entry)
{
    (void)kind;
    return entry & CACHED     ? WRITE_THROUGH
           : entry & BUFFERED ? NOT_CACHED
                              : DEVICE;
}

/* A section's software bits are which of three domains it is in: not to be
 * written; not written yet; written. */
static inline uint32_t section_with_soft(unsigned soft)
{
    unsigned state = soft & SOFT_WRITTEN ? 2 : soft & SOFT_W ? 1 : 0;

    return (LARGE_DOMAIN + state) << DOMAIN_SHIFT;
}
static inline unsigned section_soft(uint32_t entry)
{
    unsigned state = ((entry & DOMAIN_MASK) >> DOMAIN_SHIFT) - LARGE_DOMAIN;

    return (state ? SOFT_W : 0) | (state == 2 ? SOFT_WRITTEN : 0);
}

/* sigma0 has all memory besides those whose it is. */
static inline enum type default_type(const struct space *s, paddr_t pa)
{
    return !paging_is_ram(pa) ? DEVICE : s->sigma0 ? NOT_CACHED : WRITE_THROUGH;
}

/* The attributes of docs/abi-arm.md. */
static const uint8_t attribute_of[TYPES] = {
    [NOT_CACHED] = 5,
    [DEVICE] = 4,
};

/* The vector page (vectors.S). */
void paging_boot_more(uint32_t *table, word_t offset);
/* The direct map once more, not cached. */
void paging_boot_done_more(void);

/* s's first-level entry has changed: what the MMU has of it, too. */
void paging_first(struct space *s, const uint32_t *entry);
/* Something is to be mapped at va: s may have to become large. */
void paging_make_room(struct space *s, vaddr_t va);

/* Do the caches have lines of memory that is gone? Then no more. */
extern bool paging_stale;
void paging_forget_now(void);
/* What users can address is s's, which the MMU has. */
static inline void paging_enter(const struct space *s)
{
    word_t domains = s->arch.domains;

    write_fcse("enter_process", s->arch.window);
    write_dacr("enter_domains", domains);
}
/* An instruction of t could not be fetched. Result: t, if only because the MMU
 * had nothing of its space; now it has, and t goes on. Or NULL. */
struct tcb *paging_first_fetch(struct tcb *t);

/* May TLB and caches have something of s, and by which address? */
static inline bool paging_visible(const struct space *s)
{
    return s->arch.domains != DOMAINS_NONE;
}
static inline vaddr_t paging_at(const struct space *s, vaddr_t va)
{
    return s->arch.window + va; /* in a slot all addresses are below its end */
}

/* An entry for va changed or went away; site: a name (arch/site.h). */
#define flush_page(site, s, va) \
    do { \
        dsb(); \
        if (paging_visible(s)) \
            write_tlbimva(site, paging_at(s, va) & ~(vaddr_t)0xfff); \
    } while (0)

#endif
