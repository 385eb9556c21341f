/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page directories and tables: two levels, pages of 4 KiB and, where the CPU
 * model has them, of 4 MiB. The direct map: paging_large.c or paging_small.c.
 *
 * The upper quarter of every directory is a copy of boot_directory's, which is
 * complete before the first space exists and never changes: the kernel adds
 * memory only below page tables that are there. Kernel pages are global where
 * there is such a thing.
 *
 * The TLB is untagged. A space that is not loaded has no entries in it, since
 * every load of CR3 drops them; so only the loaded one needs invlpg.
 */
#include <arch/cpu.h>
#include <arch/small.h>
#include <arch/trap.h>

#include "arch.h"
#include "kmem.h"
#include "long.h"
#include "space.h"
#include "string.h"

enum {
    PTE_PRESENT = 1,
    PTE_WRITE = 2,
    PTE_USER = 4,
    PTE_WT = 8,
    PTE_CD = 0x10,
    PTE_ACCESSED = 0x20,
    PTE_DIRTY = 0x40,
    PTE_LARGE = 0x80, /* in a directory */
    PTE_PAT = 0x80,   /* in a table     */
    PTE_GLOBAL = MODEL_PTE_GLOBAL,
    PTE_LARGE_PAT = 0x1000, /* in a directory, of a large page */
};
enum { ENTRIES = 1024, TABLE_BYTES = 4096 };
enum { IO_HALVES = 2 }; /* pages of I/O permissions, and one more byte */

#define PAGE_ALIGNED __attribute__((aligned(4096)))
uint32_t boot_directory[ENTRIES] PAGE_ALIGNED;
static uint32_t tcb_tables[LAYOUT_TCB_TABLES][ENTRIES] PAGE_ALIGNED;
static uint32_t word_table[ENTRIES] PAGE_ALIGNED;
static const uint32_t no_tcb[ENTRIES] PAGE_ALIGNED; /* 16 ids of no thread */
static uint32_t tss_table[ENTRIES] PAGE_ALIGNED;
static uint32_t no_ports[ENTRIES] PAGE_ALIGNED; /* all ones */
volatile word_t user_word[ENTRIES] PAGE_ALIGNED;

static unsigned directory_index(vaddr_t va)
{
    return va >> 22;
}
static unsigned table_index(vaddr_t va)
{
    return va >> 12 & (ENTRIES - 1);
}
static paddr_t entry_address(uint32_t entry)
{
    return entry & ~(uint32_t)0xfff;
}
static uint32_t entry_rights(word_t rights)
{
    return PTE_PRESENT | PTE_USER | (rights & RIGHT_W ? PTE_WRITE : 0);
}

/* ---- the kernel's own part ---- */

void paging_boot(void)
{
    const uint32_t kernel = PTE_PRESENT | PTE_WRITE | PTE_GLOBAL;

    uint32_t *direct = &boot_directory[directory_index(LAYOUT_DIRECT_MAP)];

    paging_direct(direct, kernel);
    for (unsigned i = 0; i < LAYOUT_TCB_TABLES; i++) {
        for (unsigned k = 0; k < ENTRIES; k++)
            tcb_tables[i][k] = virt_to_phys(no_tcb) | PTE_PRESENT | PTE_GLOBAL;
        boot_directory[directory_index(LAYOUT_TCBS) + i] =
            virt_to_phys(tcb_tables[i]) | PTE_PRESENT | PTE_WRITE;
    }
    word_table[0] = virt_to_phys((const void *)user_word) | PTE_PRESENT |
                    PTE_USER | PTE_GLOBAL;
    boot_directory[directory_index(LAYOUT_USER_WORD)] =
        virt_to_phys(word_table) | PTE_PRESENT | PTE_USER;
    for (unsigned i = 0; i < ENTRIES; i++)
        no_ports[i] = ~0u;
    tss_table[0] = virt_to_phys(&tss) | kernel;
    for (unsigned i = 1; i <= IO_HALVES + 1; i++)
        tss_table[i] = virt_to_phys(no_ports) | PTE_PRESENT;
    boot_directory[directory_index(LAYOUT_TSS)] =
        virt_to_phys(tss_table) | PTE_PRESENT | PTE_WRITE;
    if (MODEL_SMALL)
        small_boot(boot_directory);
    /* Where the processor is until it jumps to the kernel's addresses. Not
     * global: that would outlive the first switch. */
    boot_directory[0] = direct[0] & ~(uint32_t)PTE_GLOBAL;
}

