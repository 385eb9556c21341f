/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread is deleted, gets another version, or moves, in every state that it
 * can be in. Nobody hangs, and those who deal with it get the documented error
 * (x2.md 2.3, 2.4). In the middle of strings: transfer.c.
 */
#include "states.h"
#include "tap.h"

static L4_ThreadId_t waiter, sender, target;
static struct job waiters, senders;

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
