/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sv39 page tables: the kernel's own, and those of spaces.
 *
 * The upper half of every root table is copied when the space is made and never
 * changes: gigapages of the direct map, and one table that all share for the
 * TCB array. What the TLB is told: the back end's tlb.h. Rights of a page in
 * hardware terms: a writable page is also readable, nothing else is added.
 */
#include <arch/csr.h>
#include <arch/trap.h>

#include "kmem.h"
#include "long.h"
#include "string.h"
#include "tlb.h"

enum { ENTRIES = 512, PAGE = 4096, ROOT_KIND = 2, KERNEL_HALF = 256 };
enum {
    PTE_V = 1 << 0,
    PTE_R = 1 << 1,
    PTE_W = 1 << 2,
    PTE_X = 1 << 3,
    PTE_U = 1 << 4,
    PTE_G = 1 << 5,
    PTE_A = 1 << 6,
    PTE_D = 1 << 7,
    PTE_LEAF = PTE_R | PTE_W | PTE_X, /* none of them: a table */
    PTE_KERNEL = PTE_V | PTE_R | PTE_W | PTE_G | PTE_A | PTE_D,
};

typedef word_t table[ENTRIES] __attribute__((aligned(PAGE)));

static table kernel_root, tcb_tables, tcb_holes, no_tcbs;
word_t kernel_satp;

static word_t pte_make(paddr_t pa, word_t bits)
{
    return pa >> 12 << 10 | bits;
}
static paddr_t pte_address(word_t pte)
{
    return pte << 10 >> 20 << 12;
}
static word_t *pte_table(word_t pte)
{
    return phys_to_virt(pte_address(pte));
}
static bool pte_is_leaf(word_t pte)
{
    return (pte & PTE_LEAF) != 0;
}
static unsigned index_of(vaddr_t va, unsigned kind)
{
    return va >> page_bits(kind) & (ENTRIES - 1);
}

/* ---- the kernel's own ---------------------------------------------------- */

/* Still at physical addresses: of a variable, too. */
word_t paging_boot(void)
{
    paddr_t image = (paddr_t)kernel_root;
    const unsigned gigapages = LAYOUT_DIRECT_MAP_BYTES >> page_bits(ROOT_KIND);

    for (unsigned i = 0; i < gigapages; i++)
        kernel_root[KERNEL_HALF + i] =
            pte_make((paddr_t)i << page_bits(ROOT_KIND), PTE_KERNEL);
    unsigned here = image >> page_bits(ROOT_KIND);
    kernel_root[KERNEL_HALF + here] |= PTE_X;
    kernel_root[here] = kernel_root[KERNEL_HALF + here];

    for (unsigned i = 0; i < ENTRIES; i++)
        tcb_holes[i] =
            pte_make((paddr_t)no_tcbs, PTE_V | PTE_R | PTE_G | PTE_A);
    for (unsigned i = 0; i < LAYOUT_TCB_TABLES; i++)
        tcb_tables[i] = pte_make((paddr_t)tcb_holes, PTE_V);
    kernel_root[index_of(LAYOUT_TCBS, ROOT_KIND)] =
        pte_make((paddr_t)tcb_tables, PTE_V);
    return SATP_SV39 | (paddr_t)kernel_root >> 12;
}

void paging_boot_done(void)
{
    kernel_satp = SATP_SV39 | virt_to_phys(kernel_root) >> 12;
    /* The TLB forgets that with the first TCB's table, before any user. */
    memset(kernel_root, 0, KERNEL_HALF * sizeof(word_t));
}

enum error arch_tcb_back(word_t number)
{
    const void *tcb = (const void *)(ARCH_TCB_BASE + number * ARCH_TCB_BYTES);
    word_t *slot = &tcb_tables[index_of((vaddr_t)tcb, 1)];

