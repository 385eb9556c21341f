/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of spaces: pages of 4 KiB and sections of 1 MiB.
 *
 * Every space has a first-level table of 16 KiB. Its upper quarter is a copy of
 * boot_table's (kernel_map.c).
 *
 * The processor keeps no reference or write bits. An entry's rights and status
 * are therefore four software bits and whether it was accessed; the hardware
 * bits allow only what has been done already, so that the first access, the
 * first write and the first execution, where that is told apart, fault
 * (arch_touch). Software bits of a section are in its domain field, those of a
 * page in a byte beside its table.
 *
 * What is said of first-level entries, the MMU may have in another place, too:
 * paging_first().
 */
#include <arch/trap.h>
#include <page_format.h>

#include "arch.h"
#include "kdb.h"
#include "kmem.h"
#include "long.h"
#include "space.h"

enum { ENTRY_TYPE = 3, ENTRY_TABLE = 1 };
/* What reading a page counts as. */
enum { RIGHTS_READ = PAGE_RIGHTS & RIGHT_X ? RIGHT_R : RIGHT_R | RIGHT_X };

struct small_table { /* second level */
    uint32_t entry[SMALL_ENTRIES];
    uint8_t soft[SMALL_ENTRIES];
    uint8_t unused[SMALL_ENTRIES * 3]; /* kernel memory comes in powers of 2 */
};

/* ---- spaces -------------------------------------------------------------- */

enum error arch_space_init(struct space *s)
{
    uint32_t *table = kmem_alloc(s, sizeof boot_table);

    if (table == NULL)
        return ERR_NOMEM;
    for (unsigned i = KERNEL_FIRST; i < TABLE_ENTRIES; i++) {
        table[i] = boot_table[i];
        long_look(i);
    }
    dsb();
    s->arch.table = table;
    paging_begin(s);
    return OK;
}

static struct small_table *small_table(uint32_t entry)
{
    return phys_to_virt(entry & ~(uint32_t)0x3ff);
}

word_t arch_space_control(struct space *s, word_t control)
{
    (void)s; /* there is nothing to control */
    (void)control;
    return 0;
}

void arch_space_destroy(struct space *s)
{
    if (s->arch.table == NULL)
        return;
    paging_end(s);
    for (unsigned i = 0; i < KERNEL_FIRST; i++) {
        if ((s->arch.table[i] & ENTRY_TYPE) == ENTRY_TABLE) {
            kmem_free(s, small_table(s->arch.table[i]),
                      sizeof(struct small_table));
            long_point(STEP_NODE);
        }
        long_look(i);
    }
    kmem_free(s, s->arch.table, sizeof boot_table);
    s->arch.table = NULL;
}

/* ---- entries ------------------------------------------------------------- */

struct slot {
    uint32_t *entry; /* NULL: no table there */
    uint8_t *soft;   /* NULL: a section, the bits are in the entry */
    unsigned kind;
    struct space *space; /* of a section */
};

static struct slot find_slot(struct space *s, vaddr_t va)
{
    uint32_t *entry = &s->arch.table[va >> 20];

    if ((*entry & ENTRY_TYPE) != ENTRY_TABLE)
        return (struct slot){ *entry ? entry : NULL, NULL, 1, s };
    struct small_table *t = small_table(*entry);
    unsigned i = va >> 12 & (SMALL_ENTRIES - 1);
    return (struct slot){ t->entry[i] ? &t->entry[i] : NULL, &t->soft[i], 0,
                          s };
}

static void slot_write(const struct slot *slot, uint32_t entry)
{
    *slot->entry = entry;
    if (slot->kind)
        paging_first(slot->space, slot->entry);
}

static unsigned slot_soft(const struct slot *slot)
{
    return slot->soft ? *slot->soft : section_soft(*slot->entry);
}

static uint32_t page_mask(unsigned kind)
{
    return ~(((uint32_t)1 << page_bits(kind)) - 1);
}

static enum type slot_type(const struct slot *slot)
{
    return page_type(slot->kind, *slot->entry);
}

/* The entry, if any, of a page whose attribute changes: it is not for users
 * until that is done. */
static struct {
    uint32_t *entry;
    bool accessed; /* what it says after that */
} changing;

/* Write a slot: what the hardware allows follows from soft. */
static void slot_set(const struct slot *slot, paddr_t pa, enum type type,
                     unsigned soft, bool accessed)
{
    struct page_bits bits = {
        .user = slot->entry != changing.entry,
        .accessed = accessed,
        .writable = (soft & SOFT_W) && (soft & SOFT_WRITTEN),
        .executable = (soft & SOFT_X) && (soft & SOFT_EXECUTED),
    };
    uint32_t e = user_page(slot->kind, pa & page_mask(slot->kind), type, bits);

    if (slot->soft)
        *slot->soft = (uint8_t)soft;
    else
        e |= section_with_soft(soft);
    slot_write(slot, e);
}

static bool slot_accessed(const struct slot *slot)
{
    return page_accessed(slot->kind, *slot->entry);
}

