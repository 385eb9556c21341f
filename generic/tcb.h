/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TCB_H
#define PECAN_TCB_H
/*
 * Thread control blocks.
 *
 * TCBs form one virtual array indexed by thread number. Numbers without a
 * thread read as id 0 (a shared page of zeroes), so comparing the whole id is
 * the only check a lookup needs. TCB 0 always exists (interrupt 0), hence nil
 * never matches.
 *
 * How a blocked thread is told from a running one, without the short path
 * having to write more than one word of each:
 *   - a *plain wait* (a user's own receive, no timeout, no reason in `slow`)
 *     is `accept != 0` and nothing else; its `state` stays TCB_READY;
 *   - every other wait is TCB_WAITING with `from`, and accept == 0;
 *   - accept != 0 implies slow == 0, and that C has written nothing to the
 *     thread's UTCB meanwhile, where a cache may be behind by now.
 * Ready threads other than the running one are in the ready queue of their
 * processor; running and blocked threads are in none.
 */
#include "types.h"
#include "timeout.h"

#include <arch/tcb.h> /* struct arch_hot, struct arch_tcb */

struct space;

enum tcb_state {
    TCB_INACTIVE = 0, /* exists, no UTCB, never ran                         */
    TCB_READY,        /* running, in a ready queue, halted, or a plain wait */
    TCB_SENDING,      /* in partner's send queue                            */
    TCB_WAITING,      /* any wait that is not plain                         */
    TCB_TRANSFER,     /* its peer is active in their transfer (transfer.h)  */
};

/* Reasons why a thread may not take the short IPC path (tcb.slow). */
enum {
    SLOW_HALT = 1 << 0,     /* runs no user instruction until resumed         */
    SLOW_KIPC = 1 << 1,     /* in kernel-made IPC (fault, exception, start)   */
    SLOW_SPACE = 1 << 2,    /* its space has a redirector                     */
    SLOW_FPU = 1 << 3,      /* the floating-point unit is on (fpu.h)          */
    SLOW_TRANSFER = 1 << 4, /* in a transfer: peer != NULL                    */
    SLOW_SPENT = 1 << 5,    /* its quantum is used up: it stops when it is to */
    SLOW_QUANTUM = 1 << 6,  /* ... run next, and then is as if halted         */
    SLOW_CALL = 1 << 7,     /* its system call goes on later (long.h)         */
    SLOW_IPC = 1 << 8,      /* its Ipc goes on later (ipc.c): begins anew,    */
    SLOW_RECEIVE = 1 << 9,  /* ... or with its receive phase                  */
    SLOW_PROXIED = 1 << 10, /* one queued to it may speak for another thread  */
    SLOW_ARCH = 1 << 16,    /* the port's own reasons, from this bit on       */
};
/* The kernel has something to do in its name before user code may run. */
#define SLOW_WORK ((word_t)(SLOW_TRANSFER | SLOW_CALL | SLOW_IPC))

/* What a kernel-made IPC is about; decides what its reply means (kipc.c). */
enum kipc {
    KIPC_NONE = 0,
    KIPC_START,
    KIPC_PAGE_FAULT,
    KIPC_IO_FAULT,
    KIPC_EXCEPTION,
    KIPC_PREEMPTED, /* one-way: a preemption fault                         */
    KIPC_QUANTUM,   /* one-way: the end of the total quantum               */
    KIPC_INTERRUPT, /* this is an interrupt thread                         */
};

struct link {
    struct tcb *next, *prev;
};

struct tcb {
    /* Hot: one cache line on 32 bits, two on 64; offsets are known to the
     * ports' assembly as n * WORD_BYTES and asserted below. */
    word_t id;           /* 0 whole id; 0 = no thread                       */
    word_t accept;       /* 1 plain wait: partner's id, or ID_ANY; else 0   */
    word_t slow;         /* 2 SLOW_*                                        */
    word_t prio;         /* 3 0..255                                        */
    struct space *space; /* 4 NULL for interrupt threads                    */
    word_t *utcb;        /* 5 MR0 in kernel addresses; NULL while inactive  */
    word_t local_id;     /* 6 MR0 in user addresses                         */
    struct tcb *senders; /* 7 oldest of those queued to send to us          */
    struct arch_hot hot; /* 8.. the port's: user ip, sp, page-table word    */