    if (pte_table(*slot) == tcb_holes) {
        word_t *fresh = kmem_alloc(NULL, PAGE);
        if (fresh == NULL)
            return ERR_NOMEM;
        memcpy(fresh, tcb_holes, PAGE);
        table_filled();
        *slot = pte_make(virt_to_phys(fresh), PTE_V);
        tlb_flush_all("tcb_table");
    }
    word_t *pte = &pte_table(*slot)[index_of((vaddr_t)tcb, 0)];
    if (pte_address(*pte) != virt_to_phys(no_tcbs))
        return OK;
    void *page = kmem_alloc(NULL, PAGE);
    if (page == NULL)
        return ERR_NOMEM;
    *pte = pte_make(virt_to_phys(page), PTE_KERNEL);
    tlb_flush_kernel("tcb_back", tcb);
    return OK;
}

/* ---- spaces -------------------------------------------------------------- */

enum error arch_space_init(struct space *s)
{
    word_t *root = kmem_alloc(s, PAGE);

    if (root == NULL)
        return ERR_NOMEM;
    memcpy(root + KERNEL_HALF, kernel_root + KERNEL_HALF,
           KERNEL_HALF * sizeof(word_t));
    s->arch.root = root;
    tlb_space_init(s);
    return OK;
}

static void free_one_table(struct space *s, word_t *t)
{
    kmem_free(s, t, PAGE);
    long_point(STEP_NODE);
}

/* No leaf is below this table of `kind`, 0 or 1; so those below it are empty.
 */
static void free_table(struct space *s, word_t *t, unsigned kind)
{
    _Static_assert(ROOT_KIND == 2, "one level between the root and the last");

    for (unsigned i = 0; kind > 0 && i < ENTRIES; i++) {
        if (t[i])
            free_one_table(s, pte_table(t[i]));
        long_look(i);
    }
    free_one_table(s, t);
}

word_t arch_space_control(struct space *s, word_t control)
{
    (void)s; /* there is nothing to control */
    (void)control;
    return 0;
}

void arch_space_destroy(struct space *s)
{
    if (s->arch.satp && csr_read("satp") == s->arch.satp)
        satp_write("space_destroy", kernel_satp);
    for (unsigned i = 0; i < KERNEL_HALF; i++) {
        if (s->arch.root[i])
            free_table(s, pte_table(s->arch.root[i]), ROOT_KIND - 1);
        long_look(i);
    }
    kmem_free(s, s->arch.root, PAGE);
    s->arch.root = NULL;
}

/* va's entry in s, and its kind: a leaf, or an empty one. */
static word_t *find(const struct space *s, vaddr_t va, unsigned *kind)
{
    word_t *t = s->arch.root;

    for (*kind = ROOT_KIND;; --*kind) {
        word_t *pte = &t[index_of(va, *kind)];
        if (*pte == 0 || pte_is_leaf(*pte))
            return pte;
        t = pte_table(*pte);
    }
}

static word_t pte_rights(word_t rights)
{
    return (rights & RIGHT_R ? PTE_R : 0) |
           (rights & RIGHT_W ? PTE_R | PTE_W : 0) |
           (rights & RIGHT_X ? PTE_X : 0);
}

/* The table that has va's entry of this kind, made if it is missing, or NULL.
 */
static word_t *table_for(struct space *s, vaddr_t va, unsigned kind)
{
    word_t *t = s->arch.root;

    for (unsigned k = ROOT_KIND; k > kind; k--) {
        word_t *pte = &t[index_of(va, k)];
        if (*pte == 0) {
            word_t *fresh = kmem_alloc(s, PAGE);
            if (fresh == NULL)
                return NULL;
            table_filled();
            *pte = pte_make(virt_to_phys(fresh), PTE_V);
            space_flush_tables("map_link", s);
        }
        t = pte_table(*pte);
    }
    return t;
}

enum error arch_map(struct space *s, vaddr_t va, paddr_t pa, unsigned kind,
                    word_t rights)
{
    word_t *t = table_for(s, va, kind);

    if (t == NULL)
        return ERR_NOMEM;
    word_t *pte = &t[index_of(va, kind)];
    if (*pte) { /* a table whose pages are all gone */
        word_t *old = pte_table(*pte);
        *pte = 0;
        space_flush_tables("map_table", s);
        free_table(s, old, kind - 1);
    }
    *pte = pte_make(pa, PTE_V | PTE_U | pte_rights(rights));
    return OK; /* a remembered invalid entry only faults: arch_touch() */
}

