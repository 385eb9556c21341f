/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling: strict priorities, round robin inside one, one-shot timer.
 * Paper 1 ("scheduling enough to run them"); x2.md 2.9, 2.10.9.
 *
 * Invariants: the current thread is in no queue; every other runnable thread is
 * in the ready queue of its priority; top_prio is the highest of these.
 * A slice belongs to slice_owner, who need not be the one running: IPC hands
 * the processor over without touching the slice.
 */
#include "sched.h"
#include "arch.h"
#include "fpu.h"
#include "ipc.h"
#include "kdb.h"
#include "long.h"
#include "preempt.h"
#include "transfer.h"

enum { TIMEOUTS_AT_ONCE = 2 };

struct cpu cpu0 = { .slice_end_us = UINT64_MAX,
                    .delay_end_us = UINT64_MAX,
                    .timer_us = UINT64_MAX };

/* ---- the ready queue ---- */

static void find_top(struct cpu *c)
{
    for (unsigned i = ARRAY_SIZE(c->ready_map); i-- > 0;) {
        if (c->ready_map[i]) {
            unsigned high = WORD_BITS - 1 - __builtin_clzl(c->ready_map[i]);
            c->top_prio = i * WORD_BITS + high;
            return;
        }
    }
    c->top_prio = 0;
}

void sched_enqueue(struct tcb *t, bool first)
{
    struct cpu *c = this_cpu();
    struct tcb **head = &c->ready[t->prio];

    assert(t != c->current && ipc_runnable(t));
    if (*head == NULL) {
        t->link.next = t->link.prev = t;
        *head = t;
        c->ready_map[t->prio / WORD_BITS] |= (word_t)1 << t->prio % WORD_BITS;
        if (t->prio > c->top_prio)
            c->top_prio = t->prio;
        return;
    }
    t->link.next = *head;
    t->link.prev = (*head)->link.prev;
    t->link.prev->link.next = t;
    t->link.next->link.prev = t;
    if (first)
        *head = t;
}

void sched_dequeue(struct tcb *t)
{
    struct cpu *c = this_cpu();
    struct tcb **head = &c->ready[t->prio];

    if (t->link.next == t) {
        *head = NULL;
        c->ready_map[t->prio / WORD_BITS] &=
            ~((word_t)1 << t->prio % WORD_BITS);
        if (t->prio == c->top_prio)
            find_top(c);
    } else {
        t->link.prev->link.next = t->link.next;
        t->link.next->link.prev = t->link.prev;
        if (*head == t)
            *head = t->link.next;
    }
    t->link.next = t->link.prev = NULL;
}

/* ThreadSwitch lends t, while it runs, its donor's priority. */
static word_t effective_prio(const struct cpu *c, const struct tcb *t)
{
    return t == c->donated && c->donor_prio > t->prio ? c->donor_prio : t->prio;
}

/* ---- slices and the timer ---- */

static void program_timer(struct cpu *c)
{
    uint64_t due = c->slice_end_us;
    struct timeout *first = timeout_first(&c->timeouts);

    if (first && first->deadline_us < due)
        due = first->deadline_us;
    if (c->delay_end_us < due)
        due = c->delay_end_us;
    if (CONFIG_DEBUG && kdb_poll_us < due)
        due = kdb_poll_us;
    if (due != c->timer_us) {
        c->timer_us = due;
        arch_timer_set(due);
    }
}

/* How long t may run: the rest of its slice, but no longer than its quantum;
 * with none left it only ends its system call. */
static uint64_t slice_budget(const struct tcb *t)
{
    if (t->slice_left < t->quantum_left || t->quantum_left == 0)
        return t->slice_left;
    return t->quantum_left;
}

static void charge(uint64_t *left, uint64_t us)
{
    if (*left != UINT64_MAX)
        *left -= us < *left ? us : *left;
}