    /* IPC; own processor only. */
    uint8_t state; /* enum tcb_state                                  */
    uint8_t kipc;  /* enum kipc                                       */
    uint8_t cpu;
    uint8_t sensitive;  /* priority up to which preemption may be delayed  */
    uint16_t slice;     /* length, Time period (x2.md 1.6)                 */
    uint16_t quantum;   /* total quantum, Time period                      */
    uint16_t max_delay; /* of preemption, microseconds                     */
    uint8_t item : 7;   /* sender in a transfer: MR of the present item    */
    uint8_t receivers_limit : 1; /* the receiver's xfer timeout was shorter */
    uint8_t buffer : 7; /* sender in a transfer: BR of the next buffer     */
    uint8_t redirected : 1; /* sender in a transfer: for another thread    */
    uint32_t timeouts; /* of the running Ipc; receive part used later      */
    word_t from;       /* TCB_WAITING or sending-then-receiving: specifier */
    /* partner: TCB_SENDING, whose queue we are in; looked: SLOW_RECEIVE, the
     * last one looked at in ours; else NULL. */
    union {
        struct tcb *partner, *looked;
    };
    struct tcb *peer; /* in a transfer: the other side, else NULL          */
    word_t copied;    /* in a transfer: sender: bytes of that string;
                         receiver: of those before it                      */
    struct link link; /* ready queue or a partner's send queue             */
    struct timeout timeout;

    /* Scheduling. */
    word_t scheduler;    /* global id; of an interrupt thread: its handler  */
    uint64_t slice_left; /* microseconds; UINT64_MAX = infinite             */
    uint64_t quantum_left;

    /* Membership; fixed between ThreadControl calls. */
    struct link in_space; /* the threads of one space                       */
    word_t utcb_location; /* user address of the UTCB's start, 0 = not set  */
    void *fpu;            /* fpu.h; NULL until the thread uses the unit     */

    struct arch_tcb arch; /* user registers; stale while running            */
};

#define TCB_OFF_ID       0
#define TCB_OFF_ACCEPT   1
#define TCB_OFF_SLOW     2
#define TCB_OFF_PRIO     3
#define TCB_OFF_SPACE    4
#define TCB_OFF_UTCB     5
#define TCB_OFF_LOCAL_ID 6
#define TCB_OFF_SENDERS  7
#define TCB_OFF_HOT      8

#define TCB_AT(field, word) \
    _Static_assert(offsetof(struct tcb, field) == (word)*WORD_BYTES, #field)
TCB_AT(id, TCB_OFF_ID);
TCB_AT(accept, TCB_OFF_ACCEPT);
TCB_AT(slow, TCB_OFF_SLOW);
TCB_AT(prio, TCB_OFF_PRIO);
TCB_AT(space, TCB_OFF_SPACE);
TCB_AT(utcb, TCB_OFF_UTCB);
TCB_AT(local_id, TCB_OFF_LOCAL_ID);
TCB_AT(senders, TCB_OFF_SENDERS);
TCB_AT(hot, TCB_OFF_HOT);
_Static_assert(sizeof(struct arch_hot) <= 8 * WORD_BYTES, "hot line");
_Static_assert(sizeof(struct tcb) <= ARCH_TCB_BYTES, "one slot of the array");

/* The slot of a thread number; always readable, writable once backed. */
static inline struct tcb *tcb_slot(word_t number)
{
    return (struct tcb *)(ARCH_TCB_BASE +
                          (number & ((1 << THREAD_BITS) - 1)) * ARCH_TCB_BYTES);
}

/* The thread with exactly this global id, or NULL. Local, nil and wildcard ids
 * equal no thread's id, so comparing is all the checking there is. */
static inline struct tcb *tcb_find(word_t id)
{
    struct tcb *t = tcb_slot(id_number(id));
    return t->id == id ? t : NULL;
}

#endif
