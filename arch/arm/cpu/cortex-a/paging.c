/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of ARMv7-A, short format: pages of 4 KiB and sections of 1 MiB.
 *
 * Every space has a first-level table of 16 KiB. Its upper quarter is a copy of
 * boot_table's, which is complete before the first space exists and never
 * changes; the kernel's entries are global.
 *
 * The processor keeps no reference or write bits. An entry's rights and status
 * are therefore four software bits and the access flag; the hardware bits allow
 * only what has been done already, so that the first access, the first write
 * and the first execution fault (arch_touch). Software bits of a
 * section are in its domain field, those of a page in a byte beside its table.
 *
 * Address space ids: 1 to 255, taken in turns. A space that loses its id has no
 * TLB entries, so it needs no flush until it gets one again. Meanwhile what the
 * short IPC path loads for it is the boot table, which maps nothing for users,
 * and id 0: its thread's first instruction faults, and leaving the kernel from
 * there gives the space an id again.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

#include "arch.h"
#include "boot.h"
#include "kdb.h"
#include "kmem.h"
#include "long.h"
#include "space.h"

enum { TABLE_ENTRIES = 4096, SMALL_ENTRIES = 256, RAM_REGIONS = 8 };
enum { IDS = 256, BOOT_ID = 0 }; /* address space ids */
enum { CLEANED_AT_ONCE = 1 << 12 };
enum { KERNEL_FIRST = LAYOUT_DIRECT_MAP >> 20, SECTION = 1 << 20 };

struct small_table { /* second level */
    uint32_t entry[SMALL_ENTRIES];
    uint8_t soft[SMALL_ENTRIES];
    uint8_t unused[SMALL_ENTRIES * 3]; /* kernel memory comes in powers of 2 */
};

enum { SOFT_W = 1, SOFT_X = 2, SOFT_WRITTEN = 4, SOFT_EXECUTED = 8 };

enum type { WRITE_BACK, WRITE_THROUGH, NOT_CACHED, DEVICE, TYPES };

/* The two formats. Memory that is cached is not shared; write-back allocates
 * when written. */
