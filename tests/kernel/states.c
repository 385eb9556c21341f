/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread is deleted, gets another version, or moves, in every state that it
 * can be in. Nobody hangs, and those who deal with it get the documented error
 * (x2.md 2.3, 2.4). In the middle of strings: transfer.c.
 */
#include "calls.h"
#include "tap.h"
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

static L4_ThreadId_t waiter, sender, target;
static struct job job, waiters, senders;

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

static L4_ThreadId_t with_job(L4_ThreadId_t to, L4_ThreadId_t from,
                              L4_Word_t timeouts)
{
    L4_ThreadId_t t = thread_in_new_space(worker, 0, PRIO_MID);

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
    L4_ThreadControl(t, t, main_id, L4_nilthread, NO_UTCB);
    L4_SpaceControl(t, 0, kip_area(), utcb_area(), L4_anythread, &old);
    if (active)
        L4_ThreadControl(t, t, L4_nilthread, main_id, (void *)utcb_start(k));
    return t;
}

static L4_ThreadId_t spent(bool told)
{
    L4_ThreadId_t t = thread_in_new_space(compute, 0, PRIO_LOW);

    L4_Set_Timeslice(t, usec(2000), usec(2000));
    L4_Sleep(usec(20000));
    if (told)
        L4_Receive_Timeout(t, L4_ZeroTime);
    return t;
}

static L4_ThreadId_t excepted(void)
{
    L4_ThreadId_t t = thread_in_new_space(overrun, 0, PRIO_LOW);

    L4_Set_Timeslice(t, L4_Never, L4_Never);
    L4_Set_PreemptionDelay(t, PRIO_HIGH, 1000);
    L4_Sleep(usec(20000));
    return t;
}

static L4_ThreadId_t make(enum state state)
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
    L4_ThreadId_t t = thread_in_new_space(state == RUNNING  ? compute
                                          : state == HALTED ? halt
                                                            : touch,
                                          FREE_WINDOW, PRIO_LOW);
    L4_Sleep(usec(20000));
    if (state == FAULT_TOLD)
        L4_Receive_Timeout(t, L4_ZeroTime);
    return t;
}

/* ---- what happens to it -------------------------------------------------- */

/* One waits for t, one for t to receive. */
static void surround(L4_ThreadId_t t)
{
    waiters = (struct job){ .from = t };
    senders = (struct job){ .to = t };
    job_start(waiter, &waiters);
    job_start(sender, &senders);
}

/* Both were told that t is gone; of one that waits for anybody the sender has
 * got rid of its message before. */
static bool both_told(enum state state)
{
    settle();
    bool first = waiters.done && job_error(&waiters) == E_NO_PARTNER &&
                 job_phase(&waiters) == 1;
    bool second = senders.done && job_error(&senders) == E_NO_PARTNER &&
                  job_phase(&senders) == 0;

    if (state == WAITING)
        second = senders.done && job_error(&senders) == 0;
    if (!first || !second)
        printf("# waiter %d %lx, sender %d %lx\n", waiters.done, waiters.error,
               senders.done, senders.error);
    return first && second;
}

static void report(bool good, const char *what, enum state state)
{
    static char line[80];

    snprintf(line, sizeof(line), "%s: %s", what, names[state]);
    ok(good, line);
}

static bool nothing_from(L4_ThreadId_t t)
{
    L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_ZeroTime);

    return L4_IpcFailed(tag) && ipc_error() == E_NO_PARTNER;
}

static void test_delete(enum state state)
{
    L4_ThreadId_t t = make(state);

    surround(t);
    bool good = thread_delete(t);
    good &= both_told(state);
    good &= thread_state(t) == L4_SCHEDRESULT_DEAD;
    good &= nothing_from(t);
    report(good, "deleted", state);
}

static void test_rename(enum state state)
{
    L4_ThreadId_t t = make(state);
    L4_ThreadId_t new = L4_GlobalId(L4_ThreadNo(t), 3);
    L4_Word_t before = thread_state(t), error;

    surround(t);
    error = thread_control(new, t, L4_nilthread, L4_nilthread, ~0ul);
    bool good = both_told(state);
    if (state != WAITING) /* then it works on: it has the sender's message */
        good &= thread_state(new) == before;
    good &= nothing_from(t);
    thread_delete(t); /* whatever the version */
    report(good && error == 0, "another version", state);
}

/* Is t, moved, where its state lets it be? */
static bool moved_on(L4_ThreadId_t t, enum state state)
{
    L4_Word_t now = thread_state(t);

    switch (state) {
    case INACTIVE:
        return now == L4_SCHEDRESULT_DEAD;
    case NOT_STARTED:
        return now == L4_SCHEDRESULT_WAITING;
    case HALTED:
        return now == L4_SCHEDRESULT_INACTIVE;
    case SENDING:
        return job_wait(&job) && job_error(&job) == E_CANCELLED &&
               job_phase(&job) == 0;
    case RECEIVING:
    case RECEIVING_A_WHILE:
        return job_wait(&job) && job_error(&job) == E_CANCELLED &&
               job_phase(&job) == 1;
    case WAITING: /* it had the message before */
        return job.done && job_error(&job) == 0;
    case FAULT_UNTOLD: /* it tries again, and faults again, for us */
    case FAULT_TOLD:
        return L4_IpcSucceeded(L4_Receive_Timeout(t, usec(20000)));
    case EXCEPTION: /* it goes on */
    default:
        return now == L4_SCHEDRESULT_RUNNING;
    }
}

static void test_move(enum state state)
{
    L4_ThreadId_t t = make(state);

    surround(t);
    L4_Word_t error =
        thread_control(t, target, L4_nilthread, L4_nilthread, ~0ul);
    bool good = error == 0;
    settle();
    good &= !waiters.done && senders.done == (state == WAITING);
    good &= moved_on(t, state);
    thread_delete(t);
    settle();
    good &= waiters.done && senders.done;
    report(good, "moved", state);
}

int main(void)
{
    plan(3 * STATES + 1);
    support_init();
    L4_Set_Priority(main_id, PRIO_HIGH);
    waiter = thread_in_new_space(worker, 0, PRIO_MID);
    sender = thread_here(worker, 0, PRIO_MID);
    target = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    for (enum state s = 0; s < STATES; s++) {
        test_delete(s);
        test_rename(s);
        test_move(s);
    }
    job = (struct job){ .to = main_id, .from = main_id, .mr = { 1, 77 } };
    job_start(target, &job);
    L4_Word_t got = 0;
    L4_Receive_Timeout(target, L4_ZeroTime);
    L4_StoreMR(1, &got);
    L4_Set_MsgTag(L4_Niltag);
    L4_Reply(target);
    ok(job_wait(&job) && got == 77, "after all that, messages are exchanged");
    return tap_status();
}
