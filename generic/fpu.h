/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_FPU_H
#define PECAN_FPU_H
/*
 * Floating-point and vector registers: each thread has its own, and only those
 * who use them pay (docs/decisions.md).
 *
 * The unit is off until a thread's first such instruction traps. From then on
 * it holds that thread's registers, until another thread's trap takes it. It is
 * on only while its owner runs: a thread with the unit on has SLOW_FPU, so that
 * no short path leaves it, and kernel_exit() turns it off for everybody else.
 */
#include "sched.h"

/* t, current, used the unit while it was off. Result OK: it is on and holds t's
 * registers, try again; ERR_NOMEM: no memory for them, which the port reports
 * as the exception of a machine without the unit. */
enum error fpu_use(struct tcb *t) MUST_USE;
/* t dies, or starts anew: its registers are gone. */
void fpu_forget(struct tcb *t);
/* The unit, on for another thread than the one that runs next, goes off. */
void fpu_leave(struct cpu *c);

#endif
