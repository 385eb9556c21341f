/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TRANSFER_H
#define PECAN_TRANSFER_H
/*
 * Typed items of a message: mappings and strings (x2.md 2.10.4, 2.10.5).
 *
 * A transfer that has done much stops, so that others can run. So it does when
 * a string's page is not there, on either side, while the kernel asks that
 * side's pager. Meanwhile the two threads are each other's `peer`
 * and have SLOW_TRANSFER, and
 *   - one of them is active: ready, and the next time it is chosen to run, the
 *     kernel copies on in its place; or in the page-fault IPC in its name;
 *   - the other is TCB_TRANSFER;
 *   - or both are TCB_TRANSFER, when the fault cannot be served: only a timeout
 *     or another thread ends that.
 */
#include "ipc.h"

/* Hand the typed items of s's message over, from word s->item on, to r, who
 * waits for them and whose tag and untyped words have arrived.
 * Result: IPC_OK; IPC_PENDING: it goes on later and ends with ipc_delivered()
 * or ipc_fail(); IPC_LATER: r is in kernel-made IPC, and transfer_mappings() is
 * to be called in a long operation; else an error that both get, with
 * transfer_code(). */
enum ipc_error transfer_items(struct tcb *s, struct tcb *r);
/* The same for the mappings of s's message to r, who is in kernel-made IPC, in
 * a long operation (long.h). Meanwhile s has SLOW_IPC, and r waits. */
enum ipc_error transfer_mappings(struct tcb *s, struct tcb *r);
/* The error code word of s or r (transfer_items gave e, the sender's error). */
word_t transfer_code(const struct tcb *s, const struct tcb *r, enum ipc_error e,
                     bool receiver);
/* t, running, is the active side of a transfer: copy on. */
void transfer_go_on(struct tcb *t);
/* End t's transfer: both sides get an error, e seen from the sender's side. */
void transfer_abort(struct tcb *t, enum ipc_error e);
/* The time limit of the transfer that t sends is over. */
void transfer_timeout(struct tcb *t);
/* t's page fault in a transfer has nobody to serve it: t stays as it is. */
void transfer_stuck(struct tcb *t);
/* t, stuck, tries again. */
void transfer_retry(struct tcb *t);

/* Is t the sender of the transfer it is in? */
static inline bool transfer_sends(const struct tcb *t)
{
    return t->peer != NULL && t->item != 0;
}

#endif
