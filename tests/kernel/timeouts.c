/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ipc timeouts in every combination (x2.md 1.6, 2.10.9): send and receive
 * timeout zero, finite and never, with the partner busy, and with the partner
 * ready to take the message but not to answer.
 */
#include "calls.h"
#include "tap.h"
#include "worker.h"

/* Longer than settle() takes, shorter than LATER. */
enum { SOON_US = 20000, LATER_US = 40000 };
enum { SEND_PHASE = 0, RECEIVE_PHASE = 1 };

static const char *const names[] = { "zero", "finite", "never" };
static L4_Word_t times[3];
static L4_ThreadId_t near, far, taker;
static struct job job, take;
static volatile L4_Word_t counter;

/* Does the job end with a timeout of this phase, and when it should? */
static bool ends(struct job *j, int time, L4_Word_t phase)
{
    bool at_once = j->done;

    L4_Sleep(usec(LATER_US));
    bool later = j->done;
    if (time == 2)
        return !later;
    return at_once == (time == 0) && later && job_error(j) == E_TIMEOUT &&
           job_phase(j) == phase;
}

static bool say(bool good, int send, int receive, const char *what)
{
    if (!good)
        printf("# send %s, receive %s: %s\n", names[send], names[receive],
               what);
    return good;
}

/* Main is no partner while it sleeps: the send phase has to wait. */
static bool busy(L4_ThreadId_t w, int send, int receive)
{
    L4_ThreadId_t from;

    job = (struct job){ .to = main_id,
                        .from = main_id,
                        .timeouts = times[send] << 16 | times[receive],
                        .mr = { 1, 5 } };
    job_start(w, &job);
    bool good = ends(&job, send, SEND_PHASE);
    if (send != 2)
        return good && L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from));
    /* The message gets through now; then the receive phase counts. */
    good &= L4_IpcSucceeded(L4_Receive_Timeout(w, L4_ZeroTime));
    settle();
    good &= ends(&job, receive, RECEIVE_PHASE);
    if (receive == 2) {
        L4_Set_MsgTag(L4_Niltag);
        good &= L4_IpcSucceeded(L4_Send_Timeout(w, L4_ZeroTime));
        good &= job_wait(&job) && job_error(&job) == 0;
    }
    return good;
}

/* The partner waits, but gives no answer. */
static bool silent(L4_ThreadId_t w, int send, int receive)
{
    take = (struct job){ .from = L4_anythread };
    job_start(taker, &take);
    job = (struct job){ .to = taker,
                        .from = taker,
                        .timeouts = times[send] << 16 | times[receive] };
    job_start(w, &job);
    bool good = take.done && !job_error(&take);
    good &= ends(&job, receive, RECEIVE_PHASE);
    if (receive == 2) {
        take = (struct job){ .to = w };
        job_start(taker, &take);
        good &= job_wait(&job) && job_error(&job) == 0;
    }
    return good;
}

static void test_combinations(L4_ThreadId_t w, const char *where)
{
    bool all_busy = true, all_silent = true;

    for (int send = 0; send < 3; send++) {
        for (int receive = 0; receive < 3; receive++) {
            all_busy &= say(busy(w, send, receive), send, receive, "busy");
            all_silent &=
                say(silent(w, send, receive), send, receive, "silent");
        }
    }
    printf("# a worker in %s space\n", where);
    ok(all_busy, "nine combinations, a partner that is not ready");
    ok(all_silent, "nine combinations, a partner that takes but never answers");
}

static void count(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        counter++;
}

/* A timeout of zero does not block: nobody less urgent gets to run. */
static void test_zero(void)
{
    L4_ThreadId_t t = thread_here(count, 0, PRIO_LOW), from;
    L4_Word_t before, failed = 0;

    settle();
    before = counter;
    for (int i = 0; i < 200; i++) {
        failed += L4_IpcFailed(L4_Receive_Timeout(near, L4_ZeroTime));
        failed += L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from));
    }
    is(counter, before, "a receive with timeout zero lets nobody else run");
    for (int i = 0; i < 200; i++) {
        L4_Set_MsgTag(L4_Niltag);
        failed += L4_IpcFailed(L4_Send_Timeout(main_id, L4_ZeroTime));
    }
    is(counter, before, "nor does a send");
    is(failed, 600, "and all of them fail");
    settle();
    ok(counter != before, "who would have liked to");
    thread_delete(t);
}

