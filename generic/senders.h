/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_SENDERS_H
#define PECAN_SENDERS_H
/*
 * The queue of those that wait to send to a thread.
 */
#include "tcb.h"

/* t waits behind all that are queued at dest. */
void sender_queue(struct tcb *dest, struct tcb *t);
/* t waits for the redirector that its message should go to, which does not
 * exist. */
void sender_park(struct tcb *t);
/* t, queued or parked, is so no more. */
void sender_unqueue(struct tcb *t);
/* The queued thread that t, waiting as t->from says, takes next, or NULL;
 * closed: the one that it waits for, or NULL. t's queue is not empty. NULL with
 * t->looked set: interrupts were kept off long enough; the search goes on the
 * next time. */
struct tcb *sender_first(struct tcb *t, struct tcb *closed);

#endif