void arch_unmap(struct space *s, vaddr_t va, unsigned kind)
{
    unsigned found;
    word_t *pte = find(s, va, &found);

    if (*pte == 0 || found != kind)
        return;
    *pte = 0;
    space_flush("unmap", s, va);
}

void arch_protect(struct space *s, vaddr_t va, unsigned kind, word_t rights)
{
    unsigned found;
    word_t *pte = find(s, va, &found);

    if (*pte == 0 || found != kind)
        return;
    *pte = (*pte & ~(word_t)PTE_LEAF) | pte_rights(rights);
    space_flush("protect", s, va);
}

enum error arch_split(struct space *s, vaddr_t va, unsigned kind)
{
    unsigned found;
    word_t *pte = find(s, va, &found);
    word_t *fresh = kmem_alloc(s, PAGE);

    if (fresh == NULL)
        return ERR_NOMEM;
    word_t step = (word_t)1 << page_bits(kind - 1) >> 12 << 10;
    word_t old;
    do { /* again if the page was used meanwhile */
        old = *pte;
        for (unsigned i = 0; i < ENTRIES; i++) {
            fresh[i] = old + i * step;
            long_look(i);
        }
    } while (old != *pte);
    table_filled();
    *pte = pte_make(virt_to_phys(fresh), PTE_V);
    space_flush_tables("split", s);
    return OK;
}

word_t arch_status(struct space *s, vaddr_t va, unsigned kind)
{
    unsigned found;
    word_t *pte = find(s, va, &found);

    if (*pte == 0 || found != kind)
        return 0;
    word_t old =
        __atomic_fetch_and(pte, ~(word_t)(PTE_A | PTE_D), __ATOMIC_RELAXED);
    if (!(old & (PTE_A | PTE_D)))
        return 0;
    space_flush("status", s, va);
    /* Fetching is not told from reading: both, if the page allows it. */
    return RIGHT_R | (old & PTE_X ? RIGHT_X : 0) | (old & PTE_D ? RIGHT_W : 0);
}

bool arch_lookup(struct space *s, vaddr_t va, paddr_t *pa, unsigned *kind,
                 word_t *rights)
{
    unsigned found;

    if (va >= USER_END)
        return false;
    word_t pte = *find(s, va, &found);
    if (pte == 0)
        return false;
    if (pa)
        *pa = pte_address(pte) | (va & (((word_t)1 << page_bits(found)) - 1));
    if (kind)
        *kind = found;
    if (rights)
        *rights = (pte & PTE_R ? RIGHT_R : 0) | (pte & PTE_W ? RIGHT_W : 0) |
                  (pte & PTE_X ? RIGHT_X : 0);
    return true;
}

bool arch_touch(struct space *s, vaddr_t va, word_t right)
{
    unsigned kind;

    if (va >= USER_END)
        return false;
    word_t *pte = find(s, va, &kind);
    word_t need = right == RIGHT_R ? PTE_R : right == RIGHT_W ? PTE_W : PTE_X;
    word_t status = right == RIGHT_W ? PTE_A | PTE_D : PTE_A;
    if (!(*pte & need))
        return false;
    if ((*pte & status) != status)
        __atomic_fetch_or(pte, status, __ATOMIC_RELAXED);
    return true; /* who remembers the bits as they were faults: trap.c */
}

void arch_sync_code(void *p, word_t bytes)
{
    (void)p, (void)bytes;
    __asm__ volatile inline(SITE("sync_code") "fence.i" : : : "memory");
}

/* ---- attributes ---------------------------------------------------------- */

/* None but the default. */
bool arch_attribute_known(word_t attribute)
{
    return attribute == 0;
}

word_t arch_attribute(struct space *s, vaddr_t va)
{
    (void)s;
    (void)va;
    return 0;
}

void arch_set_attribute(struct space *s, vaddr_t va, unsigned kind,
                        word_t attribute, bool fresh)
{
    (void)s;
    (void)va;
    (void)kind;
    (void)attribute;
    (void)fresh;
}
