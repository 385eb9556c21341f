/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Synchronous IPC: the specification, the slow path, and a complete path for
 * processors without a tailored one. Paper 2.2; x2.md 2.10.
 *
 * An Ipc is a send phase, then a receive phase. A thread that waits in either
 * is blocked; whoever completes its phase carries it on, so no thread needs a
 * kernel stack. How a waiting thread looks like: tcb.h.
 * Not here: who waits to send (senders.c), typed items (transfer.c), in whose
 * name and where to (route.c), messages that the kernel itself sends (kipc.c).
 */
#include "ipc.h"
#include "arch.h"
#include "kdb.h"
#include "long.h"
#include "route.h"
#include "sched.h"
#include "senders.h"
#include "space.h"
#include "thread.h"
#include "transfer.h"
#include "utcb.h"

/* ---- small parts -------------------------------------------------------- */

/* Does dest's wait for `spec` let a message of s in? */
static bool __attribute__((noinline))
admits_speaker(const struct tcb *dest, struct tcb *s, word_t spec)
{
    const struct tcb *speaker = route_speaker(s, dest);

    return spec == ID_ANY_LOCAL ? speaker->space == dest->space
                                : spec == speaker->id;
}

/* Does dest look through its queue, or has looked in vain, for somebody who may
 * as well come now? */
static bool looks(const struct tcb *dest)
{
    return (dest->slow & SLOW_RECEIVE) &&
           (dest->from != ID_ANY || dest->senders == NULL);
}

/* Does dest, now, take a message from `from`? */
static inline bool admits(const struct tcb *dest, struct tcb *from)
{
    word_t spec = dest->accept;

    if (spec == 0) {
        if (dest->state != TCB_WAITING && !looks(dest))
            return false;
        spec = dest->from;
    }
    return spec == from->id || spec == ID_ANY ||
           admits_speaker(dest, from, spec);
}

/* t has nothing more to do in the kernel: user code, as soon as it may. */
static void released(struct tcb *t)
{
    if (t != this_cpu()->current)
        sched_wake(t);
    else if (t->slow & (SLOW_HALT | SLOW_QUANTUM))
        sched_block_current();
}

/* t's Ipc is over; it may run. id: what it sees as sender, or ID_NIL. */
static void finish(struct tcb *t, word_t id)
{
    t->state = TCB_READY;
    if (t->kipc == KIPC_NONE)
        arch_ipc_return(t, id);
    else if (!kipc_received(t))
        return;
    released(t);
}

void ipc_fail(struct tcb *t, word_t code, word_t tag)
{
    t->state = TCB_READY;
    t->accept = 0;
    if (t->kipc != KIPC_NONE) {
        kipc_failed(t, code >> 1 & 7);
        if (t->kipc == KIPC_INTERRUPT)
            return;
    } else {
        t->utcb[UTCB_MR0] = (tag & ~(word_t)TAG_FLAGS) | TAG_ERROR;
        t->utcb[UTCB_ERROR] = code;
        arch_ipc_return(t, ID_NIL);
    }
    released(t);
}

static void finish_error(struct tcb *t, enum ipc_error e, bool receive_phase)
{
    ipc_fail(t, ipc_error_code(e, receive_phase), 0);
}

/* t's message reached its partner or found none: its timeout means nothing any
 * more. In a transfer it is the transfer's. */
static void timeout_over(struct tcb *t)
{
    if (t->peer == NULL)
        sched_timeout_stop(t);
}

/* Has s's message flags or TCRs to tell the receiver? */
static inline word_t announce(struct tcb *s, struct tcb *r)
{
    if ((s->utcb[UTCB_MR0] & TAG_PROPAGATED) || (s->slow & SLOW_SPACE))
        return route_announce(s, r, s->slow & SLOW_SPACE);
    return id_seen_by(r, s);
}