void paging_boot_done(void)
{
    boot_directory[0] = 0; /* forgotten with the first switch */
}

enum error arch_tcb_back(word_t number)
{
    vaddr_t va = (vaddr_t)tcb_slot(number);
    uint32_t *entry = &tcb_tables[(va - LAYOUT_TCBS) >> 22][table_index(va)];
    void *page;

    if (*entry & PTE_WRITE)
        return OK;
    page = kmem_alloc(NULL, TABLE_BYTES);
    if (page == NULL)
        return ERR_NOMEM;
    *entry = virt_to_phys(page) | PTE_PRESENT | PTE_WRITE | PTE_GLOBAL;
    invlpg("tcb_back", va);
    return OK;
}

/* ---- spaces ---- */

static bool space_loaded(const struct space *s)
{
    return read_cr3() == virt_to_phys(s->arch.directory);
}

/* What is at va changed; a space that is small is in two places. */
#define forget(site, s, va) \
    do { \
        if (MODEL_SMALL) \
            small_forget(s, va); \
        if (space_loaded(s)) \
            invlpg(site, va); \
    } while (0)

enum error arch_space_init(struct space *s)
{
    s->arch.directory = kmem_alloc(s, TABLE_BYTES);
    if (s->arch.directory == NULL)
        return ERR_NOMEM;
    for (unsigned i = directory_index(USER_END); i < ENTRIES; i++) {
        s->arch.directory[i] = boot_directory[i];
        long_look(i);
    }
    return OK;
}

static void free_io(struct space *s)
{
    if (s->arch.io_map == NULL)
        return;
    for (unsigned half = 0; half < IO_HALVES; half++) {
        void *page = paging_io_page(s, half, false);
        if (page)
            kmem_free(s, page, TABLE_BYTES);
    }
    kmem_free(s, s->arch.io_map, TABLE_BYTES);
    s->arch.io_map = NULL;
}

void arch_space_destroy(struct space *s)
{
    uint32_t *directory = s->arch.directory;

    if (directory == NULL)
        return;
    io_destroy(s);
    if (MODEL_SMALL)
        small_leave(s);
    if (space_loaded(s))
        write_cr3("space_destroy", virt_to_phys(boot_directory));
    for (unsigned i = 0; i < directory_index(USER_END); i++) {
        if (directory[i] & PTE_PRESENT && !(directory[i] & PTE_LARGE)) {
            kmem_free(s, phys_to_virt(entry_address(directory[i])),
                      TABLE_BYTES);
            long_point(STEP_NODE);
        }
        long_look(i);
    }
    free_io(s);
    kmem_free(s, directory, TABLE_BYTES);
    s->arch.directory = NULL;
}

static void copy_page(void *to, const void *from)
{
    enum { PIECE = 512 };

    for (unsigned at = 0; at < TABLE_BYTES; at += PIECE) {
        memcpy((char *)to + at, (const char *)from + at, PIECE);
        long_point(STEP_NODE);
    }
}

/* A table for the segment of I/O permissions that is s's own. */
static bool make_io(struct space *s)
{
    if (s->arch.io_map)
        return true;
    s->arch.io_map = kmem_alloc(s, TABLE_BYTES);
    if (s->arch.io_map == NULL)
        return false;
    copy_page(s->arch.io_map, tss_table);
    s->arch.directory[directory_index(LAYOUT_TSS)] =
        virt_to_phys(s->arch.io_map) | PTE_PRESENT | PTE_WRITE;
    return true; /* so far it says what the common one says */
}

uint8_t *paging_io_page(struct space *s, unsigned half, bool make)
{
    void *page;

    if (!(make ? make_io(s) : s->arch.io_map != NULL))
        return NULL;
    uint32_t *entry = &s->arch.io_map[1 + half];
    if (entry_address(*entry) != virt_to_phys(no_ports))
        return phys_to_virt(entry_address(*entry));
    page = make ? kmem_alloc(s, TABLE_BYTES) : NULL;
    if (page == NULL)
        return NULL;
    copy_page(page, no_ports);
    *entry = virt_to_phys(page) | PTE_PRESENT;
    if (space_loaded(s)) /* a directory entry that is cached goes, too */
        invlpg("io_page", LAYOUT_TSS + (1 + half) * TABLE_BYTES);
    return page;
}

