/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ENTER_H
#define PECAN_ENTER_H
/*
 * What C knows of the way in and out: traps build their frame in the TCB
 * (frame.h), and Ipc comes by a trap gate.
 */
#include <arch/trap.h>

#include "tcb.h"

void entry_ipc(void);      /* ipc.S: for threads without a reason in `slow` */
void entry_ipc_slow(void); /* trap.S: for those with one                    */

static inline word_t *user_ip(struct tcb *t)
{
    return &t->arch.ip;
}

static inline word_t *user_sp(struct tcb *t)
{
    return &t->arch.sp;
}

/* A thread's registers are all zero so far. */
static inline void enter_thread(struct tcb *t)
{
    t->arch.cs = SEL_USER_CODE;
    t->arch.ss = SEL_USER_DATA;
}

/* t came in by a trap: its registers are in the TCB. */
void enter_store(struct tcb *t, const struct trap_frame *f);
/* Which of the two entries Ipc has; and it has the other from now on. */
extern bool enter_slow;
void enter_other_gate(void);
/* t is the next to run: traps find its TCB, and Ipc the entry that is right. */
static inline void enter_next(struct tcb *t)
{
    gdt_set_stack(&t->arch.ss + 1);
    if (enter_slow != (t->slow != 0))
        enter_other_gate();
}
/* Before the first user thread. */
void enter_init(void);

/* A gate clears the trap flag. */
static inline bool enter_step(const struct trap_frame *f)
{
    (void)f;
    return false;
}

/* The kernel's stack ends here from now on: entries look into kernel_sp. */
static inline void enter_stack(void *top)
{
    (void)top;
}

#endif