void ipc_leave_plain_wait(struct tcb *t)
{
    if (t->accept == 0)
        return;
    t->from = t->accept;
    t->accept = 0;
    t->state = TCB_WAITING;
}

/* ---- transfer ------------------------------------------------------------ */

static inline void copy_words(const word_t *src, word_t *dst, word_t tag)
{
    dst[UTCB_MR0] = tag & ~(word_t)TAG_FLAGS;
    for (unsigned i = tag_untyped(tag); i > 0; i--)
        dst[i] = src[i];
}

/* A thread in kernel-made IPC takes no more words than were saved for it, and
 * of items only what they do. */
static word_t kernel_tag(word_t tag)
{
    word_t u = least(tag_untyped(tag), KIPC_WORDS);

    return (tag & ~(word_t)(TAG_T_MASK | TAG_U_MASK)) | u;
}

/* Copy the message of `from` to `to`. The untyped words always arrive. */
static enum ipc_error __attribute__((noinline))
transfer(struct tcb *from, struct tcb *to)
{
    word_t tag = from->utcb[UTCB_MR0];

    if (to->kipc == KIPC_INTERRUPT)
        return IPC_OK;
    copy_words(from->utcb, to->utcb,
               to->kipc == KIPC_NONE ? tag : kernel_tag(tag));
    if (tag_typed(tag) == 0)
        return IPC_OK;
    from->item = (tag_untyped(tag) + 1) & 0x7f;
    from->buffer = 1;
    from->copied = 0;
    if (to->kipc == KIPC_NONE)
        to->copied = 0;
    return transfer_items(from, to);
}

/* ---- the receive phase --------------------------------------------------- */

/* t receives, or looks on for somebody to receive from, when it is its turn. */
static void __attribute__((noinline)) receive_later(struct tcb *t)
{
    t->slow |= SLOW_IPC | SLOW_RECEIVE;
    if (t != this_cpu()->current)
        sched_wake(t);
}

/* t's send phase, if any, is over: begin to receive as t->from and t->timeouts
 * say.
 * Result: the queued sender whose message t takes, or NULL. */
static inline struct tcb *receive(struct tcb *t)
{
    struct tcb *closed = NULL;
    word_t spec = t->from;

    if (spec == ID_NIL) {
        if (t->utcb && t->kipc == KIPC_NONE)
            t->utcb[UTCB_MR0] &= ~(word_t)(TAG_FLAGS & ~TAG_PROPAGATED);
        finish(t, ID_NIL);
        return NULL;
    }
    if (spec != ID_ANY && spec != ID_ANY_LOCAL) {
        closed = thread_find(t, spec);
        if (closed == NULL) {
            t->looked = NULL;
            finish_error(t, IPC_NO_PARTNER, true);
            return NULL;
        }
        t->from = closed->id;
    }
    if (t->senders) {
        struct tcb *s = sender_first(t, closed);
        if (s)
            return s;
        if (t->looked) {
            receive_later(t);
            return NULL;
        }
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
            finish_error(t, IPC_TIMEOUT, true);
            return NULL;
        }
        if (deadline != UINT64_MAX)
            sched_timeout_start(t, deadline);
    }
    t->state = TCB_WAITING;
    return NULL;
}

/* What s sends to r, who is in kernel-made IPC, takes long: s begins its Ipc
 * anew when it is its turn, and until then r goes on waiting. */
static void send_later(struct tcb *s, struct tcb *r)
{
    r->state = TCB_WAITING;
    if (!(s->slow & SLOW_SPACE))
        s->utcb[UTCB_TO] = r->id;
    s->slow |= SLOW_IPC;
    if (s != this_cpu()->current)
        sched_wake(s);
}

/* A message did not get through, or not yet. */
static void __attribute__((noinline))
transfer_failed(struct tcb *from, struct tcb *to, enum ipc_error e)
{
    word_t tag = from->utcb[UTCB_MR0];

    if (e == IPC_PENDING)
        return;
    if (e == IPC_LATER) {
        send_later(from, to);
        return;
    }
    ipc_fail(to, transfer_code(from, to, e, true), tag);
    ipc_fail(from, transfer_code(from, to, e, false), tag);
}

