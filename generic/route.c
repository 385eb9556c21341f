/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Propagation and redirection (x2.md 2.10.6, 2.10.7): the clans-and-chiefs idea
 * in its general form. The sender's UTCB says what it wants; what it may have
 * is decided here, each time it is asked, so that nothing has to be kept true
 * while threads come and go.
 */
#include "route.h"
#include "ipc.h"
#include "space.h"
#include "thread.h"
#include "utcb.h"

enum { CHAIN_MAX = 16 }; /* redirectors of redirectors; a ring ends here */

/* Is s among the redirectors that messages of `space` pass through? */
static bool redirects(const struct tcb *s, const struct space *space)
{
    for (unsigned i = 0; i < CHAIN_MAX; i++) {
        const struct tcb *r = tcb_find(space->redirector);
        if (r == s)
            return true;
        if (r == NULL || r->space == NULL)
            return false;
        space = r->space;
    }
    return false;
}

/* The virtual sender of s's message to r; NULL: none, or not allowed. */
static struct tcb *virtual_sender(struct tcb *s, const struct tcb *r)
{
    if (!(s->utcb[UTCB_MR0] & TAG_PROPAGATED) || s->kipc != KIPC_NONE)
        return NULL;
    struct tcb *v = thread_find(s, s->utcb[UTCB_SENDER]);
    if (v == NULL || v->space == NULL)
        return NULL;
    return v->space == s->space || r->space == s->space ||
                   redirects(s, v->space)
               ? v
               : NULL;
}

struct tcb *route_speaker(struct tcb *s, const struct tcb *r)
{
    struct tcb *v = virtual_sender(s, r);

    return v ? v : s;
}

struct tcb *route_destination(const struct tcb *s, struct tcb *dest)
{
    if (s->space->redirector == ID_ANY || dest->space == s->space)
        return dest;
    struct tcb *r = tcb_find(s->space->redirector);
    return r && dest->space == r->space ? dest : r;
}

/* A closed wait of v for s becomes one for r, who has s's message now. */
static void follow(struct tcb *v, const struct tcb *s, const struct tcb *r)
{
    if (v->accept == s->id)
        v->accept = r->id;
    else if ((v->state == TCB_WAITING || (v->slow & SLOW_RECEIVE)) &&
             v->from == s->id)
        v->from = r->id;
    else
        return;
    if (v->slow & SLOW_RECEIVE)
        v->looked = NULL; /* it looks for r now */
    else
        ipc_wait_moved(v);
}

word_t route_announce(struct tcb *s, struct tcb *r, bool redirected)
{
    struct tcb *v = virtual_sender(s, r);

    if (redirected && s->utcb[UTCB_TO] != r->id) {
        r->utcb[UTCB_MR0] |= TAG_REDIRECTED;
        r->utcb[UTCB_INTENDED_RECEIVER] = s->utcb[UTCB_TO];
    }
    if (v == NULL)
        return id_seen_by(r, s);
    r->utcb[UTCB_MR0] |= TAG_PROPAGATED;
    r->utcb[UTCB_SENDER] = id_seen_by(r, s);
    follow(v, s, r);
    return id_seen_by(r, v);
}
