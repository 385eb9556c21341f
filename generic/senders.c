/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who waits to send to a thread: a ring, oldest first, linked through the TCBs.
 * x2.md 2.10.
 */
#include "senders.h"
#include "ipc.h"
#include "route.h"
#include "sched.h"
#include "thread.h"
#include "utcb.h"

void sender_queue(struct tcb *dest, struct tcb *t)
{
    struct tcb *head = dest->senders;

    t->state = TCB_SENDING;
    t->partner = dest;
    if (t->utcb[UTCB_MR0] & TAG_PROPAGATED) {
        ipc_leave_plain_wait(dest);
        dest->slow |= SLOW_PROXIED;
    }
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

void sender_park(struct tcb *t)
{
    t->state = TCB_SENDING;
    t->partner = NULL;
}

void sender_unqueue(struct tcb *t)
{
    struct tcb *dest = t->partner;

    if (dest == NULL)
        return; /* its redirector is gone */
    if ((dest->slow & SLOW_RECEIVE) && t == dest->looked)
        dest->looked = t == dest->senders ? NULL : t->link.prev;
    if (t == this_cpu()->last_sender)
        this_cpu()->last_sender = t == dest->senders ? NULL : t->link.prev;
    if (t->link.next == t) {
        dest->senders = NULL;
        dest->slow &= ~(word_t)SLOW_PROXIED;
    } else {
        t->link.prev->link.next = t->link.next;
        t->link.next->link.prev = t->link.prev;
        if (dest->senders == t)
            dest->senders = t->link.next;
    }
    t->link.next = t->link.prev = NULL;
    t->partner = NULL;
}

/* At queued senders, until interrupts are taken; one who would speak for
 * another takes as long as some who do not. */
enum { LOOKS = 16, PROXY_LOOKS = 4 };

static unsigned looks_for(const struct tcb *s)
{
    return s->utcb[UTCB_MR0] & TAG_PROPAGATED ? PROXY_LOOKS : 1;
}

/* The first in t's queue who speaks for `closed` or, if that is NULL, for a
 * thread of t's space. If t->looked is set then, there may be one: the search
 * goes on behind that one the next time. */
static struct tcb *search(struct tcb *t, const struct tcb *closed)
{
    const struct tcb *last = t->senders->link.prev;
    struct tcb *s = t->looked;

    for (unsigned n = 0; n < LOOKS && s != last; n += looks_for(s)) {
        s = s ? s->link.next : t->senders;
        const struct tcb *speaker = route_speaker(s, t);
        if (closed ? speaker == closed : speaker->space == t->space) {
            t->looked = NULL;
            return s;
        }
    }
    t->looked = s == last || t->kipc == KIPC_INTERRUPT ? NULL : s;
    return NULL;
}

struct tcb *sender_first(struct tcb *t, struct tcb *closed)
{
    if (closed) {
        if (closed->state == TCB_SENDING && closed->partner == t)
            return closed;
        return t->slow & SLOW_PROXIED ? search(t, closed) : NULL;
    }
    return t->from == ID_ANY ? t->senders : search(t, NULL);
}
