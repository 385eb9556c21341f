/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address space ids: 1 to 255, taken in turns. A space that loses its id has no
 * TLB entries, so it needs no flush until it gets one again. Meanwhile what the
 * short IPC path loads for it is the boot table, which maps nothing for users,
 * and id 0: its thread's first instruction faults, and leaving the kernel from
 * there gives the space an id again.
 */
#include <page_format.h>

#include <arch/trap.h>

enum { IDS = 256, BOOT_ID = 0 };

static struct space *id_owner[IDS];
static unsigned last_id = BOOT_ID;

static void give_id(struct space *s, unsigned id)
{
    s->arch.context = id;
    s->arch.ttbr =
        virt_to_phys(id == BOOT_ID ? boot_table : s->arch.table) | TTBR_WALK;
}

bool paging_loaded(const struct space *s)
{
    return read_ttbr0() == s->arch.ttbr && has_id(s);
}

/* The boot table, which is in force between two, has globals only. */
static void load(const struct space *s)
{
    write_ttbr0("switch_between", s->arch.between);
    isb();
    write_contextidr("switch_id", s->arch.context);
    isb();
    write_ttbr0("switch_table", s->arch.ttbr);
    isb();
}

static void take_id(struct space *s)
{
    do
        last_id = last_id == IDS - 1 ? BOOT_ID + 1 : last_id + 1;
    while (id_owner[last_id] && paging_loaded(id_owner[last_id]));
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
    if (paging_loaded(s))
        return;
    if (!has_id(s))
        take_id(s);
    load(s);
}

void paging_begin(struct space *s)
{
    s->arch.between = virt_to_phys(boot_table) | TTBR_WALK;
    give_id(s, BOOT_ID);
}

void paging_end(struct space *s)
{
    if (has_id(s)) {
        unsigned id = s->arch.context;
        bool in_force = paging_loaded(s);
        give_id(s, BOOT_ID);
        if (in_force)
            load(s);
        id_owner[id] = NULL; /* what is tagged with it: take_id() */
    }
}

/* The lines are named by the user's address, because not all memory has one of
 * the kernel's. */
void paging_forget(struct space *s, vaddr_t va, word_t bytes)
{
    paging_load(s);
    cache_flush((void *)va, bytes);
}

void *phys_to_user(const struct space *s, vaddr_t va, paddr_t p)
{
    (void)s;
    (void)va;
    return phys_to_virt(p);
}

bool paging_is_consistent(const struct space *s)
{
    const void *table = has_id(s) ? s->arch.table : boot_table;

    return s->arch.ttbr == (virt_to_phys(table) | TTBR_WALK);
}
