/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the MMU has of spaces: many at once.
 *
 * A small space, of which nothing lies above 32 MiB, owns a slot: FCSE adds the
 * slot's address to each of its addresses. Slots lie in the kernel's part of
 * the address space, so none is an address that a user could mean. All tables
 * have all slots, and each slot is a domain: to switch to a small space is to
 * load the process id and DACR, and its entries in TLB and caches stay.
 *
 * A large space has the user area to itself, so only one can be in force: the
 * one whose table is loaded. Small ones run with it in the background, their
 * domains closed to it as its are to them. Another large space takes its place
 * by the only full flush there is in a switch.
 *
 * A space that has no slot, or is large and not in force, has DOMAINS_NONE in
 * its record. The short IPC path enters it like any other: the first
 * instruction faults, and then it is made visible (paging_first_fetch).
 *
 * All tables of the first level are a space's own, in its record's domains; the
 * slots have copies of the first 32 entries of their owners'. boot_table has
 * the current state of all slots, and so has the table that is loaded.
 */
#include <page_format.h>

#include <arch/trap.h>

#include "string.h"

enum { SLOT_ENTRIES = 1 << (SLOT_BITS - 20), FIRST_SLOT = LAYOUT_SLOTS >> 20 };

_Static_assert(offsetof(struct arch_space, window) == SPACE_WINDOW, "ipc.S");
_Static_assert(offsetof(struct arch_space, domains) == SPACE_DOMAINS, "ipc.S");
_Static_assert(LAYOUT_SLOTS + ((uint64_t)SLOT_COUNT << SLOT_BITS) <=
                   LAYOUT_DEVICES,
               "slots end before the devices");
_Static_assert(SLOT_DOMAIN + SLOT_COUNT <= LARGE_DOMAIN, "a domain a slot");

static uint32_t vector_table[SMALL_ENTRIES] __attribute__((aligned(1024)));
extern char vector_page[]; /* vectors.S */

static struct space *owners[SLOT_COUNT];
static uint32_t free_slots = (1u << SLOT_COUNT) - 1;
static unsigned next_slot;     /* whose owner loses it next, if none is free */
static struct space *in_force; /* NULL: boot_table is loaded */
bool paging_stale;

/* ---- the kernel's own --------------------------------------------------- */

/* Still where the image was loaded. Users read the last quarter of the page. */
void paging_boot_more(uint32_t *table, word_t offset)
{
    uint32_t *vectors = (uint32_t *)((char *)vector_table + offset);
    paddr_t page = (word_t)vector_page + offset;
    uint32_t rights = RIGHTS_USER << 6 | (RIGHTS_KERNEL * QUARTERS & 0x3f);

    vectors[VECTOR_PAGE >> 12 & (SMALL_ENTRIES - 1)] =
        page | PAGE_ENTRY | CACHED | rights << PAGE_RIGHTS_SHIFT;
    table[VECTOR_PAGE >> 20] = (word_t)vectors | TABLE_BITS;
}

void paging_boot_done_more(void)
{
    for (unsigned i = 0; i < LAYOUT_DIRECT_MAP_BYTES >> 20; i++) {
        paddr_t pa =
            virt_to_phys((void *)(LAYOUT_DIRECT_MAP + ((word_t)i << 20)));
        if (boot_table[KERNEL_FIRST + i])
            boot_table[KERNEL_FIRST + (CPU_UTCB_ALIAS >> 20) + i] =
                kernel_section(pa, true, false);
    }
}

/* ---- slots -------------------------------------------------------------- */

static uint32_t *loaded_table(void)
{
    return in_force ? in_force->arch.table : boot_table;
}

static unsigned slot_of(const struct space *s)
{
    return (s->arch.window - LAYOUT_SLOTS) >> SLOT_BITS;
}

static uint32_t in_slot(uint32_t entry, unsigned slot)
{
    uint32_t domain = (SLOT_DOMAIN + slot) << DOMAIN_SHIFT;

    return entry ? (entry & ~(uint32_t)DOMAIN_MASK) | domain : 0;
}

void paging_first(struct space *s, const uint32_t *entry)
{
    unsigned i = (unsigned)(entry - s->arch.table);

    if (i >= SLOT_ENTRIES)
        return;
    s->arch.present &= ~((uint32_t)1 << i);
    s->arch.present |= (uint32_t)(*entry != 0) << i;
    if (s->arch.window == 0)
        return;
    i += s->arch.window >> 20;
    boot_table[i] = loaded_table()[i] = in_slot(*entry, slot_of(s));
}

/* The slot, where `stale` tells what was there, has what s has. */
static void fill(unsigned slot, uint32_t stale, const struct space *s)
{
    uint32_t *one = &boot_table[FIRST_SLOT + slot * SLOT_ENTRIES];
    uint32_t *other = &loaded_table()[FIRST_SLOT + slot * SLOT_ENTRIES];

    for (uint32_t left = s->arch.present; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzl(left);
        one[i] = other[i] = in_slot(s->arch.table[i], slot);
    }
    for (uint32_t left = stale & ~s->arch.present; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzl(left);
        one[i] = other[i] = 0;
    }
}