static const struct format {
    uint32_t valid, execute_never, accessed, user, read_only, not_global;
    uint32_t type_mask, types[TYPES]; /* TEX, C, B */
} formats[PAGE_KINDS] = {
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
enum { ENTRY_TYPE = 3, ENTRY_TABLE = 1, SOFT_SHIFT = 5, SOFT_MASK = 0xf };

uint32_t boot_table[TABLE_ENTRIES] __attribute__((aligned(16384)));
static uint32_t tcb_tables[LAYOUT_TCB_TABLES][SMALL_ENTRIES]
    __attribute__((aligned(1024)));
static const uint32_t no_tcb[1024] __attribute__((aligned(4096)));

static struct space *id_owner[IDS];
static unsigned last_id = BOOT_ID;
static struct boot_region ram[RAM_REGIONS]; /* memory; all else is devices */
static unsigned rams;

/* ---- the kernel's own part ----------------------------------------------- */

static uint32_t kernel_section(paddr_t pa, bool device, bool execute)
{
    return pa | 1 << 1 | 1 << 10 | (execute ? 0 : 1 << 4) |
           (device ? 1 << 2 : 1 << 12 | 3 << 2);
}

/* Still where the image was loaded: every address needs the offset. */
void paging_boot(word_t offset)
{
    uint32_t *table = (uint32_t *)((char *)boot_table + offset);
    uint32_t *tcbs = (uint32_t *)((char *)tcb_tables + offset);
    word_t *own_offset = (word_t *)((char *)&phys_offset + offset);
    paddr_t start = LAYOUT_DIRECT_MAP + offset;
    uint32_t hole = ((word_t)no_tcb + offset) | 1 << 1 | 1 << 0 | 1 << 4 |
                    1 << 9 | 1 << 6 | 3 << 2;

    *own_offset = offset;
    for (unsigned i = 0; i < LAYOUT_DIRECT_MAP_BYTES >> 20; i++)
        table[KERNEL_FIRST + i] =
            kernel_section(start + (i << 20), false, i == 0);
    for (unsigned i = 0; i < LAYOUT_TCB_TABLES * SMALL_ENTRIES; i++)
        tcbs[i] = hole;
    for (unsigned i = 0; i < LAYOUT_TCB_TABLES; i++)
        table[(LAYOUT_TCBS >> 20) + i] =
            ((word_t)tcbs + i * sizeof(tcb_tables[0])) | ENTRY_TABLE;
    /* Where the processor is until it jumps to the kernel's addresses. */
    table[start >> 20] = kernel_section(start, false, true);
}

void paging_boot_done(const struct boot *b)
{
    for (unsigned i = 0; i < b->regions && rams < RAM_REGIONS; i++)
        if (b->region[i].type == 1)
            ram[rams++] = b->region[i];
    for (unsigned i = 0; i < KERNEL_FIRST; i++)
        boot_table[i] = 0;
    for (unsigned i = 0; i < LAYOUT_DIRECT_MAP_BYTES >> 20; i++) {
        void *va = (void *)(LAYOUT_DIRECT_MAP + (i << 20));
        if (!phys_reachable(virt_to_phys(va)))
            boot_table[KERNEL_FIRST + i] = 0;
    }
    dsb();
    write_tlbiall("boot_done");
    dsb();
    isb();
}

static bool is_ram(paddr_t pa)
{
    for (unsigned i = 0; i < rams; i++)
        if (pa >= ram[i].low && pa < ram[i].high)
            return true;
    return false;
}

bool phys_reachable(paddr_t pa)
{
    return pa - virt_to_phys((void *)LAYOUT_DIRECT_MAP) <
               LAYOUT_DIRECT_MAP_BYTES &&
           is_ram(pa);
}

void *paging_map_device(paddr_t pa)
{
    unsigned i = LAYOUT_DEVICES >> 20;
    uint32_t entry = kernel_section(pa & ~(paddr_t)(SECTION - 1), true, false);
    uint32_t *table = phys_to_virt(read_ttbr0() & ~(word_t)0x3fff);

    while (table[i] != 0 && table[i] != entry)
        i++;
    table[i] = entry;
    dsb();
    isb();
    return (void *)(i << 20 | (pa & (SECTION - 1)));
}

enum error arch_tcb_back(word_t number)
{
    vaddr_t va = (vaddr_t)tcb_slot(number);
    uint32_t *entry =
        &tcb_tables[(va - LAYOUT_TCBS) >> 20][va >> 12 & (SMALL_ENTRIES - 1)];
    const struct format *f = &formats[0];

    if (!(*entry & f->read_only))
        return OK;
    void *page = kmem_alloc(NULL, 4096);
    if (page == NULL)
        return ERR_NOMEM;
    *entry = 0; /* break before make */
    dsb();
    write_tlbimva("tcb_back", va);
    dsb();
    *entry = virt_to_phys(page) | f->valid | f->execute_never | f->accessed |
             f->types[WRITE_BACK];
    dsb();
    isb();
    return OK;
}

/* ---- address space ids --------------------------------------------------- */

static bool has_id(const struct space *s)
{
    return s->arch.context != BOOT_ID;
}

static void give_id(struct space *s, unsigned id)
{
    s->arch.context = id;
    s->arch.ttbr =
        virt_to_phys(id == BOOT_ID ? boot_table : s->arch.table) | TTBR_WALK;
}

static bool loaded(const struct space *s)
{
    return read_ttbr0() == s->arch.ttbr && has_id(s);
}

static void load(word_t context, word_t ttbr)
{
    word_t boot = read_ttbr1(); /* this table has globals only */

    write_ttbr0("switch_between", boot);
    isb();
    write_contextidr("switch_id", context);
    isb();
    write_ttbr0("switch_table", ttbr);
    isb();
}

static void take_id(struct space *s)
{
    do
        last_id = last_id == IDS - 1 ? BOOT_ID + 1 : last_id + 1;
    while (id_owner[last_id] && loaded(id_owner[last_id]));
    if (id_owner[last_id])
        give_id(id_owner[last_id], BOOT_ID);
    dsb(); /* no entry tagged with this id remains */
    write_tlbiasid("id_taken", last_id);
    write_bpiall("id_taken_branch");
    dsb();
    isb();
    id_owner[last_id] = s;
    give_id(s, last_id);
}

void paging_load(struct space *s)
{
    if (loaded(s))
        return;
    if (!has_id(s))
        take_id(s);
    load(s->arch.context, s->arch.ttbr);
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
    give_id(s, BOOT_ID);
    return OK;
}

static struct small_table *small_table(uint32_t entry)
{
    return phys_to_virt(entry & ~(uint32_t)0x3ff);
}

void arch_space_destroy(struct space *s)
{
    if (s->arch.table == NULL)
        return;
    if (has_id(s)) {
        unsigned id = s->arch.context;
        bool in_force = loaded(s);
        give_id(s, BOOT_ID);
        if (in_force)
            load(s->arch.context, s->arch.ttbr);
        id_owner[id] = NULL; /* what is tagged with it: take_id() */
    }
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
};

static struct slot find_slot(const struct space *s, vaddr_t va)
{
    uint32_t *entry = &s->arch.table[va >> 20];

    if ((*entry & ENTRY_TYPE) != ENTRY_TABLE)
        return (struct slot){ *entry ? entry : NULL, NULL, 1 };
    struct small_table *t = small_table(*entry);
    unsigned i = va >> 12 & (SMALL_ENTRIES - 1);
    return (struct slot){ t->entry[i] ? &t->entry[i] : NULL, &t->soft[i], 0 };
}

static unsigned slot_soft(const struct slot *slot)
{
    return slot->soft ? *slot->soft : *slot->entry >> SOFT_SHIFT & SOFT_MASK;
}

static uint32_t page_mask(unsigned kind)
{
    return ~(((uint32_t)1 << page_bits(kind)) - 1);
}

static enum type default_type(paddr_t pa)
{
    return is_ram(pa) ? WRITE_BACK : DEVICE;
}

static enum type slot_type(const struct slot *slot)
{
    const struct format *f = &formats[slot->kind];
    unsigned type = 0;

    while (f->types[type] != (*slot->entry & f->type_mask))
        type++;
    return type;
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
    const struct format *f = &formats[slot->kind];
    uint32_t e = (pa & page_mask(slot->kind)) | f->valid | f->not_global |
                 f->types[type];

    if (slot->entry != changing.entry)
        e |= f->user;
    if (accessed)
        e |= f->accessed;
    if ((soft & (SOFT_W | SOFT_WRITTEN)) != (SOFT_W | SOFT_WRITTEN))
        e |= f->read_only;
    if ((soft & (SOFT_X | SOFT_EXECUTED)) != (SOFT_X | SOFT_EXECUTED))
        e |= f->execute_never;
    if (slot->soft)
        *slot->soft = (uint8_t)soft;
    else
        e |= soft << SOFT_SHIFT;
    *slot->entry = e;
}

static bool slot_accessed(const struct slot *slot)
{
    return *slot->entry & formats[slot->kind].accessed;
}

static unsigned soft_rights(word_t rights)
{
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
        assert(loaded(s));
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
        *first = virt_to_phys(t) | ENTRY_TABLE;
    }
    return t;
}