static unsigned soft_rights(word_t rights)
{
    rights &= PAGE_RIGHTS;
    return (rights & RIGHT_W ? SOFT_W : 0) | (rights & RIGHT_X ? SOFT_X : 0);
}

bool arch_touch(struct space *s, vaddr_t va, word_t access)
{
    if (va >= USER_END)
        return false;
    struct slot slot = find_slot(s, va);
    if (slot.entry == NULL)
        return false;
    unsigned soft = slot_soft(&slot);
    if (!(PAGE_RIGHTS & access)) /* execution is reading */
        access = RIGHT_R;
    if (access == RIGHT_W) {
        if (!(soft & SOFT_W))
            return false;
        soft |= SOFT_WRITTEN;
    } else if (access == RIGHT_X) {
        if (!(soft & SOFT_X))
            return false;
        soft |= SOFT_EXECUTED;
    }
    unsigned news = soft & ~slot_soft(&slot);
    if (slot.entry == changing.entry)
        changing.accessed = true;
    if (news || !slot_accessed(&slot)) {
        slot_set(&slot, *slot.entry & page_mask(slot.kind), slot_type(&slot),
                 soft, true);
        flush_page("touch", s, va);
    }
    /* What was written there reaches instruction fetch only now; by the user's
     * address, because not all memory has one of the kernel's. */
    if (news & SOFT_EXECUTED) {
        paging_load(s); /* it had no id when the short path went there */
        assert(paging_loaded(s));
        arch_sync_code((void *)(va & page_mask(slot.kind)),
                       ~page_mask(slot.kind) + 1);
    }
    return true;
}

/* ---- mapping ------------------------------------------------------------- */

/* The second-level table for va, made if it is missing, or NULL. */
static struct small_table *make_table(struct space *s, vaddr_t va)
{
    uint32_t *first = &s->arch.table[va >> 20];

    if ((*first & ENTRY_TYPE) == ENTRY_TABLE)
        return small_table(*first);
    struct small_table *t = kmem_alloc(s, sizeof *t);
    if (t) {
        dsb(); /* it is empty before the walker finds it */
        *first = virt_to_phys(t) | USER_TABLE_BITS;
        paging_first(s, first);
    }
    return t;
}

enum error arch_map(struct space *s, vaddr_t va, paddr_t pa, unsigned kind,
                    word_t rights)
{
    struct slot slot = { &s->arch.table[va >> 20], NULL, 1, s };

    paging_make_room(s, va);
    if (kind == 1) {
        uint32_t old = *slot.entry;
        if ((old & ENTRY_TYPE) == ENTRY_TABLE) { /* empty by now */
            slot_write(&slot, 0);
            if (TLB_HAS_TABLES)
                flush_page("map_table", s, va);
            kmem_free(s, small_table(old), sizeof(struct small_table));
        }
    } else {
        struct small_table *t = make_table(s, va);
        unsigned i = va >> 12 & (SMALL_ENTRIES - 1);
        if (t == NULL)
            return ERR_NOMEM;
        slot = (struct slot){ &t->entry[i], &t->soft[i], 0, s };
    }
    slot_set(&slot, pa, default_type(s, pa), soft_rights(rights), false);
    dsb();
    return OK;
}

void arch_unmap(struct space *s, vaddr_t va, unsigned kind)
{
    struct slot slot = find_slot(s, va);

    (void)kind;
    if (slot.entry == NULL)
        return;
    slot_write(&slot, 0); /* not accessed since arch_status() */
    if (TLB_HAS_UNUSED)
        flush_page("unmap", s, va);
    dsb();
}

void arch_protect(struct space *s, vaddr_t va, unsigned kind, word_t rights)
{
    struct slot slot = find_slot(s, va);

    (void)kind;
    if (slot.entry == NULL)
        return;
    unsigned status = slot_soft(&slot) & (SOFT_WRITTEN | SOFT_EXECUTED);
    slot_set(&slot, *slot.entry & page_mask(slot.kind), slot_type(&slot),
             status | soft_rights(rights), slot_accessed(&slot));
    dsb(); /* less: in no TLB, as in arch_unmap(); more: arch_touch() */
}

enum error arch_split(struct space *s, vaddr_t va, unsigned kind)
{
    struct slot slot = find_slot(s, va);
    struct small_table *t = kmem_alloc(s, sizeof *t);

    (void)kind; /* there is one kind to split */
    assert(slot.entry != NULL);
    if (t == NULL)
        return ERR_NOMEM;
    paddr_t pa = *slot.entry & page_mask(1);
    uint32_t old;
    do {                   /* again if the page was used meanwhile */
        old = *slot.entry; /* with the soft bits of a section */
        for (unsigned i = 0; i < SMALL_ENTRIES; i++) {
            struct slot small = { &t->entry[i], &t->soft[i], 0, s };
            slot_set(&small, pa + (i << 12), slot_type(&slot), slot_soft(&slot),
                     slot_accessed(&slot));
            long_point(STEP_LOOKS / 4);
        }
    } while (old != *slot.entry);
    slot_write(&slot, 0); /* break before make */
    flush_page("split", s, va);
    slot_write(&slot, virt_to_phys(t) | USER_TABLE_BITS);
    dsb();
    return OK;
}

