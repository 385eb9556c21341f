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
    if (t->slow & SLOW_QUANTUM)
        return "out of quantum";
    if (t->peer)
        return ipc_sending(t) ? "in transfer to" : "in transfer from";
    if (t->state == TCB_SENDING)
        return "sending to";
    if (ipc_waiting(t))
        return "waiting for";
    return t == this_cpu()->current ? "running" : "ready";
}

/* NIL also for a sender whose redirector does not exist. */
static word_t partner_of(const struct tcb *t)
{
    if (t->peer)
        return t->peer->id;
    if (t->state == TCB_SENDING)
        return t->partner ? t->partner->id : ID_NIL;
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
    kprintf("  thread %lx prio %lu %s", t->id, t->prio, state_name(t));
    if (ipc_blocked(t) || t->peer)
        kprintf(" %lx", partner_of(t));
    kprintf(" queue %u ip %lx", queue_length(t), arch_user_ip(t));
    if (timeout_pending(&t->timeout)) {
        uint64_t now = arch_clock_us(), at = t->timeout.deadline_us;
        kprintf(" timeout in %lu us", at > now ? (word_t)(at - now) : 0);
    }
    kprintf("\n");
}

/* The mappings of the page that s has at va. */
static void print_page(struct space *s, vaddr_t va)
{
    paddr_t pa;

    if (!arch_lookup(s, va, &pa, NULL, NULL)) {
        kprintf("nothing is mapped at %lx\n", va);
        return;
    }
    kprintf("mappings of page %lx:\n", pa & ~(word_t)0xfff);
    map_dump(pa);
}

static void print_all(void)
{
    for (struct space *s = space_list; s; s = s->next) {
        struct tcb *t = s->threads;
        kprintf("space %p kip %lx utcbs %lx memory %lu\n", (void *)s,
                s->kip_area, s->utcb_area, s->mem_used);
        do {
            print_thread(t);
            t = t->in_space.next;
        } while (t != s->threads);
    }
    kprintf("pool: %lu of %lu bytes free\n", kmem_available(), kmem_total());
}

void kdb_enter(struct tcb *self)
{
    kprintf("\nkdb: entered by %lx\n", self ? self->id : 0);
    print_all();
    if (self)
        print_page(self->space, arch_user_ip(self));
}

/* ---- at the console ------------------------------------------------------ */

static int wait_for_key(void)
{
    int key;

    do
        key = arch_console_getc();
    while (key < 0);
    return key;
}

/* A hexadecimal number; any other key ends it. */
static word_t ask(const char *what)
{
    word_t n = 0;

    kprintf(" %s: ", what);
    for (;;) {
        int key = wait_for_key();
        unsigned digit;
        if (key >= '0' && key <= '9')
            digit = (unsigned)(key - '0');
        else if (key >= 'a' && key <= 'f')
            digit = (unsigned)(key - 'a') + 10;
        else
            break;
        kprintf("%c", key);
        n = n << 4 | digit;
    }
    kprintf("\n");
    return n;
}

static struct tcb *ask_thread(void)
{
    struct tcb *t = tcb_find(ask("thread"));

    if (t && t->space)
        return t;
    kprintf("no such thread\n");
    return NULL;
}

/* The world stands still until the answer is g. */
static void talk(void)
{
    struct tcb *t;

    kdb_enter(this_cpu()->current);
    for (;;) {
        kprintf("kdb: l list, p page, r registers, g go on? ");
        int key = wait_for_key();
        kprintf("%c\n", key);
        if (key == 'g')
            return;
        if (key == 'l')
            print_all();
        if (key == 'p' && (t = ask_thread()) != NULL)
            print_page(t->space, ask("address"));
        if (key == 'r' && (t = ask_thread()) != NULL)
            arch_print_registers(t);
    }
}

/* ---- who hears a key ----------------------------------------------------- */

/*
 * A key is for whoever reads the console: a user-level driver of the UART, or a
 * program by L4_KDB_ReadChar. One that nobody has read for some time is ours.
 */
enum { POLL_US = 250000, POLLS = 4, KEPT = 64 };

uint64_t kdb_poll_us;
static bool driver_alive;
static char kept[KEPT]; /* keys that were not for us; a ring */
static unsigned kept_first, kept_count;

void kdb_interrupt(unsigned irq)
{
    if (irq == CONFIG_CONSOLE_IRQ)
        driver_alive = true;
}

void kdb_poll(void)
{
    static unsigned unread;
    int key;

    kdb_poll_us = arch_clock_us() + POLL_US;
    unread = arch_console_ready() && !driver_alive ? unread + 1 : 0;
    driver_alive = false;
    if (unread < POLLS)
        return;
    unread = 0;
    while ((key = arch_console_getc()) >= 0) {
        if (key == KEY_ENTER_KDB)
            talk();
        else if (kept_count < KEPT)
            kept[(kept_first + kept_count++) % KEPT] = (char)key;
    }
}

int kdb_getc(void)
{
    if (kept_count > 0) {
        char key = kept[kept_first];
        kept_first = (kept_first + 1) % KEPT;
        kept_count--;
        return (uint8_t)key;
    }
    int key = arch_console_getc();
    if (key != KEY_ENTER_KDB)
        return key;
    talk();
    return -1;
}

void kdb_report_halt(struct tcb *t, const char *cause, word_t address,
                     const char *why)
{
    kprintf("\npecan: thread %lx space %p halted: %s at %lx, ip %lx: %s\n",
            t->id, (void *)t->space, cause, address, arch_user_ip(t), why);
}