enum error arch_map(struct space *s, vaddr_t va, paddr_t pa, unsigned kind,
                    word_t rights)
{
    struct slot slot = { &s->arch.table[va >> 20], NULL, 1 };

    if (kind == 1) {
        uint32_t old = *slot.entry;
        if ((old & ENTRY_TYPE) == ENTRY_TABLE) { /* empty by now */
            *slot.entry = 0;
            flush_page("map_table", s, va);
            kmem_free(s, small_table(old), sizeof(struct small_table));
        }
    } else {
        struct small_table *t = make_table(s, va);
        unsigned i = va >> 12 & (SMALL_ENTRIES - 1);
        if (t == NULL)
            return ERR_NOMEM;
        slot = (struct slot){ &t->entry[i], &t->soft[i], 0 };
    }
    slot_set(&slot, pa, default_type(pa), soft_rights(rights), false);
    dsb();
    return OK;
}

void arch_unmap(struct space *s, vaddr_t va, unsigned kind)
{
    struct slot slot = find_slot(s, va);

    (void)kind;
    if (slot.entry == NULL)
        return;
    *slot.entry = 0; /* was not accessed since arch_status(): in no TLB */
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
            struct slot small = { &t->entry[i], &t->soft[i], 0 };
            slot_set(&small, pa + (i << 12), slot_type(&slot), slot_soft(&slot),
                     slot_accessed(&slot));
            long_point(STEP_LOOKS / 4);
        }
    } while (old != *slot.entry);
    *slot.entry = 0; /* break before make */
    flush_page("split", s, va);
    *slot.entry = virt_to_phys(t) | ENTRY_TABLE;
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
    word_t status = RIGHT_R | (soft & SOFT_WRITTEN ? RIGHT_W : 0) |
                    (soft & SOFT_EXECUTED ? RIGHT_X : 0);
    slot_set(&slot, *slot.entry & page_mask(slot.kind), slot_type(&slot),
             soft & (SOFT_W | SOFT_X), false);
    flush_page("status", s, va);
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
        *rights = RIGHT_R | (soft & SOFT_W ? RIGHT_W : 0) |
                  (soft & SOFT_X ? RIGHT_X : 0);
    }
    return true;
}

