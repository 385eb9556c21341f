/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Synchronous IPC: the specification, the slow path, and a complete path for
 * processors without a tailored one. Paper 2.2; x2.md 2.10.
 *
 * An Ipc is a send phase, then a receive phase. A thread that waits in either
 * is blocked; whoever completes its phase carries it on, so no thread needs a
 * kernel stack. How a waiting thread looks like: tcb.h.
 * Not here: messages the kernel itself sends (kipc.c), mapping (map.c).
 */
#include "ipc.h"
#include "arch.h"
#include "kdb.h"
#include "map.h"
#include "sched.h"
#include "space.h"
#include "thread.h"
#include "utcb.h"

/* ---- small parts -------------------------------------------------------- */

/* The id under which t sees a message of `from`. */
static word_t id_seen_by(const struct tcb *t, const struct tcb *from)
{
    return from->space == t->space ? from->local_id : from->id;
}

/* Does dest, now, take a message from `from`? */
static bool admits(const struct tcb *dest, const struct tcb *from)
{
    word_t spec = dest->accept;

    if (spec == 0) {
        if (dest->state != TCB_WAITING)
            return false;
        spec = dest->from;
        if (spec == ID_ANY_LOCAL)
            return dest->space == from->space;
    }
    return spec == from->id || spec == ID_ANY;
}

/* t's Ipc is over; it may run. id: what it sees as sender, or ID_NIL. */
static void finish(struct tcb *t, word_t id)
{
    t->state = TCB_READY;
    if (t->kipc == KIPC_NONE)
        arch_ipc_return(t, id);
    else if (!kipc_received(t))
        return;
    if (t != this_cpu()->current)
        sched_wake(t);
}

/* The same with an error; tag: what the thread finds in MR0 besides E. */
static void finish_error(struct tcb *t, enum ipc_error e, bool receive_phase,
                         word_t tag)
{
    t->state = TCB_READY;
    t->accept = 0;
    if (t->kipc != KIPC_NONE) {
        kipc_failed(t, e);
        if (t->kipc == KIPC_INTERRUPT)
            return;
    } else {
        t->utcb[UTCB_MR0] = (tag & ~(word_t)TAG_FLAGS) | TAG_ERROR;
        t->utcb[UTCB_ERROR] = ipc_error_code(e, receive_phase);
        arch_ipc_return(t, ID_NIL);
    }
    if (t != this_cpu()->current)
        sched_wake(t);
    else if (t->slow & SLOW_HALT)
        sched_block_current();
}

void ipc_leave_plain_wait(struct tcb *t)
{
    if (t->accept == 0)
        return;
    t->from = t->accept;
    t->accept = 0;
    t->state = TCB_WAITING;
}

/* ---- the queue of senders ------------------------------------------------ */

static void queue_sender(struct tcb *dest, struct tcb *t)
{
    struct tcb *head = dest->senders;

    t->state = TCB_SENDING;
    t->partner = dest;
    if (head == NULL) {
        t->link.next = t->link.prev = t;
        dest->senders = t;
        return;
    }
    t->link.next = head;
    t->link.prev = head->link.prev;
    t->link.prev->link.next = t;
    head->link.prev = t;
}

static void unqueue_sender(struct tcb *t)
{
    struct tcb *dest = t->partner;

    if (t->link.next == t) {
        dest->senders = NULL;
    } else {
        t->link.prev->link.next = t->link.next;
        t->link.next->link.prev = t->link.prev;
        if (dest->senders == t)
            dest->senders = t->link.next;
    }
    t->link.next = t->link.prev = NULL;
    t->partner = NULL;
}

/* The queued thread that t, waiting as t->from says, takes next, or NULL. */
static struct tcb *first_sender(struct tcb *t, struct tcb *closed)
{
    if (closed)
        return closed->state == TCB_SENDING && closed->partner == t ? closed
                                                                    : NULL;
    if (t->from == ID_ANY || t->senders == NULL)
        return t->senders;
    struct tcb *s = t->senders;
    do {
        if (s->space == t->space)
            return s;
        s = s->link.next;
    } while (s != t->senders);
    return NULL;
}

/* ---- transfer ------------------------------------------------------------ */

/* Typed items, x2.md 2.10.4: words first..last of the message. */
static enum ipc_error __attribute__((noinline))
transfer_items(struct tcb *from, struct tcb *to, unsigned first, unsigned last)
{
    const word_t *src = from->utcb;
    fpage_t window = to->utcb[UTCB_BR0] & ~(word_t)0xf;
    unsigned i = first;

    while (i <= last) {
        word_t item = src[i];
        unsigned type = item >> 1 & 7;

        if ((type != 4 && type != 5) || i + 1 > last)
            return IPC_OVERFLOW;
        word_t fpage = src[i + 1];
        bool more = i + 2 <= last;
        to->utcb[i] = (item & ~(word_t)1) | more;
        to->utcb[i + 1] = fpage;
        if (window == FPAGE_NIL || from->space == NULL)
            return IPC_OVERFLOW;
        if (map_fpage(from->space, fpage, item & ~(word_t)0x3ff, to->space,
                      window, type == 5) != OK)
            return IPC_OVERFLOW;
        i += 2;
    }
    return IPC_OK;
}

