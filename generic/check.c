/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invariants of threads, their queues, and the processor (check.h).
 *
 * They hold whenever the kernel is about to choose whom to resume, and no long
 * operation is stopped halfway. Numbers are compared as well as links: who is
 * in a queue must belong there, and as many as belong there must be in one.
 */
#include "check.h"
#include "arch.h"
#include "ipc.h"
#include "kdb.h"
#include "long.h"
#include "sched.h"
#include "space.h"
#include "string.h"
#include "thread.h"
#include "utcb.h"

enum { SLOTS = 8192, MOST_SPACES = SLOTS / 2, USUAL_PERIOD = 1000 };

struct tcb *__wrap_kernel_exit(void);
struct tcb *__real_kernel_exit(void);
word_t __wrap_sys_kdb(struct tcb *self, word_t op, word_t arg);
word_t __real_sys_kdb(struct tcb *self, word_t op, word_t arg);

static struct known_space {
    struct space *space;
    unsigned threads, active;
    word_t charged;
} known[MOST_SPACES];
static uint16_t slots[SLOTS]; /* by the space's address: 1 + where in known */
static unsigned spaces;
static unsigned ready, sending, pending; /* who should be in these queues */
static unsigned left = USUAL_PERIOD, period = USUAL_PERIOD, done;

_Noreturn void check_failed(const char *what, const void *object)
{
    word_t offset = (word_t)object - ARCH_TCB_BASE;
    const struct tcb *t = object;

    kprintf("\ncheck: at %p\n", object);
    if (offset < (word_t)ARCH_TCB_BYTES << THREAD_BITS)
        kprintf("check: thread %lx state %u slow %lx accept %lx from %lx "
                "kipc %u partner %p peer %p\n",
                t->id, t->state, t->slow, t->accept, t->from, t->kipc,
                (void *)t->partner, (void *)t->peer);
    kernel_stop(what);
}

/* ---- spaces -------------------------------------------------------------- */

/* Where s is in `slots`, or would be. */
static uint16_t *slot_of(const struct space *s)
{
    unsigned i = (unsigned)((uintptr_t)s >> 5) % SLOTS;

    while (slots[i] && known[slots[i] - 1].space != s)
        i = (i + 1) % SLOTS;
    return &slots[i];
}

static struct known_space *find_space(const struct space *s)
{
    unsigned i = *slot_of(s);

    return i ? &known[i - 1] : NULL;
}

bool check_is_space(const struct space *s)
{
    return find_space(s) != NULL;
}

struct space *check_space(unsigned i, word_t *charged)
{
    if (i >= spaces)
        return NULL;
    *charged = known[i].charged;
    return known[i].space;
}

static void count_in_space(const struct tcb *t)
{
    struct known_space *k = find_space(t->space);

    if (k == NULL) {
        check_that(spaces < MOST_SPACES, "check: too many spaces to look at",
                   t);
        k = &known[spaces];
        *slot_of(t->space) = (uint16_t)++spaces;
        *k = (struct known_space){ .space = t->space };
    }
    k->threads++;
    k->active += t->utcb != NULL;
    k->charged += ARCH_TCB_BYTES + (t->fpu ? ARCH_FPU_BYTES : 0);
}

static void check_spaces(void)
{
    unsigned listed = 0, busy = 0, privileged = 0;

    for (const struct space *s = space_list, *prev = NULL; s;
         prev = s, s = s->next) {
        check_that(check_is_space(s) && s->active > 0 && s->prev == prev,
                   "invariant: the list of spaces", s);
        listed++;
    }
    for (unsigned i = 0; i < spaces; i++) {
        struct space *s = known[i].space;
        const struct tcb *t = s->threads;
        unsigned n = 0;
        check_that(t != NULL, "invariant: a space has its threads", s);
        do {
            check_that(t->id && t->space == s && t->in_space.next &&
                           t->in_space.next->in_space.prev == t &&
                           n < known[i].threads,
                       "invariant: the ring of a space's threads", t);
            n++;
            t = t->in_space.next;
        } while (t != s->threads);
        check_that(n == known[i].threads, "invariant: all threads of a space",
                   s);
        check_that(s->active == known[i].active,
                   "invariant: the count of active threads", s);
        busy += s->active > 0;
        privileged += s->privileged;
    }
    check_that(listed == busy, "invariant: every active space is listed", NULL);
    check_that(privileged <= 2, "invariant: who is privileged", NULL);
}

/* ---- one thread ---------------------------------------------------------- */

static void check_inactive(const struct tcb *t)
{
    check_that(t->state == TCB_INACTIVE && t->accept == 0 && t->peer == NULL &&
                   t->partner == NULL && t->link.next == NULL &&
                   t->senders != t && !timeout_pending(&t->timeout),
               "invariant: an inactive thread does nothing", t);
}

