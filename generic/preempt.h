/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_PREEMPT_H
#define PECAN_PREEMPT_H
/*
 * What a thread may have done when it loses the processor against its will:
 * wait a while, tell its exception handler, or its scheduler that its time is
 * used up (x2.md 1.19 PreemptFlags, 2.9, 3.4).
 */
#include "sched.h"

/* A more urgent thread is ready than t, who runs. Result: t goes on, by its own
 * wish; the delay has begun now or is not over yet. */
bool preempt_delays(struct cpu *c, struct tcb *t);
/* The delay of c ends: another runs, or its thread gave up by itself. */
void preempt_delay_end(struct cpu *c);
/* The time is over until which c's thread could delay its preemption. */
void preempt_delay_over(struct cpu *c);
/* t, running user code, was interrupted, and another is going to run, or t's
 * slice is over: a preemption fault if t wants it. */
void preempt_fault(struct tcb *t);
/* t was interrupted, a more urgent thread is ready, and t may not delay it: a
 * preemption fault or exception if t wants it. */
void preempt_interrupted(struct cpu *c, struct tcb *t);
/* t, in no queue, should run but has SLOW_SPENT: it does not until
 * preempt_renewed(), and its scheduler is told. */
void preempt_quantum_over(struct tcb *t);
/* t has a new quantum. */
void preempt_renewed(struct tcb *t);

#endif
