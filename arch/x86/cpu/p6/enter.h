/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ENTER_H
#define PECAN_ENTER_H
/*
 * What C knows of the way in and out: traps build their frame on the one kernel
 * stack, and Ipc comes by sysenter.
 */
#include <arch/trap.h>

#include "tcb.h"

void entry_sysenter(void); /* ipc.S */
extern char entry_sysenter_step[];

static inline word_t *user_ip(struct tcb *t)
{
    return &t->hot.ip;
}

static inline word_t *user_sp(struct tcb *t)
{
    return &t->hot.sp;
}

/* A thread's registers are all zero so far. */
static inline void enter_thread(struct tcb *t)
{
    t->hot.ip = 0;
    t->hot.sp = 0;
}

/* t came in by a trap: its registers go to the TCB. */
static inline void enter_store(struct tcb *t, const struct trap_frame *f)
{
    t->arch.regs = f->regs;
    t->hot.ip = f->ip;
    t->hot.sp = f->sp;
}

/* t is the next to run. */
static inline void enter_next(struct tcb *t)
{
    (void)t;
}

/* sysenter keeps the trap flag: the first instructions of the kernel may be
 * followed by a single step. */
static inline bool enter_step(const struct trap_frame *f)
{
    return f->ip - (word_t)entry_sysenter <=
           (word_t)entry_sysenter_step - (word_t)entry_sysenter;
}

/* The kernel's stack ends here from now on. */
void enter_stack(void *top);

#endif
