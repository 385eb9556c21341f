/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel debugger: looks, never changes. Not in release builds
 * (kdb_none.c).
 */
#include "kdb.h"
#include "arch.h"
#include "ipc.h"
#include "kmem.h"
#include "map.h"
#include "sched.h"
#include "space.h"
#include "thread.h"

enum { KEY_ENTER_KDB = 'K' - '@' };

static const char *state_name(const struct tcb *t)
{
    if (!thread_is_active(t))
        return "inactive";
    if (t->slow & SLOW_HALT)
        return "halted";
    if (t->state == TCB_SENDING)
        return "sending";
    if (ipc_waiting(t))
        return "waiting";
    return t == this_cpu()->current ? "running" : "ready";
}

static word_t partner_of(const struct tcb *t)
{
    if (t->state == TCB_SENDING)
        return t->partner->id;
    if (ipc_waiting(t))
        return t->accept ? t->accept : t->from;
    return ID_NIL;
}

static unsigned queue_length(const struct tcb *t)
{
    const struct tcb *s = t->senders;
    unsigned n = 0;

    if (s)
        do
            n++;
        while ((s = s->link.next) != t->senders);
    return n;
}

static void print_thread(struct tcb *t)
{
    kprintf("  thread %lx %s prio %lu partner %lx queue %u ip %lx", t->id,
            state_name(t), t->prio, partner_of(t), queue_length(t),
            arch_user_ip(t));
    if (timeout_pending(&t->timeout))
        kprintf(" timeout at %lu ms",
                (word_t)(t->timeout.deadline_us >> 10)); /* about */
    kprintf("\n");
}

/* The mappings of the page that holds the caller's instruction. */
static void print_page(struct tcb *self)
{
    paddr_t pa;

    if (self && arch_lookup(self->space, arch_user_ip(self), &pa, NULL, NULL)) {
        kprintf("mappings of page %lx:\n", pa & ~(word_t)0xfff);
        map_dump(pa);
    }
}

void kdb_enter(struct tcb *self)
{
    kprintf("\nkdb: entered by %lx\n", self ? self->id : 0);
    for (struct space *s = space_list; s; s = s->next) {
        struct tcb *t = s->threads;
        kprintf("space %p kip %lx utcbs %lx memory %lu\n", (void *)s,
                s->kip_area, s->utcb_area, s->mem_used);
        do {
            print_thread(t);
            t = t->in_space.next;
        } while (t != s->threads);
    }
    print_page(self);
    kprintf("pool: %lu of %lu bytes free\n", kmem_available(), kmem_total());
}

word_t kdb_key(struct tcb *self, int key)
{
    if (key == KEY_ENTER_KDB) {
        kdb_enter(self);
        return ~(word_t)0;
    }
    return (word_t)key;
}

void kdb_report_halt(struct tcb *t, const char *cause, word_t address,
                     const char *why)
{
    kprintf("\npecan: thread %lx space %p halted: %s at %lx, ip %lx: %s\n",
            t->id, (void *)t->space, cause, address, arch_user_ip(t), why);
}