/* s, queued at t, is taken by t, which is about to receive. Result: did the
 * message get through. */
static bool __attribute__((noinline))
complete_send(struct tcb *s, struct tcb *t)
{
    sender_unqueue(s);
    timeout_over(s);
    s->state = TCB_READY;

    enum ipc_error e = transfer(s, t);
    if (e != IPC_OK) {
        transfer_failed(s, t, e);
        return false;
    }
    finish(t, t->kipc == KIPC_NONE ? announce(s, t) : ID_NIL);
    return true;
}

/* t's receive phase begins, and that of the thread whose send phase this ends;
 * but if there is a message for that one too, it takes it when it is its turn.
 * An interrupt thread has no turn. */
static inline void receive_phase(struct tcb *t)
{
    struct tcb *s = receive(t);

    while (s && complete_send(s, t)) {
        t = s;
        s = receive(t);
        if (s && t->kipc != KIPC_INTERRUPT) {
            receive_later(t);
            return;
        }
    }
}

/* t's send phase is over. Items have taken their time: then a message that is
 * queued for t is taken when it is its turn. */
static void sent(struct tcb *t)
{
    if (t->senders && t->from != ID_NIL && tag_typed(t->utcb[UTCB_MR0]))
        receive_later(t);
    else
        receive_phase(t);
}

/* Who of those queued at t, waiting, is to send to it now. */
static struct tcb *queued_for(struct tcb *t)
{
    if (t->senders == NULL)
        return NULL;
    ipc_leave_plain_wait(t);
    struct tcb *closed = tcb_find(t->from), *s = NULL;
    if (closed || t->from == ID_ANY || t->from == ID_ANY_LOCAL)
        s = sender_first(t, closed);
    if (t->looked) {
        timeout_over(t);
        t->state = TCB_READY;
        receive_later(t);
    }
    return s;
}

/* Not at once: s's own receive phase could let another message through that
 * moves a wait, and so on, with a piece of the kernel's stack for each. */
void ipc_wait_moved(struct tcb *t)
{
    struct tcb *s = queued_for(t);

    if (s == NULL)
        return;
    sender_unqueue(s);
    timeout_over(s);
    s->state = TCB_READY;
    send_later(s, t);
}

void ipc_wait_anew(struct tcb *t)
{
    struct tcb *s = queued_for(t);

    if (s == NULL)
        return;
    timeout_over(t);
    t->state = TCB_READY;
    if (complete_send(s, t))
        receive_phase(s);
}

/* ---- the call ------------------------------------------------------------ */

/* self waits until dest (NULL: whoever will be its redirector) receives. */
static void __attribute__((noinline))
queue_or_fail(struct tcb *self, struct tcb *dest)
{
    unsigned timeout = self->timeouts >> 16 & 0xffff;

    if (timeout != TIME_NEVER) {
        uint64_t deadline = time_deadline(timeout, arch_clock_us());
        if (deadline == 0) {
            finish_error(self, IPC_TIMEOUT, false);
            return;
        }
        if (deadline != UINT64_MAX)
            sched_timeout_start(self, deadline);
    }
    if (dest)
        sender_queue(dest, self);
    else
        sender_park(self);
    if (self == this_cpu()->current)
        sched_block_current();
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
    sent(self);
    if (self == this_cpu()->current && ipc_blocked(self)) {
        if (runs)
            sched_hand_over(dest);
        else
            sched_block_current();
    } else if (runs) {
        released(dest);
    }
}

/* The transfer of self's message to dest ended so; if well, self's receive
 * phase begins. */
