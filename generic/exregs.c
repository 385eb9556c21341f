/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ExchangeRegisters: read, set, halt, resume, abort (x2.md 2.3).
 */
#include "arch.h"
#include "ipc.h"
#include "sched.h"
#include "syscall.h"
#include "thread.h"
#include "utcb.h"

enum { /* control bits */
       EX_HALT = 1 << 0,
       EX_ABORT_RECEIVE = 1 << 1,
       EX_ABORT_SEND = 1 << 2,
       EX_SP = 1 << 3,
       EX_IP = 1 << 4,
       EX_FLAGS = 1 << 5,
       EX_HANDLE = 1 << 6,
       EX_PAGER = 1 << 7,
       EX_HALT_VALID = 1 << 8,
};

static void set_registers(struct tcb *t, const struct exregs *r)
{
    if (r->control & (EX_HANDLE | EX_PAGER))
        ipc_leave_plain_wait(t);
    if (r->control & EX_SP)
        arch_set_user_sp(t, r->sp);
    if (r->control & EX_IP)
        arch_set_user_ip(t, r->ip);
    if (r->control & EX_FLAGS)
        arch_set_user_flags(t, r->flags);
    if (r->control & EX_HANDLE)
        t->utcb[UTCB_HANDLE] = r->handle;
    if (r->control & EX_PAGER)
        t->utcb[UTCB_PAGER] = r->pager;
}

void sys_exchange_registers(struct tcb *self, struct exregs *r)
{
    struct tcb *t = thread_find(self, r->dest);
    struct exregs in = *r;

    if (t == NULL || t->space != self->space || !thread_is_active(t)) {
        (void)syscall_result(self, ERR_THREAD);
        r->dest = ID_NIL;
        return;
    }
    bool waiting = ipc_receiving(t), sending = ipc_sending(t);

    r->dest = id_is_local(in.dest) ? t->id : t->local_id;
    r->control =
        (t->slow & SLOW_HALT ? 1 : 0) | (waiting ? 2 : 0) | (sending ? 4 : 0);
    r->sp = arch_user_sp(t);
    r->ip = arch_user_ip(t);
    r->flags = arch_user_flags(t);
    r->handle = t->utcb[UTCB_HANDLE];
    r->pager = t->utcb[UTCB_PAGER];

    set_registers(t, &in);
    if ((in.control & EX_HALT_VALID) && (in.control & EX_HALT))
        thread_halt(t);
    if ((waiting && (in.control & EX_ABORT_RECEIVE)) ||
        (sending && (in.control & EX_ABORT_SEND)))
        ipc_abort(t, IPC_CANCELLED);
    if ((in.control & EX_HALT_VALID) && !(in.control & EX_HALT))
        thread_resume(t);
}
