/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_IPC_H
#define PECAN_IPC_H
/*
 * Synchronous IPC, the complete semantics (ipc.c), and IPC that the kernel
 * makes in a thread's name (kipc.c). Paper 2.2; x2.md 2.10 and part 3.
 */
#include "tcb.h"

/* Is t in a receive phase? */
static inline bool ipc_waiting(const struct tcb *t)
{
    return t->accept != 0 || t->state == TCB_WAITING;
}
static inline bool ipc_blocked(const struct tcb *t)
{
    return t->accept != 0 || t->state >= TCB_SENDING;
}
/* May the scheduler choose t? A halted thread still ends its system call. */
static inline bool ipc_runnable(const struct tcb *t)
{
    return t->state == TCB_READY && t->accept == 0 &&
           (!(t->slow & (SLOW_HALT | SLOW_QUANTUM)) || (t->slow & SLOW_WORK));
}
/* In which phase of IPC is t, transfers included? */
static inline bool ipc_sending(const struct tcb *t)
{
    return t->peer ? t->item != 0
                   : t->state == TCB_SENDING ||
                         (t->slow & (SLOW_IPC | SLOW_RECEIVE)) == SLOW_IPC;
}
static inline bool ipc_receiving(const struct tcb *t)
{
    return t->peer ? t->item == 0 : ipc_waiting(t) || (t->slow & SLOW_RECEIVE);
}

/* A plain wait becomes TCB_WAITING, because a reason in `slow` comes up, or the
 * thread's UTCB is written. */
void ipc_leave_plain_wait(struct tcb *t);
/* t begins to wait for somebody, who may be queued already. */
void ipc_wait_anew(struct tcb *t);
/* t, waiting, waits for somebody else now. One who is queued already sends when
 * it is its turn: this is in the middle of another Ipc. */
void ipc_wait_moved(struct tcb *t);
/* End t's send or receive with this error, or its transfer; t becomes runnable
 * (unless it is halted). IPC_NO_PARTNER in the page fault of a transfer ends
 * only that. Precondition: t is blocked in IPC or transferring. */
void ipc_abort(struct tcb *t, enum ipc_error e);
/* t, with SLOW_IPC, is chosen to run. */
void ipc_go_on(struct tcb *t);
/* t, in an Ipc that is not over, leaves every queue without being told. */
void ipc_withdraw(struct tcb *t);
/* t's id is this no more: whoever was sending to it or waits for exactly it
 * gets IPC_NO_PARTNER. A long operation. */
void ipc_partner_gone(struct tcb *t, word_t id);
/* t's timeout fired. */
void ipc_timeout(struct tcb *t);
/* s's message, whose transfer took its time, is with r: both go on. */
void ipc_delivered(struct tcb *s, struct tcb *r);
/* t's Ipc ends with this ErrorCode word; tag: as in the failed message. */
void ipc_fail(struct tcb *t, word_t code, word_t tag);
/* Messages of s's threads that leave it go to this redirector from now on
 * (a global id, or ID_ANY), those that wait for a receiver included. */
void ipc_redirect(struct space *s, word_t redirector);
/* The error code word (x2.md 2.10.8). */
static inline word_t ipc_error_code(enum ipc_error e, bool receive_phase)
{
    return (word_t)e << 1 | receive_phase;
}

/* ---- kernel-made IPC: kipc_begin, the message into the UTCB, sys_ipc ---- */
enum { KIPC_WORDS = 12 }; /* MR1..MR12 are saved and may be used */

/* Save what the message overwrites: MR0..MR12, BR0, ErrorCode. */
void kipc_begin(struct tcb *t, enum kipc kind);
/* The answer is in t's UTCB: act on it and put the saved words back.
 * Result: does t become runnable. */
bool kipc_received(struct tcb *t);
/* The call failed; puts the saved words back, halts t unless it was cancelled.
 */
void kipc_failed(struct tcb *t, enum ipc_error e);
/* The same without anybody's doing: only the saved words come back. */
void kipc_drop(struct tcb *t);
/* sigma0 touched va, or a string of its does, in self's turn: its page table is
 * made as it is used (x2.md 3.6). A long operation. Result: IPC_OK;
 * IPC_OVERFLOW: no such page; IPC_PENDING: meanwhile somebody ended self's
 * transfer, or self. */
enum ipc_error kipc_sigma0_fault(struct tcb *self, vaddr_t va);
/* A string in t's transfer is not mapped at va: ask t's pager. */
void kipc_transfer_fault(struct tcb *t, vaddr_t va, word_t access, bool sends);
/* t has delayed its preemption for too long: a system exception. */
void fault_preempted(struct tcb *t);
/* A new thread waits for its start message from `pager`. */
void kipc_wait_start(struct tcb *t, word_t pager);
/* One-way: deadline of an x2.md Time seen at now_us: 0 = expired or zero,
 * UINT64_MAX = never. */
uint64_t time_deadline(unsigned time, uint64_t now_us);
/* Length of a period in microseconds; UINT64_MAX for never. */
uint64_t time_period_us(unsigned time);
/* The shortest period not below us that a Time can hold. */
unsigned time_from_us(uint64_t us);

#endif