/* Charge the running slice, up to now, to its owner. */
static void slice_account(struct cpu *c)
{
    struct tcb *owner = c->slice_owner;

    if (owner == NULL || c->slice_end_us == UINT64_MAX)
        return;
    uint64_t now = arch_clock_us(), used = slice_budget(owner);
    if (now < c->slice_end_us)
        used -= c->slice_end_us - now;
    charge(&owner->slice_left, used);
    charge(&owner->quantum_left, used);
    if (owner->quantum_left == 0) {
        ipc_leave_plain_wait(owner);
        owner->slow |= SLOW_SPENT;
    }
}

/* The running slice stops; what is left of it stays with its owner. */
static void slice_stop(struct cpu *c)
{
    slice_account(c);
    c->slice_owner = NULL;
    c->slice_end_us = UINT64_MAX;
}

static void slice_start(struct cpu *c, struct tcb *t)
{
    if (t->slice_left == 0)
        t->slice_left = time_period_us(t->slice);
    uint64_t budget = slice_budget(t);
    c->slice_owner = t;
    c->slice_end_us =
        budget == UINT64_MAX ? UINT64_MAX : arch_clock_us() + budget;
}

void sched_refill(struct tcb *t, bool quantum)
{
    struct cpu *c = this_cpu();
    bool runs = c->slice_owner == t;

    if (runs)
        slice_stop(c);
    t->slice_left = time_period_us(t->slice);
    if (quantum)
        t->quantum_left = time_period_us(t->quantum);
    if (runs) {
        slice_start(c, t);
        program_timer(c);
    }
}

void sched_account(const struct tcb *t)
{
    struct cpu *c = this_cpu();

    if (c->slice_owner == t)
        slice_account(c);
}

void sched_timeout_start(struct tcb *t, uint64_t deadline_us)
{
    timeout_insert(&this_cpu()->timeouts, &t->timeout, deadline_us);
    program_timer(this_cpu());
}

void sched_timeout_stop(struct tcb *t)
{
    timeout_remove(&this_cpu()->timeouts, &t->timeout);
}

/* t's quantum is used up, and it is not in the middle of a system call. */
static bool must_stop(const struct tcb *t)
{
    return (t->slow & SLOW_SPENT) && !(t->slow & SLOW_WORK);
}

/* told: the thread that runs at its end need not be told. */
static void slice_over(struct cpu *c, bool told)
{
    struct tcb *t = c->current;

    slice_stop(c);
    if (c->delayed)
        preempt_delay_end(c);
    c->donated = NULL;
    if (t == NULL)
        return;
    if (!told)
        preempt_fault(t);
    c->current = NULL;
    if (must_stop(t))
        preempt_quantum_over(t);
    else
        sched_enqueue(t, false);
}

void sched_timer(void)
{
    struct cpu *c = this_cpu();
    struct tcb *t = c->current;
    uint64_t now = arch_clock_us();
    struct timeout *first;

    c->timer_us = UINT64_MAX;
    if (CONFIG_DEBUG && kdb_poll_us <= now)
        kdb_poll();
    /* The timer comes again at once if there are more. */
    for (unsigned i = 0; i < TIMEOUTS_AT_ONCE &&
                         (first = timeout_first(&c->timeouts)) != NULL &&
                         first->deadline_us <= now;
         i++) {
        struct tcb *late = CONTAINER_OF(first, struct tcb, timeout);
        timeout_remove(&c->timeouts, first);
        ipc_timeout(late);
    }
    bool told = c->delay_end_us <= now;
    if (told)
        preempt_delay_over(c);
    if (c->slice_end_us <= now)
        slice_over(c, told || c->current != t);
    else if (!told)
        sched_interrupted();
    program_timer(c);
}

void sched_interrupted(void)
{
    struct cpu *c = this_cpu();
    struct tcb *t = c->current;

    if (t == NULL || effective_prio(c, t) >= c->top_prio ||
        preempt_delays(c, t))
        return;
    preempt_interrupted(c, t);
}

/* ---- who runs ---- */

