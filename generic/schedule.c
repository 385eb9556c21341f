/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Schedule and ThreadSwitch: what a thread's scheduler may set
 * (x2.md 2.8, 2.9). Not here: who runs (sched.c).
 */
#include "sched.h"
#include "arch.h"
#include "ipc.h"
#include "preempt.h"
#include "space.h"
#include "syscall.h"
#include "thread.h"

enum schedule_state {
    SCHEDULE_ERROR = 0,
    SCHEDULE_DEAD = 1,
    SCHEDULE_HALTED = 2,
    SCHEDULE_READY = 3,
    SCHEDULE_PENDING_SEND = 4,
    SCHEDULE_SENDING = 5,
    SCHEDULE_WAITING = 6,
    SCHEDULE_RECEIVING = 7,
};

enum { UNCHANGED16 = 0xffff, UNCHANGED8 = 0xff };

void sys_thread_switch(struct tcb *self, word_t dest)
{
    struct tcb *t = thread_find(self, dest);

    if (t == self)
        return;
    if (t && (!ipc_runnable(t) || !thread_is_active(t)))
        t = NULL;
    sched_donate(t);
}

static enum schedule_state state_of(const struct tcb *t)
{
    if (thread_is_interrupt(t) && t->state == TCB_INACTIVE)
        return SCHEDULE_HALTED;
    if (!thread_is_active(t) && !thread_is_interrupt(t))
        return SCHEDULE_DEAD;
    if (t->slow & SLOW_HALT)
        return SCHEDULE_HALTED;
    if (t->slow & SLOW_QUANTUM)
        return SCHEDULE_READY;
    if (t->peer)
        return ipc_sending(t) ? SCHEDULE_SENDING : SCHEDULE_RECEIVING;
    if (t->state == TCB_SENDING)
        return SCHEDULE_PENDING_SEND;
    return ipc_waiting(t) ? SCHEDULE_WAITING : SCHEDULE_READY;
}

/* A slice or quantum that is neither zero nor a time point. */
static bool length_ok(unsigned time)
{
    return time == UNCHANGED16 ||
           (!(time & TIME_POINT) && time_period_us(time) != 0);
}

/* May self give this priority away? */
static bool prio_ok(const struct tcb *self, word_t prio)
{
    return prio == UNCHANGED8 || prio <= self->prio || self->space->privileged;
}

static enum error check(const struct tcb *self, const struct tcb *t,
                        word_t time, word_t processor, word_t prio,
                        word_t preemption)
{
    const struct tcb *scheduler = tcb_find(t->scheduler);

    if (scheduler == NULL && thread_is_interrupt(t))
        return ERR_THREAD;
    if (!self->space->privileged &&
        (scheduler == NULL || scheduler->space != self->space))
        return ERR_PRIVILEGE;
    if (time != ~(word_t)0 &&
        (!length_ok(time >> 16 & 0xffff) || !length_ok(time & 0xffff)))
        return ERR_PARAM;
    if (processor != ~(word_t)0 && (processor & 0xffff) != 0 &&
        (processor & 0xffff) != UNCHANGED16)
        return ERR_PARAM;
    if (!prio_ok(self, prio & 0xff) || !prio_ok(self, preemption >> 16 & 0xff))
        return ERR_PARAM;
    return OK;
}

static void apply(struct tcb *t, word_t time, word_t prio, word_t preemption)
{
    unsigned slice = time >> 16 & 0xffff, quantum = time & 0xffff;
    unsigned delay = preemption & 0xffff, sensitive = preemption >> 16 & 0xff;

    if (slice != UNCHANGED16)
        t->slice = (uint16_t)slice;
    if (quantum != UNCHANGED16)
        t->quantum = (uint16_t)quantum;
    if (time != ~(word_t)0)
        sched_refill(t, quantum != UNCHANGED16);
    if ((prio & 0xff) != UNCHANGED8)
        sched_set_priority(t, prio & 0xff);
    if (delay != UNCHANGED16)
        t->max_delay = (uint16_t)delay;
    if (sensitive != UNCHANGED8 && sensitive >= t->prio)
        t->sensitive = (uint8_t)sensitive;
    if (quantum != UNCHANGED16)
        preempt_renewed(t);
}

word_t sys_schedule(struct tcb *self, word_t dest, word_t time,
                    word_t processor, word_t prio, word_t preemption,
                    word_t *old_time)
{
    struct tcb *t = thread_find(self, dest);

    *old_time = 0;
    if (t == NULL) {
        word_t number = id_number(dest);
        if (id_is_local(dest) || number >= thread_user_base())
            return SCHEDULE_DEAD;
        (void)syscall_result(self, ERR_THREAD);
        return SCHEDULE_ERROR;
    }
    enum error e = check(self, t, time, processor, prio, preemption);
    if (e != OK) {
        (void)syscall_result(self, e);
        return SCHEDULE_ERROR;
    }
    enum schedule_state state = state_of(t);
    sched_account(t);
    *old_time = (word_t)time_from_us(t->slice_left) << 16 |
                time_from_us(t->quantum_left);
    apply(t, time, prio, preemption);
    return state;
}