/* The entry that maps va, of whatever page size; NULL if nothing is there. */
static uint32_t *find_entry(struct space *s, vaddr_t va, unsigned *kind)
{
    uint32_t *entry = &s->arch.directory[directory_index(va)];

    *kind = 1;
    if ((*entry & PTE_PRESENT) && !(PAGE_KINDS > 1 && *entry & PTE_LARGE)) {
        uint32_t *table = phys_to_virt(entry_address(*entry));
        entry = &table[table_index(va)];
        *kind = 0;
    }
    return *entry & PTE_PRESENT ? entry : NULL;
}

uint32_t paging_entry(struct space *s, vaddr_t va)
{
    unsigned kind;
    const uint32_t *entry = find_entry(s, va, &kind);

    return entry ? *entry : 0;
}

enum error arch_map(struct space *s, vaddr_t va, paddr_t pa, unsigned kind,
                    word_t rights)
{
    uint32_t *entry = &s->arch.directory[directory_index(va)];
    uint32_t *table;

    if (PAGE_KINDS > 1 && kind == 1) {
        uint32_t old = *entry;
        *entry = pa | entry_rights(rights) | PTE_LARGE;
        if (old & PTE_PRESENT) { /* a table, empty by now */
            if (space_loaded(s)) /* it may be cached itself */
                write_cr3("map_table", read_cr3());
            kmem_free(s, phys_to_virt(entry_address(old)), TABLE_BYTES);
        }
        return OK;
    }
    if (!(*entry & PTE_PRESENT)) {
        table = kmem_alloc(s, TABLE_BYTES);
        if (table == NULL)
            return ERR_NOMEM;
        *entry = virt_to_phys(table) | PTE_PRESENT | PTE_USER | PTE_WRITE;
    }
    table = phys_to_virt(entry_address(*entry));
    table[table_index(va)] = pa | entry_rights(rights);
    return OK;
}

void arch_unmap(struct space *s, vaddr_t va, unsigned kind)
{
    uint32_t *entry = find_entry(s, va, &kind);

    if (entry == NULL)
        return;
    *entry = 0;
    forget("unmap", s, va);
}

void arch_protect(struct space *s, vaddr_t va, unsigned kind, word_t rights)
{
    uint32_t *entry = find_entry(s, va, &kind);

    if (entry == NULL)
        return;
    *entry = (*entry & ~(uint32_t)PTE_WRITE) | entry_rights(rights);
    forget("protect", s, va);
}

enum error arch_split(struct space *s, vaddr_t va, unsigned kind)
{
    uint32_t *entry = &s->arch.directory[directory_index(va)];
    uint32_t *table, old;

    (void)kind; /* there is one kind to split, */
    if (PAGE_KINDS == 1)
        return OK; /* or none */
    table = kmem_alloc(s, TABLE_BYTES);
    if (table == NULL)
        return ERR_NOMEM;
    do { /* again if the page was used meanwhile */
        old = *entry;
        uint32_t low = old & ~(uint32_t)(PTE_LARGE | PTE_LARGE_PAT);
        if (old & PTE_LARGE_PAT)
            low |= PTE_PAT; /* all other bits stay where they are */
        for (unsigned i = 0; i < ENTRIES; i++) {
            table[i] = low + (i << 12);
            long_look(i);
        }
    } while (old != *(volatile uint32_t *)entry);
    *entry = virt_to_phys(table) | PTE_PRESENT | PTE_USER | PTE_WRITE;
    forget("split", s, va);
    return OK;
}

/* The processor keeps "accessed" and "dirty"; a cached translation would not
 * set them again, so it goes. */