/* A message with typed items, or to a thread in kernel-made IPC, which takes
 * no more words than were saved for it. */
static enum ipc_error __attribute__((noinline))
transfer_special(struct tcb *from, struct tcb *to, word_t tag)
{
    const word_t *src = from->utcb;
    word_t *dst = to->utcb;
    unsigned u = tag_untyped(tag), t = tag_typed(tag);

    if (to->kipc == KIPC_INTERRUPT)
        return IPC_OK;
    if (to->kipc != KIPC_NONE && u + t > KIPC_WORDS) {
        u = u > KIPC_WORDS ? KIPC_WORDS : u;
        t = 0;
    }
    if (u + t >= NUM_MRS)
        return IPC_OVERFLOW;
    dst[UTCB_MR0] = tag;
    for (unsigned i = 1; i <= u; i++)
        dst[i] = src[i];
    return t ? transfer_items(from, to, u + 1, u + t) : IPC_OK;
}

/* Copy the message of `from` to `to`. The untyped words always arrive. */
static inline enum ipc_error transfer(struct tcb *from, struct tcb *to)
{
    const word_t *src = from->utcb;
    word_t *dst = to->utcb;
    word_t tag = src[UTCB_MR0] & ~(word_t)TAG_FLAGS;

    if ((tag & TAG_T_MASK) || to->kipc != KIPC_NONE)
        return transfer_special(from, to, tag);
    dst[UTCB_MR0] = tag;
    for (unsigned i = tag_untyped(tag); i > 0; i--)
        dst[i] = src[i];
    return IPC_OK;
}

/* ---- the receive phase --------------------------------------------------- */

static struct tcb *complete_send(struct tcb *s, struct tcb *t);

/* t's send phase, if any, is over: begin to receive as t->from and t->timeouts
 * say. closed: the thread t->from names, if the caller knows it.
 * Result: a sender whose send phase this completed and whose own receive phase
 * is to begin, or NULL. */
static inline struct tcb *receive(struct tcb *t, struct tcb *closed)
{
    word_t spec = t->from;

    if (spec == ID_NIL) {
        if (t->utcb && t->kipc == KIPC_NONE)
            t->utcb[UTCB_MR0] &= ~(word_t)(TAG_FLAGS & ~TAG_PROPAGATED);
        finish(t, ID_NIL);
        return NULL;
    }
    if (spec != ID_ANY && spec != ID_ANY_LOCAL) {
        if (closed == NULL) {
            closed = thread_find(t, spec);
            if (closed == NULL) {
                finish_error(t, IPC_NO_PARTNER, true, 0);
                return NULL;
            }
        }
        t->from = closed->id;
    }
    if (t->senders) {
        struct tcb *s = first_sender(t, closed);
        if (s)
            return complete_send(s, t);
    }
    unsigned timeout = t->timeouts & 0xffff;
    if (timeout == TIME_NEVER && t->slow == 0 && t->from != ID_ANY_LOCAL) {
        t->state = TCB_READY;
        t->accept = t->from;
        return NULL;
    }
    if (timeout != TIME_NEVER) {
        uint64_t deadline = time_deadline(timeout, arch_clock_us());
        if (deadline == 0) {
            finish_error(t, IPC_TIMEOUT, true, 0);
            return NULL;
        }
        if (deadline != UINT64_MAX)
            sched_timeout_start(t, deadline);
    }
    t->state = TCB_WAITING;
    return NULL;
}

/* s, queued at t, is taken by t, which is about to receive. */
static struct tcb *__attribute__((noinline))
complete_send(struct tcb *s, struct tcb *t)
{
    unqueue_sender(s);
    sched_timeout_stop(s);
    s->state = TCB_READY;

    enum ipc_error e = transfer(s, t);
    if (e != IPC_OK) {
        word_t tag = s->utcb[UTCB_MR0];
        finish_error(s, e, false, tag);
        finish_error(t, e, true, tag);
        return NULL;
    }
    finish(t, id_seen_by(t, s));
    return s;
}

/* Carry on threads whose send phase is over until none is left to move. */
static inline void receive_chain(struct tcb *t, struct tcb *closed)
{
    t = receive(t, closed);
    while (t)
        t = receive(t, NULL);
}

/* ---- the call ------------------------------------------------------------ */