static void check_utcb(struct tcb *t)
{
    paddr_t pa;

    check_that(t->local_id ==
                       t->utcb_location - UTCB_START * (intptr_t)WORD_BYTES &&
                   space_utcb_location_ok(t->space, t->utcb_location),
               "invariant: a local id is in the UTCB area", t);
    check_that(arch_lookup(t->space, t->local_id, &pa, NULL, NULL) &&
                   phys_to_utcb(pa) == t->utcb,
               "invariant: a UTCB is where its thread sees it", t);
}

/* Nobody is queued whom t, waiting, would take. What a queued thread's own UTCB
 * says of propagation may have changed since, so those count as themselves. */
static void check_no_lost_sender(const struct tcb *t)
{
    word_t spec = t->accept ? t->accept : t->from;

    if (spec == ID_ANY) {
        check_that(t->senders == NULL,
                   "invariant: who waits for any has no sender queued", t);
    } else if (spec != ID_ANY_LOCAL) {
        const struct tcb *c = tcb_find(spec);
        check_that(c != NULL || t->kipc == KIPC_START,
                   "invariant: nobody waits for a dead thread", t);
        check_that(c == NULL || c->state != TCB_SENDING || c->partner != t,
                   "invariant: nobody waits for one queued at him", t);
    }
}

static void check_transfer(const struct tcb *t)
{
    const struct tcb *p = t->peer;

    check_that(!(t->slow & SLOW_TRANSFER) == (p == NULL),
               "invariant: who is in a transfer", t);
    if (p == NULL) {
        check_that(t->state != TCB_TRANSFER,
                   "invariant: a transfer has two sides", t);
        return;
    }
    check_that(p->id && p->peer == t && (t->item == 0) != (p->item == 0),
               "invariant: the two sides of a transfer", t);
    check_that(t->state == TCB_TRANSFER || p->state == TCB_TRANSFER,
               "invariant: one side of a transfer is active", t);
}

static void check_state(struct tcb *t)
{
    const struct cpu *c = this_cpu();
    bool runs = t == c->current, blocked = ipc_blocked(t);

    check_that(t->state > TCB_INACTIVE && t->state <= TCB_TRANSFER &&
                   t->prio < PRIORITIES,
               "invariant: a thread's state", t);
    check_that(t->accept == 0 || (t->slow == 0 && t->state == TCB_READY),
               "invariant: a plain wait is nothing else", t);
    check_that(!runs || ipc_runnable(t), "invariant: the current thread runs",
               t);
    check_that((t->kipc != KIPC_NONE) == !!(t->slow & SLOW_KIPC),
               "invariant: who is in kernel-made IPC", t);
    check_that(!(t->slow & SLOW_FPU) == (c->fpu_on != t),
               "invariant: for whom the floating-point unit is on", t);
    check_that((t->link.next != NULL) ==
                   ((t->state == TCB_SENDING && t->partner) ||
                    (!runs && ipc_runnable(t))),
               "invariant: who is in a queue", t);
    check_that(t->partner == NULL || t->state == TCB_SENDING ||
                   (t->slow & SLOW_RECEIVE),
               "invariant: who has a partner to send to", t);
    check_that(!(t->slow & SLOW_RECEIVE) ||
                   (t->looked == NULL || (t->looked->state == TCB_SENDING &&
                                          t->looked->partner == t)),
               "invariant: the sender last looked at is queued", t);
    check_that(!timeout_pending(&t->timeout) || t->state == TCB_SENDING ||
                   t->state == TCB_WAITING || (t->peer && t->item),
               "invariant: whose timeout runs", t);
    check_that(t->state != TCB_WAITING || t->from != ID_NIL,
               "invariant: for whom a thread waits", t);
    check_that(!(t->slow & SLOW_PROXIED) || t->senders,
               "invariant: who may have a proxy queued", t);
    if (ipc_waiting(t))
        check_no_lost_sender(t);
    check_transfer(t);
    ready += !runs && !blocked && ipc_runnable(t);
    sending += t->state == TCB_SENDING && t->partner;
}

static void check_thread(struct tcb *t, unsigned number)
{
    check_that(id_number(t->id) == number && !id_is_local(t->id),
               "invariant: a thread's id", t);
    pending += timeout_pending(&t->timeout);
    if (number < arch_irq_count()) {
        check_that(t->kipc == KIPC_INTERRUPT && t->space == NULL &&
                       t->utcb == &t->utcb_location && t->accept == 0 &&
                       t->state != TCB_READY && t->state != TCB_TRANSFER,
                   "invariant: an interrupt thread", t);
        check_that(t->state == TCB_INACTIVE || t->scheduler != ID_NIL,
                   "invariant: an interrupt has a handler", t);
        sending += t->state == TCB_SENDING;
        if (t->state == TCB_WAITING)
            check_no_lost_sender(t);
        return;
    }
    check_that(t->space != NULL && t->kipc != KIPC_INTERRUPT,
               "invariant: a thread's space", t);
    count_in_space(t);
    check_that(!(t->slow & SLOW_SPACE) == (t->space->redirector == ID_ANY),
               "invariant: whose messages are redirected", t);
    if (t->utcb == NULL) {
        check_inactive(t);
        return;
    }
    check_utcb(t);
    check_state(t);
}