/* A phase that ended in time leaves no timeout behind. */
static void test_over(void)
{
    L4_Word_t soon = usec(SOON_US).raw;

    job = (struct job){ .from = main_id, .timeouts = soon };
    job_start(far, &job);
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(far, L4_ZeroTime);
    settle();
    ok(job.done && job_error(&job) == 0, "a message in time");
    job = (struct job){ .from = main_id };
    job_start(far, &job);
    L4_Sleep(usec(LATER_US));
    ok(!job.done, "the timeout of its wait does not end the next");
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(far, L4_ZeroTime);
    settle();
    job = (struct job){ .to = main_id, .timeouts = soon << 16 };
    job_start(far, &job);
    L4_Receive_Timeout(far, L4_ZeroTime);
    settle();
    ok(job.done && job_error(&job) == 0, "a message taken in time");
    job = (struct job){ .from = main_id };
    job_start(far, &job);
    L4_Sleep(usec(LATER_US));
    ok(!job.done, "the timeout of its send does not end the next wait");
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(far, L4_ZeroTime);
    settle();
    /* A call: the send timeout is over when the message is taken. */
    job = (struct job){ .to = main_id, .from = main_id };
    job.timeouts = soon << 16;
    job_start(far, &job);
    L4_Receive_Timeout(far, L4_ZeroTime);
    L4_Sleep(usec(LATER_US));
    ok(!job.done, "a call's send timeout does not end its wait");
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(far, L4_ZeroTime);
    ok(job_wait(&job) && job_error(&job) == 0, "which the answer ends");
}

/* Who is deleted while a timeout of his runs is not missed by the timer. */
static void test_deleted(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_MID), again;

    settle();
    job = (struct job){ .from = main_id, .timeouts = usec(SOON_US).raw };
    job_start(t, &job);
    thread_delete(t);
    again = thread_here(worker, 0, PRIO_MID);
    is(again.raw, t.raw, "a thread after another of the same id");
    settle();
    job = (struct job){ .from = main_id };
    job_start(again, &job);
    L4_Sleep(usec(LATER_US));
    ok(!job.done && thread_state(again) == 6,
       "is not disturbed by the first one's timeout");
    thread_delete(again);
}

/* Many at once end in the order of their times, not of their starts. */
static void test_order(void)
{
    enum { SLEEPERS = 6 };
    static const unsigned ms[SLEEPERS] = { 31, 11, 41, 16, 36, 26 };
    static struct job jobs[SLEEPERS];
    L4_ThreadId_t t[SLEEPERS];
    L4_Clock_t start = L4_SystemClock();
    bool good = true;

    for (int i = 0; i < SLEEPERS; i++)
        t[i] = thread_here(worker, 0, PRIO_MID);
    settle();
    for (int i = 0; i < SLEEPERS; i++) {
        jobs[i] = (struct job){ .from = main_id };
        jobs[i].timeouts = usec(1000 * (ms[i] + 40)).raw;
        job_start(t[i], &jobs[i]);
    }
    /* Each was started some 3 ms after the one before it. */
    for (unsigned now = 0; now < 120; now++) {
        L4_Sleep(usec(1000));
        L4_Word_t passed = (L4_Word_t)(L4_SystemClock().raw - start.raw) / 1000;
        for (int i = 0; i < SLEEPERS; i++)
            good &= !jobs[i].done || passed >= ms[i] + 40;
    }
    for (int i = 0; i < SLEEPERS; i++) {
        good &= jobs[i].done && job_error(&jobs[i]) == E_TIMEOUT;
        thread_delete(t[i]);
    }
    ok(good, "six timeouts, none before its time, all in the end");
}

int main(void)
{
    plan(17);
    support_init();
    times[0] = TIME_ZERO;
    times[1] = usec(SOON_US).raw;
    times[2] = TIME_NEVER;
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    taker = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_combinations(near, "our");
    test_combinations(far, "another");
    test_zero();
    test_over();
    test_deleted();
    test_order();
    return tap_status();
}