static void delivered(struct tcb *self, struct tcb *dest, enum ipc_error e)
{
    bool runs = true;

    if (e != IPC_OK) {
        transfer_failed(self, dest, e);
        return;
    }
    if (dest->kipc != KIPC_NONE)
        runs = kipc_received(dest);
    else
        arch_ipc_return(dest, announce(self, dest));
    go_on(self, dest, runs);
}

/* dest, which admits self's message, takes it. */
static void __attribute__((noinline))
deliver(struct tcb *self, struct tcb *dest)
{
    bool looked = looks(dest);

    ipc_withdraw(dest);
    enum ipc_error e = transfer(self, dest);
    delivered(self, dest, e);
    if (e == IPC_LATER && looked) {
        dest->state = TCB_READY;
        receive_later(dest);
    }
}

/* The same for the commonest case: running self sends nothing but words in its
 * own name to a thread in a plain wait. If self's receive phase blocks it, dest
 * runs in its place. */
static inline void deliver_words(struct tcb *self, struct tcb *dest, word_t tag,
                                 word_t to)
{
    copy_words(self->utcb, dest->utcb, tag);
    arch_ipc_return(dest, id_seen_by(dest, self));
    dest->accept = 0; /* a port may want to know in between */
    if (wait_plainly(self, dest, to))
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
    receive_phase(self);
    if (self == this_cpu()->current && ipc_blocked(self))
        sched_block_current();
}

void ipc_delivered(struct tcb *s, struct tcb *r)
{
    arch_ipc_return(r, route_announce(s, r, s->redirected));
    if (s == this_cpu()->current) {
        go_on(s, r, true);
    } else {
        released(r);
        sent(s);
    }
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
    if (dest == NULL && (dest = thread_find(self, to)) == NULL) {
        finish_error(self, IPC_NO_PARTNER, false);
        return;
    }
    if (self->slow & SLOW_SPACE) {
        self->utcb[UTCB_TO] = dest->id;
        dest = route_destination(self, dest);
    }
    word_t tag = self->utcb[UTCB_MR0];
    if (dest == NULL || !admits(dest, self))
        queue_or_fail(self, dest);
    else if (dest->accept && !(tag & (TAG_T_MASK | TAG_PROPAGATED)) &&
             !(self->slow & (SLOW_KIPC | SLOW_SPACE)))
        deliver_words(self, dest, tag, to);
    else
        deliver(self, dest);
}

/* Where t's message, to be sent anew, goes now; NULL: to nobody. */
static struct tcb *send_destination(const struct tcb *t)
{
    struct tcb *dest = tcb_find(t->utcb[UTCB_TO]);

    return dest && (t->slow & SLOW_SPACE) ? route_destination(t, dest) : dest;
}

/* Does t take typed items while in kernel-made IPC? */
static bool kernel_receives(const struct tcb *t)
{
    return t->kipc != KIPC_NONE && t->kipc != KIPC_INTERRUPT;
}

static void send_anew(struct tcb *t)
{
    struct tcb *dest = send_destination(t);
    bool maps = dest && admits(dest, t) && kernel_receives(dest);
    enum ipc_error e = IPC_OK;

    if (long_busy())
        long_help();
    if (maps && long_begin(t)) {
        e = transfer_mappings(t, dest);
        bool disowned = long_disowned();
        long_end();
        if (disowned || send_destination(t) != dest)
            return;
    }
    t->slow &= ~(word_t)SLOW_IPC;
    if (t != this_cpu()->current)
        sched_dequeue(t);
    if (dest == NULL && tcb_find(t->utcb[UTCB_TO]) == NULL) {
        finish_error(t, IPC_NO_PARTNER, false);
    } else if (dest == NULL || !admits(dest, t)) {
        queue_or_fail(t, dest);
    } else if (!maps || !kernel_receives(dest)) {
        deliver(t, dest);
    } else {
        copy_words(t->utcb, dest->utcb, kernel_tag(t->utcb[UTCB_MR0]));
        ipc_withdraw(dest);
        delivered(t, dest, e);
    }
}

