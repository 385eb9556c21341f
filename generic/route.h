/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ROUTE_H
#define PECAN_ROUTE_H
/*
 * In whose name a message comes, and where it goes, when that is not simply
 * sender and destination: propagation and redirection (x2.md 2.10.6, 2.10.7).
 */
#include "tcb.h"

/* The thread in whose name s sends to r: s, or the virtual sender that s's
 * message asks for and may have. Never NULL. */
struct tcb *route_speaker(struct tcb *s, const struct tcb *r);
/* Who gets s's message to dest: dest, or the redirector of s's space; NULL:
 * nobody until that space has another redirector. s has SLOW_SPACE. */
struct tcb *route_destination(const struct tcb *s, struct tcb *dest);
/* s's message is with r, by a redirector or not: the flags and TCRs of r that
 * tell how it came. Result: the id that r sees as sender. */
word_t route_announce(struct tcb *s, struct tcb *r, bool redirected);

/* The id under which t sees a message of `from`. */
static inline word_t id_seen_by(const struct tcb *t, const struct tcb *from)
{
    return from->space == t->space ? from->local_id : from->id;
}

#endif
