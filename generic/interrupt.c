/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts as IPC: interrupt n is the thread (n, 1), and an occurrence is a
 * call that it makes to its handler. Paper 2.2; x2.md 3.2.
 *
 * An interrupt thread is KIPC_INTERRUPT and has no space. Its `scheduler` field
 * names its handler; its `utcb` is one word of its own TCB, the tag it sends.
 *   TCB_INACTIVE  nothing outstanding: masked if there is no handler
 *   TCB_SENDING   masked, the handler has not yet taken the message
 *   TCB_WAITING   masked, taken; any message to it is the acknowledgement
 */
#include "arch.h"
#include "ipc.h"
#include "kdb.h"
#include "long.h"
#include "sched.h"
#include "thread.h"

enum { KERNEL_THREADS = 32, INTERRUPT_PRIO = 255 };

word_t thread_user_base(void)
{
    return arch_irq_count() + KERNEL_THREADS;
}

void interrupt_init(void)
{
    for (unsigned n = 0; n < arch_irq_count(); n++) {
        struct tcb *t = tcb_slot(n);

        if (arch_tcb_back(n) != OK)
            kernel_stop("no memory for interrupt threads");
        t->id = id_make(n, 1);
        t->prio = INTERRUPT_PRIO;
        t->kipc = KIPC_INTERRUPT;
        t->slow = SLOW_KIPC;
        t->state = TCB_INACTIVE;
        t->utcb = &t->utcb_location;
        arch_irq_mask(n);
    }
}

static void detach(struct tcb *irq)
{
    arch_irq_mask(id_number(irq->id));
    if (ipc_blocked(irq))
        ipc_withdraw(irq);
    irq->state = TCB_INACTIVE;
    irq->scheduler = ID_NIL;
}

enum error interrupt_control(struct tcb *irq, word_t handler, bool off)
{
    if (off) {
        detach(irq);
        return OK;
    }
    struct tcb *t = handler ? tcb_find(handler) : NULL;
    if (t == NULL || t->space == NULL)
        return ERR_THREAD;
    if (irq->scheduler == handler)
        return OK;
    detach(irq);
    irq->scheduler = handler;
    arch_irq_unmask(id_number(irq->id));
    return OK;
}

void interrupt_raise(unsigned n)
{
    struct tcb *irq = tcb_slot(n);

    if (CONFIG_DEBUG)
        kdb_interrupt(n);
    if (irq->state != TCB_INACTIVE || irq->scheduler == ID_NIL)
        return; /* spurious: it is masked and stays so */
    if (tcb_find(irq->scheduler) == NULL) {
        detach(irq);
        return;
    }
    irq->utcb[0] = tag_make(-1, 0, 0);
    irq->state = TCB_READY;
    sys_ipc(irq, irq->scheduler, ID_ANY, 0);
    sched_interrupted();
}

void interrupt_acknowledged(struct tcb *irq)
{
    irq->state = TCB_INACTIVE;
    arch_irq_unmask(id_number(irq->id));
}

void interrupt_forget_handler(word_t id)
{
    for (unsigned n = 0; n < arch_irq_count(); n++) {
        struct tcb *irq = tcb_slot(n);
        if (irq->scheduler == id)
            detach(irq);
        long_look(n);
    }
}