void ipc_go_on(struct tcb *t)
{
    if (!(t->slow & SLOW_RECEIVE)) {
        send_anew(t);
        return;
    }
    t->slow &= ~(word_t)(SLOW_IPC | SLOW_RECEIVE);
    if (t != this_cpu()->current)
        sched_dequeue(t);
    receive_only(t, t->from);
}

/* ---- ended from outside -------------------------------------------------- */

void ipc_withdraw(struct tcb *t)
{
    timeout_over(t);
    if (t->slow & SLOW_IPC) {
        long_disown(t);
        t->slow &= ~(word_t)(SLOW_IPC | SLOW_RECEIVE);
        t->looked = NULL;
        if (t != this_cpu()->current)
            sched_dequeue(t);
    }
    if (t->state == TCB_SENDING)
        sender_unqueue(t);
    t->accept = 0;
    t->state = TCB_READY;
}

void ipc_abort(struct tcb *t, enum ipc_error e)
{
    bool receiving = !ipc_sending(t);

    if (t->peer && e != IPC_NO_PARTNER) { /* that would be its pager */
        transfer_abort(t, IPC_ABORTED);
        return;
    }
    ipc_withdraw(t);
    finish_error(t, e, receiving);
}

void ipc_timeout(struct tcb *t)
{
    if (t->peer)
        transfer_timeout(t);
    else
        ipc_abort(t, IPC_TIMEOUT);
}

/* ---- redirection --------------------------------------------------------- */

/* t, sending, finds its way anew. */
static void route_again(struct tcb *t)
{
    struct tcb *dest = tcb_find(t->utcb[UTCB_TO]);

    if (dest == NULL) {
        ipc_abort(t, IPC_NO_PARTNER);
        return;
    }
    dest = route_destination(t, dest);
    if (dest == t->partner)
        return;
    sender_unqueue(t);
    if (dest == NULL) {
        sender_park(t);
    } else if (admits(dest, t)) { /* it sends when it is its turn */
        timeout_over(t);
        t->state = TCB_READY;
        t->slow |= SLOW_IPC;
        sched_wake(t);
    } else {
        sender_queue(dest, t);
    }
}

void ipc_redirect(struct space *s, word_t redirector)
{
    struct tcb *t = s->threads;

    s->redirector = redirector;
    do {
        bool sends = t->state == TCB_SENDING;
        if (sends && !(t->slow & SLOW_SPACE))
            t->utcb[UTCB_TO] = t->partner->id;
        ipc_leave_plain_wait(t);
        t->slow |= SLOW_SPACE;
        if (sends)
            route_again(t);
        if (redirector == ID_ANY)
            t->slow &= ~(word_t)SLOW_SPACE;
        long_point(STEP_THREAD);
        t = t->in_space.next;
    } while (t != s->threads);
}

/* s, queued at gone, gets an error, unless it wanted somebody else. */
static void refuse_sender(struct tcb *s, word_t id)
{
    if ((s->slow & SLOW_SPACE) && s->utcb[UTCB_TO] != id) {
        sender_unqueue(s);
        sender_park(s);
    } else {
        ipc_abort(s, IPC_NO_PARTNER);
    }
}

void ipc_partner_gone(struct tcb *gone, word_t id)
{
    struct cpu *c = this_cpu();

    c->last_sender = gone->senders ? gone->senders->link.prev : NULL;
    while (c->last_sender) { /* none of those who come meanwhile */
        refuse_sender(gone->senders, id);
        long_point(STEP_THREAD);
    }

    unsigned i = 1;
    for (struct space *s = space_list; s; s = s->next) {
        struct tcb *t = s->threads;
        do {
            word_t spec = t->accept ? t->accept : t->from;
            if (ipc_waiting(t) && spec == id) {
                ipc_abort(t, IPC_NO_PARTNER);
                long_point(STEP_THREAD);
            }
            long_look(i++);
            t = t->in_space.next;
        } while (t != s->threads);
    }
}