/* Nothing of any user's is left in TLB and caches. */
static void forget_all(void)
{
    dsb();
    write_invalidate_caches("forget_caches");
    write_tlbiall("forget_tlb");
}

static void hide(struct space *s)
{
    s->arch.window = 0;
    s->arch.domains = DOMAINS_NONE;
}

static void leave_slot(struct space *s)
{
    static const struct space nobody;
    unsigned slot = slot_of(s);

    fill(slot, s->arch.present, &nobody);
    owners[slot] = NULL;
    free_slots |= 1u << slot;
    hide(s);
    forget_all();
}

/* A slot that nobody has or, if there is none, the next one. */
static unsigned choose_slot(void)
{
    if (free_slots)
        return (unsigned)__builtin_ctz(free_slots);
    next_slot = next_slot == SLOT_COUNT - 1 ? 0 : next_slot + 1;
    return next_slot;
}

static void take_slot(struct space *s)
{
    unsigned slot = choose_slot();
    struct space *loser = owners[slot];

    owners[slot] = s;
    free_slots &= ~(1u << slot);
    s->arch.window = LAYOUT_SLOTS + ((word_t)slot << SLOT_BITS);
    s->arch.domains = 1 | 1 << 2 * (SLOT_DOMAIN + slot);
    fill(slot, loser ? loser->arch.present : 0, s);
    if (loser) {
        hide(loser);
        forget_all();
    }
    dsb(); /* of a slot that was empty the TLB has nothing */
}

void paging_make_room(struct space *s, vaddr_t va)
{
    if (va >> SLOT_BITS == 0 || s->arch.large)
        return;
    if (s->arch.window)
        leave_slot(s);
    s->arch.large = true;
}

/* ---- large spaces ------------------------------------------------------- */

/* Put this one's table in force, or with NULL, nobody's. */
static void force(struct space *s)
{
    if (in_force)
        hide(in_force);
    in_force = s;
    if (s) {
        memcpy(&s->arch.table[FIRST_SLOT], &boot_table[FIRST_SLOT],
               SLOT_COUNT * SLOT_ENTRIES * sizeof(boot_table[0]));
        s->arch.domains = DOMAINS_LARGE;
    }
    dsb();
    write_ttbr0("switch_table", virt_to_phys(loaded_table()));
    forget_all();
}

/* ---- for paging.c and the kernel's way out ------------------------------ */

bool paging_loaded(const struct space *s)
{
    return paging_visible(s);
}

void paging_load(struct space *s)
{
    if (paging_visible(s))
        return;
    if (s->arch.large)
        force(s);
    else
        take_slot(s);
}

void paging_begin(struct space *s)
{
    hide(s);
    s->arch.present = 0;
    s->arch.large = false;
}

void paging_end(struct space *s)
{
    if (s->arch.window)
        leave_slot(s);
    else if (s == in_force)
        force(NULL);
}

/* All at once before anybody looks, however many pages it is about. */
void paging_forget(struct space *s, vaddr_t va, word_t bytes)
{
    (void)va;
    (void)bytes;
    paging_stale |= paging_visible(s);
    cpu_fresh(NULL);
}

void paging_forget_now(void)
{
    paging_stale = false;
    dsb();
    write_invalidate_caches("stale_caches");
}

/* Until the kernel is left, there is no process id and every domain is open:
 * the modified addresses are those that the kernel uses. */
static void see_all(void)
{
    if (read_dacr() == DACR_VALUE)
        return;
    write_fcse("see_process", 0);
    write_dacr("see_domains", DACR_VALUE);
}

void *phys_to_user(const struct space *s, vaddr_t va, paddr_t p)
{
    if (!paging_visible(s)) /* then it is in memory, and in no cache */
        return (char *)phys_to_virt(p) + CPU_UTCB_ALIAS;
    if (paging_stale)
        paging_forget_now();
    see_all();
    return (void *)paging_at(s, va);
}

/* Its words of the vector page are right already. */
struct tcb *paging_first_fetch(struct tcb *t)
{
    if (paging_visible(t->space))
        return NULL;
    paging_load(t->space);
    paging_enter(t->space);
    return t;
}

/* ---- for check.c --------------------------------------------------------- */

static bool slot_is_consistent(const struct space *s)
{
    unsigned slot = slot_of(s), at = FIRST_SLOT + slot * SLOT_ENTRIES;

    for (unsigned i = 0; i < SLOT_ENTRIES; i++) {
        uint32_t wanted = in_slot(s->arch.table[i], slot);
        if ((s->arch.present >> i & 1) != (wanted != 0) ||
            boot_table[at + i] != wanted || loaded_table()[at + i] != wanted)
            return false;
    }
    return owners[slot] == s && !s->arch.large;
}

bool paging_is_consistent(const struct space *s)
{
    if (s->arch.window)
        return slot_is_consistent(s);
    return paging_visible(s) == (s == in_force);
}