/* ---- attributes (docs/abi-arm.md) ---------------------------------------- */

static const uint8_t attribute_of[TYPES] = {
    [WRITE_BACK] = 1,
    [WRITE_THROUGH] = 2,
    [NOT_CACHED] = 5,
    [DEVICE] = 4,
};

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
    bool usual = type == default_type(*slot.entry & page_mask(slot.kind));
    return usual ? 0 : attribute_of[type];
}

/* Users cannot use the page while its lines are cleaned, and the kernel may
 * stop in between. The lines are named by the user's address, because not all
 * memory has one of the kernel's; that takes an entry that counts as accessed.
 */
static void set_attribute(struct space *s, vaddr_t va, const struct slot *slot,
                          enum type type)
{
    paddr_t pa = *slot->entry & page_mask(slot->kind);
    unsigned soft = slot_soft(slot);
    vaddr_t end = va + ~page_mask(slot->kind) + 1;

    changing.entry = slot->entry;
    changing.accessed = slot_accessed(slot);
    *slot->entry = 0; /* break before make */
    flush_page("attribute", s, va);
    slot_set(slot, pa, type, soft, true);
    dsb();
    for (vaddr_t a = va; a < end; a += CLEANED_AT_ONCE) {
        if (a > va)
            long_point(STEP_NODE);
        paging_load(s);
        cache_flush((void *)a, CLEANED_AT_ONCE);
    }
    changing.entry = NULL;
    slot_set(slot, pa, type, slot_soft(slot), changing.accessed);
    flush_page("attribute_done", s, va);
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
    enum type type = attribute ? type_of(attribute) : default_type(pa);
    if (type == slot_type(&slot))
        return;
    if (fresh) { /* in no TLB, and nothing of it in a cache */
        slot_set(&slot, pa, type, slot_soft(&slot), false);
        dsb();
    } else {
        set_attribute(s, va, &slot, type);
    }
}