word_t arch_status(struct space *s, vaddr_t va, unsigned kind)
{
    struct slot slot = find_slot(s, va);

    (void)kind;
    if (slot.entry == NULL || !slot_accessed(&slot))
        return 0;
    unsigned soft = slot_soft(&slot);
    word_t status = RIGHTS_READ | (soft & SOFT_WRITTEN ? RIGHT_W : 0) |
                    (soft & SOFT_EXECUTED ? RIGHT_X : 0);
    slot_set(&slot, *slot.entry & page_mask(slot.kind), slot_type(&slot),
             soft & (SOFT_W | SOFT_X), false);
    flush_page("status", s, va);
    if (CACHES_ARE_VIRTUAL && slot_type(&slot) == WRITE_THROUGH)
        paging_forget(s, va & page_mask(slot.kind), ~page_mask(slot.kind) + 1);
    return status;
}

bool arch_lookup(struct space *s, vaddr_t va, paddr_t *pa, unsigned *kind,
                 word_t *rights)
{
    if (va >= USER_END)
        return false;
    struct slot slot = find_slot(s, va);
    if (slot.entry == NULL)
        return false;
    if (pa)
        *pa =
            (*slot.entry & page_mask(slot.kind)) | (va & ~page_mask(slot.kind));
    if (kind)
        *kind = slot.kind;
    if (rights) {
        unsigned soft = slot_soft(&slot);
        *rights = RIGHTS_READ | (soft & SOFT_W ? RIGHT_W : 0) |
                  (soft & SOFT_X ? RIGHT_X : 0);
    }
    return true;
}

/* ---- attributes (docs/abi-arm.md) ---------------------------------------- */

static unsigned type_of(word_t attribute)
{
    unsigned type = 0;

    while (type < TYPES && attribute_of[type] != attribute)
        type++;
    return type;
}

bool arch_attribute_known(word_t attribute)
{
    return attribute == 0 || type_of(attribute) < TYPES;
}

word_t arch_attribute(struct space *s, vaddr_t va)
{
    struct slot slot = find_slot(s, va);

    if (slot.entry == NULL)
        return 0;
    enum type type = slot_type(&slot);
    bool usual = type == default_type(s, *slot.entry & page_mask(slot.kind));
    return usual ? 0 : attribute_of[type];
}

/* Users cannot use the page while its lines are cleaned, and the kernel may
 * stop in between. The lines are named by the user's address; that takes an
 * entry that counts as accessed. */
static void set_attribute(struct space *s, vaddr_t va, const struct slot *slot,
                          enum type type)
{
    paddr_t pa = *slot->entry & page_mask(slot->kind);
    unsigned soft = slot_soft(slot);
    vaddr_t end = va + ~page_mask(slot->kind) + 1;

    changing.entry = slot->entry;
    changing.accessed = slot_accessed(slot);
    slot_write(slot, 0); /* break before make */
    flush_page("attribute", s, va);
    slot_set(slot, pa, type, soft, true);
    dsb();
    for (vaddr_t a = va; a < end; a += CLEANED_AT_ONCE) {
        paging_forget(s, a, least(end - a, CLEANED_AT_ONCE));
        long_point(STEP_NODE);
    }
    changing.entry = NULL;
    slot_set(slot, pa, type, slot_soft(slot), changing.accessed);
    flush_page("attribute_done", s, va);
}

/* Lines of virtual caches are named without an entry, and all go at once. */
static void set_attribute_at_once(struct space *s, vaddr_t va,
                                  const struct slot *slot, enum type type)
{
    slot_set(slot, *slot->entry & page_mask(slot->kind), type, slot_soft(slot),
             slot_accessed(slot));
    flush_page("attribute_done", s, va);
    paging_forget(s, va, ~page_mask(slot->kind) + 1);
}

bool paging_changes(struct space *s, vaddr_t va)
{
    return va < USER_END && changing.entry &&
           find_slot(s, va).entry == changing.entry;
}

void arch_set_attribute(struct space *s, vaddr_t va, unsigned kind,
                        word_t attribute, bool fresh)
{
    struct slot slot = find_slot(s, va);

    (void)kind;
    if (slot.entry == NULL)
        return;
    paddr_t pa = *slot.entry & page_mask(slot.kind);
    enum type type = attribute ? type_of(attribute) : default_type(s, pa);
    if (type == slot_type(&slot))
        return;
    if (fresh) { /* in no TLB, and nothing of it in a cache */
        slot_set(&slot, pa, type, slot_soft(&slot), false);
        dsb();
    } else if (CACHES_ARE_VIRTUAL) {
        set_attribute_at_once(s, va, &slot, type);
    } else {
        set_attribute(s, va, &slot, type);
    }
}