void sched_block_current(void)
{
    struct cpu *c = this_cpu();

    slice_stop(c);
    if (c->delayed)
        preempt_delay_end(c);
    c->donated = NULL;
    c->current = NULL;
}

void sched_wake(struct tcb *t)
{
    if (ipc_runnable(t))
        sched_enqueue(t, false);
}

void sched_switch_queued(struct tcb *t)
{
    sched_block_current();
    sched_wake(t);
}

void sched_donate(struct tcb *t)
{
    struct cpu *c = this_cpu();
    struct tcb *self = c->current;

    if (c->delayed)
        preempt_delay_end(c);
    c->current = NULL;
    if (t == NULL) {
        slice_stop(c);
        self->slice_left = 0;
        c->donated = NULL;
        sched_enqueue(self, false);
        return;
    }
    if (c->donated != self)
        c->donor_prio = self->prio;
    sched_enqueue(self, true); /* before t leaves: t may be alone there */
    sched_dequeue(t);
    c->donated = c->current = t;
}

void sched_set_priority(struct tcb *t, word_t prio)
{
    bool queued = t->link.next && t->state == TCB_READY && t->accept == 0;

    if (queued)
        sched_dequeue(t);
    t->prio = prio;
    if (t->sensitive < prio)
        t->sensitive = (uint8_t)prio;
    if (queued)
        sched_enqueue(t, false);
}

void sched_forget(struct tcb *t)
{
    struct cpu *c = this_cpu();

    sched_timeout_stop(t);
    if (c->slice_owner == t)
        c->slice_owner = NULL;
    if (c->donated == t)
        c->donated = NULL;
    if (c->delayed == t)
        preempt_delay_end(c);
}

/* The ready thread that runs next, or NULL. Those stay behind whose quantum
 * others have used up meanwhile. */
static struct tcb *take_next(struct cpu *c)
{
    struct tcb *next;

    while ((next = c->ready[c->top_prio]) != NULL) {
        sched_dequeue(next);
        if (!must_stop(next))
            break;
        preempt_quantum_over(next);
        arch_take_interrupts();
    }
    return next;
}

/* The current thread is not the most urgent one, or there is none. */
static struct tcb *pick(struct cpu *c)
{
    struct tcb *t = c->current, *next;

    if (t && must_stop(t)) {
        sched_block_current();
        preempt_quantum_over(t);
        t = NULL;
    }
    if (t && effective_prio(c, t) >= c->top_prio)
        return t;
    if (t && preempt_delays(c, t)) {
        program_timer(c);
        return t;
    }
    if (t || c->ready[c->top_prio]) /* idling ends nobody's slice */
        sched_block_current();
    if (t)
        sched_enqueue(t, true);
    next = take_next(c);
    if (next) {
        c->current = next;
        slice_start(c, next);
    }
    program_timer(c);
    return next;
}

/* t goes on with what the kernel has to do in its name. */
static void work(struct tcb *t)
{
    if (t->slow & SLOW_CALL)
        long_go_on(t);
    else if (t->slow & SLOW_IPC)
        ipc_go_on(t);
    else
        transfer_go_on(t);
}

/* The thread to resume, with all that comes before it. */
static __attribute__((noinline)) struct tcb *choose(struct cpu *c)
{
    struct tcb *t = c->current;
    bool taken = false; /* interrupts, since the last work */

    for (;;) {
        if (t == NULL || t->prio < c->top_prio || must_stop(t))
            t = pick(c);
        if (t == NULL || !(t->slow & SLOW_WORK))
            break;
        if (taken)
            work(t);
        else
            arch_take_interrupts();
        taken = !taken;
        t = c->current;
    }
    if (c->fpu_on && c->fpu_on != t)
        fpu_leave(c);
    return t;
}

struct tcb *kernel_exit(void)
{
    struct cpu *c = this_cpu();
    struct tcb *t = c->current;

    if (t && t->prio >= c->top_prio && !(t->slow & (SLOW_WORK | SLOW_SPENT)) &&
        c->fpu_on == NULL)
        return t;
    return choose(c);
}
