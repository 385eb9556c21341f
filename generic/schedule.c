/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Schedule and ThreadSwitch: what a thread's scheduler may set
 * (x2.md 2.8, 2.9). Not here: who runs (sched.c).
 */
#include "sched.h"
#include "arch.h"
#include "ipc.h"
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
    if (!thread_is_active(t))
        return SCHEDULE_DEAD;
    if (t->slow & SLOW_HALT)
        return SCHEDULE_HALTED;
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

static enum error check(const struct tcb *self, const struct tcb *t,
                        word_t time, word_t processor, word_t prio,
                        word_t preemption)
{
    const struct tcb *scheduler = tcb_find(t->scheduler);

    if (t->space == NULL)
        return ERR_THREAD;
    if (!self->space->privileged &&
        (scheduler == NULL || scheduler->space != self->space))
        return ERR_PRIVILEGE;
    if (time != ~(word_t)0) {
        unsigned quantum = time & 0xffff;
        if (!length_ok(time >> 16 & 0xffff))
            return ERR_PARAM;
        /* Finite total quanta: docs/status.md. */
        if (quantum != TIME_NEVER && quantum != UNCHANGED16)
            return ERR_PARAM;
    }
    if (processor != ~(word_t)0 && (processor & 0xffff) != 0 &&
        (processor & 0xffff) != UNCHANGED16)
        return ERR_PARAM;
    if ((prio & 0xff) != UNCHANGED8 && (prio & 0xff) > self->prio &&
        !self->space->privileged)
        return ERR_PARAM;
    /* Delayed preemption: docs/status.md. */
    if (preemption != ~(word_t)0 && (preemption & 0xffff) != 0 &&
        (preemption & 0xffff) != UNCHANGED16)
        return ERR_PARAM;
    return OK;
}

static void apply(struct tcb *t, word_t time, word_t prio)
{
    if (time != ~(word_t)0) {
        if ((time >> 16 & 0xffff) != UNCHANGED16)
            t->slice = time >> 16 & 0xffff;
        if ((time & 0xffff) != UNCHANGED16)
            t->quantum = time & 0xffff;
        sched_refill(t);
    }
    if ((prio & 0xff) != UNCHANGED8)
        sched_set_priority(t, prio & 0xff);
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
    *old_time = (word_t)time_from_us(sched_slice_left(t)) << 16 |
                time_from_us(t->quantum_left);
    apply(t, time, prio);
    return state;
}
