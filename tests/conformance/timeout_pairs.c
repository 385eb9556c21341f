/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ipc timeouts in every combination (x2.md 1.6, 2.10.9): send and receive
 * timeout zero, finite and never, with the partner busy, and with the partner
 * ready to take the message but not to answer.
 * clauses: 3180
 */
#include "calls.h"
#include "clause.h"
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

static void combinations(L4_ThreadId_t w, bool *all_busy, bool *all_silent)
{
    *all_busy = *all_silent = true;

    for (int send = 0; send < 3; send++) {
        for (int receive = 0; receive < 3; receive++) {
            *all_busy &= say(busy(w, send, receive), send, receive, "busy");
            *all_silent &=
                say(silent(w, send, receive), send, receive, "silent");
        }
    }
}

static void test_combinations(void)
{
    bool waits, answers;

    combinations(near, &waits, &answers);
    CLAUSE(3180, "2.10.3; 2.10.1 parameter Timeouts",
           "a call within a space to one who is not ready: send and receive "
           "timeout zero, finite and never",
           waits);
    CLAUSE(3181, "2.10.3; 2.10.1 parameter Timeouts",
           "a call to another space that is taken but not answered: all nine "
           "combinations",
           answers);
    combinations(far, &waits, &answers);
    CLAUSE(3182, "2.10.3; 2.10.1 parameter Timeouts",
           "a call from another space to one who is not ready: all nine "
           "combinations",
           waits);
    CLAUSE(3183, "2.10.3; 2.10.1 parameter Timeouts",
           "a call between two other spaces that is taken but not answered: "
           "all nine combinations",
           answers);
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
    CLAUSE_IS(3184, "2.10.3",
              "a receive with timeout zero lets nobody less urgent run",
              counter, before);
    for (int i = 0; i < 200; i++) {
        L4_Set_MsgTag(L4_Niltag);
        failed += L4_IpcFailed(L4_Send_Timeout(main_id, L4_ZeroTime));
    }
    CLAUSE_IS(3185, "2.10.3",
              "a send with timeout zero lets nobody less urgent run", counter,
              before);
    CLAUSE_IS(3186, "2.10.3; 2.10.8 e 1",
              "600 calls with timeout zero all fail", failed, 600);
    settle();
    CLAUSE(3187, "2.9", "a less urgent thread runs when the caller sleeps",
           counter != before);
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
    CLAUSE(3188, "2.10.3", "a message in time ends a wait without error",
           job.done && job_error(&job) == 0);
    job = (struct job){ .from = main_id };
    job_start(far, &job);
    L4_Sleep(usec(LATER_US));
    CLAUSE(3189, "2.10.3",
           "the timeout of a wait that ended in time does not end the next",
           !job.done);
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(far, L4_ZeroTime);
    settle();
    job = (struct job){ .to = main_id, .timeouts = soon << 16 };
    job_start(far, &job);
    L4_Receive_Timeout(far, L4_ZeroTime);
    settle();
    CLAUSE(3190, "2.10.3", "a message taken in time ends a send without error",
           job.done && job_error(&job) == 0);
    job = (struct job){ .from = main_id };
    job_start(far, &job);
    L4_Sleep(usec(LATER_US));
    CLAUSE(
        3191, "2.10.3",
        "the timeout of a send that ended in time does not end the next wait",
        !job.done);
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(far, L4_ZeroTime);
    settle();
    /* A call: the send timeout is over when the message is taken. */
    job = (struct job){ .to = main_id, .from = main_id };
    job.timeouts = soon << 16;
    job_start(far, &job);
    L4_Receive_Timeout(far, L4_ZeroTime);
    L4_Sleep(usec(LATER_US));
    CLAUSE(3192, "2.10.3", "a call's send timeout does not end its wait",
           !job.done);
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(far, L4_ZeroTime);
    CLAUSE(3193, "2.10.3; 2.10.2 to T, T",
           "a call whose send timeout is over takes its answer",
           job_wait(&job) && job_error(&job) == 0);
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
    CLAUSE_IS(3194, "2.4", "a thread number is used again at once", again.raw,
              t.raw);
    settle();
    job = (struct job){ .from = main_id };
    job_start(again, &job);
    L4_Sleep(usec(LATER_US));
    CLAUSE(3195, "2.4; 2.10.3",
           "a deleted thread's timeout does not end what its successor does",
           !job.done && thread_state(again) == 6);
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
    CLAUSE(3196, "2.10.3",
           "six timeouts at once: none before its time, all in the end", good);
}

int main(void)
{
    support_init();
    times[0] = TIME_ZERO;
    times[1] = usec(SOON_US).raw;
    times[2] = TIME_NEVER;
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    taker = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_combinations();
    test_zero();
    test_over();
    test_deleted();
    test_order();
    return CLAUSES_END();
}
