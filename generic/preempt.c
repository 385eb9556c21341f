/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Delayed preemption, preemption faults and exceptions, the total quantum
 * (x2.md 2.9, 3.4).
 *
 * The wishes of a thread are flags in its UTCB, which it changes without a
 * system call; they are read when it matters. At most one thread delays a
 * preemption: the running one, c->delayed, until c->delay_end_us.
 */
#include "preempt.h"
#include "arch.h"
#include "ipc.h"
#include "kdb.h"
#include "utcb.h"

enum { /* PreemptFlags */
       PREEMPT_SIGNAL = 1 << 5,
       PREEMPT_DELAY = 1 << 6,
       PREEMPT_PENDING = 1 << 7,
};

/* ---- delay --------------------------------------------------------------- */

bool preempt_delays(struct cpu *c, struct tcb *t)
{
    if (c->top_prio > t->sensitive)
        return false;
    if (c->delayed == t)
        return true;
    if (t->max_delay == 0 || !(t->utcb[UTCB_FLAGS] & PREEMPT_DELAY))
        return false;
    uint64_t end = arch_clock_us() + t->max_delay;
    t->utcb[UTCB_FLAGS] |= PREEMPT_PENDING;
    c->delayed = t;
    c->delay_end_us = end < c->slice_end_us ? end : c->slice_end_us;
    return true;
}

void preempt_delay_end(struct cpu *c)
{
    ipc_leave_plain_wait(c->delayed);
    c->delayed->utcb[UTCB_FLAGS] &= ~(word_t)PREEMPT_PENDING;
    c->delayed = NULL;
    c->delay_end_us = UINT64_MAX;
}

/* ---- messages ------------------------------------------------------------ */

/* The preemption message, one-way. */
static void tell(struct tcb *t, enum kipc kind, word_t to, word_t timeouts)
{
    uint64_t now = arch_clock_us();

    kipc_begin(t, kind);
    t->utcb[0] = tag_make(-3, 0, 2);
    t->utcb[1] = (word_t)now;
    t->utcb[2] = WORD_BITS == 32 ? (word_t)(now >> 32) : 0;
    sys_ipc(t, to, ID_NIL, timeouts);
}

/* In the middle of a system call t's message registers are not to be touched,
 * and a partner in a transfer is not to wait for who is told: nobody is. */
static bool in_call(const struct tcb *t)
{
    return t->slow & SLOW_WORK;
}

void preempt_fault(struct tcb *t)
{
    word_t handler = t->utcb[UTCB_EXCEPTION_HANDLER];

    if (!in_call(t) && (t->utcb[UTCB_FLAGS] & PREEMPT_SIGNAL) &&
        handler != ID_NIL)
        tell(t, KIPC_PREEMPTED, handler, (word_t)TIME_ZERO << 16);
}

/* Its delay, perhaps of zero length, is over. */
static void overrun(struct tcb *t)
{
    word_t flags = t->utcb[UTCB_FLAGS];

    if (!(flags & PREEMPT_DELAY)) {
        preempt_fault(t);
        return;
    }
    t->utcb[UTCB_FLAGS] = flags & ~(word_t)PREEMPT_DELAY;
    if ((flags & PREEMPT_SIGNAL) && !in_call(t))
        fault_preempted(t);
}

void preempt_delay_over(struct cpu *c)
{
    struct tcb *t = c->delayed;

    preempt_delay_end(c);
    if (t == c->current && t->prio < c->top_prio)
        overrun(t);
}

void preempt_interrupted(struct cpu *c, struct tcb *t)
{
    const word_t both = PREEMPT_SIGNAL | PREEMPT_DELAY;
    bool wants = (t->utcb[UTCB_FLAGS] & both) == both;

    if (wants && t->max_delay == 0 && c->top_prio <= t->sensitive)
        overrun(t);
    else
        preempt_fault(t);
}

/* ---- total quantum ------------------------------------------------------- */

void preempt_quantum_over(struct tcb *t)
{
    const struct tcb *scheduler = tcb_find(t->scheduler);

    if (scheduler == NULL || scheduler->space == NULL) {
        t->slow |= SLOW_HALT;
        kdb_report_halt(t, "end of quantum", arch_user_ip(t),
                        "its scheduler does not exist");
        return;
    }
    t->slow ^= SLOW_SPENT | SLOW_QUANTUM;
    tell(t, KIPC_QUANTUM, scheduler->id, 0);
}

void preempt_renewed(struct tcb *t)
{
    t->slow &= ~(word_t)SLOW_SPENT;
    if (!(t->slow & SLOW_QUANTUM))
        return;
    t->slow &= ~(word_t)SLOW_QUANTUM;
    if (t->kipc == KIPC_QUANTUM) { /* the scheduler need not be told any more */
        ipc_withdraw(t);
        kipc_drop(t);
    }
    sched_wake(t);
}
