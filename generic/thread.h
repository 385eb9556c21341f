/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_THREAD_H
#define PECAN_THREAD_H
/*
 * Making, changing and ending threads (thread.c), and naming them.
 */
#include "tcb.h"

/* The thread that `id` names for `self`: a global id, or a local id of self's
 * space. NULL for anything else, special ids included. */
struct tcb *thread_find(const struct tcb *self, word_t id);
/* The global id for `id` as in thread_find, or ID_NIL. */
word_t thread_global_id(const struct tcb *self, word_t id);
/* Halt t: it runs no user instruction until resumed. IPC in progress goes on.
 */
void thread_halt(struct tcb *t);
void thread_resume(struct tcb *t);

/* Boot only: a thread (number, 1) in a new space of its own that starts at
 * ip/sp without a start message; [low, high) is its image. */
void thread_create_initial(word_t number, word_t ip, word_t sp, paddr_t low,
                           paddr_t high, bool is_sigma0);

/* Interrupt threads (interrupt.c, x2.md 3.2). */
void interrupt_init(void);
/* ThreadControl on an interrupt: attach it to `handler` (a global id, or ID_NIL
 * if the id given names no thread), or detach it. Result OK or ERR_THREAD. */
enum error interrupt_control(struct tcb *irq, word_t handler, bool detach);
/* The handler's answer reached this interrupt thread: unmask. */
void interrupt_acknowledged(struct tcb *irq);
/* Thread `id` ceases to exist: its interrupts are detached and masked. */
void interrupt_forget_handler(word_t id);

/* First number of user threads; 32 below it are the kernel's (x2.md 1.3). */
word_t thread_user_base(void);

static inline bool thread_is_interrupt(const struct tcb *t)
{
    return t->kipc == KIPC_INTERRUPT;
}
static inline bool thread_is_active(const struct tcb *t)
{
    return t->utcb != NULL && t->kipc != KIPC_INTERRUPT;
}

#endif