/* ---- queues -------------------------------------------------------------- */

/* Result: how many are in a ring that begins with head. */
static unsigned ring_length(const struct tcb *head, const char *what)
{
    const struct tcb *t = head;
    unsigned n = 0;

    do {
        check_that(t->id && t->link.next && t->link.next->link.prev == t &&
                       n++ < 1u << THREAD_BITS,
                   what, t);
        t = t->link.next;
    } while (t != head);
    return n;
}

static void check_ready_queue(void)
{
    const struct cpu *c = this_cpu();
    unsigned n = 0;
    word_t top = 0;

    for (unsigned prio = 0; prio < PRIORITIES; prio++) {
        const struct tcb *head = c->ready[prio], *t = head;
        bool bit = c->ready_map[prio / WORD_BITS] >> prio % WORD_BITS & 1;
        check_that(bit == (head != NULL), "invariant: the map of ready queues",
                   head);
        if (head == NULL)
            continue;
        top = prio;
        n += ring_length(head, "invariant: a ready queue");
        do {
            check_that(t->prio == prio && ipc_runnable(t) && t != c->current,
                       "invariant: who is ready", t);
            t = t->link.next;
        } while (t != head);
    }
    check_that(n == ready, "invariant: all who are ready are queued", NULL);
    check_that(c->top_prio == top, "invariant: the highest priority", NULL);
}

static unsigned check_senders(const struct tcb *t)
{
    const struct tcb *s = t->senders;

    if (s == NULL)
        return 0;
    unsigned n = ring_length(s, "invariant: a queue of senders");
    do {
        check_that(s->state == TCB_SENDING && s->partner == t,
                   "invariant: who is queued to send", s);
        s = s->link.next;
    } while (s != t->senders);
    return n;
}

/* Downwards, left before right, and up again by the parents. */
static void check_timeouts(void)
{
    const struct timeout *t = this_cpu()->timeouts.root, *from = NULL;
    unsigned n = 0;

    while (t) {
        const struct timeout *up = t->parent;
        if (from == up) {
            check_that(timeout_pending(t) && n++ < pending &&
                           (up == NULL || (up->deadline_us <= t->deadline_us &&
                                           (up->left == t || up->right == t))),
                       "invariant: the heap of timeouts", t);
            check_that(t->rank == 1 + (t->right ? t->right->rank : 0) &&
                           (t->right == NULL ||
                            (t->left && t->left->rank >= t->right->rank)),
                       "invariant: ranks in the heap of timeouts", t);
        }
        const struct timeout *next = up;
        if (from == up && t->left)
            next = t->left;
        else if (t->right && from != t->right)
            next = t->right;
        from = t;
        t = next;
    }
    check_that(n == pending, "invariant: all timeouts are in the heap", NULL);
}

static bool is_thread(const struct tcb *t)
{
    return t == NULL || (t->id && tcb_slot(id_number(t->id)) == t);
}

static void check_cpu(void)
{
    const struct cpu *c = this_cpu();

    check_that(is_thread(c->current) && is_thread(c->slice_owner) &&
                   is_thread(c->donated) && is_thread(c->delayed),
               "invariant: the processor's threads exist", c);
    check_that(c->last_sender == NULL && c->long_owner == NULL,
               "invariant: nothing is left of a long operation", c);
    check_that(c->fpu_owner == NULL ||
                   (is_thread(c->fpu_owner) && c->fpu_owner->fpu),
               "invariant: the owner of the floating-point unit", c);
    check_that(c->fpu_on == NULL || c->fpu_on == c->fpu_owner,
               "invariant: the unit is on for its owner", c);
    check_that((c->delayed == NULL) == (c->delay_end_us == UINT64_MAX),
               "invariant: who delays its preemption", c);
}

/* ---- all of it ----------------------------------------------------------- */

static void check_all(void)
{
    const unsigned numbers = 1u << THREAD_BITS;
    unsigned queued = 0;

    spaces = ready = sending = pending = 0;
    memset(slots, 0, sizeof slots);
    for (unsigned i = 0; i < numbers; i++) {
        struct tcb *t = tcb_slot(i);
        if (t->id == 0)
            continue;
        check_thread(t, i);
        queued += check_senders(t);
    }
    check_that(queued == sending, "invariant: all who send are queued", NULL);
    check_cpu();
    check_ready_queue();
    check_timeouts();
    check_spaces();
    check_memory();
    done++;
}

struct tcb *__wrap_kernel_exit(void)
{
    if (left > 0)
        left--;
    if (left == 0 && !long_busy()) {
        check_all();
        left = period;
    }
    return __real_kernel_exit();
}

word_t __wrap_sys_kdb(struct tcb *self, word_t op, word_t arg)
{
    if (op != KDB_CHECK)
        return __real_sys_kdb(self, op, arg);
    left = 0;
    if (arg)
        period = (unsigned)arg;
    return done;
}
