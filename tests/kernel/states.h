/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATES_H
#define STATES_H
/*
 * Threads in every state that a thread can be in, but in the middle of strings.
 */
#include "calls.h"
#include "worker.h"

enum state {
    INACTIVE,
    NOT_STARTED,
    RUNNING,
    HALTED,
    SENDING,
    RECEIVING,
    RECEIVING_A_WHILE,
    WAITING,
    FAULT_UNTOLD,
    FAULT_TOLD,
    NO_QUANTUM,
    QUANTUM_TOLD,
    EXCEPTION,
    STATES
};
static const char *const names[STATES] = {
    "inactive",
    "not started",
    "running",
    "halted",
    "sending",
    "receiving",
    "receiving with a timeout",
    "waiting for anybody",
    "in a fault, its pager is busy",
    "in a fault, its pager knows",
    "out of quantum",
    "out of quantum, its scheduler knows",
    "in a preemption exception"
};

static struct job job;   /* of those that exchange messages */
static bool states_here; /* in the root task's space?       */

/* ---- how a thread gets into these states --------------------------------- */

static void compute(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        ;
}

static void halt(L4_Word_t arg)
{
    (void)arg;
    L4_Stop(L4_Myself());
    compute(0);
}

static void touch(L4_Word_t arg)
{
    L4_Set_Pager(main_id);
    *(volatile L4_Word_t *)arg = 1;
    compute(0);
}

static void overrun(L4_Word_t arg)
{
    L4_Set_ExceptionHandler(main_id);
    L4_EnablePreemptionFaultException();
    L4_DisablePreemption();
    compute(arg);
}

/* A new thread, here or in a space of its own. */
static L4_ThreadId_t in_space(thread_fn *fn, L4_Word_t arg, unsigned prio)
{
    return states_here ? thread_here(fn, arg, prio)
                       : thread_in_new_space(fn, arg, prio);
}

static L4_ThreadId_t with_job(L4_ThreadId_t to, L4_ThreadId_t from,
                              L4_Word_t timeouts)
{
    L4_ThreadId_t t = in_space(worker, 0, PRIO_MID);

    settle();
    job = (struct job){ .to = to, .from = from, .timeouts = timeouts };
    job_start(t, &job);
    return t;
}

static L4_ThreadId_t not_yet(bool active)
{
    unsigned k = free_slot();
    L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);
    L4_Word_t old;

    threads[k].id = t;
    L4_ThreadId_t space = states_here ? main_id : t;
    L4_ThreadControl(t, space, main_id, L4_nilthread, NO_UTCB);
    if (!states_here)
        L4_SpaceControl(t, 0, kip_area(), utcb_area(), L4_anythread, &old);
    if (active)
        L4_ThreadControl(t, space, L4_nilthread, main_id,
                         (void *)utcb_start(k));
    return t;
}

static L4_ThreadId_t spent(bool told)
{
    L4_ThreadId_t t = in_space(compute, 0, PRIO_LOW);

    L4_Set_Timeslice(t, usec(2000), usec(2000));
    L4_Sleep(usec(20000));
    if (told)
        L4_Receive_Timeout(t, L4_ZeroTime);
    return t;
}

static L4_ThreadId_t excepted(void)
{
    L4_ThreadId_t t = in_space(overrun, 0, PRIO_LOW);

    L4_Set_Timeslice(t, L4_Never, L4_Never);
    L4_Set_PreemptionDelay(t, PRIO_HIGH, 1000);
    L4_Sleep(usec(20000));
    return t;
}

static UNUSED L4_ThreadId_t make(enum state state)
{
    const L4_Word_t a_while = usec(500000).raw;

    switch (state) {
    case INACTIVE:
    case NOT_STARTED:
        return not_yet(state == NOT_STARTED);
    case SENDING:
        return with_job(main_id, L4_nilthread, 0);
    case RECEIVING:
        return with_job(L4_nilthread, main_id, 0);
    case RECEIVING_A_WHILE:
        return with_job(L4_nilthread, main_id, a_while);
    case WAITING:
        return with_job(L4_nilthread, L4_anythread, 0);
    case NO_QUANTUM:
    case QUANTUM_TOLD:
        return spent(state == QUANTUM_TOLD);
    case EXCEPTION:
        return excepted();
    default:
        break;
    }
    L4_ThreadId_t t = in_space(state == RUNNING  ? compute
                               : state == HALTED ? halt
                                                 : touch,
                               FREE_WINDOW, PRIO_LOW);
    L4_Sleep(usec(20000));
    if (state == FAULT_TOLD)
        L4_Receive_Timeout(t, L4_ZeroTime);
    return t;
}

#endif
