/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_SCHED_H
#define PECAN_SCHED_H
/*
 * One processor: who runs, who is ready, what is due.
 * Strict priorities, round robin inside one (x2.md 2.9).
 */
#include "types.h"
#include "tcb.h"
#include "timeout.h"

enum { PRIORITIES = 256 };

struct cpu {
    struct tcb *current; /* 0 running user thread; NULL while idle          */
    word_t top_prio;     /* 1 highest priority with a ready thread, 0 if none */
    struct tcb *slice_owner; /* whose slice runs: current's, or its donor's;
                                NULL when that thread is gone               */
    struct tcb *donated; /* ThreadSwitch gave it the processor, or NULL      */
    word_t donor_prio;   /* what `donated` counts as until it is switched    */
    struct tcb *fpu_owner; /* whose registers are in the unit, or NULL       */
    struct tcb *fpu_on;    /* the unit is on, for this one; NULL: off        */
    struct timeout_heap timeouts;
    uint64_t slice_end_us;   /* of the running slice; UINT64_MAX = never      */
    struct tcb *delayed;     /* it delays its preemption, or NULL (preempt.h) */
    uint64_t delay_end_us;   /* so long; UINT64_MAX = nobody does             */
    uint64_t timer_us;       /* what the timer is set to; UINT64_MAX = off    */
    struct tcb *long_owner;  /* in whose name the long operation is, or NULL  */
    unsigned long_spent;     /* instructions since it was last stopped        */
    uint8_t long_op;         /* enum long_op (long.h)                         */
    struct tcb *last_sender; /* of those that ipc_partner_gone() has to tell */
    word_t ready_map[PRIORITIES / WORD_BITS];
    struct tcb *ready[PRIORITIES]; /* head of each ring; next to run         */
};
#define CPU_OFF_CURRENT  0
#define CPU_OFF_TOP_PRIO 1
_Static_assert(offsetof(struct cpu, top_prio) == WORD_BYTES, "asm");

extern struct cpu cpu0;
static inline struct cpu *this_cpu(void)
{
    return &cpu0;
}

/* t is runnable: into the ready queue, at the tail of its priority (first:
 * at the head). Not for the current thread. */
void sched_enqueue(struct tcb *t, bool first);
/* t, in the ready queue, leaves it. */
void sched_dequeue(struct tcb *t);
/* The current thread blocks; kernel_exit will choose another. */
void sched_block_current(void);
/* t became ready. It runs when kernel_exit finds it the most urgent. */
void sched_wake(struct tcb *t);
/* The same through the ready queue. */
void sched_switch_queued(struct tcb *t);
/* The current thread blocks in favour of t (blocked until now): t runs at once
 * on the caller's slice unless a more urgent thread is ready. */
static inline void sched_hand_over(struct tcb *t)
{
    struct cpu *c = this_cpu();

    if (t->prio >= c->top_prio && !(t->slow & (SLOW_HALT | SLOW_SPENT)))
        c->current = t;
    else
        sched_switch_queued(t);
}
/* ThreadSwitch(t): t, ready, runs on the caller's slice whatever its priority;
 * the caller stays ready. t NULL: the caller yields. */
void sched_donate(struct tcb *t);
/* Timer interrupt. */
void sched_timer(void);
/* Last step of every other interrupt. */
void sched_interrupted(void);
/* Start a timeout of t at deadline_us (not 0, not UINT64_MAX), or end it. */
void sched_timeout_start(struct tcb *t, uint64_t deadline_us);
void sched_timeout_stop(struct tcb *t);
/* t's priority becomes prio, wherever it is. */
void sched_set_priority(struct tcb *t, word_t prio);
/* t's slice starts anew with its present length, and if so asked, its total
 * quantum. */
void sched_refill(struct tcb *t, bool quantum);
/* t will never run again; it is in no queue. */
void sched_forget(struct tcb *t);
/* What is left to t in slice_left and quantum_left is true now. */
void sched_account(const struct tcb *t);
/* Last step of every kernel entry but the short path: the thread to resume, or
 * NULL when none is ready (the port then idles until an interrupt). */
struct tcb *kernel_exit(void);

#endif