word_t arch_status(struct space *s, vaddr_t va, unsigned kind)
{
    uint32_t *entry = find_entry(s, va, &kind);
    word_t status = 0;

    if (entry == NULL || !(*entry & (PTE_ACCESSED | PTE_DIRTY)))
        return 0;
    if (*entry & PTE_ACCESSED)
        status |= RIGHT_R | RIGHT_X;
    if (*entry & PTE_DIRTY)
        status |= RIGHTS_ALL;
    *entry &= ~(uint32_t)(PTE_ACCESSED | PTE_DIRTY);
    forget("status", s, va);
    return status;
}

bool arch_lookup(struct space *s, vaddr_t va, paddr_t *pa, unsigned *kind,
                 word_t *rights)
{
    unsigned found;
    uint32_t *entry;

    if (va >= USER_END)
        return false;
    entry = find_entry(s, va, &found);
    if (entry == NULL)
        return false;
    if (pa != NULL) {
        word_t offset = ((word_t)1 << page_bits(found)) - 1;
        *pa = (*entry & ~offset) | (va & offset);
    }
    if (kind != NULL)
        *kind = found;
    if (rights != NULL)
        *rights = RIGHT_R | RIGHT_X | (*entry & PTE_WRITE ? RIGHT_W : 0);
    return true;
}

/* The processor sets these bits by itself for the user's own accesses. */
bool arch_touch(struct space *s, vaddr_t va, word_t access)
{
    unsigned kind;
    uint32_t *entry = va < USER_END ? find_entry(s, va, &kind) : NULL;

    if (entry == NULL || (access == RIGHT_W && !(*entry & PTE_WRITE)))
        return false;
    *entry |= access == RIGHT_W ? PTE_ACCESSED | PTE_DIRTY : PTE_ACCESSED;
    return true;
}

void arch_sync_code(void *p, word_t bytes)
{
    (void)p; /* the caches are coherent */
    (void)bytes;
}

/* ---- attributes ----------------------------------------------------------
 * x2.md 2.7. The entries of the page attribute table are what the processor
 * starts with, but for two (cpu.c); those two are last, for models without a
 * table.
 */

static const struct {
    uint8_t attribute, bits;
} cache_types[] = {
    { 0, 0 },                /* the default is write-back */
    { 1, 0 },                /* write-back                */
    { 2, PTE_WT },           /* write-through             */
    { 4, PTE_CD | PTE_WT },  /* uncacheable               */
    { 5, PTE_PAT },          /* write-combining           */
    { 8, PTE_PAT | PTE_WT }, /* write-protected           */
};

_Static_assert(MODEL_ATTRIBUTES <= ARRAY_SIZE(cache_types), "model.h");

bool arch_attribute_known(word_t attribute)
{
    for (unsigned i = 0; i < MODEL_ATTRIBUTES; i++) {
        if (cache_types[i].attribute == attribute)
            return true;
    }
    return false;
}

/* As they are in an entry for a small page. */
static uint32_t cache_bits(uint32_t entry, unsigned kind)
{
    uint32_t pat = entry & (kind == 0 ? PTE_PAT : PTE_LARGE_PAT);

    return (entry & (PTE_WT | PTE_CD)) | (pat ? PTE_PAT : 0);
}

word_t arch_attribute(struct space *s, vaddr_t va)
{
    unsigned kind, i = 0;
    uint32_t *entry = find_entry(s, va, &kind);

    if (entry == NULL)
        return 0;
    while (cache_types[i].bits != cache_bits(*entry, kind))
        i++;
    return cache_types[i].attribute;
}

void arch_set_attribute(struct space *s, vaddr_t va, unsigned kind,
                        word_t attribute, bool fresh)
{
    uint32_t *entry = find_entry(s, va, &kind);
    uint32_t pat = kind == 0 ? PTE_PAT : PTE_LARGE_PAT;
    unsigned i = 0;

    while (cache_types[i].attribute != attribute)
        i++;
    uint32_t bits = cache_types[i].bits;
    if (entry == NULL || cache_bits(*entry, kind) == bits)
        return;
    *entry = (*entry & ~(PTE_WT | PTE_CD | pat)) | (bits & (PTE_WT | PTE_CD)) |
             (bits & PTE_PAT ? pat : 0);
    if (fresh)
        return;
    forget("attribute", s, va);
    __asm__ volatile inline(SITE("attribute_cache") "wbinvd" : : : "memory");
}