static void __attribute__((noinline))
queue_or_fail(struct tcb *self, struct tcb *dest)
{
    unsigned timeout = self->timeouts >> 16 & 0xffff;

    if (timeout != TIME_NEVER) {
        uint64_t deadline = time_deadline(timeout, arch_clock_us());
        if (deadline == 0) {
            finish_error(self, IPC_TIMEOUT, false, 0);
            return;
        }
        if (deadline != UINT64_MAX)
            sched_timeout_start(self, deadline);
    }
    queue_sender(dest, self);
    if (self == this_cpu()->current)
        sched_block_current();
}

static void __attribute__((noinline))
transfer_failed(struct tcb *self, struct tcb *dest, enum ipc_error e)
{
    word_t tag = self->utcb[UTCB_MR0];

    finish_error(dest, e, true, tag);
    finish_error(self, e, false, tag);
}

/* Running self's send phase to dest is over; if what follows is a plain wait,
 * the commonest end of an Ipc, begin it. Result: self waits. */
static inline bool wait_plainly(struct tcb *self, const struct tcb *dest,
                                word_t to)
{
    if ((self->timeouts & 0xffff) != TIME_NEVER || self->slow)
        return false;
    if (self->from == to) /* dest, which is running, is not sending to us */
        self->accept = dest->id;
    else if (self->from == ID_ANY && self->senders == NULL)
        self->accept = ID_ANY;
    else
        return false;
    return true;
}

/* The rest of self's Ipc, whatever it is; dest, if it runs, is ready. */
static void __attribute__((noinline))
go_on(struct tcb *self, struct tcb *dest, bool runs)
{
    receive_chain(self, NULL);
    if (self == this_cpu()->current && ipc_blocked(self)) {
        if (runs)
            sched_hand_over(dest);
        else
            sched_block_current();
    } else if (runs) {
        sched_wake(dest);
    }
}

/* dest, waiting, takes self's message; then self's receive phase begins and,
 * if that blocks the running thread, dest runs in its place. */
static inline void deliver(struct tcb *self, struct tcb *dest, word_t to)
{
    if (dest->state == TCB_WAITING) {
        sched_timeout_stop(dest);
        dest->state = TCB_READY;
    }
    dest->accept = 0;
    enum ipc_error e = transfer(self, dest);
    if (e != IPC_OK) {
        transfer_failed(self, dest, e);
        return;
    }
    if (dest->kipc != KIPC_NONE) {
        go_on(self, dest, kipc_received(dest));
        return;
    }
    arch_ipc_return(dest, id_seen_by(dest, self));
    if (self == this_cpu()->current && wait_plainly(self, dest, to))
        sched_hand_over(dest);
    else
        go_on(self, dest, true);
}

static void __attribute__((noinline))
receive_only(struct tcb *self, word_t from)
{
    if (from == ID_NIL) {
        arch_ipc_return(self, ID_NIL);
        return;
    }
    receive_chain(self, NULL);
    if (ipc_blocked(self))
        sched_block_current();
}

/*
 * Ipc and Lipc (x2.md 2.10).
 * to, from: thread ids or specifiers; timeouts: send 16..31, receive 0..15.
 * Result in the caller's registers, MRs, and ErrorCode. self need not be the
 * running thread: the kernel calls in the name of others (kipc.c).
 */
void sys_ipc(struct tcb *self, word_t to, word_t from, word_t timeouts)
{
    self->from = from;
    self->timeouts = timeouts;
    if (to == ID_NIL) {
        receive_only(self, from);
        return;
    }
    struct tcb *dest = tcb_find(to);
    if (dest == NULL && (dest = thread_find(self, to)) == NULL)
        finish_error(self, IPC_NO_PARTNER, false, 0);
    else if (admits(dest, self))
        deliver(self, dest, to);
    else
        queue_or_fail(self, dest);
}

/* ---- ended from outside -------------------------------------------------- */

void ipc_withdraw(struct tcb *t)
{
    sched_timeout_stop(t);
    if (t->state == TCB_SENDING)
        unqueue_sender(t);
    t->accept = 0;
    t->state = TCB_READY;
}

void ipc_abort(struct tcb *t, enum ipc_error e)
{
    bool receiving = t->state != TCB_SENDING;

    ipc_withdraw(t);
    finish_error(t, e, receiving, 0);
}

void ipc_timeout(struct tcb *t)
{
    ipc_abort(t, IPC_TIMEOUT);
}

void ipc_partner_gone(struct tcb *gone)
{
    while (gone->senders)
        ipc_abort(gone->senders, IPC_NO_PARTNER);

    struct space *s = space_list;
    for (; s; s = s->next) {
        struct tcb *t = s->threads;
        do {
            word_t spec = t->accept ? t->accept : t->from;
            if (t != gone && ipc_waiting(t) && spec == gone->id)
                ipc_abort(t, IPC_NO_PARTNER);
            t = t->in_space.next;
        } while (t != s->threads);
    }
}
